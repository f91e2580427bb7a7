"""Measure our helpers beside the plain calls they stand for: what ``make bench`` runs.

    python tests/bench/benchmark.py

Each measurement has a process of its own, the plain call and ours in turn. The table gives ratios,
ours to plain, because a machine's mood changes the seconds of both alike.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

import psutil

SIZES = (12_000, 24_000, 48_000)
MIB = 2**20


# What is measured. Each function runs in a process of its own and returns (seconds, result).


def cross_validation_plain(count):
    from fmnist_lessons import load_fashion_mnist
    from sklearn.linear_model import SGDClassifier
    from sklearn.model_selection import cross_validate

    (train_input, train_target), _ = load_fashion_mnist()
    train_scaled = train_input[:count] / 255.0
    train_scaled = train_scaled.reshape(-1, 28 * 28)
    start = time.perf_counter()
    sc = SGDClassifier(loss="log_loss", max_iter=5, random_state=42)
    scores = cross_validate(sc, train_scaled, train_target[:count], n_jobs=-1)
    return time.perf_counter() - start, scores["test_score"].tolist()


def cross_validation_ours(count):
    from fmnist_lessons import cross_validate_sgd, load_fashion_mnist, scale_and_flatten

    (train_input, train_target), _ = load_fashion_mnist()
    train_scaled = scale_and_flatten(train_input[:count])
    start = time.perf_counter()
    scores = cross_validate_sgd(train_scaled, train_target[:count], max_iter=5)
    return time.perf_counter() - start, scores["test_score"].tolist()


def fit_plain(count):
    import keras
    import tensorflow as tf
    from fmnist_lessons import load_fashion_mnist
    from sklearn.model_selection import train_test_split

    keras.utils.set_random_seed(42)
    tf.config.experimental.enable_op_determinism()
    (train_input, train_target), _ = load_fashion_mnist()
    train_scaled = train_input / 255.0
    train_scaled = train_scaled.reshape(-1, 28 * 28)
    train_scaled, _, train_target, _ = train_test_split(
        train_scaled, train_target, test_size=0.2, random_state=42
    )
    start = time.perf_counter()
    inputs = keras.layers.Input(shape=(784,))
    dense = keras.layers.Dense(10, activation="softmax")
    model = keras.Sequential([inputs, dense])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(train_scaled[:count], train_target[:count], epochs=5, verbose=0)
    return time.perf_counter() - start, _digest(model)


def fit_ours(count):
    import numpy as np
    from fmnist_lessons import load_fashion_mnist, scale_and_flatten, train_network
    from sklearn.model_selection import train_test_split

    (train_input, train_target), _ = load_fashion_mnist()
    train_scaled, val_scaled, train_target, val_target = train_test_split(
        scale_and_flatten(train_input, np.float32), train_target, test_size=0.2, random_state=42
    )
    start = time.perf_counter()
    run = train_network(train_scaled[:count], train_target[:count], (val_scaled, val_target))
    return time.perf_counter() - start, _digest(run.model)


def first_figure_plain(_):
    import io

    import keras
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    (train_input, _), _ = keras.datasets.fashion_mnist.load_data()
    fig, axs = plt.subplots(1, 10, figsize=(10, 10))
    for i in range(10):
        axs[i].imshow(train_input[i], cmap="gray_r")
        axs[i].axis("off")
    fig.savefig(io.BytesIO())
    return _seconds_since_start(), train_input[:10].sum().item()


def first_figure_ours(_):
    from fmnist_lessons import load_fashion_mnist
    from fmnist_lessons.figures import plot_sample_row

    (train_input, _), _ = load_fashion_mnist()
    plot_sample_row(train_input[:10]).to_png()
    return _seconds_since_start(), train_input[:10].sum().item()


def _trained_for_scrubbing():
    import numpy as np
    from fmnist_lessons import EpochsLab, load_fashion_mnist, scale_and_flatten

    (train_input, train_target), _ = load_fashion_mnist()
    train_scaled = scale_and_flatten(train_input, np.float32)
    validation = (train_scaled[48_000:], train_target[48_000:])
    lab = EpochsLab(train_scaled[:3000], train_target[:3000], validation)
    lab.run(20)
    return lab, validation


def scrub_plain(_):
    """Go to another epoch with Keras, scikit-learn and matplotlib: weights, confusion, figures."""
    from fmnist_lessons import CLASS_NAMES
    from fmnist_lessons.figures import plot_confusion_matrix, plot_weight_images
    from sklearn.metrics import confusion_matrix

    lab, (val_scaled, val_target) = _trained_for_scrubbing()
    run = lab.training_run
    slowest, totals = 0.0, []
    for snapshot in run.snapshots[::4]:
        start = time.perf_counter()
        run.model.set_weights([snapshot.weights, snapshot.biases])
        predicted = run.model.predict(val_scaled, verbose=0).argmax(axis=1)
        plot_weight_images(snapshot.weights.T, CLASS_NAMES).to_png()
        plot_confusion_matrix(val_target, predicted, CLASS_NAMES).to_png()
        slowest = max(slowest, time.perf_counter() - start)
        totals.append(int(confusion_matrix(val_target, predicted).trace()))
    return slowest, totals


def scrub_ours(_):
    lab, _ = _trained_for_scrubbing()
    slowest, totals = 0.0, []
    for epoch in range(0, 21, 4):
        lab.look_at((epoch + 1) % 21)  # somewhere else first
        start = time.perf_counter()
        lab.look_at(epoch)
        slowest = max(slowest, time.perf_counter() - start)
        totals.append(int(lab.state.shown.counts.trace()))
    return slowest, totals


def _seconds_since_start():
    return time.time() - psutil.Process().create_time()


def _digest(model):
    import hashlib

    return hashlib.sha256(b"".join(each.tobytes() for each in model.get_weights())).hexdigest()


# How it is measured.


def measure(name, count):
    """Run one of the functions above in a process of its own.

    Returns
    -------
    seconds, mib, result
        Time of the call, peak resident memory of the process and all it started, and what the call
        gave.
    """
    # No screen, so a figure is only drawn; and no start-up log of TensorFlow's in the way.
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
    process = subprocess.Popen(
        [sys.executable, __file__, "--one", name, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    peak, tree = 0, psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        try:
            for each in (tree, *tree.children(recursive=True)):
                total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        peak = max(peak, total)
        time.sleep(0.02)
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{name}({count}) failed:\n{errors}")
    seconds, result = json.loads(output.splitlines()[-1])
    return seconds, peak / MIB, result


def compare(title, name, counts):
    """Measure plain and ours for each count; yield table rows."""
    for count in counts:
        seconds, mib, result = measure(f"{name}_plain", count)
        our_seconds, our_mib, our_result = measure(f"{name}_ours", count)
        row = (
            f"{title}, {count:,} images" if count else title,
            _say(seconds),
            _say(our_seconds),
            f"{our_seconds / seconds:.2f}",
            f"{mib:,.0f} MiB",
            f"{our_mib:,.0f} MiB",
            f"{our_mib / mib:.2f}",
            "equal" if result == our_result else "DIFFERENT",
        )
        print("| " + " | ".join(row) + " |", flush=True)
        yield row


def _say(seconds):
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def processor():
    """Return the processor's name and the number of cores."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    name = line.split(":", 1)[1].strip()
                    break
    return f"{name}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        name, count = arguments.one
        print(json.dumps(globals()[name](int(count))))
        return 0

    from fmnist_lessons import prepare_keras_cache

    prepare_keras_cache()  # the plain call would download
    print(f"{platform.system()} on {processor()}, Python {platform.python_version()}\n")
    print("| what | plain | ours | ratio | plain, memory | ours, memory | ratio | results |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    rows = [
        *compare("cross-validation, max_iter=5", "cross_validation", (*SIZES, 60_000)),
        *compare("fit, 5 epochs", "fit", SIZES),
        *compare("from start to first figure", "first_figure", (0,)),
        *compare("go to another epoch (slowest)", "scrub", (0,)),
    ]
    return 0 if all(row[-1] == "equal" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
