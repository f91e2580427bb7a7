"""What chapter 5's exercises need beside their declarations."""

import numpy as np

from .feedback import refuse_if, same
from .networks import build_dense_network


def batch(seed, images):
    """Return probabilities of shape (images, 10), and targets."""
    random = np.random.default_rng(seed)
    return random.dirichlet(np.ones(10), images), random.integers(0, 10, images)


def history(epochs, best):
    """Return a made-up history whose validation loss is smallest after the epoch `best`."""
    away = np.abs(
        np.arange(1, epochs + 1)[:, None] - [best, best % epochs + 1, epochs - 1, epochs - 2]
    )
    val_loss, val_accuracy, loss, accuracy = away.T  # each best elsewhere
    curves = {
        "loss": 0.35 + 0.02 * loss,
        "accuracy": 0.87 - 0.01 * accuracy,
        "val_loss": 0.44 + 0.003 * val_loss,
        "val_accuracy": 0.85 - 0.002 * val_accuracy,
    }
    return {name: values.tolist() for name, values in curves.items()}


def learns_in_one_step(trainable_network):
    """Raise NotRight unless the networks are as asked for, compiled, and learn from integers."""
    model = build_dense_network(trainable_network, [(20,), (7,)])
    random = np.random.default_rng(0)
    images = random.random((64, 784), dtype=np.float32)
    target = random.integers(0, 10, 64)
    # Weights of our own: from random ones, another loss would now and then come near by chance.
    before = [
        random.normal(scale=0.05, size=each.shape).astype(np.float32)
        for each in model.get_weights()
    ]
    model.set_weights(before)
    model.run_eagerly = True  # one step is over before TensorFlow would have compiled it
    probabilities = np.asarray(model(images))
    loss = -np.log(probabilities[np.arange(64), target]).mean()
    step, error = {}, ""
    try:
        step = model.train_on_batch(images, target, return_dict=True)
    except Exception as raised:
        # Keras raises ValueError with a text for people, TensorFlow other errors with long ones.
        text = str(raised).split("\n")[0][:120].rstrip(".")
        error = type(raised).__name__
        error += f": {text}" if text and isinstance(raised, ValueError) else ""
    changed = any(not np.array_equal(a, b) for a, b in zip(before, model.get_weights()))
    found = {"model": model, "error": error, "step": step, "changed": changed}
    refuse_if("step", **found, loss=loss, same=same)
