"""What dresses vessels: flowers, labels, caps."""

from __future__ import annotations

import math

import bpy
import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import linear, random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Substance
from ppid.render.objects.transparent.vessels import Vessel
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    grid_faces,
    join,
    lathe,
    noise,
    point_along,
    rotation,
    scatter,
    sphere,
    spline,
    tube,
    unit,
)
from ppid.render.shot import Attributes


def petal(length: float, width: float, cup: float, curl: float, rows: int = 9) -> Shape:
    """A petal or leaf along z from the origin, its back to -y; `cup` across, `curl` radians along."""
    t, s = np.meshgrid(np.linspace(0, 1, rows), np.linspace(-1, 1, 7), indexing="ij")
    half = width / 2 * np.sin(math.pi * np.clip(t, 0.03, 0.985) ** 0.75) ** 0.8
    angle = curl * t
    along = length * (np.sin(angle) / curl if abs(curl) > 1e-3 else t)
    away = length * ((1 - np.cos(angle)) / curl if abs(curl) > 1e-3 else 0 * t)
    vertices = np.stack([half * s, -away + cup * half * s**2, along], -1)
    return vertices.reshape(-1, 3), grid_faces(rows, 7)


def bloom(rng: Rng, kind: str, size: float) -> list[tuple[Shape, bpy.types.Material]]:
    """A flower's head at the origin that looks along z."""
    colour = random_colour(rng, (0.2, 0.95), (0.6, 1.0))
    material = Material("petals", Base_Color=colour, Roughness=0.5)
    beyond = material.node("BsdfTranslucent", Color=colour)
    material.surface(material.mixed(0.35, material.principled.outputs[0], beyond.outputs[0]))
    rings = {
        "tulip": [(6, 1.0, 0.75, 0.9, -0.35, 0.2)],
        "daisy": [(rng.whole(10, 20), 1.0, 0.26, 0.1, 0.3, 1.35)],
        "rose": [(4, 0.7, 0.7, 1.0, -0.5, 0.1), (6, 0.85, 0.8, 0.8, 0.3, 0.45), (7, 0.95, 0.9, 0.6, 0.8, 0.8)],
        "lily": [(6, 1.3, 0.4, 0.5, 1.2, 0.5)],
        "peony": [(9, 0.6 + 0.12 * k, 0.6, 0.8, 0.1 * k, 0.1 + 0.3 * k) for k in range(4)],
    }[kind]
    petals = []
    for count, length, width, cup, curl, opening in rings:
        for k in range(count):
            vertices, faces = petal(size * length, size * width, cup, curl + rng.normal(0, 0.08))
            vertices = vertices @ rotation((1, 0, 0), opening + rng.normal(0, 0.06)).T
            petals.append((vertices @ rotation((0, 0, 1), TAU * (k + rng.uniform(-0.2, 0.2)) / count).T, faces))
    parts = [(join(petals), material.data)]
    if kind in ("daisy", "lily"):
        parts.append(
            (sphere(3, (size * 0.25, size * 0.25, size * 0.12)), everyday(rng, "fabric", linear((0.8, 0.55, 0.1))))
        )
    return parts


BLOOMS = {"tulip": 2, "daisy": 2, "rose": 2, "lily": 1, "peony": 1, "leaves": 1.5, "spray": 1, "ball": 1}


def bouquet(rng: Rng, attributes: Attributes, vessel: Vessel) -> None:
    """Flowers whose stems stand in a vessel."""
    kinds = [rng.named(BLOOMS) for _ in range(rng.whole(1, 2))]
    attributes["flowers"] = kinds
    green = everyday(rng, "plastic", random_colour(rng, (0.4, 0.8), (0.15, 0.4), rng.uniform(0.22, 0.33)))
    neck, top = float(vessel.inner[:, 0].min(where=vessel.inner[:, 1] > vessel.height(0.6), initial=9)), vessel.top
    for _ in range(rng.whole(1, 8)):
        angle, out = rng.uniform(0, TAU), math.sqrt(rng.uniform())
        way = np.array([math.cos(angle), math.sin(angle), 0])
        floor = vessel.floor + 0.04
        foot = -way * vessel.room(floor + 0.05) * 0.6 * out + [0, 0, floor]
        at_neck = way * max(neck - 0.04, 0.0) * out * 0.8 + [0, 0, top]
        head = at_neck + way * out * rng.uniform(0.1, 0.5) + [0, 0, rng.uniform(0.3, 1.0)]
        _stem(rng, rng.pick(kinds), spline([foot, at_neck, head], 30), green)


def _stem(rng: Rng, kind: str, path: Points, green: bpy.types.Material) -> None:
    """A stem with what it bears."""
    add_mesh(tube(path, np.linspace(0.02, 0.014, len(path)), 7), green)
    along, head = unit(path[-1] - path[-4]), path[-1]
    leaves = []
    for _ in range(rng.whole(7, 16) if kind == "leaves" else rng.whole(0, 3)):
        k = rng.whole(len(path) * 2 // 3, len(path) - 2)
        vertices, faces = petal(rng.uniform(0.12, 0.3), rng.uniform(0.06, 0.13), 0.2, rng.uniform(0, 1))
        leaves.append((point_along(vertices, along + 0.9 * unit(rng.normal(size=3))) + path[k], faces))
    if leaves:
        add_mesh(join(leaves), green)
    if kind == "spray":
        twigs, balls = [], []
        for _ in range(rng.whole(8, 25)):
            end = head + 0.3 * rng.normal(size=3) * [0.6, 0.6, 0.8]
            twigs.append(tube([path[-rng.whole(2, 8)], (head + end) / 2, end], 0.005, 5))
            balls.append(end)
        add_mesh(join(twigs), green)
        add_mesh(
            scatter(sphere(2), balls, [np.eye(3)] * len(balls), rng.uniform(0.012, 0.035, len(balls))),
            everyday(rng, "fabric"),
        )
    elif kind == "ball":
        vertices, faces = sphere(4, rng.uniform(0.12, 0.24))
        add_mesh((vertices * (1 + 0.2 * noise(vertices * 8, rng))[:, None] + head, faces), everyday(rng, "fabric"))
    elif kind != "leaves":
        for (vertices, faces), material in bloom(rng, kind, rng.uniform(0.18, 0.32)):
            add_mesh((point_along(vertices, along) + head, faces), material)


def label(rng: Rng, vessel: Vessel, low: float, high: float) -> None:
    """Printed paper around a part of a vessel, between two heights."""
    half = rng.uniform(0.5, math.pi * 0.95)
    middle = rng.uniform(0, TAU)
    angle, z = np.meshgrid(np.linspace(-half, half, 40), np.linspace(low, high, 24), indexing="xy")
    radius = vessel.girth(z) + 0.006
    vertices = np.stack([radius * np.cos(angle + middle), radius * np.sin(angle + middle), z], -1).reshape(-1, 3)
    vertices = vessel.squared(vertices)
    surface = np.stack([(angle + half) / (2 * half), (z - low) / (high - low)], -1).reshape(-1, 2)
    material = Material("label", Roughness=rng.uniform(0.25, 0.7))
    aspect = 2 * half * float(radius.mean()) / (high - low)
    pixels = print_label(rng, int(np.clip(256 * aspect, 96, 768)), 256)
    material.set(Base_Color=material.image(pixels, material.surface_coordinates()).outputs[0])
    add_mesh((vertices, grid_faces(24, 40)), material.data, surface=surface, name="label")


_LETTERS = "ABCDEFGHIJKLMNOPRSTUVWZ"
_FONTS = [
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_SIMPLEX,
]


def print_label(rng: Rng, width: int, height: int) -> NDArray[np.float32]:
    """Linear pixels (height, width, 3), row 0 at the bottom: words, lines and shapes on paper."""
    paper = random_colour(rng, (0, 0.6), (0.5, 1.0)) if rng.chance(0.75) else random_colour(rng, (0, 0.8), (0.05, 0.3))
    dark = paper.mean() < 0.25
    inks = [random_colour(rng, (0, 0.9), (0.7, 1.0) if dark else (0.05, 0.5)) for _ in range(3)]
    canvas = np.ascontiguousarray(np.broadcast_to(paper, (height, width, 3)), np.float32)
    style = rng.pick(["band", "frame", "disc", "stripes", "plain"])
    if style == "band":
        first, last = sorted(rng.uniform(0.1, 0.9, 2) * height)
        cv2.rectangle(canvas, (0, int(first)), (width, int(last)), inks[1].tolist(), -1)
    elif style == "frame":
        cv2.rectangle(canvas, (8, 8), (width - 8, height - 8), inks[1].tolist(), rng.whole(2, 8), cv2.LINE_AA)
    elif style == "disc":
        where = (int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.35, 0.6)))
        cv2.circle(canvas, where, int(min(width, height) * rng.uniform(0.2, 0.4)), inks[1].tolist(), -1, cv2.LINE_AA)
    elif style == "stripes":
        step = rng.whole(14, 40)
        for x in range(0, width, step):
            cv2.rectangle(canvas, (x, int(height * 0.75)), (x + step // 2, height), inks[1].tolist(), -1)
    _write(rng, canvas, 0.4, width * rng.uniform(0.5, 0.85), rng.whole(4, 9), inks[0])
    for k in range(rng.whole(1, 5)):
        _write(rng, canvas, 0.55 + 0.09 * k, width * rng.uniform(0.3, 0.6), rng.whole(8, 22), inks[2])
    return canvas[::-1]


def _write(rng: Rng, canvas: NDArray[np.float32], line: float, width: float, length: int, ink: ArrayLike) -> None:
    """A made-up word in the middle of a line."""
    word = "".join(rng.pick(_LETTERS) for _ in range(length))
    font = rng.pick(_FONTS)
    (reach, _), _ = cv2.getTextSize(word, font, 1.0, 2)
    size = min(width / max(reach, 1), canvas.shape[0] * (0.0026 if length > 7 else 0.011))
    where = int((canvas.shape[1] - reach * size) / 2), int(canvas.shape[0] * line)
    cv2.putText(canvas, word, where, font, size, np.asarray(ink).tolist(), max(1, round(2 * size)), cv2.LINE_AA)


def cap(rng: Rng, radius: float, top: float, kind: str | None = None) -> str:
    """What closes a neck of a radius that ends at the height `top`: cork, screw, crown, ball or pump."""
    kind = kind or rng.pick(["cork", "screw", "crown", "ball", "pump"])
    if kind == "cork":
        h = rng.uniform(0.05, 0.2)
        profile = [
            (0, top - 0.12),
            (radius * 0.8, top - 0.12),
            (radius, top + 0.01),
            (radius * 1.05, top + h),
            (0, top + h),
        ]
        add_mesh(lathe(profile, 40), everyday(rng, "wood"))
    elif kind == "screw":
        h, outer = rng.uniform(0.1, 0.25), radius * 1.15
        turn = np.linspace(0, TAU, 72, False)
        shape, faces = lathe(
            [
                (outer, top - h),
                (outer, top - 0.3 * h),
                (outer, top + 0.02),
                (outer * 0.94, top + 0.04),
                (0, top + 0.04),
            ],
            72,
        )
        ridge = 1 + 0.02 * np.cos(turn * 24)
        shape[:, :2] *= np.tile(ridge, len(shape) // 72)[:, None]
        add_mesh((shape, faces), everyday(rng, rng.pick(["plastic", "metal"])))
    elif kind == "crown":
        shape, faces = lathe(
            [(radius * 1.2, top - 0.05), (radius * 1.1, top), (radius, top + 0.03), (0, top + 0.03)], 84
        )
        low = shape[:, 2] < top - 0.03
        angle = np.arctan2(shape[:, 1], shape[:, 0])
        shape[low, :2] *= (1 + 0.06 * np.cos(21 * angle[low]))[:, None]
        add_mesh((shape, faces), everyday(rng, "metal"))
    elif kind == "ball":
        shape, faces = sphere(4, radius * rng.uniform(1.1, 1.7))
        stopper = clear.body(Substance(1.5)) if rng.chance(0.6) else everyday(rng, "metal")
        clear.add_body((shape + [0, 0, top + radius], faces), stopper)
    else:
        material = everyday(rng, "plastic")
        add_mesh(
            lathe(
                [
                    (radius * 1.1, top - 0.1),
                    (radius * 1.1, top + 0.1),
                    (0.04, top + 0.14),
                    (0.03, top + 0.3),
                    (0, top + 0.3),
                ],
                32,
            ),
            material,
        )
        add_mesh(
            tube([(-0.05, 0, top + 0.3), (0.1, 0, top + 0.31), (0.28, 0, top + 0.24)], [0.05, 0.045, 0.025], 12),
            material,
        )
    return kind
