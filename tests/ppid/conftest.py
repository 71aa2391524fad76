"""Small foregrounds and photographs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest


def disc_rgba(size: int, seed: int) -> np.ndarray:
    """BGRA uint8: a coloured disc with a soft edge, fully inside its picture."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    alpha = np.clip((size * rng.uniform(0.2, 0.35) - np.hypot(x - size / 2, y - size / 2)) / 4 + 0.5, 0, 1)
    colour = np.broadcast_to(rng.integers(60, 256, 3).astype(np.uint8), (size, size, 3))
    return np.dstack([colour, (alpha * 255).round().astype(np.uint8)])


@pytest.fixture(scope="session")
def foreground_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("foregrounds")
    for kind in ("people", "glass"):
        (root / kind).mkdir()
        for index in range(12):
            cv2.imwrite(str(root / kind / f"{index:02d}.png"), disc_rgba(96, hash((kind == "glass", index)) % 1000))
    return root


@pytest.fixture(scope="session")
def photograph_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("photographs")
    rng = np.random.default_rng(0)
    for index in range(3):
        picture = cv2.resize(rng.integers(0, 120, (6, 8, 3), dtype=np.uint8), (160, 120), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(root / f"{index}.jpg"), picture)
    return root
