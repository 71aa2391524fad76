"""What takes part: engines of this project, and peers that a user can install, each as pictures in and alpha out."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from ppid.data.pairs import Sample
from runtime.bundle import Bundle
from runtime.errors import UserError
from runtime.matter import Matter
from runtime.runners import State
from runtime.stills import Stills

_CLOSED_FORM_SIDE = 640  # pixels; the system of equations of a larger picture takes minutes


class Contender(ABC):
    """Something that mattes pictures; a context manager.

    Attributes:
        name: short, for tables and captions.
        about: what it is and what it is given, in words.
        kinds: the kinds of subject that it is made for, None for all.
    """

    name: str
    about: str
    kinds: frozenset[str] | None = None

    def begin(self) -> None:
        """What comes next belongs to another clip, or to none."""
        return None

    @abstractmethod
    def alpha(self, sample: Sample) -> NDArray[np.float32]:
        """Alpha of the picture's size, float32 (H, W) in [0, 1]. The sample's truth is not looked at."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Engine(Contender):
    """An engine bundle, used as `runtime.matte` does: resized, mirrored too, large pictures looked at again, refined, 8 bits.

    Args:
        bundle: what to run.
        name: of its row.
    """

    def __init__(self, bundle: Bundle, name: str):
        manifest = bundle.manifest
        self.name = name
        size = "each picture's proportions" if manifest.free_size else f"{manifest.width}x{manifest.height}"
        self.about = (
            f"this project's {manifest.model}, {manifest.precision} on {manifest.target} at {size} and mirrored"
            f" once more, weights {manifest.weights_digest[:12]}"
        )
        self._stills = Stills(bundle)

    def alpha(self, sample: Sample) -> NDArray[np.float32]:
        return self._stills.matte(sample.image).alpha.astype(np.float32) / np.float32(255)

    def __exit__(self, *error: Any) -> None:
        self._stills.__exit__(*error)


class Stream(Contender):
    """An engine bundle, used as `runtime.stream` does: inferred once with the state of the frame before, refined, 8 bits.

    Args:
        bundle: what to run.
        name: of its row.
    """

    def __init__(self, bundle: Bundle, name: str):
        manifest = bundle.manifest
        self.name = name
        self.about = f"{manifest.precision} on {manifest.target} at {manifest.width}x{manifest.height}, frame by frame"
        self._matter = Matter(bundle, preprocess="host")
        self._state: State | None = None

    def begin(self) -> None:
        self._state = None

    def alpha(self, sample: Sample) -> NDArray[np.float32]:
        alpha, self._state = self._matter(sample.image, self._state)
        return alpha.astype(np.float32) / np.float32(255)

    def __enter__(self) -> Self:
        self._matter.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._matter.__exit__(*error)


class MediaPipeSelfie(Contender):
    """MediaPipe's selfie segmentation (https://pypi.org/project/mediapipe/).

    Args:
        landscape: the smaller model, at 256x144, instead of the general one at 256x256.

    Raises:
        UserError: a version of it that carries the model is not installed.
    """

    name = "MediaPipe selfie"
    kinds = frozenset({"people"})

    def __init__(self, landscape: bool = False) -> None:
        mediapipe = _installed("mediapipe", "mediapipe==0.10.14")
        if not hasattr(mediapipe, "solutions"):
            raise UserError("this mediapipe carries no models any more; run: pip install 'mediapipe==0.10.14'")
        self.about = f"selfie segmentation of mediapipe {mediapipe.__version__} (Apache-2.0), people only"
        self._stack = ExitStack()
        self._model = self._stack.enter_context(
            mediapipe.solutions.selfie_segmentation.SelfieSegmentation(int(landscape))
        )

    def alpha(self, sample: Sample) -> NDArray[np.float32]:
        return np.clip(self._model.process(sample.image).segmentation_mask, 0, 1).astype(np.float32)

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class ClosedForm(Contender):
    """Closed-form matting (Levin et al., 2008) as in PyMatting, given the trimap: a reference, not a rival.

    Raises:
        UserError: PyMatting is not installed.
    """

    name = "closed form + trimap"

    def __init__(self) -> None:
        self._estimate = _installed("pymatting", "pymatting").estimate_alpha_cf
        self.about = "PyMatting's closed-form matting (MIT), which is given the true trimap"

    def alpha(self, sample: Sample) -> NDArray[np.float32]:
        height, width = sample.alpha.shape
        shrunk = min(1.0, _CLOSED_FORM_SIDE / max(height, width))
        size = max(1, round(width * shrunk)), max(1, round(height * shrunk))
        picture = cv2.resize(sample.image, size, interpolation=cv2.INTER_AREA) / 255
        trimap = cv2.resize(sample.trimap, size, interpolation=cv2.INTER_NEAREST) / 255
        known = np.where(trimap < 0.25, 0.0, np.where(trimap > 0.75, 1.0, 0.5))
        solvable = (known == 0).any() and (known == 1).any()
        found = self._estimate(picture, known) if solvable else known
        return np.clip(cv2.resize(found.astype(np.float32), (width, height)), 0, 1)


def _installed(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise UserError(f"{module} is not installed; run: pip install '{package}'") from None
