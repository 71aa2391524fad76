"""What Blender makes of our arrays, and whether rendered alpha is the truth."""

from __future__ import annotations

import numpy as np
import pytest

from ppid.render.rng import Rng
from ppid.render.shapes import Shape, box, sphere, torus
from ppid.render.shot import Bounces, Shot

pytestmark = pytest.mark.usefixtures("empty_scene")


def seen_from_front(width: float = 2.0) -> None:
    """An orthographic camera that looks along y at a square of `width` around the origin."""
    import bpy

    from ppid.render.scene import add

    data = bpy.data.cameras.new("camera")
    data.type, data.ortho_scale = "ORTHO", width
    camera = add("camera", data)
    camera.location, camera.rotation_euler = (0, -5, 0), (np.pi / 2, 0, 0)
    bpy.context.scene.camera = camera


def rendered_alpha(size: tuple[int, int] = (64, 64), **settings) -> np.ndarray:
    from ppid.render import cycles

    return cycles.render(Shot(size, samples=64, **settings))[..., 3]


def wall(left: float, right: float) -> Shape:
    corners = np.array([[left, 0, -2], [right, 0, -2], [right, 0, 2], [left, 0, 2]], float)
    return corners, np.array([[0, 1, 2, 3]])


@pytest.mark.parametrize("coverage_samples", [0, 32])
def test_alpha_is_the_share_that_is_covered(coverage_samples: int) -> None:
    from ppid.render.scene import add_mesh

    seen_from_front()
    add_mesh(wall(-2, 0.5))
    alpha = rendered_alpha(coverage_samples=coverage_samples, denoise=False)
    assert (alpha[:, :46] == 1).all() and (alpha[:, 50:] == 0).all()
    assert alpha.mean() == pytest.approx(0.75, abs=0.004)


@pytest.mark.parametrize("coverage_samples", [0, 32])
def test_alpha_of_a_sphere_is_a_disc(coverage_samples: int) -> None:
    from ppid.render.scene import add_mesh

    seen_from_front()
    add_mesh(sphere(5, 0.7))
    alpha = rendered_alpha((96, 96), coverage_samples=coverage_samples)
    assert alpha.mean() == pytest.approx(np.pi * 0.7**2 / 4, rel=0.01)
    y, x = np.mgrid[:96, :96] + 0.5
    inside = np.hypot(x - 48, y - 48) / 48
    assert (alpha[inside < 0.66] > 0.999).all() and (alpha[inside > 0.74] == 0).all()


def test_the_flat_rendering_leaves_the_scene_as_it_was() -> None:
    import bpy

    from ppid.render import cycles, light
    from ppid.render.scene import add_mesh

    seen_from_front()
    add_mesh(sphere(4, 0.7))
    lamp = light.lamp((0, -3, 2), 5)
    world = light.surround(Rng(1), "studio")
    shot = Shot((32, 32), samples=8, coverage_samples=16)
    first, second = cycles.render(shot), cycles.render(shot)
    assert world and bpy.context.scene.world and not lamp.hide_render
    assert np.array_equal(first, second) and first[16, 16, :3].max() > 0.1


def test_glass_lets_the_background_through() -> None:
    from ppid.render.materials import Material
    from ppid.render.scene import add_mesh

    seen_from_front()
    glass = Material("glass", Base_Color=(1, 1, 1), Transmission_Weight=1.0, Roughness=0.0, IOR=1.45)
    add_mesh(box(3, 0.1, 3), glass.data, smooth=False)
    bounces = Bounces(total=12, transmission=10)
    assert rendered_alpha(glass=False, bounces=bounces).min() == 1
    clear = rendered_alpha(glass=True, bounces=bounces, denoise_alpha=True)
    # Two surfaces reflect 3.4 % each (Fresnel at 1.45).
    assert clear.mean() == pytest.approx(0.066, abs=0.015) and clear.std() < 0.02


def test_strands_cover_as_their_width_says() -> None:
    from ppid.render.materials import everyday
    from ppid.render.scene import add_strands

    seen_from_front()
    across = np.linspace(-0.9, 0.9, 10)
    points = np.stack([[(x, 0, z) for z in (-2.0, 0.0, 2.0)] for x in across])
    add_strands(points, 0.01, everyday(Rng(0)))
    assert rendered_alpha(denoise=False).mean() == pytest.approx(10 * 0.02 / 2, rel=0.05)


def test_fused_shapes_are_one_closed_skin() -> None:
    from ppid.render.scene import fuse

    vertices, faces = fuse([sphere(4), (sphere(4)[0] + [0, 0, 1.2], sphere(4)[1])], voxel=0.1)
    assert faces.shape[1] == 3 and vertices[:, 2].max() > 1.8
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), 1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()


def test_modifiers_show_in_what_is_evaluated() -> None:
    from ppid.render.scene import add_mesh, bevel, evaluated, subdivide, thicken

    plain = len(evaluated(add_mesh(box(1, 1, 1)))[0])
    for change in (bevel, subdivide, lambda each: thicken(each, 0.1)):
        assert len(evaluated(change(add_mesh(box(1, 1, 1))))[0]) > plain


def test_clearing_leaves_nothing() -> None:
    import bpy

    from ppid.render import scene
    from ppid.render.materials import everyday

    scene.add_mesh(torus(1, 0.2), everyday(Rng(2), "wood"))
    scene.clear()
    assert not bpy.data.objects and not bpy.data.meshes and not bpy.data.materials


@pytest.mark.parametrize("seed", range(6))
def test_the_camera_holds_the_scene(seed: int) -> None:
    from ppid.render import camera
    from ppid.render.scene import add_mesh

    rng, attributes, size = Rng(seed), {}, (96, 64)
    add_mesh(box(rng.uniform(0.5, 3), rng.uniform(0.5, 3), rng.uniform(0.5, 3)), smooth=False)
    framing = camera.Framing(fill=0.8, roll=0, defocus=0, motion_blur=0)
    camera.fit(rng, camera.view_direction(rng), size, attributes, framing)
    alpha = rendered_alpha(size, denoise=False)
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    rows, columns = np.nonzero(alpha > 0.5)
    extent = max(np.ptp(rows) / 64, np.ptp(columns) / 96)
    assert border.max() < 0.1 and extent == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("blur", [{"defocus": 1.0}, {"motion_blur": 1.0}])
def test_blur_by_movement_and_by_depth_soften_the_edge(blur: dict[str, float]) -> None:
    from ppid.render import camera, scene

    def softness(**chances: float) -> float:
        total = 0.0
        for seed in range(4):
            scene.clear()
            scene.add_mesh(box(1, 1, 1), smooth=False)
            framing = camera.Framing(fill=0.7, roll=0, lens=50, **{"defocus": 0, "motion_blur": 0, **chances})
            camera.fit(Rng(seed), (0.3, -1, 0.2), (128, 128), {}, framing)
            alpha = rendered_alpha((128, 128), denoise=False)
            total += ((alpha > 0.02) & (alpha < 0.98)).mean()
        return total

    assert softness(**blur) > 1.2 * softness()


@pytest.mark.parametrize("kind", ["sky", "studio", "room", "night", "sunset", "forest", "overcast"])
def test_surrounds_light_alike(kind: str) -> None:
    from ppid.render import cycles, light
    from ppid.render.materials import Material
    from ppid.render.scene import add_mesh

    seen_from_front()
    add_mesh(sphere(3, 0.8), Material("white", Base_Color=(0.8, 0.8, 0.8), Roughness=1.0).data)
    light.surround(Rng(5), kind)
    pixels = cycles.render(Shot((24, 24), samples=32))
    assert 0.1 < pixels[12, 12, :3].mean() < 4
