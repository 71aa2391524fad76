"""Measurements: latency, whole pipeline; and the makers of the sample data that they and the demo use."""
