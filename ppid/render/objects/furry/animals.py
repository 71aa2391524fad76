"""Puts animals together: whole ones in several poses, and their portraits."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ppid.render.objects.furry import faces
from ppid.render.objects.furry.anatomy import Body, Flesh, Frame
from ppid.render.objects.furry.coats import COATS, Place
from ppid.render.objects.furry.grazers import GRAZERS
from ppid.render.objects.furry.growth import (
    Coat,
    Growth,
    Skin,
    Staged,
    add_skin,
    join_skins,
    outwards,
    with_wind,
)
from ppid.render.objects.furry.heads import add_horns, ears, shape_head
from ppid.render.objects.furry.hunters import HUNTERS
from ppid.render.objects.furry.poses import POSES, Bones, Build, flesh_out, scaled
from ppid.render.objects.furry.species import Species
from ppid.render.rng import Rng
from ppid.render.shapes import Points, grid_faces, rotation, spline, tube, unit, vertex_normals
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]
SPECIES: dict[str, Species] = HUNTERS | GRAZERS


# Lengths are in those from hip to chest.
STYLES: dict[str, Coat] = {
    "sleek": Coat(0.03, 0.0032, cover=3.5, points=3, lie=1.3, mess=0.08, root=0.75),
    "short": Coat(0.06, 0.003, cover=3.5, points=4, lie=1.1, mess=0.12, clump=0.2),
    "medium": Coat(0.12, 0.003, cover=3.6, points=5, lie=0.95, mess=0.15, sag=0.35, clump=0.35),
    "long": Coat(0.26, 0.0028, cover=4.5, points=8, lie=0.8, mess=0.15, sag=0.6, clump=0.45, tuft=60),
    "shaggy": Coat(0.17, 0.0032, cover=3.6, points=7, lie=0.8, mess=0.25, sag=0.5, clump=0.7, tuft=30),
    "curly": Coat(0.13, 0.003, cover=3.6, points=12, lie=0.5, mess=0.25, clump=0.75, tuft=30, curl=0.016, turns=1.6),
    "woolly": Coat(
        0.11, 0.0034, cover=4.0, points=11, lie=0.25, mess=0.35, sag=0.1, clump=0.7, tuft=35, curl=0.014, turns=1.8
    ),
}


def animal(rng: Rng, attributes: Attributes, name: str) -> Staged:
    """An animal of a key of `SPECIES`, whole."""
    species = SPECIES[name]
    pose = rng.named(species.poses)
    build = _varied(rng, species.build, species.stretch)
    bones = POSES[pose](rng, build)
    attributes.update(pose=pose, whole=True)
    places = np.concatenate(
        [bones.hip[None], bones.chest[None], bones.head[None] + [0, 0, build.head], *bones.fronts, *bones.hinds]
    )
    if bones.tail is not None:
        places = np.concatenate([places, bones.tail])
    extent = max(float(np.ptp(places, axis=0).max()) + build.chest, 1.2)
    scale = 2 / extent
    offset = (places.min(0) + places.max(0)) / 2 * np.array([1, 0, 1])
    return _assemble(rng, attributes, species, bones.moved(offset, scale), scaled(build, scale), scale, whole=True)


def portrait(rng: Rng, attributes: Attributes, name: str) -> Staged:
    """The head and breast of an animal of a key of `SPECIES`."""
    species = SPECIES[name]
    build = _varied(rng, species.build, species.stretch)
    bones = POSES["standing" if name in ("horse", "cow", "sheep", "alpaca") else "sitting"](rng, build)
    attributes.update(pose="portrait", whole=False)
    scale = 0.52 / build.head / (1.0 + 0.35 * max(species.head.front - 1, 0))
    return _assemble(rng, attributes, species, bones.moved(bones.head, scale), scaled(build, scale), scale, whole=False)


def _varied(rng: Rng, build: Build, stretch: float) -> Build:
    def about(value: float) -> float:
        return value * rng.uniform(1 - stretch, 1 + stretch)

    thick = about(1.0)
    return replace(
        build,
        leg=about(build.leg),
        chest=build.chest * thick,
        belly=about(build.belly) * thick,
        hip=about(build.hip) * thick,
        head=about(build.head),
        neck=(about(build.neck[0]), build.neck[1] * thick),
        tail=about(build.tail),
    )


def _assemble(
    rng: Rng, attributes: Attributes, species: Species, bones: Bones, build: Build, scale: float, whole: bool
) -> Staged:
    view = _view(rng, whole)
    frame = _head_frame(rng, bones, build, view, whole)
    head = replace(
        species.head,
        front=species.head.front * rng.uniform(0.92, 1.08),
        eye=(*species.head.eye[:2], species.head.eye[2] * rng.uniform(0.95, 1.12)),
    )
    jaw = rng.uniform(0.15, 0.4) if head.pants and rng.chance(0.4) else 0.0
    body = Body()
    shape_head(body, frame, head, jaw)
    flesh_out(body, bones, build, whole)
    flesh = body.fused(0.024, 5, 0.03 if whole else 0.06)
    ear = rng.pick(head.ears)
    face = flesh.only("head", "muzzle", "cheek", "chin")
    eyes = faces.place_eyes(face, frame, head)
    nose = faces.add_nose(rng, face, frame, head)
    faces.add_eyes(rng, eyes, frame, head, view)
    if jaw:
        faces.add_tongue(rng, frame, head, jaw)
    else:
        faces.add_mouth(rng, face, frame, head, 0.012)
    if head.whiskers:
        faces.add_whiskers(rng, face, frame, head, view)
    if rng.chance(species.horns[0]):
        add_horns(rng, face, frame, head, species.horns[1])

    weights, choices = zip(*species.coats, strict=True)
    painting = rng.pick(choices, weights)
    style = rng.named(species.styles)
    attributes.update(coat=painting[0], style=style, ears=ear, open_mouth=bool(jaw))
    seed = rng.whole(0, 2**30)
    hip_z = unit(bones.chest - bones.hip)

    def painted(part: Flesh) -> Points:
        along = (part.vertices - bones.hip) @ hip_z / np.linalg.norm(bones.chest - bones.hip)
        eye_places = frame.into(np.array([eye.centre for eye in eyes]))
        place = Place(part, frame.into(part.vertices), along, eye_places, scale, seed)
        return COATS[painting[0]](Rng(seed, 1), place, *painting[1:])

    # Long coats leave the face short, or nothing of it would be seen.
    short_face = min(0.09 / STYLES[style].length, 1) ** 0.7
    skins = [_body_skin(flesh, painted(flesh), species, eyes, nose, frame, short_face)]
    for part in ears(rng, face, frame, head, ear):
        colours = painted(part)
        inner = part.shares["inner_ear"][:, None]
        inside = colours * 0.75 + np.array([0.45, 0.24, 0.2]) * rng.uniform(0.15, 0.45)
        skins.append(_skin(part, colours * (1 - inner) + inside * inner, species, 1 - 0.5 * part.shares["inner_ear"]))
    squint = rng.uniform(0.75, 1.05)
    for part, rim in faces.lids(eyes, frame, head, squint):
        colours = painted(part) * (1 - 0.93 * rim)[:, None]
        skins.append(_skin(part, colours, species, (rim < 0.3).astype(float)))
    skin = join_skins(skins)
    add_skin(skin)
    growths = _growths(rng, attributes, skin, STYLES[style], scale)
    if species.mane:
        growths += _mane(rng, flesh, frame, bones, scale, skins[0].colour)
    return Staged(view, growths, None if whole else _portrait_points(skin, frame))


def _view(rng: Rng, whole: bool) -> Points:
    """Portraits are seen from ahead, whole animals from any side but behind."""
    azimuth = rng.pick([-1, 1]) * (rng.uniform(0.2, 1.9) if whole else rng.uniform(0, 1.0))
    elevation = rng.uniform(-0.05, 0.45) if whole else rng.uniform(-0.15, 0.35)
    return np.array(
        [math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation)]
    )


def _head_frame(rng: Rng, bones: Bones, build: Build, view: Points, whole: bool) -> Frame:
    """Most heads turn towards the camera."""
    towards = math.atan2(view[1], view[0])
    turn = np.clip(towards * rng.uniform(0.3, 1.0), -1.2, 1.2) if rng.chance(0.75) else rng.uniform(-0.5, 0.5)
    turn = turn if whole else towards * rng.uniform(0.2, 1)
    nod = rng.normal(0.0, 0.15)
    forward = rotation((0, 0, 1), turn) @ np.array([math.cos(nod), 0, math.sin(nod)])
    return Frame.looking(bones.head, forward, build.head, rng.normal(0, 0.1))


def _skin(part: Flesh, colours: Points, species: Species, density: Floats) -> Skin:
    lengths = part.weighed(species.lengths)
    inside_out = (vertex_normals(part.vertices, part.triangles) * part.normals).sum() < 0
    triangles = part.triangles[:, ::-1] if inside_out else part.triangles
    return Skin(part.vertices, triangles, colours, lengths, density, part.flow)


def _body_skin(
    flesh: Flesh,
    colours: Points,
    species: Species,
    eyes: list[faces.Eye],
    nose: Points,
    frame: Frame,
    short_face: float,
) -> Skin:
    """The body's skin: no hair on the nose and under the lids, short hair around them, combed away from the nose."""
    skin = _skin(flesh, colours, species, np.ones(len(flesh.vertices)))
    face = flesh.share("head", "muzzle", "cheek", "chin")
    density, length = skin.density.copy(), skin.length.copy()
    from_nose = np.linalg.norm(skin.vertices - nose, axis=1) / (species.head.nose[1] * frame.size)
    density *= np.clip((from_nose - 0.8) * 4, 0, 1)
    length = length * (np.clip(from_nose / 5, 0.35, 1) * short_face) ** face
    if species.ruff > 1:
        behind = np.clip(0.35 - frame.into(skin.vertices)[:, 0], 0, 0.5) * 2 * flesh.share("head", "cheek")
        length = length + (species.ruff - length) * behind
    for eye in eyes:
        distance = np.linalg.norm(skin.vertices - eye.centre, axis=1) / eye.radius
        density *= np.clip((distance - 1.0) * 6, 0, 1)
        length *= np.clip((distance - 0.7) / 1.6, 0.15, 1)
    away = unit(skin.vertices - nose) * 0.9
    flow = skin.flow * (1 - face[:, None]) + away * face[:, None]
    return replace(skin, density=density, length=length, flow=flow)


def _growths(rng: Rng, attributes: Attributes, skin: Skin, style: Coat, scale: float) -> list[Growth]:
    length = style.length * scale * rng.uniform(0.75, 1.3)
    coat = replace(
        style,
        length=length,
        radius=style.radius * math.sqrt(scale) * rng.uniform(0.8, 1.1),
        curl=style.curl * scale,
        mess=style.mess * rng.uniform(0.7, 1.5),
        clump=min(style.clump * rng.uniform(0.6, 1.5), 0.9),
        root=rng.uniform(0.4, 0.85),
        frost=rng.pick([0, 0, 0.1, 0.3]),
        gloss=rng.uniform(0.03, 0.12),
    )
    if rng.chance(0.25) and length > 0.1:
        coat = with_wind(rng, coat, rng.uniform(0.3, 1.2))
        attributes["wind"] = True
    mane = (skin.length > 2.0) & (skin.density > 0)
    growths = [Growth(replace(skin, density=skin.density * ~mane), coat)]
    if mane.any():
        flowing = replace(
            coat, points=max(coat.points, 9), sag=0.6, mess=0.2, clump=0.5, tuft=50, lie=0.7, cover=coat.cover * 1.5
        )
        growths.append(Growth(replace(skin, density=skin.density * mane), flowing))
    stray = replace(
        coat, length=length * 1.5 + 0.02, radius=0.0012, cover=0.02, mess=0.4, clump=0, points=max(coat.points, 6)
    )
    return [*growths, Growth(skin, stray, 1500)]


def _portrait_points(skin: Skin, frame: Frame) -> Points:
    """The head and what is near below it: the rest of the body runs out of the frame."""
    local = frame.into(skin.vertices)
    near = (np.abs(local) < 2.6).all(1) & (skin.vertices[:, 2] > frame.centre[2] - 1.9 * frame.size)
    return skin.vertices[near]


def _mane(rng: Rng, flesh: Flesh, frame: Frame, bones: Bones, scale: float, colours: Points) -> list[Growth]:
    """Hair along the crest of the neck to one side, a forelock, and a tail."""
    base = colours.mean(0)
    colour = rng.pick([base * 0.12, base, np.clip(base * 1.8 + 0.1, 0, 0.85)])
    side = rng.pick([-1, 1])
    behind, withers = frame.out((-0.5, 0, 0.5)), bones.chest + np.array([-0.05, 0, 0.0])
    neck = unit(behind - withers)
    up = unit(np.cross(np.cross(neck, [0, 0, 1.0]), neck))
    crest = np.array([flesh.touch(withers + (behind - withers) * t, up) for t in np.linspace(0.15, 1, 12)])
    crest = spline(crest, 24)
    forelock = frame.out(np.stack([np.linspace(-0.5, 0.1, 6), np.zeros(6), np.full(6, 0.98)], 1))
    coat = Coat(0.34 * scale, 0.0028, 40, points=12, lie=0.7, mess=0.12, sag=1.3, clump=0.55, tuft=70, root=0.7)
    growths = []
    for line, flow in ((crest, (0.1, side * 0.9, -0.3)), (forelock, frame.way((0.9, side * 0.2, 0.2)))):
        wide = np.array([0, 0.012 * scale, 0])
        strip = np.stack([line - wide, line + wide], 1).reshape(-1, 3), grid_faces(len(line), 2)
        skin = Skin.of(strip, colour, flow=flow)
        if vertex_normals(*skin.shape)[:, 2].mean() < 0:
            skin = replace(skin, triangles=skin.triangles[:, ::-1])
        growths.append(Growth(skin, coat, 12000))
    if bones.tail is not None:
        dock = Skin.of(outwards(tube(spline(bones.tail[:4], 8), 0.035 * scale, 10)), colour, flow=(-0.5, 0, -0.6))
        growths.append(Growth(dock, replace(coat, length=0.6 * scale, cover=30), 12000))
    return growths
