"""Clear things and their exact alpha: materials that light goes through, and what of the background they let pass.

Alpha is the share of the background's light that is lost on its way to the camera. What counts as lost:

* what is reflected (Fresnel), absorbed (tint, growing with the length of the way inside) or scattered (frost, foam);
* what is bent so far that it comes from outside the picture's field of view: a background picture cannot supply it.
  The surround is seen there instead, as colour of the foreground.

Light that is bent less is taken to come from straight behind: alpha cannot say by how much a lens displaces it. A tint
loses each colour differently and there is one alpha: it is taken from halfway between the mean and the most of the three
losses, and what a colour keeps beyond that is added to the foreground, as if the background were as bright as the
surround. Over grey backgrounds that errs least.

A path tracer tosses a coin between reflection and transmission, which leaves speckle in alpha. Here alpha comes from a
rendering of its own, in which every clear surface passes light on and glows with the share that is lost at it. A ray
has only one way to go then: nothing is drawn by chance but the place inside the pixel (and on the lens).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import bpy
import cv2
import numpy as np
from numpy.typing import ArrayLike

from ppid.render import cycles
from ppid.render.light import Image, Sphere
from ppid.render.materials import Material
from ppid.render.rng import Rng
from ppid.render.scene import add_image, add_mesh
from ppid.render.shapes import Faces, Points, Shape, as_quads
from ppid.render.shot import Attributes, Bounces, Linear, Shot

Socket = Any  # bpy.types.NodeSocket
Pattern = Callable[[Material], Socket]  # a number in [0, 1] for each place of a surface
WHITE = (1.0, 1.0, 1.0)
_LOSS = "loss"  # name of the output node that the second rendering uses
_MARGIN, _FADE = math.radians(4), math.radians(18)  # beyond the corner of the frame: still background, and no longer
_MIRROR = "mirror"  # name of the node that holds the surround
_BRIGHTEST = 25.0  # radiance of a lamp's reflection
_HAZE = (0.85, 0.86, 0.88)
_DEEPEST = 8.5  # bounces after which the surround is looked up, whatever the way
_BOUNCES = Bounces(12, 0, 12, 12, 64)


@dataclass(frozen=True)
class Substance:
    """What a clear body is made of.

    Attributes:
        ior: index of refraction.
        tint: linear RGB, the share of light that is left after `depth`.
        depth: in units of the scene.
        frost: the share of the surface that scatters, where.
        frost_colour: of what is scattered; None lets rough glass do it.
        before: what is on the other side of its surface, where that is not air: the drink that wets a glass.
    """

    ior: float = 1.45
    tint: ArrayLike = WHITE
    depth: float = 0.1
    frost: Pattern | None = None
    frost_colour: ArrayLike | None = None
    before: Substance | None = None


@dataclass(frozen=True)
class Film:
    """What a sheet without thickness is made of: panes, bags, bubbles.

    Attributes:
        reflects: share of light it reflects when looked at straight.
        grazing: share it reflects at the least angle.
        tint: linear RGB, the share of light it lets pass, or a pattern of colours.
        shine: linear RGB of its reflection, or a pattern of colours.
        haze: the share that is scattered, where.
    """

    reflects: float = 0.08
    grazing: float = 1.0
    tint: ArrayLike | Pattern = WHITE
    shine: ArrayLike | Pattern = WHITE
    haze: Pattern | None = None


def body(substance: Substance) -> bpy.types.Material:
    """The material of the skin of a clear substance, whose normals point out of it."""
    material = Material("body")
    ior = substance.ior / (substance.before.ior if substance.before else 1.0)
    fresnel = material.node("Fresnel", IOR=ior).outputs[0]
    onwards = _number(material, "LESS_THAN", material.node("LightPath").outputs["Ray Depth"], _DEEPEST)
    # Never two ways at once: what is reflected in part is looked up, only what is reflected totally is traced.
    refracted = _number(material, "MULTIPLY", onwards, _one_minus(material, fresnel))
    turned_back = _number(material, "MULTIPLY", onwards, _number(material, "GREATER_THAN", fresnel, 0.9999))
    passed = _number(material, "ADD", refracted, turned_back)
    absorbed = _absorbed(material, substance)
    way = _added(
        material,
        material.node("BsdfRefraction", Color=material.scaled(absorbed, refracted), Roughness=0.0, IOR=ior).outputs[0],
        material.node("BsdfAnisotropic", Color=material.scaled(absorbed, turned_back), Roughness=0.0).outputs[0],
    )
    mirrored = _mirror(material, material.scaled(absorbed, _one_minus(material, passed)))
    look = _added(material, way, mirrored)
    share = None if substance.frost is None else substance.frost(material)
    material.surface(look if share is None else material.mixed(share, look, _scatter(material, substance)))
    _set_loss(material, material.scaled(absorbed, passed), way, share)
    return material.data


def film(what: Film) -> bpy.types.Material:
    """The material of an open mesh: light passes without being bent."""
    material = Material("film")
    schlick = _number(material, "POWER", material.node("LayerWeight", Blend=0.5).outputs["Facing"], 5.0)
    reflected = material.node("MapRange", Value=schlick, To_Min=what.reflects, To_Max=what.grazing)
    shine = what.shine(material) if callable(what.shine) else what.shine
    tint = what.tint(material) if callable(what.tint) else what.tint
    passed = material.scaled(tint, _one_minus(material, reflected.outputs[0]))
    mirrored = _mirror(material, material.scaled(shine, reflected.outputs[0]))
    through = material.node("BsdfTransparent", Color=passed).outputs[0]
    look = _added(material, through, mirrored)
    share = None if what.haze is None else what.haze(material)
    material.surface(look if share is None else material.mixed(share, look, _cloud(material, _HAZE)))
    _set_loss(material, passed, through, share)
    return material.data


def add_body(
    shape: Shape, material: bpy.types.Material, *, smooth: bool = True, name: str = "body"
) -> bpy.types.Object:
    """Add a closed mesh with its faces turned outwards: only then light is bent the right way."""
    vertices, faces = shape
    corners = as_quads(faces)
    a, b, c, d = (vertices[corners[:, k]] for k in range(4))
    volume = (np.cross(a, b) * c).sum() + (np.cross(a, c) * d).sum()
    return add_mesh((vertices, faces if volume > 0 else _flipped(faces)), material, smooth=smooth, name=name)


def let_light_through() -> None:
    """Prepare a scene whose lights and camera stand.

    Refracted rays see the surround only outside the picture's field of view. Light for shading passes clear things as
    if they were not there: caustics are off, so that glass would shade what it holds.
    """
    for target in bpy.context.scene.objects:
        if target.type in ("MESH", "CURVES") and any(_is_clear(slot.material) for slot in target.material_slots):
            target.visible_shadow = target.visible_diffuse = False
    mirrored = add_image("mirrored", _surround_with_lamps(), in_float=True)
    for material in filter(_is_clear, bpy.data.materials):
        material.node_tree.nodes[_MIRROR].image = mirrored
        material.cycles.emission_sampling = "NONE"
    settings = bpy.context.scene.world.cycles
    settings.sampling_method, settings.sample_map_resolution = "MANUAL", 256  # found automatically it takes seconds
    world = bpy.context.scene.world.node_tree
    background = next(node for node in world.nodes if node.bl_idname == "ShaderNodeBackground")
    within = _within_view(world)
    path = world.nodes.new("ShaderNodeLightPath")
    hidden, kept, strength = (_math(world, kind) for kind in ("MULTIPLY", "SUBTRACT", "MULTIPLY"))
    world.links.new(within, hidden.inputs[0])
    world.links.new(path.outputs["Is Transmission Ray"], hidden.inputs[1])
    kept.inputs[0].default_value = 1.0
    world.links.new(hidden.outputs[0], kept.inputs[1])
    world.links.new(kept.outputs[0], strength.inputs[0])
    strength.inputs[1].default_value = background.inputs["Strength"].default_value
    world.links.new(strength.outputs[0], background.inputs["Strength"])


def exact_alpha(shot: Shot, attributes: Attributes, brightness: float, samples: int = 12) -> Shot:
    """A shot whose alpha is the loss of the scene's clear things, free of noise.

    Args:
        shot: how colour is rendered; its own retouch comes last.
        attributes: of the picture: what is blurred by the camera needs more samples.
        brightness: linear, of the background that a tint is shown with.
        samples: rays a pixel for alpha, where the camera does not blur.
    """
    if attributes["defocus"] or attributes["motion_blur"]:
        samples = max(samples, 28)

    def retouch(pixels: Linear) -> Linear:
        kept = 1 - loss(shot, samples)[..., :3].clip(0, 1)
        key = (kept.min(-1) + kept.mean(-1)) / 2
        tinted = np.maximum(kept - key[..., None], 0) * np.float32(brightness)
        result = np.concatenate([pixels[..., :3] + tinted, 1 - key[..., None]], -1)
        return shot.retouch(result) if shot.retouch else result

    return replace(shot, glass=False, denoise_alpha=False, coverage_samples=0, retouch=retouch)


def loss(shot: Shot, samples: int) -> Linear:
    """The share of the background's light (H, W, RGB) that the scene keeps from the camera."""
    scene = bpy.context.scene
    with _loss_materials(), _world_of_losses(), _no_roulette():
        return cycles.render(
            Shot(size=shot.size, samples=samples, threshold=0.01, denoise=False, bounces=_BOUNCES), scene.cycles.seed
        )


def patches(rng: Rng, size: float, share: float, most: float = 1.0) -> Pattern:
    """Clouds that cover about `share` of a surface, up to `most`; `size` of one in units."""
    offset, turn = rng.uniform(-9, 9, 3), rng.uniform(-3, 3, 3)

    def pattern(material: Material) -> Socket:
        place = material.node("Mapping", Vector=material.node("TexCoord").outputs["Object"], Scale=(1 / size,) * 3)
        material.connect(place, "Location", offset)
        material.connect(place, "Rotation", turn)
        clouds = material.node("TexNoise", Vector=place.outputs[0], Detail=2.0, Roughness=0.6)
        middle = 0.62 - 0.24 * share
        ramp = material.node("MapRange", Value=clouds.outputs[0], From_Min=middle - 0.1, From_Max=middle + 0.12)
        material.connect(ramp, "To Max", most)
        return ramp.outputs[0]

    return pattern


def band(low: float, high: float, fade: float, most: float = 1.0) -> Pattern:
    """Between two heights of the object, with soft ends of width `fade`."""

    def pattern(material: Material) -> Socket:
        height = material.node("SeparateXYZ", Vector=material.node("TexCoord").outputs["Object"]).outputs[2]
        rise = material.node("MapRange", Value=height, From_Min=low, From_Max=low + fade)
        fall = material.node("MapRange", Value=height, From_Min=high, From_Max=high - fade)
        both = _number(material, "MULTIPLY", rise.outputs[0], fall.outputs[0])
        return _number(material, "MULTIPLY", both, most)

    return pattern


def everywhere(share: float) -> Pattern:
    """The same share all over."""

    def pattern(material: Material) -> Socket:
        node = material.node("Value")
        node.outputs[0].default_value = share
        return node.outputs[0]

    return pattern


def _is_clear(material: bpy.types.Material | None) -> bool:
    return material is not None and material.node_tree is not None and _LOSS in material.node_tree.nodes


def _flipped(faces: Faces) -> Faces:
    """The same faces seen from the other side; triangles among quads keep their mark."""
    if faces.shape[1] == 3:
        return faces[:, ::-1]
    triangle = (faces[:, 2] == faces[:, 3])[:, None]
    return np.where(triangle, faces[:, [0, 2, 1, 1]], faces[:, [0, 3, 2, 1]])


def _absorbed(material: Material, substance: Substance) -> Any:
    """What is left of light after its way to this surface (Beer and Lambert): inside, or in what is before it."""
    within, before = _densities(substance), _densities(substance.before)
    if not within.any() and not before.any():
        return WHITE
    side = material.node("Mix", {"data_type": "VECTOR"}, Factor=material.node("NewGeometry").outputs["Backfacing"])
    material.connect(side, 4, before)
    material.connect(side, 5, within)
    length = material.node("LightPath").outputs["Ray Length"]
    left = material.node("VectorMath", {"operation": "POWER"})
    material.connect(left, 0, (math.e,) * 3)
    material.connect(left, 1, material.scaled(side.outputs[1], length))
    return left.outputs[0]


def _densities(substance: Substance | None) -> Points:
    """Logarithm of the share that is left after one unit, RGB; none of air."""
    if substance is None:
        return np.zeros(3)
    return np.log(np.clip(np.asarray(substance.tint, float), 1e-3, 1)) / substance.depth


def _scatter(material: Material, substance: Substance) -> Socket:
    if substance.frost_colour is None:
        return material.node("BsdfGlass", Color=substance.tint, Roughness=0.45, IOR=substance.ior).outputs[0]
    return _cloud(material, substance.frost_colour)


def _cloud(material: Material, colour: ArrayLike) -> Socket:
    """Scatters light to both sides."""
    diffuse, beyond = material.node("BsdfDiffuse", Color=colour), material.node("BsdfTranslucent", Color=colour)
    return material.mixed(0.45, diffuse.outputs[0], beyond.outputs[0])


def _set_loss(material: Material, passed: Socket, through: Socket, scattered: Socket | None) -> None:
    """A second output: what is not `passed` glows, so that the glow of all surfaces on a way adds up to its loss."""
    lost = material.node("VectorMath", {"operation": "SUBTRACT"})
    material.connect(lost, 0, WHITE)
    material.connect(lost, 1, passed)
    shader = _added(material, through, material.node("Emission", Color=lost.outputs[0]).outputs[0])
    if scattered is not None:
        shader = material.mixed(scattered, shader, material.node("Emission", Color=WHITE).outputs[0])
    output = material.node("OutputMaterial")
    output.name = _LOSS
    material.connect(output, "Surface", shader)


def _added(material: Material, first: Socket, second: Socket) -> Socket:
    node = material.node("AddShader")
    material.connect(node, 0, first)
    material.connect(node, 1, second)
    return node.outputs[0]


def _mirror(material: Material, share: Socket) -> Socket:
    """The surround's reflection in a surface, looked up instead of traced."""
    geometry = material.node("NewGeometry").outputs
    inwards = material.scaled(geometry["Incoming"], -1.0)
    reflected = material.node("VectorMath", {"operation": "REFLECT"})
    material.connect(reflected, 0, inwards)
    material.connect(reflected, 1, geometry["Normal"])
    surround = material.node("TexEnvironment", Vector=reflected.outputs[0])
    surround.name = _MIRROR
    return material.node("Emission", Color=material.scaled(surround.outputs[0], share)).outputs[0]


def _surround_with_lamps() -> Image:
    """Pixels of the world's surround as bright as it is, and the lamps in it as seen from the origin."""
    nodes = bpy.context.scene.world.node_tree.nodes
    texture = next(node for node in nodes if node.bl_idname == "ShaderNodeTexEnvironment").image
    background = next(node for node in nodes if node.bl_idname == "ShaderNodeBackground")
    width, height = texture.size
    pixels = np.empty(width * height * 4, np.float32)
    texture.pixels.foreach_get(pixels)
    image = pixels.reshape(height, width, 4)[..., :3] * background.inputs["Strength"].default_value
    image = cv2.resize(image, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR).astype(float)
    sphere = Sphere(2 * height)
    for lamp in bpy.context.scene.objects:
        if lamp.type == "LIGHT":
            x, y, z = lamp.location
            distance, level = math.sqrt(x * x + y * y + z * z), math.hypot(x, y)
            half = math.atan(lamp.data.size / 2 / distance)
            radiance = lamp.data.energy / (math.pi * lamp.data.size**2)
            colour = np.array(lamp.data.color) * min(radiance, _BRIGHTEST)
            wide = min(half / max(level / distance, 0.2), math.pi)  # a rectangle of directions widens towards the poles
            image += sphere.pane(math.atan2(y, x), math.atan2(z, level), (wide, half), colour, 0.015)
    return image


def _number(material: Material, operation: str, first: Any, second: Any) -> Socket:
    node = material.node("Math", {"operation": operation})
    material.connect(node, 0, first)
    material.connect(node, 1, second)
    return node.outputs[0]


def _one_minus(material: Material, value: Any) -> Socket:
    return _number(material, "SUBTRACT", 1.0, value)


def _within_view(tree: bpy.types.NodeTree) -> Socket:
    """In a world's nodes: 1 for directions inside the camera's view, falling to 0 outside."""
    scene = bpy.context.scene
    camera, settings = scene.camera, scene.render
    half = camera.data.sensor_width / 2 / camera.data.lens
    aspect = settings.resolution_y / max(settings.resolution_x, 1)
    off_axis = math.hypot(abs(camera.data.shift_x), abs(camera.data.shift_y)) * 2
    corner = math.atan(half * (math.hypot(1, aspect) + off_axis))
    forward = -np.array(camera.matrix_world)[:3, 2]
    dot = tree.nodes.new("ShaderNodeVectorMath")
    dot.operation = "DOT_PRODUCT"
    tree.links.new(tree.nodes.new("ShaderNodeTexCoord").outputs["Generated"], dot.inputs[0])
    dot.inputs[1].default_value = forward / np.linalg.norm(forward)
    ramp = tree.nodes.new("ShaderNodeMapRange")
    ramp.interpolation_type = "SMOOTHSTEP"
    ramp.inputs["From Min"].default_value = math.cos(min(corner + _MARGIN + _FADE, math.pi / 2))
    ramp.inputs["From Max"].default_value = math.cos(min(corner + _MARGIN, math.pi / 2 - 0.1))
    tree.links.new(dot.outputs["Value"], ramp.inputs["Value"])
    return ramp.outputs[0]


def _math(tree: bpy.types.NodeTree, operation: str) -> bpy.types.Node:
    node = tree.nodes.new("ShaderNodeMath")
    node.operation = operation
    return node


@contextmanager
def _loss_materials() -> Iterator[None]:
    """Clear materials show their loss, all others are white light: nothing passes them."""
    opaque = bpy.data.materials.new("opaque")
    opaque.use_nodes = True
    opaque.node_tree.nodes.clear()
    glow, output = (opaque.node_tree.nodes.new(f"ShaderNode{kind}") for kind in ("Emission", "OutputMaterial"))
    opaque.node_tree.links.new(glow.outputs[0], output.inputs["Surface"])
    clear = [each for each in bpy.data.materials if _is_clear(each)]
    usual = {}
    for material in clear:
        nodes = material.node_tree.nodes
        usual[material] = next(
            node for node in nodes if node.bl_idname == "ShaderNodeOutputMaterial" and node.name != _LOSS
        )
        nodes[_LOSS].is_active_output = True
    swapped = []
    for target in bpy.context.scene.objects:
        for slot in target.material_slots if target.type in ("MESH", "CURVES") else ():
            if slot.material not in usual:
                swapped.append((slot, slot.material))
                slot.material = opaque
    lamps = [each for each in bpy.context.scene.objects if each.type == "LIGHT" and not each.hide_render]
    for lamp in lamps:
        lamp.hide_render = True
    try:
        yield
    finally:
        for output in usual.values():
            output.is_active_output = True
        for slot, material in swapped:
            slot.material = material
        for lamp in lamps:
            lamp.hide_render = False
        bpy.data.materials.remove(opaque)


@contextmanager
def _world_of_losses() -> Iterator[None]:
    """White light comes from outside the view: refracted rays that end there are lost to the background."""
    scene = bpy.context.scene
    usual, world = scene.world, bpy.data.worlds.new("losses")
    world.use_nodes = True
    world.cycles.sampling_method = "NONE"
    tree = world.node_tree
    background = next(node for node in tree.nodes if node.bl_idname == "ShaderNodeBackground")
    background.inputs["Color"].default_value = (1, 1, 1, 1)
    outside = _math(tree, "SUBTRACT")
    outside.inputs[0].default_value = 1.0
    tree.links.new(_within_view(tree), outside.inputs[1])
    tree.links.new(outside.outputs[0], background.inputs["Strength"])
    scene.world = world
    try:
        yield
    finally:
        scene.world = usual
        bpy.data.worlds.remove(world)


@contextmanager
def _no_roulette() -> Iterator[None]:
    """Rays do not end by chance."""
    settings = bpy.context.scene.cycles
    usual = settings.min_light_bounces, settings.min_transparent_bounces
    settings.min_light_bounces, settings.min_transparent_bounces = 64, 64
    try:
        yield
    finally:
        settings.min_light_bounces, settings.min_transparent_bounces = usual
