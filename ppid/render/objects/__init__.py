"""Objects that are hard to matte, a module for each kind; each has `build`."""

KINDS = ("glass", "smoke_fire", "lace_net", "splash")
