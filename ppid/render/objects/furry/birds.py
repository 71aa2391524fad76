"""Birds: standing, sitting and with spread wings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import linear
from ppid.render.materials import Material
from ppid.render.objects.furry import faces
from ppid.render.objects.furry.anatomy import Body, Flesh, Frame
from ppid.render.objects.furry.bird_kinds import BIRDS, Bird
from ppid.render.objects.furry.feathers import Feathers, Plume, wing
from ppid.render.objects.furry.growth import Coat, Growth, Skin, Staged, add_skin, fur_material
from ppid.render.objects.furry.heads import Head
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import Points, join, noise, spline, tube, unit
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]


_REGIONS = ("back", "breast", "belly", "head", "cheek", "wing", "tail")


def bird(rng: Rng, attributes: Attributes) -> Staged:
    """A bird; now and then it spreads its wings."""
    name = rng.named({key: weight for key, (weight, _) in BIRDS.items()})
    kind = BIRDS[name][1]
    spread = not kind.down and rng.chance(0.25)
    attributes.update(bird=name, wings="spread" if spread else "folded")
    kind = replace(kind, tilt=kind.tilt + rng.uniform(-10, 10))
    colours = dict(zip(_REGIONS, (_rgb(code) for code in rng.pick(kind.colours).split()), strict=True))
    ahead = np.array([math.cos(math.radians(kind.tilt)), 0, math.sin(math.radians(kind.tilt))])
    body, frame = _shape(rng, kind, ahead)
    flesh = body.fused(0.024, 6, 0.04)
    azimuth = rng.pick([-1, 1]) * rng.uniform(0.15, 1.8)
    elevation = rng.uniform(-0.05, 0.4)
    view = np.array(
        [math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation)]
    )
    eyes = _face(rng, kind, flesh.only("head", "neck"), frame, view)
    skin = _plumage(rng, kind, flesh, frame, ahead, colours, eyes)
    add_skin(skin, 0.7)
    feathers = Feathers()
    _tail(rng, kind, ahead, colours, feathers)
    if spread:
        _spread_wings(rng, kind, ahead, colours, feathers)
    elif not kind.down:
        _folded_wings(rng, kind, ahead, colours, feathers)
    if kind.tail or not kind.down:
        feathers.add(fur_material(rng, 0.06))
    if kind.legs:
        _legs(rng, kind, ahead, flying=spread and rng.chance(0.5))
    return Staged(view, _coats(rng, kind, skin))


def _rgb(code: str) -> Points:
    return linear([int(code[k : k + 2], 16) / 255 for k in (0, 2, 4)])


def _shape(rng: Rng, kind: Bird, ahead: Points) -> tuple[Body, Frame]:
    """The fused parts of a bird and its head."""
    body = Body()
    length, wide, high = kind.body
    up = np.cross(ahead, [0, 1.0, 0])
    axes = np.stack([ahead, [0, 1.0, 0], up])
    back = -0.9 * ahead
    body.blob("body", (0, 0, 0), kind.body, turn=axes, flow=back)
    body.blob(
        "body", ahead * length * 0.35 - up * high * 0.15, (length * 0.6, wide * 0.92, high * 0.9), turn=axes, flow=back
    )
    if kind.tail or kind.down:
        body.limb("body", [-ahead * length * 0.4, -ahead * length * 1.08 + up * high * 0.1], [high * 0.75, high * 0.22])
    base = ahead * length * 0.62 + up * high * 0.3
    reach = kind.neck[0]
    if reach > 0.5:  # a swan's neck
        top = base + np.array([0.12, 0, reach])
        line = [
            base - ahead * 0.1,
            base + np.array([0.28, 0, reach * 0.15]),
            base + np.array([0.16, 0, reach * 0.62]),
            top,
        ]
    else:
        top = base + unit(ahead * 0.4 + np.array([0, 0, 1.0])) * (reach + kind.head * 0.45)
        line = [base - ahead * 0.12, (base + top) / 2, top]
    body.limb("neck", line[::-1], [kind.neck[1], kind.neck[1], kind.neck[1] * (1.9 if reach > 0.5 else 1.35)])
    turn = rng.uniform(-0.7, 0.7)
    frame = Frame.looking(top, (math.cos(turn), math.sin(turn), rng.uniform(-0.2, 0.15)), kind.head, rng.normal(0, 0.1))
    body.blob(
        "head", frame.centre, np.array([1.05, 0.92, 0.95]) * kind.head, turn=frame.axes, flow=frame.way((-0.9, 0, 0))
    )
    if not kind.down or kind.wing > 0.4:
        return body, frame
    for side in (-1, 1):  # the stubs of chicks
        body.blob("wing", np.array([-0.05, side * wide * 0.92, 0.05]), (kind.wing, 0.09, 0.17), turn=axes, flow=back)
    return body, frame


def _face(rng: Rng, kind: Bird, skull: Flesh, frame: Frame, view: Points) -> list[faces.Eye]:
    """Eyes and beak."""
    head = Head(
        eye=(kind.eye[1], 12, kind.eye[0]),
        pupil="round" if kind.iris else "black",
        irises=(kind.iris or (0, 0, 0),),
    )
    eyes = [
        replace(eye, centre=eye.centre + eye.gaze * eye.radius * 0.12) for eye in faces.place_eyes(skull, frame, head)
    ]
    faces.add_eyes(rng, eyes, frame, head, view)
    beak = kind.beak
    horn = Material("beak", Base_Color=_rgb(kind.beak_colour) * rng.uniform(0.8, 1.2), Roughness=0.35, Coat_Weight=0.3)
    root = frame.into(skull.touch(frame.centre, frame.way((1, 0, -0.12))))
    share = np.linspace(0, 1, 16)
    for way, size, part in ((1, 1.0, 1.0), (-1, 0.75, 0.9)):
        thick = beak.thick * 0.75 * size * np.sqrt(np.clip(1 - share**1.5, 0.004, 1))
        drop = -beak.hook * beak.length * 0.55 * share**2.2 * (1 if way > 0 else 0.5)
        line = np.stack([beak.length * part * share - 0.15, 0 * share, drop + way * thick * 0.35], 1) + root
        vertices, quads = tube(line, thick, 14)
        vertices[:, 1] *= beak.wide
        vertices[:, 2] = root[2] + (vertices[:, 2] - root[2]) * (0.75 if beak.wide > 1.2 else 0.9)
        add_mesh((frame.out(vertices), quads), horn.data, name="beak")
    if kind.comb:
        red = Material("comb", Base_Color=(0.5, 0.01, 0.01), Roughness=0.45)
        spikes = [
            tube(
                spline(
                    np.array(
                        [(x, 0, 0.75), (x * 1.05 - 0.03, 0, 1.05), (x * 1.1 - 0.1, 0, 1.2 + 0.25 * math.cos(x * 2))]
                    ),
                    8,
                ),
                [0.16, 0.15, 0.13, 0.12, 0.11, 0.1, 0.08, 0.03],
                10,
            )
            for x in (-0.4, -0.1, 0.2, 0.48)
        ]
        wattles = [
            tube(
                spline(np.array([(0.85, side * 0.15, -0.35), (0.9, side * 0.17, -0.8)]), 6),
                [0.08, 0.11, 0.14, 0.15, 0.12, 0.05],
                10,
            )
            for side in (-1, 1)
        ]
        vertices, quads = join([*spikes, *wattles])
        add_mesh((frame.out(vertices), quads), red.data, name="comb")
    return eyes


def _plumage(
    rng: Rng, kind: Bird, flesh: Flesh, frame: Frame, ahead: Points, colours: dict[str, Points], eyes: list[faces.Eye]
) -> Skin:
    """The skin with its colours; bare around the eyes and beak."""

    def soft(x: Floats, steepness: float = 8.0) -> Floats:
        return 1 / (1 + np.exp(-np.clip(x * steepness, -30, 30)))

    stir = 0.12 * noise(flesh.vertices, rng, 2.5, 2)
    local = frame.into(flesh.vertices)
    along = flesh.vertices @ ahead / kind.body[0]
    low = soft(-flesh.normals @ np.cross(ahead, [0, 1.0, 0]) - 0.1 + stir)
    shade = np.broadcast_to(colours["back"], flesh.vertices.shape)
    layers = [
        (low, colours["belly"]),
        (low * soft(along - 0.15 + stir), colours["breast"]),
        (flesh.share("neck") * low + 0 * low, colours["breast"]),
        (flesh.share("head", "neck") * soft(local[:, 2] + 1.6, 4), colours["head"]),
        (flesh.share("head") * soft(0.25 - np.abs(local[:, 2] + 0.15) + 0.3 * local[:, 0] + stir, 9), colours["cheek"]),
        (flesh.share("wing"), colours["wing"]),
    ]
    for mask, colour in layers:
        shade = shade + (colour - shade) * np.clip(mask, 0, 1)[:, None]
    density = np.ones(len(shade))
    length = np.where(flesh.share("head", "neck") > 0.5, 0.55, 1.0)
    for eye in eyes:
        distance = np.linalg.norm(flesh.vertices - eye.centre, axis=1) / eye.radius
        density *= np.clip((distance - 1.0) * 5, 0, 1)
        length *= np.clip((distance - 0.6) / 1.5, 0.25, 1)
    return Skin(flesh.vertices, flesh.triangles, np.clip(shade, 0.003, 0.93), length, density, flesh.flow * 1.2)


def _coats(rng: Rng, kind: Bird, skin: Skin) -> list[Growth]:
    """Down, or contour feathers with down at their edges."""
    if kind.down and kind.tilt < 70:
        down = Coat(rng.uniform(0.09, 0.14), 0.0025, 3.6, points=5, lie=0.5, mess=0.3, clump=0.35, root=0.7)
        return [Growth(skin, down), Growth(skin, replace(down, length=0.2, radius=0.0012, cover=0.03, clump=0), 1500)]
    long = rng.uniform(0.08, 0.11)
    contour = Coat(long, rng.uniform(0.008, 0.012), 3.0, points=5, lie=3.0, mess=0.05, sag=0.02, root=0.8, flat=True)
    soft = Coat(long * 0.8, 0.0022, 2.2, points=4, lie=1.8, mess=0.1, clump=0.4, tuft=12, root=0.8)
    large = replace(skin, density=skin.density * (skin.length > 0.8))
    return [Growth(large, contour, 16000), Growth(skin, soft, 36000)]


def _plume(kind: Bird, colour: Points, width: float, barbs: int = 50) -> Plume:
    dark = colour * 0.55
    return Plume(
        tuple(colour.tolist()), tuple(dark.tolist()), width, kind.bars, fluff=0.05, loose=0.03, curve=0.08, barbs=barbs
    )


def _tail(rng: Rng, kind: Bird, ahead: Points, colours: dict[str, Points], feathers: Feathers) -> None:
    if not kind.tail:
        return
    up = np.cross(ahead, [0, 1.0, 0])
    fan, count = rng.uniform(0.15, 0.5), 9
    root = -ahead * kind.body[0] * 0.85 + up * kind.body[2] * 0.12
    lift = rng.uniform(-0.1, 0.35) + (0.7 if kind.comb else 0)
    for k in range(count):
        angle = (k / (count - 1) - 0.5) * 2 * fan
        way = unit(-ahead * math.cos(angle) + np.array([0, math.sin(angle), 0]) + up * lift)
        plume = _plume(kind, colours["tail"], 0.13 if kind.tail < 0.6 else 0.08)
        feathers.put(
            rng,
            root + [0, angle * 0.1, 0.012 * (k % 3)],
            way,
            up,
            kind.tail * (1 + 0.12 * rng.normal() * 0.3 - 0.25 * abs(angle)),
            plume,
        )


def _folded_wings(rng: Rng, kind: Bird, ahead: Points, colours: dict[str, Points], feathers: Feathers) -> None:
    """Three rows of feathers over each side of the body."""
    length, wide, high = kind.body
    up = np.cross(ahead, [0, 1.0, 0])
    for side in (-1, 1):
        outward = np.array([0, float(side), 0])
        for size, count, aside, reach in ((1.0, 9, 1.0, 0.9), (0.6, 9, 1.05, 0.65), (0.36, 8, 1.1, 0.45)):
            for k in range(count):
                share = k / (count - 1)
                height = high * (0.55 - reach * share)
                bulge = math.sqrt(max(1 - (height / high) ** 2 * 0.8 - 0.04, 0.2))
                root = (
                    ahead * length * (0.42 - 0.3 * size * share) + up * height + outward * wide * bulge * aside * 0.97
                )
                way = unit(-ahead + up * (0.18 - 0.1 * share) - outward * (0.16 + 0.1 * size))
                face = unit(outward + up * 0.3)
                plume = _plume(kind, colours["wing"] * rng.uniform(0.85, 1.1), 0.1 + 0.08 * (1 - size), 45)
                feathers.put(rng, root, way, face, kind.wing * size * (1.05 - 0.3 * share) * 1.25, plume)


def _spread_wings(rng: Rng, kind: Bird, ahead: Points, colours: dict[str, Points], feathers: Feathers) -> None:
    """Both wings up or out."""
    length, wide, high = kind.body
    up = np.cross(ahead, [0, 1.0, 0])
    lift = rng.uniform(-0.1, 1.1)
    span = kind.wing * rng.uniform(1.3, 1.6)
    plumes = _plume(kind, colours["wing"], 0.1), _plume(kind, colours["wing"] * 0.8 + colours["back"] * 0.2, 0.16, 36)
    for side in (-1, 1):
        out = unit(np.array([0, side, 0]) + up * lift)
        shoulder = ahead * length * 0.35 + up * high * 0.35 + np.array([0, side * wide * 0.75, 0])
        bones = [shoulder, shoulder + out * span * 0.35 + ahead * 0.12, shoulder + out * span * 0.75 + ahead * 0.08]
        face = unit(np.cross(-ahead, out) * side + up * 0.2)
        wing(
            rng,
            feathers,
            np.array(bones),
            -ahead - out * 0.1,
            face if face @ up > 0 else -face,
            kind.wing * 0.95,
            plumes,
        )


def _legs(rng: Rng, kind: Bird, ahead: Points, flying: bool) -> None:
    """Legs with toes, tucked back in flight."""
    scaly = Material("leg", Base_Color=_rgb(kind.leg_colour), Roughness=0.5)
    length, wide, high = kind.body
    thin = 0.02 + 0.02 * min(high, 0.4)
    shapes = []
    for side in (-1, 1):
        hip = -ahead * length * 0.15 + np.array([0, side * wide * 0.42, 0]) - np.array([0, 0, high * 0.8])
        way = unit(-ahead + [0, 0, -0.2]) if flying else np.array([rng.uniform(-0.05, 0.05), 0, -1.0])
        knee = hip + way * kind.legs * 0.45 + np.array([-0.04, 0, 0])
        foot = hip + way * (kind.legs + 0.12)
        shapes.append(tube(spline(np.array([hip, knee, foot]), 12), np.linspace(thin * 1.5, thin, 12), 8))
        for angle in (-0.5, 0.0, 0.5, math.pi):
            toe = np.array([math.cos(angle), math.sin(angle), -0.15]) * (0.16 if angle < 3 else 0.1)
            toe = toe if not flying else np.array([-0.12, 0.05 * math.sin(angle), -0.03])
            middle = foot + toe * 0.5 + np.array([0, 0, 0.02])
            shapes.append(
                tube(spline(np.array([foot, middle, foot + toe]), 8), np.linspace(thin * 0.9, thin * 0.35, 8), 7)
            )
    add_mesh(join(shapes), scaly.data, name="legs")
