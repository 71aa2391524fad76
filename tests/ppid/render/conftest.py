"""Blender's module is there in an environment of its own only: `make test-render`."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def blender() -> None:
    """Skip what needs Blender's module where it is not."""
    pytest.importorskip("bpy", reason="bpy is not installed here; `make test-render` runs this", exc_type=ImportError)


@pytest.fixture
def empty_scene(blender: None) -> None:
    from ppid.render import scene

    scene.clear()
