"""Plain steps that the tests of several labs take."""


def train_to_the_end(lab):
    """Press Train and wait until the training's thread has ended."""
    lab._train_button.click()
    assert lab._work.join(120)


def assert_ready(lab):
    """Check that Train can be pressed and nothing goes on."""
    assert not lab._train_button.disabled
    assert lab._stop_button.disabled
    assert not lab._work.running
