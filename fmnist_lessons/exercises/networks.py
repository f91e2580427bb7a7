"""What the checks of exercises that build a Keras network share. Keras is imported when needed."""

import numpy as np

from .feedback import refuse_if, show


def build_dense_network(function, cases):
    """Let a learner's function build networks; return the last, or raise `NotRight` of a wrong one.

    The function takes the number of units of each hidden layer; `cases` are the arguments of each
    call.
    """
    import keras
    from keras.layers import Dense, InputLayer

    models = []
    for hidden in cases:
        result = function(*hidden)
        kind, shown = type(result).__name__, show(result)
        refuse_if("returned", keras=keras, result=result, kind=kind, shown=shown)
        models.append(result)
    for model, hidden in zip(models, cases):
        layers = [each for each in model.layers if not isinstance(each, InputLayer)]
        others = [type(each).__name__ for each in layers if not isinstance(each, Dense)]
        refuse_if("layers", others=", ".join(others), count=len(layers), asked=len(hidden) + 1)
        shape = model.input_shape  # of several inputs a list
        one = shape[1:] if isinstance(shape, tuple) else shape
        refuse_if("input", input_shape=shape, shape=one)
        *units, last = (layer.units for layer in layers)
        case, shown = function.words(*hidden), show(tuple(units))
        refuse_if("units", units=tuple(units), last=last, hidden=hidden, case=case, shown=shown)
        answer = model(np.zeros((1, 784), dtype=np.float32))
        refuse_if("output", shape=getattr(answer, "shape", None), kind=type(answer).__name__)
        for layer in layers:
            place = "output" if layer is layers[-1] else "hidden"
            activation = layer.activation
            activation = getattr(activation, "__name__", type(activation).__name__).lower()
            refuse_if("layer", layer=layer, place=place, activation=activation)
    return models[-1]
