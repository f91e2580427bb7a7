"""The two labs: widgets in which learners train, stop, compare and look back.

``background`` runs the work, ``html`` turns results into text, ``lab`` wires both to sliders and
buttons, and ``max_iter_lab`` and ``epochs_lab`` say what is trained and shown.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"epochs_lab": ["EpochsLab"], "max_iter_lab": ["MaxIterLab"]},
)
