"""What there is to choose from: frames of videos and pictures at the engine's size, few enough to hold in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calib import truth
from calib.packaged import packaged_frames
from runtime import images
from runtime.errors import UserError
from runtime.frames import Yuv
from runtime.sources import open_source

Pictures = NDArray[np.uint8]
T = TypeVar("T")

VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv",
    ".3gp", ".y4m", ".mxf",
)  # fmt: skip
# Frames decoded at most, over all videos: about a minute of waiting for 1080p, not an hour.
DECODED_AT_MOST = 20_000


@dataclass(frozen=True)
class Candidates:
    """Frames to choose from.

    Attributes:
        groups: uint8 (H, W, 3) RGB frames; those of one group follow each other in one video.
        stills: for each group the picture that it is, None for videos.
        where: what was read, for messages.
        origin: how much of it, such as "812 frames from 3 videos in FOLDER".
    """

    groups: list[list[Pictures]]
    stills: list[Path | None]
    where: str
    origin: str


def gather(path: Path | None, size: tuple[int, int], budget: int) -> Candidates:
    """Read frames from a video, a picture or a folder of both, searched to the bottom; None is the packaged set.

    Files are taken in the order of their names, videos and pictures alike share the budget. What cannot be read in a
    folder is left out and counted in `origin`; alphas and trimaps beside a folder `image` are no pictures to calibrate on.

    Args:
        path: where to look.
        size: (width, height) to resize to, as the runtime does.
        budget: frames to hold at most, over all files; at least 8.

    Raises:
        UserError: nothing is there, or none of it can be read.
    """
    if path is None:
        pictures = packaged_frames()
        chosen = _evenly(pictures, budget)
        groups = [[_still(picture, size)] for picture in chosen]
        return Candidates(groups, [*chosen], "the packaged set", f"the packaged set of {len(pictures)} composites")
    if path.is_dir():
        return _gather_folder(path, size, budget)
    if not path.exists():
        raise UserError(
            f"{path}: no such file or folder. Expected a video, or a folder of videos and pictures to calibrate on; check "
            "the spelling."
        )
    if path.suffix.lower() in images.SUFFIXES:
        return Candidates([[_still(path, size)]], [path], str(path), f"1 picture, {path}")
    video = _read_video(path, size, budget, DECODED_AT_MOST)
    start = "" if video.whole else "the beginning of "
    return Candidates([video.frames], [None], str(path), f"{video.decoded} frames from {start}{path}")


def _gather_folder(folder: Path, size: tuple[int, int], budget: int) -> Candidates:
    every_still = _files(folder, images.SUFFIXES)
    every_video = _files(folder, VIDEO_SUFFIXES)
    if not every_still and not every_video:
        raise UserError(
            f"{folder} holds no videos and no pictures. Expected files ending in "
            f"{' '.join((*VIDEO_SUFFIXES, *images.SUFFIXES))}."
        )
    videos = _evenly(every_video, budget // 4)
    quota = budget // (len(videos) + bool(every_still))
    stills = _evenly(every_still, budget - quota * len(videos))
    groups: list[list[Pictures]] = []
    readable: list[Path | None] = []
    failures: list[UserError] = []
    decoded, whole = 0, True
    for path in videos:
        try:
            video = _read_video(path, size, quota, max(DECODED_AT_MOST // len(videos), quota))
        except UserError as error:
            failures.append(error)
            continue
        groups.append(video.frames)
        readable.append(None)
        decoded += video.decoded
        whole &= video.whole
    for path in stills:
        try:
            groups.append([_still(path, size)])
            readable.append(path)
        except UserError as error:
            failures.append(error)
            continue
        decoded += 1
    if not groups:
        raise UserError(f"{folder}: none of {len(failures)} videos and pictures can be read. The first: {failures[0]}")
    kinds = [_counted(len(videos), len(every_video), "video"), _counted(len(stills), len(every_still), "picture")]
    origin = f"{decoded} frames from {'' if whole else 'the beginnings of '}{' and '.join(filter(None, kinds))}"
    unreadable = f" ({len(failures)} unreadable)" if failures else ""
    return Candidates(groups, readable, str(folder), f"{origin} in {folder}{unreadable}")


@dataclass(frozen=True)
class _Video:
    frames: list[Pictures]
    decoded: int
    whole: bool


def _read_video(path: Path, size: tuple[int, int], quota: int, limit: int) -> _Video:
    """Every k-th frame with the smallest k, a power of two, that keeps to the quota.

    How long a video is cannot be trusted before its end is reached, so k doubles, and every other frame that was kept
    is let go, whenever the quota is full.
    """
    frames: list[Pictures] = []
    stride, decoded, whole = 1, 0, True
    with open_source(str(path)) as source:
        for frame in source:
            if decoded == limit:
                whole = False
                break
            if decoded % stride == 0 and len(frames) == quota:
                frames = frames[::2]
                stride *= 2
            if decoded % stride == 0:
                frames.append(frame.resized_rgb(size))
            decoded += 1
    return _Video(frames, decoded, whole)


def _still(path: Path, size: tuple[int, int]) -> Pictures:
    # Through the planes, as pictures go in the runtime: rounding and chroma at half size are part of the preprocessing.
    return Yuv.from_rgb(images.read_rgb(path)).resized_rgb(size)


def _files(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """Files below `folder` in the order of their relative paths, whatever order the disk has; no hidden ones, no alphas."""
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.suffix.lower() in suffixes and path.is_file() and not truth.is_one(path, folder)
    }
    return [found[name] for name in sorted(found) if not any(part.startswith(".") for part in name.split("/"))]


def _evenly(items: Sequence[T], count: int) -> list[T]:
    """At most `count` of the items, evenly spaced."""
    if len(items) <= count:
        return list(items)
    return [items[index * len(items) // count] for index in range(count)]


def _counted(read: int, there: int, noun: str) -> str:
    if not there:
        return ""
    return f"{f'{read} of {there}' if read < there else there} {noun}{'s' * (there > 1)}"
