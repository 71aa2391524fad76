"""The sorts of clothes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ppid.render.people import neckwear
from ppid.render.people.cut_lines import (
    above,
    armhole,
    below,
    both,
    crew,
    no_arms,
    open_front,
    scoop,
    sleeves,
    square,
    straight_top,
    vee,
)
from ppid.render.people.fabrics import Fabric, fabric
from ppid.render.people.figure import Figure
from ppid.render.people.garment_parts import (
    Opening,
    buttons,
    chest_pocket,
    collar,
    cords,
    lapels,
    placket,
    pouch,
    straps,
    zip_fastener,
)
from ppid.render.people.outfits import put_on_outfit, put_on_shoes
from ppid.render.people.shells import Field, Fit, Shell, shell
from ppid.render.people.wardrobe import Dressed, Wardrobe
from ppid.render.rng import Rng
from ppid.render.shot import Attributes

_LEGS_SEEN = ("half", "three", "full")
_LONG = (1.75, 1.97)  # where long sleeves end


def dress(rng: Rng, attributes: Attributes, figure: Figure) -> Dressed:
    """Put on what `attributes["clothes"]`, of `CLOTHES`, names and what goes with it.

    Reads `framing` too (legs are dressed where they are seen), `gender` and `neckwear` (drawn where it is missing);
    writes `pattern`, `sleeves`, `neckwear` and, of ready-made outfits, `outfit`.
    """
    wardrobe = Wardrobe(rng, attributes, figure)
    kind = attributes["clothes"]
    CLOTHES[kind](wardrobe)
    framing = attributes.get("framing", "full")
    if kind not in ("suit", "dress") and framing in _LEGS_SEEN:
        _trousers(wardrobe)
    if framing == "full":
        wardrobe.hidden[put_on_shoes(rng, figure)] = True
    _add_neckwear(wardrobe)
    return Dressed(wardrobe.hidden, wardrobe.collide)


def _add_neckwear(wardrobe: Wardrobe) -> None:
    rng, attributes = wardrobe.rng, wardrobe.attributes
    if "neckwear" not in attributes:
        weights = {"none": 0.8, "scarf": 0.06, "necklace": 0.05, "pearls": 0.025, "lanyard": 0.03}
        if attributes["clothes"] in ("camisole", "strapless", "tank", "dress", "sheer"):
            weights = {"none": 0.7, "necklace": 0.2, "pearls": 0.1}
        elif attributes["clothes"] in ("hoodie", "turtleneck", "puffer", "suit", "sweater"):
            weights = {"none": 0.9, "necklace": 0.04, "lanyard": 0.06}
        attributes["neckwear"] = rng.named(weights)
    cloth = wardrobe.outermost or shell(rng, wardrobe.figure, Fit(gap=0.008, loose=2, folds=0))
    wardrobe.collide += neckwear.put_on(rng, attributes, wardrobe.figure, cloth)


def _tshirt(wardrobe: Wardrobe) -> None:
    rng, cloth, made_of = wardrobe.rng, wardrobe.layer(), wardrobe.cloth()
    height = rng.uniform(5.55, 5.9)
    if rng.chance(0.3):
        wardrobe.put_on(cloth, wardrobe.top(scoop(height, rng.uniform(0.2, 0.8)), rng.uniform(0.3, 0.95)), made_of)
        return
    wardrobe.put_on(cloth, wardrobe.top(crew(height), rng.uniform(0.35, 0.95)), made_of)
    if rng.chance(0.7):
        collar(rng, wardrobe.figure, cloth, made_of, "band", height)


def _vneck(wardrobe: Wardrobe) -> None:
    rng, cloth, made_of = wardrobe.rng, wardrobe.layer(), wardrobe.cloth()
    height = rng.uniform(5.6, 5.85)
    neck = rng.pick([vee(height, rng.uniform(0.5, 1.2)), square(height, rng.uniform(0.3, 0.8))])
    wardrobe.put_on(cloth, wardrobe.top(neck, rng.pick([rng.uniform(0.35, 0.95), 1.9])), made_of)


def _longsleeve(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth()
    cloth, height = wardrobe.layer(), rng.uniform(5.45, 5.9)
    wardrobe.put_on(cloth, wardrobe.top(crew(height), rng.uniform(1.3, 1.97)), made_of)
    if rng.chance(0.6):
        collar(rng, wardrobe.figure, cloth, made_of, "band", height)


def _sweater(wardrobe: Wardrobe) -> None:
    """Thick wool, now and then over a shirt."""
    rng, made_of = wardrobe.rng, wardrobe.cloth(knit=True)
    over_shirt = rng.chance(0.3)
    if over_shirt:
        inner = wardrobe.layer(gap=0.003, loose=2)
        linen = wardrobe.cloth(prints=False)
        wardrobe.put_on(inner, wardrobe.top(crew(5.7), 1.3), linen)
    cloth = wardrobe.layer(gap=rng.uniform(0.010, 0.018), loose=rng.whole(5, 12), thickness=0.006)
    height, pointed = rng.uniform(5.6, 5.85), rng.chance(0.4)
    neck = vee(height, rng.uniform(0.5, 1.2)) if pointed else crew(height)
    wardrobe.put_on(cloth, wardrobe.top(neck, rng.uniform(*_LONG)), made_of, hides=not over_shirt)
    if over_shirt:
        collar(rng, wardrobe.figure, inner, linen, "shirt")
    elif not pointed:
        collar(rng, wardrobe.figure, cloth, made_of, "band", height)


def _turtleneck(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False, knit=wardrobe.rng.chance(0.5))
    cloth = wardrobe.layer(gap=rng.uniform(0.004, 0.010), thickness=0.005)
    wardrobe.put_on(cloth, wardrobe.top(crew(6.1), rng.uniform(*_LONG)), made_of)
    collar(rng, wardrobe.figure, cloth, made_of, "roll", 5.9)


def _tank(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth()
    cloth = wardrobe.layer(gap=rng.uniform(0.002, 0.006), loose=2, folds=0.0015)
    strap = rng.uniform(1.0, 1.55)
    neck = scoop(rng.uniform(5.3, 5.6), rng.uniform(0.1, 0.9))
    wardrobe.put_on(cloth, both(above(wardrobe.hem), neck, armhole(strap)), made_of)


def _camisole(wardrobe: Wardrobe) -> None:
    """A straight top on thin straps."""
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer(gap=0.003, loose=2, folds=0.0015, drape=rng.uniform(0, 1))
    height = rng.uniform(4.5, 4.85)
    wardrobe.put_on(cloth, both(above(wardrobe.hem), straight_top(height, rng.uniform(0, 0.3)), armhole(1.2)), made_of)
    x = rng.uniform(0.65, 0.9)
    straps(cloth, made_of.material, rng.uniform(0.04, 0.12), (x, height + 0.15), (x * 0.85, height - 0.1))


def _strapless(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer(gap=0.003, loose=2, folds=0.001, drape=rng.uniform(0, 0.6))
    top = straight_top(rng.uniform(4.4, 4.75), rng.uniform(0, 0.35))
    wardrobe.put_on(cloth, both(above(wardrobe.hem), top, armhole(1.2)), made_of)


def _shirt(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer()
    opened = rng.pick([0.0, 0.0, rng.uniform(0.4, 1.3)])
    sleeve = rng.pick([rng.uniform(0.5, 0.9), rng.uniform(*_LONG), rng.uniform(*_LONG)])
    neck = vee(5.7, opened, 0.4) if opened else crew(5.7)
    wardrobe.put_on(cloth, wardrobe.top(neck, sleeve), made_of)
    collar(rng, wardrobe.figure, cloth, made_of, "shirt")
    top = 5.35 - opened
    placket(cloth, made_of.material, top, wardrobe.hem + 0.1)
    buttons(rng, cloth, top, wardrobe.hem + 0.2)
    if rng.chance(0.35):
        chest_pocket(rng, cloth, made_of.material)
    if not opened and "neckwear" not in wardrobe.attributes:
        wardrobe.attributes["neckwear"] = rng.named({"none": 0.5, "tie": 0.35, "bow_tie": 0.06, "lanyard": 0.09})


def _polo(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer()
    opened = rng.pick([0.0, rng.uniform(0.3, 0.6)])
    neck = vee(5.7, opened, 0.35) if opened else crew(5.7)
    wardrobe.put_on(cloth, wardrobe.top(neck, rng.uniform(0.45, 0.85)), made_of)
    collar(rng, wardrobe.figure, cloth, made_of, "shirt")
    placket(cloth, made_of.material, 5.35 - opened, 4.2)
    buttons(rng, cloth, 5.35 - opened, 4.3)


def _under(wardrobe: Wardrobe) -> bool:
    """Something to wear under what is open: a T-shirt, or a shirt with a collar; says whether it is a shirt."""
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer(gap=0.003, loose=2, folds=0.0015, drape=0.3)
    if rng.chance(0.55):
        neck = rng.pick([crew(rng.uniform(5.55, 5.85)), scoop(5.6, rng.uniform(0.2, 0.8)), vee(5.7, 0.9)])
        wardrobe.put_on(cloth, wardrobe.top(neck, 0.5), made_of)
        return False
    opened = rng.pick([0.0, 0.7])
    wardrobe.put_on(cloth, wardrobe.top(vee(5.7, opened, 0.4) if opened else crew(5.7), 0.5), made_of)
    collar(rng, wardrobe.figure, cloth, made_of, "shirt")
    placket(cloth, made_of.material, 5.35 - opened, wardrobe.hem)
    buttons(rng, cloth, 5.35 - opened, wardrobe.hem + 0.2)
    if not opened and rng.chance(0.6):
        neckwear.tie(rng, cloth)
    wardrobe.attributes["neckwear"] = "tie under a coat" if not opened else "none"
    return True


def _over(wardrobe: Wardrobe, cloth: Shell, opening: Opening, made_of: Fabric, neck: Field, sleeve: float) -> None:
    """A coat that is open in front."""
    wardrobe.hem -= wardrobe.rng.uniform(0.1, 0.3)
    gap = open_front(opening.bottom, opening.top, opening.button)
    wardrobe.put_on(cloth, both(wardrobe.top(neck, sleeve), gap), made_of, hides=False, name="coat")
    wardrobe.hide(lambda spots: np.where(spots.arm < 0.1, -1.0, sleeves(sleeve)(spots)))


def _open_shirt(wardrobe: Wardrobe) -> None:
    """A shirt worn open over a T-shirt."""
    rng = wardrobe.rng
    _under(wardrobe)
    wardrobe.attributes.setdefault("neckwear", "none")
    cloth, made_of = wardrobe.layer(gap=rng.uniform(0.008, 0.014)), wardrobe.cloth(prints=False)
    opening = Opening(rng.uniform(0.3, 0.8), rng.uniform(0.4, 0.7), -1.0)
    _over(wardrobe, cloth, opening, made_of, crew(5.7), rng.pick([0.8, rng.uniform(*_LONG)]))
    collar(rng, wardrobe.figure, cloth, made_of, "shirt")


def _blazer(wardrobe: Wardrobe) -> None:
    rng = wardrobe.rng
    _under(wardrobe)
    cloth = wardrobe.layer(gap=rng.uniform(0.006, 0.010), loose=8, folds=0.0015, drape=0.8, thickness=0.004)
    made_of = wardrobe.cloth(rng.named({"plain": 0.7, "upright": 0.1, "plaid": 0.1, "melange": 0.1}))
    button = rng.uniform(1.6, 3.0)
    opening = Opening(0.02 if rng.chance(0.6) else rng.uniform(0.1, 0.6), rng.uniform(0.45, 0.65), button)
    _over(wardrobe, cloth, opening, made_of, crew(5.7), rng.uniform(*_LONG))
    lapels(rng, cloth, made_of.material, opening)
    collar(rng, wardrobe.figure, cloth, made_of, "blazer")
    buttons(rng, cloth, button + 0.1, max(button - 1.6, wardrobe.hem + 0.3), opening.bottom + 0.12)


def _cardigan(wardrobe: Wardrobe) -> None:
    rng = wardrobe.rng
    _under(wardrobe)
    cloth = wardrobe.layer(gap=rng.uniform(0.010, 0.016), loose=6, drape=0.9, thickness=0.006)
    made_of = wardrobe.cloth(prints=False, knit=True)
    closed = rng.chance(0.4)
    opening = Opening(0.03 if closed else rng.uniform(0.3, 0.9), rng.uniform(0.5, 0.7), rng.uniform(2.0, 3.6))
    _over(wardrobe, cloth, opening, made_of, crew(5.75), rng.uniform(*_LONG))
    buttons(rng, cloth, opening.button, wardrobe.hem + 0.2, opening.bottom + 0.12)


def _jacket(wardrobe: Wardrobe) -> None:
    """Open over something, with an upright collar."""
    rng = wardrobe.rng
    _under(wardrobe)
    cloth = wardrobe.layer(gap=rng.uniform(0.008, 0.016), loose=9, drape=0.8, thickness=0.005)
    made_of = wardrobe.cloth("plain" if rng.chance(0.6) else None, prints=False)
    opening = Opening(rng.uniform(0.1, 0.6), rng.uniform(0.3, 0.75), -1.0)
    _over(wardrobe, cloth, opening, made_of, crew(5.7), rng.uniform(*_LONG))
    collar(rng, wardrobe.figure, cloth, made_of, rng.pick(["stand", "shirt"]))


def _puffer(wardrobe: Wardrobe) -> None:
    """Down in rolls, closed by a zip."""
    rng, made_of = wardrobe.rng, wardrobe.cloth("plain" if wardrobe.rng.chance(0.85) else None, prints=False)
    cloth = wardrobe.layer(gap=0.014, loose=8, folds=0.002, quilt=rng.uniform(0.018, 0.032), thickness=0.006)
    wardrobe.put_on(cloth, wardrobe.top(crew(5.7), rng.uniform(*_LONG)), made_of)
    collar(rng, wardrobe.figure, cloth, made_of, rng.pick(["stand", "hood", "roll"]))
    zip_fastener(rng, cloth, 5.4, wardrobe.hem + 0.1)


def _hoodie(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth()
    cloth = wardrobe.layer(
        gap=rng.uniform(0.010, 0.020), loose=rng.whole(6, 14), folds=rng.uniform(0.002, 0.006), thickness=0.006
    )
    wardrobe.put_on(cloth, wardrobe.top(crew(5.7), rng.uniform(*_LONG)), made_of)
    if wardrobe.attributes.get("hat") != "hood":
        collar(rng, wardrobe.figure, cloth, made_of, "hood")
    if rng.chance(0.4):
        zip_fastener(rng, cloth, 5.35, wardrobe.hem + 0.1)
    elif rng.chance(0.6):
        pouch(rng, cloth, made_of.material, wardrobe.hem)
    if rng.chance(0.5):
        cords(rng, cloth)


def _dress(wardrobe: Wardrobe) -> None:
    rng, made_of = wardrobe.rng, wardrobe.cloth(prints=False)
    cloth = wardrobe.layer(gap=0.004, loose=2, folds=0.0015, drape=0.0)
    height = rng.uniform(5.2, 5.75)
    neck = rng.pick([crew(height), scoop(height, 0.6), vee(height, rng.uniform(0.4, 1.1)), square(height, 0.6)])
    wardrobe.hem = 0.6
    if rng.chance(0.5):
        wardrobe.put_on(cloth, both(above(0.6), neck, armhole(rng.uniform(1.0, 1.5))), made_of)
    else:
        wardrobe.put_on(cloth, wardrobe.top(neck, rng.pick([0.4, 0.8, 1.9])), made_of)
    end = rng.uniform(-6.5, -2.5)
    fit = Fit(gap=0.006, loose=1, folds=0.008, fold_length=0.12)
    wardrobe.put_on(shell(rng, wardrobe.figure, fit, "helper-skirt"), above(end), made_of, hides=False, name="skirt")
    wardrobe.hide(both(no_arms(), below(0.8), above(end + 0.7)))


def _sheer(wardrobe: Wardrobe) -> None:
    """A camisole under a net with sleeves."""
    rng, made_of = wardrobe.rng, wardrobe.cloth("plain")
    cloth = wardrobe.layer(gap=0.003, loose=1, folds=0.0, drape=0.0)
    wardrobe.put_on(cloth, both(above(wardrobe.hem), straight_top(4.7), armhole(1.2)), made_of)
    over = wardrobe.layer(gap=0.005, loose=1, folds=0.001, drape=0.0)
    wardrobe.net(over, wardrobe.top(crew(rng.uniform(5.6, 5.9)), rng.uniform(0.8, 1.97)), made_of)


def _suit(wardrobe: Wardrobe) -> None:
    shape, hides = put_on_outfit(wardrobe.rng, wardrobe.figure, wardrobe.attributes)
    wardrobe.collide.append(shape)
    wardrobe.hidden[hides] = True


def _trousers(wardrobe: Wardrobe) -> None:
    rng, tops = wardrobe.rng, wardrobe.outermost
    made_of = fabric(rng, "plain" if rng.chance(0.75) else None)
    waist = max(wardrobe.hem, 0.0) + rng.uniform(0.2, 0.35)
    end = rng.pick([-7.7, -7.4, rng.uniform(-4.5, -2.5)], [0.5, 0.3, 0.2])
    cloth = wardrobe.layer(
        gap=rng.uniform(0.003, 0.012), loose=rng.whole(2, 6), folds=0.002, drape=0.0, tight=wardrobe.hem - 0.1
    )
    wardrobe.outermost = tops
    wardrobe.put_on(cloth, both(no_arms(), below(waist), above(end)), made_of, name="trousers")


CLOTHES: dict[str, Callable[[Wardrobe], None]] = {
    "tshirt": _tshirt,
    "vneck": _vneck,
    "longsleeve": _longsleeve,
    "sweater": _sweater,
    "turtleneck": _turtleneck,
    "tank": _tank,
    "camisole": _camisole,
    "strapless": _strapless,
    "shirt": _shirt,
    "polo": _polo,
    "open_shirt": _open_shirt,
    "blazer": _blazer,
    "cardigan": _cardigan,
    "jacket": _jacket,
    "puffer": _puffer,
    "hoodie": _hoodie,
    "dress": _dress,
    "sheer": _sheer,
    "suit": _suit,
}
