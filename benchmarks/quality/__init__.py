"""`python -m benchmarks.quality`: alpha of the shipped student and of what else can be installed, against the truth."""
