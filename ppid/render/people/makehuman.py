"""MakeHuman's CC0 data: base mesh, morph targets, skeleton with weights, and garments. Only data, none of its program.

MakeHuman has decimetres, y up and z to the front; all but `raw` is turned into metres, z up, front along -y, when it is
read. The person's left is +x.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.errors import UserError
from ppid.render.people.skinning import Pose, Weights
from ppid.render.shapes import Faces, Points

BODY = 13380  # vertices of the body itself; those of the helpers follow
RACES = ("caucasian", "asian", "african")
_ARM = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
_NEEDED = (
    "base/base.obj",
    "base/default.mhskel",
    "base/default_weights.mhw",
    "base/scalp_solid.json",
    "base/lips_solid.json",
)


@dataclass(frozen=True)
class Wavefront:
    """A mesh file.

    Attributes:
        vertices: (N, 3) as in the file.
        uv: (M, 2).
        faces: (F, 4); a triangle repeats its last vertex.
        face_uv: (F, 4) which uv each corner has.
        groups: numbers of the faces of each group.
    """

    vertices: Points
    uv: Points
    faces: Faces
    face_uv: Faces
    groups: dict[str, Faces]


@dataclass(frozen=True)
class Garment:
    """Clothes that hang on the base mesh.

    Attributes:
        faces: (F, 4) quads.
        face_uv: (F, 4) which row of `uv` each corner has.
        uv: (M, 2).
        refs: (N, 3) vertices of the base mesh that each vertex is bound to.
        shares: (N, 3) of each of them.
        offsets: (N, 3) from there, in MakeHuman's axes and units.
        scale: for x, y and z two vertices of the base mesh and their distance in decimetres there.
        weights: (N, B) of the bones.
        hides: vertices of the base mesh that it covers.
        heights: (N,) y of the vertices in MakeHuman's decimetres.
    """

    faces: Faces
    face_uv: Faces
    uv: Points
    refs: Faces
    shares: Points
    offsets: Points
    scale: dict[str, tuple[int, int, float]]
    weights: Weights
    hides: Faces
    heights: NDArray[np.float64]


@dataclass(frozen=True)
class MakeHuman:
    """The data of all people.

    Attributes:
        folder: where it lies.
        raw: (V, 3) the base mesh in MakeHuman's decimetres, y up: handy to name regions.
        base: (V, 3) the same in metres, z up.
        faces: (F, 4) of body and helpers.
        groups: numbers of the faces of `body`, `helper-tights`, `helper-skirt`, `helper-l-eye` and so on.
        scalp_faces: numbers of the faces of the scalp.
        lip_faces: of the lips.
        joint_vertices: whose mean is a joint.
        bones: parent, head and tail of each bone.
        order: names of the bones, parents first.
        bone_index: place of a bone in `order`.
        weights: (V, B) share of the bones in each vertex.
        arm_weight: (V,) share of the bones of the arms.
        arm_place: (V,) 0 at the shoulder, 1 at the elbow, 2 at the wrist and more in the hand; -1 off the arms.
    """

    folder: Path
    raw: Points
    base: Points
    faces: Faces
    groups: dict[str, Faces]
    scalp_faces: Faces
    lip_faces: Faces
    joint_vertices: dict[str, Faces]
    bones: dict[str, dict[str, Any]]
    order: list[str]
    bone_index: dict[str, int]
    weights: Weights
    arm_weight: NDArray[np.float64]
    arm_place: NDArray[np.float64]

    def shape(self, targets: Mapping[str, float]) -> Points:
        """Vertices (V, 3) at rest with morph targets applied by weight."""
        vertices = self.base.copy()
        for name, weight in targets.items():
            if abs(weight) > 1e-4:
                moved, way = _target(self.folder, name)
                vertices[moved] += way * weight
        return vertices

    def target_names(self, folder: str) -> list[str]:
        """Names of the morph targets below `targets/<folder>`."""
        return _target_names(self.folder, folder)

    def rest(self, shape: Points) -> Points:
        """Heads (B, 3) of the bones in a shape at rest."""
        return np.array([shape[self.joint_vertices[self.bones[bone]["head"]]].mean(0) for bone in self.order])

    def posed(self, rest: Points, turns: Mapping[str, Points], in_chest: Mapping[str, Points]) -> Pose:
        """Put bones together from the root.

        Args:
            rest: (B, 3) their heads at rest.
            turns: rotations (3, 3) in the axes at rest, added to the parent's.
            in_chest: rotations relative to the chest instead: of arms.
        """
        count = len(self.order)
        rotations, joints = np.zeros((count, 3, 3)), np.zeros((count, 3))
        chest = self.bone_index["spine01"]
        for i, bone in enumerate(self.order):
            parent = self.bones[bone]["parent"]
            if parent is None:
                rotations[i], joints[i] = turns.get(bone, np.eye(3)), rest[i]
                continue
            above = self.bone_index[parent]
            joints[i] = joints[above] + rotations[above] @ (rest[i] - rest[above])
            own = in_chest.get(bone)
            if own is not None:
                rotations[i] = rotations[chest] @ own
            else:
                rotations[i] = rotations[above] @ turns.get(bone, np.eye(3))
        return Pose(rotations, rest, joints)

    def skin(self, vertices: Points, weights: Weights, pose: Pose) -> Points:
        """Points (N, 3) at rest, posed."""
        return pose.skin(vertices, weights)

    def garment(self, name: str) -> Garment:
        """The outfit `clothes/<name>`."""
        return _garment(self.folder, name, self)

    def fit(self, garment: Garment, shape: Points) -> Points:
        """Vertices (N, 3) of a garment on a shape at rest."""
        sizes = []
        for axis, ours in (("x", 0), ("y", 2), ("z", 1)):
            one, other, distance = garment.scale.get(axis, (0, 0, 0.0))
            sizes.append(abs(shape[one, ours] - shape[other, ours]) * 10 / distance if distance else 1.0)
        on_body = np.einsum("nk,nkj->nj", garment.shares, shape[garment.refs])
        return on_body + _turned(garment.offsets * np.array(sizes))

    def of_faces(self, faces: Faces) -> NDArray[np.float64]:
        """(V,) the share of a vertex's faces of the body that are among `faces`: soft at the region's edge."""
        among, all_of = np.zeros(len(self.raw)), np.zeros(len(self.raw))
        np.add.at(among, self.faces[faces].ravel(), 1)
        np.add.at(all_of, self.faces[self.groups["body"]].ravel(), 1)
        return np.clip(among / np.maximum(all_of, 1), 0, 1)

    # Data are the same for the whole process: they are keys of caches.
    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def load(folder: Path, later: Sequence[str]) -> MakeHuman:
    """Read MakeHuman's data.

    Args:
        folder: where it lies.
        later: files and folders below it that are read when a person needs them.

    Raises:
        UserError: something is missing in the folder or damaged.
    """
    for name in (*_NEEDED, *later):
        if not any((folder / f"{name}{suffix}").exists() for suffix in ("", ".gz")):
            raise UserError(
                f"{folder} lacks {name} (or {name}.gz), so it is not a folder of MakeHuman's CC0 data with `base/`, "
                "`targets/` and `clothes/`; pass the one that has them"
            )
    with _reading(folder / "base"):
        return _load(folder)


def _load(folder: Path) -> MakeHuman:
    mesh = _read_mesh(folder / "base/base.obj")
    base = _turned(mesh.vertices)
    skeleton = _read_json(folder / "base/default.mhskel")
    bones: dict[str, dict[str, Any]] = skeleton["bones"]
    joint_vertices = {name: np.array(vertices) for name, vertices in skeleton["joints"].items()}
    order = _parents_first(bones)
    bone_index = {bone: i for i, bone in enumerate(order)}
    weights = _weights(_read_json(folder / "base/default_weights.mhw")["weights"], len(base), bone_index)
    heads = {bone: base[joint_vertices[bones[bone]["head"]]].mean(0) for bone in order}
    arm_weight, arm_place = _arms(base, weights, order, heads)
    return MakeHuman(
        folder=folder,
        raw=mesh.vertices,
        base=base,
        faces=mesh.faces,
        groups=mesh.groups,
        scalp_faces=_face_numbers(folder / "base/scalp_solid.json"),
        lip_faces=_face_numbers(folder / "base/lips_solid.json"),
        joint_vertices=joint_vertices,
        bones=bones,
        order=order,
        bone_index=bone_index,
        weights=weights,
        arm_weight=arm_weight,
        arm_place=arm_place,
    )


def subdivide(faces: Faces, vertices: int) -> tuple[Faces, Faces]:
    """Split each quad into four.

    Returns:
        The new faces (4F, 4), and (N, 4) which old vertices each new vertex is the mean of, some of them repeated.
    """
    rows = [(i, i, i, i) for i in range(vertices)]
    middles: dict[tuple[int, int], int] = {}
    split = []

    def middle(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in middles:
            middles[key] = len(rows)
            rows.append((a, a, b, b))
        return middles[key]

    for a, b, c, d in faces.tolist():
        ab, bc, cd, da = middle(a, b), middle(b, c), middle(c, d), middle(d, a)
        centre = len(rows)
        rows.append((a, b, c, d))
        split += [(a, ab, centre, da), (ab, b, bc, centre), (centre, bc, c, cd), (da, centre, cd, d)]
    return np.array(split), np.array(rows)


def _turned(vertices: ArrayLike) -> Points:
    """MakeHuman's axes and units to ours."""
    v = np.asarray(vertices, float)
    return np.stack([v[..., 0], -v[..., 2], v[..., 1]], -1) * 0.1


def _read(path: Path) -> str:
    """Text of a file, packed or not."""
    packed = path.with_name(path.name + ".gz")
    with _reading(path):
        raw = gzip.decompress(packed.read_bytes()) if packed.is_file() else path.read_bytes()
    return raw.decode("utf-8", errors="replace")


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """One message for all that a missing or damaged file leads to."""
    try:
        yield
    except (OSError, EOFError, zlib.error, ValueError, LookupError) as error:
        raise UserError(
            f"{path} (or .gz) is missing or damaged ({error}); copy MakeHuman's CC0 data there again and run again"
        ) from error


def _read_json(path: Path) -> Any:
    with _reading(path):
        return json.loads(_read(path))


def _face_numbers(path: Path) -> Faces:
    return np.array(sorted(int(number) for number in _read_json(path)))


def _read_mesh(path: Path) -> Wavefront:
    with _reading(path):
        return _parsed_mesh(_read(path))


def _parsed_mesh(text: str) -> Wavefront:
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    faces: list[list[int]] = []
    face_uv: list[list[int]] = []
    groups: dict[str, list[int]] = {}
    current: list[int] = []
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(number) for number in rest.split()[:3]])
        elif kind == "vt":
            uv.append([float(number) for number in rest.split()[:2]])
        elif kind == "g":
            current = groups.setdefault(rest.split()[0], [])
        elif kind == "f":
            corners = [corner.split("/") for corner in rest.split()]
            corners += corners[-1:] * (4 - len(corners))
            current.append(len(faces))
            faces.append([int(corner[0]) - 1 for corner in corners[:4]])
            face_uv.append([int(corner[1]) - 1 if len(corner) > 1 and corner[1] else 0 for corner in corners[:4]])
    return Wavefront(
        np.array(vertices),
        np.array(uv or [[0.0, 0.0]]),
        np.array(faces),
        np.array(face_uv),
        {name: np.array(numbers) for name, numbers in groups.items()},
    )


def _parents_first(bones: Mapping[str, dict[str, Any]]) -> list[str]:
    order: list[str] = []
    while len(order) < len(bones):
        order += [name for name, bone in bones.items() if name not in order and bone["parent"] in (None, *order)]
    return order


def _weights(listed: Mapping[str, list[list[float]]], vertices: int, bone_index: Mapping[str, int]) -> Weights:
    weights = np.zeros((vertices, len(bone_index)), np.float32)
    for bone, rows in listed.items():
        if rows:
            numbers, shares = np.array(rows).T
            weights[numbers.astype(int), bone_index[bone]] = shares
    weights[weights.sum(1) < 1e-6, bone_index["root"]] = 1
    return weights / weights.sum(1, keepdims=True)


def _arms(
    base: Points, weights: Weights, order: list[str], heads: Mapping[str, Points]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """See `arm_weight` and `arm_place` of `MakeHuman`."""
    of_arms = [i for i, bone in enumerate(order) if bone.startswith(_ARM)]
    share = weights[:, of_arms].sum(1).astype(float)
    place = np.full(len(base), -1.0)
    for side, sign in (("L", 1), ("R", -1)):
        shoulder, elbow, wrist = (heads[f"{bone}.{side}"] for bone in ("upperarm01", "lowerarm01", "wrist"))
        upper, lower = elbow - shoulder, wrist - elbow
        along_upper = (base - shoulder) @ upper / (upper @ upper)
        along_lower = (base - elbow) @ lower / (lower @ lower)
        along = np.where(along_upper < 0.97, np.minimum(along_upper, 1), 1 + np.maximum(along_lower, 0))
        here = (base[:, 0] * sign > 0) & (share > 0.3)
        place[here] = along[here]
    return share, place


@functools.cache
def _target(folder: Path, name: str) -> tuple[Faces, Points]:
    """Vertices that a morph target moves, and by how much."""
    path = folder / "targets" / f"{name}.target"
    rows = [line.split() for line in _read(path).splitlines() if line.strip() and not line.startswith("#")]
    with _reading(path):
        numbers = np.array(rows, float).reshape(-1, 4)
    return numbers[:, 0].astype(int), _turned(numbers[:, 1:])


@functools.cache
def _target_names(folder: Path, below: str) -> list[str]:
    path = folder / "targets" / below
    with _reading(path):
        return sorted(f"{below}/{each.name.split('.target')[0]}" for each in path.iterdir())


@functools.cache
def _garment(folder: Path, name: str, makehuman: MakeHuman) -> Garment:
    path = folder / "clothes" / f"{name}.mhclo"
    mesh, text = _read_mesh(path.with_suffix(".obj")), _read(path)
    with _reading(path):
        return _bound(mesh, text, makehuman)


def _bound(mesh: Wavefront, text: str, makehuman: MakeHuman) -> Garment:
    bound: list[list[float]] = []
    hides: list[int] = []
    scale: dict[str, tuple[int, int, float]] = {}
    section = ""
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in ("x_scale", "y_scale", "z_scale"):
            scale[words[0][0]] = (int(words[1]), int(words[2]), float(words[3]))
        elif words[0] in ("verts", "delete_verts"):
            section = words[0]
        elif section == "verts" and words[0].lstrip("-").isdigit():
            bound.append(_binding(words))
        elif section == "delete_verts" and words[0].isdigit():
            hides += _ranges(words)
    table = np.array(bound[: len(mesh.vertices)])
    refs, shares, offsets = table[:, :3].astype(int), table[:, 3:6], table[:, 6:]
    weights = np.einsum("nk,nkb->nb", np.clip(shares, 0, None), makehuman.weights[refs]).astype(np.float32)
    bound_faces = (mesh.faces < len(table)).all(1)
    return Garment(
        faces=mesh.faces[bound_faces],
        face_uv=mesh.face_uv[bound_faces],
        uv=mesh.uv,
        refs=refs,
        shares=shares,
        offsets=offsets,
        scale=scale,
        weights=weights / np.maximum(weights.sum(1, keepdims=True), 1e-6),
        hides=np.array(hides, int),
        heights=makehuman.raw[refs][:, 0, 1],
    )


def _binding(words: list[str]) -> list[float]:
    """Three vertices, their shares and an offset; or one vertex alone."""
    if len(words) < 9:
        return [float(words[0])] * 3 + [1.0, 0, 0, 0, 0, 0]
    return [float(word) for word in words[:9]]


def _ranges(words: list[str]) -> list[int]:
    """Numbers of `4 7 - 9`: 4, 7, 8 and 9."""
    numbers: list[int] = []
    spread = False
    for word in words:
        if word == "-":
            spread = True
        elif spread:
            numbers += range(numbers[-1] + 1, int(word) + 1)
            spread = False
        else:
            numbers.append(int(word))
    return numbers
