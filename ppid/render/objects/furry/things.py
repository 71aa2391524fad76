"""Furry things: pompoms, hats, boas, wigs, collars and coats, rugs and carpets, slippers and cushions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.furry.anatomy import Body
from ppid.render.objects.furry.growth import Coat, Growth, Skin, Staged, add_skin, outwards, with_wind
from ppid.render.objects.furry.pelts import PELTS, ahead, around, dyed, furred, hue, pelt
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, thicken
from ppid.render.shapes import (
    TAU,
    Points,
    ellipsoid,
    grid_faces,
    join,
    lathe,
    noise,
    rotation,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
    unit,
    vertex_normals,
)
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]


def pompoms(rng: Rng, attributes: Attributes) -> Staged:
    """One or a few balls of yarn ends or fur, now and then on strings."""
    count = rng.pick([1, 1, 2, 3, 5])
    attributes["count"] = count
    style = rng.pick(["yarn", "fur"])
    growths = []
    string = everyday(rng, "fabric")
    for k in range(count):
        size = rng.uniform(0.35, 0.6) / (1 if count == 1 else 1.5)
        angle = k * TAU / max(count, 1)
        centre = (
            np.zeros(3)
            if count == 1
            else np.array([math.cos(angle) * 0.5, math.sin(angle) * 0.5, rng.uniform(-0.3, 0.3)])
        )
        shape = ellipsoid(centre, (size * 0.6,) * 3, None, 4)
        if style == "yarn":
            hair = Coat(
                size * 0.5,
                0.0045,
                8.0,
                points=6,
                lie=0.1,
                mess=0.25,
                sag=0.1,
                root=0.5,
                blunt=9,
                coarse=True,
                gloss=0.02,
            )
            growths.append(furred(rng, shape, hair, (0, 0, 0)))
        else:
            growths.append(furred(rng, shape, replace(pelt(rng, attributes, "fox", "mink", "teddy"), sag=0.4)))
        if rng.chance(0.4):
            top = centre + np.array([0, 0, size])
            cord = spline(np.array([centre, top, top + [rng.normal(0, 0.1), 0.1, 0.5]]), 20)
            add_mesh(tube(cord, 0.015, 8), string, name="cord")
    return Staged(around(rng), growths)


def hat(rng: Rng, attributes: Attributes) -> Staged:
    """A fur hat, one with ear flaps, or a knitted one with a pompom."""
    kind = rng.pick(["fur", "flaps", "beanie"])
    attributes["hat"] = kind
    hair = pelt(rng, attributes, "mink", "fox", "short", "teddy", "sheepskin")
    growths = []
    profile = [(0.0, 0.62), (0.3, 0.6), (0.52, 0.42), (0.6, 0.1), (0.6, -0.1), (0.55, -0.1), (0.5, 0.1), (0.0, 0.4)]
    crown = lathe(profile, 48, 36)
    if kind == "beanie":
        knit = Material("knit", Base_Color=hue(rng, 0.2), Roughness=0.9, Sheen_Weight=0.4)
        rib = knit.node("TexWave", Vector=knit.coordinates(1.0), Scale=6.0, Distortion=1.0)
        knit.bump(rib.outputs[1], 0.6, 0.03)
        add_mesh(crown, knit.data, name="crown")
        growths.append(furred(rng, torus(0.58, 0.11, 64, 12), replace(hair, length=0.05)))
        ball = ellipsoid((0, 0, 0.78), (0.16,) * 3, None, 4)
        growths.append(furred(rng, ball, replace(hair, length=max(hair.length, 0.12), mess=0.3)))
        return Staged(around(rng), growths)
    band, faces = torus(0.6, 0.13, 64, 14)
    band = band * np.array([1, 1, rng.uniform(1.2, 2.0)]) + [0, 0, -0.02]
    if kind == "fur":
        growths.append(furred(rng, crown, hair))
        growths.append(furred(rng, (band, faces), hair))
        return Staged(around(rng, (0.0, 0.5)), growths)
    leather = everyday(rng, rng.pick(["fabric", "rubber"]))
    add_mesh(crown, leather, name="crown")
    parts = [(band, faces)]
    for side in (-1, 1):
        line = spline(np.array([(0, side * 0.62, 0.05), (0.02, side * 0.68, -0.35), (0.05, side * 0.62, -0.75)]), 14)
        flap, quads = tube(line, np.interp(np.linspace(0, 1, 14), [0, 0.4, 0.8, 1], [0.28, 0.3, 0.22, 0.05]), 16)
        flap[:, 1] = line[0, 1] + (flap[:, 1] - line[0, 1]) * 0.3 + side * 0.02
        parts.append((flap, quads))
    parts.append(ellipsoid((0.5, 0, 0.18), (0.14, 0.4, 0.24), None, 4))
    growths.append(furred(rng, join(outwards(part) for part in parts), hair))
    return Staged(ahead(rng, 0.8, (-0.1, 0.35)), growths)


def boa(rng: Rng, attributes: Attributes) -> Staged:
    """A long soft tail, boa or piece of tinsel."""
    tinsel = rng.chance(0.25)
    attributes["tinsel"] = tinsel
    steps = rng.whole(4, 7)
    path = np.cumsum(np.concatenate([np.zeros((1, 3)), rng.normal(size=(steps, 3)) * 0.32 + [0.3, 0, 0]]), 0)
    path = (path - path.mean(0)) * 1.7 / max(np.ptp(path, axis=0).max(), 0.5)
    line = spline(path, 60)
    share = np.linspace(0, 1, 60)
    body = rng.uniform(0.05, 0.12) * (0.35 + 0.65 * np.sin(math.pi * share**0.8))
    shape = tube(line, np.maximum(body, 0.02), 14)
    along = np.repeat(unit(np.gradient(line, axis=0)), 14, 0)
    along = np.concatenate([along, along[:1], along[-1:]])
    if tinsel:
        hair = Coat(0.13, 0.006, 1.4, points=4, lie=0.4, mess=0.3, sag=0.1, root=1.0, blunt=9, coarse=True, gloss=0.6)
    else:
        hair = pelt(rng, attributes, "fox", "mink", "fox", "flokati")
    return Staged(around(rng, (0.1, 0.9)), [furred(rng, shape, hair, along * 0.7)])


def wig(rng: Rng, attributes: Attributes) -> Staged:
    """A wig on a stand: straight, wavy, curly, a bob, an afro, or a fringe of neon."""
    kind = rng.pick(["straight", "wavy", "curly", "bob", "afro", "punk"])
    attributes["wig"] = kind
    head = ellipsoid((0, 0, 0), (0.46, 0.36, 0.48), None, 5)
    stand = rng.pick(["dummy", "none", "dummy"])
    if stand == "dummy":
        dummy = everyday(rng, rng.pick(["plastic", "fabric", "ceramic"]))
        bust = Body()
        bust.blob("head", (0, 0, 0), (0.45, 0.35, 0.47))
        bust.blob("head", (0.2, 0, -0.32), (0.24, 0.24, 0.26))
        bust.blob("head", (0.44, 0, -0.18), (0.06, 0.05, 0.11))
        bust.limb("head", [(-0.08, 0, -0.3), (-0.1, 0, -0.7), (-0.1, 0, -0.9)], [0.22, 0.18, 0.22])
        bust.blob("head", (-0.1, 0, -1.05), (0.26, 0.55, 0.22))
        flesh = bust.fused(0.03, 8)
        add_mesh((flesh.vertices, flesh.triangles), dummy, name="dummy")
    vertices, triangles = head
    line = 0.12 + 0.5 * vertices[:, 0] - 0.6 * (vertices[:, 0] < 0) * -vertices[:, 0]
    covered = np.clip((vertices[:, 2] - line) * 12, 0, 1)
    parting = rng.uniform(-0.15, 0.15)
    sideways = np.sign(vertices[:, 1] - parting)[:, None] * np.array([0, 1.0, 0])
    flow = sideways * 0.7 * np.clip(vertices[:, 2:] * 2, 0, 1) + np.array([-0.35, 0, -0.5])
    colour = hue(rng, 0.7) * (np.array([1, 1, 1.0]) if rng.chance(0.8) else rng.uniform(0.4, 1, 3))
    base = Coat(
        1.0,
        0.0026,
        26,
        points=16,
        lie=1.3,
        mess=0.1,
        sag=2.2,
        bulge=0.42,
        clump=0.45,
        tuft=70,
        root=0.7,
        gloss=rng.uniform(0.08, 0.2),
    )
    hair = {
        "straight": replace(base, length=rng.uniform(0.8, 1.3)),
        "wavy": replace(base, length=rng.uniform(0.8, 1.2), curl=0.03, turns=rng.uniform(2, 3.5), clump=0.7),
        "curly": replace(base, length=rng.uniform(0.7, 1.0), curl=0.05, turns=rng.uniform(4, 6), clump=0.85, points=26),
        "bob": replace(base, length=rng.uniform(0.5, 0.65), clump=0.3),
        "afro": replace(
            base, length=rng.uniform(0.3, 0.5), lie=0.05, mess=0.3, sag=0.0, curl=0.02, turns=4, points=18, cover=12
        ),
        "punk": replace(
            base, length=rng.uniform(0.35, 0.55), lie=0.1, mess=0.2, sag=0.05, clump=0.8, cover=12, tuft=150
        ),
    }[kind]
    length = np.ones(len(vertices))
    if kind == "punk":
        length *= np.clip(1.3 - np.abs(vertices[:, 1]) * 5, 0.12, 1)
    if rng.chance(0.25):
        hair = with_wind(rng, hair, rng.uniform(0.2, 0.6))
    skin = Skin.of(head, colour, density=covered, length=length, flow=flow)
    cap = replace(skin, triangles=triangles[(covered[triangles] > 0.3).all(1)])
    add_skin(cap)
    return Staged(around(rng, (-0.1, 0.35)), [Growth(cap, hair, 26000)])


def collar(rng: Rng, attributes: Attributes) -> Staged:
    """A fur collar or stole, lying in a ring, or hanging open."""
    hair = pelt(rng, attributes, "fox", "mink", "sheepskin", "short")
    opening = rng.uniform(0.25, 0.9)
    angle = np.linspace(opening, TAU - opening, 60)
    tall = rng.uniform(0.0, 0.3)
    line = np.stack([0.62 * np.cos(angle), 0.75 * np.sin(angle), tall * -np.cos(angle)], 1)
    ends = rng.uniform(0.2, 1.0)
    front = line[[0, -1]]
    tails = [np.linspace(end, end + np.array([0.12, -0.15 * np.sign(end[1]), -ends]), 16) for end in front]
    path = np.concatenate([tails[0][::-1], line[1:-1], tails[1]])
    share = np.linspace(0, 1, len(path))
    thick = rng.uniform(0.11, 0.2) * np.clip(np.sin(math.pi * share) * 3, 0.45, 1)
    vertices, faces = tube(spline(path, 90), np.interp(np.linspace(0, 1, 90), share, thick), 18)
    lying = furred(rng, (vertices, faces), hair)
    if rng.chance(0.4):
        buckle = everyday(rng, "metal")
        add_mesh(ellipsoid(path[16] + [0.15, 0, 0], (0.04, 0.1, 0.07)), buckle, name="clasp")
    return Staged(ahead(rng, 0.5, (0.0, 0.7)), [lying])


def coat(rng: Rng, attributes: Attributes) -> Staged:
    """A fur coat, jacket or vest that hangs as if worn."""
    hair = pelt(rng, attributes)
    sleeves, long = rng.chance(0.7), rng.uniform(0.7, 1.25)
    attributes.update(sleeves=sleeves, length=round(long, 2))
    body = Body()
    line = [(0, 0, 0.45), (0, 0, 0.1), (0, 0, 0.45 - long * 0.75), (0, 0, 0.4 - long)]
    widths = [0.28, 0.33, 0.36, rng.uniform(0.4, 0.58)]
    body.limb("coat", line, widths, narrow=1.15)
    body.limb("coat", [(0, -0.36, 0.42), (0, 0, 0.5), (0, 0.36, 0.42)], [0.13, 0.15, 0.13])
    if sleeves:
        for side in (-1, 1):
            bend = rng.uniform(0.0, 0.25)
            arm = [(0, side * 0.38, 0.42), (0.03, side * 0.55, 0.05), (0.05 + bend, side * (0.58 - bend * 0.4), -0.35)]
            body.limb("sleeve", arm, [0.15, 0.135, 0.14])
    flesh = body.fused(0.028, 4)
    vertices = flesh.vertices * np.array([0.75, 1, 1])
    hem = 0.45 - long
    above = vertices[:, 2] > hem
    triangles = flesh.triangles[above[flesh.triangles].all(1)]
    slit = np.abs(vertices[:, 1]) < 0.03
    opened = vertices[:, 0] > 0.1
    colours = dyed(rng, vertices, natural=0.7)
    skin = Skin.of(
        (vertices, triangles), colours, density=1.0 - 0.9 * (slit & opened), flow=flesh.flow * 0.5 + [0, 0, -0.5]
    )
    add_skin(skin)
    growths = [Growth(skin, hair)]
    ring, faces = torus(0.26, 0.1, 48, 14)
    ring = ring * np.array([0.85, 1.0, 1.0]) @ rotation((0, 1, 0), -0.35).T + [0.02, 0, 0.56]
    trim = furred(rng, (ring, faces), replace(hair, length=hair.length * 1.2), colour=rng.pick([colours[0], hue(rng)]))
    growths.append(trim)
    if rng.chance(0.6):
        button = everyday(rng, rng.pick(["plastic", "metal", "wood"]))
        for k in range(rng.whole(2, 4)):
            z = 0.3 - k * 0.22
            spot = skin.vertices[np.argmin(np.linalg.norm(skin.vertices - [0.5, 0.05, z], axis=1))]
            add_mesh(ellipsoid(spot + [hair.length * 0.5, 0, 0], (0.02, 0.045, 0.045)), button, name="button")
    return Staged(ahead(rng, 0.8, (-0.1, 0.3)), growths)


def rug(rng: Rng, attributes: Attributes) -> Staged:
    """A rug, sheepskin or piece of carpet; lying, draped or hanging."""
    kind = rng.pick(["sheepskin", "round", "carpet", "mat"])
    attributes["rug"] = kind
    n = 70
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="ij")
    angle = np.arctan2(v, u)
    if kind in ("sheepskin", "round"):
        # The square's rim becomes the outline: a circle or a hide with four legs.
        radius = np.maximum(np.abs(u), np.abs(v))
        outline = 0.85 + (0.16 * np.cos(4 * angle) * -1 + 0.07 * np.cos(2 * angle) + 0.04 * np.sin(7 * angle)) * (
            kind == "sheepskin"
        )
        x, y = radius * outline * np.cos(angle) * 1.05, radius * outline * np.sin(angle) * 0.85
    else:
        x, y = u * rng.uniform(0.8, 1.0), v * rng.uniform(0.5, 0.8)
    flat = np.stack([x, y, 0 * x], -1).reshape(-1, 3)
    flat[:, 2] = 0.07 * noise(flat, rng, 0.45, 2) + rng.pick([0, 0.35, -0.3]) * flat[:, 0] ** 2
    growths = []
    faces = grid_faces(n, n)
    hang = rng.chance(0.4)
    turn = rotation((0, 1, 0), math.pi / 2) if hang else np.eye(3)
    if kind == "carpet":
        colours = _woven(rng, u.ravel(), v.ravel())
        pile = Coat(
            rng.uniform(0.03, 0.05),
            0.005,
            3.2,
            points=3,
            lie=0.15,
            mess=0.2,
            root=0.6,
            blunt=8,
            coarse=True,
            gloss=0.02,
        )
        ends = np.stack([np.repeat(x[[0, -1]], 3), np.repeat(y[[0, -1]], 3)], 1)
        fringe = np.concatenate([ends, np.zeros((len(ends), 1))], 1)
        height = flat.reshape(n, n, 3)[[0, -1]].repeat(3, 1).reshape(-1, 3)
        away = np.sign(height[:, :1]) * np.array([1.0, 0, 0])
        strip = np.stack([height, height + away * 0.02 + [0, 0.008, 0]], 1).reshape(-1, 3)
        quads = np.arange(len(strip)).reshape(-1, 4)[:, [0, 1, 3, 2]]
        tassels = Skin.of((strip @ turn.T, quads), (0.75, 0.7, 0.58), flow=np.repeat(away, 2, 0) @ turn.T * 1.5)
        threads = Coat(
            0.14, 0.005, 26, points=6, lie=1.5, mess=0.15, sag=0.3, clump=0.85, tuft=12, root=0.9, coarse=True
        )
        growths.append(Growth(tassels, threads, 3000))
        assert len(fringe) == len(height)
    else:
        colours = dyed(rng, flat, natural=0.65, mixed=0.3)
        pile = (
            pelt(rng, attributes, "sheepskin", "flokati", "fox", "teddy")
            if kind != "mat"
            else replace(PELTS["flokati"], length=0.1, radius=0.012, coarse=True, blunt=8, points=6)
        )
    shape = flat @ turn.T, faces
    skin = Skin.of(shape, colours, flow=np.array([0.35, 0.1, 0]) @ turn.T + (np.array([0, 0, -0.3]) if hang else 0))
    if vertex_normals(*skin.shape)[:, 0 if hang else 2].mean() < 0:
        skin = replace(skin, triangles=skin.triangles[:, ::-1])
    add_skin(skin)
    back = add_mesh(
        (skin.vertices - vertex_normals(*skin.shape) * 0.004, skin.triangles), everyday(rng, "fabric"), name="back"
    )
    thicken(back, 0.02, -1)
    growths.append(Growth(skin, pile))
    return Staged(ahead(rng, 0.4, (-0.2, 0.4)) if hang else around(rng, (0.35, 1.1)), growths)


def _woven(rng: Rng, u: Floats, v: Floats) -> Points:
    """A carpet's pattern: border, medallion and lattice of a few colours."""
    ground, border, third, light = (random_colour(rng, (0.3, 0.85), (0.2, 0.7)) for _ in range(4))
    edge = np.maximum(np.abs(u), np.abs(v))
    lattice = np.sin(u * 22) * np.sin(v * 16) > 0.45
    medallion = np.abs(u) ** 1.2 * 1.8 + np.abs(v) ** 1.2 * 1.5 + 0.08 * np.cos(np.arctan2(v, u) * 8)
    colours = np.where(lattice[:, None], light, ground)
    colours = np.where((medallion < 0.7)[:, None], third, colours)
    colours = np.where((medallion < 0.35)[:, None], border, colours)
    colours = np.where(((edge > 0.8) & (edge < 0.95))[:, None], border, colours)
    return np.where((edge > 0.95)[:, None], light, colours)


def cushion(rng: Rng, attributes: Attributes) -> Staged:
    """A fluffy cushion, heart or slipper pair."""
    kind = rng.pick(["square", "round", "heart", "slippers"])
    attributes["cushion"] = kind
    hair = pelt(rng, attributes, "sheepskin", "fox", "teddy", "flokati", "mink")
    if kind == "slippers":
        growths = []
        sole = everyday(rng, rng.pick(["rubber", "fabric"]))
        colour = hue(rng, 0.3)
        for side in (-1, 1):
            at = np.array([rng.uniform(-0.15, 0.15), side * 0.4, 0])
            base = rounded_box(1.5, 0.56, 0.12, 3, 4)
            add_mesh((base[0] + at + [0, 0, -0.06], base[1]), sole, name="sole")
            vertices, faces = sphere(5, (0.5, 0.3, 0.27))
            keep = (vertices[:, 2] > -0.03) & (vertices[:, 0] > -0.28)
            faces = faces[keep[faces].all(1)]
            growths.append(furred(rng, (vertices + at + [0.28, 0, 0.02], faces), hair, (-0.2, 0, -0.5), colour=colour))
        return Staged(around(rng, (0.2, 0.8)), growths)
    if kind == "square":
        vertices, faces = rounded_box(1.3, 0.45, 1.3, 3.2, 5)
        vertices[:, 1] *= 1 - 0.45 * (np.abs(vertices[:, 0]) * np.abs(vertices[:, 2]) / 0.42) ** 1.5
    elif kind == "round":
        vertices, faces = sphere(5, (0.75, 0.3, 0.75))
    else:
        vertices, faces = sphere(5)
        vertices = vertices * [0.8, 0.33, 0.75]
        vertices[:, 2] += 0.62 * np.abs(vertices[:, 0]) - 0.35
    vertices = vertices @ rotation((0, 0, 1), math.pi / 2).T
    return Staged(ahead(rng, 0.6, (-0.1, 0.5)), [furred(rng, (vertices, faces), hair)])
