"""Every kind of object makes a sound picture, the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ppid.render.jobs import Task
from ppid.render.makers import Stills
from ppid.render.objects import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_makes_pictures_that_pass_the_check(blender: None, kind: str, tmp_path: Path) -> None:
    maker = Stills(side=96)
    for index in range(2):
        task = Task(kind, 11, index)
        result = maker.make(task, tmp_path)
        assert result.rejected is None, result.rejected
        rgba = np.asarray(Image.open(tmp_path / task.folder / result.attributes["file"]))
        assert rgba.shape == (96, 96, 4) and 0.01 < result.attributes["coverage"] < 0.94
        assert result.attributes["subject"]
