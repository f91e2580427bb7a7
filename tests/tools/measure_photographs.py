"""How often photographs are named rightly, and how often the lab says that it may be wrong.

``python tests/tools/measure_photographs.py`` trains both models of chapters 5 and 7 and measures
each on 1,100 photographs, of clothes and of digits; a number behind it: so many of a kind.
"""

import sys
import warnings

import numpy as np
from fmnist_lessons import (
    CLASS_NAMES,
    DIGIT_NAMES,
    DrawLab,
    load_fashion_mnist,
    load_mnist,
    scale_and_flatten,
    train_network,
)
from fmnist_lessons.pictures.prepare import DIGIT, GARMENT, prepare_picture
from photographs import KINDS, photograph
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

EACH = 100  # photographs of each kind
ALL = "itself", *KINDS
CLASSIFIER = SGDClassifier.__name__


def measure(classifier, network, validation, class_names, data, *, each=EACH, kinds=ALL):
    """Return a dict: for each kind, bools by what they tell, one a photograph.

    "before" tells whether the network names it rightly when it is prepared as a drawing is;
    "network" and "classifier", whether they do as `DrawLab` prepares it; "warned", whether the lab
    has a doubt. The first images of the validation set are photographed; the lab compares with the
    others, since somebody's own picture is not among those that it knows. As "itself", 4 times as
    many of the others are shown as they are, each compared with the rest.
    """
    scaled, target = validation
    others = scaled[each:], target[each:]
    lab = DrawLab(classifier, network, others, class_names, data=data)
    lab.look_at("usual")  # fewer pictures to draw
    preparation = GARMENT if data == "Fashion MNIST" else DIGIT
    images = np.rint(255 * scaled[:each]).astype(np.uint8).reshape(-1, 28, 28)
    found = {}
    for kind in kinds:
        drawn, rows = [], []
        for number in range(4 * each if kind == "itself" else each):
            if kind == "itself":
                lab.show_validation(number)
                true = others[1][number]
            else:
                picture = photograph(images[number], kind, number, pencil=preparation is DIGIT)
                lab.show_picture(picture)
                true = target[number]
            drawn.append(prepare_picture(lab.steps[0].pixels, preparation)[-1].pixels)
            said = lab.probabilities["network"], lab.probabilities[CLASSIFIER]
            rows.append((true, *map(np.argmax, said), bool(lab.doubts)))
        true, by_network, by_classifier, warned_of = np.array(rows).T
        before = network.predict(np.reshape(drawn, (-1, 784)).astype(np.float32) / 255, verbose=0)
        found[kind] = {
            "before": before.argmax(axis=1) == true,
            "network": by_network == true,
            "classifier": by_classifier == true,
            "warned": warned_of.astype(bool),
        }
    lab.close()
    return found


def warned(found, kinds, *, right):
    """Return of all that the network names rightly, or wrongly, how many are warned of."""
    told = [found[kind]["warned"][found[kind]["network"] == right] for kind in kinds]
    return np.concatenate(told).mean()


def rows_of(found):
    """Return the rows of the guide's table."""
    names = "before", "network", "classifier", "warned"
    for kind in KINDS:
        yield "  ".join([f"{kind:10}", *(f"{found[kind][name].mean():.2f}" for name in names)])


def main(each):
    for data, load, names in (
        ("Fashion MNIST", load_fashion_mnist, CLASS_NAMES),
        ("MNIST digits", load_mnist, DIGIT_NAMES),
    ):
        images, target = load()[0]
        scaled = scale_and_flatten(images, dtype=np.float32)
        train, val, train_target, val_target = train_test_split(
            scaled, target, test_size=0.2, random_state=42
        )
        validation = val, val_target
        network = train_network(train, train_target, validation, epochs=5, seed=42).model
        classifier = SGDClassifier(loss="log_loss", max_iter=5, random_state=42, n_jobs=-1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of convergence
            classifier.fit(train, train_target)
        found = measure(classifier, network, validation, names, data, each=each)
        print(f"{data}: before, network, classifier, share warned of", *rows_of(found), sep="\n")
        print(f"warned of wrong photographs: {warned(found, KINDS[1:], right=False):.2f}")
        print(f"warned of right images: {warned(found, ['itself'], right=True):.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EACH)
