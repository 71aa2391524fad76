"""Puts the scene into the frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import ArrayLike, NDArray

from ppid.render.rng import Rng
from ppid.render.scene import add, all_points
from ppid.render.shapes import TAU, Points, rotation, unit
from ppid.render.shot import Attributes, Size

_SENSOR = 36.0  # mm


@dataclass(frozen=True)
class Framing:
    """How a camera is drawn.

    Attributes:
        fill: larger side of the subject's box over the frame's; None draws it, now and then more than the frame.
        cut: how often a drawn `fill` is more than the frame.
        lens: focal length for a sensor 36 mm wide; None draws 35 to 120.
        roll: radians; None draws up to 0.12 either way.
        defocus: how often the depth of field is shallow.
        motion_blur: how often the camera moves.
        trim: percent of the points at each side that may leave the frame: of drops or stray hairs.
        centred: the subject stands in the middle; else anywhere that its box fits.
    """

    fill: float | None = None
    cut: float = 0.25
    lens: float | None = None
    roll: float | None = None
    defocus: float = 0.2
    motion_blur: float = 0.07
    trim: float = 0.0
    centred: bool = False


def view_direction(
    rng: Rng, elevation: tuple[float, float] = (-0.15, 0.6), azimuth: tuple[float, float] = (0, TAU)
) -> Points:
    """A unit vector from the subject to the camera, angles in radians."""
    e, a = rng.uniform(*elevation), rng.uniform(*azimuth)
    return np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])


def fit(
    rng: Rng,
    towards_camera: ArrayLike,
    size: Size,
    attributes: Attributes,
    framing: Framing | None = None,
    points: ArrayLike | None = None,
) -> bpy.types.Object:
    """Add the camera that sees the scene from a direction.

    Args:
        rng: draws what `framing` leaves open.
        towards_camera: from the subject to the camera.
        size: (width, height) of the picture.
        attributes: gets `framing`, `lens`, `fill`, `defocus` and `motion_blur`.
        framing: how; by default all is drawn.
        points: what to hold, (N, 3); by default everything in the scene.

    Raises:
        ValueError: a point is not finite.
    """
    framing = framing or Framing()
    aspect = size[0] / size[1]
    direction = unit(towards_camera)
    held = all_points() if points is None else np.asarray(points, float)
    if not np.isfinite(held).all():
        raise ValueError("the scene has points that are not finite")
    middle = (held.min(0) + held.max(0)) / 2
    roll = rng.uniform(-0.12, 0.12) if framing.roll is None else framing.roll
    turn = np.array(Vector(direction).to_track_quat("Z", "Y").to_matrix()) @ rotation((0, 0, 1), roll)
    seen = (held - middle) @ turn  # in the camera's axes, z towards it
    lens = framing.lens or rng.uniform(35, 120)
    zoom = lens / _SENSOR
    fill = framing.fill
    if fill is None:
        cut = rng.chance(framing.cut)
        attributes["framing"] = "cut" if cut else "inside"
        fill = rng.uniform(1.1, 1.7) if cut else 1.0 - 0.45 * rng.uniform() ** 1.7
    x, y, distance = _distance(seen, zoom, fill, framing.trim, aspect)
    covered = len(np.unique((x * 40).astype(int) * 1000 + (y * 40).astype(int))) / 1600.0 * aspect
    if framing.fill is None and covered < 0.2 and rng.chance(0.7):  # thin or spread-out things: come closer
        fill *= min(math.sqrt(0.2 / max(covered, 0.02)), 1.4)
        x, y, distance = _distance(seen, zoom, fill, framing.trim, aspect)

    def shift(places: NDArray[np.float64], room: float) -> float:
        extent = float(np.ptp(places))
        free = 0.0 if framing.centred else abs(room - extent) / 2 * (0.9 if extent < room else 1.0)
        return float(places.min() + places.max()) / 2 - rng.uniform(-free, free)

    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.sensor_fit = lens, _SENSOR, "HORIZONTAL"
    data.shift_x, data.shift_y = shift(x, 1.0), shift(y, 1.0 / aspect)
    data.clip_start, data.clip_end = 0.01, 1000
    camera = add("camera", data)
    matrix = Matrix(turn.tolist()).to_4x4()
    matrix.translation = Vector(middle + direction * distance)
    camera.matrix_world = matrix
    bpy.context.scene.camera = camera
    attributes.update(lens=round(lens, 1), fill=round(fill, 3), defocus=False, motion_blur=False)
    bpy.context.scene.render.use_motion_blur = False
    if rng.chance(framing.defocus):
        depth = max(float(np.ptp(seen[:, 2])), 0.2)
        data.dof.use_dof = True
        data.dof.focus_distance = distance - rng.uniform(-0.5, 0.5) * depth
        disc = rng.uniform(0.006, 0.03)  # over the frame's width, half a depth away
        aperture = disc * distance / zoom * distance / (0.5 * depth)
        data.dof.aperture_fstop = max(lens / 1000 / aperture, 0.005)
        attributes["defocus"] = True
    elif rng.chance(framing.motion_blur):
        way = rng.uniform(0, TAU)
        length = rng.uniform(0.004, 0.025) * distance / zoom
        move(camera, turn @ np.array([math.cos(way) * length, math.sin(way) * length, 0]))
        attributes["motion_blur"] = True
    return camera


def move(camera: bpy.types.Object, by: ArrayLike) -> None:
    """Blur by a movement of the camera, `by` to either side while the shutter is open."""
    scene = bpy.context.scene
    scene.render.use_motion_blur = True
    scene.render.motion_blur_shutter = 1.0
    place = np.array(camera.location)
    for frame, way in ((0, -1), (1, 0), (2, 1)):
        camera.location = place + np.asarray(by) * way
        camera.keyframe_insert("location", frame=frame)
    scene.frame_set(1)


def _distance(
    seen: Points, zoom: float, fill: float, trim: float, aspect: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Where points are in the frame (x, y in its widths), and how far the camera must be for them to fill it so."""
    near, far = float(seen[:, 2].max()) + 0.05, 200.0
    for _ in range(30):
        distance = (near + far) / 2
        scale = zoom / (distance - seen[:, 2])
        x, y = seen[:, 0] * scale, seen[:, 1] * scale
        if trim:
            x, y = (np.clip(each, *np.percentile(each, (trim, 100 - trim))) for each in (x, y))
        near, far = (distance, far) if max(np.ptp(x), np.ptp(y) * aspect) > fill else (near, distance)
    return x, y, distance
