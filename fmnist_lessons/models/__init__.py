"""The two models and what is computed from them: no widget, no figure."""
