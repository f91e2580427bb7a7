"""The learner's finished runs, in memory and as a file."""
