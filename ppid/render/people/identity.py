"""Who is seen and how: everything of a person that is drawn before anything is built."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.people.lighting import LIGHTS
from ppid.render.people.makehuman import RACES, MakeHuman
from ppid.render.people.poses import DESK
from ppid.render.rng import Rng
from ppid.render.shot import Attributes

_DETAILS = ("head", "eyes", "nose", "mouth", "chin", "cheek", "forehead", "ears", "eyebrows", "neck", "torso")
# Folders of all morph targets that are used.
TARGETS = ("macrodetails", *_DETAILS, *(f"expression/units/{race}" for race in RACES))
_CENTRAL, _PAIRED = 20, 8  # how many morph targets of the face are applied

_AGES = {"child": 0.08, "young": 0.56, "middle": 0.22, "old": 0.14}
_MAIN_RACES = {"caucasian": 0.4, "asian": 0.3, "african": 0.3}
_TONES = {"caucasian": (1.2, 1.0), "asian": (2.2, 1.1), "african": (5.8, 1.3)}  # of skin: mean and spread, 0 to 8
_HAIR = {
    "male": {
        "bald": 0.06, "receding": 0.06, "buzz": 0.08, "stubbled": 0.03, "crop": 0.10, "crew": 0.06, "sidepart": 0.10,
        "slick": 0.05, "wet": 0.01, "tousled": 0.11, "quiff": 0.06, "undercut": 0.05, "mohawk": 0.01, "fauxhawk": 0.02,
        "bowl": 0.04, "bob": 0.02, "long": 0.02, "straight": 0.01, "longwavy": 0.02, "longback": 0.02,
        "curlyshort": 0.06, "afro": 0.02, "afroshort": 0.04, "dreadlocks": 0.01, "dreadsshort": 0.01, "messybun": 0.02,
        "ponytail": 0.01,
    },
    "female": {
        "bald": 0.01, "buzz": 0.015, "sidepart": 0.02, "tousled": 0.04, "bowl": 0.03, "bob": 0.09, "bobbangs": 0.07,
        "long": 0.11, "straight": 0.05, "longbangs": 0.05, "longwavy": 0.12, "longback": 0.05, "wetlong": 0.01,
        "curly": 0.07, "curlyshort": 0.02, "curlylong": 0.06, "afro": 0.03, "afroshort": 0.02, "dreadlocks": 0.01,
        "undercut": 0.01, "ponytail": 0.08, "pigtails": 0.02, "halfup": 0.05, "braid": 0.04, "braids": 0.03,
        "bun": 0.05, "spacebuns": 0.01, "messybun": 0.05,
    },
}  # fmt: skip
_CURLY = {
    "male": {"afroshort": 0.34, "afro": 0.16, "curlyshort": 0.2, "buzz": 0.15, "dreadlocks": 0.07, "dreadsshort": 0.08},
    "female": {
        "afro": 0.25, "afroshort": 0.18, "curly": 0.16, "curlyshort": 0.13, "curlylong": 0.08, "dreadlocks": 0.1,
        "braids": 0.1,
    },
}  # fmt: skip
_DARK_HAIR = {"black": 0.55, "darkbrown": 0.3, "brown": 0.06, "dyed": 0.04, "lightbrown": 0.05}
_FAIR_HAIR = {
    "black": 0.1, "darkbrown": 0.24, "brown": 0.22, "lightbrown": 0.15, "blond": 0.15, "platinum": 0.04, "red": 0.07,
    "dyed": 0.03,
}  # fmt: skip
_BEARDS = {
    "none": 0.45, "stubble": 0.17, "short": 0.13, "full": 0.07, "long": 0.02, "goatee": 0.05, "moustache": 0.04,
    "handlebar": 0.01, "chinstrap": 0.02, "chin": 0.02, "sideburns": 0.02,
}  # fmt: skip
_EXPRESSIONS = {
    "neutral": 0.34, "smile": 0.25, "laugh": 0.12, "talk": 0.14, "surprise": 0.05, "frown": 0.06, "odd": 0.04,
}  # fmt: skip
_FRAMINGS = {
    "webcam": 0.36, "shoulders": 0.20, "close": 0.08, "half": 0.16, "three": 0.06, "full": 0.08, "selfie": 0.06,
}  # fmt: skip
_POSES = {
    "down": 0.20, "behind": 0.01, "desk": 0.13, "typing": 0.08, "folded": 0.05, "lap": 0.02, "talk": 0.11,
    "clasped": 0.03, "wave": 0.06, "up": 0.02, "point": 0.03, "hips": 0.04, "crossed": 0.05, "shrug": 0.02,
    "chin": 0.05, "cheek": 0.04, "temple": 0.02, "mouth": 0.02, "glasses": 0.01, "hair": 0.03,
}  # fmt: skip
_POSES_ON_FOOT = {
    "down": 0.44, "behind": 0.04, "talk": 0.08, "clasped": 0.06, "wave": 0.07, "up": 0.1, "point": 0.05, "hips": 0.07,
    "crossed": 0.06, "hair": 0.03,
}  # fmt: skip
_POSES_SEATED = {"lap": 0.6, "crossed": 0.2, "clasped": 0.2}
_AT_DESK = ("webcam", "shoulders", "close", "half")  # framings in which a table may be thought below the frame
_HOLDING = 0.13
_PROPS = {
    "phone_at_ear": 0.16,
    "phone": 0.23,
    "tablet": 0.07,
    "cup": 0.26,
    "pen": 0.1,
    "microphone": 0.12,
    "book": 0.06,
}
_MICROPHONE_ARM = 0.03  # how often a large microphone stands before the face
_CLOTHES = {
    "tshirt": 0.13, "longsleeve": 0.07, "vneck": 0.05, "sweater": 0.08, "turtleneck": 0.04, "tank": 0.04, "shirt": 0.10,
    "polo": 0.04, "open_shirt": 0.04, "blazer": 0.05, "cardigan": 0.04, "jacket": 0.05, "puffer": 0.03, "hoodie": 0.09,
    "suit": 0.14,
}  # fmt: skip
_WOMENS_CLOTHES = {"dress": 0.05, "camisole": 0.03, "strapless": 0.02, "sheer": 0.02}
_FOR_ADULTS = ("suit", "tank", "open_shirt")
_HATS = {
    "cap": 0.04, "beanie": 0.04, "fedora": 0.015, "bucket": 0.01, "sunhat": 0.008, "hard_hat": 0.008, "helmet": 0.006,
    "bandana": 0.008, "headband": 0.015, "turban": 0.008,
}  # fmt: skip
_HEADSCARF = 0.05  # of women and girls
_SIZES = {"square": 0.5, "upright": 0.25, "wide": 0.25}


def sample(rng: Rng, *, company: bool = False, passing: bool = False) -> Attributes:
    """Draw a person, as JSON values; `company` is one who stands beside another, `passing` one whom a street shows."""
    drawn = _body(rng)
    drawn |= _look(rng, drawn)
    drawn |= _situation(rng)
    if passing:
        drawn |= _in_passing(rng)
    drawn |= _wears(rng, drawn)
    drawn["company"] = not company and drawn["framing"] not in ("close", "selfie") and rng.chance(0.075)
    if company:
        # Dressed from head to foot: nobody knows how much of them the frame holds.
        pose = rng.pick(["down", "down", "crossed", "behind", "hips"])
        drawn.update(framing="full", seated=False, pose=pose, prop="none", prop_hand="")
    return drawn


def shape_targets(rng: Rng, attributes: Attributes, makehuman: MakeHuman) -> dict[str, float]:
    """Weights of the morph targets that make the body and the face."""
    targets = _macro(rng, attributes)
    names = [
        name
        for folder in _DETAILS
        for name in makehuman.target_names(folder)
        if not any(part in name for part in ("trans-in", "trans-out", "muscle"))
    ]
    left = [name for name in names if "/l-" in name]
    central = [name for name in names if "/l-" not in name and "/r-" not in name]
    for name in rng.choice(central, _CENTRAL, replace=False):
        targets[str(name)] = abs(rng.normal(0, 0.25))
    for name in rng.choice(left, _PAIRED, replace=False):
        weight = abs(rng.normal(0, 0.25))
        targets[str(name)], targets[str(name).replace("/l-", "/r-")] = weight, weight * rng.uniform(0.85, 1.1)
    return targets


def mouth_open(attributes: Attributes, weight: float) -> dict[str, float]:
    """The morph target of an open mouth, from 0 (closed) to 1."""
    race = max(attributes["race"], key=attributes["race"].get)
    return {f"expression/units/{race}/mouth-open": weight}


def expression_targets(rng: Rng, attributes: Attributes) -> dict[str, float]:
    """Weights of the morph targets that make the face's expression."""
    units: dict[str, float] = {}

    def both(name: str, weight: float) -> None:
        for side in ("left", "right"):
            units[name.format(side)] = weight * rng.uniform(0.85, 1.1)

    kind = attributes["expression"]
    u = rng.uniform
    if kind == "smile":
        units["mouth-corner-puller"] = u(0.4, 1)
        if rng.chance(0.5):
            units |= {"mouth-part-later": u(0, 0.5), "mouth-upward-retraction": u(0, 0.7)}
        both("eye-{}-slit", u(0, 0.35))
    elif kind == "laugh":
        units.update(
            {"mouth-corner-puller": u(0.6, 1), "mouth-open": u(0.1, 0.55), "mouth-upward-retraction": u(0.2, 0.9)}
        )
        both("eye-{}-slit", u(0.1, 0.6))
    elif kind == "talk":
        units.update({"mouth-open": u(0.1, 0.6), "mouth-protusion": u(0, 0.4), "mouth-part-later": u(0, 0.3)})
        both("eyebrows-{}-up", u(0, 0.5))
    elif kind == "surprise":
        units["mouth-open"] = u(0.3, 0.9)
        both("eye-{}-opened-up", u(0.4, 0.9))
        both("eyebrows-{}-up", u(0.5, 1))
    elif kind == "frown":
        units["mouth-depression"] = u(0, 0.5)
        both("eyebrows-{}-down", u(0.5, 1))
    elif kind == "odd":
        odd = ["mouth-pursing", "mouth-compression", "mouth-elevation", "mouth-retraction", "nose-left-elevation"]
        odd += ["mouth-eversion", "eye-left-closure", "eyebrows-left-up", "mouth-parling", "nose-compression"]
        for name in rng.choice(odd, 3, replace=False):
            units[str(name)] = u(0, 0.7)
    elif rng.chance(0.4):
        both("eyebrows-{}-inner-up", u(0, 0.5))
    if rng.chance(0.08):  # a blink
        both("eye-{}-closure", u(0.5, 1))
    race = max(attributes["race"], key=attributes["race"].get)
    return {f"expression/units/{race}/{name}": float(weight) for name, weight in units.items()}


def _rounded(value: float, low: float, high: float, digits: int = 2) -> float:
    return round(float(np.clip(value, low, high)), digits)


def _body(rng: Rng) -> Attributes:
    main = rng.named(_MAIN_RACES)
    shares = dict(zip(RACES, rng.dirichlet([0.35] * 3) * 0.45, strict=True))
    shares[main] += 0.55
    return {
        "gender": rng.pick(["male", "female"]),
        "age": rng.named(_AGES),
        "race": {race: round(float(share), 3) for race, share in shares.items()},
        "skin_tone": _rounded(rng.normal(*_TONES[main]), 0, 8),
        "muscle": _rounded(rng.normal(0, 0.45), -1, 1),
        "weight": _rounded(rng.normal(0.05, 0.5), -1, 1),
    }


def _look(rng: Rng, drawn: Attributes) -> Attributes:
    gender, age = drawn["gender"], drawn["age"]
    main = max(drawn["race"], key=drawn["race"].get)
    hair = rng.named(_HAIR[gender])
    if main == "african" and hair not in ("bald", "buzz") and rng.chance(0.4):
        hair = rng.named(_CURLY[gender])
    colour = rng.named(_FAIR_HAIR if main == "caucasian" else _DARK_HAIR)
    if (age == "old" and rng.chance(0.75)) or (age == "middle" and rng.chance(0.25)):
        colour = rng.named({"grey": 0.6, "white": 0.4})
    bearded = gender == "male" and age != "child"
    return {
        "hair": hair,
        "hair_colour": colour,
        "hairline": round(rng.normal(-0.03, 0.05) + 0.18 * (hair == "receding") + 0.04 * (age == "old"), 3),
        "beard": rng.named(_BEARDS) if bearded else "none",
        "expression": rng.named(_EXPRESSIONS),
    }


def _situation(rng: Rng) -> Attributes:
    """Pose, view and light."""
    framing = rng.named(_FRAMINGS)
    pose = rng.named(_POSES if framing in _AT_DESK else {name: w for name, w in _POSES.items() if name not in DESK})
    prop = rng.named(_PROPS) if rng.chance(_HOLDING) else "none"
    if prop != "none":
        pose = "hold"
    elif framing in ("webcam", "shoulders", "close") and rng.chance(_MICROPHONE_ARM):
        prop = "microphone_arm"
    elif framing == "selfie" and rng.chance(0.6):
        pose = "selfie"
    seated = framing == "half" and (pose in (*DESK, "lap") or rng.chance(0.3))
    return {
        "framing": framing,
        "pose": pose,
        "seated": seated,
        "prop": prop,
        "prop_hand": "" if prop == "none" else rng.pick(["L", "R"], [0.3, 0.7]),
        "head_yaw": _rounded(rng.normal(0, 18), -60, 60, 1),
        "head_pitch": _rounded(rng.normal(0, 9), -25, 25, 1),
        "head_roll": _rounded(rng.normal(0, 8), -25, 25, 1),
        **_view(rng, framing),
        "light": rng.named({name: light.often for name, light in LIGHTS.items()}),
        "dof": rng.chance(0.14),
        "motion_blur": rng.chance(0.07),
        "format": rng.named(_SIZES),
    }


def _in_passing(rng: Rng) -> Attributes:
    """Pose and view of somebody seen from head to foot, from any side: on the way, standing or sitting."""
    seated, walks = rng.chance(0.15), rng.chance(0.5)
    return {
        "passing": True,
        "framing": "full",
        "pose": rng.named(_POSES_SEATED if seated else _POSES_ON_FOOT),
        "seated": seated,
        "stride": _rounded(rng.uniform(6, 30), 0, 30, 1) if walks and not seated else 0.0,
        "prop": "none",
        "prop_hand": "",
        "azimuth": _rounded(rng.uniform(-180, 180), -180, 180, 1),
        "elevation": _rounded(rng.normal(3, 8), -12, 30, 1),
        "focal": round(rng.log_uniform(28, 100), 1),
    }


def _view(rng: Rng, framing: str) -> Attributes:
    """Where the camera is: degrees about the person, degrees up, degrees of roll, and its lens (mm at 36 mm)."""
    azimuth, elevation = rng.normal(0, 22), _rounded(rng.normal(0, 9), -25, 30, 1)
    focal = rng.log_uniform(24, 85)
    if framing == "webcam":  # a laptop or a screen with a camera on top
        azimuth, elevation = rng.normal(0, 13), _rounded(rng.normal(-6, 9), -28, 16, 1)
        focal = 18 / math.tan(math.radians(rng.uniform(60, 80) / 2))
    elif framing == "selfie":
        azimuth, elevation, focal = rng.normal(0, 14), _rounded(rng.normal(8, 12), -20, 35, 1), rng.uniform(20, 28)
    elif rng.chance(0.12):
        azimuth = rng.uniform(-110, 110)
    if framing not in ("selfie", "close") and rng.chance(0.03):
        azimuth = rng.uniform(120, 240)
    return {
        "azimuth": round(azimuth, 1),
        "elevation": elevation,
        "roll": round(rng.normal(0, 2.0 if rng.chance(0.8) else 8), 1),
        "focal": round(focal, 1),
    }


def _wears(rng: Rng, drawn: Attributes) -> Attributes:
    woman = drawn["gender"] == "female" and drawn["age"] != "child"
    more = _WOMENS_CLOTHES if woman else {}
    if drawn["age"] == "child":
        more = dict.fromkeys(_FOR_ADULTS, 0.0)
    clothes = rng.named(_CLOTHES | more)
    hat = rng.named(_HATS | {"none": 1 - sum(_HATS.values())})
    if drawn["gender"] == "female" and rng.chance(_HEADSCARF):
        hat = "headscarf"
    elif clothes == "hoodie" and rng.chance(0.15):
        hat = "hood"
    return {
        "clothes": clothes,
        "hat": hat,
        "glasses": rng.chance(0.24),
        "headphones": hat == "none" and rng.chance(0.11 if drawn["framing"] == "webcam" else 0.05),
        "jewellery": rng.chance(0.4 if drawn["gender"] == "female" else 0.08),
        "face_mask": rng.chance(0.02),
    }


def _macro(rng: Rng, attributes: Attributes) -> dict[str, float]:
    """Morph targets of gender, age, race, muscle and weight, which MakeHuman has for all combinations."""
    age = {
        "child": {"child": rng.uniform(0.45, 0.85)},
        "young": {"old": rng.uniform(0, 0.12)},
        "middle": {"old": rng.uniform(0.25, 0.5)},
        "old": {"old": rng.uniform(0.65, 1)},
    }[attributes["age"]]
    age["young"] = 1 - sum(age.values())
    male = abs(rng.normal(0, 0.08))
    male = 1 - male if attributes["gender"] == "male" else male
    muscle = _three("muscle", attributes["muscle"])
    weight = _three("weight", attributes["weight"])
    targets: dict[str, float] = {}
    for gender, of_gender in (("female", 1 - male), ("male", male)):
        for years, of_years in age.items():
            share = of_gender * of_years
            for race, of_race in attributes["race"].items():
                targets[f"macrodetails/{race}-{gender}-{years}"] = share * of_race
            for strong, of_muscle in muscle.items():
                for heavy, of_weight in weight.items():
                    name = f"macrodetails/universal-{gender}-{years}-{strong}-{heavy}"
                    targets[name] = share * of_muscle * of_weight
    return {name: value for name, value in targets.items() if value > 1e-4}


def _three(name: str, value: float) -> dict[str, float]:
    """Shares of the least, the average and the most of something in [-1, 1]."""
    return {f"min{name}": max(-value, 0.0), f"max{name}": max(value, 0.0), f"average{name}": 1 - abs(value)}
