from __future__ import annotations

import cv2
import numpy as np
import pytest

from runtime.backgrounds import BlurBackground, PictureBackground, VideoBackground, cover, open_background
from runtime.composite import Matte, composite, foreground
from runtime.errors import UserError
from runtime.foreground import contrast, estimate
from runtime.frames import Frame, Yuv
from runtime.refine import upsample_alpha

RED, BLUE, GREEN = (220, 40, 50), (30, 60, 200), (0, 177, 64)


def soft_disc(width: int, height: int) -> np.ndarray:
    """Alpha float (H, W) of a disc with a wide soft edge."""
    y, x = np.mgrid[:height, :width]
    return np.clip((height * 0.3 - np.hypot(x - width / 2, y - height / 2)) / (height * 0.1) + 0.5, 0, 1)


def mix(front: tuple, back: tuple, alpha: np.ndarray) -> np.ndarray:
    return (np.array(front) * alpha[..., None] + np.array(back) * (1 - alpha[..., None])).round().astype(np.uint8)


def as_frame(rgb: np.ndarray) -> Frame:
    yuv = Yuv.from_rgb(rgb)
    return Frame(yuv.y, yuv.u, yuv.v, yuv.colour)


def matte_of(frame: Frame, truth: np.ndarray) -> Matte:
    """A matte with true alpha, as the engine would have given it at 256x144."""
    low = cv2.resize(truth.astype(np.float32), (256, 144), interpolation=cv2.INTER_AREA)
    packed = frame.resized((256, 144))
    _, tiles = upsample_alpha(low, np.ascontiguousarray(packed[..., 0]), frame.y)
    return Matte.of(frame, packed, (truth * 255).round().astype(np.uint8), low, tiles)


@pytest.mark.parametrize("size", [(640, 360), (641, 359), (320, 180)])
def test_nothing_of_the_old_background_remains(size: tuple[int, int]) -> None:
    alpha = soft_disc(*size)
    frame = as_frame(mix(RED, BLUE, alpha))
    matte = matte_of(frame, alpha)
    result = composite(frame, matte, PictureBackground(np.array([[GREEN]], np.uint8)).planes(frame, matte)).to_rgb()
    expected = mix(RED, GREEN, alpha)
    edge = (alpha > 0.02) & (alpha < 0.98)
    assert np.abs(result.astype(int) - expected)[edge].mean() < 4
    # without taking the old background out, the halo is blue
    naive = mix(RED, GREEN, alpha) + ((np.array(BLUE) - RED) * (alpha * (1 - alpha))[..., None])
    assert np.abs(result.astype(int) - expected)[edge].mean() < 0.25 * np.abs(naive - expected)[edge].mean()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_no_and_full_alpha_are_exact(value: float) -> None:
    rng = np.random.default_rng(0)
    frame, other = (as_frame(rng.integers(0, 256, (90, 160, 3), dtype=np.uint8)) for _ in range(2))
    matte = matte_of(frame, np.full((90, 160), value))
    result = composite(frame, matte, other)
    expected = frame if value else other
    for plane in "yuv":
        assert np.array_equal(getattr(result, plane), getattr(expected, plane))


def test_integer_blend_is_within_one_level_of_floating_point() -> None:
    rng = np.random.default_rng(0)
    grey, behind = (np.full((180, 320), value, np.uint8) for value in (130, 130))
    half = np.full((90, 160), 128, np.uint8)
    truth = rng.random((180, 320))
    frame = Frame(grey, half, half)
    # subject and background of one colour: spill is zero, what remains is the blend
    result = composite(frame, matte_of(frame, truth), Yuv(behind, half, half))
    assert np.abs(result.y.astype(int) - 130).max() <= 1


def test_foreground_keeps_the_subject_and_restores_edge_colours() -> None:
    alpha = soft_disc(640, 360)
    frame = as_frame(mix(RED, BLUE, alpha))
    result = foreground(frame, matte_of(frame, alpha)).to_rgb().astype(int)
    assert np.abs(result - RED)[alpha == 1].max() <= 3
    assert np.abs(result - RED)[alpha > 0.5].mean() < 6


def test_estimate_restores_colours_in_rgb() -> None:
    alpha = soft_disc(300, 200)
    rgb = mix(RED, BLUE, alpha)
    colours = estimate(rgb, (alpha * 255).round().astype(np.uint8), contrast(rgb, alpha.astype(np.float32)))
    assert np.abs(colours.astype(int) - RED)[alpha > 0.3].mean() < 5
    assert np.array_equal(colours[alpha == 1], rgb[alpha == 1])


def test_blur_keeps_the_subject_out_of_its_surroundings() -> None:
    alpha = soft_disc(640, 360)
    frame = as_frame(mix(RED, BLUE, alpha))
    planes = BlurBackground().planes(frame, matte_of(frame, alpha)).to_rgb().astype(int)
    ring = (alpha == 0) & (cv2.dilate(alpha, np.ones((21, 21))) > 0)
    plain = cv2.GaussianBlur(frame.to_rgb(), (0, 0), 14).astype(int)
    assert np.abs(planes - BLUE)[ring].mean() < 0.7 * np.abs(plain - BLUE)[ring].mean()


def test_cover_keeps_the_aspect_and_cuts_the_middle() -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 150:250] = 255
    assert (cover(wide, (50, 50)) == 255).all()
    assert cover(wide, (33, 77)).shape == (77, 33, 3)


@pytest.mark.parametrize(
    ("text", "rgb"), [("green", (0, 177, 64)), ("#ff8000", (255, 128, 0)), ("White", (255, 255, 255))]
)
def test_colours(text: str, rgb: tuple) -> None:
    frame = as_frame(np.zeros((90, 160, 3), np.uint8))
    background = open_background(text)
    planes = background.planes(frame, matte_of(frame, np.zeros((90, 160))))
    assert np.abs(planes.to_rgb().astype(int) - rgb).max() <= 2


def test_words_and_mistakes(tmp_path) -> None:
    assert open_background("transparent") is None
    assert isinstance(open_background("blur"), BlurBackground)
    with pytest.raises(UserError, match="--background 'purplish': expected a colour .*there is no such file"):
        open_background("purplish")
    with pytest.raises(UserError, match="--background '': expected a colour"):
        open_background("")
    with pytest.raises(UserError, match="is a folder; name a picture or video"):
        open_background(str(tmp_path))
    cv2.imwrite(str(tmp_path / "x.ppm"), np.zeros((4, 4, 3), np.uint8))
    assert isinstance(open_background(str(tmp_path / "x.ppm")), PictureBackground)
    (tmp_path / "x.png").write_text("no picture")
    with pytest.raises(UserError, match="x.png"):
        open_background(str(tmp_path / "x.png"))
    (tmp_path / "x.mp4").write_text("no video")
    with pytest.raises(UserError, match="x.mp4"):
        open_background(str(tmp_path / "x.mp4"))


@pytest.mark.parametrize("name", ["b.mp4", "b.flv", "b.mkv"])  # the second says nowhere how long it is
def test_a_video_background_plays_in_time_and_repeats(tmp_path, name: str) -> None:
    import av

    with av.open(str(tmp_path / name), "w") as container:  # 0.5 s: grey 40, 80, 120, 160, 200 at 10 frames a second
        stream = container.add_stream("libx264", rate=10, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in (40, 80, 120, 160, 200):
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.full((48, 64, 3), level, np.uint8), format="rgb24"))
            )
        container.mux(stream.encode())
    flat = as_frame(np.zeros((90, 160, 3), np.uint8))
    matte = matte_of(flat, np.zeros((90, 160)))
    seen = []
    with VideoBackground(str(tmp_path / name)) as background:
        for time in (0.0, 0.1, 0.2, 0.25, 0.41, 0.5, 0.61):
            frame = Frame(flat.y, flat.u, flat.v, flat.colour, 0, time)
            seen.append(round(float(background.planes(frame, matte).to_rgb().mean()), -1))
    assert seen == [40, 80, 120, 120, 200, 40, 80]


@pytest.mark.parametrize("shape", [(1000, 1), (1, 1000), (3, 2)])
def test_a_strip_covers_any_frame_without_being_blown_up(shape: tuple[int, int]) -> None:
    strip = np.broadcast_to(np.arange(shape[0])[:, None, None] % 256, (*shape, 3)).astype(np.uint8)
    assert cover(strip, (1920, 1080)).shape == (1080, 1920, 3)
    assert cover(strip, (31, 17)).shape == (17, 31, 3)
