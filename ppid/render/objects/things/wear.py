"""What is worn on the body: clothes and umbrellas."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.objects.things.kit import AROUND, FRONT, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    loft,
    oval,
    placed,
    ring,
    rod,
    segments,
    slab,
    stack,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Points, box, noise, rotation, rounded_box, spline, torus, tube


def _hanger(kit: Kit, material: bpy.types.Material, radius: float) -> None:
    """A clothes hanger in the xz plane, its hook above the origin."""
    shoulders = [(0, 0, 0.2), (0.5, 0, 0.06), (0.9, 0, -0.12), (0.93, 0, -0.2), (0.5, 0, -0.21), (0, 0, -0.21)]
    path = np.array(shoulders + [(-x, y, z) for x, y, z in shoulders[-2:0:-1]], float)
    kit.add(tube(spline(path, 110, closed=True), radius, 10, closed=True), material)
    hook = np.concatenate([arc(0.13, math.pi, -0.9, 26, (0, 0, 0.52)), [[0.01, 0, 0.34], [0, 0, 0.26], [0, 0, 0.16]]])
    kit.add(tube(spline(hook, 60), 0.015, 8), kit.material("chrome"))


def hanger(rng: Rng, kit: Kit) -> None:
    """Bare clothes hangers."""
    for k in range(rng.pick([1, 1, 3])):
        with kit.at((0.05 * k, 0.3 * k, 0), rotation(Z, rng.normal(0, 0.15))):
            _hanger(kit, kit.material("steel", "plastic", "wood"), rng.uniform(0.015, 0.045))


def _folds(rng: Rng, rows: Points, amount: float) -> Points:
    """Rings (K, N, 3) from top to bottom with folds that grow downwards."""
    count, turn = rng.whole(5, 11), np.linspace(0, TAU, rows.shape[1], endpoint=False)
    fall = np.linspace(0, 1, len(rows))[:, None]
    wave = np.sin(
        count * turn + 1.5 * np.sin(2 * turn + rng.uniform(0, 6)) + rng.uniform(0, 6) + fall * rng.uniform(-1, 1)
    )
    crease = noise(rows * [1, 1, 0.6], rng, 0.9, 2)
    middle = rows.mean(1, keepdims=True)
    swell = 1 + amount * fall[..., None] * wave[..., None] + 0.05 * crease[..., None]
    return middle + (rows - middle) * [1, 1, 0] * swell + (rows - middle) * [0, 0, 1]


def _torso(low: float, wide: float, flare: float) -> Points:
    """Rings of a garment's body from the neck down to z = `low`."""
    z = np.concatenate([[0.24, 0.2, 0.14, 0.06, -0.03], np.linspace(-0.15, low, 14)])
    slope = np.interp(z, [-0.03, 0.06, 0.14, 0.2, 0.24], [wide, wide * 0.86, wide * 0.6, 0.22, 0.17])
    hang = 1 + flare * np.clip((-0.3 - z) / max(-low, 0.3), 0, None)
    deep = np.interp(z, [low, -0.15, 0.14, 0.24], [0.2, 0.17, 0.1, 0.13])
    return np.array(
        [
            np.c_[oval(w * h, d * h, 2.4, 72), np.full(72, height)]
            for w, h, d, height in zip(slope, hang, deep, z, strict=True)
        ]
    )


def _sleeve(rng: Rng, side: int, wide: float, length: float) -> Points:
    """Rings of a sleeve from the shoulder down."""
    swing = rng.uniform(-0.12, 0.12)
    path = spline(
        [
            (side * wide * 0.7, 0, -0.02),
            (side * (wide + 0.06), 0, -0.08),
            (side * (wide + 0.2), swing, -0.12 - length * 0.6),
            (side * (wide + 0.22), swing * 1.5, -0.1 - length),
        ],
        18,
    )
    across = np.gradient(path, axis=0)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    out = np.cross(across, Y)
    size = np.interp(np.linspace(0, 1, 18), [0, 0.3, 1], [0.12, 0.17, 0.12 if length > 0.5 else 0.18])
    turn = np.linspace(0, TAU, 40, endpoint=False)[None, :, None]
    return path[:, None] + size[:, None, None] * (np.cos(turn) * out[:, None] + 0.55 * np.sin(turn) * Y)


def garment(rng: Rng, kit: Kit) -> None:
    """A shirt, jacket, dress or top on its hanger."""
    cloth = kit.material("fabric", "fabric", "patterned", "knit", "leather")
    kind = rng.pick(["tee", "shirt", "dress", "top", "jacket"])
    kit.attributes["style"] = kind
    low = {"tee": -0.95, "shirt": -1.1, "dress": -1.9, "top": -0.9, "jacket": -1.15}[kind] + rng.uniform(-0.1, 0.1)
    wide = rng.uniform(0.55, 0.68)
    body = _folds(
        rng,
        _torso(low, wide, rng.uniform(0.4, 1.0) if kind == "dress" else rng.uniform(0, 0.15)),
        rng.uniform(0.02, 0.1),
    )
    body[:2, :, 2] -= 0.1 * np.clip(-np.sin(np.linspace(0, TAU, 72, endpoint=False)), 0, 1)
    kit.add(loft(body, capped=False), cloth, thick=0.015)
    if kind != "top":
        length = {"tee": 0.3, "dress": rng.pick([0.2, 0.9])}.get(kind, 1.0)
        for side in (-1, 1):
            kit.add(loft(_folds(rng, _sleeve(rng, side, wide, length), 0.08), capped=False), cloth, thick=0.015)
    if kind in ("shirt", "jacket"):
        collar = np.array(
            [
                np.c_[oval(w, d, 2.2, 40), np.full(40, z)]
                for w, d, z in ((0.17, 0.13, 0.2), (0.18, 0.13, 0.32), (0.23, 0.18, 0.2))
            ]
        )
        kit.add(loft(collar, capped=False), cloth, thick=0.012)
        button = kit.material("plastic", "gold")
        front = body[:, 54]
        for z in np.linspace(0.02, low * 0.9, rng.whole(4, 7)):
            y = np.interp(-z, -front[:, 2], front[:, 1])
            kit.add(
                along(disc(0.026, 0.02, 0.006, 16), Y, (np.interp(-z, -front[:, 2], front[:, 0]), y - 0.012, z)), button
            )
    with kit.at((0, 0, 0.02), scale=0.72):
        _hanger(kit, kit.material("wood", "plastic", "chrome"), 0.03)


def trousers(rng: Rng, kit: Kit) -> None:
    """Trousers or shorts that stand by themselves."""
    cloth, length = kit.material("fabric", "patterned", "leather"), rng.pick([0.6, 1.7, 1.8])
    turn = np.linspace(0, TAU, 64, endpoint=False)
    for side in (-1, 1):
        rows = []
        for t in np.linspace(0, 1, 24):
            hip = max(0.0, 1 - t * 5)
            centre = side * (0.17 + 0.1 * t) * (1 - 0.2 * hip)
            size = np.array(
                [
                    np.interp(t, [0, 0.18, 0.5, 1], [0.19, 0.23, 0.17, 0.15]),
                    np.interp(t, [0, 0.15, 0.5, 1], [0.17, 0.22, 0.16, 0.15]),
                ]
            )
            ring_points = np.c_[
                centre + size[0] * np.cos(turn),
                size[1] * np.sin(turn) + 0.02 * math.sin(t * 5),
                np.full(64, 0.8 - length * t),
            ]
            rows.append(ring_points)
        kit.add(loft(_folds(rng, np.array(rows), 0.06), capped=False), cloth, thick=0.015)
    waist = [oval(0.37, 0.18, 2.6, 64), oval(0.36, 0.175, 2.6, 64), oval(0.4, 0.2, 2.6, 64)]
    kit.add(stack(waist, [0.86, 0.78, 0.6], capped=False), cloth, thick=0.015)
    kit.add(
        stack([oval(0.378, 0.188, 2.6, 64)] * 2, [0.79, 0.85], capped=False),
        kit.material("leather", "fabric"),
        thick=0.01,
    )
    kit.add(placed(box(0.09, 0.02, 0.08), (0, -0.195, 0.82)), kit.material("gold", "chrome"), edge=0.01)


def umbrella(rng: Rng, kit: Kit) -> None:
    """An umbrella, open or closed."""
    count, metal = rng.whole(6, 10), kit.material("chrome", "steel")
    cloth, grip = kit.material("fabric", "patterned", "translucent", "fabric"), kit.material("wood", "plastic")
    kit.add(rod((0, 0, 0.5), (0, 0, -1.05), 0.02), metal)
    kit.add(rod((0, 0, 0.4), (0, 0, 0.56), [0.025, 0.01]), metal)
    if rng.chance(0.75):
        kit.add(
            tube(np.concatenate([[[0, 0, -0.95]], arc(0.13, math.pi, TAU + 0.2, 20, (0.13, 0, -1.1))]), 0.035, 12), grip
        )
    else:
        kit.add(rod((0, 0, -0.95), (0, 0, -1.25), [0.04, 0.045]), grip)
    if rng.chance(0.25):
        turn = np.linspace(0, TAU, 96, endpoint=False)
        z = np.linspace(0.4, -0.75, 24)
        pleat = 1 + 0.35 * np.sin(turn * count)[None]
        radius = np.interp(z, [-0.75, -0.6, -0.25, 0.4], [0.12, 0.11, 0.13, 0.025])[:, None] * pleat
        twist = turn[None] + 0.6 * (0.4 - z[:, None])
        kit.add(
            loft(np.stack([radius * np.cos(twist), radius * np.sin(twist), z[:, None] + 0 * twist], -1), capped=False),
            cloth,
        )
        kit.add(ring(0.13, 0.014, Z, (0, 0, -0.35), 40), cloth)
        return
    dome = rng.uniform(0.3, 0.5)
    turn = np.linspace(0, TAU, count * 14, endpoint=False)
    reach = np.linspace(0.001, 1, 22)[:, None]
    sag = 1 - np.abs(np.cos(turn * count / 2))
    radius = reach * (1 - 0.1 * sag * reach**2)
    z = 0.4 - dome * reach**2 * (1.05 - 0.1 * sag)
    kit.add(loft(np.stack([radius * np.cos(turn), radius * np.sin(turn), z + 0 * radius], -1), capped=False), cloth)
    runner = rng.uniform(-0.25, -0.05)
    kit.add(placed(disc(0.05, 0.12, 0.02, 24), (0, 0, runner)), metal)
    stays = []
    for k in range(count):
        way = rotation(Z, k * TAU / count) @ X
        t = np.linspace(0, 1.0, 12)[:, None]
        rib = way * t + np.array([0, 0, 1]) * (0.385 - dome * 1.05 * t**2)
        kit.add(tube(rib, 0.009, 6), metal)
        kit.add(rod(rib[-1], rib[-1] * 1.02 - [0, 0, 0.02], 0.014, 8), metal)
        stays.append((np.array([0, 0, runner]), rib[6]))
    kit.wires(segments(stays), 0.008, metal)


def sock(rng: Rng, kit: Kit) -> None:
    """Socks or mittens."""
    for k in range(rng.whole(1, 2)):
        wool = kit.material("knit", "fabric", "patterned")
        foot = spline(
            [(0, 0, 0.9), (0, 0, 0.2), (0.02, 0, -0.35), (0.2, 0, -0.62), (0.6, 0, -0.68), (0.95, 0, -0.66)], 40
        )
        t = np.linspace(0, 1, 40)
        radius = np.interp(t, [0, 0.1, 0.45, 0.6, 0.9, 0.97, 1.0], [0.25, 0.23, 0.23, 0.26, 0.22, 0.13, 0.02])
        tube_points, faces = tube(foot, radius, 32, capped=False)
        tube_points = tube_points * [1, 0.55, 1] + 0.02 * noise(tube_points, rng, 1.0)[:, None]
        with kit.at((0.3 * k, 0.35 * k, 0.1 * k), rotation(Y, rng.uniform(-0.3, 0.3))):
            kit.add((tube_points, faces), wool, thick=0.03)
            kit.add(
                stretched(placed(torus(0.24, 0.04, 48, 10), (0, 0, 0.88)), (1, 0.6, 1)), kit.material("knit", "fabric")
            )


def belt(rng: Rng, kit: Kit) -> None:
    """A rolled belt with its buckle."""
    leather, metal = kit.material("leather", "fabric"), kit.material("gold", "chrome", "steel")
    t = np.linspace(0, 1, 200)
    turns = rng.uniform(1.5, 3.5)
    radius = 0.75 - 0.07 * turns * t
    path = np.c_[radius * np.cos(t * turns * TAU), radius * np.sin(t * turns * TAU), 0 * t]
    path = np.concatenate([spline([path[0] + [0.12, -0.55, 0], path[0] + [0.03, -0.25, 0], path[0]], 14)[:-1], path])
    wide = rng.uniform(0.2, 0.35)
    kit.add(strap(path, Z, wide, 0.035), leather)
    with kit.at(path[0] + [0.02, -0.1, 0], rotation(Z, 0.2)):
        corners = np.array([(0, -0.14, -1), (0, 0.14, -1), (0, 0.14, 1), (0, -0.14, 1)]) * [1, 1, wide * 0.65]
        dense = np.concatenate([np.linspace(corners[k], corners[(k + 1) % 4], 6, endpoint=False) for k in range(4)])
        kit.add(tube(dense, 0.028, 10, closed=True), metal)
        kit.add(rod((0, 0.14, 0), (0.03, -0.16, 0), 0.02), metal)


def tie(rng: Rng, kit: Kit) -> None:
    """A necktie or a bow tie."""
    silk = kit.material("fabric", "patterned", "patterned")
    if rng.chance(0.4):
        for side in (-1, 1):
            u = np.linspace(0, 1, 20)
            wing = np.c_[side * (0.05 + 0.75 * u), 0.06 * np.sin(u * 3), 0 * u]
            vertices, faces = strap(wing, Z, 0.22 + 0.4 * u**0.8, 0.12)
            vertices[:, 1] += 0.03 * np.sin(vertices[:, 2] * 25)
            kit.add((vertices, faces), silk)
        kit.add(rounded_box(0.2, 0.2, 0.26, 3.5), silk)
        return
    outline = np.array([(-0.09, 0.75), (0.09, 0.75), (0.2, -0.7), (0.0, -0.95), (-0.2, -0.7)])
    kit.add(slab(outline, 0.03), silk, edge=0.01)
    kit.add(placed(slab(outline * [0.75, 0.85], 0.02), (0.03, 0.05, 0.05), rotation(Y, 0.05)), silk, edge=0.006)
    knot = stack([oval(0.07, 0.06, 3), oval(0.13, 0.08, 3)], [0.66, 0.86])
    kit.add(knot, silk, edge=0.03)
    loop_path = spline(
        [
            (-0.08, 0.0, 0.84),
            (-0.3, 0.15, 1.05),
            (-0.2, 0.45, 1.2),
            (0.2, 0.45, 1.2),
            (0.3, 0.15, 1.05),
            (0.08, 0, 0.84),
        ],
        50,
    )
    kit.add(strap(loop_path, Z, 0.12, 0.02), silk)


THINGS: dict[str, Thing] = {
    "hanger": Thing(hanger, elevation=LEVEL, azimuth=(-2.4, -0.7)),
    "garment": Thing(garment, 2.5, elevation=LEVEL, azimuth=(-2.4, -0.7)),
    "trousers": Thing(trousers, elevation=LEVEL),
    "umbrella": Thing(umbrella, 1.8, elevation=(-0.5, 0.7), azimuth=AROUND),
    "sock": Thing(sock, azimuth=FRONT),
    "belt": Thing(belt, 0.8, elevation=(0.2, 1.2)),
    "tie": Thing(tie, 0.8, elevation=(-0.1, 0.5), azimuth=FRONT),
}
