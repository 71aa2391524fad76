"""Pictures with their true alpha on disk, as evaluation reads them.

A folder holds `image/` and `alpha/` (also `images/`; `alphas/`, `matte/`, `mask/`), whose files are matched by name without
suffix, and perhaps `trimap/` and `attributes.jsonl`, one line a picture: {"name": "0001", "kind": "glass"}.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ppid.data import trimap
from ppid.errors import UserError

SUFFIXES = (".png", ".webp", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
ATTRIBUTES = "attributes.jsonl"
_IMAGES = ("image", "images")
_ALPHAS = ("alpha", "alphas", "matte", "mask")
_GREY = 16  # of 255, how far the channels of a matte stored in colour may differ: lossy files


@dataclass(frozen=True)
class Sample:
    """One picture in memory.

    Attributes:
        image: uint8 (H, W, 3), RGB.
        alpha: float32 (H, W) in [0, 1], the truth.
        trimap: uint8 (H, W), 0, 128 and 255.
    """

    image: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    trimap: NDArray[np.uint8]

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Bool (H, W), the trimap's unknown region."""
        return np.asarray(self.trimap == trimap.VALUES[trimap.UNKNOWN])


@dataclass(frozen=True)
class Pair:
    """Where a picture lies; nothing is read before `load`.

    Attributes:
        name: of its files, without suffix.
        kind: what it shows, `all` when nobody says.
        trimap: None to make one from alpha.
    """

    name: str
    kind: str
    image: Path
    alpha: Path
    trimap: Path | None

    def load(self) -> Sample:
        """Read it. Without a trimap file alpha gives one, with a radius of a fiftieth of the shorter side.

        Raises:
            UserError: a file cannot be read or is of another size than the image; alpha in colours, or no trimap.
        """
        image = _read(self.image, cv2.IMREAD_COLOR)[..., ::-1]
        alpha = _read_alpha(self.alpha)
        _check_size(self.alpha, alpha, self.image, image)
        return Sample(np.ascontiguousarray(image), alpha, self._trimap(alpha))

    def _trimap(self, alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
        if self.trimap is None:
            onehot = trimap.from_alpha(torch.from_numpy(alpha)[None, None], trimap.evaluation_radius(*alpha.shape))[0]
        else:
            picture = _read(self.trimap, cv2.IMREAD_GRAYSCALE)
            _check_size(self.trimap, picture, self.alpha, alpha)
            try:
                onehot = trimap.from_image(picture)
            except UserError as error:
                raise UserError(f"{self.trimap}: {error}; without a trimap folder one is made from alpha") from None
        return np.asarray(trimap.to_image(onehot).numpy())


@dataclass(frozen=True)
class Clip:
    """Neighbouring frames of one video, in order."""

    name: str
    frames: tuple[Pair, ...]


def read_pairs(folder: Path) -> list[Pair]:
    """The pictures in a folder, in the order of their names (numbers in them as numbers).

    Raises:
        UserError: no such folders, no picture, a picture without alpha, trimap or kind where others have one, two files of
            one name, or a damaged attributes file.
    """
    images = _files(folder, _IMAGES)
    alphas = _files(folder, _ALPHAS)
    trimaps = _files(folder, ("trimap",)) if (folder / "trimap").is_dir() else None
    kinds = _kinds(folder)
    if not images:
        raise UserError(f"no pictures ({', '.join(SUFFIXES)}) in {folder}/{_IMAGES[0]}")
    pairs = []
    for name, image in images.items():
        if name not in alphas:
            raise UserError(f"{image} has no alpha: expected a picture called {name} in {_found(folder, _ALPHAS)}")
        if trimaps is not None and name not in trimaps:
            raise UserError(f"{image} has no trimap, others have: expected a picture called {name} in {folder}/trimap")
        if kinds is not None and name not in kinds:
            raise UserError(f'{folder / ATTRIBUTES} has no line for {name}; add one: {{"name": "{name}", "kind": "…"}}')
        kind = "all" if kinds is None else kinds[name]
        pairs.append(Pair(name, kind, image, alphas[name], None if trimaps is None else trimaps[name]))
    return pairs


def read_clips(folder: Path) -> list[Clip]:
    """Each subfolder as a clip, its pictures as the frames in the order of their names.

    `attributes.jsonl` in `folder` gives the kinds of clips by the names of their subfolders; without it each clip's own
    attributes count.

    Raises:
        UserError: as `read_pairs` does, or no subfolder.
    """
    subfolders = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not subfolders:
        raise UserError(f"no clips in {folder}: expected a subfolder with image/ and alpha/ for each")
    kinds = _kinds(folder)
    clips = []
    for subfolder in subfolders:
        frames = read_pairs(subfolder)
        if kinds is not None:
            if subfolder.name not in kinds:
                raise UserError(f"{folder / ATTRIBUTES} has no line for the clip {subfolder.name}")
            frames = [replace(frame, kind=kinds[subfolder.name]) for frame in frames]
        clips.append(Clip(subfolder.name, tuple(frames)))
    return clips


def _found(folder: Path, names: tuple[str, ...]) -> Path:
    """The first of `names` that is there."""
    for name in names:
        if (folder / name).is_dir():
            return folder / name
    raise UserError(f"no folder {names[0]} in {folder}; expected image/ and alpha/ with files of the same names")


def _files(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    """Pictures by name without suffix, in natural order."""
    files: dict[str, Path] = {}
    for path in sorted(_found(folder, names).iterdir(), key=lambda path: _natural(path.name)):
        if path.suffix.lower() not in SUFFIXES:
            continue
        if path.stem in files:
            raise UserError(f"{files[path.stem]} and {path} have the same name without suffix; remove one")
        files[path.stem] = path
    return files


def _natural(name: str) -> list[str | int]:
    """A key that puts frame 10 after frame 9."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _kinds(folder: Path) -> dict[str, str] | None:
    path = folder / ATTRIBUTES
    if not path.is_file():
        return None
    kinds = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            attributes = json.loads(line)
            kinds[str(attributes["name"])] = str(attributes["kind"])
        except (ValueError, KeyError, TypeError):
            raise UserError(
                f'{path}, line {number}: expected {{"name": "…", "kind": "…"}}, found {line[:80]}'
            ) from None
    return kinds


def _read(path: Path, flag: int) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), flag)
    if picture is None:
        raise UserError(f"{path} is not a readable picture; remove it or write it again")
    return np.asarray(picture)


def _read_alpha(path: Path) -> NDArray[np.float32]:
    """A grey picture, a colour one without colours, or the alpha channel of a cut-out; 8 or 16 bits."""
    picture = _read(path, cv2.IMREAD_UNCHANGED)
    if picture.dtype not in (np.uint8, np.uint16):
        raise UserError(f"{path} has {picture.dtype} values; expected 8 or 16 bits, written as PNG")
    values = picture.astype(np.float32) / np.float32(np.iinfo(picture.dtype).max)
    if values.ndim == 2:
        return values
    if values.shape[2] == 4 and values[..., 3].min() < 1:
        return np.ascontiguousarray(values[..., 3])
    # What is opaque throughout is a grey matte that was saved with more channels than it needs.
    if np.ptp(values[..., :3], axis=2).max() > _GREY / 255:
        raise UserError(f"{path} is a colour picture; expected alpha: grey, black for background, white for subject")
    return np.asarray(values[..., :3].mean(2, dtype=np.float32))


def _check_size(path: Path, picture: NDArray[np.generic], other_path: Path, other: NDArray[np.generic]) -> None:
    (height, width), (other_height, other_width) = picture.shape[:2], other.shape[:2]
    if (height, width) != (other_height, other_width):
        raise UserError(
            f"{path} is {width}x{height} but {other_path} is {other_width}x{other_height}; they must be of one size"
        )
