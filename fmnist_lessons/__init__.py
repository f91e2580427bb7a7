"""Interactive lessons: from looking at Fashion MNIST to a one-layer Keras network.

The chapters in ``notebooks/`` hold the lesson; this package holds what they share. Its modules
build on one another in one direction::

    environment -> checks, text, templates, files, progress -> data -> models, pictures, log
        -> figures -> labs -> notebooks

Nothing below the labs knows about widgets, and nothing here reads a notebook's variables.
``import fmnist_lessons`` is light: NumPy, scikit-learn, matplotlib, TensorFlow and ipywidgets are
imported by the first name that needs them.
"""

import lazy_loader

from .environment import settle

settle()  # before any chapter imports Keras or Matplotlib

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
        "models.processes": ["ending_processes"],
        "models.steps": ["take_steps"],
        "models.network": ["ProgressBarMeans", "TrainingRun", "build_network", "train_network"],
        "published": ["compare_with_published"],
        "quizzes": ["Quiz"],
        "log.session": ["SessionLog", "the_session_log"],
    },
)
