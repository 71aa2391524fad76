"""Real clips of people, which are not part of the repository: run where the project's shared media lies beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import runtime
from export.build_engine import build
from runtime.bundle import packaged
from runtime.sources import open_source

VIDEO = Path(__file__).parents[3] / "shared" / "media" / "video"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not VIDEO.is_dir(), reason=f"no shared media at {VIDEO}")]


def alphas(engine: Path, clip: Path, every: int) -> np.ndarray:
    """Alpha float (N, H, W) of each `every`-th frame."""
    with runtime.open(engine) as matter, open_source(str(clip)) as source:
        frames = [frame for frame in source if frame.index % every == 0]
        return np.stack([matter.matte(frame)[0].alpha for frame in frames]).astype(np.float32) / 255


def test_int8_alpha_is_that_of_fp32_on_real_people(tmp_path: Path) -> None:
    int8 = build("int8", "openvino", (512, 288), None, None, tmp_path / "int8").path
    fp32 = build("fp32", "openvino", (512, 288), None, None, tmp_path / "fp32").path
    clips = sorted(VIDEO.glob("*.mkv"))
    differences = [np.abs(alphas(int8, clip, 20) - alphas(fp32, clip, 20)).mean() for clip in clips]
    assert np.mean(differences) < 0.01
    assert max(differences) < 0.02, clips[int(np.argmax(differences))].name


def test_the_person_is_there_in_every_clip() -> None:
    clips = sorted(VIDEO.glob("*.mkv"))
    assert clips
    for clip in clips:
        alpha = alphas(packaged(), clip, 20)
        height, width = alpha.shape[1:]
        chest = alpha[:, round(0.5 * height) : round(0.6 * height), round(0.46 * width) : round(0.54 * width)]
        assert chest.mean() > 0.8, clip.name
        assert alpha[:, : round(0.1 * height), : round(0.2 * width)].mean() < 0.1, clip.name  # the ceiling
