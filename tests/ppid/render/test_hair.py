"""Hair of the scalp, as far as it needs no body data."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from ppid.render.rng import Rng


def test_a_region_without_strands_is_left_bare(blender: None) -> None:
    """Blender ends the process on an object of no curves."""
    from ppid.render.people.hair import _Scalp
    from ppid.render.people.hair_growth import Roots
    from ppid.render.people.hairstyles import STYLES

    places = np.random.default_rng(0).normal(size=(60, 3))
    scalp = _Scalp(Rng(0), SimpleNamespace(head=None), Roots(places, places, places), np.ones(60), None, covered=True)  # type: ignore[arg-type]
    none = replace(STYLES["crop"], strands=0)
    assert scalp._piece(none, None, np.ones(60)) == []  # type: ignore[arg-type]
