"""Composition of training batches on tensors: place foregrounds over backgrounds, then do what cameras do.

Everything random follows from (seed, step) and a picture's chunk in the batch, so that a resumed run sees the batches that
the killed one would have seen, and several processes together those that one would have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import numpy as np
import torch
from torch import Tensor

from ppid.data import augment
from ppid.data.backgrounds import Rooms, crop_photographs
from ppid.data.foregrounds import Foregrounds
from ppid.data.jpeg import jpeg
from ppid.data.sample import warp
from ppid.data.trimap import random_trimap

_PEOPLE_BEHIND = 0.3  # share of people among what stands behind a subject


@dataclass(frozen=True)
class Batch:
    """One training batch, float, RGB and alpha in [0, 1].

    Attributes:
        image: (B, 3, H, W), what a camera would give.
        alpha: (B, 1, H, W).
        foreground: (B, 3, H, W), true colours of the subject, before noise and compression.
        background: (B, 3, H, W), likewise.
        trimap: (B, 3, H, W) one-hot: background, unknown, foreground, or None where nobody asked. The privilege of teachers.
        kinds: what each picture shows, `none` for an empty scene.
    """

    image: Tensor
    alpha: Tensor
    foreground: Tensor
    background: Tensor
    trimap: Tensor | None
    kinds: tuple[str, ...]

    @staticmethod
    def joined(parts: list[Batch]) -> Batch:
        """One batch of several."""
        if len(parts) == 1:
            return parts[0]
        columns = {item.name: [getattr(part, item.name) for part in parts] for item in fields(Batch)}
        kinds = tuple(kind for part in columns.pop("kinds") for kind in part)
        trimaps = columns.pop("trimap")
        tensors = {name: torch.cat(column) for name, column in columns.items()}
        return Batch(**tensors, trimap=None if trimaps[0] is None else torch.cat(trimaps), kinds=kinds)


@dataclass(frozen=True)
class Composer:
    """Makes batches from foregrounds and backgrounds.

    Attributes:
        foregrounds: the subjects, on the device where batches are made.
        photographs: uint8 (3, h, w) pictures there; may be empty, backgrounds are then procedural only.
        size: (H, W) of the batch, multiples of 32.
        people_share: how many of the subjects are people, where both are there.
        trimap_radius: largest radius in pixels by which a trimap's unknown region is grown; None makes no trimaps.
        trimap_dropout: share of trimaps that say nothing: unknown everywhere.
    """

    foregrounds: Foregrounds
    photographs: list[Tensor]
    size: tuple[int, int]
    people_share: float = 0.65
    trimap_radius: int | None = None
    trimap_dropout: float = 0.0
    _rooms: Rooms = field(default_factory=Rooms, compare=False, repr=False)
    _grain: augment.Grain = field(default_factory=augment.Grain, compare=False, repr=False)

    def batch(self, count: int, seed: int, step: int, chunk: int = 16, part: tuple[int, int] = (0, 1)) -> Batch:
        """The batch of (seed, step), or one process's part of it.

        Args:
            count: pictures in the whole batch.
            seed: of the run.
            step: of the run.
            chunk: pictures composed together.
            part: (rank, processes): which share of the chunks is wanted; they must divide evenly.
        """
        chunks = math.ceil(count / chunk)
        rank, processes = part
        share = range(rank * chunks // processes, (rank + 1) * chunks // processes)
        made = [self._chunk(min(chunk, count - index * chunk), seed, step * chunks + index) for index in share]
        return Batch.joined(made)

    def scene(self, indices: list[int], seed: int, number: int) -> Batch:
        """Pictures of the foregrounds `indices`, one subject each and none empty; all else follows from (seed, number)."""
        return self._chunk(len(indices), seed, number, indices)

    def _chunk(self, count: int, seed: int, number: int, chosen: list[int] | None = None) -> Batch:
        rng = np.random.default_rng((seed, number))
        background = augment.jitter(self._backgrounds(count, seed, number, rng), rng)
        indices = self._choose(count, rng, self.people_share) if chosen is None else chosen
        foreground, alpha = self._place(indices, rng)
        empty = np.zeros(count, np.bool_)
        if chosen is None:
            self._add_others(indices, foreground, alpha, background, rng)
            empty = rng.random(count) < 0.05
            alpha[torch.from_numpy(empty)] = 0

        foreground = augment.harmonise(augment.jitter(foreground, rng, 0.7), alpha, background, rng)
        self._draw_together(background, foreground, alpha, rng)
        background = augment.blur(background, np.where(rng.random(count) < 0.45, rng.uniform(0.5, 4, count), 0))
        background = augment.cast_shadows(background, alpha, rng)
        foreground = augment.wrap_light(foreground, background, alpha, rng)
        image = torch.lerp(background, foreground, alpha)
        image = augment.light_falloff(image, rng)
        dim = np.where(rng.random((count, 1)) < 0.12, rng.uniform(0.2, 0.6, (count, 1)), 1)
        image = image.mul_(torch.from_numpy(dim).float().to(image.device)[..., None, None])
        image = augment.blur(image, np.where(rng.random(count) < 0.35, rng.uniform(0.3, 1.2, count), 0))
        image = augment.coarsen(image, rng.random(count) < 0.1)
        image = self._grain.add_to(image, rng)
        image = augment.sharpen(image, np.where(rng.random(count) < 0.2, rng.uniform(0.3, 1.5, count), 0))
        image = jpeg(image, np.where(rng.random(count) < 0.6, rng.uniform(20, 95, count), 100))
        trimap = None if self.trimap_radius is None else random_trimap(alpha, rng, self.trimap_radius)
        if trimap is not None and self.trimap_dropout:
            silent = torch.from_numpy(rng.random(count) < self.trimap_dropout)
            trimap[silent] = torch.tensor([0.0, 1.0, 0.0], device=trimap.device)[:, None, None]
        kinds = tuple("none" if none else self.foregrounds.kinds[i] for i, none in zip(indices, empty, strict=True))
        return Batch(image, alpha, foreground, background, trimap, kinds)

    def _backgrounds(self, count: int, seed: int, number: int, rng: np.random.Generator) -> Tensor:
        device = self.foregrounds.levels[0].device
        if not self.photographs:
            return self._rooms.crops(self.size, count, seed, number, rng, device)
        # All of either, or a photograph with furniture-like shapes mixed over it.
        share = rng.choice([0.0, 1.0, 0.75], count, p=[0.25, 0.6, 0.15])
        made_up, shown = np.flatnonzero(share < 1), np.flatnonzero(share > 0)
        result = torch.zeros(count, 3, *self.size, device=device)
        result[made_up] = self._rooms.crops(self.size, len(made_up), seed, number, rng, device)
        photographs = crop_photographs(self.photographs, self.size, rng, len(shown)).to(device)
        weight = torch.from_numpy(share[shown]).float().to(device)[:, None, None, None]
        result[shown] = torch.lerp(result[shown], photographs, weight)
        return result

    def _choose(self, count: int, rng: np.random.Generator, people_share: float) -> list[int]:
        people = np.array([kind == "people" for kind in self.foregrounds.kinds])
        if people.all() or not people.any():
            return [int(i) for i in rng.integers(len(self.foregrounds), size=count)]
        groups = np.flatnonzero(people), np.flatnonzero(~people)
        return [int(rng.choice(groups[0] if rng.random() < people_share else groups[1])) for _ in range(count)]

    def _add_others(
        self, indices: list[int], foreground: Tensor, alpha: Tensor, background: Tensor, rng: np.random.Generator
    ) -> None:
        """Put something else, mostly a thing, behind the subject of one picture in four, in place.

        Behind a person a thing is clutter and becomes background, as a chair shall; people, and things behind things, are
        subjects.
        """
        chosen = np.flatnonzero(rng.random(len(alpha)) < 0.25)
        if not len(chosen):
            return
        others = self._choose(len(chosen), rng, min(self.people_share, _PEOPLE_BEHIND))
        colours, shapes = self._place(others, rng)
        kinds = self.foregrounds.kinds
        clutter = np.array([kinds[indices[c]] == "people" != kinds[o] for c, o in zip(chosen, others, strict=True)])
        placed = chosen[clutter]
        background[placed] = torch.lerp(background[placed], colours[clutter], shapes[clutter])

        joined, colours, shapes = chosen[~clutter], colours[~clutter], shapes[~clutter]
        behind = shapes * (1 - alpha[joined])
        merged = (alpha[joined] + behind).clamp_max_(1)
        foreground[joined] = torch.lerp(foreground[joined], colours, behind / merged.clamp_min(1e-4))
        alpha[joined] = merged

    def _place(self, indices: list[int], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Sample each foreground under a random similarity with stretch; (B, 3, H, W) colours and (B, 1, H, W) alpha."""
        placements = [self._placement(index, rng) for index in indices]
        pictures = [self.foregrounds.levels[level][i] for i, (_, level) in zip(indices, placements, strict=True)]
        rgba = warp(pictures, np.stack([theta for theta, _ in placements]), self.size)
        return rgba[:, :3], rgba[:, 3:].contiguous()

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
        centre = np.array([(left + right) / 2, (top + bottom) / 2])
        if self.foregrounds.has_edge[index] and rng.random() < 0.12:
            # A close look at half-transparent pixels: in whole views hair, nets and glass are a few pixels wide.
            zoom_x, zoom_y = np.array([zoom_x, zoom_y]) * rng.uniform(1.2, 2.5)
            away = centre - self.foregrounds.points[index][rng.integers(len(self.foregrounds.points[index]))]
            x, y = rng.uniform(-0.3, 0.3, 2) + away * (zoom_x, zoom_y)
        else:
            x, y = rng.uniform(-0.6, 0.6), rng.uniform(-0.4, 0.5)
        # x and y are where the middle of the box goes.
        x = min(x, -1.01 + zoom_x * (right - left) / 2) if cut_left else x
        x = max(x, 1.01 - zoom_x * (right - left) / 2) if cut_right and not cut_left else x
        y = min(y, -1.01 + zoom_y * (bottom - top) / 2) if cut_top else y
        y = max(y, 1.01 - zoom_y * (bottom - top) / 2) if cut_bottom and not cut_top else y
        angle = 0.0 if self.foregrounds.cut[index].any() else rng.normal(0, 0.15)
        if angle and self.foregrounds.kinds[index] != "people" and rng.random() < 0.2:
            angle = rng.uniform(-np.pi, np.pi)  # things lie, hang and fall
        mirror = -1 if rng.random() < 0.5 else 1
        # output -> centre on the box -> unzoom -> rotate -> mirror -> box centre in the source
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
    def _draw_together(background: Tensor, foreground: Tensor, alpha: Tensor, rng: np.random.Generator) -> None:
        """For one picture in five, tint the background with the subject's mean colour: low contrast on purpose; in place."""
        chosen = np.flatnonzero(rng.random(len(alpha)) < 0.2)
        share = torch.from_numpy(rng.uniform(0.3, 0.85, len(chosen))).float().to(background.device)
        if not len(chosen):
            return
        subject, colour = alpha[chosen], foreground[chosen]
        area = subject.sum((2, 3), keepdim=True)
        mean = (colour * subject).sum((2, 3), keepdim=True) / area.clamp_min(1)
        weight = share[:, None, None, None] * (area > 1)
        before = background[chosen]
        background[chosen] = (before + (mean - before.mean((2, 3), keepdim=True)) * weight).clamp_(0, 1)
