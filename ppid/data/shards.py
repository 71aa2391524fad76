"""Packed foregrounds: tar files that the `webdataset` package reads too, and a reader of our own that needs nothing.

A sample is two members, `KEY.rgba.SUFFIX`, a straight RGBA picture, and `KEY.json` with its `kind`, `name` and `split`.
`index.json` beside the shards holds counts and a SHA-256 of each.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ppid.data import estimate
from ppid.data.estimate import PictureError, Problem
from ppid.data.layouts import Item
from ppid.errors import UserError
from ppid.files import replacing, write_file

INDEX = "index.json"
_QUALITY = 95  # of colours; alpha is lossless at any
_LOSSLESS = 101  # what OpenCV takes for it
_WIDEST = 16383  # side of a WebP
_PACK_AGAIN = "pack or copy it again"

_Packed = tuple[str, Item, tuple[str, bytes]]  # key, item, (suffix, picture)
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Sample:
    """One picture in a shard, read when asked for.

    Attributes:
        name: of the picture in the set that was packed.
        kind: what it shows.
        split: `train`, `validation` or `test`.
        shard: the tar file.
        member: the picture's name in it.
        offset: of its first byte in the file.
        size: in bytes.
    """

    name: str
    kind: str
    split: str
    shard: Path
    member: str
    offset: int
    size: int

    def read(self) -> NDArray[np.uint8]:
        """Straight RGBA uint8 (H, W, 4).

        Raises:
            PictureError: naming shard and member, which is not a picture with transparency.
        """
        try:
            with self.shard.open("rb") as file:
                file.seek(self.offset)
                data = file.read(self.size)
        except OSError as error:
            raise PictureError(self.shard, f"cannot be opened ({error.strerror})", _PACK_AGAIN) from None
        return estimate.decode_rgba(data, f"{self.shard}: member {self.member}", _PACK_AGAIN)


def find(path: Path) -> list[Path]:
    """The shards that `path` stands for: itself, or the tar files of a folder that holds nothing else of weight."""
    if path.suffix == ".tar" and path.is_file():
        return [path]
    if not path.is_dir():
        return []
    shards = sorted(path.glob("*.tar"))
    packed = (path / INDEX).is_file() or not any(child.is_dir() for child in path.iterdir())
    return shards if packed else []


def scan(path: Path, verify: bool = False) -> tuple[list[Sample], list[Problem]]:
    """The samples of a shard or of a folder of shards, in the order of the files, and what is wrong with the shards.

    Args:
        path: a `.tar` or a folder of them.
        verify: compare the SHA-256 of each shard with the index, where there is one.
    """
    samples: list[Sample] = []
    problems: list[Problem] = []
    shards = find(path)
    folder = path if path.is_dir() else path.parent
    sums = _sums(folder / INDEX, problems)
    if path.is_dir():
        there = {shard.name for shard in shards}
        problems += [
            Problem(str(folder / n), "is in the index but not there", _PACK_AGAIN) for n in sums if n not in there
        ]
    for shard in shards:
        if verify and shard.name in sums and _sha256(shard) != sums[shard.name]:
            problems.append(Problem(str(shard), "has not the checksum of the index", _PACK_AGAIN))
        found, wrong = _scan(shard)
        samples, problems = samples + found, problems + wrong
    return samples, problems


def samples(path: Path, split: str | None = None) -> list[Sample]:
    """The samples of a shard or of a folder of shards when every shard is whole.

    Raises:
        UserError: one is not, or nothing is there for `split`.
    """
    found, problems = scan(path)
    if problems:
        raise PictureError(problems[0].path, problems[0].text, problems[0].fix)
    chosen = [sample for sample in found if split in (None, sample.split)]
    if not chosen:
        raise UserError(f"{path} holds no samples{f' for {split}' if found else ''}; give shards of `ppid.data pack`")
    return chosen


def pack(
    items: Sequence[Item],
    output: Path,
    name: str = "foregrounds",
    shard_size: int = 256 * 2**20,
    seed: int = 0,
    lossless: bool = False,
    jobs: int = 2,
    notes: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Write items as shards `NAME-000000.tar` and so on, and `index.json` last.

    An RGBA file goes in as it is; image and alpha, or foreground and alpha, as WebP with exact alpha. Items that show one
    subject (the composites of a benchmark) are packed once.

    Args:
        items: what to pack; their order is shuffled.
        output: a new or empty folder.
        name: first part of the shards' names.
        shard_size: bytes after which a shard is closed.
        seed: of the order. Same items, seed and settings give the same bytes.
        lossless: keep colours exact too, at about 2.5 times the size.
        jobs: threads that encode.
        notes: kept in the index, e.g. licences.

    Returns:
        What the index holds.

    Raises:
        UserError: `output` holds shards already, or cannot be written.
        PictureError: an item cannot be read.
    """
    subjects = list({item.subject: item for item in items}.values())
    if not subjects:
        raise UserError("nothing to pack; give a folder with pictures")
    order = [subjects[i] for i in np.random.default_rng(seed).permutation(len(subjects))]
    keys = _keys(order)
    try:
        output.mkdir(parents=True, exist_ok=True)
        if any(output.glob("*.tar*")) or (output / INDEX).exists():
            raise UserError(f"{output} holds shards already; give another --output or delete them")
        encoded = ahead(lambda item: encode(item, lossless), order, jobs)
        bar = tqdm(zip(keys, order, encoded, strict=True), "pack", len(order), unit="picture", disable=None)
        shards = _write(bar, output, name, shard_size)
        index = {
            "format": 1,
            "samples": len(order),
            "seed": seed,
            "kinds": dict(sorted(Counter(item.kind for item in order).items())),
            "splits": dict(sorted(Counter(item.split for item in order).items())),
            "notes": notes or {},
            "shards": shards,
        }
        text = json.dumps(index, indent=1, ensure_ascii=False)
        write_file(output / INDEX, text.encode())
    except OSError as error:
        raise UserError(
            f"cannot write shards to {output}: {error.strerror}; free space or give another --output"
        ) from None
    return index


def encode(item: Item, lossless: bool = False) -> tuple[str, bytes]:
    """An item's picture as (suffix, bytes).

    Raises:
        PictureError: it cannot be read.
    """
    if item.rgba:
        data = estimate.read_bytes(item.rgba)
        estimate.decode_rgba(data, item.rgba)
        return item.rgba.suffix.lower(), data
    bgra = cv2.cvtColor(item.read(), cv2.COLOR_RGBA2BGRA)
    suffix = ".webp" if max(bgra.shape[:2]) <= _WIDEST else ".png"
    options = [cv2.IMWRITE_WEBP_QUALITY, _LOSSLESS if lossless else _QUALITY] if suffix == ".webp" else []
    return suffix, cv2.imencode(suffix, bgra, options)[1].tobytes()


def ahead(function: Callable[[_T], _R], items: Iterable[_T], jobs: int) -> Iterator[_R]:
    """`map` on threads, in order, that works only a little ahead of its reader: results of a large set fill no memory."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting: list[Future[_R]] = []
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * jobs:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def _write(samples: Iterable[_Packed], output: Path, name: str, shard_size: int) -> list[dict[str, Any]]:
    """Shard after shard, each under its name only when it is whole; none is left when one fails."""
    shards: list[dict[str, Any]] = []
    try:
        for batch in _batches(samples, shard_size):
            path = output / f"{name}-{len(shards):06d}.tar"
            shards.append({"file": path.name, "samples": len(batch)})
            _write_shard(path, batch)
            shards[-1] |= {"bytes": path.stat().st_size, "sha256": _sha256(path)}
    except BaseException:
        for shard in shards:
            (output / shard["file"]).unlink(missing_ok=True)
        raise
    return shards


def _batches(samples: Iterable[_Packed], size: int) -> Iterator[list[_Packed]]:
    """Samples by the shard: as many as fit into `size` bytes, at least one."""
    batch: list[_Packed] = []
    held = 0
    for sample in samples:
        bytes_ = len(sample[2][1]) + 4 * tarfile.BLOCKSIZE  # headers, JSON and padding
        if batch and held + bytes_ > size:
            yield batch
            batch, held = [], 0
        batch.append(sample)
        held += bytes_
    yield batch


def _write_shard(path: Path, batch: list[_Packed]) -> None:
    with replacing(path) as partial, tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as tar:
        for key, item, (suffix, picture) in batch:
            about = json.dumps({"kind": item.kind, "name": item.name, "split": item.split}, ensure_ascii=False)
            for member, data in ((f"{key}.rgba{suffix}", picture), (f"{key}.json", about.encode())):
                header = tarfile.TarInfo(member)  # with no time or owner: the same pictures give the same bytes
                header.size, header.mode = len(data), 0o644
                tar.addfile(header, io.BytesIO(data))


def _keys(items: Iterable[Item]) -> list[str]:
    """A name in the shards for each item, `KIND_STEM`, told apart by a number where two are alike."""
    used: dict[str, None] = {}
    for item in items:
        stem = re.sub(r"[^\w-]+", "_", f"{item.kind}_{Path(item.name).stem}")
        key, number = stem, 2
        while key in used:
            key, number = f"{stem}_{number}", number + 1
        used[key] = None
    return list(used)


def _scan(shard: Path) -> tuple[list[Sample], list[Problem]]:
    """The samples of one shard, and what is wrong with it: also a damaged one tells of those before the damage."""
    pictures: dict[str, tarfile.TarInfo] = {}
    about: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    try:
        with shard.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            length = shard.stat().st_size
            try:
                for member in tar:
                    folder, base = os.path.split(member.name)
                    stem, _, suffix = base.partition(".")
                    key = os.path.join(folder, stem)
                    if not member.isfile() or member.offset_data + member.size > length:
                        continue
                    if suffix == "json":
                        about[key] = _about(tar, member, key)
                    elif suffix.startswith("rgba."):
                        if key in pictures:
                            problems.append(Problem(f"{shard}: member {member.name}", "is there twice", _PACK_AGAIN))
                        pictures[key] = member
                whole = file.seek(tar.offset) == tar.offset and file.read(tarfile.BLOCKSIZE) == bytes(tarfile.BLOCKSIZE)
            except tarfile.ReadError:
                whole = False
    except (OSError, tarfile.TarError) as error:
        return [], [Problem(str(shard), f"is not a readable tar file ({error})", _PACK_AGAIN)]
    if not whole:  # tarfile itself takes a damaged header for the end
        text = f"is cut off or damaged after {len(pictures)} whole pictures"
        problems.append(Problem(str(shard), text, _PACK_AGAIN))
    samples = []
    for key, member in pictures.items():
        facts = about.get(key, {})
        if "kind" not in facts:
            text = f"has no readable {os.path.basename(key)}.json with its kind"
            problems.append(Problem(f"{shard}: member {member.name}", text, _PACK_AGAIN))
            continue
        samples.append(
            Sample(
                facts.get("name", key),
                facts["kind"],
                facts.get("split", "train"),
                shard,
                member.name,
                member.offset_data,
                member.size,
            )
        )
    for key in about.keys() - pictures.keys() if whole else ():
        problems.append(Problem(f"{shard}: member {key}.json", f"has no picture {key}.rgba.*", _PACK_AGAIN))
    return samples, problems


def _about(tar: tarfile.TarFile, member: tarfile.TarInfo, key: str) -> dict[str, str]:
    """What a sample's JSON says; nothing when it is damaged."""
    stream = tar.extractfile(member)
    try:
        facts = json.loads(stream.read()) if stream else {}
    except ValueError:
        return {}
    return {k: v for k, v in facts.items() if isinstance(v, str)} if isinstance(facts, dict) else {}


def _sums(path: Path, problems: list[Problem]) -> dict[str, str]:
    """Shard to SHA-256 as in the index; nothing without one."""
    if not path.is_file():
        return {}
    try:
        return {shard["file"]: shard["sha256"] for shard in json.loads(path.read_bytes())["shards"]}
    except (ValueError, KeyError, TypeError, OSError):
        problems.append(Problem(str(path), "is not an index of shards", _PACK_AGAIN))
        return {}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()
