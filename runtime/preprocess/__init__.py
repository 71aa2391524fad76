"""From a frame to a network's input: on the CPU, or with DALI on the GPU."""

from __future__ import annotations

from runtime.cuda.driver import gpu_problem
from runtime.errors import UserError
from runtime.preprocess.base import DevicePicture, Prepared, Preprocessor, TakesDevicePictures
from runtime.preprocess.dali import DaliPreprocessor, dali_installed
from runtime.preprocess.host import HostPreprocessor
from runtime.runners import Runner

CHOICES = ("auto", "dali", "host")

__all__ = ["CHOICES", "DevicePicture", "Prepared", "Preprocessor", "TakesDevicePictures", "make_preprocessor"]


def make_preprocessor(choice: str, runner: Runner) -> Preprocessor:
    """The preprocessor for a runner's engine.

    Args:
        choice: `host`, `dali`, or `auto`: DALI where the engine runs on a GPU and DALI is installed, else the host.
        runner: what will take the pictures, open or not.

    Raises:
        UserError: an unknown choice; or `dali` without a GPU, for an engine on the CPU, or not installed.
    """
    if choice not in CHOICES:
        raise UserError(f"no preprocessing {choice!r}; choose one of {', '.join(CHOICES)}")
    manifest = runner.bundle.manifest
    on_gpu = isinstance(runner, TakesDevicePictures)
    if choice == "host" or (choice == "auto" and not (on_gpu and dali_installed() and gpu_problem() is None)):
        return HostPreprocessor(manifest.size)
    preprocessor = DaliPreprocessor(manifest.size)
    if not on_gpu:
        raise UserError(
            f"DALI preprocessing leaves pictures on the GPU, but {manifest.target} engines take them on the CPU."
            " Use --preprocess host, or an engine for the GPU: python -m export.build_engine --fp16 --target tensorrt-rtx"
        )
    return preprocessor
