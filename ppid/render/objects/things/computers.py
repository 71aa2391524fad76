"""Computers, keyboards and screens."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.graphics import Pixels, screen
from ppid.render.objects.things.kit import ABOVE, BLACK, FRONT, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    disc,
    oval,
    placed,
    rounded_rectangle,
    stack,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import box, lathe, prism, rotation, rounded_box, scatter, spline, tube


def _display(kit: Kit, width: float, height: float, pixels: Pixels) -> None:
    """A lit screen in the xz plane that looks along -y, its centre at the origin."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 0.5
    vertices = np.c_[corners[:, 0] * width, np.zeros(4), corners[:, 1] * height]
    kit.add((vertices, np.array([[0, 1, 2, 3]])), kit.printed(pixels, 0.15, 0.7), surface=corners + 0.5)


def _keys(rng: Rng, kit: Kit, width: float, depth: float, height: float) -> None:
    """Rows of keys over an area around the origin, their feet on z = 0."""
    rows, cap = 5, kit.material("plastic", colour=rng.pick([BLACK, (0.8, 0.8, 0.8), (0.2, 0.2, 0.22), None]))
    accent = kit.material("plastic")
    pitch = depth / rows
    key = stack(
        [rounded_rectangle(1, 1, 0.1), rounded_rectangle(0.98, 0.98, 0.1), rounded_rectangle(0.8, 0.8, 0.14)],
        [0, 0.4, 1.0],
    )
    plain: list[tuple[float, ...]] = []
    coloured: list[tuple[float, ...]] = []
    for row in range(rows):
        x = -width / 2
        while x < width / 2 - pitch * 0.4:
            size = pitch * rng.pick([1, 1, 1, 1, 1, 1.5])
            if row == 0 and abs(x) < width * 0.22:
                size = pitch * 5
            size = min(size, width / 2 - x)
            (coloured if rng.chance(0.06) else plain).append(
                (x + size / 2, (row - 2) * pitch, 0, size * 0.92, pitch * 0.92, height)
            )
            x += size
    for found, material in ((plain, cap), (coloured, accent)):
        if found:
            table = np.array(found)
            kit.add(scatter(key, table[:, :3], np.repeat(np.eye(3)[None], len(table), 0), table[:, 3:]), material)


def laptop(rng: Rng, kit: Kit) -> None:
    """An open laptop."""
    shell = kit.material(
        "steel", "plastic", colour=rng.pick([(0.6, 0.6, 0.62), (0.25, 0.25, 0.27), (0.03, 0.03, 0.035), None])
    )
    width, depth = 1.8, rng.uniform(1.1, 1.3)
    outline = rounded_rectangle(width, depth, 0.08)
    kit.add(prism(outline, 0.06), shell, edge=0.015)
    with kit.at((0, 0.16, 0.03)):
        _keys(rng, kit, width * 0.88, depth * 0.48, 0.015)
    kit.add(
        placed(rounded_box(width * 0.34, depth * 0.28, 0.012, 14), (0, -depth * 0.3, 0.03)),
        kit.material("plastic", colour=(0.3, 0.3, 0.32)),
    )
    with kit.at((0, depth / 2, 0.04), rotation(X, math.pi / 2 - rng.uniform(0.05, 0.7))):
        kit.add(placed(prism(outline, 0.03), (0, depth / 2, 0)), shell, edge=0.01)
        with kit.at((0, depth / 2, 0.018), rotation(X, -math.pi / 2)):
            kit.add(placed(box(width * 0.97, 0.004, depth * 0.96)), kit.material("plastic", colour=BLACK))
            with kit.at((0, -0.004, 0.01)):
                _display(kit, width * 0.92, depth * 0.86, screen(rng))


def keyboard(rng: Rng, kit: Kit) -> None:
    """A keyboard, now and then with a mouse."""
    body = kit.material("plastic", "steel", colour=rng.pick([BLACK, (0.7, 0.7, 0.7), None]))
    width = rng.uniform(1.7, 2.4)
    kit.add(
        placed(stack([rounded_rectangle(width, 0.86, 0.07), rounded_rectangle(width * 0.99, 0.84, 0.07)], [0, 0.1])),
        body,
        edge=0.02,
    )
    with kit.at((0, 0, 0.1)):
        _keys(rng, kit, width * 0.96, 0.76, rng.uniform(0.03, 0.09))
    if rng.chance(0.4):
        with kit.at((width / 2 + 0.35, 0, 0), scale=0.36):
            mouse(rng, kit)
    if rng.chance(0.4):
        t = np.linspace(0, 1, 30)
        kit.add(tube(np.c_[0.3 * t * np.sin(4 * t), 0.42 + 0.9 * t, 0.04 + 0 * t], 0.02, 8), kit.material("rubber"))


def mouse(rng: Rng, kit: Kit) -> None:
    """A computer mouse."""
    body, dark = kit.material("plastic", colour=rng.pick([BLACK, (0.8, 0.8, 0.8), None])), kit.material("rubber")
    vertices, faces = rounded_box(0.8, 1.35, 0.9, 2.6, 5)
    vertices[:, 2] = np.maximum(vertices[:, 2], 0) * (1 + 0.25 * vertices[:, 1] - 0.25 * vertices[:, 1] ** 2)
    vertices[:, 0] *= 1 - 0.12 * np.exp(-((vertices[:, 1] - 0.05) ** 2) * 12)
    kit.add((vertices, faces), body)
    kit.add(along(disc(0.14, 0.1, 0.03, 32), X, (0, 0.36, 0.34)), dark)
    kit.add(placed(box(0.012, 0.5, 0.02), (0, 0.42, 0.38), rotation(X, -0.5)), dark)
    if rng.chance(0.5):
        cord = spline(
            [(0, 0.64, 0.1), (0, 0.9, 0.04), (rng.uniform(-0.5, 0.5), 1.3, 0.04), (rng.uniform(-0.6, 0.6), 1.8, 0.04)],
            40,
        )
        kit.add(tube(cord, 0.03, 8), dark)


def phone(rng: Rng, kit: Kit) -> None:
    """Telephones and tablets, their screens lit; now and then from behind."""
    for k in range(rng.pick([1, 1, 2])):
        width, height = rng.pick([(0.9, 1.85), (0.95, 1.9), (1.4, 1.9)])
        shell = kit.material("plastic", "steel", "chrome", "paint")
        turn = rotation(X, rng.uniform(-0.3, 0.2)) @ rotation(Z, rng.uniform(-0.5, 0.5) + math.pi * rng.chance(0.3))
        with kit.at((k * 1.15, k * 0.2, 0), turn):
            upright = rotation(X, math.pi / 2)
            kit.add(
                placed(prism(rounded_rectangle(width, height, rng.uniform(0.08, 0.16)), 0.09), turn=upright),
                shell,
                edge=0.03,
            )
            with kit.at((0, -0.047, 0)):
                kit.add(
                    placed(prism(rounded_rectangle(width * 0.97, height * 0.985, 0.1), 0.004), turn=upright),
                    kit.material("plastic", colour=BLACK),
                )
                with kit.at((0, -0.004, 0)):
                    _display(kit, width * 0.9, height * 0.9, screen(rng, 288, 144))
            for j in range(rng.whole(1, 3)):
                lens = lathe([(0, 0), (0.09, 0), (0.09, 0.03), (0.07, 0.035), (0.05, 0.02), (0, 0.02)], 32)
                kit.add(
                    along(lens, Y, (width * 0.3, 0.045, height * 0.4 - j * 0.21)),
                    kit.material("chrome", colour=(0.05, 0.05, 0.06)),
                )


def monitor(rng: Rng, kit: Kit) -> None:
    """A monitor on its foot."""
    shell = kit.material("plastic", "steel", colour=rng.pick([BLACK, (0.7, 0.7, 0.7), None]))
    width, height = rng.uniform(1.7, 2.2), rng.uniform(1.0, 1.15)
    with kit.at((0, 0, 0.75), rotation(X, rng.uniform(-0.1, 0.15))):
        kit.add(box(width, 0.07, height), shell, edge=0.02)
        with kit.at((0, -0.037, 0.01)):
            _display(kit, width * 0.97, height * 0.94, screen(rng))
    kit.add(strap(spline([(0, 0.05, 0.8), (0, 0.16, 0.6), (0, 0.14, 0.0)], 16), X, 0.26, 0.06), shell)
    kit.add(stack([oval(0.42, 0.28, 3), oval(0.4, 0.26, 3)], [-0.04, 0.0]), shell, edge=0.01)


def remote_control(rng: Rng, kit: Kit) -> None:
    """A remote control or a pocket calculator."""
    wide, high = rng.pick([(0.5, 1.9), (0.9, 1.4)])
    kit.add(prism(rounded_rectangle(wide, high, 0.08), 0.16), kit.material("plastic", "steel"), edge=0.04)
    columns, rows = (3, 9) if wide < 0.6 else (4, 5)
    shades = [kit.material("rubber", "plastic") for _ in range(3)]
    top = high * 0.42
    if wide > 0.6:
        with kit.at((0, high * 0.36, 0.083), rotation(X, -math.pi / 2)):
            kit.add(box(wide * 0.8, 0.01, high * 0.16), kit.material("plastic", colour=(0.25, 0.3, 0.22)))
        top = high * 0.18
    for row in range(rows):
        for column in range(columns):
            x = (column - (columns - 1) / 2) * wide / columns * 0.88
            y = top - row * (top + high * 0.42) / rows
            kit.add(
                placed(disc(wide / columns * 0.33, 0.05, 0.012, 20), (x, y, 0.09)),
                shades[int(row == 0) + int(column == columns - 1 and rng.chance(0.5))],
            )


THINGS: dict[str, Thing] = {
    "laptop": Thing(laptop, 1.5, elevation=(0.1, 0.8), azimuth=(-2.5, -0.6)),
    "keyboard": Thing(keyboard, elevation=(0.3, 1.4), azimuth=FRONT),
    "mouse": Thing(mouse, elevation=(0.1, 1.2)),
    "phone": Thing(phone, 1.5, elevation=(-0.2, 0.6), azimuth=FRONT, lying=True),
    "monitor": Thing(monitor, elevation=LEVEL, azimuth=(-2.5, -0.6)),
    "remote_control": Thing(remote_control, elevation=ABOVE, lying=True),
}
