"""Clothes while they are put on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppid.render.people.cut_lines import above, armhole, both, outside, sleeves, torso
from ppid.render.people.fabrics import Fabric, fabric, plain
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import BODY
from ppid.render.people.shells import Cut, Field, Fit, Shell, Spots, shell
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, subdivide, thicken
from ppid.render.shapes import Points, Shape
from ppid.render.shot import Attributes

_SEAM = 1.62  # decimetres from the middle: where sleeves are sewn on
_SKIN = 0.3  # decimetres from an edge at which skin below cloth can be left out


@dataclass(frozen=True)
class Dressed:
    """What clothes mean for the rest.

    Attributes:
        hidden: (V,) vertices of the base mesh that cloth covers.
        collide: shells that hair runs into.
    """

    hidden: NDArray[np.bool_]
    collide: list[Shape]


class Wardrobe:
    """What a figure wears so far.

    Attributes:
        rng: draws clothes.
        attributes: of the picture; get `pattern` and `sleeves` of the upper cloth.
        figure: who wears them.
        hem: MakeHuman's y where tops end.
        hidden, collide: as in `Dressed`.
        outermost: the last shell, on which neckwear lies.
    """

    def __init__(self, rng: Rng, attributes: Attributes, figure: Figure) -> None:
        self.rng, self.attributes, self.figure = rng, attributes, figure
        self.hem = rng.uniform(-0.05, 0.45)
        makehuman = figure.makehuman
        self.hidden = np.zeros(len(makehuman.raw), bool)
        self.collide: list[Shape] = []
        self.outermost: Shell | None = None
        self._body = Spots(makehuman.raw[:BODY], makehuman.arm_place[:BODY])

    def cloth(self, pattern: str | None = None, *, prints: bool = True, knit: bool = False) -> Fabric:
        """Cloth of the main piece; without `prints` a pattern that repeats, or none."""
        chosen = fabric(self.rng, pattern, prints=prints, knit=knit)
        self.attributes["pattern"] = chosen.pattern
        return chosen

    def layer(self, **changes: Any) -> Shell:
        """A new outermost shell that sits like a shirt of some sort, with parts of its `Fit` given."""
        rng = self.rng
        drawn = Fit(
            gap=rng.uniform(0.004, 0.012),
            loose=rng.whole(2, 9),
            folds=rng.uniform(0.001, 0.004),
            fold_length=rng.uniform(0.05, 0.13),
            drape=rng.uniform(0.2, 1.0),
        )
        self.outermost = shell(rng, self.figure, replace(drawn, **changes))
        return self.outermost

    def top(self, neck: Field, sleeve: float) -> Field:
        """Cut of a top with sleeves up to `sleeve`: 1 at the elbow, 2 at the wrist."""
        self.attributes["sleeves"] = round(max(sleeve, float(self.attributes.get("sleeves", 0))), 2)
        return both(torso(both(above(self.hem), neck)), sleeves(sleeve))

    def put_on(self, cloth: Shell, inside: Field, made_of: Fabric, *, hides: bool = True, name: str = "top") -> None:
        """Add the part of a shell that is inside; skin well below it is hidden."""
        body, sleeve = cloth.cut(both(inside, armhole(_SEAM))), cloth.cut(both(inside, outside(armhole(_SEAM))))
        if body is not None:
            self._sew(cloth, body.shape, body.body_surface(made_of.printed), made_of, name)
        if sleeve is not None:
            self._sew(cloth, sleeve.shape, sleeve.sleeve_surface(made_of.printed), made_of, "sleeves")
        if hides:
            self.hide(inside)

    def _sew(self, cloth: Shell, shape: Shape, surface: Points, made_of: Fabric, name: str) -> None:
        target = add_mesh(shape, made_of.material, name=name, surface=surface)
        thicken(subdivide(target, 1), cloth.fit.thickness)
        self.collide.append(shape)

    def hide(self, inside: Field, margin: float = _SKIN) -> None:
        """Leave skin out that is so deep inside."""
        self.hidden[:BODY] |= inside(self._body) > margin

    def net(self, cloth: Shell, inside: Field, made_of: Fabric) -> None:
        """Add a part as threads, through which skin shows."""
        piece = cloth.cut(inside)
        if piece is not None:
            radius = self.rng.uniform(0.0002, 0.00045)
            add_strands(_threads(piece), radius, plain(self.rng, made_of.colour, 0.8), name="net")


def _threads(piece: Cut) -> Points:
    """(K, 2, 3) threads along the quads of a cut and across them, four to a side."""
    vertices, faces = piece.shape
    quads = faces[faces[:, 2] != faces[:, 3]]
    a, b, c, d = (vertices[quads[:, i]] for i in range(4))
    threads = []
    for t in (0.0, 0.25, 0.5, 0.75):
        threads.append(np.stack([a * (1 - t) + d * t, b * (1 - t) + c * t], 1))
        threads.append(np.stack([a * (1 - t) + b * t, d * (1 - t) + c * t], 1))
    return np.concatenate(threads)
