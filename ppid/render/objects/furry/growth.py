"""Grows hair, fur and plumage on skins.

A hair is a thin strip of a mesh that faces the camera and is lit by the normal of the skin below: rays meet triangles
far sooner than curves, and a coat lit so needs few samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.materials import Material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, all_points
from ppid.render.shapes import TAU, Faces, Points, Shape, noise, perpendicular, unit, vertex_normals

Floats = NDArray[np.float64]
_NORMAL = "skin_normal"  # attribute of a strip's vertices


@dataclass(frozen=True)
class Skin:
    """What fur grows on, a value for each of V vertices.

    Attributes:
        vertices: (V, 3).
        triangles: (F, 3).
        colour: (V, 3) linear RGB of the hair.
        length: (V,) of hair, times the coat's.
        density: (V,) how much grows; 0 is bare.
        flow: (V, 3) where hair is combed to; the longer, the flatter it lies.
    """

    vertices: Points
    triangles: Faces
    colour: Points
    length: Floats
    density: Floats
    flow: Points

    @classmethod
    def of(
        cls,
        shape: Shape,
        colour: ArrayLike,
        *,
        length: ArrayLike = 1.0,
        density: ArrayLike = 1.0,
        flow: ArrayLike = (0, 0, -0.7),
    ) -> Skin:
        """A skin of triangles or quads; what is given once holds for every vertex."""
        vertices, faces = shape
        count = len(vertices)
        return cls(
            vertices,
            triangulated(faces),
            np.broadcast_to(np.asarray(colour, float), (count, 3)),
            np.broadcast_to(np.asarray(length, float), (count,)),
            np.broadcast_to(np.asarray(density, float), (count,)),
            np.broadcast_to(np.asarray(flow, float), (count, 3)),
        )

    @property
    def shape(self) -> Shape:
        """As meshes are added."""
        return self.vertices, self.triangles


@dataclass(frozen=True)
class Coat:
    """How hair grows; lengths in scene units.

    Attributes:
        length: of a hair.
        radius: half its width; less where that would be more than a pixel, unless it is `coarse`.
        cover: how many hairs lie above each other.
        points: along a hair.
        lie: how flat it is combed.
        mess: how much each goes its own way.
        sag: how much weight bends it.
        wind: (3,) what bends it else.
        clump: how closely tufts gather at their tips, 0 to 1.
        tuft: hairs in a tuft.
        curl: radius of its curls.
        turns: curls over its length.
        root: brightness at the skin over that at the tip.
        frost: share of hairs with light tips.
        blunt: how late a hair becomes thin: 1 evenly, more later.
        flat: lies on the skin as feathers do, instead of facing the camera.
        bulge: radius of the roundness below that it does not grow into.
        coarse: is yarn, straw or bristles, however wide that is in the picture.
        gloss: share of light that it mirrors.
    """

    length: float
    radius: float = 0.003
    cover: float = 3.0
    points: int = 5
    lie: float = 0.8
    mess: float = 0.15
    sag: float = 0.3
    wind: tuple[float, float, float] = (0, 0, 0)
    clump: float = 0.0
    tuft: int = 40
    curl: float = 0.0
    turns: float = 1.0
    root: float = 0.6
    frost: float = 0.0
    blunt: float = 1.6
    flat: bool = False
    bulge: float = 0.6
    coarse: bool = False
    gloss: float = 0.08


@dataclass(frozen=True)
class Growth:
    """A coat that is still to grow on a skin; `most` limits its hairs."""

    skin: Skin
    coat: Coat
    most: int = 50000


@dataclass(frozen=True)
class Staged:
    """A subject whose solid parts are in the scene.

    Attributes:
        towards_camera: (3,) from where it is seen.
        growths: what is to grow as soon as the camera stands.
        held: (N, 3) what the frame should hold; None for all.
    """

    towards_camera: Points
    growths: list[Growth] = field(default_factory=list)
    held: Points | None = None

    def extent(self) -> Points:
        """Points (N, 3) that the frame should hold, hair included."""
        if self.held is not None:
            return self.held
        reach = [all_points()]
        for growth in self.growths:
            skin = growth.skin
            step = slice(None, None, len(skin.vertices) // 4000 + 1)
            length = (growth.coat.length * skin.length * np.clip(skin.density, 0, 1))[step, None]
            falling = np.array([0, 0, -0.4]) * growth.coat.sag
            reach.append(skin.vertices[step] + (vertex_normals(*skin.shape)[step] * 0.5 + falling) * length)
        return np.concatenate(reach)


class View:
    """The scene's camera, as hair needs to know it."""

    def __init__(self, camera: bpy.types.Object, side: int) -> None:
        matrix = np.array(camera.matrix_world)
        self.position = matrix[:3, 3]
        self._axes = matrix[:3, :3]
        self._zoom = camera.data.lens / camera.data.sensor_width
        self._shift = np.array([camera.data.shift_x, camera.data.shift_y])
        self.side = side

    def place(self, points: Points) -> tuple[Points, Floats]:
        """Where points (N, 3) are in the frame, (N, 2) within -0.5 to 0.5, and their pixels' size in the scene."""
        local = (points - self.position) @ self._axes
        depth = np.maximum(-local[:, 2], 0.05)
        return local[:, :2] * self._zoom / depth[:, None] - self._shift, depth / self._zoom / self.side

    def towards(self, points: Points) -> Points:
        """Unit vectors (N, 3) from points to the camera."""
        return unit(self.position - points)


def triangulated(faces: Faces) -> Faces:
    """Quads as triangles."""
    if faces.shape[1] == 3:
        return faces
    halves = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    return halves[(halves[:, 1] != halves[:, 2]) & (halves[:, 0] != halves[:, 2]) & (halves[:, 0] != halves[:, 1])]


def outwards(shape: Shape) -> Shape:
    """A closed shape, or nearly so, with its faces turned outwards."""
    vertices, faces = shape
    corners = vertices[triangulated(faces)] - vertices.mean(0)
    volume = np.einsum("fi,fi->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    return vertices, faces if volume > 0 else faces[:, ::-1]


def join_skins(skins: list[Skin]) -> Skin:
    """Several skins as one."""
    offsets = np.cumsum([0, *(len(skin.vertices) for skin in skins[:-1])])
    return Skin(
        np.concatenate([skin.vertices for skin in skins]),
        np.concatenate([skin.triangles + offset for skin, offset in zip(skins, offsets, strict=True)]),
        np.concatenate([skin.colour for skin in skins]),
        np.concatenate([skin.length for skin in skins]),
        np.concatenate([skin.density for skin in skins]),
        np.concatenate([skin.flow for skin in skins]),
    )


def fur_material(rng: Rng, gloss: float = 0.08) -> bpy.types.Material:
    """What hair is made of: lit as the skin below, a little light through it, and gloss."""
    material = Material("fur")
    # The normal of the skin is meant, however the strip stands to the light.
    material.data.cycles.use_bump_map_correction = False
    colour = material.vertex_colour()
    normal = material.node("Attribute", {"attribute_name": _NORMAL}).outputs["Vector"]
    diffuse = material.node("BsdfDiffuse", Color=colour, Normal=normal)
    through = material.node("BsdfTranslucent", Color=colour, Normal=normal)
    soft = material.mixed(rng.uniform(0.15, 0.3), diffuse.outputs[0], through.outputs[0])
    shine = material.node("BsdfGlossy", Color=(1, 1, 1), Roughness=rng.uniform(0.35, 0.55), Normal=normal)
    material.surface(material.mixed(gloss, soft, shine.outputs[0]))
    return material.data


def skin_material() -> bpy.types.Material:
    """What shows between hairs."""
    material = Material("skin")
    material.set(Base_Color=material.vertex_colour(), Roughness=0.9, Specular_IOR_Level=0.1)
    return material.data


def add_skin(skin: Skin, shade: float = 0.45) -> None:
    """Add the skin itself, as dark as the depth of its fur."""
    hairy = (skin.density > 0.05)[:, None]
    add_mesh(skin.shape, skin_material(), name="skin", colour=skin.colour * np.where(hairy, shade, 1.0))


def grow(rng: Rng, growth: Growth, view: View) -> None:
    """Add a coat to the scene; what the camera cannot see is left out."""
    skin, coat = growth.skin, growth.coat
    normals = vertex_normals(skin.vertices, skin.triangles)
    long = coat.length * skin.length
    frame, pixel = view.place(skin.vertices)
    facing = (normals * view.towards(skin.vertices)).sum(1)
    seen = np.clip((facing + 0.35 + np.minimum(long, 0.8)) / 0.2, 0, 1)
    margin = long / (pixel * view.side)
    seen = seen * (np.abs(frame).max(1) < 0.52 + margin) * np.clip(skin.density, 0, None) * (skin.length > 0.01)
    corners = skin.vertices[skin.triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    grown = area * seen[skin.triangles].mean(1)
    if grown.sum() < 1e-6:
        return
    radius = coat.radius
    if not (coat.coarse or coat.flat):
        fine = float(np.median(pixel[seen > 0]))
        radius = float(np.clip(radius, 0.3 * fine, 0.6 * fine))
    mean_length = (grown @ long[skin.triangles].mean(1)) / grown.sum()
    wanted = coat.cover * grown.sum() / (2 * radius * max(mean_length, 0.02))
    count = int(np.clip(wanted, 200, growth.most))
    radius *= max(math.sqrt(wanted / count), 1.0)  # wider where there would be too many

    chosen = rng.choice(len(area), count, p=grown / grown.sum())
    a, b = rng.random(count), rng.random(count)
    beyond = a + b > 1
    a[beyond], b[beyond] = 1 - a[beyond], 1 - b[beyond]
    shares = np.stack([1 - a - b, a, b], 1)

    def at_roots(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.einsum("nk,nk...->n...", shares, values[skin.triangles[chosen]])

    roots, upwards = at_roots(skin.vertices), unit(at_roots(normals))
    lengths = at_roots(long) * rng.uniform(0.65, 1.1, count) * (1 + 0.15 * noise(roots, rng, 0.8))
    hairs = _comb(rng, coat, roots, upwards, at_roots(skin.flow), lengths)
    colours = _shades(rng, coat, at_roots(skin.colour))
    facing_way = upwards if coat.flat else view.towards(roots)
    lit = unit(upwards + rng.normal(size=upwards.shape) * 0.22)
    material = fur_material(rng, coat.gloss)
    add_strips(hairs, radius * _profile(rng, coat, count), facing_way, material, colour=colours, normal=lit)


def add_strips(
    points: Points,
    radius: ArrayLike,
    facing: ArrayLike,
    material: bpy.types.Material,
    *,
    colour: ArrayLike,
    normal: ArrayLike,
    name: str = "fur",
) -> bpy.types.Object:
    """Add flat hairs.

    Args:
        points: (K, P, 3) from root to tip.
        radius: broadcast to (K, P), half the width.
        facing: broadcast to (K, 3), what the flat side looks towards.
        material: of `fur_material`.
        colour: linear RGB (K, P, 3) or (K, 3).
        normal: broadcast to (K, 3), what light falls onto.
        name: of the object.
    """
    count, length, _ = points.shape
    along = np.gradient(points, axis=1)
    across = unit(np.cross(along, np.broadcast_to(np.asarray(facing, float), (count, 3))[:, None]))
    half = np.broadcast_to(np.asarray(radius, float), (count, length))[..., None] * across
    vertices = np.stack([points - half, points + half], 2).reshape(-1, 3)
    step = np.arange(length - 1) * 2
    one = np.stack([step, step + 1, step + 3, step + 2], 1)
    faces = (one[None] + (np.arange(count) * length * 2)[:, None, None]).reshape(-1, 4)
    shades = np.asarray(colour, float)
    if shades.ndim == 2:
        shades = np.repeat(shades[:, None], length, 1)
    added = add_mesh((vertices, faces), material, name=name, smooth=False, colour=shades.repeat(2, 1).reshape(-1, 3))
    lit = np.repeat(np.broadcast_to(np.asarray(normal, float), (count, 3)), length * 2, 0).astype(np.float32)
    added.data.attributes.new(_NORMAL, "FLOAT_VECTOR", "POINT").data.foreach_set("vector", lit.ravel())
    return added


def with_wind(rng: Rng, coat: Coat, strength: float) -> Coat:
    """The same coat in the wind."""
    way = rng.uniform(0, TAU)
    wind = (strength * math.cos(way), strength * math.sin(way), strength * rng.uniform(-0.2, 0.4))
    return replace(coat, wind=wind)


def _comb(rng: Rng, coat: Coat, roots: Points, upwards: Points, flow: Points, lengths: Floats) -> Points:
    """Points (K, P, 3) of the hairs."""
    count = len(roots)
    stray = 0.3 * np.stack([noise(roots, rng, 0.8, 2) for _ in range(3)], 1)
    combed = flow * coat.lie + stray * min(coat.lie, 0.6)
    combed = combed - upwards * (combed * upwards).sum(1, keepdims=True)
    start = unit(upwards + combed * 2.2 + rng.normal(size=(count, 3)) * coat.mess)
    pull = np.array([0, 0, -coat.sag]) + np.asarray(coat.wind) * (0.7 + 0.5 * noise(roots, rng, 0.7, 1))[:, None]
    pull = pull * np.clip(lengths / 0.2, 0, 3)[:, None] + rng.normal(size=(count, 3)) * (
        coat.mess + 0.25 * (not coat.flat)
    )
    hairs, centres = [roots], roots - upwards * coat.bulge
    for k in range(1, coat.points):
        done = k / (coat.points - 1)
        step = unit(start + pull * done) * (lengths / (coat.points - 1))[:, None]
        place = hairs[-1] + step
        # Nothing grows into a ball below the root that stands for the body.
        from_centre = place - centres
        distance = np.linalg.norm(from_centre, axis=1, keepdims=True)
        least = coat.bulge + 0.12 * lengths[:, None] * min(done, 0.5)
        hairs.append(centres + from_centre * np.maximum(least / np.maximum(distance, 1e-6), 1))
    combed_hairs = np.stack(hairs, 1)
    share = np.linspace(0, 1, coat.points)
    partner = np.arange(count)
    if coat.clump > 0:
        chosen = rng.choice(count, max(12, count // coat.tuft), replace=False)
        partner = chosen[_nearest(roots, roots[chosen])]
        guides = combed_hairs[partner]
        gathered = guides + (combed_hairs[:, :1] - guides[:, :1]) * 0.15
        pull_in = (coat.clump * share**1.3)[None, :, None] * rng.uniform(0.6, 1, (count, 1, 1))
        combed_hairs = combed_hairs * (1 - pull_in) + gathered * pull_in
    if coat.curl > 0:
        first, second = perpendicular(start)
        phase = rng.uniform(0, TAU, count)[partner]
        turn = phase[:, None] + TAU * coat.turns * share * (lengths / max(float(lengths.mean()), 1e-6))[:, None]
        size = coat.curl * np.minimum(share * 3, 1)[None] * np.minimum(lengths / (3 * coat.curl), 1)[:, None]
        combed_hairs = combed_hairs + (np.cos(turn) * size)[..., None] * first[:, None]
        combed_hairs = combed_hairs + (np.sin(turn) * size)[..., None] * second[:, None]
    return combed_hairs


def _shades(rng: Rng, coat: Coat, colours: Points) -> Points:
    """Colours (K, P, 3), darker at the root."""
    count = len(colours)
    share = np.linspace(0, 1, coat.points)
    along = coat.root + (1.1 - coat.root) * share
    shades = colours[:, None] * rng.uniform(0.75, 1.2, (count, 1, 1)) * along[None, :, None]
    frosted = (rng.random(count) < coat.frost)[:, None, None] * np.clip(share * 2 - 1, 0, 1)[None, :, None]
    shades = shades + (np.clip(colours * 2.5 + 0.15, 0, 0.9)[:, None] - shades) * frosted
    return np.clip(shades, 0.002, 0.95)


def _profile(rng: Rng, coat: Coat, count: int) -> Floats:
    """Relative half widths (K, P)."""
    share = np.linspace(0, 1, coat.points)
    if coat.flat:
        shape = np.sqrt(np.clip(np.sin(math.pi * (0.12 + 0.86 * share)), 0, 1))
    else:
        shape = np.maximum(1 - share ** (coat.blunt * 1.2), 0.1)
    return shape[None] * rng.uniform(0.7, 1.2, (count, 1))


def _nearest(points: Points, among: Points) -> NDArray[np.int64]:
    """For each point the index of the nearest of others."""
    found = np.empty(len(points), np.int64)
    lengths = (among**2).sum(1)
    for start in range(0, len(points), 8192):
        part = points[start : start + 8192]
        found[start : start + 8192] = (lengths[None] - 2 * part @ among.T).argmin(1)
    return found
