"""Materials and a place to build in, for one thing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from ppid.render.colour import Range
from ppid.render.materials import EVERYDAY, Material, everyday
from ppid.render.objects.things.graphics import Pixels
from ppid.render.objects.things.parts import Polygons
from ppid.render.objects.things.surfaces import SURFACES
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, bevel, thicken
from ppid.render.shapes import TAU, Points, Shape
from ppid.render.shot import Attributes

BLACK = (0.012, 0.012, 0.014)
WHITE = (0.85, 0.85, 0.83)
_SHARP = math.radians(38)

AROUND: Range = (0, TAU)
FRONT: Range = (-2.3, -0.85)  # azimuths of a camera that sees the face of a thing


class Kit:
    """What a thing is built with: materials as they are asked for, and the frame that parts are put in."""

    def __init__(self, rng: Rng, attributes: Attributes) -> None:
        self.rng = rng
        self.attributes = attributes
        self.parts: list[bpy.types.Object] = []  # everything added so far
        self._frame = Matrix.Identity(4)

    def material(self, *kinds: str, colour: ArrayLike | None = None) -> bpy.types.Material:
        """One of `kinds` (of `EVERYDAY` and `SURFACES`), any everyday one by default; `colour` is linear RGB."""
        kind = (
            self.rng.pick(kinds) if kinds else self.rng.named({name: weight for name, (weight, _) in EVERYDAY.items()})
        )
        self._note(kind)
        if kind not in SURFACES:
            return everyday(self.rng, kind, colour)
        made = Material(kind)
        SURFACES[kind](self.rng, made, colour)
        return made.data

    def printed(self, pixels: Pixels, roughness: float = 0.4, glow: float = 0.0) -> bpy.types.Material:
        """A surface that shows pixels at its surface coordinates; `glow` is how much light a screen gives."""
        made = Material("printed")
        shown = made.image(pixels, made.surface_coordinates()).outputs["Color"]
        made.set(Roughness=roughness)
        if glow:
            made.set(Base_Color=BLACK, Emission_Color=shown, Emission_Strength=glow)
        else:
            made.set(Base_Color=shown)
        self._note("printed")
        return made.data

    def painted(self, shape: Shape, colours: ArrayLike, roughness: float = 0.4) -> bpy.types.Object:
        """Add a part whose vertices have colours, linear RGB (N, 3)."""
        made = Material("painted", Roughness=roughness)
        made.set(Base_Color=made.vertex_colour())
        self._note("painted")
        return self._keep(add_mesh(shape, made.data, colour=colours))

    def add(
        self,
        shape: Shape | Polygons,
        material: bpy.types.Material,
        *,
        edge: float = 0.0,
        thick: float = 0.0,
        surface: ArrayLike | None = None,
    ) -> bpy.types.Object:
        """Add a part: `edge` is how far its edges are rounded, `thick` gives a surface thickness inwards."""
        part = add_mesh(shape, material, surface=surface)
        if edge:
            bevel(part, edge).modifiers["bevel"].harden_normals = True
        else:
            part.data.set_sharp_from_angle(angle=_SHARP)
        if thick:
            thicken(part, thick)
        return self._keep(part)

    def wires(self, points: ArrayLike, radius: ArrayLike, material: bpy.types.Material) -> bpy.types.Object:
        """Add thin wires: points (K, P, 3)."""
        return self._keep(add_strands(points, radius, material))

    @contextmanager
    def at(self, position: ArrayLike = (0, 0, 0), turn: Points | None = None, scale: float = 1.0) -> Iterator[None]:
        """Build what follows somewhere else, turned by a matrix (3, 3) and smaller or larger."""
        outer = self._frame
        self._frame = outer @ placement(position, turn, scale)
        try:
            yield
        finally:
            self._frame = outer

    def repeat(self, parts: list[bpy.types.Object], move: Matrix) -> None:
        """Add copies of parts, moved by a matrix in the frame of now."""
        for part in parts:
            copy = part.copy()
            bpy.context.scene.collection.objects.link(copy)
            copy.matrix_world = self._frame @ move @ self._frame.inverted() @ part.matrix_world
            self.parts.append(copy)

    def _keep(self, part: bpy.types.Object) -> bpy.types.Object:
        part.matrix_world = self._frame
        self.parts.append(part)
        return part

    def _note(self, kind: str) -> None:
        found = self.attributes.setdefault("materials", [])
        if kind not in found:
            found.append(kind)


def placement(position: ArrayLike, turn: Points | None = None, scale: float = 1.0, *, mirror: bool = False) -> Matrix:
    """Matrix (4, 4) that mirrors at y = 0, scales, turns and then moves."""
    turned = Matrix((np.eye(3) if turn is None else turn).tolist()).to_4x4()
    sized = Matrix.Diagonal((scale, -scale if mirror else scale, scale, 1))
    return Matrix.Translation(np.asarray(position, float).tolist()) @ turned @ sized


Maker = Callable[[Rng, Kit], None]


@dataclass(frozen=True, kw_only=True)
class View:
    """How a thing is looked at.

    Attributes:
        elevation, azimuth: where cameras stand, in radians.
        lying: seen at any roll, as what lies on a table is.
        cut: how often the frame cuts it; seldom what would then fill the frame.
    """

    elevation: Range = (-0.1, 0.7)
    azimuth: Range = AROUND
    lying: bool = False
    cut: float = 0.2


@dataclass(frozen=True)
class Thing(View):
    """A sort of thing: `make` builds it around the origin, about two units large, its face towards -y.

    Attributes:
        make: the builder.
        weight: how often it is drawn.
    """

    make: Maker
    weight: float = 1.0


ABOVE: Range = (0.6, 1.45)  # elevations for what lies flat
LEVEL: Range = (-0.1, 0.35)
