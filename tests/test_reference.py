"""Chapter 9: an entry for every term and function, shown running, and linked to its lesson."""

import ast
import builtins
import re
import warnings
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from fmnist_lessons.reference import what_happens

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
REFERENCE = NOTEBOOKS / "09_reference.ipynb"

# What the curriculum calls a key term: its entry's heading, and what its example has to use.
TERMS = {
    "artificial neural network": ("Artificial neural network", "Sequential"),
    "TensorFlow": ("TensorFlow", r"\btf\."),
    "Keras": ("Keras", r"\bkeras\."),
    "layer": ("Layer", r"\.shape"),
    "layer (input)": ("Input layer", "input_layer"),
    "layer (hidden)": ("Hidden layer", "hidden_layer"),
    "layer (output)": ("Output layer", "output_layer"),
    "layer (dense)": ("Dense layer", "Dense"),
    "neuron/unit": ("Neuron or unit", "z ="),
    "weight": ("Weight", "weights"),
    "intercept": ("Intercept", "intercept"),
    "activation": ("Activation", r"keras\.activations\.get"),
    "softmax": ("Softmax", '"softmax"'),
    "sigmoid": ("Sigmoid", '"sigmoid"'),
    "ReLU": ("ReLU", '"relu"'),
    "one-hot encoding": ("One-hot encoding", "to_categorical"),
    "cross-entropy": ("Cross-entropy", "crossentropy"),
    "epoch": ("Epoch", "epochs="),
    "batch": ("Batch", "batch_size="),
    "validation set": ("Validation set", "evaluate"),
    "cross-validation": ("Cross-validation", "KFold"),
    "loss": ("Loss", "losses"),
    "gradient descent": ("Gradient descent", "learning_rate"),
    "learning rate": ("Learning rate", "learning_rate"),
    "optimizer": ("Optimizer", r"keras\.optimizers"),
    "seed": ("Seed", "set_random_seed"),
    "accuracy": ("Accuracy", "accuracy"),
    "overfitting": ("Overfitting", "evaluate"),
    "test set": ("Test set", "accuracy"),
    "standard deviation": ("Standard deviation", r"\.std\("),
    "standard error": ("Standard error", r"np\.sqrt\("),
    "MNIST": ("MNIST", "load_mnist"),
}
# The same for functions: what the example calls, and parameters that the entry has to name.
FUNCTIONS = {
    "Input": (r"\bInput\(", ["shape"]),
    "Dense": (r"\bDense\(", ["units", "activation"]),
    "Sequential": (r"\bkeras\.Sequential\(", ["layers"]),
    "compile": (r"\.compile\(", ["loss", "metrics", "optimizer"]),
    "fit": (r"\.fit\(", ["epochs", "batch_size", "validation_data"]),
    "evaluate": (r"\.evaluate\(", ["return_dict", "verbose"]),
    "SGDClassifier": (r"\bSGDClassifier\(", ["loss", "max_iter", "random_state", "n_jobs"]),
    "cross_validate": (r"\bcross_validate\(", ["cv", "n_jobs"]),
    "train_test_split": (r"\btrain_test_split\(", ["test_size", "random_state"]),
    "np.unique": (r"\bnp\.unique\(", ["return_counts"]),
}
# Old spelling, what it leads to today, new spelling.
OLD_SPELLINGS = {
    "loss='log'": ("InvalidParameterError", "loss='log_loss'"),
    "metrics='accuracy'": ("ValueError", "metrics=['accuracy']"),
    "Sequential(dense)": ("TypeError", "Sequential([dense])"),
    "Dense(10, input_shape=(784,))": ("UserWarning", "Input(shape=(784,)), Dense(10)"),
    "'sparse_categorical_entropy'": ("ValueError", "'sparse_categorical_crossentropy'"),
    "'mean_square_error'": ("ValueError", "'mean_squared_error'"),
    "'rmsdrop'": ("ValueError", "'rmsprop'"),
}
MOST_LINES = 9  # of an example, blank lines and imports left out
LINK = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def anchor_of(heading):
    """Return the anchor that JupyterLab gives a heading: its text, a hyphen for each space."""
    return heading.replace("`", "").strip().replace(" ", "-")


def anchors_in(notebook):
    """List the anchors of all headings in the markdown cells, those in code blocks left out."""
    return [
        anchor_of(heading)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for heading in HEADING.findall(re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL))
    ]


def links_to_nowhere(text, folder=NOTEBOOKS, here=REFERENCE):
    """List the links to headings in `text` whose chapter or heading does not exist."""
    wrong = []
    for file, anchor in LINK.findall(text):
        if file.startswith(("http:", "https:")):
            continue
        path = folder / file if file else here
        if not path.is_file():
            wrong.append(f"{file}: no such chapter")
        elif unquote(anchor) not in anchors_in(nbformat.read(path, as_version=4)):
            wrong.append(f"{file}#{anchor}: no such heading")
    return wrong


def entries_of(notebook):
    """Return the entries: a heading of level 3, the text below it, the code cells that follow."""
    entries = {}
    open_entries = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for heading in open_entries:
                entries[heading][1].append(cell)
            continue
        parts = re.split(r"^(#{1,3}) (.+)$", cell.source, flags=re.MULTILINE)
        if len(parts) > 1 or not cell.source.strip():
            open_entries = []
        for level, heading, text in zip(parts[1::3], parts[2::3], parts[3::3]):
            if level == "###" and not heading.startswith("Exercise"):
                name = heading.replace("`", "")
                assert name not in entries, f"two entries for {name}"
                entries[name] = (text.strip(), [])
                open_entries.append(name)
    return entries


@pytest.fixture(scope="module")
def reference():
    return nbformat.read(REFERENCE, as_version=4)


@pytest.fixture(scope="module")
def entries(reference):
    return entries_of(reference)


def problems_of_entry(entries, heading, used):
    """Say what an entry lacks; an empty list for a good one."""
    if heading not in entries:
        return ["no entry"]
    text, cells = entries[heading]
    found = []
    if len(text.split()) < 10:
        found.append("no definition")
    if not any(file for file, _ in LINK.findall(text)):
        found.append("no link to a chapter")
    found += links_to_nowhere(text)
    if not any(cell.outputs for cell in cells):
        found.append("no example with an output")
    if not any(re.search(used, cell.source) for cell in cells if cell.outputs):
        found.append(f"no example that uses {used}")
    return found


@pytest.mark.parametrize("term", TERMS)
def test_every_term_has_an_entry(entries, term):
    assert problems_of_entry(entries, *TERMS[term]) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_an_entry_with_its_parameters(entries, function):
    used, parameters = FUNCTIONS[function]
    assert problems_of_entry(entries, function, used) == []
    text, cells = entries[function]
    rows = re.findall(r"^\| (.+?) \| .+ \| .* \|$", text, re.MULTILINE)[1:]
    named = " ".join(rows)
    assert [each for each in parameters if f"`{each}`" not in named] == []
    # What a wrong parameter leads to is shown, not only said.
    assert any("what_happens(" in cell.source and cell.outputs for cell in cells)


def test_the_check_of_entries_can_fail(entries):
    text, cells = entries["Softmax"]
    used = TERMS["softmax"][1]

    def broken(text=text, cells=cells):
        return problems_of_entry({"Softmax": (text, cells)}, "Softmax", used)

    assert broken() == []
    assert problems_of_entry({}, "Softmax", used) == ["no entry"]
    assert "no definition" in broken(text=LINK.search(text).group())
    assert broken(text=LINK.sub("]", text)) == ["no link to a chapter"]
    assert broken(text=text.replace("#From-z", "#To-z"))[0].endswith("no such heading")
    assert broken(text=text.replace("03_", "99_"))[0].endswith("no such chapter")
    assert broken(cells=[])[0] == "no example with an output"
    assert broken(cells=entries["Batch"][1]) == [f"no example that uses {used}"]


def test_examples_are_short(reference):
    long = {
        cell.id: len(lines)
        for cell in reference.cells
        if cell.cell_type == "code" and cell.id.endswith("-example")
        for lines in [[line for line in cell.source.splitlines() if line and "import" not in line]]
        if len(lines) > MOST_LINES
    }
    assert long == {}


def test_every_link_to_a_heading_leads_there(reference):
    text = "\n".join(cell.source for cell in reference.cells if cell.cell_type == "markdown")
    assert len(LINK.findall(text)) > len(TERMS) + len(FUNCTIONS)
    assert links_to_nowhere(text) == []


def test_contents_list_every_entry(reference, entries):
    contents = next(cell.source for cell in reference.cells if "## Contents" in cell.source)
    listed = {anchor for file, anchor in LINK.findall(contents) if not file}
    assert {anchor_of(heading) for heading in entries} - listed == set()


def names_missing(sources, known):
    """List the names that cells use, in this order, before anything defines them."""
    missing = []
    for source in sources:
        # First what the cell defines: the examples are short, and none redefines what it reads.
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                known |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.FunctionDef):
                known |= {
                    node.name,
                    *(each.arg for each in [*node.args.args, node.args.kwarg] if each),
                }
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                known.add(node.id)
        loads = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        missing += [name for name in loads if name not in known and not hasattr(builtins, name)]
    return missing


def test_an_entry_needs_nothing_but_the_set_up(reference, entries):
    set_up = [cell.source for cell in reference.cells if cell.id.startswith("set-up-data")]
    set_up += [cell.source for cell in reference.cells if cell.id == "set-up"]
    assert len(set_up) == 2
    known = set()
    assert names_missing(set_up, known) == []
    for heading, (_, cells) in entries.items():
        assert names_missing([cell.source for cell in cells], set(known)) == [], heading
    assert names_missing(["print(forgotten)"], set(known)) == ["forgotten"]


def test_no_anchor_is_there_twice(reference):
    anchors = anchors_in(reference)
    assert sorted(anchors) == sorted(set(anchors))


def test_old_spellings_are_tried_and_put_right(reference):
    cell = next(cell for cell in reference.cells if cell.id == "old-spellings-table")
    printed = "".join(output.text for output in cell.outputs)
    assert len(printed.splitlines()) == 1 + len(OLD_SPELLINGS)
    for old, (raised, new) in OLD_SPELLINGS.items():
        assert re.search(rf"^{re.escape(old)} +{raised} +{re.escape(new)} +works$", printed, re.M)


# what_happens


def warn_twice():
    warnings.warn("of a library's own", DeprecationWarning, stacklevel=1)
    warnings.warn("first\nsecond line", FutureWarning, stacklevel=1)
    warnings.warn("another", UserWarning, stacklevel=1)


def fail(message, kind=ValueError):
    raise kind(message)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: 1, "works"),
        (lambda: None, "works"),
        (warn_twice, "FutureWarning: first"),
        (
            lambda: warnings.warn_explicit("old", DeprecationWarning, "f", 1, module="__main__"),
            "DeprecationWarning: old",
        ),
        (lambda: (warn_twice(), fail("worse")), "ValueError: worse"),
        (lambda: fail(""), "ValueError"),
        (
            lambda: fail("\n\n  the second line says it  \nmore"),
            "ValueError: the second line says it",
        ),
        (lambda: fail("\x1b[1mbold\x1b[0m"), "ValueError: bold"),
        (
            lambda: fail("Exception encountered when calling Dense.call().\n\nwrong shape"),
            "ValueError: wrong shape",
        ),
        (lambda: {}["a"], "KeyError: 'a'"),
        (lambda: fail("x" * 200), "ValueError: " + "x" * 79 + "…"),
    ],
)
def test_what_happens(call, said):
    assert what_happens(call) == said
    assert len(said) <= 92


def test_what_happens_calls_once_and_shows_no_warning(recwarn):
    calls = []
    assert what_happens(lambda: calls.append(1)) == "works"
    assert calls == [1]
    what_happens(warn_twice)
    assert len(recwarn) == 0


def test_what_happens_lets_an_interrupt_through():
    with pytest.raises(KeyboardInterrupt):
        what_happens(lambda: fail("", KeyboardInterrupt))


@pytest.mark.parametrize("call", [None, 1, "Dense(0)", []])
def test_what_happens_refuses_what_it_cannot_call(call):
    with pytest.raises(TypeError, match=r"^call must be something to call.*Write lambda:"):
        what_happens(call)


@pytest.mark.parametrize(
    ("width", "error"), [(19, ValueError), (0, ValueError), (40.0, TypeError), ("92", TypeError)]
)
def test_what_happens_refuses_a_wrong_width(width, error):
    with pytest.raises(error, match=r"^width must be a whole number, 20 or more"):
        what_happens(lambda: pytest.fail("called"), width=width)


def test_what_happens_cuts_at_the_width():
    assert what_happens(lambda: fail("x" * 200), width=20) == "ValueError: xxxxxxx…"
