"""Every figure of the lessons, drawn from the data it is given.

Each function checks its arguments, draws, and returns a
`~fmnist_lessons.figures.described.DescribedFigure`: a matplotlib figure that carries its own
text alternative. It is a new one, or the one that the axes belong to that are given as ``ax``. A
wrong argument is named by a TypeError or a ValueError before anything is drawn. ``class_names`` are
the str of all ten classes, in the order of the targets.

Matplotlib is imported when the first figure is asked for, and never its ``pyplot`` interface, so
figures may also be drawn in a background thread. Drawings without data are SVG files in ``static``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "activations": ["plot_activation_values", "plot_cross_entropy"],
        "curves": ["plot_learning_curves"],
        "described": ["DescribedFigure"],
        "diagrams": [
            "plot_activation_functions",
            "plot_layers_diagram",
            "plot_network_diagram",
            "plot_neurons_diagram",
        ],
        "garments": ["plot_garment_answers"],
        "images": [
            "plot_class_averages",
            "plot_class_counts",
            "plot_labelled_grid",
            "plot_predictions",
            "plot_sample_row",
            "plot_weight_images",
        ],
        "judging": ["plot_reliability", "plot_three_noises"],
        "log": ["plot_session_log"],
        "neurons": ["plot_neuron"],
        "pairs": ["plot_pairs"],
        "scores": ["plot_confusion_matrix", "plot_cross_validation"],
        "steps": ["plot_steps", "plot_weights_by_steps"],
    },
)
