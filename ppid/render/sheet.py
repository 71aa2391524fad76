"""Contact sheets: pictures over backgrounds, each with its alpha, so that a person can look for broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ppid.errors import UserError
from ppid.render.files import writing
from ppid.render.picture import SUFFIX

_COLUMNS = 10


def write(folder: Path, backgrounds: Path, output: Path, count: int, seed: int, side: int) -> None:
    """Draw `count` random pictures of `folder` over random backgrounds; each is named by its path's end.

    Raises:
        UserError: no pictures or no backgrounds, or the sheet cannot be written.
    """
    pictures = sorted(path for path in folder.rglob(f"*{SUFFIX}") if not path.name.startswith("."))
    behind = sorted(
        path for path in backgrounds.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
    )
    if not pictures:
        raise UserError(
            f"no pictures (*{SUFFIX}) below {folder}; expected a folder that `python -m ppid.render` has filled"
        )
    if not behind:
        raise UserError(
            f"no backgrounds (.jpg, .png or .webp) below {backgrounds}; pass --backgrounds DIR with photographs"
        )
    rng = np.random.default_rng(seed)
    chosen = sorted(rng.permutation(len(pictures))[:count])
    columns = min(_COLUMNS, len(chosen))
    rows = -(-len(chosen) // columns)
    sheet = Image.new("RGB", (columns * side, rows * (side + 12)))
    draw = ImageDraw.Draw(sheet)
    for place, index in enumerate(chosen):
        left, top = place % columns * side, place // columns * (side + 12)
        sheet.paste(_cell(pictures[index], behind[rng.integers(len(behind))], side), (left, top))
        draw.text((left + 2, top + side), "/".join(pictures[index].with_suffix("").parts[-2:])[-30:], fill="white")
    temporary = output.with_name(f".{output.stem}.partial{output.suffix}")
    with writing(output):
        sheet.save(temporary)
        temporary.replace(output)


def _cell(picture: Path, background: Path, side: int) -> Image.Image:
    """The picture over the background, its alpha small in a corner."""
    subject = Image.open(picture).convert("RGBA")
    subject.thumbnail((side, side), Image.Resampling.LANCZOS)
    behind = Image.open(background).convert("RGB").resize(subject.size)
    rgba, rgb = np.asarray(subject, np.float32), np.asarray(behind, np.float32)
    alpha = rgba[..., 3:] / 255
    over = (rgba[..., :3] * alpha + rgb * (1 - alpha)).round().astype(np.uint8)
    cell = Image.new("RGB", (side, side))
    cell.paste(Image.fromarray(over), (0, 0))
    small = subject.getchannel("A").resize((subject.width // 4, subject.height // 4))
    cell.paste(small.convert("RGB"), (side - small.width, side - small.height))
    return cell
