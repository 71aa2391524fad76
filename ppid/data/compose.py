"""Composition of training batches on tensors: place foregrounds over backgrounds, then do what cameras do.

Everything random follows from (seed, step), so that a resumed run sees the batches that the killed one would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ppid.data import augment, backgrounds
from ppid.data.foregrounds import Foregrounds


@dataclass(frozen=True)
class Batch:
    """One training batch, float, RGB and alpha in [0, 1].

    Attributes:
        image: (B, 3, H, W), what a camera would give.
        alpha: (B, 1, H, W).
        foreground: (B, 3, H, W), true colours of the subject, before noise and compression.
        background: (B, 3, H, W), likewise.
        kinds: what each picture shows, `none` for an empty scene.
    """

    image: Tensor
    alpha: Tensor
    foreground: Tensor
    background: Tensor
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Composer:
    """Makes batches from foregrounds and backgrounds.

    Attributes:
        foregrounds: the subjects, on the device where batches are made.
        photographs: uint8 (3, h, w) pictures; may be empty, backgrounds are then procedural only.
        size: (H, W) of the batch, multiples of 32.
        people_share: how many of the subjects are people, where both are there.
    """

    foregrounds: Foregrounds
    photographs: list[Tensor]
    size: tuple[int, int]
    people_share: float = 0.65

    def batch(self, count: int, seed: int, step: int) -> Batch:
        """The batch of (seed, step)."""
        rng = np.random.default_rng((seed, step))
        device = self.foregrounds.levels[0].device
        generator = torch.Generator(device=device).manual_seed(int(rng.integers(2**62)))

        background = self._backgrounds(count, rng, generator)
        indices = self._choose(count, rng)
        foreground, alpha = self._place(indices, rng)
        second = rng.random(count) < 0.12
        if second.any():
            other, other_alpha = self._place(self._choose(count, rng), rng)
            other_alpha = other_alpha * torch.from_numpy(second).float().to(device)[:, None, None, None]
            merged = alpha + other_alpha * (1 - alpha)
            foreground = (foreground * alpha + other * other_alpha * (1 - alpha)) / merged.clamp_min(1e-4)
            alpha = merged
        empty = rng.random(count) < 0.05
        alpha = alpha * torch.from_numpy(~empty).float().to(device)[:, None, None, None]

        background = augment.jitter(background, rng)
        foreground = augment.harmonise(augment.jitter(foreground, rng, 0.7), alpha, background, rng)
        background = self._draw_together(background, foreground, alpha, rng)
        defocus = np.where(rng.random(count) < 0.45, rng.uniform(0.5, 4, count), 0)
        background = augment.blur(background, defocus)
        image = foreground * alpha + background * (1 - alpha)
        image = augment.light_falloff(image, rng)
        image = augment.blur(image, np.where(rng.random(count) < 0.35, rng.uniform(0.3, 1.2, count), 0))
        image = augment.noise(image, rng, generator)
        compress = torch.from_numpy(rng.random(count) < 0.6).to(device)[:, None, None, None]
        image = torch.where(compress, augment.jpeg(image, rng), image)
        kinds = tuple("none" if none else self.foregrounds.kinds[i] for i, none in zip(indices, empty, strict=True))
        return Batch(image, alpha, foreground, background, kinds)

    def _backgrounds(self, count: int, rng: np.random.Generator, generator: torch.Generator) -> Tensor:
        if not self.photographs:
            return backgrounds.procedural(self.size, rng, generator, count)
        # All of either, or a photograph with furniture-like shapes mixed over it.
        weights = rng.choice([0.0, 1.0, 0.75], count, p=[0.4, 0.45, 0.15])
        made_up, shown = weights < 1, weights > 0
        result = torch.zeros(count, 3, *self.size, device=generator.device)
        result[made_up] = backgrounds.procedural(self.size, rng, generator, int(made_up.sum()))
        photographs = backgrounds.crop_photographs(self.photographs, self.size, rng, int(shown.sum())).to(result.device)
        share = torch.from_numpy(weights[shown]).float().to(result.device)[:, None, None, None]
        result[shown] = result[shown] * (1 - share) + photographs * share
        return result

    def _choose(self, count: int, rng: np.random.Generator) -> list[int]:
        people = [i for i, kind in enumerate(self.foregrounds.kinds) if kind == "people"]
        others = [i for i, kind in enumerate(self.foregrounds.kinds) if kind != "people"]
        if not people or not others:
            return list(rng.integers(len(self.foregrounds), size=count))
        return [int(rng.choice(people if rng.random() < self.people_share else others)) for _ in range(count)]

    def _place(self, indices: list[int], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Sample each foreground under a random similarity with stretch; (B, 3, H, W) colours and (B, 1, H, W) alpha."""
        placements = [self._placement(index, rng) for index in indices]
        colours, alphas = [], []
        for index, (theta, level) in zip(indices, placements, strict=True):
            rgba = self.foregrounds.levels[level][index][None].float().div(255)
            grid = F.affine_grid(
                torch.from_numpy(theta).float().to(rgba.device)[None], [1, 4, *self.size], align_corners=False
            )
            alphas.append(F.grid_sample(rgba[:, 3:], grid, "bilinear", "zeros", align_corners=False))
            colours.append(F.grid_sample(rgba[:, :3], grid, "bilinear", "border", align_corners=False))
        return torch.cat(colours), torch.cat(alphas).clamp(0, 1)

    def _placement(self, index: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """The (2, 3) matrix from output to source coordinates, both in [-1, 1], and the level to sample.

        A subject that its picture cuts at an edge stays cut: that edge is put at or beyond the frame's.
        """
        height, width = self.size
        left, top, right, bottom = self.foregrounds.boxes[index]
        cut_left, cut_top, cut_right, cut_bottom = self.foregrounds.cut[index]
        aspect = height / width
        # Half extents of the visible box in the output's [-1, 1], for a source square as high as the output.
        tall = rng.uniform(0.45, 1.15) if rng.random() < 0.75 else rng.uniform(0.2, 2.0)
        zoom = 2 * tall / max(bottom - top, 0.8 * (right - left))
        stretch = np.exp(rng.uniform(-0.25, 0.25))
        zoom_x, zoom_y = zoom * aspect * stretch, zoom
        if cut_left and cut_right:
            zoom_x = max(zoom_x, 2.02 / (right - left))
        if cut_top and cut_bottom:
            zoom_y = max(zoom_y, 2.02 / (bottom - top))
        x = rng.uniform(-0.6, 0.6)  # where the middle of the box goes
        y = rng.uniform(-0.4, 0.5)
        x = min(x, -1.01 + zoom_x * (right - left) / 2) if cut_left else x
        x = max(x, 1.01 - zoom_x * (right - left) / 2) if cut_right and not cut_left else x
        y = min(y, -1.01 + zoom_y * (bottom - top) / 2) if cut_top else y
        y = max(y, 1.01 - zoom_y * (bottom - top) / 2) if cut_bottom and not cut_top else y
        angle = 0.0 if self.foregrounds.cut[index].any() else rng.normal(0, 0.15)
        mirror = -1 if rng.random() < 0.5 else 1
        # output -> centre on the box -> unzoom -> rotate -> mirror -> box centre in the source
        centre = np.array([(left + right) / 2, (top + bottom) / 2])
        if mirror < 0:
            x = -x
        inverse = np.array(
            [
                [mirror * np.cos(angle) / zoom_x, np.sin(angle) / zoom_y * mirror],
                [-np.sin(angle) / zoom_x, np.cos(angle) / zoom_y],
            ]
        )
        offset = centre - inverse @ np.array([x, y])
        pixels = self.foregrounds.levels[0].shape[-1] / (zoom_y * height)  # source pixels an output pixel
        level = int(np.clip(np.floor(np.log2(max(pixels, 1)) + 0.3), 0, len(self.foregrounds.levels) - 1))
        return np.column_stack([inverse, offset]), level

    @staticmethod
    def _draw_together(background: Tensor, foreground: Tensor, alpha: Tensor, rng: np.random.Generator) -> Tensor:
        """For one picture in five, tint the background with the subject's mean colour: low contrast on purpose."""
        mean = (foreground * alpha).sum((2, 3), keepdim=True) / alpha.sum((2, 3), keepdim=True).clamp_min(1)
        share = np.where(rng.random(len(alpha)) < 0.2, rng.uniform(0.3, 0.85, len(alpha)), 0)
        weight = torch.from_numpy(share).float().to(background.device)[:, None, None, None]
        weight = weight * (alpha.sum((2, 3), keepdim=True) > 1)
        shifted = background - background.mean((2, 3), keepdim=True) + mean
        return (background * (1 - weight) + shifted * weight).clamp(0, 1)
