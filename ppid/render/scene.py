"""Arrays to Blender objects and back."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.shapes import Points, Shape, join

COLOUR = "colour"  # attribute with linear RGB of each vertex or strand point
SURFACE = "surface"  # attribute with (u, v, 0) of each vertex


def clear(keep: Iterable[bpy.types.Object] = ()) -> bpy.types.Scene:
    """An empty scene in the same process: what the last picture left goes, so hundreds can be made.

    `keep` stays, with its geometry and materials.
    """
    kept: set[bpy.types.ID] = set(keep)
    for each in tuple(kept):
        kept |= {each.data, *each.data.materials}
    blocks = bpy.data
    for collection in (
        blocks.objects,
        blocks.meshes,
        blocks.hair_curves,
        blocks.materials,
        blocks.lights,
        blocks.cameras,
        blocks.images,
        blocks.worlds,
        blocks.node_groups,
        blocks.actions,
    ):
        if gone := [block for block in collection if block not in kept]:
            blocks.batch_remove(gone)
    scene = bpy.context.scene
    scene.frame_set(1)
    return scene


def add(name: str, data: bpy.types.ID) -> bpy.types.Object:
    """Put a data block into the scene."""
    added = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(added)
    return added


def add_mesh(
    shape: Shape | tuple[Points, list[list[int]]],
    material: bpy.types.Material | None = None,
    *,
    name: str = "mesh",
    smooth: bool = True,
    colour: ArrayLike | None = None,
    surface: ArrayLike | None = None,
) -> bpy.types.Object:
    """Add a shape.

    Args:
        shape: vertices (N, 3) and faces; quads whose last vertices are the same are triangles; lists may have any length.
        material: what it is made of.
        name: of the object.
        smooth: shade across edges.
        colour: linear RGB (N, 3) or (3,), read by `Material.vertex_colour`.
        surface: texture coordinates (N, 2), read by `Material.surface_coordinates`.
    """
    vertices, faces = shape
    mesh = bpy.data.meshes.new(name)
    if isinstance(faces, np.ndarray) and faces.shape[1] == 4 and np.any(faces[:, 2] == faces[:, 3]):
        triangles = faces[:, 2] == faces[:, 3]
        faces = [[*map(int, face)] for face in faces[~triangles]] + [[*map(int, face[:3])] for face in faces[triangles]]
    if isinstance(faces, np.ndarray):
        corners = faces.shape[1]
        mesh.vertices.add(len(vertices))
        mesh.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
        mesh.loops.add(faces.size)
        mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, np.int32).ravel())
        mesh.polygons.add(len(faces))
        mesh.polygons.foreach_set("loop_start", np.arange(len(faces), dtype=np.int32) * corners)
        mesh.update(calc_edges=True)
    else:
        mesh.from_pydata(np.asarray(vertices, float).tolist(), [], faces)
        mesh.update()
    mesh.polygons.foreach_set("use_smooth", np.full(len(mesh.polygons), smooth))  # without, all is smooth
    if colour is not None:
        _set_colour(mesh, np.broadcast_to(np.asarray(colour, np.float32), (len(vertices), 3)))
    if surface is not None:
        coordinates = np.c_[np.asarray(surface), np.zeros(len(vertices))].astype(np.float32)
        mesh.attributes.new(SURFACE, "FLOAT_VECTOR", "POINT").data.foreach_set("vector", coordinates.ravel())
    if material is not None:
        mesh.materials.append(material)
    return add(name, mesh)


def add_strands(
    points: ArrayLike,
    radius: ArrayLike,
    material: bpy.types.Material,
    *,
    name: str = "strands",
    colour: ArrayLike | None = None,
) -> bpy.types.Object:
    """Add hairs or threads.

    Args:
        points: float (K, P, 3), K strands of P points from root to tip.
        radius: broadcast to (K, P).
        material: what they are made of.
        name: of the object.
        colour: linear RGB (K, 3) or (K, P, 3), read by `Material.vertex_colour`.
    """
    places = np.asarray(points, np.float32)
    count, length, _ = places.shape
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([length] * count)
    curves.attributes["position"].data.foreach_set("vector", places.ravel())
    radii = np.ascontiguousarray(np.broadcast_to(radius, (count, length)), np.float32)
    attribute = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    attribute.data.foreach_set("value", radii.ravel())
    if colour is not None:
        shades = np.asarray(colour, np.float32)
        if shades.ndim == 2:
            shades = np.repeat(shades[:, None], length, 1)
        _set_colour(curves, shades.reshape(-1, 3))
    curves.materials.append(material)
    return add(name, curves)


def move_strands(strands: bpy.types.Object, points: ArrayLike) -> None:
    """Give strands other points (K, P, 3): of the next frame."""
    strands.data.attributes["position"].data.foreach_set("vector", np.asarray(points, np.float32).ravel())
    strands.data.update_tag()


def move_vertices(mesh: bpy.types.Object, points: ArrayLike) -> None:
    """Give a mesh other vertices (N, 3): of the next frame."""
    mesh.data.vertices.foreach_set("co", np.asarray(points, np.float32).ravel())
    mesh.data.update()


def bevel(target: bpy.types.Object, width: float = 0.03, segments: int = 3) -> bpy.types.Object:
    """Round its sharp edges."""
    modifier = target.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments, modifier.limit_method = width, segments, "ANGLE"
    return target


def subdivide(target: bpy.types.Object, levels: int = 2) -> bpy.types.Object:
    """Smooth it by subdivision."""
    modifier = target.modifiers.new("subdivide", "SUBSURF")
    modifier.levels = modifier.render_levels = levels
    return target


def thicken(target: bpy.types.Object, thickness: float, offset: float = -1) -> bpy.types.Object:
    """Give a surface thickness, inwards (-1) to outwards (1)."""
    modifier = target.modifiers.new("thicken", "SOLIDIFY")
    modifier.thickness, modifier.offset = thickness, offset
    return target


def fuse(shapes: Iterable[Shape], voxel: float = 0.04, smoothing: int = 8) -> Shape:
    """The union of closed shapes under one smooth skin of triangles."""
    target = add_mesh(join(shapes), smooth=False)
    remesh = target.modifiers.new("remesh", "REMESH")
    remesh.mode, remesh.voxel_size = "VOXEL", voxel
    if smoothing:
        smooth = target.modifiers.new("smooth", "SMOOTH")
        smooth.iterations, smooth.factor = smoothing, 0.5
    fused = evaluated(target)
    bpy.data.objects.remove(target)
    return fused


def evaluated(target: bpy.types.Object) -> Shape:
    """An object's triangles after its modifiers, in its own space."""
    result = target.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = result.to_mesh()
    vertices = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.calc_loop_triangles()
    faces = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", faces)
    result.to_mesh_clear()
    return vertices.reshape(-1, 3).astype(float), faces.reshape(-1, 3).astype(np.int64)


def all_points(most: int = 20000) -> Points:
    """Points (N, 3) of everything that the camera should hold: meshes and strands without the property `unframed`."""
    found = []
    graph = bpy.context.evaluated_depsgraph_get()
    for target in bpy.context.scene.objects:
        if target.type not in ("MESH", "CURVES") or target.get("unframed"):
            continue
        matrix = np.array(target.matrix_world)
        if target.type == "MESH":
            values = (target.evaluated_get(graph).data if target.modifiers else target.data).vertices
            places = np.empty(len(values) * 3, np.float32)
            values.foreach_get("co", places)
        else:
            values = target.data.attributes["position"].data
            places = np.empty(len(values) * 3, np.float32)
            values.foreach_get("vector", places)
        points = places.reshape(-1, 3)
        points = points[:: len(points) // most + 1]
        found.append(points @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(found).astype(float)


def add_image(
    name: str, pixels: ArrayLike, *, colour_space: str = "Non-Color", in_float: bool = False
) -> bpy.types.Image:
    """A texture from pixels (H, W) or (H, W, 3 or 4), row 0 at the bottom, linear unless `colour_space` is `sRGB`."""
    values = np.asarray(pixels, np.float32)
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, -1)
    if values.shape[-1] == 3:
        values = np.concatenate([values, np.ones((*values.shape[:2], 1), np.float32)], -1)
    image = bpy.data.images.new(name, values.shape[1], values.shape[0], alpha=True, float_buffer=in_float)
    image.colorspace_settings.name = colour_space  # before the pixels: afterwards it would empty them
    image.pixels.foreach_set(np.ascontiguousarray(values).ravel())
    image.update()
    return image


def _set_colour(data: bpy.types.ID, rgb: NDArray[np.float32]) -> None:
    rgba = np.concatenate([rgb, np.ones((len(rgb), 1), np.float32)], 1)
    data.attributes.new(COLOUR, "FLOAT_COLOR", "POINT").data.foreach_set("color", rgba.ravel())
