"""Preprocessing with NVIDIA DALI: a decoder's planes in, a network's input out, on the GPU.

One pipeline for each frame size does what `Yuv.resized` and `Colour.to_rgb` do, to the last bit, so that calibration,
accuracy and a bundle's manifest hold for either backend. DALI's own linear resize is up to one level off in each plane:
OpenCV cuts off twice, which makes it a quarter of a level darker on average. The colour matrix would make up to 4 levels of
that. Therefore:

- halving is DALI's linear resize without antialias to exactly one half, which is the mean of four pixels;
- the last step gathers the rows and columns that OpenCV reads and weighs them as OpenCV does, in integers with 11-bit
  weights (`INTER_RESIZE_COEF_BITS` and `VResizeLinear` in its `resize.cpp`);
- the colour matrix has OpenCV's 10-bit coefficients (`transform_8u` in its `matmul.simd.hpp`).

Sources: https://github.com/opencv/opencv/blob/4.x/modules/imgproc/src/resize.cpp,
https://github.com/opencv/opencv/blob/4.x/modules/core/src/matmul.simd.hpp,
https://docs.nvidia.com/deeplearning/dali/user-guide/docs/operations/index.html.

Not run on a GPU yet: what has been checked is the same graph with DALI's CPU operators.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.cuda.driver import gpu_problem
from runtime.errors import UserError
from runtime.frames import Colour, Yuv
from runtime.preprocess.base import DevicePicture, Prepared, Preprocessor

_WEIGHT_BITS = 11
_COLOUR_BITS = 10


class DaliPreprocessor(Preprocessor):
    """Uploads a frame's planes and leaves the network's input on the GPU; only the small Y'CbCr picture comes back.

    The pipeline is built at the first frame and again when the size or the colours change (tens of milliseconds): meant
    for streams, not for pictures of many sizes.

    Args:
        size: (width, height) of the network's input.
        device_id: the GPU, counted as CUDA does; None for DALI's CPU operators, which give the picture on the host and
            are there to check the pipeline: OpenCV is many times faster.

    Raises:
        UserError: no usable GPU, or DALI is not installed.
    """

    def __init__(self, size: tuple[int, int], device_id: int | None = 0):
        super().__init__(size)
        # First of all: some of DALI's GPU objects end the process where there is no driver.
        problem = None if device_id is None else gpu_problem()
        if problem:
            raise UserError(f"DALI preprocessing needs an NVIDIA GPU: {problem}. Use the CPU: --preprocess host")
        if not dali_installed():
            raise UserError(
                "DALI preprocessing needs NVIDIA DALI, which is not installed; run: pip install '.[dali]',"
                " or use the CPU: --preprocess host"
            )
        self.name = "DALI's CPU operators" if device_id is None else f"DALI on GPU {device_id}"
        self._device_id = device_id
        self._built_for: tuple[tuple[int, int], Colour] | None = None
        self._pipeline: Any = None

    def _prepare(self, frame: Yuv) -> Prepared:
        if self._built_for != (frame.size, frame.colour):
            self.close()
            self._pipeline = _build(frame.size, frame.colour, self.size, self._device_id)
            self._built_for = frame.size, frame.colour
        # DALI takes dense arrays only; decoders pad the rows of odd widths.
        planes = {"y": frame.y, "u": frame.u, "v": frame.v}
        # Returns when all is done: the input's memory is free again and the output is ready for any stream.
        packed, picture = self._pipeline.run(
            **{name: [np.ascontiguousarray(plane)[..., None]] for name, plane in planes.items()}
        )
        # Every run's output is memory of its own and lives as long as somebody holds it.
        if self._device_id is None:
            return Prepared(_array(packed), _array(picture))
        tensor = picture.as_tensor()
        return Prepared(_array(packed), DevicePicture(tensor.data_ptr(), tensor))

    def close(self) -> None:
        self._built_for = self._pipeline = None


def dali_installed() -> bool:
    """Whether `nvidia.dali` can be imported; does not import it."""
    try:
        return find_spec("nvidia.dali") is not None
    except ModuleNotFoundError:  # not even the package `nvidia`
        return False


def _array(batch: Any) -> NDArray[np.uint8]:
    """The one sample of a host batch, without a copy."""
    return np.asarray(np.from_dlpack(batch[0]), np.uint8)


def _build(source: tuple[int, int], colour: Colour, target: tuple[int, int], device_id: int | None) -> Any:
    """The pipeline from planes `y`, `u`, `v` of a frame of size `source` to Y'CbCr on the host and RGB on the device."""
    dali: Any = import_module("nvidia.dali")  # half a second, for those who use it
    fn, types = dali.fn, dali.types
    device = "cpu" if device_id is None else "gpu"
    # Nothing is computed ahead: the output of a run belongs to its input.
    pipeline = dali.Pipeline(
        batch_size=1, num_threads=1, device_id=device_id, prefetch_queue_depth=1, exec_dynamic=True
    )
    with pipeline:
        y, u, v = (
            fn.external_source(name=name, layout="HWC", dtype=types.UINT8, ndim=3, no_copy=True) for name in "yuv"
        )
        if device_id is not None:
            y, u, v = y.gpu(), u.gpu(), v.gpu()
        half = (source[0] + 1) // 2, (source[1] + 1) // 2
        luma, *luma_weights = _neighbours(dali, y, source, target)
        chroma, *chroma_weights = _neighbours(dali, fn.cat(u, v, axis=2), half, target)
        corners = fn.cat(luma, chroma, axis=2)
        far_x, far_y = (
            np.stack([of_luma, of_chroma, of_chroma], 1)
            for of_luma, of_chroma in zip(luma_weights, chroma_weights, strict=True)
        )
        packed = _interpolated(dali, corners, far_x, far_y, device)
        matrix, offset = _fixed_point(colour)
        picture = fn.coord_transform(packed, M=matrix, T=offset, dtype=types.UINT8)
        pipeline.set_outputs(packed if device_id is None else packed.cpu(), picture)
    pipeline.build()
    return pipeline


def _neighbours(
    dali: Any, plane: Any, source: tuple[int, int], target: tuple[int, int]
) -> tuple[Any, NDArray[np.int32], NDArray[np.int32]]:
    """What linear interpolation to `target` = (width, height) reads of an (H, W, C) node of size `source`.

    Halves first, as `shrink` does.

    Returns:
        Node (2 * width, 2 * height, C), on its side: left before right columns, upper before lower rows; and the
        weights of right columns (width,) and lower rows (height,) in 1/2048.
    """
    fn, types = dali.fn, dali.types
    while source[0] >= 2 * target[0] and source[1] >= 2 * target[1]:
        columns, rows = source[0] // 2, source[1] // 2
        quarters = fn.resize(
            plane,
            resize_x=columns,
            resize_y=rows,
            roi_start=[0, 0],
            roi_end=[2 * rows, 2 * columns],  # an odd last row or column is left out
            interp_type=types.INTERP_LINEAR,
            antialias=False,
            dtype=types.FLOAT,
        )
        # Whole quarters: an eighth more makes every half go up, however casts round.
        plane = fn.cast(quarters + 0.125, dtype=types.UINT8)
        source = columns, rows
    across, far_x = _taps(source[0], target[0])
    down, far_y = _taps(source[1], target[1])
    lines = fn.sequence_rearrange(fn.reshape(plane, layout="FWC"), new_order=down)
    sideways = fn.transpose(lines, perm=[1, 0, 2])
    return fn.sequence_rearrange(fn.reshape(sideways, layout="FHC"), new_order=across), far_x, far_y


def _interpolated(dali: Any, corners: Any, far_x: NDArray[np.int32], far_y: NDArray[np.int32], device: str) -> Any:
    """Uint8 (height, width, 3) from (2 * width, 2 * height, 3) as `_neighbours` lays it out and weights of (…, 3)."""
    fn, types = dali.fn, dali.types

    def weighed(near: Any, far: Any, weights: NDArray[np.int32]) -> tuple[Any, Any]:
        rest = (1 << _WEIGHT_BITS) - weights
        return near * types.Constant(rest, device=device), far * types.Constant(weights, device=device)

    width, height = len(far_x), len(far_y)
    left, right = weighed(corners[:width], corners[width:], far_x[:, None])
    # OpenCV cuts off 4 bits here and 16 of either row, to stay within 16 bits, and only then rounds: 22 in all.
    rows = (left + right) >> 4
    upper, lower = weighed(rows[:, :height], rows[:, height:], far_y[None])
    sideways = ((upper >> 16) + (lower >> 16) + 2) >> 2
    return fn.transpose(fn.cast(sideways, dtype=types.UINT8), perm=[1, 0, 2])


def _taps(source: int, target: int) -> tuple[list[int], NDArray[np.int32]]:
    """OpenCV's linear interpolation along one axis.

    Returns:
        The near pixels of all outputs and then the far ones, and the far ones' weights in 1/2048.
    """
    places = ((np.arange(target) + 0.5) * (source / target) - 0.5).astype(np.float32)
    near = np.floor(places).astype(int)
    weights = np.rint((places - near) * (1 << _WEIGHT_BITS)).astype(np.int32)
    return np.clip(np.concatenate([near, near + 1]), 0, source - 1).tolist(), weights


def _fixed_point(colour: Colour) -> tuple[list[float], list[float]]:
    """`Colour.rgb_from_yuv` as OpenCV rounds it, row by row, and its offsets: the nearest integer is OpenCV's result."""
    unit = 1 << _COLOUR_BITS
    matrix = colour.rgb_from_yuv()
    coefficients = np.rint(matrix[:, :3] * unit) / unit
    # OpenCV adds a half and cuts off. All sums are whole 1/1024: half of that more, and no sum lies between two integers.
    offsets = np.rint((matrix[:, 3] + np.float32(0.5)) * unit) / unit - 0.5 + 0.5 / unit
    return [float(value) for value in coefficients.ravel()], [float(value) for value in offsets]
