"""Clips move, keep their size and exposure, and go on after a kill."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ppid.render import clips, makers
from ppid.render.jobs import Task
from ppid.render.makers import Clips
from ppid.render.rng import Rng

SIZE = (64, 36)
MAKEHUMAN = Path(__file__).parents[4] / "shared" / "assets" / "makehuman"


@pytest.mark.parametrize("kind", [kind for kind in clips.KINDS if kind not in clips.PEOPLE])
def test_each_kind_moves(empty_scene: None, kind: str) -> None:
    from ppid.render import cycles
    from ppid.render.develop import develop

    alphas = []
    for number, shot in enumerate(islice(clips.frames(kind, Rng.of(kind, 2, 0), {}, SIZE, 24), 13)):
        assert shot.size == SIZE
        if number in (6, 12):
            pixels = cycles.render(shot, 1) if shot.pixels is None else shot.pixels
            alphas.append(develop(shot.retouch(pixels) if shot.retouch else pixels, shot, 1.0)[0][..., 3].astype(int))
    assert alphas[0].shape == SIZE[::-1] and alphas[1].max() > 60
    assert np.abs(alphas[0] - alphas[1]).mean() > 0.3


@pytest.mark.shared
@pytest.mark.skipif(not MAKEHUMAN.is_dir(), reason="MakeHuman's data is not beside the checkout")
@pytest.mark.parametrize("kind", clips.PEOPLE)
def test_hair_goes_with_the_head_and_does_not_flicker(empty_scene: None, kind: str) -> None:
    import bpy

    from ppid.render import people

    attributes: dict[str, object] = {}
    seen = []
    for _ in islice(clips.frames(kind, Rng.of(kind, 1, 0), attributes, SIZE, 24, people.load(MAKEHUMAN)), 3):
        strands = [each for each in bpy.context.scene.objects if each.type == "CURVES" and each.get("hair")]
        places = [np.empty(len(each.data.points) * 3, np.float32) for each in strands]
        for each, flat in zip(strands, places, strict=True):
            each.data.attributes["position"].data.foreach_get("vector", flat)
        seen.append(np.concatenate(places).reshape(-1, 3))
    steps = [after - before for before, after in zip(seen, seen[1:], strict=False)]
    assert attributes["hair"] and len(seen[0]) > 500
    for step in steps:
        assert 1e-4 < np.abs(step).max() < 0.2  # metres in a 24th of a turn or walk
    # Grown anew, the second frame's strands would be strangers to the first's.
    assert np.linalg.norm(steps[1] - steps[0], axis=1).mean() < 0.02


def test_a_clip_is_written_whole_and_goes_on_after_a_kill(blender: None, tmp_path: Path) -> None:
    task, maker = Task("flame", 1, 0), Clips(SIZE)
    result = maker.make(task, tmp_path)
    folder = tmp_path / "train" / "flame" / "1-00000"
    facts = json.loads((folder / "clip.json").read_text())
    names = [f"{number:03d}.webp" for number in range(facts["frames"])]
    assert sorted(path.name for path in folder.iterdir()) == [*names, "clip.json"]
    assert 24 <= facts["frames"] <= 60 and (facts["width"], facts["height"]) == SIZE
    assert result.attributes["file"] == "1-00000"
    frames = {name: (folder / name).read_bytes() for name in names}

    # As if it had been killed: some frames are there, under the name that the folder has while it grows.
    working = folder.with_name(".1-00000.partial")
    folder.rename(working)
    for name in names[5:]:
        (working / name).unlink()
    (working / names[2]).write_bytes(b"kept as it is")
    maker.make(task, tmp_path)
    assert (folder / names[2]).read_bytes() == b"kept as it is" and not working.exists()
    assert all((folder / name).read_bytes() == frames[name] for name in names if name != names[2])
    with Image.open(folder / names[-1]) as last:
        assert last.size == SIZE

    # Killed after the folder was named and before the table had its line.
    (folder / names[0]).write_bytes(b"kept too")
    assert maker.make(task, tmp_path).attributes == result.attributes
    assert (folder / names[0]).read_bytes() == b"kept too"


def test_a_clip_without_anything_in_it_is_rejected(
    blender: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.zeros((*SIZE[::-1], 4), np.float32)
    monkeypatch.setattr(makers, "_rendered", lambda shot, rng: nothing)
    result = Clips(SIZE).make(Task("flame", 1, 0), tmp_path)
    assert result.rejected == "empty, empty, empty"
    assert not list((tmp_path / "train" / "flame").iterdir())
