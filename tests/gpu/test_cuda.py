"""What runtime/cuda promises. tests/runtime/test_cuda.py runs this file over a driver in software too."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from runtime.cuda import CudaError, Device, PinnedBuffer, find_gpu, load_backend

pytestmark = pytest.mark.gpu
UINT8 = np.dtype(np.uint8)


@pytest.fixture(params=["cuda-bindings", "pycuda"])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    pytest.importorskip(request.param.replace("-", "."))
    with Device(load_backend(request.param)) as device:
        yield device


def pinned(device: Device, *values: int) -> PinnedBuffer:
    buffer = device.pinned((len(values),), UINT8)
    buffer.array[:] = values
    return buffer


def test_the_gpu_has_a_name_and_a_compute_capability() -> None:
    gpu = find_gpu()
    assert gpu and gpu.name and gpu.capability >= (3, 0) and float(gpu.driver) >= 11


def test_a_round_trip_through_the_gpu_keeps_every_byte(device: Device) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)
    with (
        device.stream() as stream,
        device.pinned(picture.shape, UINT8) as source,
        device.pinned(picture.shape, UINT8) as target,
        device.buffer(picture.nbytes) as first,
        device.buffer(picture.nbytes) as second,
        device.current(),
    ):
        source.array[:] = picture
        target.array[:] = 0
        first.upload(source, stream)
        second.copy(first.address, stream)
        second.download(target, stream)
        stream.synchronize()
        assert np.array_equal(target.array, picture)


def test_pinned_memory_has_the_asked_dtype_and_shape(device: Device) -> None:
    with device.pinned((2, 3), np.dtype(np.float32)) as buffer:
        buffer.array[:] = 0.5
        assert buffer.array.shape == (2, 3) and buffer.array.dtype == np.float32 and buffer.array.sum() == 3


def test_buffers_of_different_sizes_are_not_copied(device: Device) -> None:
    with device.stream() as stream, pinned(device, 1, 2) as two, device.buffer(3) as three, device.current():
        with pytest.raises(ValueError, match="expected a buffer of 3 bytes, got 2"):
            three.upload(two, stream)
        with pytest.raises(ValueError, match="expected a buffer of 3 bytes, got 2"):
            three.download(two, stream)


def test_more_memory_than_there_is_names_the_call_and_cudas_text(device: Device) -> None:
    with pytest.raises(CudaError, match="cuMemAlloc.*out of memory"):
        device.buffer(1 << 50)
    with device.buffer(16) as buffer:
        assert buffer.address  # the device is as good as before


def test_closing_twice_is_harmless_and_using_what_is_closed_is_not(device: Device) -> None:
    stream, host, buffer = device.stream(), pinned(device, 1), device.buffer(1)
    with device.current(), stream.capture() as graph:
        buffer.upload(host, stream)
    for resource in (graph, stream, host, buffer):
        resource.close()
        resource.close()
    with pytest.raises(ValueError, match="Stream is closed"):
        stream.synchronize()
    device.close()
    device.close()
    with pytest.raises(ValueError, match="device is closed"):
        device.buffer(1)


def test_another_thread_works_with_and_closes_what_this_one_made(device: Device) -> None:
    stream, host, back, buffer = device.stream(), pinned(device, 7, 8), pinned(device, 0, 0), device.buffer(2)
    seen = []

    def work() -> None:
        with device.current():
            buffer.upload(host, stream)
            buffer.download(back, stream)
            stream.synchronize()
        seen.extend(back.array.tolist())
        for resource in (stream, host, back, buffer):
            resource.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [7, 8]


def test_a_graph_does_nothing_when_captured_and_everything_in_order_when_launched(device: Device) -> None:
    with (
        device.stream() as stream,
        pinned(device, 1, 2, 3) as source,
        pinned(device, 0, 0, 0) as target,
        device.buffer(3) as first,
        device.buffer(3) as second,
        device.current(),
    ):
        with stream.capture() as graph:
            first.upload(source, stream)
            second.copy(first.address, stream)
            second.download(target, stream)
        with graph:
            stream.synchronize()
            assert target.array.tolist() == [0, 0, 0]
            for values in ([4, 5, 6], [7, 8, 9]):
                source.array[:] = values
                graph.launch(stream)
                stream.synchronize()
                assert target.array.tolist() == values


def test_a_capture_that_fails_leaves_a_stream_that_works(device: Device) -> None:
    with (
        device.stream() as stream,
        pinned(device, 5) as source,
        pinned(device, 0) as target,
        device.buffer(1) as buffer,
        device.current(),
    ):
        with pytest.raises(KeyError), stream.capture():
            buffer.upload(source, stream)
            raise KeyError
        with pytest.raises(CudaError), stream.capture():
            stream.synchronize()  # not allowed while capturing
        buffer.upload(source, stream)
        buffer.download(target, stream)
        stream.synchronize()
        assert target.array.tolist() == [5]
