"""Interactive lessons: from looking at Fashion MNIST to a one-layer Keras network.

The chapters in ``notebooks/`` hold the lesson; this package holds what they share. Its modules
build on one another in one direction::

    checks, text, files, progress -> data -> models, pictures, log -> figures -> labs -> notebooks

Nothing below the labs knows about widgets, and nothing here reads a notebook's variables.
``import fmnist_lessons`` is light: NumPy, scikit-learn, matplotlib, TensorFlow and ipywidgets are
imported by the first name that needs them.
"""

import os

import lazy_loader

# TensorFlow reads these once, when it is imported, so they are set here, before any chapter imports
# it. Its start-up log would land in a learner's cell; and its oneDNN operations, besides logging,
# round differently from one processor to the next. Whoever has set them keeps their choice.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["figures"],
    submod_attrs={
        "data.fashion_mnist": ["CLASS_NAMES", "load_fashion_mnist", "scale_and_flatten"],
        "data.digits": ["DIGIT_NAMES", "load_mnist"],
        "data.keras_cache": ["prepare_keras_cache"],
        "labs": [
            "ActivationLab",
            "DataLab",
            "DrawLab",
            "EpochsLab",
            "LogView",
            "LossLab",
            "MaxIterLab",
            "NeuronLab",
            "StepLab",
        ],
        "models.logistic_regression": ["cross_validate_sgd"],
        "models.steps": ["take_steps"],
        "models.network": ["ProgressBarMeans", "TrainingRun", "build_network", "train_network"],
        "published": ["compare_with_published"],
        "quizzes": ["Quiz"],
        "log.session": ["SessionLog", "the_session_log"],
    },
)
