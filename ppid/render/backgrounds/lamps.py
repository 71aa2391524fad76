"""Lamps: their shades glow for the eye, a light inside lights the room."""

from __future__ import annotations

import numpy as np

from ppid.render.backgrounds.moods import Kit, Light, bulb, ceiling_panel, panel
from ppid.render.backgrounds.place import Place, around, bars, block
from ppid.render.backgrounds.surfaces import glow, sheer
from ppid.render.shapes import Shape, ellipsoid, join, lathe, spline, torus, tube

_WATTS = 22.0  # of a lamp of brightness 1


def _shade(kit: Kit, place: Place, shape: Shape, lit: float, colour: Light) -> None:
    """A lampshade; the light inside passes unhindered."""
    rng = kit.rng
    cloth = linear_cloth = kit.palette.colour((0, 0.4), (0.6, 0.95))
    if lit:
        tinted = colour * (0.4 + 0.6 * linear_cloth)
        part = place.add(shape, glow(tinted / tinted.max(), rng.uniform(1.5, 5) * min(lit, 1.0)), smooth=True)
    else:
        part = place.add(shape, sheer(cloth, 0.3), smooth=True)
    part.visible_shadow = False


def _cone(rng_low: float, top: float, z: tuple[float, float]) -> Shape:
    """An open shade."""
    return lathe([(rng_low, z[0]), (top, z[1])], 32)


def table_lamp(kit: Kit, place: Place, height: float = 0.45) -> None:
    """A foot, a stem or a belly, and a shade; or a glowing ball."""
    rng = kit.rng
    lit, colour = kit.mood.lamps * rng.chance(0.8), kit.mood.lamp_colour(rng)
    foot = kit.palette.any_of("ceramic", "metal", "wood", "dark")
    if rng.chance(0.25):
        radius = height * rng.uniform(0.2, 0.4)
        place.add(lathe([(0, 0), (radius * 0.6, 0), (radius * 0.5, 0.03), (0, 0.03)], 20), foot)
        _shade(kit, place, ellipsoid((0, 0, radius + 0.02), (radius,) * 3), lit, colour)
        middle = radius
    else:
        neck = height * rng.uniform(0.45, 0.6)
        belly = height * rng.uniform(0.03, 0.25)
        profile = [
            (0, 0),
            (height * 0.18, 0),
            (height * 0.17, 0.02),
            (belly, neck * 0.4),
            (0.012, neck),
            (0.008, height * 0.75),
        ]
        place.add(lathe(profile, 24, 18), foot, smooth=True)
        wide = height * rng.uniform(0.24, 0.42)
        _shade(kit, place, _cone(wide, wide * rng.uniform(0.5, 1), (neck, height)), lit, colour)
        middle = (neck + height) / 2
    if lit:
        bulb(place.at(0, 0, middle), _WATTS * lit * rng.uniform(0.4, 1.2), colour, 0.06)


def desk_lamp(kit: Kit, place: Place, height: float = 0.5) -> None:
    """Two arms and a small head that shines down."""
    rng = kit.rng
    material = kit.palette.any_of("metal", "dark", "lacquer")
    elbow, head = (
        np.array([rng.uniform(-0.15, 0.15), 0.1, height * 0.6]),
        np.array([rng.uniform(-0.2, 0.2), -0.15, height]),
    )
    arms = bars([((0, 0, 0), elbow), (elbow, head)], 0.008)
    place.add(join([arms, lathe([(0, 0), (0.09, 0), (0.08, 0.025), (0, 0.025)], 24)]), material)
    there = place.at(*head).tilted(rng.uniform(-0.3, 0.3))
    there.add(lathe([(0.075, -0.08), (0.03, 0.02), (0, 0.03)], 24), material, smooth=True)
    if kit.mood.lamps and rng.chance(0.7):
        colour = kit.mood.lamp_colour(rng)
        there.add(lathe([(0.065, -0.06), (0, -0.06)], 20), glow(colour / colour.max(), 8))
        bulb(there.at(0, 0, -0.1), 0.4 * _WATTS * kit.mood.lamps, colour, 0.04)


def floor_lamp(kit: Kit, place: Place, height: float = 1.6) -> None:
    """A pole with a shade, an uplight, an arc, or a paper column."""
    rng = kit.rng
    lit, colour = kit.mood.lamps * rng.chance(0.85), kit.mood.lamp_colour(rng)
    metal = kit.palette.any_of("metal", "dark", "wood")
    kind = rng.pick(["shade", "uplight", "arc", "column", "tripod"], [3, 1.5, 1, 1, 1.5])
    head = np.array([0.0, 0.0, height - 0.15])
    if kind == "column":
        _shade(kit, place, around(0, 0, 0.28, 0.28, (0.03, height * 0.8)), lit, colour)
        head[2] = height * 0.5
    else:
        if kind == "tripod":
            feet = [(0.28 * np.cos(a), 0.28 * np.sin(a), 0.0) for a in (0.3, 2.4, 4.5)]
            place.add(bars([(foot, (0, 0, height - 0.3)) for foot in feet], 0.014), metal)
        elif kind == "arc":
            path = spline([(0, 0, 0), (0, 0, height * 0.7), (0.3, 0, height * 1.1), (0.75, 0, height)], 24)
            place.add(join([tube(path, 0.012), lathe([(0, 0), (0.16, 0), (0.16, 0.04), (0, 0.04)], 28)]), metal)
            head = np.array([0.75, 0, height - 0.1])
        else:
            stand = lathe(
                [(0, 0), (0.14, 0), (0.14, 0.02), (0.012, 0.03), (0.012, height - 0.1), (0, height - 0.1)], 24
            )
            place.add(stand, metal)
        low, top = (0.06, 0.2) if kind == "uplight" else (rng.uniform(0.17, 0.26), rng.uniform(0.1, 0.22))
        z = (0.02, 0.12) if kind == "uplight" else (-0.16, 0.13)
        _shade(kit, place.at(*head), _cone(low, top, z), lit, colour)
    if lit:
        bulb(
            place.at(*head).at(0, 0, 0.15 if kind == "uplight" else 0),
            _WATTS * lit * rng.uniform(0.6, 1.6),
            colour,
            0.08,
        )


def pendant(kit: Kit, ceiling: Place, drop: float) -> None:
    """A shade on a cord; `ceiling` is where the cord begins."""
    rng = kit.rng
    lit, colour = max(kit.mood.ceiling, kit.mood.lamps * 0.5 * rng.chance(0.4)), kit.mood.lamp_colour(rng)
    ceiling.add(bars([((0, 0, 0), (0, 0, -drop))], 0.004, 5), kit.palette.get("dark"))
    head = ceiling.at(0, 0, -drop)
    radius = rng.uniform(0.1, 0.28)
    kind = rng.pick(["cone", "ball", "dome", "bare"])
    if kind == "ball":
        _shade(kit, head, ellipsoid((0, 0, -radius), (radius,) * 3), lit, colour)
    elif kind == "bare":
        head.add(lathe([(0.02, 0.06), (0.02, 0), (0, 0)], 12), kit.palette.get("dark"))
        _shade(kit, head, ellipsoid((0, 0, -0.05), (0.045, 0.045, 0.06)), lit * 4, colour)
    elif kind == "cone":
        _shade(kit, head, _cone(radius, radius * 0.3, (-radius, 0)), lit, colour)
    else:
        dome = lathe([(radius, -radius * 0.8), (radius * 0.85, -radius * 0.3), (radius * 0.3, 0), (0.01, 0.01)], 32, 14)
        head.add(dome, kit.palette.any_of("metal", "dark", "lacquer"), smooth=True)
        if lit:
            head.add(lathe([(radius * 0.9, -radius * 0.7), (0, -radius * 0.7)], 24), glow(colour / colour.max(), 6))
    if lit:
        bulb(head.at(0, 0, -radius), _WATTS * lit * rng.uniform(0.8, 1.6), colour, 0.06)


def ceiling_light(kit: Kit, ceiling: Place) -> None:
    """A disc or a bar with spots right below the ceiling."""
    rng = kit.rng
    lit, colour = kit.mood.ceiling, kit.mood.lamp_colour(rng)
    if rng.chance(0.6):
        radius = rng.uniform(0.14, 0.25)
        _shade(kit, ceiling, lathe([(0, -0.1), (radius * 0.9, -0.09), (radius, -0.04), (radius, 0)], 32), lit, colour)
    else:
        ceiling.add(around(0, 0, 0.9, 0.05, (-0.04, 0)), kit.palette.any_of("metal", "dark", "lacquer"))
        for x in (-0.35, 0, 0.35):
            spot = ceiling.at(x, 0, -0.1).tilted(rng.uniform(-0.6, 0.6))
            spot.add(lathe([(0.04, -0.06), (0.04, 0.05), (0, 0.05)], 16), kit.palette.get("dark"))
            if lit:
                spot.add(lathe([(0.035, -0.055), (0, -0.055)], 16), glow(colour / colour.max(), 10))
    if lit:
        bulb(ceiling.at(0, 0, -0.25), 2.2 * _WATTS * lit, colour, 0.15)


def office_lights(kit: Kit, ceiling: Place, width: float, depth: float) -> None:
    """Bright panels in a grid over a ceiling of this size, lit by one large light."""
    rng = kit.rng
    lit, colour = kit.mood.ceiling, kit.mood.lamp_colour(rng)
    wide, deep = rng.pick([(0.6, 0.6), (0.3, 1.2), (1.2, 0.15), (0.2, 0.2)])
    pitch = rng.uniform(1.4, 2.4)
    panels = [
        around(x, y, wide, deep, (-0.02, 0.01))
        for x in np.arange(-width / 2 + pitch / 2, width / 2, pitch)
        for y in np.arange(-depth / 2 + pitch / 2, depth / 2, pitch)
    ]
    if not panels:
        return
    ceiling.add(join(panels), glow(colour / colour.max(), 4 * min(lit, 1.5)) if lit else kit.palette.get("lacquer"))
    if lit:
        ceiling_panel(ceiling.at(0, 0, -0.06), width * 0.8, depth * 0.8, 5.0 * width * depth * lit, colour)


def fairy_lights(kit: Kit, wall: Place, width: float) -> None:
    """A string of tiny lights in bows along a wall, `wall` at its middle and height."""
    rng = kit.rng
    bows, sag = rng.whole(2, 5), rng.uniform(0.08, 0.3)
    t = np.linspace(0, 1, bows * 12)
    path = np.stack([(t - 0.5) * width, np.full_like(t, -0.03), -sag * np.abs(np.sin(t * bows * np.pi))], -1)
    wall.add(tube(path, 0.002, 4), kit.palette.get("dark"))
    groups = 4 if rng.chance(0.35) else 1
    for group in range(groups):
        colour = kit.mood.lamp_colour(rng) if groups == 1 else kit.palette.colour((0.7, 1), (0.9, 1))
        beads = join(ellipsoid(point - [0, 0, 0.02], (0.012, 0.012, 0.018), splits=2) for point in path[group::groups])
        wall.add(beads, glow(colour / colour.max(), 5 if kit.mood.lamps else 0.2))


def led_strip(kit: Kit, place: Place, width: float) -> None:
    """A strip of coloured light along x that washes over what is behind and above."""
    rng = kit.rng
    colour = kit.mood.lamp_colour(rng)
    place.add(block((-width / 2, width / 2), (-0.01, 0.01), (-0.01, 0.01)), glow(colour / colour.max(), 6))
    panel(place.at(0, 0, 0.03, np.pi).tilted(-0.8), width, 0.04, 25 * kit.mood.lamps * rng.uniform(0.5, 1.5), colour)


def neon(kit: Kit, wall: Place, width: float) -> None:
    """A bent tube of coloured light on a wall."""
    rng = kit.rng
    colour = kit.palette.colour((0.5, 1), (0.9, 1))
    if rng.chance(0.3):
        shape = torus(width / 2, 0.012, 48, 8)
        shape = shape[0][:, [0, 2, 1]], shape[1]
    else:
        count = rng.whole(5, 10)
        x = np.linspace(-width / 2, width / 2, count)
        points = np.stack([x, np.full(count, -0.04), rng.normal(0, width * 0.16, count)], -1)
        shape = tube(spline(points, 80), 0.011, 8)
    wall.add(shape, glow(colour / colour.max(), 6), smooth=True)
    bulb(wall.at(0, -0.2), 6 * max(kit.mood.lamps, 0.1), colour, 0.15)


def wall_lamp(kit: Kit, wall: Place) -> None:
    """A sconce."""
    lit, colour = kit.mood.lamps, kit.mood.lamp_colour(kit.rng)
    wall.add(around(0, -0.02, 0.08, 0.04, (-0.1, 0.1)), kit.palette.get("metal"))
    _shade(kit, wall.at(0, -0.11), _cone(0.09, 0.06, (-0.08, 0.1)), lit, colour)
    if lit:
        bulb(wall.at(0, -0.13), 0.5 * _WATTS * lit, colour, 0.05)
