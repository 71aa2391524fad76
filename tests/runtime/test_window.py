"""The window on SDL's dummy driver: real events, real surface, no screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from runtime.errors import UserError
from runtime.frames import Frame, Yuv
from runtime.window import WindowSink

pygame = pytest.importorskip("pygame", reason='pygame is missing: pip install ".[view]"')

RED, BLACK = (200, 40, 40), (0, 0, 0)


@pytest.fixture(autouse=True)
def dummy_display(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield
    pygame.display.quit()


def frame(width: int, height: int, colour: tuple[int, int, int] = RED) -> Frame:
    planes = Yuv.from_rgb(np.full((height, width, 3), colour, np.uint8))
    return Frame(planes.y, planes.u, planes.v, planes.colour)


def shown(x: float, y: float) -> tuple[int, ...]:
    screen = pygame.display.get_surface()
    return tuple(screen.get_at((int(x * screen.get_width()), int(y * screen.get_height()))))[:3]


def near(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 3


def test_a_frame_is_shown_at_its_size_in_its_colours():
    with WindowSink("Matting") as sink:
        sink.write(frame(63, 47), None)
        assert pygame.display.get_surface().get_size() == (63, 47)
        assert pygame.display.get_caption()[0] == "Matting"
        assert near(shown(0.5, 0.5), RED) and near(shown(0, 0), RED) and near(shown(0.98, 0.98), RED)
        sink.write(frame(63, 47, (30, 60, 220)), None)
        assert near(shown(0.5, 0.5), (30, 60, 220))
        assert not sink.closed and not sink.wants_alpha
    assert sink.closed


def test_a_large_frame_fits_the_screen_and_keeps_its_shape():
    with WindowSink("") as sink:
        room = pygame.display.get_desktop_sizes()[0]
        sink.write(frame(room[0] * 2, room[1] // 2), None)
        width, height = pygame.display.get_surface().get_size()
        assert width <= room[0] and height <= room[1]
        assert abs(width / height - room[0] * 2 / (room[1] // 2)) < 0.05
        assert near(shown(0.5, 0.5), RED) and near(shown(0.99, 0.99), RED)


def test_another_shape_gets_bars_not_distortion():
    with WindowSink("") as sink:
        sink.write(frame(80, 40), None)
        pygame.display.set_mode((200, 300), pygame.RESIZABLE)  # what dragging the window's corner does
        sink.write(frame(80, 40), None)
        assert pygame.display.get_surface().get_size() == (200, 300)
        assert near(shown(0.5, 0.5), RED) and near(shown(0.01, 0.5), RED)
        assert shown(0.5, 0.3) == BLACK and shown(0.5, 0.7) == BLACK
        sink.write(frame(20, 60), None)
        assert near(shown(0.5, 0.01), RED) and near(shown(0.5, 0.5), RED)
        assert shown(0.2, 0.5) == BLACK and shown(0.8, 0.5) == BLACK


@pytest.mark.parametrize("how", ["q", "escape", "button"])
def test_the_user_ends_it(how):
    with WindowSink("") as sink:
        sink.write(frame(64, 48), None)
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_a))
        sink.write(frame(64, 48), None)
        assert not sink.closed
        event = {
            "q": pygame.event.Event(pygame.KEYDOWN, key=pygame.K_q),
            "escape": pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE),
            "button": pygame.event.Event(pygame.QUIT),
        }[how]
        pygame.event.post(event)
        sink.write(frame(64, 48), None)
        assert sink.closed and not pygame.display.get_init()
        sink.write(frame(64, 48), None)  # frames under way are simply not shown


def test_an_exception_closes_the_window():
    with pytest.raises(RuntimeError), WindowSink("") as sink:
        sink.write(frame(64, 48), None)
        raise RuntimeError
    assert not pygame.display.get_init()


def test_without_pygame_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(UserError, match=r'pip install "\.\[view\]"'), WindowSink(""):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display driver")
@pytest.mark.parametrize("driver", [{}, {"SDL_VIDEODRIVER": "x11", "DISPLAY": ":4242"}])
def test_without_a_display_other_ways_are_told(driver):
    script = "from runtime.window import WindowSink\nWindowSink('x').__enter__()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        env=driver,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "UserError" in done.stderr and "--output" in done.stderr and "--report" in done.stderr
    assert done.stdout == ""
