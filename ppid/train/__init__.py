"""Training: `python -m ppid.train student`."""
