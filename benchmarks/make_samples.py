"""Command line: `python -m benchmarks.make_samples`, the sample clip and the packaged calibration set (for maintainers).

Both are composed from foregrounds with exact alpha over free photographs, as training pictures are, so that they may be
shipped and need no camera.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import av
import cv2
import numpy as np

from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Composer
from ppid.data.foregrounds import load_foregrounds, read_rgba
from ppid.errors import UserError as DataError
from runtime.backgrounds import cover
from runtime.errors import UserError, run_command
from runtime.images import read_rgb

ROOT = Path(__file__).parents[1]
_SEED = 64


def main() -> None:
    """Parse and make both."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.make_samples", description="Make the sample clip and the calibration set."
    )
    parser.add_argument(
        "--foregrounds", type=Path, nargs="+", required=True, help="folders of RGBA pictures for the calibration set"
    )
    parser.add_argument(
        "--backgrounds", type=Path, nargs="+", required=True, help="folders of free backgrounds for the calibration set"
    )
    parser.add_argument("--presenter", type=Path, required=True, help="RGBA picture of the clip's person")
    parser.add_argument("--room", type=Path, required=True, help="photograph behind the clip's person")
    parser.add_argument("--backdrop", type=Path, required=True, help="photograph for the demo's new background")
    arguments = parser.parse_args()
    try:
        samples = ROOT / "runtime" / "samples"
        samples.mkdir(exist_ok=True)
        make_clip(arguments.presenter, arguments.room, samples / "presenter.mp4")
        backdrop = cover(read_rgb(arguments.backdrop), (1280, 720))
        cv2.imwrite(str(samples / "background.jpg"), backdrop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
        make_calibration_set(arguments.foregrounds, arguments.backgrounds, ROOT / "calib" / "packaged_set")
    except DataError as error:
        raise UserError(str(error)) from None


def make_clip(
    presenter: Path, room: Path, output: Path, size: tuple[int, int] = (1280, 720), frames: int = 120
) -> None:
    """A person who sways before a room out of focus, 30 frames a second, H.264."""
    width, height = size
    rgba = read_rgba(presenter).astype(np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    wall = cv2.GaussianBlur(cover(read_rgb(room), (width + 80, height + 45)), (0, 0), 6).astype(np.float32) / 255
    rng = np.random.default_rng(_SEED)
    with av.open(str(output), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "27", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(frames):
            turn = 2 * math.pi * index / frames
            picture = _sway(rgba, size, turn)
            shift = np.array([[1, 0, -40 + 30 * math.cos(turn)], [0, 1, -22]], np.float32)
            behind = cv2.warpAffine(wall, shift, size, flags=cv2.INTER_LINEAR)
            frame = picture[..., :3] + behind * (1 - picture[..., 3:])
            frame += rng.normal(0, 0.008, (height, width, 1)).astype(np.float32)
            frame8 = (frame.clip(0, 1) * 255 + 0.5).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame8, format="rgb24")))
        container.mux(stream.encode())


def _sway(premultiplied: np.ndarray, size: tuple[int, int], turn: float) -> np.ndarray:
    """The person, standing on the lower edge, tilted and moved a little; float (H, W, 4) premultiplied."""
    width, height = size
    h, w = premultiplied.shape[:2]
    scale = 0.98 * height / h * (1 + 0.03 * math.sin(turn))
    matrix = cv2.getRotationMatrix2D((w / 2, h), 2.5 * math.sin(turn + 0.7), scale)
    matrix[:, 2] += np.array([width * (0.5 + 0.05 * math.sin(turn)) - w / 2, height * 1.02 - h])
    return cv2.warpAffine(premultiplied, matrix, size, flags=cv2.INTER_CUBIC).clip(0, 1)


def make_calibration_set(foregrounds: list[Path], backgrounds: list[Path], output: Path, count: int = 80) -> None:
    """Composites of 512x288 as lossy WebP, camera faults included, numbered from 00, and their alphas as PNG."""
    composer = Composer(load_foregrounds(foregrounds, 512), load_backgrounds(backgrounds, 512), (288, 512))
    for name in ("image", "alpha"):
        (output / name).mkdir(parents=True, exist_ok=True)
    for start in range(0, count, 8):
        batch = composer.batch(8, _SEED, start)
        for offset, (picture, truth) in enumerate(zip(batch.image, batch.alpha, strict=True)):
            rgb = (picture.permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
            name, quality = f"{start + offset:02d}", [cv2.IMWRITE_WEBP_QUALITY, 88]
            cv2.imwrite(str(output / "image" / f"{name}.webp"), rgb[..., ::-1], quality)
            cv2.imwrite(str(output / "alpha" / f"{name}.png"), (truth[0].numpy() * 255 + 0.5).astype(np.uint8))


if __name__ == "__main__":
    run_command(main)
