"""Kinds of birds: how they are built and coloured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Beak:
    """A beak, in radii of the head: its length, thickness, how much wider than high it is, and how much it hooks."""

    length: float
    thick: float
    wide: float = 1.0
    hook: float = 0.15


@dataclass(frozen=True)
class Bird:
    """A kind of bird; its body is about as long as 2 * `body[0]`.

    Attributes:
        body: half axes along, across and high.
        tilt: how far the body points up, in degrees.
        head: radius.
        neck: length and radius.
        beak: its shape.
        legs: length; 0 for none to be seen.
        tail: length of its feathers; 0 for none.
        wing: length of the folded wing.
        colours: display RGB as `rrggbb` of back, breast, belly, head, cheek, wing and tail, by sort.
        beak_colour, leg_colour: display RGB.
        iris: hue, saturation and value; None for black eyes.
        eye: radius over the head's, and azimuth in degrees.
        down: covered with down instead of feathers.
        bars: dark bands on its feathers.
        comb: has a red comb.
    """

    body: tuple[float, float, float]
    tilt: float
    head: float
    neck: tuple[float, float]
    beak: Beak
    legs: float
    tail: float
    wing: float
    colours: tuple[str, ...]
    beak_colour: str = "3a3530"
    leg_colour: str = "5a4a42"
    iris: tuple[float, float, float] | None = None
    eye: tuple[float, float] = (0.17, 62)
    down: bool = False
    bars: float = 0.0
    comb: bool = False


_SEED, _THIN, _HOOK = Beak(0.62, 0.34), Beak(0.85, 0.2), Beak(0.95, 0.55, 0.75, 0.9)
_DUCK, _STOUT = Beak(1.35, 0.33, 1.7, 0.1), Beak(1.35, 0.34, 0.8, 0.3)
# Each: back breast belly head cheek wing tail
BIRDS: dict[str, tuple[float, Bird]] = {
    "chick": (
        2,
        Bird(
            (0.42, 0.38, 0.38),
            25,
            0.29,
            (0.12, 0.25),
            Beak(0.5, 0.28),
            0.3,
            0,
            0.3,
            (
                "f0c850 f4d468 f6dc80 f0c850 f4d060 ecc048 e8b840",
                "6b5038 e8c870 f0dca0 6b5038 e8c060 705540 604830",
                "2c2824 e8dcc0 f0e8d0 302a26 e8e0c8 38322c 2c2824",
            ),
            "e8a860",
            "e0904a",
            down=True,
        ),
    ),
    "duckling": (
        1.5,
        Bird(
            (0.48, 0.36, 0.35),
            15,
            0.27,
            (0.2, 0.2),
            Beak(0.95, 0.27, 1.5),
            0.22,
            0,
            0.28,
            ("e8c34a f2d868 f5e08a e8c34a f2d868 d8b040 c8a038", "6b5530 f0d060 f5dc80 6b5530 f0d060 75603a 604a2a"),
            "c87830",
            "d88838",
            down=True,
        ),
    ),
    "robin": (
        1.5,
        Bird(
            (0.44, 0.34, 0.35),
            38,
            0.26,
            (0.1, 0.24),
            _THIN,
            0.35,
            0.38,
            0.52,
            ("7a6a4f d9662b ece6da 7a6a4f d9662b 75654a 6a5a44",),
        ),
    ),
    "titmouse": (
        1.5,
        Bird(
            (0.42, 0.33, 0.34),
            30,
            0.27,
            (0.1, 0.24),
            Beak(0.5, 0.22),
            0.32,
            0.4,
            0.48,
            ("7d9a5a e8cf4a ecd860 3f78b5 f5f5f0 4a76a8 4a6f9a", "75856a e0c840 e8d870 1c1c22 f2f2ee 5a7088 4a5a70"),
        ),
    ),
    "sparrow": (
        1.5,
        Bird(
            (0.44, 0.34, 0.35),
            25,
            0.27,
            (0.1, 0.24),
            _SEED,
            0.3,
            0.4,
            0.5,
            (
                "8b6b47 b8aca0 cfc6ba 7a5a44 d0c8bc 7d5c3c 6a5240",
                "a05a4a c88a7a e0d0c8 8a95a0 c08070 403a3a 2c2828",
                "c8b850 e0cf5a ece0a0 d8c850 e0cf60 b0a048 908440",
            ),
            bars=26,
        ),
    ),
    "budgerigar": (
        1.5,
        Bird(
            (0.5, 0.3, 0.3),
            55,
            0.26,
            (0.06, 0.24),
            Beak(0.45, 0.4, 0.8, 0.8),
            0.12,
            0.65,
            0.6,
            (
                "8aba48 6ec24a 74c850 f0e05a f0e878 c8d058 2f5fa5",
                "7aa8c8 5aa7d8 6ab4e0 f4f4f0 f4f4f4 b8ccd8 3a4a9a",
                "f0e050 f2e560 f4ea80 f4ea70 f6f0a0 e8d850 d0c040",
            ),
            "d8b070",
            "9a8a90",
            (0.1, 0.1, 0.85),
            bars=60,
        ),
    ),
    "parrot": (
        2,
        Bird(
            (0.52, 0.32, 0.33),
            60,
            0.3,
            (0.1, 0.27),
            _HOOK,
            0.12,
            0.85,
            0.7,
            (
                "c22a1e c8301f b02418 c8301f f0ebe4 2456a8 b02a20",
                "2f7ab8 e8b020 e8b428 2f8ac0 f0ece4 2468b0 2a60a0",
                "4a9a3a 5aa848 62b050 4a9a3a e8d040 3a8a34 2f7a44",
                "e8e6e2 f2f0ec f2f0ec f0eeea f0eeea e6e4e0 e4e2de",
                "8a8f96 a0a4aa a8acb0 9a9ea4 c8cacc 80858c a82820",
            ),
            "2a2826",
            "6a6460",
            (0.13, 0.5, 0.9),
            (0.15, 58),
        ),
    ),
    "crow": (
        1.5,
        Bird(
            (0.55, 0.33, 0.34),
            25,
            0.27,
            (0.18, 0.23),
            _STOUT,
            0.4,
            0.6,
            0.72,
            ("16161b 17171c 18181c 141418 16161a 15151c 121216", "16161b 8a8a8a 909090 16161a 17171b 15151c 121216"),
            "1a1a1c",
            "1c1c1e",
        ),
    ),
    "pigeon": (
        1.5,
        Bird(
            (0.52, 0.35, 0.35),
            25,
            0.22,
            (0.2, 0.18),
            Beak(0.75, 0.24),
            0.25,
            0.5,
            0.66,
            (
                "8a9098 6a6078 8f959d 69727c 5f7a6c a3a9b1 60666e",
                "e4e2de eceae6 eceae6 e8e6e2 e8e6e2 e4e2de e0deda",
                "8a6a58 a08070 b09484 7a5a4c 8a6a5c 9a7a68 6a5044",
            ),
            "4a4444",
            "b05a50",
            (0.05, 0.85, 0.75),
        ),
    ),
    "owl": (
        2.5,
        Bird(
            (0.52, 0.42, 0.4),
            72,
            0.4,
            (0.05, 0.38),
            Beak(0.38, 0.28, 0.8, 0.9),
            0.1,
            0.3,
            0.68,
            (
                "8a6d4b b89a70 d0b890 86694a d8c4a0 80644a 755a40",
                "e8e6e0 f0eeea f2f0ec ecebe6 f4f2ee e4e2dc e0ded8",
                "6f6a66 9a948e b0aaa4 6a6662 b8b2aa 6a6560 5f5a56",
                "c89a58 e8dcc4 f0e6d4 c09458 f2ebe0 c09450 b08848",
            ),
            "4a443c",
            "c8b890",
            (0.12, 0.85, 0.85),
            (0.24, 25),
            bars=30,
        ),
    ),
    "eagle": (
        1.5,
        Bird(
            (0.56, 0.38, 0.38),
            50,
            0.29,
            (0.18, 0.27),
            Beak(1.1, 0.48, 0.75, 0.8),
            0.22,
            0.45,
            0.85,
            ("4a3828 4e3b2a 54412f ece8e0 f0ece6 453424 ece8e0", "6a4c30 70523a 7a5c44 8a6844 90704c 604428 584028"),
            "e0a828",
            "e0a828",
            (0.12, 0.7, 0.85),
            (0.15, 50),
        ),
    ),
    "duck": (
        2,
        Bird(
            (0.62, 0.38, 0.36),
            8,
            0.25,
            (0.32, 0.18),
            _DUCK,
            0.2,
            0.25,
            0.62,
            (
                "8f877b 5f3a24 b9b4ab 1f5c3a 1f5c3a a09a90 e0dcd4",
                "eceae4 f2f0ea f2f0ea f2f0ea f2f0ea eeece6 eceae4",
                "7a6248 8f7658 a08868 806848 a89070 75603f 6f5a3e",
            ),
            "d8a838",
            "d88830",
        ),
    ),
    "swan": (
        1,
        Bird(
            (0.66, 0.38, 0.36),
            8,
            0.2,
            (0.85, 0.14),
            Beak(1.4, 0.33, 1.3),
            0.0,
            0.25,
            0.7,
            ("eeece6 f2f0ea f2f0ea f2f0ea f2f0ea f0eee8 eeece6", "1a1a1c 1c1c1e 1c1c1e 18181a 18181a 1a1a1c 161618"),
            "d8702a",
            "2a2826",
        ),
    ),
    "hen": (
        1.5,
        Bird(
            (0.52, 0.42, 0.42),
            18,
            0.21,
            (0.28, 0.2),
            Beak(0.75, 0.3),
            0.38,
            0.45,
            0.5,
            (
                "a0522d a85a32 b87048 98502c a85c38 8c4626 6a3820",
                "eceae4 f0eee8 f2f0ea f0eee8 eceae4 eae8e2 e8e6e0",
                "22242a 24262c 2a2c30 22242a 24262c 1f2228 1a1c22",
            ),
            "d8a848",
            "d8a848",
            (0.07, 0.8, 0.7),
            comb=True,
        ),
    ),
    "penguin": (
        1,
        Bird(
            (0.62, 0.36, 0.34),
            84,
            0.26,
            (0.08, 0.25),
            Beak(0.8, 0.22),
            0.05,
            0.12,
            0.55,
            ("22252b f5f3ee f5f3ee 1c1e22 f0e4b0 22252b 1c1e22", "8a8f96 b8bcc0 c4c6c8 e8e8e8 f0f0f0 868b92 7a8086"),
            "2c2a28",
            "3a3836",
            down=True,
        ),
    ),
    "flamingo": (
        1,
        Bird(
            (0.48, 0.28, 0.3),
            12,
            0.17,
            (0.8, 0.09),
            Beak(1.5, 0.4, 0.8, 1.0),
            0.95,
            0.2,
            0.55,
            ("f09a9a f2a4a2 f4aaa6 f2a4a0 f4b0aa e87878 e08080",),
            "2f2a2a",
            "e89a98",
            (0.13, 0.6, 0.85),
        ),
    ),
}  # name: how often, and how it is built
