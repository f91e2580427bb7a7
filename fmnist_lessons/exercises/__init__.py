"""Checks of the chapters' exercises: each looks at what a learner wrote, and answers in words.

Each chapter has a module of its own, named as the chapter is. What they share is in
:mod:`~fmnist_lessons.exercises.feedback`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "reference": ["check_held_back", "check_steps_of_fit"],
        "feedback": ["Feedback"],
        "from_equations_to_a_network": [
            "check_deep_network",
            "check_dense_relu",
            "check_parameters_of",
        ],
        "logistic_regression": [
            "check_dummy_score",
            "check_scale_to_float32",
            "check_softmax_of_images",
            "check_z_of_class",
        ],
        "handwritten_digits": [
            "check_blank_pixels",
            "check_nearest_target",
            "check_take_evenly",
        ],
        "look_at_the_data": [
            "check_average_image",
            "check_baseline",
            "check_count_of_class",
            "check_first_hundred",
        ],
        "train_the_network": [
            "check_cross_entropy",
            "check_test_once",
            "check_trainable_network",
            "check_worst_pair",
        ],
    },
)
