"""The labs: widgets in which learners look, change, train, stop, compare and look back.

``lab`` is the base of all and ``training_lab`` of those that train, with ``background`` for the
work; ``page`` makes what learners see, and ``controls`` reads what they set. Each lab has a module
of its own.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "activation_lab": ["ActivationLab"],
        "data_lab": ["DataLab"],
        "draw_lab": ["DrawLab"],
        "epochs_lab": ["EpochsLab"],
        "log_view": ["LogView"],
        "loss_lab": ["LossLab"],
        "max_iter_lab": ["MaxIterLab"],
        "neuron_lab": ["NeuronLab"],
        "step_lab": ["StepLab"],
    },
)
