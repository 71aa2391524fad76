"""A window that shows the stream while it runs."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.frames import Frame


class WindowSink:
    """Shows every frame at once, in its own shape; q, Escape or closing the window ends it.

    Opening, writing and closing belong to one thread, on macOS the main one. Needs `pygame-ce`.

    Args:
        title: the window's title.

    Attributes:
        closed: True from the moment the user has closed the window; frames written later are ignored.

    Raises:
        UserError: pygame is not installed or there is no display.
    """

    wants_alpha = False

    def __init__(self, title: str) -> None:
        self.closed = False
        self._title = title
        self._pygame: ModuleType | None = None

    def __enter__(self) -> WindowSink:
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        try:
            import pygame
        except ImportError as error:
            raise UserError('the window needs pygame. Install it: pip install ".[view]"') from error
        try:
            pygame.display.init()
            # Without a screen SDL falls back to drawing where nobody can look.
            invisible = pygame.display.get_driver() == "offscreen" != os.environ.get("SDL_VIDEODRIVER")
            reason = "SDL found no screen" if invisible else None
        except pygame.error as error:
            reason = str(error)
        if reason:
            pygame.display.quit()
            raise UserError(
                f"there is no display to open a window on ({reason}). Write a file with --output, or only measure with "
                "--report."
            )
        self._pygame = pygame
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def write(self, frame: Frame, alpha: NDArray[np.uint8] | None) -> None:
        """Show a frame and look for keys. `alpha` is not used."""
        pygame = self._pygame
        if self.closed or pygame is None:
            return
        screen = pygame.display.get_surface() or self._open(pygame, frame.size)
        for event in pygame.event.get():
            key = event.key if event.type == pygame.KEYDOWN else None
            if event.type == pygame.QUIT or key in (pygame.K_q, pygame.K_ESCAPE):
                self.close()
                return
        size = _fitted(frame.size, screen.get_size())
        rgb = np.ascontiguousarray(frame.resized_rgb(size))
        screen.fill((0, 0, 0))
        left, top = (screen.get_width() - size[0]) // 2, (screen.get_height() - size[1]) // 2
        screen.blit(pygame.image.frombuffer(rgb, size, "RGB"), (left, top))
        pygame.display.flip()

    def close(self) -> None:
        """Close the window; harmless when repeated."""
        self.closed = True
        if self._pygame is not None:
            self._pygame.display.quit()

    def _open(self, pygame: ModuleType, frame_size: tuple[int, int]) -> Any:
        # Some room for the title bar and the desktop's panels.
        width, height = (max(1, int(side * 0.9)) for side in pygame.display.get_desktop_sizes()[0])
        size = (
            frame_size if frame_size[0] <= width and frame_size[1] <= height else _fitted(frame_size, (width, height))
        )
        screen = pygame.display.set_mode(size, pygame.RESIZABLE)
        pygame.display.set_caption(self._title)
        return screen


def _fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """The largest (width, height) of `size`'s shape within `room`."""
    scale = min(room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
