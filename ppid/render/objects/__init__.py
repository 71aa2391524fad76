"""Objects that are hard to matte, a module for each kind; each has `build`."""

KINDS = ("fur", "glass", "smoke_fire", "lace_net", "plants", "splash", "weak", "solid")
