"""Pictures of every kind, whole and broken."""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runtime.errors import UserError
from runtime.images import list_images, read_rgb, write_png

# 2 by 2 quadrants of 8 pixels, as an Adobe CMYK JPEG; no library of ours writes these.
CMYK_JPEG = base64.b64decode(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYI"
    "CwwLCgwJCgoK/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMF"
    "BQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldY"
    "WVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn"
    "6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9IK/J+vyfr9/K/l/r+jCvUKK6ivwfr+liiv6WK/owrl6K/9k="
)
CMYK_COLOURS = [(200, 40, 40), (40, 180, 60), (50, 60, 210), (200, 200, 200)]


def smooth(height: int = 48, width: int = 64) -> np.ndarray:
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(20, 220, width)
    rgb[..., 1] = np.linspace(220, 20, height)[:, None]
    rgb[..., 2] = 90
    return rgb


def encode(suffix: str, bgr: np.ndarray, *options: int) -> bytes:
    ok, data = cv2.imencode(suffix, bgr, options)
    assert ok
    return bytes(data)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def palette_png(*, transparent: bool) -> bytes:
    """2 by 1 pixels, red and blue, the blue one transparent on request."""
    parts = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", bytes([200, 9, 9, 9, 9, 200])),
    ]
    if transparent:
        parts.append(chunk(b"tRNS", bytes([255, 0])))
    parts += [chunk(b"IDAT", zlib.compress(bytes([0, 0, 1]))), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def save(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def close(a: np.ndarray, b: np.ndarray, tolerance: int) -> bool:
    return a.shape == b.shape and int(np.abs(a.astype(int) - b).max()) <= tolerance


# --- reading


@pytest.mark.parametrize(
    ("suffix", "tolerance"), [(".png", 0), (".bmp", 0), (".tiff", 0), (".ppm", 0), (".webp", 0), (".jpg", 8)]
)
def test_common_kinds(tmp_path, suffix, tolerance):
    rgb = smooth()
    options = {".webp": (cv2.IMWRITE_WEBP_QUALITY, 101), ".jpg": (cv2.IMWRITE_JPEG_QUALITY, 97)}.get(suffix, ())
    path = save(tmp_path, f"é 1{suffix}", encode(suffix, rgb[..., ::-1], *options))
    found = read_rgb(path)
    assert found.dtype == np.uint8 and found.flags.c_contiguous
    assert close(found, rgb, tolerance)
    assert close(read_rgb(str(path)), rgb, tolerance)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tiff"])
def test_alpha_is_ignored_and_the_colours_kept(tmp_path, suffix):
    rgb = smooth()
    alpha = np.zeros((*rgb.shape[:2], 1), np.uint8)
    alpha[:, :20] = 255
    alpha[:, 20:40] = 120
    bgra = np.concatenate([rgb[..., ::-1], alpha], axis=2)
    options = (cv2.IMWRITE_WEBP_QUALITY, 101) if suffix == ".webp" else ()
    found = read_rgb(save(tmp_path, f"a{suffix}", encode(suffix, bgra, *options)))
    # Lossless WebP may drop the colours of pixels that cannot be seen at all; the others must stay.
    seen = 40 if suffix == ".webp" else 64
    assert found.shape == rgb.shape and close(found[:, :seen], rgb[:, :seen], 0)


def test_sixteen_bits(tmp_path):
    rgb = smooth()
    deep = rgb.astype(np.uint16) * 257
    for suffix in (".png", ".tiff"):
        assert close(read_rgb(save(tmp_path, f"a{suffix}", encode(suffix, deep[..., ::-1]))), rgb, 1)
    assert close(read_rgb(save(tmp_path, "g.png", encode(".png", deep[..., 0]))), rgb[..., :1].repeat(3, 2), 1)


def test_grey(tmp_path):
    grey = smooth()[..., 0]
    assert close(read_rgb(save(tmp_path, "a.png", encode(".png", grey))), grey[..., None].repeat(3, 2), 0)
    assert close(read_rgb(save(tmp_path, "a.jpg", encode(".jpg", grey))), grey[..., None].repeat(3, 2), 8)


@pytest.mark.parametrize("transparent", [False, True])
def test_palette_png(tmp_path, transparent):
    found = read_rgb(save(tmp_path, "a.png", palette_png(transparent=transparent)))
    assert found.tolist() == [[[200, 9, 9], [9, 9, 200]]]


@pytest.mark.parametrize("by_opencv", [True, False])
def test_gif(tmp_path, monkeypatch, by_opencv):
    with av.open(str(tmp_path / "a.gif"), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(smooth(), "rgb24")))
        container.mux(stream.encode(None))
    if not by_opencv:  # as OpenCV 4, which knows no GIF
        monkeypatch.setattr(cv2, "imdecode", lambda data, flags: None)
    # 3, 3 and 2 bits a channel, dithered: right on average.
    assert close(cv2.blur(read_rgb(tmp_path / "a.gif"), (9, 9)), cv2.blur(smooth(), (9, 9)), 24)


def test_cmyk_jpeg(tmp_path):
    found = read_rgb(save(tmp_path, "a.jpg", CMYK_JPEG))
    assert found.shape == (16, 16, 3)
    for (row, column), colour in zip([(4, 4), (4, 12), (12, 4), (12, 12)], CMYK_COLOURS, strict=True):
        assert np.abs(found[row, column].astype(int) - colour).max() <= 8


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: np.rot90(a, 2)),
        (6, lambda a: np.rot90(a, -1)),
        (8, lambda a: np.rot90(a, 1)),
    ],
)
def test_exif_rotation(tmp_path, orientation, turn):
    jpeg = encode(".jpg", smooth()[..., ::-1], cv2.IMWRITE_JPEG_QUALITY, 97)
    found = read_rgb(save(tmp_path, "a.jpg", with_orientation(jpeg, orientation)))
    assert close(found, turn(smooth()), 8)


def test_one_pixel(tmp_path):
    path = save(tmp_path, "a.png", encode(".png", np.array([[[3, 2, 1]]], np.uint8)))
    assert read_rgb(path).tolist() == [[[1, 2, 3]]]


def test_48_megapixels(tmp_path):
    bgr = np.zeros((6000, 8000, 3), np.uint8)
    bgr[-1, -1] = (3, 2, 1)
    path = save(tmp_path, "a.png", encode(".png", bgr, cv2.IMWRITE_PNG_COMPRESSION, 1))
    found = read_rgb(path)
    assert found.shape == (6000, 8000, 3) and found[-1, -1].tolist() == [1, 2, 3]


def damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 40]) + data[middle + 40 :]


WHOLE = {suffix: encode(suffix, smooth()[..., ::-1]) for suffix in (".png", ".jpg", ".webp")}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gone.png", None, ["no such file", "spelling"]),
        ("empty.png", b"", ["is empty (0 bytes)", "Expected a picture"]),
        ("text.jpg", b"some words\n" * 30, ["found text", "Expected one of PNG, JPG"]),
        ("noise.jpg", np.random.default_rng(0).bytes(4000), ["not a picture", "Expected one of PNG, JPG"]),
        ("cut.png", WHOLE[".png"][: len(WHOLE[".png"]) // 2], ["damaged", "Copy it again"]),
        ("end.png", WHOLE[".png"][:-4], ["damaged", "Copy it again"]),
        ("flip.png", damaged(WHOLE[".png"]), ["damaged", "Copy it again"]),
        ("head.png", WHOLE[".png"][:20], ["damaged", "Copy it again"]),
        ("cut.jpg", WHOLE[".jpg"][: len(WHOLE[".jpg"]) // 2], ["not a picture", "damaged data"]),
        ("cut.gif", b"GIF89a" + bytes(range(60)), ["not a picture", "damaged data"]),
        ("cut.webp", WHOLE[".webp"][: len(WHOLE[".webp"]) // 2], ["not a picture", "damaged data"]),
    ],
)
def test_broken_pictures_are_explained_quietly(tmp_path, capfd, name, data, words):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_rgb(path)
    assert str(path) in str(caught.value)
    assert [word for word in words if word not in str(caught.value)] == []
    assert capfd.readouterr().err == ""


def test_a_fault_in_a_png_s_metadata_does_no_harm(tmp_path):
    text = bytearray(chunk(b"tEXt", b"Comment\0hello"))
    text[-1] ^= 255
    data = WHOLE[".png"]
    assert close(read_rgb(save(tmp_path, "a.png", data[:33] + bytes(text) + data[33:])), smooth(), 0)


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        read_rgb(tmp_path)


def test_a_path_below_a_file_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be read"):
        read_rgb(tmp_path / "file" / "a.png")


# --- writing


@pytest.mark.parametrize("channels", [None, 3, 4])
def test_png_round_trip_is_exact(tmp_path, channels):
    shape = (5, 7) if channels is None else (5, 7, channels)
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    write_png(path, array)
    assert list(tmp_path.iterdir()) == [path]
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if channels:
        stored = cv2.cvtColor(stored, {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}[channels])
    assert stored.dtype == np.uint8 and (stored == array).all()


def test_a_view_can_be_written(tmp_path):
    rgb = smooth()[::-2, ::3]
    write_png(tmp_path / "a.png", rgb)
    assert close(read_rgb(tmp_path / "a.png"), rgb, 0)


def test_places_that_do_not_take_a_png_are_explained(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    for path, words in [
        (tmp_path / "none" / "a.png", "cannot be written (No such file or directory)"),
        (tmp_path / "file" / "a.png", "cannot be written (Not a directory)"),
        (tmp_path / "folder.png", "is a folder"),
    ]:
        with pytest.raises(UserError) as caught:
            write_png(path, smooth())
        assert str(path) in str(caught.value) and words in str(caught.value)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "folder.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_leaves_the_older_picture(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    script = (
        "import resource, signal, sys, numpy as np\n"
        "from runtime.images import write_png\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "write_png(sys.argv[1], np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8))\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert "UserError" in done.stderr and f"{path} cannot be written (File too large)" in done.stderr
    assert list(tmp_path.iterdir()) == [path] and path.read_bytes() == b"older"


def test_an_older_picture_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"older")

    def fail(source, target):
        assert Path(source).read_bytes().endswith(b"IEND\xaeB`\x82")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UserError, match="No space left on device"):
        write_png(path, smooth())
    assert list(tmp_path.iterdir()) == [path] and path.read_bytes() == b"older"


# --- listing


def test_folders_are_searched_in_natural_order(tmp_path):
    names = ["b/1.png", "a10.jpg", "a2.PNG", "a1.webp", "notes.txt", ".hidden.png", ".cache/x.png", "b/._1.png"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list_images([tmp_path])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a1.webp", "a2.PNG", "a10.jpg", "b/1.png"]


def test_files_keep_their_place_and_come_once(tmp_path):
    for name in ("z.png", "a.png", "strange.name"):
        (tmp_path / name).touch()
    found = list_images([tmp_path / "z.png", str(tmp_path / "strange.name"), tmp_path])
    assert [path.name for path in found] == ["z.png", "strange.name", "a.png"]


def test_an_empty_folder_and_a_missing_path_are_explained(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UserError, match="holds no pictures. Expected files ending in .png"):
        list_images([tmp_path])
    with pytest.raises(UserError, match="no such file or folder"):
        list_images([tmp_path / "gone"])
