"""Small notebooks that hold several labs each, so that one kernel and one page serve them all."""

from dataclasses import dataclass

LOAD = """\
import numpy as np
from fmnist_lessons import load_fashion_mnist, scale_and_flatten
(train_input, train_target), (test_input, test_target) = load_fashion_mnist()
"""


@dataclass(frozen=True)
class SharedNotebook:
    """A notebook of code cells; the last ones show one lab each.

    Attributes
    ----------
    name : str
    preparation : tuple of str
        The cells that come first.
    labs : dict of str to str
        Name of a lab's class to the cell that makes it and shows it. A second lab of a class has
        a name of its own.
    """

    name: str
    preparation: tuple
    labs: dict

    @property
    def cells(self):
        return (*self.preparation, *self.labs.values())

    def position(self, lab):
        """Return which of the labs on the page it is, from 0."""
        return list(self.labs).index(lab)

    def cell_of(self, lab):
        """Return the number of its cell, from 0."""
        return len(self.preparation) + self.position(lab)


# Labs that answer at once.
ANSWERING = SharedNotebook(
    "answering",
    (
        LOAD + "train_scaled = scale_and_flatten(train_input[:1000], dtype=np.float32)\n"
        "val_scaled = scale_and_flatten(train_input[1000:2000], dtype=np.float32)\n"
        "train_target, val_target = train_target[:1000], train_target[1000:2000]",
        "from fmnist_lessons import (\n"
        "    ActivationLab, DataLab, DrawLab, LogView, LossLab, MaxIterLab, NeuronLab,\n"
        "    StepLab, train_network,\n"
        ")\n"
        "from sklearn.linear_model import SGDClassifier\n"
        'sc = SGDClassifier(loss="log_loss", random_state=42)\n'
        "sc.fit(train_scaled, train_target)\n"
        "validation = (val_scaled, val_target)\n"
        "run = train_network(train_scaled, train_target, validation, epochs=2, seed=42)",
        "quiet = MaxIterLab(train_scaled[:300], train_target[:300])\n"
        "for max_iter in (1, 2, 3):\n"
        "    quiet.run(max_iter)",
    ),
    {
        "DataLab": "data_lab = DataLab(train_input[:1000], train_target)\ndata_lab",
        "NeuronLab": "neuron_lab = NeuronLab(sc, train_scaled, train_target)\nneuron_lab",
        "StepLab": "step_lab = StepLab(train_scaled, train_target, validation)\nstep_lab",
        "ActivationLab": 'pictures = {"picture 3: T-shirt/top": np.linspace(-250, -10, 10)}\n'
        "activation_lab = ActivationLab(presets=pictures)\nactivation_lab",
        "LossLab": "loss_lab = LossLab()\nloss_lab",
        "DrawLab": "draw_lab = DrawLab(sc, run.model, validation)\ndraw_lab",
        "LogView": "log_view = LogView()\nlog_view",
        "NeuronLab of the network": "network_lab = NeuronLab(run.model, val_scaled, val_target)\n"
        "network_lab",
    },
)


def _training(name, images, images_of_max_iter):
    """Return a notebook with both labs that train, on so many images."""
    few = f"[:{images_of_max_iter}]"
    return SharedNotebook(
        name,
        (
            LOAD + "from fmnist_lessons import EpochsLab, MaxIterLab\n"
            f"train_scaled = scale_and_flatten(train_input[:{images}], dtype=np.float32)\n"
            "val_scaled = scale_and_flatten(train_input[-1000:], dtype=np.float32)\n"
            f"train_target, val_target = train_target[:{images}], train_target[-1000:]",
        ),
        {
            "MaxIterLab": f"max_iter_lab = MaxIterLab(train_scaled{few}, train_target{few})\n"
            "max_iter_lab",
            "EpochsLab": "epochs_lab = EpochsLab(\n"
            "    train_scaled, train_target, (val_scaled, val_target)\n)\nepochs_lab",
        },
    )


TRAINING = _training("training", 2000, 600)
TRAINING_LONG = _training("training_long", 12000, 12000)
