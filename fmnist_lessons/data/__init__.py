"""The two data sets, shipped in ``files/``, and the folder where Keras looks for them."""
