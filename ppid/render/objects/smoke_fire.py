"""Smoke, steam and fire, alone or with the thing that they come from.

Light and matter are integrated in NumPy, since a path tracer's volumes take minutes and leave noise. Alpha of smoke is
1 - exp(-optical depth). Flames and sparks add light: alpha is their luminance matte, the display value of their
brightest channel, and their straight colour is such that both together show the flame's own light over black.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render import camera
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.burning.clouds import SMOKES
from ppid.render.objects.burning.flames import FLAMES
from ppid.render.objects.burning.hot_things import KITCHEN
from ppid.render.objects.burning.things import BURNING
from ppid.render.objects.burning.vents import Makers, Scope, Vent
from ppid.render.objects.burning.volumes import Layer, Plane, Subject, View, extent, place
from ppid.render.objects.burning.wisps import WISPS
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, evaluated
from ppid.render.shapes import Points
from ppid.render.shot import Attributes, Bounces, Highlights, Linear, Shot, Size

THINGS: Makers = {**KITCHEN, **BURNING}
_SHARE = 0.5  # share of pictures with a rendered thing
_ALONE: dict[str, tuple[float, dict[str, tuple[float, Callable[[Rng, Attributes], Subject]]]]] = {
    "smoke": (4, SMOKES),
    "wisp": (2, WISPS),
    "flame": (4, FLAMES),
}  # sort: how often, subjects of it
_AS_IT_IS = Highlights(1.0, 1.0, 1.0)  # exposure that changes nothing


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Smoke or fire alone, or a thing in the scene that smokes or burns."""
    return _with_thing(rng, attributes, side) if rng.chance(_SHARE) else _alone(rng, attributes, side)


def _alone(rng: Rng, attributes: Attributes, side: int) -> Shot:
    sort = rng.named({name: weight for name, (weight, _) in _ALONE.items()})
    subjects = _ALONE[sort][1]
    kind = rng.named({name: weight for name, (weight, _) in subjects.items()})
    attributes["subject"] = f"{sort}_{kind}"
    subject = subjects[kind][1](rng, attributes)
    view = place(rng, attributes, extent(subject), (side, side), 0.1 if sort == "wisp" else 0.3)
    exposure = _AS_IT_IS if sort == "flame" or attributes.get("tone") == "black" else Highlights(0.8, 0.45, 1.4)
    return Shot(
        size=(side, side), pixels=subject.layer(view).pixels(), exposure=exposure, look=random_look(rng), additive=False
    )


def _with_thing(rng: Rng, attributes: Attributes, side: int) -> Shot:
    kind = rng.named({name: weight for name, (weight, _) in THINGS.items()})
    attributes["subject"] = f"thing_{kind}"
    towards_camera = camera.view_direction(rng, (0.02, 0.5))
    vents = THINGS[kind][1](Scope(rng, attributes, towards_camera))
    light(rng, towards_camera, attributes, strength=rng.log_uniform(0.12, 1.0))
    _frame(rng, towards_camera, attributes, (side, side), vents)
    layers = [_seen(vent, (side, side)) for vent in vents]
    bright = rng.uniform(0.45, 0.8)

    def retouch(rendered: Linear) -> Linear:
        pixels = _exposed(rendered, bright)
        for layer, hidden in layers:
            pixels = _merged(pixels, layer, hidden)
        return pixels

    return Shot(
        size=(side, side),
        samples=20,
        threshold=0.05,
        bounces=Bounces(3, 1, 2, 2, 8),
        exposure=_AS_IT_IS,
        look=random_look(rng),
        additive=False,
        retouch=retouch,
    )


def _frame(rng: Rng, towards_camera: Points, attributes: Attributes, size: Size, vents: list[Vent]) -> None:
    """Let the camera hold the thing and the room that its smoke or flames need."""
    corners = []
    for vent in vents:
        wide = 0.25 * abs(vent.room)
        corners += [
            np.asarray(vent.place, float) + np.array([x, y, z * vent.room])
            for x in (-wide, wide)
            for y in (-wide, wide)
            for z in (0, 1)
        ]
    ghost = add_mesh((np.array(corners), np.array([[0, 1, 2]])))
    is_cut = rng.chance(0.15)
    fill = rng.uniform(1.1, 1.5) if is_cut else rng.uniform(0.75, 1.0)
    framing = camera.Framing(fill=fill, roll=0.0, defocus=0.1, motion_blur=0.0)
    camera.fit(rng, towards_camera, size, attributes, framing)
    attributes["framing"] = "cut" if is_cut else "inside"
    bpy.data.objects.remove(ghost)


def _seen(vent: Vent, size: Size) -> tuple[Layer, Plane]:
    """What comes out of a vent, in the picture, and where the thing hides it (H, W)."""
    place = np.asarray(vent.place, float)
    probe = np.array([place, place + np.array(bpy.context.scene.camera.matrix_world)[:3, 0]])
    at, depth = _projected(probe, size)
    view = View(size, float(np.linalg.norm(at[1] - at[0])), (float(at[0, 0]), float(at[0, 1])))
    return vent.subject.layer(view), _in_front(float(depth[0]), size)


def _projected(points: Points, size: Size) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels (N, 2) and distances along the view (N,) of points (N, 3)."""
    seen_by, graph = bpy.context.scene.camera, bpy.context.evaluated_depsgraph_get()
    projection = np.array(seen_by.calc_matrix_camera(graph, x=size[0], y=size[1]))
    clip = np.c_[points, np.ones(len(points))] @ (projection @ np.linalg.inv(np.array(seen_by.matrix_world))).T
    share = clip[:, :2] / clip[:, 3:]
    x, y = (share[:, 0] + 1) / 2 * size[0] - 0.5, (1 - share[:, 1]) / 2 * size[1] - 0.5
    return np.stack([x, y], 1), clip[:, 3]


def _in_front(depth: float, size: Size) -> Plane:
    """Where (H, W) the nearest surface is nearer than a distance: 1 there, 0 where it is farther or there is none."""
    corners, distances = [], []
    for target in bpy.context.scene.objects:
        if target.type != "MESH":
            continue
        vertices, faces = evaluated(target)
        matrix = np.array(target.matrix_world)
        at, away = _projected(vertices @ matrix[:3, :3].T + matrix[:3, 3], size)
        corners.append(at[faces])
        distances.append(away[faces].mean(1))
    where, how_far = np.concatenate(corners), np.concatenate(distances)
    mask = np.zeros(size[::-1], np.uint8)
    fixed = np.round(where * 16).astype(np.int32)  # a sixteenth of a pixel, as OpenCV's `shift` takes it
    for k in np.argsort(-how_far):
        cv2.fillConvexPoly(mask, fixed[k], 255 if how_far[k] < depth else 0, cv2.LINE_8, 4)
    return cv2.GaussianBlur(mask, (0, 0), 0.6).astype(np.float32) / 255


def _exposed(rendered: Linear, bright: float) -> Linear:
    """Scale light so that the brightest tenth of what is solid is as bright as asked."""
    solid = rendered[..., 3] > 0.5
    if solid.sum() < 20:
        return rendered
    level = float(np.percentile(rendered[solid][:, :3].max(-1), 90))
    gain = np.clip(bright / max(level, 1e-3), 0.3, 4)
    return rendered * np.array([gain, gain, gain, 1], np.float32)


def _merged(pixels: Linear, layer: Layer, hidden: Plane) -> Linear:
    """A layer before a picture, but behind it where it is hidden."""
    alone = layer.pixels()
    behind = pixels + (1 - pixels[..., 3:]) * alone
    share = hidden[..., None]
    return (share * behind + (1 - share) * layer.pixels(pixels)).astype(np.float32)
