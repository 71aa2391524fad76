"""What hangs on walls. A place is on the wall's surface, its front towards -y."""

from __future__ import annotations

import numpy as np

from ppid.render.backgrounds import pictures
from ppid.render.backgrounds.clutter import framed, round_clock
from ppid.render.backgrounds.electronics import display, sheet
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place, around, bars, block, moved
from ppid.render.backgrounds.surfaces import mirror, picture
from ppid.render.shapes import ellipsoid, grid_faces, join, lathe, noise, prism, rounded_box, torus, tube


def picture_group(kit: Kit, place: Place, width: float) -> None:
    """One large picture, a row, or a cloud of frames."""
    rng = kit.rng
    kind = rng.pick(["one", "row", "cloud"], [3, 2, 1.5])
    if kind == "one":
        high = width * rng.pick([0.66, 0.75, 1.0, 1.35])
        framed(kit, place.at(0, -0.005), width * 0.9, min(high, 1.1), -min(high, 1.1) / 2)
    elif kind == "row":
        count = rng.whole(2, 4)
        wide = width / count * 0.75
        high = wide * rng.pick([1.0, 1.35])
        for k in range(count):
            framed(kit, place.at((k + 0.5) * width / count - width / 2, -0.005), wide, high, -high / 2)
    else:
        for z in (-0.28, 0.22):
            x = -width / 2
            while x < width / 2 - 0.15:
                wide = rng.uniform(0.14, 0.36)
                high = min(wide * rng.uniform(0.7, 1.4), 0.4)
                framed(kit, place.at(x + wide / 2, -0.005), wide, high, z + rng.uniform(0, 0.08))
                x += wide + rng.uniform(0.1, 0.16)


def posters(kit: Kit, place: Place, width: float) -> None:
    """Unframed sheets, a little askew."""
    rng = kit.rng
    x = -width / 2
    while x < width / 2 - 0.2:
        wide = rng.uniform(0.25, 0.6)
        high = wide * 1.41
        pixels = pictures.poster(rng, (220, 310))
        there = place.at(x + wide / 2, -0.003).tilted(rng.normal(0, 0.02), "Y")
        sheet(there, wide, high, picture(pixels, 0.4), -high / 2 + rng.normal(0, 0.08))
        x += wide + rng.uniform(0.02, 0.3)


def wall_clock(kit: Kit, place: Place, _: float) -> None:
    """Round."""
    round_clock(kit, place.at(0, -0.002, 0.25), kit.rng.uniform(0.12, 0.2))


def wall_mirror(kit: Kit, place: Place, width: float) -> None:
    """Round or rectangular, framed."""
    rng = kit.rng
    frame = kit.palette.any_of("wood", "metal", "dark", "lacquer")
    if rng.chance(0.4):
        radius = min(width * 0.4, 0.4)
        upright = place.tilted(np.pi / 2)
        upright.add(lathe([(0, 0.012), (radius, 0.012)], 48), mirror())
        upright.add(torus(radius, 0.016, 48, 8), frame, smooth=True)
    else:
        wide, high = min(width * 0.8, 0.8), rng.uniform(0.6, 1.2)
        place.add(
            block((-wide / 2 - 0.03, wide / 2 + 0.03), (-0.02, 0), (-high / 2 - 0.03, high / 2 + 0.03)),
            frame,
            rounded=0.004,
        )
        place.add(block((-wide / 2, wide / 2), (-0.022, -0.01), (-high / 2, high / 2)), mirror())


def whiteboard(kit: Kit, place: Place, width: float) -> None:
    """With a tray of pens."""
    rng = kit.rng
    wide, high = width * 0.95, rng.uniform(0.8, 1.15)
    place.add(
        block((-wide / 2 - 0.02, wide / 2 + 0.02), (-0.02, 0), (-high / 2 - 0.02, high / 2 + 0.02)),
        kit.palette.any_of("metal", "dark", "wood"),
    )
    dark = rng.chance(0.12)
    pixels = pictures.whiteboard(rng, (640, round(640 * high / wide)))
    if dark:
        pixels = (255 - pixels) // 2 + 20
    sheet(place.at(0, -0.021), wide, high, picture(pixels.astype(np.uint8), 0.9 if dark else 0.2), -high / 2)
    place.add(around(0, -0.05, wide * 0.5, 0.08, (-high / 2 - 0.04, -high / 2 - 0.02)), kit.palette.get("metal"))


def notice_board(kit: Kit, place: Place, width: float) -> None:
    """Cork or cloth with notes."""
    rng = kit.rng
    wide, high = width * 0.9, rng.uniform(0.5, 0.9)
    place.add(
        block((-wide / 2, wide / 2), (-0.02, 0), (-high / 2, high / 2)),
        kit.palette.any_of("cardboard", "fabric", "dark"),
    )
    for _ in range(rng.whole(3, 14)):
        w, h = rng.uniform(0.06, 0.2), rng.uniform(0.06, 0.25)
        x, z = rng.uniform(-1, 1) * (wide - w) / 2, rng.uniform(-1, 1) * (high - h) / 2
        there = place.at(x, -0.022 - rng.uniform(0, 0.004), z).tilted(rng.normal(0, 0.05), "Y")
        there.add(around(0, 0, w, 0.001, (-h / 2, h / 2)), kit.palette.any_of("paper", "paper", "plastic", "pattern"))


def television(kit: Kit, place: Place, width: float) -> None:
    """A large screen."""
    wide = min(width * 0.95, 1.6)
    high = wide * 0.5625
    place.add(block((-wide / 2, wide / 2), (-0.06, 0), (-high / 2, high / 2)), kit.palette.get("dark"), rounded=0.004)
    display(kit, place.at(0, -0.062), wide - 0.02, high - 0.02, -high / 2 + 0.01)


def hooks(kit: Kit, place: Place, width: float) -> None:
    """A board with hooks, coats, bags and hats."""
    rng = kit.rng
    place.add(
        block((-width / 2, width / 2), (-0.02, 0), (0.1, 0.2)), kit.palette.any_of("wood", "lacquer"), rounded=0.003
    )
    count = max(2, int(width / 0.18))
    xs = (np.arange(count) + 0.5) * width / count - width / 2
    place.add(bars([((x, -0.02, 0.15), (x, -0.08, 0.17)) for x in xs], 0.008), kit.palette.any_of("metal", "dark"))
    for x in xs:
        if rng.chance(0.65):
            coat(kit, place.at(x, -0.12, 0.15, rng.normal(0, 0.15)), rng.uniform(0.45, 1.1))


def coat(kit: Kit, place: Place, length: float) -> None:
    """A garment that hangs from the place: shoulders, folds, sleeves."""
    rng = kit.rng
    wide, thick = rng.uniform(0.2, 0.26), rng.uniform(0.05, 0.09)
    turn, t = np.linspace(0, 2 * np.pi, 48, endpoint=False), np.linspace(0, 1, 26)
    shoulders = np.minimum(1, np.sqrt(t / 0.12 + 0.03)) * (1 + 0.12 * t)
    folds = (
        1
        + 0.12 * t[:, None] * np.sin(turn * rng.whole(4, 9) + rng.uniform(0, 6))
        + 0.05 * np.sin(turn * 2 + t[:, None] * 4)
    )
    x = shoulders[:, None] * np.cos(turn) * wide * folds
    y = np.minimum(shoulders, 1)[:, None] * np.sin(turn) * thick * folds
    z = np.repeat(-t[:, None] * length, 48, 1) - 0.06 * np.abs(np.cos(turn)) * (t[:, None] < 0.2)
    points = np.stack([x, y, z], -1).reshape(-1, 3)
    points += 0.01 * noise(points, rng, 2.0, 2)[:, None]
    cloth = kit.palette.any_of("fabric", "fabric", "dark", "pattern", "leather")
    place.add((points, grid_faces(26, 48, wrap_columns=True)), cloth, smooth=True)
    if rng.chance(0.6):
        for side in (-1, 1):
            path = [
                (side * wide * 0.85, 0, -0.1),
                (side * wide * 1.15, 0.02, -0.3),
                (side * wide * 1.2, -0.02, -0.3 - length * 0.4),
            ]
            place.add(tube(path, [0.06, 0.055, 0.045], 12), cloth, smooth=True)


def towel(kit: Kit, place: Place) -> None:
    """A cloth over a rail."""
    s, t = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(0, 1, 15))
    y = -0.02 - 0.02 * np.sin(s * 6 + t * 2)
    points = np.stack([s * 0.2 * (1 - 0.1 * t), y, -t * 0.5], -1).reshape(-1, 3)
    place.add((points, grid_faces(15, 15)), kit.palette.any_of("fabric", "pattern"), smooth=True)


def guitar(kit: Kit, place: Place, _: float) -> None:
    """Hangs by its head."""
    upright = place.at(0, -0.06, -0.15).tilted(np.pi / 2)
    body = kit.palette.any_of("wood", "plastic", "lacquer")
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    waist = 0.17 + 0.035 * np.cos(2 * t) - 0.03 * np.sin(t)
    vertices, faces = prism(np.c_[np.sin(t + np.pi / 2) * waist, np.cos(t + np.pi / 2) * waist * 1.25 - 0.3], 0.07)
    upright.add((vertices, faces), body)
    upright.add(
        join([around(0, 0.18, 0.05, 0.62, (0.03, 0.05)), around(0, 0.53, 0.08, 0.14, (0.03, 0.045))]),
        kit.palette.get("wood"),
    )
    upright.add(moved(lathe([(0, 0), (0.05, 0.0)], 28), 0, -0.24, 0.037), kit.palette.get("dark"))
    upright.add(around(0, -0.38, 0.12, 0.025, (0.035, 0.05)), kit.palette.get("dark"))


def foam_tiles(kit: Kit, place: Place, width: float) -> None:
    """A studio's sound absorbers."""
    rng = kit.rng
    side = 0.3
    shades = [kit.palette.get("dark"), kit.palette.any_of("dark", "fabric")]
    for k in range(max(1, int(width / side))):
        for row in range(rng.whole(2, 3)):
            x, z = k * side - width / 2 + side / 2, row * side - 0.4
            wedges = []
            for step in range(6):
                low = -side / 2 + step * side / 6
                wedge = block((low, low + side / 6), (-0.05, 0), (-side / 2, side / 2))
                wedge[0][np.isclose(wedge[0][:, 1], -0.05), 0] = low + side / 12
                wedges.append(wedge)
            there = place.at(x, 0, z).tilted((k + row) % 2 * np.pi / 2, "Y")
            there.add(join(wedges), shades[(k + row) % 2])


def hanging(kit: Kit, place: Place, width: float) -> None:
    """A cloth, a flag or a woven hanging."""
    wide, high = width * 0.85, kit.rng.uniform(0.7, 1.2)
    s, t = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(0, 1, 17))
    y = -0.03 - 0.012 * np.sin(s * kit.rng.uniform(6, 20)) * (0.3 + t)
    points = np.stack([s * wide / 2, y, 0.5 - t * high], -1).reshape(-1, 3)
    uv = np.stack([(s + 1) / 2, 1 - t], -1).reshape(-1, 2)
    cloth = picture(
        pictures.rug(kit.rng, (240, 240)) if kit.rng.chance(0.5) else pictures.poster(kit.rng, (240, 240)), 0.9
    )
    place.add((points, grid_faces(17, 41)), cloth, smooth=True, surface=uv)
    place.add(bars([((-wide / 2 - 0.03, -0.03, 0.5), (wide / 2 + 0.03, -0.03, 0.5))], 0.01), kit.palette.get("wood"))


def air_conditioner(kit: Kit, place: Place, _: float) -> None:
    """High on the wall."""
    there = place.at(0, -0.1, 0.55)
    there.add(rounded_box(0.85, 0.2, 0.28, 8, 4), kit.palette.get("paper"), smooth=True)
    there.add(around(0, -0.09, 0.75, 0.02, (-0.11, -0.08)), kit.palette.get("dark"))


def sports(kit: Kit, place: Place, _: float) -> None:
    """Skateboard, trophy plate, plates: odds and ends of a collector."""
    rng = kit.rng
    for k in range(rng.whole(1, 3)):
        there = place.at((k - 1) * 0.3, -0.03)
        if rng.chance(0.5):
            there.add(rounded_box(0.2, 0.02, 0.8, 3, 4), kit.palette.any_of("pattern", "plastic", "wood"), smooth=True)
        else:
            there.add(
                ellipsoid((0, 0, 0), (0.13, 0.025, 0.13)),
                kit.palette.any_of("ceramic", "pattern", "metal"),
                smooth=True,
            )


def switch(kit: Kit, place: Place) -> None:
    """A light switch or a socket."""
    place.add(block((-0.04, 0.04), (-0.01, 0), (-0.04, 0.04)), kit.palette.get("paper"), rounded=0.003)
