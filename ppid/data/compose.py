"""Composition of training batches on tensors: place foregrounds over backgrounds, then do what cameras do.

Everything random follows from (seed, step) and a picture's chunk in the batch, so that a resumed run sees the batches that
the killed one would have seen, and several processes together those that one would have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ppid.data import augment
from ppid.data.backgrounds import Rooms, crop_photographs
from ppid.data.foregrounds import Foregrounds
from ppid.data.jpeg import jpeg
from ppid.data.placement import Spot, gathered, placement
from ppid.data.sample import warp
from ppid.data.scenes import Scenes
from ppid.data.trimap import random_trimap

_PEOPLE_BEHIND = 0.3  # share of people among what stands behind a subject
_IN_COMPANY = 0.35  # share of pictures of people that show a group, or people far away


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
        sure: (B, 1, H, W), 1 where alpha may be believed and 0 elsewhere; None for everywhere.
    """

    image: Tensor
    alpha: Tensor
    foreground: Tensor
    background: Tensor
    trimap: Tensor | None
    kinds: tuple[str, ...]
    sure: Tensor | None = None

    @staticmethod
    def joined(parts: list[Batch]) -> Batch:
        """One batch of several."""
        if len(parts) == 1:
            return parts[0]
        columns = {item.name: [getattr(part, item.name) for part in parts] for item in fields(Batch)}
        kinds = tuple(kind for part in columns.pop("kinds") for kind in part)
        tensors: dict[str, Any] = {n: None if column[0] is None else torch.cat(column) for n, column in columns.items()}
        return Batch(**tensors, kinds=kinds)


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
        scenes: photographs with alpha that are shown as they are, if any.
        scene_share: of pictures that show one of them, where there are any.
    """

    foregrounds: Foregrounds
    photographs: list[Tensor]
    size: tuple[int, int]
    people_share: float = 0.65
    trimap_radius: int | None = None
    trimap_dropout: float = 0.0
    scenes: Scenes | None = None
    scene_share: float = 0.0
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
        parts, shown = [], 0
        if self.scenes is not None and chosen is None:
            another = np.random.default_rng((seed, number, 1))  # with its own, composites are as they were without
            shown = int(another.binomial(count, self.scene_share))
            parts = [self._show_scenes(self.scenes, shown, another)] if shown else []
        if shown < count:
            parts.insert(0, self._composites(count - shown, seed, number, rng, chosen))
        batch = Batch.joined(parts)
        image = self._photographed(batch.image, rng)
        return replace(batch, image=image, trimap=self._trimap(batch.alpha, batch.sure, rng))

    def _composites(
        self, count: int, seed: int, number: int, rng: np.random.Generator, chosen: list[int] | None
    ) -> Batch:
        """Subjects over backgrounds, as they are before a camera sees them."""
        background = augment.jitter(self._backgrounds(count, seed, number, rng), rng)
        indices = self._choose(count, rng, self.people_share) if chosen is None else chosen
        groups = {} if chosen is not None else self._gather(indices, rng)
        for picture, group in groups.items():
            indices[picture] = group[0][0]
        spots = [groups[picture][0][1] if picture in groups else None for picture in range(count)]
        foreground, alpha = self._place(indices, rng, spots)
        empty = np.zeros(count, np.bool_)
        if chosen is None:
            self._add_company(groups, foreground, alpha, rng)
            self._add_others(indices, foreground, alpha, background, rng)
            foreground = augment.light_falloff(foreground, rng)  # as when light does not reach down to the feet
            empty = rng.random(count) < 0.05
            alpha[torch.from_numpy(empty)] = 0

        foreground = augment.harmonise(augment.jitter(foreground, rng, 0.7), alpha, background, rng)
        self._draw_together(background, foreground, alpha, rng)
        background = augment.blur(background, np.where(rng.random(count) < 0.45, rng.uniform(0.5, 4, count), 0))
        background = augment.cast_shadows(background, alpha, rng)
        foreground = augment.wrap_light(foreground, background, alpha, rng)
        image = torch.lerp(background, foreground, alpha)
        kinds = ["none" if none else self.foregrounds.kinds[i] for i, none in zip(indices, empty, strict=True)]
        sure = None if self.scenes is None else torch.ones_like(alpha)
        return Batch(image, alpha, foreground, background, None, tuple(kinds), sure)

    def _photographed(self, image: Tensor, rng: np.random.Generator) -> Tensor:
        """What a camera makes of pictures (B, 3, H, W); in place."""
        count = len(image)
        image = augment.light_falloff(image, rng)
        dim = np.where(rng.random((count, 1)) < 0.12, rng.uniform(0.2, 0.6, (count, 1)), 1)
        image = image.mul_(torch.from_numpy(dim).float().to(image.device)[..., None, None])
        image = augment.blur(image, np.where(rng.random(count) < 0.35, rng.uniform(0.3, 1.2, count), 0))
        image = augment.coarsen(image, rng.random(count) < 0.1)
        image = self._grain.add_to(image, rng)
        image = augment.sharpen(image, np.where(rng.random(count) < 0.2, rng.uniform(0.3, 1.5, count), 0))
        return jpeg(image, np.where(rng.random(count) < 0.6, rng.uniform(20, 95, count), 100))

    def _trimap(self, alpha: Tensor, sure: Tensor | None, rng: np.random.Generator) -> Tensor | None:
        """What teachers are told, (B, 3, H, W) one-hot, if anybody asks: nothing that is in doubt, and at times nothing at all."""
        if self.trimap_radius is None:
            return None
        trimap = random_trimap(alpha, rng, self.trimap_radius)
        unknown = torch.tensor([0.0, 1.0, 0.0], device=trimap.device)[:, None, None]
        if sure is not None:
            trimap = torch.where(sure > 0, trimap, unknown)
        if self.trimap_dropout:
            trimap[torch.from_numpy(rng.random(len(alpha)) < self.trimap_dropout)] = unknown
        return trimap

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

    def _gather(self, indices: list[int], rng: np.random.Generator) -> dict[int, list[tuple[int, Spot]]]:
        """Groups for some of the pictures that show people, by picture: who stands where, in front first."""
        kinds = self.foregrounds.kinds
        chosen = [
            number for number, index in enumerate(indices) if kinds[index] == "people" and rng.random() < _IN_COMPANY
        ]
        groups = {picture: gathered(self.foregrounds, self.size, rng) for picture in chosen}
        return {picture: group for picture, group in groups.items() if group}

    def _add_company(
        self, groups: dict[int, list[tuple[int, Spot]]], foreground: Tensor, alpha: Tensor, rng: np.random.Generator
    ) -> None:
        """Put everybody but the first of each group behind those before, as subjects; in place."""
        further = [(picture, index, spot) for picture, group in groups.items() for index, spot in group[1:]]
        if not further:
            return
        colours, shapes = self._place([index for _, index, _ in further], rng, [spot for *_, spot in further])
        for (picture, *_), colour, shape in zip(further, colours, shapes, strict=True):
            part = slice(picture, picture + 1)
            _put_behind(foreground[part], alpha[part], colour[None], shape[None])

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

        joined = chosen[~clutter]
        front, shown = foreground[joined], alpha[joined]
        _put_behind(front, shown, colours[~clutter], shapes[~clutter])
        foreground[joined], alpha[joined] = front, shown

    def _place(
        self, indices: list[int], rng: np.random.Generator, spots: Sequence[Spot | None] | None = None
    ) -> tuple[Tensor, Tensor]:
        """Sample each foreground, at its spot if it has one; (B, 3, H, W) colours and (B, 1, H, W) alpha."""
        spots = [None] * len(indices) if spots is None else spots
        placements = [
            placement(self.foregrounds, index, self.size, rng, spot) for index, spot in zip(indices, spots, strict=True)
        ]
        pictures = [self.foregrounds.levels[level][i] for i, (_, level) in zip(indices, placements, strict=True)]
        rgba = warp(pictures, np.stack([theta for theta, _ in placements]), self.size)
        return rgba[:, :3], rgba[:, 3:].contiguous()

    def _show_scenes(self, scenes: Scenes, count: int, rng: np.random.Generator) -> Batch:
        """Photographs with what is known of them.

        Both layers of a photograph are the photograph: what is behind its subject is not known.
        """
        indices = rng.integers(len(scenes), size=count).tolist()
        crops = scenes.crops(indices, self.size, rng)
        colours = augment.jitter(crops[:, :3].contiguous(), rng, 0.7)
        kinds = tuple(scenes.kinds[index] for index in indices)
        return Batch(colours.clone(), crops[:, 3:4], colours, colours, None, kinds, crops[:, 4:])

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


def _put_behind(foreground: Tensor, alpha: Tensor, colours: Tensor, shapes: Tensor) -> None:
    """Join further subjects, (B, 3, H, W) colours and (B, 1, H, W) alpha, to those in front of them; in place."""
    behind = shapes * (1 - alpha)
    merged = (alpha + behind).clamp_max_(1)
    foreground.copy_(torch.lerp(foreground, colours, behind / merged.clamp_min(1e-4)))
    alpha.copy_(merged)
