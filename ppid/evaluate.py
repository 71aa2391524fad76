"""Command line: `python -m ppid.evaluate --weights FILE --data DIR [--table FILE]`, and what it does as functions."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

try:
    import torch
except ImportError:
    if __name__ != "__main__":
        raise
    print("error: evaluation needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from torch import Tensor, nn
from torch.nn import functional as F

from ppid import metrics, weights
from ppid.arguments import width_and_height
from ppid.data import trimap
from ppid.data.pairs import Clip, Pair, Sample, read_clips, read_pairs
from ppid.device import chosen_device
from ppid.errors import UserError, run_command
from ppid.files import write_file
from ppid.metrics import Measures, Scores
from ppid.models import describe, takes_trimap

FORMAT = "ppid-evaluation-1"
_COLUMNS = {"sad": "SAD", "mse": "MSE", "mad": "MAD", "grad": "Grad", "conn": "Conn"}
_UNITS = "SAD, Grad and Conn in thousands, MSE and MAD x1000, dtSSD x100; u: in the unknown region"


@dataclass(frozen=True)
class Row:
    """One picture's result."""

    name: str
    kind: str
    scores: Scores


@dataclass(frozen=True)
class Summary:
    """The mean over `count` pictures."""

    count: int
    scores: Scores


@dataclass(frozen=True)
class Evaluation:
    """What a model reaches on a set of pictures."""

    rows: tuple[Row, ...]

    def overall(self) -> Summary:
        """Over all pictures, each counting the same."""
        return _summary(self.rows)

    def by_kind(self) -> dict[str, Summary]:
        """Over the pictures of each kind, in the order of the kinds' names."""
        kinds = sorted({row.kind for row in self.rows})
        return {kind: _summary([row for row in self.rows if row.kind == kind]) for kind in kinds}

    def table(self) -> str:
        """Markdown: a row for each kind and the mean of all pictures, see `ppid.metrics` for the units."""
        overall = self.overall()
        lines = {kind: summary for kind, summary in self.by_kind().items() if summary.count < overall.count}
        lines["all"] = overall
        video = not math.isnan(overall.scores.whole.dtssd)
        columns = _COLUMNS | ({"dtssd": "dtSSD"} if video else {})
        header = ["kind", "n", *columns.values(), "IoU", *(f"{title} u" for title in columns.values())]
        cells = [header, ["---", *["---:"] * (len(header) - 1)]]
        for kind, summary in lines.items():
            whole, unknown = ([_text(getattr(part, name)) for name in columns] for part in _regions(summary.scores))
            iou = _text(summary.scores.whole.iou, 3)
            cells.append([kind.replace("|", "\\|"), str(summary.count), *whole, iou, *unknown])
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "".join(
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |\n"
            for row in cells
        )

    def as_json(self) -> dict[str, Any]:
        """The same and each picture's scores, of JSON's types; None where nothing was measured."""
        return {
            "units": _UNITS,
            "overall": jsonable(asdict(self.overall())),
            "kinds": {kind: jsonable(asdict(summary)) for kind, summary in self.by_kind().items()},
            "pictures": [jsonable(asdict(row)) for row in self.rows],
        }


def evaluate(
    model: nn.Module, pairs: Sequence[Pair], device: torch.device, size: tuple[int, int] | None = None
) -> Evaluation:
    """Score a model on pictures, each at its own size.

    Args:
        model: a student, or a teacher, which is given the trimaps; comes back in the mode it was in, on `device`.
        pairs: see `ppid.data.pairs.read_pairs`.
        device: where the model runs.
        size: (H, W) of what the model sees; by default the multiple of its stride nearest to each picture's size.

    Raises:
        UserError: a picture that cannot be used, a size that the model cannot take, or an alpha that is not a number.
    """
    with _evaluating(model, device):
        return Evaluation(tuple(row for row, _, _ in _rows(model, tqdm(pairs, unit="image"), device, size)))


def evaluate_video(
    model: nn.Module, clips: Sequence[Clip], device: torch.device, size: tuple[int, int] | None = None
) -> Evaluation:
    """Score a model on the frames of clips, with dtSSD from each frame's predecessor; arguments as for `evaluate`."""
    rows = []
    with _evaluating(model, device), tqdm(total=sum(len(clip.frames) for clip in clips), unit="frame") as bar:
        for clip in clips:
            previous = None
            for row, alpha, sample in _rows(model, clip.frames, device, size):
                if previous is not None and previous[0].shape != alpha.shape:
                    raise UserError(f"{clip.name}/{row.name}: frames of one clip must be of one size")
                scores = row.scores
                if previous is not None:
                    alphas, truths = np.stack([previous[0], alpha]), np.stack([previous[1], sample.alpha])
                    scores = metrics.with_dtssd(scores, alphas, truths, sample.unknown)
                rows.append(Row(f"{clip.name}/{row.name}", row.kind, scores))
                previous = alpha, sample.alpha
                bar.update()
    return Evaluation(tuple(rows))


@torch.no_grad()
def predict(
    model: nn.Module, sample: Sample, device: torch.device, size: tuple[int, int] | None = None
) -> NDArray[np.float32]:
    """A model's alpha, float32 (H, W) in [0, 1] of the picture's size.

    A teacher's alpha is taken from the trimap wherever that knows it, as those methods are evaluated and used.
    """
    height, width = sample.alpha.shape
    size = _network_size(model, (height, width), size)
    shrinks = size[0] * size[1] < height * width
    image = cv2.resize(sample.image, size[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    inputs = [torch.from_numpy(image).to(device).permute(2, 0, 1)[None].float() / 255]
    if takes_trimap(model):
        inputs.append(_resized_trimap(sample.trimap, size).to(device))
    result = model(*inputs).alpha[0, 0].float().cpu().numpy()
    back = cv2.resize(result, (width, height), interpolation=cv2.INTER_LINEAR if shrinks else cv2.INTER_AREA)
    alpha: NDArray[np.float32] = np.clip(back, 0, 1)
    if takes_trimap(model):
        alpha = np.where(sample.unknown, alpha, (sample.trimap == trimap.VALUES[trimap.FOREGROUND]).astype(np.float32))
    return alpha


def main() -> None:
    """Parse, evaluate, print and write."""
    arguments = _parser().parse_args()
    if arguments.table is not None:
        _make_folder(arguments.table)
    model = weights.load(arguments.weights)
    if arguments.video:
        evaluation = evaluate_video(model, read_clips(arguments.data), arguments.device, arguments.size)
    else:
        evaluation = evaluate(model, read_pairs(arguments.data), arguments.device, arguments.size)
    table = evaluation.table()
    print(f"{table}\n{_UNITS}")
    if arguments.table is not None:
        about = {
            "format": FORMAT,
            "weights": weights.digest(model.cpu()),
            "model": describe(model),
            "size": arguments.size,
            "data": arguments.data.resolve().name,
        }
        text = json.dumps(about | evaluation.as_json(), indent=1, allow_nan=False)
        write_file(arguments.table, f"{table}\n{_UNITS}\n".encode())
        write_file(arguments.table.with_suffix(".json"), text.encode())
        print(f"wrote {arguments.table} and {arguments.table.with_suffix('.json')}")


def image_size(text: str) -> tuple[int, int]:
    """`640x480` (width x height) as (H, W)."""
    width, height = width_and_height(text)
    return height, width


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.evaluate",
        description="Measure a model's alpha against the truth, for each kind of subject.",
    )
    add = parser.add_argument
    add("--weights", type=Path, required=True, metavar="FILE", help="a student's or teacher's .safetensors")
    add(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder with image/ and alpha/, perhaps trimap/ and attributes.jsonl with each name's kind; or a known data set",
    )
    add("--video", action="store_true", help="each subfolder of --data is a clip with image/ and alpha/: adds dtSSD")
    add("--table", type=_table_path, metavar="FILE", help="write the table as Markdown here, and all as JSON beside it")
    add(
        "--size",
        type=image_size,
        metavar="WxH",
        help="what the model sees, multiples of its stride (default: as near to each picture's size as it can be)",
    )
    default = "cuda" if torch.cuda.is_available() else "cpu"
    add("--device", type=chosen_device, default=default, help="cpu or cuda (default: %(default)s)")
    return parser


def _table_path(text: str) -> Path:
    path = Path(text)
    if not path.name or path.suffix == ".json":
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected a Markdown file such as table.md; the JSON is put beside it"
        )
    return path


def _rows(
    model: nn.Module, pairs: Iterable[Pair], device: torch.device, size: tuple[int, int] | None
) -> Iterator[tuple[Row, NDArray[np.float32], Sample]]:
    for pair in pairs:
        sample = pair.load()
        alpha = predict(model, sample, device, size)
        if not np.isfinite(alpha).all():
            raise UserError(
                f"{pair.image}: the model's alpha is not a number; its weights have diverged, use earlier ones"
            )
        yield Row(pair.name, pair.kind, metrics.score(alpha, sample.alpha, sample.unknown)), alpha, sample


def _network_size(model: nn.Module, picture: tuple[int, int], wanted: tuple[int, int] | None) -> tuple[int, int]:
    multiple = int(model.stride_multiple)  # type: ignore[arg-type]
    if wanted is None:
        height, width = (max(multiple, round(side / multiple) * multiple) for side in picture)
        return height, width
    if wanted[0] % multiple or wanted[1] % multiple:
        raise UserError(f"size {wanted[1]}x{wanted[0]}: this model needs multiples of {multiple}")
    return wanted


def _resized_trimap(picture: NDArray[np.uint8], size: tuple[int, int]) -> Tensor:
    """One-hot (1, 3, H, W); what is not wholly known at the new size is unknown, so that no thin strand is lost."""
    onehot = trimap.from_image(picture)[None]
    shares = F.interpolate(onehot, size, mode="bilinear", align_corners=False, antialias=True)
    known = shares > 1 - 1e-4
    background, foreground = known[:, trimap.BACKGROUND], known[:, trimap.FOREGROUND]
    return torch.stack([background, ~(background | foreground), foreground], 1).float()


@contextmanager
def _evaluating(model: nn.Module, device: torch.device) -> Iterator[None]:
    training = model.training
    model.to(device).eval()
    try:
        yield
    finally:
        model.train(training)


def _summary(rows: Sequence[Row]) -> Summary:
    return Summary(len(rows), metrics.mean([row.scores for row in rows]))


def _regions(scores: Scores) -> tuple[Measures, Measures]:
    return scores.whole, scores.unknown


def _text(value: float, digits: int = 2) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def jsonable(value: Any) -> Any:
    """A value of dicts, lists and numbers with null for NaN, which is not JSON."""
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _make_folder(path: Path) -> None:
    """Before an hour of evaluation, not after it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {path.parent}: {error}") from None


if __name__ == "__main__":
    run_command(main)
