"""Renders a scene with Cycles on the CPU."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ppid.errors import UserError
from ppid.render.shot import Bounces, Linear, Shot, Size

_FLAT = Bounces(0, 0, 0, 0, 16)


def render(shot: Shot, seed: int = 0) -> Linear:
    """Render the scene as it stands.

    Args:
        shot: how.
        seed: of the sampling.

    Returns:
        float32 (H, W, 4), linear and premultiplied, row 0 on top, alpha in [0, 1], no NaN.

    Raises:
        UserError: no room for the picture in the scratch folder.
    """
    _set_up(shot.size, seed, shot.samples, shot.threshold, shot.bounces)
    scene = bpy.context.scene
    scene.cycles.use_denoising = shot.denoise
    scene.cycles.film_transparent_glass = shot.glass
    scene.cycles.film_transparent_roughness = 0.12
    if shot.denoise_alpha:
        _denoise_alpha(scene)
    pixels = _shoot(scene)
    if shot.coverage_samples:
        pixels[..., 3] = _coverage(shot.size, seed, shot.coverage_samples)
    pixels[..., 3] = pixels[..., 3].clip(0, 1)
    return pixels


def _coverage(size: Size, seed: int, samples: int) -> Linear:
    """Alpha (H, W) of the scene with everything a flat white emitter; its lamps stay."""
    _set_up(size, seed, samples, 0.02, _FLAT)
    scene, layer = bpy.context.scene, bpy.context.view_layer
    scene.cycles.use_denoising = False
    scene.cycles.adaptive_min_samples = 12
    flat = bpy.data.materials.new("flat")
    flat.use_nodes = True
    flat.node_tree.nodes.clear()
    emission, output = (flat.node_tree.nodes.new(f"ShaderNode{kind}") for kind in ("Emission", "OutputMaterial"))
    flat.node_tree.links.new(emission.outputs[0], output.inputs["Surface"])
    lamps = [each for each in scene.objects if each.type == "LIGHT" and not each.hide_render]
    world = scene.world
    layer.material_override, scene.world = flat, None
    for lamp in lamps:
        lamp.hide_render = True
    try:
        return _shoot(scene)[..., 3]
    finally:
        layer.material_override, scene.world = None, world
        for lamp in lamps:
            lamp.hide_render = False


def _set_up(size: Size, seed: int, samples: int, threshold: float, bounces: Bounces) -> None:
    scene = bpy.context.scene
    settings, cycles = scene.render, scene.cycles
    settings.engine = "CYCLES"
    settings.resolution_x, settings.resolution_y = size
    settings.resolution_percentage = 100
    settings.threads_mode, settings.threads = "FIXED", 1  # a process for each core wastes less than threads do
    settings.film_transparent = True
    settings.use_persistent_data = False
    settings.use_compositing = False
    scene.compositing_node_group = None
    cycles.device = "CPU"
    cycles.seed = seed
    cycles.samples = samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = threshold
    cycles.adaptive_min_samples = min(samples, max(12, samples // 3))
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_quality, cycles.denoising_prefilter = "BALANCED", "FAST"
    cycles.film_transparent_glass = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = bounces.total, bounces.diffuse, bounces.glossy
    cycles.transmission_bounces, cycles.transparent_max_bounces = bounces.transmission, bounces.transparent
    cycles.volume_bounces = 0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.blur_glossy = 0.5
    cycles.use_light_tree = cycles.use_auto_tile = False
    scene.cycles_curves.shape, scene.cycles_curves.subdivisions = "RIBBONS", 2
    scene.view_settings.view_transform = "Standard"
    output = settings.image_settings
    output.file_format, output.color_mode = "OPEN_EXR", "RGBA"
    output.color_depth, output.exr_codec = "32", "NONE"


def _shoot(scene: bpy.types.Scene) -> Linear:
    """A window's render result has no readable pixels in the background: so through a file of 32 bit floats."""
    with tempfile.NamedTemporaryFile(prefix="ppid-render-", suffix=".exr") as file:
        scene.render.filepath = file.name
        scene.render.use_file_extension = False
        bpy.ops.render.render(write_still=True)
        # Blender tells nobody that a file could not be written, and some that were cut short take it down.
        if Path(file.name).stat().st_size < scene.render.resolution_x * scene.render.resolution_y * 16:
            raise UserError(f"the scratch folder {Path(file.name).parent} is full; free space there and run again")
        image = bpy.data.images.load(file.name, check_existing=False)
        image.colorspace_settings.name = "Non-Color"
        width, height = image.size  # read only now
        pixels = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return np.nan_to_num(pixels.reshape(height, width, 4)[::-1].copy(), nan=0.0, posinf=50.0, neginf=0.0)


def _denoise_alpha(scene: bpy.types.Scene) -> None:
    """Let the compositor denoise alpha: Cycles itself cleans only colour."""
    group = bpy.data.node_groups.new("denoise alpha", "CompositorNodeTree")
    group.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")

    def node(kind: str) -> bpy.types.Node:
        return group.nodes.new(kind)

    layers, grey, denoise = (
        node("CompositorNodeRLayers"),
        node("CompositorNodeCombineColor"),
        node("CompositorNodeDenoise"),
    )
    for channel in range(3):
        group.links.new(layers.outputs["Alpha"], grey.inputs[channel])
    denoise.inputs["HDR"].default_value = False
    group.links.new(grey.outputs[0], denoise.inputs["Image"])
    clean, colours, joined = (node(f"CompositorNode{kind}Color") for kind in ("Separate", "Separate", "Combine"))
    group.links.new(denoise.outputs[0], clean.inputs[0])
    # Colours are taken apart so that no node multiplies them by alpha again.
    group.links.new(layers.outputs["Image"], colours.inputs[0])
    for channel in range(3):
        group.links.new(colours.outputs[channel], joined.inputs[channel])
    group.links.new(clean.outputs[0], joined.inputs[3])
    group.links.new(joined.outputs[0], node("NodeGroupOutput").inputs[0])
    scene.compositing_node_group = group
    scene.render.use_compositing = True
