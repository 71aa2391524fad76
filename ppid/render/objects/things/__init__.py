"""Everyday things composed of parts, a module for each sort; each has a table `THINGS`."""
