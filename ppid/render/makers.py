"""What the worker processes do: each maker renders one sort of thing. Blender is imported only there."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ppid.errors import UserError
from ppid.render.files import writing
from ppid.render.jobs import Result, Task
from ppid.render.picture import SUFFIX, read, write, write_opaque
from ppid.render.rng import Rng
from ppid.render.verify import clip_fault, coverage, fault

if TYPE_CHECKING:
    from ppid.render.shot import Attributes, Shot, Size

_ATTEMPTS = 3
_CLIP = "clip.json"


@dataclass(frozen=True)
class Stills:
    """People and objects.

    Attributes:
        side: of the picture in pixels (people's pictures have other shapes of about that area too).
        makehuman: folder with the body data; only people need it.
        passing: people from head to foot and from any side.
    """

    side: int
    makehuman: Path | None = None
    passing: bool = False

    def prepare(self) -> None:
        """Load Blender and the body data."""
        import_blender()
        if self.makehuman:
            _bodies(self.makehuman)

    def make(self, task: Task, output: Path) -> Result:
        """Render until a picture is not obviously broken, three times at most."""
        from ppid.render import scene
        from ppid.render.develop import develop

        def attempt(rng: Rng, attributes: Attributes) -> NDArray[np.uint8]:
            scene.clear()
            shot = self._builder(task.kind)(rng, attributes, self.side)
            rgba, gain = develop(_rendered(shot, rng), shot)
            attributes["gain"] = round(gain, 3)
            return rgba

        rgba, result = _attempts(task, attempt, whole=task.kind == "people")
        if rgba is not None:
            path = _place(task, output).with_suffix(SUFFIX)
            with writing(path):
                write(path, rgba)
            result.attributes.update(file=path.name, size=[rgba.shape[1], rgba.shape[0]], **coverage(rgba))
        return result

    def _builder(self, kind: str) -> Callable[[Rng, Attributes, int], Shot]:
        if kind != "people":
            return importlib.import_module(f"ppid.render.objects.{kind}").build
        from ppid.render import people

        assert self.makehuman is not None
        bodies = _bodies(self.makehuman)
        return lambda rng, attributes, side: people.build(rng, attributes, side, bodies, passing=self.passing)


@dataclass(frozen=True)
class Clips:
    """Moving subjects: a folder of frames and `clip.json` (what was drawn, size, rate) for each.

    Attributes:
        size: (width, height).
        makehuman: folder with the body data; only clips of people need it.
    """

    size: Size
    makehuman: Path | None = None

    def prepare(self) -> None:
        """Load Blender and the body data."""
        import_blender()
        if self.makehuman:
            _bodies(self.makehuman)

    def make(self, task: Task, output: Path) -> Result:
        """Render the frames that are not there yet under a temporary name, then rename the folder if they are sound."""
        from ppid.render import clips, scene
        from ppid.render.develop import develop

        folder = _place(task, output)
        if folder.is_dir():  # killed after renaming it, before its line was written
            facts = json.loads((folder / _CLIP).read_text())
            return Result({"file": folder.name, **{key: fact for key, fact in facts.items() if key != "name"}})
        scene.clear()
        rng, attributes = Rng.of(task.kind, task.seed, task.index), dict[str, Any]()
        count = rng.whole(24, 60)
        bodies = _bodies(self.makehuman) if self.makehuman else None
        working = folder.with_name(f".{folder.name}.partial")
        with writing(working):
            working.mkdir(parents=True, exist_ok=True)
        gain = None
        for number, shot in enumerate(clips.frames(task.kind, rng, attributes, self.size, count, bodies)):
            path = working / f"{number:03d}{SUFFIX}"
            if path.exists() and gain is not None:
                continue
            # All frames share their noise's seed: what stands still does not flicker. Exposure is the first frame's.
            rgba, gain = develop(_rendered(shot, Rng(task.seed, task.index)), shot, gain)
            with writing(path):
                write(path, rgba)
        # What is there may be of a run before this one, so frames are read again.
        looked_at = [read(working / f"{number:03d}{SUFFIX}") for number in (0, count // 2, count - 1)]
        reason = clip_fault(looked_at, whole=task.kind in clips.PEOPLE)
        if reason:
            shutil.rmtree(working)
            return Result(attributes, reason)
        facts = {**attributes, "frames": count, "width": self.size[0], "height": self.size[1], "fps": clips.RATE}
        with writing(folder):
            (working / _CLIP).write_text(json.dumps({"name": task.kind, **facts}, indent=1))
            os.replace(working, folder)
        return Result({"file": folder.name, **facts})


@dataclass(frozen=True)
class Backgrounds:
    """Opaque pictures to compose over.

    Attributes:
        size: (width, height).
        panoramas, photographs: folders that those kinds are cut from.
    """

    size: Size
    panoramas: Path | None = None
    photographs: Path | None = None

    def prepare(self) -> None:
        """Load Blender."""
        import_blender()

    def make(self, task: Task, output: Path) -> Result:
        """Render or cut one picture."""
        attributes: Attributes = {}
        rng = Rng.of(task.kind, task.seed, task.index)
        rgb = self._picture(task, rng, attributes)
        if rgb is None:
            return Result(attributes, f"{attributes['source']} is too small for {self.size[0]}x{self.size[1]}")
        path = _place(task, output).with_suffix(".jpg")
        with writing(path):
            write_opaque(path, rgb)
        return Result({"file": path.name, "size": [rgb.shape[1], rgb.shape[0]], **attributes})

    def _picture(self, task: Task, rng: Rng, attributes: Attributes) -> NDArray[np.uint8] | None:
        from ppid.render import scene
        from ppid.render.backgrounds import panoramas, photographs, procedural, rooms
        from ppid.render.develop import develop

        if task.kind == "procedural":
            return procedural.build(rng, attributes, self.size)
        if task.kind == "rooms":
            scene.clear()
            shot = rooms.build(rng, attributes, self.size)
            return np.ascontiguousarray(develop(_rendered(shot, rng), shot)[0][..., :3])
        source = self.panoramas if task.kind == "panoramas" else self.photographs
        assert source is not None
        sources = panoramas.find(source) if task.kind == "panoramas" else photographs.find(source)
        sources = _apart(sources, task.split)
        path = sources[task.index % len(sources)]
        attributes["source"] = path.name
        views = panoramas.views if task.kind == "panoramas" else photographs.views
        return next(iter(views(path, rng, self.size, 1)), None)


def _apart(sources: list[Path], split: str) -> list[Path]:
    """Those that one split alone is cut from, where there are enough."""
    held = max(1, len(sources) // 20)
    if len(sources) < 3:
        return sources
    parts = {"test": sources[-held:], "validation": sources[-2 * held : -held]}
    return parts.get(split, sources[: -2 * held])


def import_blender() -> None:
    """Import `bpy`, for one thread.

    Raises:
        UserError: it is not there or lacks libraries of the system.
    """
    try:
        with _on_one_core():
            import bpy  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"Blender's module bpy does not load: {error}\nIt needs Python 3.11 (pip install '.[render]' there) and on "
            "Debian: apt-get install libxrender1 libxi6 libxkbcommon0 libsm6 libgl1 libegl1 libxfixes3 libxxf86vm1"
        ) from None


@contextlib.contextmanager
def _on_one_core() -> Iterator[None]:
    """Blender counts the cores when it is loaded, and its idle threads spin: on two cores they double what a picture costs.

    No setting holds them back; where the system cannot pin a process they stay.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


_BODIES: dict[Path, Any] = {}


def _bodies(folder: Path) -> Any:
    """The body data, read once in a process."""
    from ppid.render import people

    if folder not in _BODIES:
        _BODIES[folder] = people.load(folder)
    return _BODIES[folder]


def _rendered(shot: Shot, rng: Rng) -> NDArray[np.float32]:
    from ppid.render import cycles

    pixels = cycles.render(shot, rng.whole(0, 2**30)) if shot.pixels is None else shot.pixels
    return shot.retouch(pixels) if shot.retouch else pixels


def _attempts(
    task: Task, attempt: Callable[[Rng, Attributes], NDArray[np.uint8]], whole: bool
) -> tuple[NDArray[np.uint8] | None, Result]:
    """The first good picture and its attributes, or why there is none; a fault in one scene ends no run."""
    reasons = []
    for number in range(_ATTEMPTS):
        attributes: Attributes = {"attempt": number}
        try:
            rgba = attempt(Rng.of(task.kind, task.seed, task.index, number), attributes)
        except (UserError, OSError):
            raise
        except Exception:
            reasons.append(traceback.format_exc(limit=-2))
            continue
        reason = fault(rgba, whole=whole)
        if reason is None:
            return rgba, Result(attributes)
        reasons.append(reason)
    return None, Result({}, "; ".join(reasons))


def _place(task: Task, output: Path) -> Path:
    folder = output / task.folder
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder / task.name
