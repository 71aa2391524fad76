"""Grows hair: a few hundred guides that run into the body, and strands between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray

from ppid.render.people.figure import Head
from ppid.render.people.hairstyles import Style, combed, in_fringe
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Points, unit

Reals = NDArray[np.float64]
_DOWN = np.array([0, 0, -1.0])


@dataclass(frozen=True)
class Variation:
    """How one person wears a style.

    Attributes:
        parting: x in head radii.
        length, lift, volume, fall, wave, curl, frizz: factors on the style's.
        clump: 0 to 1: how much strands gather towards their tips.
        flyaways: share of strands that stand out.
        face: how strongly hair is kept out of the face.
        fringe: length in metres.
        tail: weight of a tail.
    """

    parting: float
    length: float
    lift: float
    volume: float
    fall: float
    wave: float
    curl: float
    frizz: float
    clump: float
    flyaways: float
    face: float
    fringe: float
    tail: float

    @classmethod
    def draw(cls, rng: Rng, style: Style) -> Variation:
        """A random one that suits the style."""
        neat = style.frizz < 0.1
        parting = rng.pick([0.0, rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4)])
        return cls(
            parting=rng.normal(0, 0.02) if style.ties == "two" else parting,
            length=rng.uniform(0.75, 1.3),
            lift=rng.uniform(0.7, 1.3),
            volume=rng.uniform(0.6, 1.5),
            fall=rng.uniform(0.8, 1.4),
            wave=rng.uniform(0.2, 1.6),
            curl=rng.uniform(0.7, 1.4),
            frizz=rng.uniform(0.4, 1.0) if neat else rng.log_uniform(0.4, 2.2),
            clump=rng.uniform(0.8, 1.0) if style.gloss else rng.uniform(0.1, 0.9),
            flyaways=rng.uniform(0.003, 0.02) if neat or style.gloss else rng.uniform(0.01, 0.09),
            face=rng.uniform(0.1, 0.35),
            fringe=rng.uniform(0.045, 0.075),
            tail=rng.uniform(0.6, 1.6),
        )

    def flattened(self) -> Variation:
        """The same under a hat."""
        return replace(self, volume=0.5, lift=self.lift * 0.4, fringe=0.05)


@dataclass(frozen=True)
class Roots:
    """Where hair starts.

    Attributes:
        points, normals: (N, 3) in the world.
        places: (N, 3) in the head's axes and radii.
    """

    points: Points
    normals: Points
    places: Points

    def __len__(self) -> int:
        return len(self.points)

    def some(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Roots:
        """A part of them."""
        return Roots(self.points[chosen], self.normals[chosen], self.places[chosen])


@dataclass(frozen=True)
class Strands:
    """Hair to render.

    Attributes:
        points: (K, P, 3).
        thickness: (K, P) factor on the radius.
        guide: (K,) number of the guide that each follows: neighbours share it.
    """

    points: Points
    thickness: Reals
    guide: NDArray[np.int64]

    def some(self, chosen: NDArray[np.bool_]) -> Strands:
        """A part of them."""
        return Strands(self.points[chosen], self.thickness[chosen], self.guide[chosen])


@dataclass(frozen=True)
class Ties:
    """Where hair is drawn together.

    Attributes:
        places: (T, 3) in the world.
        ways: (T, 3) unit, in which it leaves.
        tail: hair goes on beyond the tie.
    """

    places: Points
    ways: Points
    tail: bool

    def nearest(self, roots: Roots, parting: float) -> NDArray[np.int64]:
        """(N,) which tie a root's hair goes to: with two, the one on its side."""
        if len(self.places) == 1:
            return np.zeros(len(roots), int)
        return np.where(roots.places[:, 0] > parting, 0, 1)


def grow_guides(
    rng: Rng, style: Style, how: Variation, roots: Roots, head: Head, body: BVHTree, ties: Ties | None = None
) -> Points:
    """Curves (N, S, 3) that start at the roots, follow the comb, fall, and stay out of the body."""
    growth = _Growth(rng, style, how, roots, head, body, ties)
    points = [roots.points]
    for step in range(growth.steps):
        points.append(growth.step(step))
    return np.stack(points, 1)


class _Growth:
    """One head of guides while it grows."""

    def __init__(
        self,
        rng: Rng,
        style: Style,
        how: Variation,
        roots: Roots,
        head: Head,
        body: BVHTree,
        ties: Ties | None,
    ) -> None:
        self.rng, self.style, self.how, self.head, self.body, self.ties = rng, style, how, head, body, ties
        self.steps = 26 if ties else 18 if style.length > 0.15 else 10
        places, normals, count = roots.places, roots.normals, len(roots)
        self.comb = unit(combed(style.comb, places, how.parting, rng)) @ head.turn.T
        is_combed = np.linalg.norm(self.comb, axis=1, keepdims=True) > 0.5
        self.comb = self.comb * is_combed
        topness = np.clip((places[:, 2] - 0.25) / 0.45, 0, 1)
        shares = style.sides + (1 - style.sides) * topness
        self.length = style.length * how.length * shares * rng.uniform(0.85, 1.1, count)
        self.fringe = np.zeros(count, bool)
        if style.comb == "fringe":
            self.fringe = in_fringe(places)
            self.length = np.where(self.fringe, how.fringe * rng.uniform(0.9, 1.1, count), self.length)
        lift = np.full((count, 1), np.clip(style.lift * how.lift, 0, 1))
        self.layer = style.layer * how.volume * rng.uniform(0.1, 1, count) ** 0.8
        if style.comb == "part":  # flat beside the parting, or the crown splits into a V
            beside = np.abs(places[:, 0] - how.parting)[:, None]
            lift = lift * np.clip(beside / 0.5, 0.1, 1)
            self.layer = self.layer * np.clip(beside[:, 0] / 0.6, 0.25, 1)
        along = self.comb - normals * (self.comb * normals).sum(1, keepdims=True)
        jitter = rng.normal(size=(count, 3)) * (0.06 + 0.24 * style.frizz)
        self.way = unit(normals * (lift + 0.15) + unit(along) * (1 - lift) * is_combed + jitter)
        self.points, self.normals = roots.points.copy(), normals.copy()
        self.phase = rng.uniform(0, TAU, 3)
        self.tied, self.since_tied = np.zeros(count, bool), np.zeros(count)
        if ties:
            self.goal = ties.nearest(roots, how.parting)

    def step(self, step: int) -> Points:
        """The next points."""
        t = (step + 1) / self.steps
        stride = self.length / self.steps
        stride = self._tied_way(stride) if self.ties else self._free_way(t, stride)
        moved = self.points + self.way * stride[:, None]
        moved = self._out_of_body(moved, t)
        self.way = unit(moved - self.points)
        self.points = moved
        return moved.copy()

    def _free_way(self, t: float, stride: Reals) -> Reals:
        style, how = self.style, self.how
        places = (self.points - self.head.centre) @ self.head.turn / self.head.radius
        along = self.comb - self.normals * (self.comb * self.normals).sum(1, keepdims=True)
        # A soft swing keeps neighbours from being parallel everywhere.
        swing = np.stack([np.sin(places[:, 2] * 3 + self.phase[0]), np.sin(places[:, 0] * 3 + self.phase[1])], 1)
        swing = np.c_[swing, np.zeros(len(swing))] * 0.05 * (style.length > 0.1)
        self.way = (
            self.way * 0.85
            + along * (style.pull * max(0.0, 1 - 1.3 * t) * 0.5)
            + _DOWN * (style.fall * how.fall * (0.4 + 1.2 * t))
            + swing
            + self.rng.normal(size=self.way.shape) * 0.05 * style.frizz
        )
        if style.comb == "part" and not style.short:  # across the parting, then down: no wings
            self.way += _DOWN * (0.25 * np.clip(t * 3 - 0.3, 0, 1))
        if not style.short:
            self._free_the_face(places)
        self.way = unit(self.way)
        return stride

    def _free_the_face(self, places: Points) -> None:
        """Push what hangs before the face to the sides."""
        x, y, z = places.T
        before = (y < -0.45) & (np.abs(x) < 0.72) & (z < 0.25) & (z > -1.6) & ~self.fringe
        side = np.where(x >= self.how.parting * 0.5, 1.0, -1.0)
        push = np.stack([side, np.full(len(x), 0.35), np.zeros(len(x))], 1) @ self.head.turn.T
        self.way += before[:, None] * push * self.how.face

    def _tied_way(self, stride: Reals) -> Reals:
        assert self.ties is not None
        to_tie = self.ties.places[self.goal] - self.points
        distance = np.linalg.norm(to_tie, axis=1)
        # Strands share their steps between scalp and tail: what is near the tie takes smaller ones.
        self.tied |= distance < np.maximum(stride * 1.2, 0.012)
        self.since_tied += self.tied
        fresh = np.exp(-self.since_tied * self.length / self.steps / 0.05)[:, None]
        onward = (
            self.way * 0.75 + self.ties.ways[self.goal] * 0.6 * fresh + _DOWN * (0.3 * self.how.tail * (1.2 - fresh))
        )
        self.way = unit(np.where(self.tied[:, None], onward, self.way * 0.25 + unit(to_tie)))
        if self.ties.tail:
            return stride
        return np.where(self.tied, 0.0, np.minimum(np.maximum(stride, 0.008), distance))

    def _out_of_body(self, moved: Points, t: float) -> Points:
        grown_in = 0.05 if self.style.short else 0.14
        margin = self.layer * min(1.0, t * self.style.length / grown_in + 0.12) + 0.0008
        for i in range(len(moved)):
            place, normal, _, distance = self.body.find_nearest(moved[i])
            if place is None:
                continue
            self.normals[i] = normal
            above = (moved[i, 0] - place[0]) * normal[0] + (moved[i, 1] - place[1]) * normal[1]
            above += (moved[i, 2] - place[2]) * normal[2]
            if above < margin[i] and distance < 0.12:
                moved[i] = place + normal * margin[i]
        return moved


def fill_in(rng: Rng, style: Style, how: Variation, guides: Points, from_roots: Roots, roots: Roots) -> Strands:
    """Strands at `roots` between guides that grew from `from_roots`."""
    count, points = len(roots), style.points
    nearest, shares = _neighbours(rng, style, how, from_roots, roots)
    part = rng.uniform(0.78, 1.0, count) if style.short else 1 - 0.25 * rng.random(count) ** 2
    part = np.where(rng.random(count) < 0.08, part * rng.uniform(0.3, 0.8, count), part)
    if style.ties:  # nothing stops before it is tied
        part = np.where(style.ends == "tail", np.maximum(part, 0.8), 1.0)
    relative = guides - guides[:, :1]
    curves = resampled(np.einsum("nc,ncsj->nsj", shares, relative[nearest]), points, part) + roots.points[:, None]
    t = np.linspace(0, 1, points)[None, :, None]
    own = resampled(guides[nearest[:, 0]], points, part)
    beside = (roots.points - from_roots.points[nearest[:, 0]])[:, None] * (0.12 if style.gloss else 0.35)
    gather = how.clump * t**1.2 * 0.6 if not style.gloss else how.clump * np.minimum(1, t * 3) * 0.85
    curves = curves * (1 - gather) + (own + beside) * gather
    curves, length = _waved(rng, style, how, curves, nearest[:, 0], len(guides))
    flying = rng.random(count) < how.flyaways
    curves = _frizzed(rng, style, how, curves, length, flying)
    thickness = (1 - 0.75 * np.linspace(0, 1, points)[None] ** 2) * rng.uniform(0.7, 1.2, (count, 1))
    return Strands(curves, np.where(flying[:, None], thickness * 0.6, thickness), nearest[:, 0])


def off_the_face(rng: Rng, strands: Strands, head: Head) -> Strands:
    """Without most of the strands that hang across eyes, nose and mouth: a person would push them away."""
    x, y, z = np.moveaxis((strands.points - head.centre) @ head.turn / head.radius, -1, 0)
    before = (y < -0.55) & (np.abs(x) < 0.55) & (z < 0.15) & (z > -1.25)
    crossing = before.mean(1) > 0.06
    return strands.some(~crossing | (rng.random(len(crossing)) < 0.08))


def _neighbours(rng: Rng, style: Style, how: Variation, guides: Roots, roots: Roots) -> tuple[NDArray[np.int64], Reals]:
    """The three guides next to each root, and their shares; none from across the parting.

    Close to the line hair of both sides mixes: it covers the skin there.
    """
    mixing = 0.008 if style.frizz < 0.1 or style.ties else 0.03
    beside = roots.places[:, 0] + rng.normal(0, mixing, len(roots))
    divided = style.comb == "part" or style.ties == "two"
    nearest, shares = np.empty((len(roots), 3), int), np.empty((len(roots), 3))
    cut_short = style.comb == "fringe" and not style.short
    for start in range(0, len(roots), 4000):
        here = slice(start, start + 4000)
        places = roots.places[here]
        distance = (places**2).sum(1)[:, None] - 2 * places @ guides.places.T + (guides.places**2).sum(1)
        if divided:
            across = (beside[here, None] > how.parting) != (guides.places[None, :, 0] > how.parting)
            matters = (
                (places[:, 2] > 0.1) & (places[:, 1] < 0.4) if style.comb == "part" else np.ones(len(places), bool)
            )
            distance = distance + across * matters[:, None]
        if cut_short:
            distance = distance + (in_fringe(places)[:, None] != in_fringe(guides.places)[None])
        chosen = np.argpartition(distance, 3, axis=1)[:, :3]
        apart = np.take_along_axis(distance, chosen, 1)
        order = np.argsort(apart, 1)
        nearest[here] = np.take_along_axis(chosen, order, 1)
        weight = 1 / (np.maximum(np.take_along_axis(apart, order, 1), 0) + 1e-4)
        shares[here] = weight / weight.sum(1, keepdims=True)
    return nearest, shares


def _waved(
    rng: Rng, style: Style, how: Variation, curves: Points, guide: NDArray[np.int64], guides: int
) -> tuple[Points, Reals]:
    """Waves and curls, in step with the neighbours'; and the length (K, P) up to each point."""
    count = len(curves)
    whole = np.linalg.norm(np.diff(curves, axis=1), axis=2).sum(1)
    length = np.linspace(0, 1, curves.shape[1])[None] * whole[:, None]
    phase = rng.uniform(0, TAU, guides)[guide][:, None]
    pace = rng.uniform(0.8, 1.25, guides)[guide][:, None]
    start = np.minimum(1, length / 0.03)[..., None]
    if not (style.wave or style.curl):
        return curves, length
    first, second = frames(curves)
    if style.wave:
        angle = length / style.wave_length * TAU * pace + phase + rng.normal(size=(count, 1)) * 0.35
        sway = first * np.sin(angle)[..., None] + second * 0.5 * np.cos(angle * 0.9)[..., None]
        curves = curves + sway * (style.wave * how.wave) * start
    if style.curl:
        angle = length / (style.pitch * how.curl) * TAU * pace + phase + rng.normal(size=(count, 1)) * 0.5
        radius = style.curl * how.curl * rng.uniform(0.6, 1.2, (count, 1, 1))
        curves = curves + (first * np.sin(angle)[..., None] + second * np.cos(angle)[..., None]) * radius * start
    return curves, length


def _frizzed(
    rng: Rng, style: Style, how: Variation, curves: Points, length: Reals, flying: NDArray[np.bool_]
) -> Points:
    """Single strands out of line, and some that stand off."""
    count = len(curves)
    first, second = frames(curves)
    amount = 0.0035 * style.frizz * how.frizz * rng.gamma(1.0, 1.0, (count, 1, 1))
    amount = amount * np.minimum(1, length / 0.06)[..., None]
    loose = flying[:, None, None] * rng.uniform(0.002, 0.012, (count, 1, 1))
    amount = amount + loose * np.minimum(1, length / 0.08)[..., None]

    def wobble() -> Points:
        return np.sin(length * rng.uniform(16, 80, (count, 1)) + rng.uniform(0, TAU, (count, 1)))[..., None]

    curves = curves + (first * wobble() + second * wobble()) * amount
    t = np.linspace(0, 1, curves.shape[1])[None, :, None]
    outward = unit(curves - curves[:, :1].mean(0))
    reach = rng.uniform(0, 0.05, (count, 1, 1)) * np.minimum(1, length[:, -1:, None] / 0.2)
    return curves + flying[:, None, None] * outward * reach * t**1.5


def resampled(curves: Points, points: int, part: Reals) -> Points:
    """`points` places on the first `part` (N,) of curves (N, S, 3): Catmull-Rom through their points."""
    count, steps, _ = curves.shape
    place = np.linspace(0, 1, points)[None] * part[:, None] * (steps - 1)
    i = np.clip(place.astype(int), 0, steps - 2)
    t = (place - i)[..., None]

    def at(offset: int) -> Points:
        return np.take_along_axis(curves, np.clip(i + offset, 0, steps - 1)[..., None], 1)

    a, b, c, d = at(-1), at(0), at(1), at(2)
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def frames(curves: Points) -> tuple[Points, Points]:
    """Two unit vectors across each point of curves (N, P, 3), carried along without twist."""
    tangent = unit(np.gradient(curves, axis=1))
    first = np.empty_like(tangent)
    aside = np.where(np.abs(tangent[:, 0, 2:]) < 0.9, np.array([0, 0, 1.0]), np.array([1.0, 0, 0]))
    first[:, 0] = unit(np.cross(tangent[:, 0], aside))
    for i in range(1, curves.shape[1]):
        before, along = first[:, i - 1], tangent[:, i]
        first[:, i] = unit(before - along * (before * along).sum(1, keepdims=True))
    return first, np.cross(tangent, first)


def chosen_roots(rng: Rng, candidates: Roots, density: Reals, count: int) -> Roots:
    """`count` roots by density."""
    count = min(count, int((density > 0).sum()))
    rows = rng.choice(len(candidates), count, replace=False, p=density / density.sum())
    return candidates.some(rows)
