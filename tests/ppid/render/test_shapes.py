"""Shapes are closed, even and where they should be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppid.render.rng import Rng
from ppid.render.shapes import (
    box,
    join,
    lathe,
    noise,
    perpendicular,
    point_along,
    rotation,
    rounded_box,
    sample_surface,
    scatter,
    sphere,
    spline,
    torus,
    tube,
    unit,
    vertex_normals,
)

vectors = st.tuples(*[st.floats(-5, 5)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


def edges_shared_by_two_faces(faces: np.ndarray) -> bool:
    counts: dict[tuple[int, int], int] = {}
    for face in faces.tolist():
        corners = list(dict.fromkeys(face))
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
            counts[min(a, b), max(a, b)] = counts.get((min(a, b), max(a, b)), 0) + 1
    return set(counts.values()) == {2}


@pytest.mark.parametrize(
    "shape",
    [sphere(3), box(1, 2, 3), rounded_box(1, 1, 1), torus(1, 0.2), tube([(0, 0, 0), (0, 0, 1), (0, 1, 1)], 0.1)],
)
def test_solids_are_closed(shape: tuple) -> None:
    assert edges_shared_by_two_faces(shape[1])
    assert shape[1].max() == len(shape[0]) - 1


@given(vectors, st.floats(-7, 7))
def test_a_rotation_keeps_lengths_and_its_axis(axis: tuple, angle: float) -> None:
    turn = rotation(axis, angle)
    assert np.allclose(turn @ turn.T, np.eye(3)) and np.isclose(np.linalg.det(turn), 1)
    assert np.allclose(turn @ axis, axis)


@given(vectors)
def test_perpendiculars_and_directions(direction: tuple) -> None:
    along = unit(direction)
    first, second = perpendicular(direction)
    assert np.allclose([along @ first, along @ second, first @ second], 0, atol=1e-9)
    assert np.allclose(point_along(np.array([[0, 0, 2.0]]), direction, 0.3), 2 * along)


def test_a_spline_goes_through_its_points() -> None:
    points = np.array([[0, 0, 0], [1, 2, 0], [3, 1, 1], [4, 0, 0]], float)
    assert np.allclose(spline(points, 4), points)
    assert len(spline(points, 9, closed=True)) == 9


def test_normals_look_outwards() -> None:
    vertices, faces = sphere(3)
    assert (np.einsum("nk,nk->n", vertex_normals(vertices, faces), vertices) > 0.99).all()
    vertices, faces = lathe([(1, 0), (1, 1)], 32)
    assert np.abs(vertex_normals(vertices, faces)[:, 2]).max() < 1e-6


def test_samples_lie_on_the_surface_and_follow_the_weight() -> None:
    vertices, faces = sphere(4)
    points, normals = sample_surface(Rng(1), vertices, faces, 500, (vertices[:, 2] > 0).astype(float))
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=0.02)
    assert (np.einsum("nk,nk->n", points, normals) > 0.98).all()
    assert (points[:, 2] > -0.1).all()


def test_copies_and_joins() -> None:
    turns = np.tile(np.eye(3), (2, 1, 1))
    vertices, faces = scatter(box(1, 1, 1), [(0, 0, 0), (5, 0, 0)], turns, np.array([1.0, 2.0]))
    assert len(vertices) == 16 and vertices[:, 0].max() == 6
    vertices, faces = join([sphere(2), box(1, 1, 1)])
    assert faces.shape[1] == 4 and faces.max() == len(vertices) - 1


def test_noise_is_smooth_bounded_and_its_seed_s_own() -> None:
    points = np.linspace(0, 1, 400)[:, None] * np.ones(3)
    values = noise(points, Rng(4))
    assert np.abs(values).max() < 2 and np.abs(np.diff(values)).max() < 0.2 and values.std() > 0.05
    assert np.array_equal(values, noise(points, Rng(4))) and not np.array_equal(values, noise(points, Rng(5)))
