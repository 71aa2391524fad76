"""Faces of animals: eyes with lids, noses, mouths and whiskers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.furry.anatomy import Flesh, Frame
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.objects.furry.heads import Head, direction
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    perpendicular,
    rounded_box,
    sphere,
    spline,
    tube,
    unit,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Eye:
    """One eye: where it is, where it looks, and its radius, in the world."""

    centre: Points
    gaze: Points
    radius: float


def place_eyes(flesh: Flesh, frame: Frame, head: Head) -> list[Eye]:
    """Eyes set into the skin of a head."""
    eyes = []
    for side in (-1, 1):
        azimuth, elevation, radius = head.eye
        way = frame.way(direction(math.radians(azimuth), math.radians(elevation), side))
        gaze = frame.way(direction(math.radians(azimuth * 0.8), math.radians(elevation * 0.6), side))
        size = radius * frame.size
        eyes.append(Eye(flesh.touch(frame.centre, way) - gaze * size * 0.62, gaze, size))
    return eyes


def add_eyes(rng: Rng, eyes: list[Eye], frame: Frame, head: Head, towards_camera: ArrayLike) -> None:
    """Eyeballs with iris, pupil and a highlight."""
    iris = linear(hsv(*(np.array(rng.pick(head.irises)) * rng.uniform(0.9, 1.1, 3)).clip(0, 1)))
    material = Material("eye")
    material.set(
        Base_Color=material.vertex_colour(),
        Roughness=0.25,
        Coat_Weight=0.6,
        Coat_Roughness=0.03,
        Specular_IOR_Level=0.2,
    )
    widen = rng.uniform(0.3, 1.0)
    view = unit(towards_camera)
    across, above = perpendicular(view)
    lamp = unit(view * rng.uniform(0.8, 1.5) + across * rng.uniform(-0.9, 0.9) + above * rng.uniform(0.4, 1.0))
    glint = Material("glint", Emission_Color=(1, 1, 1), Emission_Strength=rng.uniform(0.8, 2.0), Roughness=1.0)
    size = rng.uniform(0.06, 0.12)
    for eye in eyes:
        angle, turn = np.linspace(0, 2.2, 64), np.linspace(0, TAU, 48, endpoint=False)
        theta, phi = (grid.ravel() for grid in np.meshgrid(angle, turn, indexing="ij"))
        ball = _around(eye, frame, theta, phi) * eye.radius + eye.centre
        colour = _iris(rng, iris, head.pupil, theta, phi, widen)
        add_mesh((ball, grid_faces(64, 48, wrap_columns=True)), material.data, name="eye", colour=colour)
        half = unit(lamp + view)
        if half @ eye.gaze > 0.3:
            turned, other = perpendicular(half)
            disc = ellipsoid((0, 0, 0), (size, size * 1.2, 0.04), None, 3)
            spot = disc[0] @ np.stack([turned, other, half]) * eye.radius + eye.centre + half * eye.radius * 0.99
            add_mesh((spot, disc[1]), glint.data, name="glint")


def _around(eye: Eye, frame: Frame, theta: Floats, phi: Floats, slant: float = 0.0) -> Points:
    """Directions at angle `theta` from an eye's gaze, `phi` from the head's left to up."""
    up = unit(frame.axes[2] - eye.gaze * (frame.axes[2] @ eye.gaze))
    left = np.cross(up, eye.gaze)
    left, up = left * math.cos(slant) + up * math.sin(slant), up * math.cos(slant) - left * math.sin(slant)
    ring = np.cos(phi)[:, None] * left + np.sin(phi)[:, None] * up
    return np.cos(theta)[:, None] * eye.gaze + np.sin(theta)[:, None] * ring


def _iris(rng: Rng, colour: Points, pupil: str, theta: Floats, phi: Floats, widen: float) -> Points:
    """Colours of an eyeball."""
    black, white = np.full(3, 0.004), np.array([0.18, 0.14, 0.12])
    if pupil == "black":
        return np.broadcast_to(np.array([0.012, 0.008, 0.006]), (len(theta), 3))
    wide, high = {"slit": (0.1 + 0.25 * widen, 0.62), "round": (0.24 + 0.14 * widen,) * 2, "bar": (0.5, 0.18)}[pupil]
    edge = 0.95
    inside = np.hypot(theta * np.cos(phi) / wide, theta * np.sin(phi) / high)
    streaks = 1 + 0.25 * np.sin(phi * 23 + rng.uniform(0, 6)) * np.sin(phi * 37 + 3 * theta)
    shade = colour * (np.clip(1.35 - 0.6 * theta / edge, 0.3, 2) * streaks)[:, None]
    rim = np.clip((theta - edge * 0.86) / 0.1, 0, 1)[:, None]
    shade = shade * (1 - rim) + black * rim
    outside = np.clip((theta - edge - 0.05) / 0.08, 0, 1)[:, None]
    shade = shade * (1 - outside) + white * outside
    return np.clip(np.where(inside[:, None] < 1, black, shade), 0.002, 1)


def lids(eyes: list[Eye], frame: Frame, head: Head, squint: float) -> list[tuple[Flesh, Floats]]:
    """A shell around each eye with an opening; and how near each of its vertices is to the rim, 1 on it."""
    made = []
    for side, eye in zip((-1, 1), eyes, strict=True):
        rows, columns = 16, 64
        phi = np.linspace(0, TAU, columns, endpoint=False)
        wide = 0.98
        high = np.where(np.sin(phi) > 0, 0.82, 0.72) * squint
        power = 1.7
        opening = 1 / ((np.abs(np.cos(phi)) / wide) ** power + (np.abs(np.sin(phi)) / high) ** power) ** (1 / power)
        share = np.linspace(0, 1, rows) ** 1.5
        theta = opening[None] + (1.9 - opening[None]) * share[:, None]
        ways = _around(eye, frame, theta.ravel(), np.tile(phi, rows), math.radians(head.slant) * side)
        radii = (1.04 + 0.07 * np.clip(share * 6, 0, 1))[:, None].repeat(columns, 1).ravel()
        vertices = ways * (radii * eye.radius)[:, None] + eye.centre
        faces = grid_faces(rows, columns, wrap_columns=True)
        triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        outward = unit(ways - eye.gaze * (ways @ eye.gaze)[:, None])
        rim = np.clip(1 - share * 7, 0, 1)[:, None].repeat(columns, 1).ravel()
        flesh = Flesh(vertices, triangles, ways, {"lid": np.ones(len(vertices))}, outward * 1.2)
        made.append((flesh, rim))
    return made


def add_nose(rng: Rng, flesh: Flesh, frame: Frame, head: Head) -> Points:
    """A nose on the muzzle's tip; returns its centre."""
    kind, size = head.nose
    if kind == "nostrils":
        return _add_nostrils(rng, flesh, frame, head)
    tip = np.array([head.front, 0, head.drop])
    place = frame.into(flesh.touch(frame.out(tip), frame.way(unit((1.0, 0, 0.42)))))
    colour = np.asarray(rng.pick(head.noses), float)
    material = Material("nose", Base_Color=colour, Roughness=rng.uniform(0.25, 0.45), Coat_Weight=rng.uniform(0, 0.6))
    grain = material.node("TexVoronoi", Vector=material.coordinates(22 / max(size * frame.size, 0.01) * 0.1))
    material.bump(grain.outputs[0], 0.25, 0.01)
    dark = Material("nostril", Base_Color=colour * 0.12, Roughness=0.7)
    leather, nostrils = NOSES[kind](size)
    for shape, made in ((leather, material), (nostrils, dark)):
        add_mesh((frame.out(shape[0] + place), shape[1]), made.data, name="nose")
    return frame.out(place)


def _add_nostrils(rng: Rng, flesh: Flesh, frame: Frame, head: Head) -> Points:
    """Only the openings, of horses, sheep and cows."""
    size = head.nose[1]
    dark = Material("nostril", Base_Color=(0.012, 0.008, 0.007), Roughness=0.8, Specular_IOR_Level=0.1)
    tip = np.array([head.front - 0.05, 0, head.drop + head.muzzle[2] * 0.15])
    for side in (-1, 1):
        way = unit((0.85, side * 0.75, 0.25))
        place = flesh.touch(frame.out(tip), frame.way(way))
        across = unit((0.35, side * 0.2, -0.9))
        third = np.cross(way, across)
        vertices, faces = sphere(3, np.array([0.2, 0.75, 0.36]) * size * frame.size)
        axes = frame.way(np.stack([way, across, third]))
        sunk = place - frame.way(way) * 0.1 * size * frame.size
        add_mesh((vertices @ axes + sunk, faces), dark.data, name="nostril")
    return flesh.touch(frame.out(tip), frame.way((1, 0, 0)))


def _cat_nose(size: float) -> tuple[Shape, Shape]:
    vertices, faces = sphere(4)
    vertices = vertices * np.array([0.55, 1.0, 0.72]) * size
    vertices[:, 1] *= 0.55 + 0.45 * np.clip(vertices[:, 2] / size + 0.55, 0, 1)
    holes = [
        ellipsoid((size * 0.38, side * size * 0.45, -size * 0.18), np.array([0.2, 0.2, 0.12]) * size)
        for side in (-1, 1)
    ]
    return (vertices, faces), join(holes)


def _leather_nose(size: float) -> tuple[Shape, Shape]:
    vertices, faces = rounded_box(1.2 * size, 2 * size, 1.45 * size, 2.8, 4)
    vertices[:, 1] *= 0.7 + 0.3 * np.clip(vertices[:, 2] / size + 0.6, 0, 1)
    holes = [
        ellipsoid((size * 0.42, side * size * 0.48, -size * 0.05), np.array([0.2, 0.26, 0.2]) * size)
        for side in (-1, 1)
    ]
    slit = ellipsoid((size * 0.5, 0, -size * 0.45), np.array([0.13, 0.05, 0.35]) * size)
    return (vertices, faces), join([*holes, slit])


def _tall_nose(size: float) -> tuple[Shape, Shape]:
    holes = [
        ellipsoid((size * 0.4, side * size * 0.35, -size * 0.75), np.array([0.2, 0.2, 0.2]) * size) for side in (-1, 1)
    ]
    return ellipsoid((0, 0, 0), np.array([0.6, 0.75, 1.15]) * size, None, 4), join(holes)


NOSES: dict[str, Callable[[float], tuple[Shape, Shape]]] = {
    "cat": _cat_nose,
    "leather": _leather_nose,
    "tall": _tall_nose,
}  # name: maker of the nose and of its holes for a size


def add_mouth(rng: Rng, flesh: Flesh, frame: Frame, head: Head, lift: float) -> None:
    """The line of closed lips, `lift` above the skin."""
    dark = Material("lips", Base_Color=(0.02, 0.012, 0.012), Roughness=0.5)
    front, drop = head.front, head.drop
    low = head.muzzle[2] * 0.8
    axis = np.array([front - 0.1, 0, drop - low * 0.3])
    smile = rng.uniform(-0.02, 0.08)
    for side in (-1, 1):
        ends = [
            (0.45, 0, 0.1),
            (0.4, 0, -low * 0.7),
            (0.15, side * low * 0.7, -low * 0.95),
            (-0.35, side * low, -low * 0.65 + smile),
        ]
        path = [frame.out(axis + np.array([k * -0.12, 0, 0])) for k in range(len(ends))]
        touched = [flesh.touch(start, frame.way(way)) for start, way in zip(path, ends, strict=True)]
        outwards = unit(np.array(touched) - frame.out(axis))
        line = spline(np.array(touched) + outwards * lift, 16)
        add_mesh(tube(line, 0.014 * frame.size * np.linspace(1, 0.3, 16), 8), dark.data, name="lips")


def add_tongue(rng: Rng, frame: Frame, head: Head, jaw: float) -> None:
    """The inside of an open mouth, and a tongue that hangs out of it."""
    front, drop = head.front, head.drop
    inside = Material("mouth", Base_Color=(0.12, 0.02, 0.02), Roughness=0.5)
    pink = Material("tongue", Base_Color=linear(hsv(0.98, 0.5, rng.uniform(0.7, 0.9))), Roughness=0.35, Coat_Weight=0.3)
    low = drop - head.muzzle[2] * 0.7
    gape = math.tan(jaw) * (front - 0.3)
    middle = frame.ball((front * 0.55, 0, low - gape * 0.3), (front * 0.35, head.muzzle[1] * 0.6, gape * 0.4 + 0.05))
    add_mesh(middle, inside.data, name="mouth")
    out = rng.uniform(0, 0.35)
    line = spline(
        np.array(
            [
                (front * 0.4, 0, low - gape * 0.3),
                (front * 0.8, 0, low - gape * 0.55),
                (front * 0.98 + out * 0.3, rng.uniform(-0.05, 0.05), low - gape * 0.75),
                (front + out * 0.5, rng.uniform(-0.1, 0.1), low - gape - out),
            ]
        ),
        20,
    )
    turn = np.linspace(0, TAU, 14, endpoint=False)
    share = np.linspace(0, 1, 20)
    wide = head.muzzle[2] * 0.62 * np.sqrt(np.clip(1 - share**6, 0.03, 1)) * (0.8 + 0.3 * share)
    along = unit(np.gradient(line, axis=0))
    up = np.cross(along, [0, 1.0, 0])
    ring = np.cos(turn)[None, :, None] * wide[:, None, None] * np.array([0, 1.0, 0])
    thick = 0.05 * np.sin(turn)[None] - 0.06 * (np.cos(turn) ** 2 - 1)[None]
    tongue = line[:, None] + ring + up[:, None] * thick[..., None]
    add_mesh((frame.out(tongue.reshape(-1, 3)), grid_faces(20, 14, wrap_columns=True)), pink.data, name="tongue")


def add_whiskers(rng: Rng, flesh: Flesh, frame: Frame, head: Head, towards_camera: ArrayLike) -> None:
    """Whiskers at both sides of the muzzle and a few above the eyes."""
    count = rng.whole(8, 16)
    shade = np.array(rng.pick([(0.85, 0.85, 0.85), (0.85, 0.83, 0.8), (0.03, 0.03, 0.03)]))
    roots, ways = [], []
    for side in (-1, 1):
        for _ in range(count):
            aside = unit((rng.uniform(0.2, 0.5), side, rng.uniform(-0.5, 0.15)))
            roots.append(
                flesh.touch(frame.out((head.front - 0.05, side * head.pads * 0.6, head.drop)), frame.way(aside))
            )
            ways.append(unit((rng.uniform(-0.5, 0.35), side, rng.uniform(-0.5, 0.35))))
        for _ in range(2):
            azimuth, elevation = math.radians(head.eye[0]), math.radians(head.eye[1] + 28)
            roots.append(flesh.touch(frame.centre, frame.way(direction(azimuth, elevation, side))))
            ways.append(unit((0.5, side * 0.6, rng.uniform(0.6, 1.2))))
    count = len(roots)
    share = np.linspace(0, 1, 8)
    long = head.whiskers * frame.size * rng.uniform(0.5, 1.1, count)
    lines = np.array(roots)[:, None] + frame.way(np.array(ways))[:, None] * (long[:, None] * share)[..., None]
    lines[..., 2] -= (0.18 * long[:, None] * share**2) * rng.uniform(0, 1.3, (count, 1))
    width = 0.0013 * (1 - share * 0.8)
    add_strips(
        lines,
        width,
        towards_camera,
        fur_material(rng, 0.2),
        colour=np.tile(shade, (count, 1)),
        normal=unit(towards_camera),
    )
