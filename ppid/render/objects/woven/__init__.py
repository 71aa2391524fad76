"""Cloth with holes, nets, wires and wicker."""
