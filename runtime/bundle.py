"""The engine bundle: one folder with an engine, the ONNX it came from and `manifest.json`.

A loader checks the sha256 of the manifest and of every file before anything is deserialised. A bundle is written to a
temporary folder and renamed, see `runtime.folders`: a killed build leaves nothing half-made and does not lose the old bundle.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from math import sqrt
from pathlib import Path
from typing import Any

from runtime import folders
from runtime.errors import UserError

FORMAT = 2
MANIFEST = "manifest.json"
STUDENTS = ("edge", "dense")
"""Names of the students that ship, the default first."""
_PARTS = {".onnx", ".plan"}  # suffixes of what bundles hold
_DIGEST = "digest"  # in the file only: sha256 of everything else that it says
_STEP = 32  # sides of a network's input are multiples of this
_LONGEST = 3.0  # how many times as long as wide such an input gets
_REBUILD = "python -m export.build_engine --{precision} --target {target} --size {width}x{height}"


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself.

    Attributes:
        model: name of the architecture, e.g. `edge`.
        target: what runs it: `openvino`, `onnxruntime`, `tensorrt-rtx` or `tensorrt`.
        precision: `fp32`, `fp16` or `int8`.
        width: of the engine's input in pixels.
        height: likewise.
        engine: file name of the engine.
        weights_digest: of the trained weights, the same in safetensors, ONNX and here.
        builder: versions of what built it, by package.
        built_at: ISO 8601, UTC.
        calibration: digest, origin and number of the calibration frames; empty unless INT8.
        accuracy: alpha on held-out frames against FP32's (`sad`, `grad`, `dtssd`, `mad`, `worst_frame`; not for FP32 itself)
            and, where the truth is known, against that (`truth_frames`, `truth_sad`, `truth_grad`, `truth_dtssd`).
        latency_ms: median of one inference where it was built; None where it could not run.
        hardware: what the engine is bound to, e.g. compute capabilities; empty when it is portable.
        input: name, layout, dtype, colour order and the mean and std that the graph itself applies.
        output: name and dtype.
        files: sha256 of every file, by name.
        bf16: a CPU with units for BF16 may compute in it what is not INT8: measured so when the engine was built.
        free_size: the engine takes other sizes, too; `width` and `height` are then its usual ones.
        format: version of this description.
    """

    model: str
    target: str
    precision: str
    width: int
    height: int
    engine: str
    weights_digest: str
    builder: dict[str, str]
    built_at: str
    calibration: dict[str, Any] = field(default_factory=dict)
    accuracy: dict[str, float] = field(default_factory=dict)
    latency_ms: float | None = None
    hardware: dict[str, Any] = field(default_factory=dict)
    input: dict[str, Any] = field(
        default_factory=lambda: {
            "name": "src",
            "layout": "NHWC",
            "dtype": "uint8",
            "colour": "RGB",
            "mean": 127.5,
            "std": 127.5,
        }
    )
    output: dict[str, Any] = field(default_factory=lambda: {"name": "alpha", "layout": "NHW", "dtype": "float32"})
    files: dict[str, str] = field(default_factory=dict)
    bf16: bool = False
    free_size: bool = False
    format: int = FORMAT

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the engine's input."""
        return self.width, self.height

    @property
    def rebuild(self) -> str:
        """The command that builds such a bundle anew; what is not written here, as calibration frames, is left out."""
        command = _REBUILD.format(precision=self.precision, target=self.target, width=self.width, height=self.height)
        student = _shipped(self.weights_digest)
        if student is None:
            return f"{command} --weights FILE (your student {self.weights_digest[:8]})"
        return command if student == STUDENTS[0] else f"{command} --student {student}"


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk whose files have been checked."""

    path: Path
    manifest: Manifest

    @property
    def engine(self) -> Path:
        """The engine's file."""
        return self.path / self.manifest.engine

    @property
    def digest(self) -> str:
        """sha256 of the engine's file."""
        return self.manifest.files[self.manifest.engine]

    def fitting(self, width: int, height: int, times: float = 1) -> Bundle:
        """The same engine at the input size that suits a picture; itself where the engine is of one size.

        Args:
            width, height: of the picture.
            times: how many times the engine's pixels the input shall have.
        """
        if not self.manifest.free_size:
            return self
        own = self.manifest.width * self.manifest.height
        across, down = suited(own * times, width, height)
        return replace(self, manifest=replace(self.manifest, width=across, height=down))


def suited(pixels: float, width: int, height: int) -> tuple[int, int]:
    """The input size (width, height) of about `pixels` whose proportions are nearest to a picture's.

    Squeezed into other proportions, subjects look like nothing that a student was trained on.
    """
    ratio = min(max(width / height, 1 / _LONGEST), _LONGEST)
    across, down = sqrt(pixels * ratio), sqrt(pixels / ratio)
    return _STEP * max(1, round(across / _STEP)), _STEP * max(1, round(down / _STEP))


def load(path: Path) -> Bundle:
    """Open a bundle and check it.

    Raises:
        UserError: not a bundle, of another format version, incomplete, or changed after it was built.
    """
    while True:
        before = _identity(path)  # first: a replacement that begins after `recover` must count as a change
        with suppress(OSError):  # what cannot be put back is missing below
            folders.recover(path)
        try:
            return _checked(path)
        except UserError:
            if _identity(path) == before:
                raise  # else another process has replaced the bundle while it was read


def _identity(path: Path) -> tuple[int, int] | None:
    """Which folder lies there now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _instead(path: Path) -> str:
    """What to do about a path that is no bundle."""
    build = "python -m export.build_engine --int8"
    if (path.parent / MANIFEST).is_file():
        return f"name its folder, {path.parent}"
    if path.suffix == ".safetensors" and path.is_file():
        return f"build one from these weights: {build} --weights {path}"
    if path.is_file() or (path.exists() and _other_than_bundle(path)):
        return f"name another place, or build one: {build}"
    return f"build one: {build} --output {path}"


def _checked(path: Path) -> Bundle:
    file = path / MANIFEST
    if not file.is_file():
        raise UserError(f"no engine bundle at {path} (a folder with {MANIFEST}); {_instead(path)}")
    try:
        content = json.loads(file.read_text())
        version, digest = content["format"], content.pop(_DIGEST, None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{file} is not a readable manifest ({error}); build the bundle again: python -m export.build_engine --int8"
        ) from None
    if version != FORMAT:
        raise UserError(
            f"{path} has bundle format {version}, this version reads {FORMAT}; build it again: python -m export.build_engine --int8"
        )
    if digest != _digest(content):
        raise UserError(
            f"{file} is damaged or was edited: its digest is not that of its fields; build it again: python -m"
            " export.build_engine --int8"
        )
    try:
        manifest = Manifest(**content)
    except TypeError as error:
        raise UserError(
            f"{file} does not describe a bundle ({error}); build it again: python -m export.build_engine --int8"
        ) from None
    if manifest.engine not in manifest.files:
        raise UserError(
            f"{file} lists no checksum for its engine {manifest.engine}; build it again: {manifest.rebuild}"
        )
    for name, expected in manifest.files.items():
        part = path / name
        if not part.is_file():
            raise UserError(f"{path} is incomplete: {name} is missing; build it again: {manifest.rebuild}")
        try:
            found = sha256(part)
        except OSError as error:
            raise UserError(f"{part} cannot be read ({error.strerror}); check its permissions") from None
        if found != expected:
            raise UserError(f"{part} is damaged: its sha256 is not the manifest's; build it again: {manifest.rebuild}")
    return Bundle(path, manifest)


def write(path: Path, manifest: Manifest, files: dict[str, Path]) -> Bundle:
    """Copy `files` (name in the bundle → where it lies) and the manifest into a new bundle at `path`, replacing an old one.

    Raises:
        UserError: the place cannot be written or holds something that is not a bundle.
    """
    check_place(path)
    try:
        with folders.replaced(path) as folder:
            for name, source in files.items():
                shutil.copyfile(source, folder / name)
            content = asdict(manifest) | {"files": {name: sha256(folder / name) for name in files}}
            (folder / MANIFEST).write_text(manifest_text(content))
    except OSError as error:
        raise UserError(f"cannot write the bundle {path}: {error}; choose another --output or make room") from error
    return load(path)


def manifest_text(content: dict[str, Any]) -> str:
    """The text of a manifest's file: its fields and their digest."""
    return json.dumps(content | {_DIGEST: _digest(content)}, indent=2) + "\n"


def _digest(content: dict[str, Any]) -> str:
    """sha256 of a manifest's fields, whatever their order and the space between them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_place(path: Path) -> None:
    """Say now, not after the work, that a bundle cannot be written there.

    Raises:
        UserError: it holds something that is not a bundle, has no name of its own, or its folder may not be written to.
    """
    if path.name in ("", ".."):
        raise UserError(
            f"{path} cannot be replaced by a bundle; give the name of a folder of its own, e.g. {path / 'engine'}"
        )
    if path.exists() and (other := _other_than_bundle(path)):
        raise UserError(f"{path} exists and is not an engine bundle{other}; choose another --output")
    above = next(folder for folder in path.absolute().parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise UserError(f"{above} is not a folder that may be written to, so {path} cannot be; choose another --output")


def _other_than_bundle(path: Path) -> str:
    """What would be lost if a bundle replaced what is there: a reason, or nothing where it is a bundle or empty."""
    if path.is_file():
        return " but a file"
    held: set[str] = set()
    try:
        held = {child.name for child in path.iterdir()}
        if held and MANIFEST not in held:
            return f" (it has no {MANIFEST})"
        manifest = json.loads((path / MANIFEST).read_text())
        parts = {MANIFEST, manifest["engine"], *manifest["files"]}
    except FileNotFoundError:  # empty, or another process is replacing it
        return ""
    except (KeyError, TypeError):
        return f" (its {MANIFEST} is another program's)"
    except (OSError, ValueError):  # damaged: the names tell
        parts = {MANIFEST, *(name for name in held if Path(name).suffix in _PARTS)}
    return f" alone (it has {min(held - parts)})" if held - parts else ""


def cache_folder() -> Path:
    """Where bundles go when no place is named: `$XDG_CACHE_HOME/ppid/engines`, by default below `~/.cache`."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "ppid" / "engines"


def packaged(student: str = STUDENTS[0]) -> Path:
    """The bundle of a student that ships with the runtime: FP32, of free size, also where `export` takes its ONNX from."""
    return Path(__file__).parent / "packaged" / student


def _shipped(weights_digest: str) -> str | None:
    """The student that ships with these weights, if one does."""
    for student in STUDENTS:
        with suppress(OSError, ValueError, KeyError, TypeError):
            if json.loads((packaged(student) / MANIFEST).read_text())["weights_digest"] == weights_digest:
                return student
    return None


def default(runnable: list[str]) -> Bundle:
    """The bundle to use when none is named: the one built last on this machine, else the packaged one.

    Args:
        runnable: targets that can run here.

    Raises:
        UserError: there is none whose target can run here, or the newest is damaged.
    """
    candidates = []
    folders.recover_all(cache_folder())
    for file in cache_folder().glob(f"[!.]*/{MANIFEST}"):  # with a dot: half-made, or about to be removed
        try:
            content = json.loads(file.read_text())
        except (OSError, ValueError):
            continue
        if isinstance(content, dict) and content.get("target") in runnable and content.get("format") == FORMAT:
            candidates.append((str(content.get("built_at")), file.parent))
    if candidates:
        return load(max(candidates)[1])
    if (packaged() / MANIFEST).is_file():
        bundle = load(packaged())
        if bundle.manifest.target in runnable:
            return bundle
    raise UserError(
        f"no engine for this machine: none in {cache_folder()} and the packaged one needs OpenVINO. Run: pip install '.[cpu]', or build one:"
        " python -m export.build_engine --int8"
    )


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
