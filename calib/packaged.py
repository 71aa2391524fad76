"""The calibration set that comes with the package: composites of rendered subjects over free backgrounds."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from runtime.errors import UserError


def packaged_frames() -> list[Path]:
    """Paths of the packaged pictures in the order of their names; `alpha/` beside theirs holds the truth.

    Raises:
        UserError: this installation has none.
    """
    folder = Path(str(files("calib"))) / "packaged_set"
    pictures = sorted((folder / "image").glob("*.webp"))
    if not pictures:
        raise UserError(
            f"{folder} holds no calibration pictures: this installation is incomplete. Install the package again, or "
            "give a video or a folder of pictures of your own."
        )
    return pictures
