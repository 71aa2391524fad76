"""Alpha of things that are partly transparent, without the noise of chance.

Where a shader is a mix of something and nothing, Cycles tosses a coin for each ray, and alpha shows it. A shader that is
nothing but transparent passes each ray on, weaker: so alpha is rendered apart, with such shaders and no light.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render import cycles
from ppid.render.materials import Material
from ppid.render.shot import Bounces, Linear, Shot, Size

_NODE = "coverage"  # the shader of this name is what a material is for alpha


def let_through(material: Material, free: bpy.types.NodeSocket, body: bpy.types.NodeSocket) -> bpy.types.Material:
    """Finish a material of which `free` (0 to 1) of the light behind passes; `body` is the shader of the rest."""
    hole = material.node("BsdfTransparent").outputs[0]
    material.surface(material.mixed(free, body, hole))
    glow = material.node("Emission", Strength=1.0, Color=_inverse(material, free)).outputs[0]
    both = material.node("AddShader", {"name": _NODE})
    material.connect(both, 0, material.node("BsdfTransparent", Color=free).outputs[0])
    material.connect(both, 1, glow)
    return material.data


def _inverse(material: Material, free: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    node = material.node("Math", {"operation": "SUBTRACT"})
    material.connect(node, 0, 1.0)
    material.connect(node, 1, free)
    return node.outputs[0]


def has_holes() -> bool:
    """Whether anything in the scene is made with `let_through`."""
    return any(_NODE in material.node_tree.nodes for material in bpy.data.materials)


def coverage(size: Size, samples: int) -> Callable[[Linear], Linear]:
    """For `Shot.retouch`: puts the scene's exact coverage in the place of alpha."""

    def retouch(pixels: Linear) -> Linear:
        flat = Shot(size, samples, threshold=0.001, denoise=False, bounces=Bounces(0, 0, 0, 0, 24))
        seed = bpy.context.scene.cycles.seed  # the same, so that colour and alpha have their edges in the same places
        with _flat_shaders(), _only_where(pixels[..., 3] > 0):
            alpha = cycles.render(flat, seed)[..., 3:]
        colours, rough = pixels[..., :3], pixels[..., 3:]
        if not has_holes():  # what is opaque has the colour that its own few samples say, however much they cover
            colours = colours * np.where(rough > 0, alpha / np.maximum(rough, 1e-3), 1)
        return np.concatenate([colours, alpha], -1)

    return retouch


@contextmanager
def _only_where(seen: NDArray[np.bool_]) -> Iterator[None]:
    """Render the smallest rectangle around the pixels (H, W) that are seen; the rest stays clear."""
    settings, (height, width), margin = bpy.context.scene.render, seen.shape, 4
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    settings.use_border, settings.use_crop_to_border = bool(len(rows)), False
    if len(rows):
        settings.border_min_x = max(columns[0] - margin, 0) / width
        settings.border_max_x = min(columns[-1] + 1 + margin, width) / width
        settings.border_min_y = max(height - rows[-1] - 1 - margin, 0) / height  # from the bottom
        settings.border_max_y = min(height - rows[0] + margin, height) / height
    try:
        yield
    finally:
        settings.use_border = False


@contextmanager
def _flat_shaders() -> Iterator[None]:
    """Materials show only what they cover, and nothing is lit."""
    scene = bpy.context.scene
    restored = []
    for material in bpy.data.materials:
        nodes, links = material.node_tree.nodes, material.node_tree.links
        surface = next(node for node in nodes if node.bl_idname == "ShaderNodeOutputMaterial").inputs["Surface"]
        restored.append((links, surface.links[0].from_socket, surface))
        flat = nodes.get(_NODE) or nodes.new("ShaderNodeEmission")
        links.new(flat.outputs[0], surface)
    lamps = [each for each in scene.objects if each.type == "LIGHT" and not each.hide_render]
    world, least = scene.world, scene.cycles.min_transparent_bounces
    scene.world, scene.cycles.min_transparent_bounces = None, 24  # no ray ends by chance
    for lamp in lamps:
        lamp.hide_render = True
    try:
        yield
    finally:
        scene.world, scene.cycles.min_transparent_bounces = world, least
        for lamp in lamps:
            lamp.hide_render = False
        for links, shader, surface in restored:
            links.new(shader, surface)
