"""Pictures with their true alpha on disk, as evaluation reads them.

A folder holds `image/` and `alpha/` (also `images/`, `img/`; `alphas/`, `matte/`, `mattes/`, `mask/`, `masks/`, `pha/`,
`gt/`), whose files, also those in folders below, are matched by name without suffix, and perhaps `trimap/` and `attributes.jsonl`, one line a picture:
{"name": "0001", "kind": "glass"}; without it a picture's folder below is its kind. Or it is a data set that
`ppid.data.layouts` knows.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from numpy.typing import NDArray

from ppid.data import estimate, layouts, trimap
from ppid.errors import UserError

ATTRIBUTES = "attributes.jsonl"
_IMAGES = ("image", "images", "img")
_ALPHAS = ("alpha", "alphas", "matte", "mattes", "mask", "masks", "pha", "gt")
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
        image, alpha = estimate.read_colour(self.image), _read_alpha(self.alpha)
        if alpha.shape != image.shape[:2]:
            raise layouts.size_error(self.alpha, alpha, self.image, image)
        return Sample(image, alpha, self._trimap(alpha))

    def _trimap(self, alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
        if self.trimap is None:
            onehot = trimap.from_alpha(torch.from_numpy(alpha)[None, None], trimap.evaluation_radius(*alpha.shape))[0]
        else:
            picture = estimate.read_grey(self.trimap)
            if picture.shape != alpha.shape:
                raise layouts.size_error(self.trimap, picture, self.alpha, alpha)
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

    Of a data set in a known layout, those for tests, or for validation where there are no others.

    Raises:
        UserError: no such folders, no picture, a picture without alpha, trimap or kind where others have one, two files of
            one name, or a damaged attributes file.
    """
    image_folder, alpha_folder = _found(folder, _IMAGES), _found(folder, _ALPHAS)
    if not image_folder or not alpha_folder:
        return _of_data_set(folder, _ALPHAS[0] if image_folder else _IMAGES[0])
    images, alphas = _files(image_folder), _files(alpha_folder)
    trimaps = _files(folder / "trimap") if (folder / "trimap").is_dir() else None
    kinds = _kinds(folder)
    if not images:
        raise UserError(f"no pictures ({', '.join(layouts.SUFFIXES)}) in {image_folder}")
    pairs = []
    for name, image in images.items():
        if name not in alphas:
            raise UserError(f"{image} has no alpha: expected a picture called {name} in {alpha_folder}")
        if trimaps is not None and name not in trimaps:
            raise UserError(f"{image} has no trimap, others have: expected a picture called {name} in {folder}/trimap")
        if kinds is not None and name not in kinds:
            raise UserError(f'{folder / ATTRIBUTES} has no line for {name}; add one: {{"name": "{name}", "kind": "…"}}')
        kind = (PurePosixPath(name).parent.name or "all") if kinds is None else kinds[name]
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


def _of_data_set(folder: Path, lacking: str) -> list[Pair]:
    """The test or validation pictures of a data set in a known layout; `lacking` is why it is not plain pairs."""
    try:
        layout = layouts.detect(folder)
    except UserError:
        layout = layouts.RGBA
    if layout is layouts.RGBA:  # cut-outs are nothing to measure on
        raise UserError(
            f"no folder {lacking} in {folder}; expected image/ and alpha/ with files of the same names, or a known data set"
            " (python -m ppid.data layouts)"
        )
    about = f"{folder} (layout {layout.name})"
    splits = {item.split for item in layout.scan(folder)[0]}
    split = next((split for split in ("test", "validation") if split in splits), None)
    if split is None:
        raise UserError(
            f"{about} has no pictures for test or validation; give another folder or, to measure on these, name its folders"
            " image/ and alpha/"
        )
    pairs = []
    for item in layout.items(folder, split):
        if not item.image or not item.alpha:
            raise UserError(
                f"{about} has no picture of {item.name} before a background; compose it with the data set's own script, or"
                " a test set with: python -m ppid.data.testset"
            )
        name = item.image.relative_to(folder).with_suffix("").as_posix()  # of composites, many to a foreground
        pairs.append(Pair(name, item.kind, item.image, item.alpha, item.trimap))
    return pairs


def _found(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The first of `names` that is there."""
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _files(folder: Path) -> dict[str, Path]:
    """Pictures below a folder by their path there without suffix, in natural order."""
    files: dict[str, Path] = {}
    for path in sorted(layouts.pictures(folder), key=lambda path: _natural(path.relative_to(folder).as_posix())):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in files:
            raise UserError(f"{files[name]} and {path} have the same name without suffix; remove one")
        files[name] = path
    return files


def _natural(name: str) -> list[str | int]:
    """A key that puts frame 10 after frame 9."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _kinds(folder: Path) -> dict[str, str] | None:
    path = folder / ATTRIBUTES
    if not path.is_file():
        return None
    kinds = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read ({error}); expected lines of JSON in UTF-8") from None
    for number, line in enumerate(lines, 1):
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


def _read_alpha(path: Path) -> NDArray[np.float32]:
    """A grey picture, a colour one without colours, or the alpha channel of a cut-out; 8 or 16 bits."""
    picture = estimate.decode_deep(estimate.read_bytes(path), path)
    values = picture.astype(np.float32) / np.float32(np.iinfo(picture.dtype).max)
    if values.ndim == 2:
        return values
    if values.shape[2] == 4 and values[..., 3].min() < 1:
        return np.ascontiguousarray(values[..., 3])
    # What is opaque throughout is a grey matte that was saved with more channels than it needs.
    if np.ptp(values[..., :3], axis=2).max() > _GREY / 255:
        raise UserError(f"{path} is a colour picture; expected alpha: grey, black for background, white for subject")
    return np.asarray(values[..., :3].mean(2, dtype=np.float32))
