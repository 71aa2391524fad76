"""The camera before a person."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ppid.render import camera
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import BODY
from ppid.render.rng import Rng
from ppid.render.scene import add
from ppid.render.shapes import Points, unit
from ppid.render.shot import Attributes, Size

_SENSOR = 36.0  # mm
_NEAREST = {"close": 0.5, "shoulders": 0.55, "webcam": 0.36, "selfie": 0.28}  # metres from the subject; else 0.8
_ROOM = 0.17  # metres between the lens and any part of a body
_HAIR = {"afro": 0.07, "quiff": 0.05, "curly": 0.04, "bun": 0.02, "messybun": 0.03, "curlyshort": 0.03, "tousled": 0.03}
_AT_HEAD = ("webcam", "close", "shoulders", "selfie")  # framings whose middle is below the head, not the body


@dataclass(frozen=True)
class View:
    """Where the camera is.

    Attributes:
        place: (3,).
        towards: (3,) unit, from the subject to the camera.
        target: (3,) what it looks at.
    """

    place: Points
    towards: Points
    target: Points


@dataclass(frozen=True)
class _Heights:
    """World z of parts of a figure."""

    crown: float
    neck: float
    pelvis: float
    knee: float
    floor: float
    head: float  # from chin to crown


def size_of(attributes: Attributes, side: int) -> Size:
    """(width, height) of a picture: `side` square, or an eighth more one way and less the other."""
    less, more = side * 7 // 8, side * 9 // 8
    return {"square": (side, side), "upright": (less, more), "wide": (more, less)}[attributes["format"]]


def aim(rng: Rng, attributes: Attributes, figures: list[Figure], size: Size) -> View:
    """Add the camera that sees the first figure as `framing`, `azimuth`, `elevation` and `focal` say.

    Those beside it are in the frame as far as they happen to be. Writes `focal`, which a near subject lengthens.
    """
    figure = figures[0]
    heights = _heights(figure, attributes)
    bottom, margin = _span(rng, attributes, heights)
    tall = (heights.crown - bottom) / (1 - margin)
    if attributes["framing"] == "full":
        tall *= 1.04
    if attributes["pose"] in ("up", "wave", "hair", "shrug") and rng.chance(0.7):
        tall *= 1.12
    azimuth, elevation = math.radians(attributes["azimuth"]), math.radians(attributes["elevation"])
    if attributes["framing"] in ("three", "full"):
        elevation *= 0.5
    level = np.array([math.sin(azimuth), -math.cos(azimuth), 0])
    right = np.array([math.cos(azimuth), math.sin(azimuth), 0])
    towards = level * math.cos(elevation) + np.array([0, 0, math.sin(elevation)])
    middle = (
        figure.head.centre if attributes["framing"] in _AT_HEAD else (figure.head.centre + figure.joint("root")) / 2
    )
    middle = middle.copy()
    if len(figures) > 1:
        tall *= rng.uniform(1.05, 1.4)
        middle += (figures[1].head.centre - figure.head.centre) * rng.uniform(0.15, 0.4)
    middle[2] = bottom + tall / 2
    aside = rng.normal(0, 0.05) if len(figures) > 1 else _off_centre(rng, attributes["framing"])
    target = middle + right * aside * tall * size[0] / size[1]
    frame = tall * max(size) / size[1]
    distance = max(frame * attributes["focal"] / _SENSOR, _NEAREST.get(attributes["framing"], 0.8))
    distance = _clear(figures, target, towards, distance)
    attributes["focal"] = round(distance * _SENSOR / frame, 1)
    place = target + towards * distance
    added = _add(size, place, towards, attributes)
    if attributes["dof"]:
        _defocus(rng, added, figure)
    if attributes["motion_blur"]:
        camera.move(added, unit(rng.normal(size=3)) * tall * rng.uniform(0.003, 0.022))
    return View(place, towards, target)


def _heights(figure: Figure, attributes: Attributes) -> _Heights:
    scalp = figure.vertices[np.unique(figure.makehuman.faces[figure.makehuman.scalp_faces])]
    hair = 0.05 if attributes["hat"] != "none" else _HAIR.get(attributes["hair"], 0.015)
    between = figure.head.eyes.mean(0)
    chin = figure.head.to_world(np.array([0, between[1], figure.head.joint_rest[2] - 0.085]))
    crown = float(scalp[:, 2].max())
    return _Heights(
        crown=crown + hair,
        neck=float(figure.joint("neck01")[2]),
        pelvis=float(figure.joint("root")[2]),
        knee=float(figure.joint("lowerleg01.L")[2]),
        floor=float(figure.vertices[:BODY, 2].min()) - 0.02,
        head=crown - float(chin[2]),
    )


def _span(rng: Rng, attributes: Attributes, heights: _Heights) -> tuple[float, float]:
    """World z of the frame's lower edge, and the share of the frame above the crown (negative cuts it)."""
    head, kind = heights.head, attributes["framing"]
    margin = rng.uniform(0.03, 0.28)
    if kind == "close":
        bottom = heights.neck - rng.uniform(-0.3, 0.5) * head
        if rng.chance(0.35):
            margin = rng.uniform(-0.12, 0.06)
    elif kind == "selfie":
        bottom = heights.neck - rng.uniform(-0.1, 1.1) * head
        margin = rng.uniform(-0.08, 0.2)
    elif kind == "webcam":
        bottom = max(heights.neck - rng.uniform(0.3, 1.9) * head, heights.pelvis + 0.14)
        margin = rng.uniform(-0.1, 0.05) if rng.chance(0.1) else rng.uniform(0.03, 0.36)
    elif kind == "shoulders":
        bottom = max(heights.neck - rng.uniform(0.6, 1.7) * head, heights.pelvis + 0.14)
    elif kind == "half":
        bottom = heights.pelvis + rng.uniform(-0.3, 1.0) * head
    elif kind == "three":
        bottom = heights.knee + rng.uniform(-0.2, 1.0) * head
    else:
        room = rng.uniform(0, 0.8)
        if attributes.get("passing"):  # feet ahead, when seen from above, are lower in the picture than the floor
            room += 1.6 if attributes["seated"] else 0.6
        bottom = heights.floor - room * head
    return bottom, margin


def _off_centre(rng: Rng, kind: str) -> float:
    """Shares of the frame's width."""
    often = 0.55 if kind == "webcam" else 0.7
    most = 0.14 if kind in ("close", "selfie") else 0.28
    return rng.normal(0, 0.07) if rng.chance(often) else rng.uniform(-most, most)


def _clear(figures: list[Figure], target: Points, towards: Points, distance: float) -> float:
    """A distance at which no part of a body is at the lens."""
    points = np.concatenate([figure.vertices[:BODY:5] for figure in figures])
    for _ in range(20):
        if np.linalg.norm(points - (target + towards * distance), axis=1).min() > _ROOM:
            break
        distance += 0.04
    return distance


def _add(size: Size, place: Points, towards: Points, attributes: Attributes) -> bpy.types.Object:
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "HORIZONTAL" if size[0] >= size[1] else "VERTICAL"
    data.sensor_width = data.sensor_height = _SENSOR
    data.lens = attributes["focal"]
    data.clip_start = 0.02
    added = add("camera", data)
    turn = (
        Vector(towards).to_track_quat("Z", "Y")
        @ Matrix.Rotation(math.radians(attributes["roll"]), 4, "Z").to_quaternion()
    )
    matrix = turn.to_matrix().to_4x4()
    matrix.translation = Vector(place)
    added.matrix_world = matrix
    bpy.context.scene.camera = added
    bpy.context.scene.render.use_motion_blur = False
    return added


def _defocus(rng: Rng, added: bpy.types.Object, figure: Figure) -> None:
    depth = added.data.dof
    eyes = figure.head.to_world(figure.head.eyes.mean(0))
    depth.use_dof = True
    depth.focus_distance = float(np.linalg.norm(np.array(added.matrix_world.translation) - eyes))
    depth.aperture_fstop = rng.uniform(1.4, 5.6)
