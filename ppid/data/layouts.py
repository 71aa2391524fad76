"""Data sets as they are unpacked: how each is recognised and where its parts lie. `docs/data.md` draws the trees.

Files of one subject are matched by their path below their folder without its suffix: `fg/x.jpg` belongs to `alpha/x.png`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppid.data import estimate
from ppid.data.estimate import PictureError, Problem
from ppid.errors import UserError

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")
RGBA_SUFFIXES = (".webp", ".png", ".tif", ".tiff")
_CLIP = "clip.json"  # in each folder of frames that `ppid.render clips` makes
_SPLITS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation", "test": "test"}
_COMPOSITES = 20  # that a benchmark makes of each test foreground, numbered from 0


@dataclass(frozen=True)
class Item:
    """One subject and where its parts lie; what a data set lacks is None.

    Attributes:
        name: path of its main picture below the root.
        kind: what it shows, e.g. `people`.
        split: `train`, `validation` or `test`.
        image: the subject before its background.
        foreground: the subject's own colours.
        alpha: grey.
        trimap: grey, 0 outside, 255 inside, between them unknown.
        background: what is behind the subject.
        sure: grey, white where alpha may be believed; everywhere where there is none.
        rgba: colours and alpha in one file, instead of all the others.
    """

    name: str
    kind: str
    split: str
    image: Path | None = None
    foreground: Path | None = None
    alpha: Path | None = None
    trimap: Path | None = None
    background: Path | None = None
    sure: Path | None = None
    rgba: Path | None = None

    @property
    def subject(self) -> tuple[Path | None, ...]:
        """The files that `read` opens: benchmarks list one subject once for each of its composites."""
        return self.rgba, self.alpha, self.foreground or self.image

    def read(self) -> NDArray[np.uint8]:
        """Straight RGBA uint8 (H, W, 4); colours are estimated where only the image is there.

        Raises:
            PictureError: a file cannot be read, sizes differ, or an RGBA file lacks transparency.
        """
        if self.rgba:
            return estimate.read_rgba(self.rgba)
        colours = self.foreground or self.image
        if not self.alpha or not colours:  # a hand-made item
            raise UserError(f"{self.name} has no {'picture' if self.alpha else 'alpha'}; give it both")
        alpha, rgb = estimate.read_grey(self.alpha), estimate.read_colour(colours)
        if alpha.shape != rgb.shape[:2]:
            raise size_error(self.alpha, alpha, colours, rgb)
        estimate.require_transparency(alpha, self.alpha)
        if not self.foreground:
            rgb = estimate.estimate_foreground(rgb, alpha)
        return estimate.bleed(np.dstack([rgb, alpha]))


@dataclass(frozen=True)
class Part:
    """A folder of folders: names of the subfolders that may hold each kind of file, the first that exists counts.

    Attributes:
        split: what its files are for.
        root: below the data set's root; upper and lower case are not told apart.
        image: subfolders of photographs.
        foreground: of foreground colours.
        alpha: of alphas; must be there.
        trimap: of trimaps.
        background: of backgrounds.
        sure: of what may be believed.
        main: of which of these kinds one must be there, best first; it names the subjects.
        numbered: image and trimap are of composites, `NAME_0` to `NAME_19` for each foreground `NAME`.
    """

    split: str
    root: str = ""
    image: tuple[str, ...] = ()
    foreground: tuple[str, ...] = ()
    alpha: tuple[str, ...] = ()
    trimap: tuple[str, ...] = ("trimap", "trimaps")
    background: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    main: tuple[str, ...] = ("image",)
    numbered: bool = False

    def folder(self, root: Path, names: tuple[str, ...]) -> Path | None:
        """The first of `names` that is a folder below this part of the data set at `root`."""
        for name in names:
            found = _folder(root, f"{self.root}/{name}")
            if found:
                return found
        return None

    def missing(self, root: Path) -> list[str]:
        """The required folders that are not there."""
        colours = tuple(name for key in self.main for name in getattr(self, key))
        lacking = [names for names in (colours, self.alpha) if not self.folder(root, names)]
        return [f"{self.root}/{'|'.join(names)}".lstrip("/") for names in lacking]

    def scan(self, root: Path, kind: str) -> tuple[list[Item], list[Problem]]:
        """The subjects of a part that lacks no folder, and what does not match in it."""
        problems: list[Problem] = []
        folders = {key: self.folder(root, getattr(self, key)) for key in _KEYS}
        files = {key: _pictures(folder, problems) if folder else {} for key, folder in folders.items()}
        main = next(key for key in self.main if folders[key])
        items: list[Item] = []
        for stem, path in files[main].items():
            if stem not in files["alpha"]:
                problems.append(Problem(str(path), f"has no alpha in {folders['alpha']}", f"add {stem}.png there"))
                continue
            parts = {key: files[key].get(stem) for key in _KEYS}
            item = Item(path.relative_to(root).as_posix(), kind or _kind(stem, root), self.split, **parts)
            numbers = (f"{stem}_{number}" for number in range(_COMPOSITES if self.numbered else 0))
            composites = [name for name in numbers if name in files["image"] or name in files["trimap"]]
            items += [
                replace(item, image=files["image"].get(name), trimap=files["trimap"].get(name)) for name in composites
            ] or [item]
        for key in _KEYS:
            if self.numbered and key in ("image", "trimap"):
                continue
            for stem in sorted(files[key].keys() - files[main].keys()):
                text = f"has no {main} in {folders[main]}"
                problems.append(Problem(str(files[key][stem]), text, "add it or remove this"))
            if key == "trimap" and folders[key]:
                for stem in sorted(files["alpha"].keys() - files[key].keys()):
                    text = f"has no trimap in {folders[key]}"
                    problems.append(Problem(str(files["alpha"][stem]), text, "add it if trimaps are needed", True))
        return items, problems


_KEYS = ("image", "foreground", "alpha", "trimap", "background", "sure")


@dataclass(frozen=True)
class Layout:
    """How a data set lies on disk.

    Attributes:
        name: to choose it by.
        tree: its folders in short.
        licence: what its terms mean for weights trained on it.
        parts: where its files lie; none for plain RGBA folders.
        kind: what its pictures show; empty where folders tell.
        called: how the root's name must begin, where the folders alone could be anybody's.
        lists: split to a text file below the root that names that split's foregrounds.
    """

    name: str
    tree: str
    licence: str
    parts: tuple[Part, ...] = ()
    kind: str = ""
    called: str = ""
    lists: dict[str, str] = field(default_factory=dict, hash=False)

    def fits(self, root: Path) -> bool:
        """Whether at least one part is whole below `root`."""
        return any(not part.missing(root) for part in self.parts)

    def scan(self, root: Path, split: str | None = None) -> tuple[list[Item], list[Problem]]:
        """The subjects of a split or of all, sorted by part and name, and every file that lacks its counterpart."""
        if not self.parts:
            return _scan_rgba(root, split)
        items: list[Item] = []
        problems: list[Problem] = []
        for part in self.parts:
            if split not in (None, part.split):
                continue
            missing = part.missing(root)
            if not missing:
                found, wrong = part.scan(root, self.kind)
                items, problems = items + found, problems + wrong
            elif len(missing) == 1:
                problems.append(Problem(str(root / part.root), f"lacks the folder {missing[0]}", "unpack it again"))
        for listed, name in self.lists.items():
            if split in (None, listed):
                problems += _unlisted(root / name, [item for item in items if item.split == listed])
        if not self.fits(root) and not problems:
            problems.append(Problem(str(root), f"is not laid out as {self.name}", f"expected {self.tree}"))
        return items, problems

    def items(self, root: Path, split: str | None = None) -> list[Item]:
        """The subjects of a split, or of all, when everything has its counterpart.

        Raises:
            UserError: something has not, or the split is empty.
        """
        items, problems = self.scan(root, split)
        broken = [problem for problem in problems if not problem.warning]
        if broken:
            more = f" ({len(broken)} such files: python -m ppid.data check {root})" if len(broken) > 1 else ""
            raise PictureError(broken[0].path, broken[0].text, broken[0].fix + more)
        if not items:
            held = ", ".join(sorted({item.split for item in self.scan(root)[0]}))
            raise UserError(f"{root} ({self.name}) has pictures for {held}, none for {split}; give another folder")
        return items


def detect(path: Path) -> Layout:
    """The layout of the data set at `path`: its root, a folder around the root, or one of its parts.

    Returns:
        The layout with its parts relative to `path`.

    Raises:
        UserError: nothing there or no known layout; the message lists them and what the nearest one lacks.
    """
    if not path.is_dir():
        raise UserError(
            f"{path} is {'a file' if path.exists() else 'not there'}; give the folder of a data set, or shards"
        )
    for inner in _levels(path):
        for layout in LAYOUTS:
            if not any(folder.absolute().name.lower().startswith(layout.called) for folder in (inner, path)):
                continue
            for part in layout.parts:
                if part.root and _endswith(inner, part.root) and not replace(part, root="").missing(inner):
                    return _below(replace(layout, parts=(replace(part, root=""),), lists={}), inner, path)
            if layout.fits(inner):
                return _below(layout, inner, path)
    first = next((p for p in pictures(path) if p.suffix.lower() in RGBA_SUFFIXES), None)
    lacking, nearest = _nearest(path)
    if first and (not nearest or _may_be_rgba(first)):
        return RGBA
    hint = f"Nearest: {nearest}, which still needs {' and '.join(lacking)}. " if nearest else ""
    known = "\n".join(f"  {layout.name:<18}{layout.tree}" for layout in (*LAYOUTS, RGBA))
    raise UserError(f"{path} has no known layout. {hint}Known are (choose one with --layout):\n{known}")


def by_name(name: str) -> Layout:
    """The layout called `name`.

    Raises:
        UserError: there is none.
    """
    for layout in (*LAYOUTS, RGBA):
        if layout.name == name:
            return layout
    raise UserError(f"no layout {name!r}; known are {', '.join(layout.name for layout in (*LAYOUTS, RGBA))}")


def size_error(path: Path, picture: NDArray[Any], other: Path, wanted: NDArray[Any]) -> PictureError:
    """`path` has not the size of `other`."""
    (height, width), (h, w) = picture.shape[:2], wanted.shape[:2]
    turned = ", the orientation tag of a JPEG is not applied" if (height, width) == (w, h) else ""
    return PictureError(path, f"is {width}x{height} but {other} is {w}x{h}", f"export both at one size{turned}")


def innermost(root: Path) -> Path:
    """The folder of a data set in a folder around it."""
    inner = root
    for level in _levels(root):
        if level != root and level.name.lower() in _SPLITS:
            break
        inner = level
    return inner


def _levels(root: Path) -> Iterator[Path]:
    """A folder, and the one in it where it holds nothing else: archives often unpack into a folder in a folder."""
    for _ in range(3):
        yield root
        children = [child for child in root.iterdir() if not _hidden(child)]
        folders = [child for child in children if child.is_dir()]
        if len(folders) != 1 or _any_picture(children):
            return
        root = folders[0]


def split_of(relative: Path) -> str:
    """The split of a picture by its path below the innermost folder: its first folder tells, all others are for training."""
    return _SPLITS.get(relative.parts[0].lower(), "train")


def training_pictures(root: Path) -> list[Path]:
    """Pictures below a folder; of one with `train/` those for training alone."""
    paths, inner = list(pictures(root)), innermost(root)
    if _folder(inner, "train"):
        paths = [path for path in paths if split_of(path.relative_to(inner)) == "train"]
    return paths


def _scan_rgba(root: Path, split: str | None) -> tuple[list[Item], list[Problem]]:
    """Pictures by the split that `split_of` says.

    Rendered clips are refused: each frame would count as a subject, and those of one person would be held out from itself.
    """
    items = []
    clips: dict[Path, bool] = {}
    inner = innermost(root)
    for path in pictures(root):
        if clips.setdefault(path.parent, (path.parent / _CLIP).is_file()):
            continue
        relative, part = path.relative_to(root), split_of(path.relative_to(inner))
        if path.suffix.lower() in RGBA_SUFFIXES and split in (None, part):
            items.append(Item(relative.as_posix(), path.parent.name, part, rgba=path))
    problems = [
        Problem(
            str(folder), f"is a rendered clip ({_CLIP}): its frames show one subject", "give folders of stills only"
        )
        for folder, is_clip in clips.items()
        if is_clip
    ]
    if not items and not problems and split in (None, "train"):
        problems = [Problem(str(root), "holds no RGBA pictures", f"put {', '.join(RGBA_SUFFIXES)} there")]
    return items, problems


def pictures(folder: Path) -> Iterator[Path]:
    """Pictures below a folder, sorted, without the hidden ones."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.suffix.lower() in SUFFIXES and not any(_hidden(part) for part in (relative, *relative.parents)):
            yield path


def photographs(roots: Iterable[Path]) -> dict[Path, Path]:
    """Pictures below several folders, by their path there without suffix: what is made of each can bear that name.

    Raises:
        UserError: a folder without pictures, or two pictures of one name.
    """
    found: dict[Path, Path] = {}
    for root in roots:
        paths = list(pictures(root)) if root.is_dir() else []
        if not paths:
            raise UserError(f"no pictures ({', '.join(SUFFIXES)}) below {root}; give a folder of photographs")
        for path in paths:
            name = path.relative_to(root).with_suffix("")
            if name in found:
                raise UserError(f"{found[name]} and {path} are both called {name}; rename one of them")
            found[name] = path
    return found


def _hidden(path: Path) -> bool:
    """Also what macOS leaves in archives: `._x.jpg` and a folder of them."""
    return path.name.startswith(".") or path.name == "__MACOSX"


def _pictures(folder: Path, problems: list[Problem]) -> dict[str, Path]:
    """Path without suffix to path, of every picture below; two for one name and empty folders become problems."""
    files: dict[str, Path] = {}
    for path in pictures(folder):
        stem = path.relative_to(folder).with_suffix("").as_posix()
        if stem in files:
            problems.append(Problem(str(path), f"has the same name as {files[stem].name}", "keep one of the two"))
        files.setdefault(stem, path)
    if not files:
        problems.append(Problem(str(folder), f"holds no pictures ({', '.join(SUFFIXES)})", "unpack it again"))
    return files


def _folder(root: Path, relative: str) -> Path | None:
    """A folder below `root`, whatever the case of its name."""
    path = root
    for name in posixpath.normpath(relative.strip("/")).split("/"):
        if (path / name).is_dir():
            path = path / name
            continue
        children = path.iterdir() if path.is_dir() else ()
        fitting = next((child for child in children if child.name.lower() == name.lower() and child.is_dir()), None)
        if not fitting:
            return None
        path = fitting
    return path


def _kind(stem: str, root: Path) -> str:
    """The folder that holds a picture, or the root's name."""
    return Path(stem).parent.name or root.absolute().name


def _unlisted(path: Path, items: list[Item]) -> list[Problem]:
    """Names in a list that no item has."""
    if not path.is_file():
        return []
    there = {Path(item.name).stem for item in items}
    names = [name.strip() for name in path.read_text(errors="replace").splitlines() if name.strip()]
    fix = "unpack the foregrounds again"
    return [
        Problem(str(path), f"names {n}, which is not there with its alpha", fix)
        for n in names
        if Path(n).stem not in there
    ]


def _endswith(path: Path, root: str) -> bool:
    names = tuple(root.lower().split("/"))
    return tuple(part.lower() for part in path.absolute().parts[-len(names) :]) == names


def _below(layout: Layout, inner: Path, path: Path) -> Layout:
    """The layout of `inner`, told from `path`."""
    prefix = inner.relative_to(path).as_posix()
    if inner == path:
        return layout
    parts = tuple(replace(part, root=f"{prefix}/{part.root}".rstrip("/")) for part in layout.parts)
    return replace(layout, parts=parts, lists={split: f"{prefix}/{name}" for split, name in layout.lists.items()})


def _any_picture(paths: list[Path]) -> bool:
    return any(path.suffix.lower() in SUFFIXES for path in paths)


def _may_be_rgba(path: Path) -> bool:
    """Whether a picture has an alpha channel, or cannot be read: then that is what is wrong with it."""
    try:
        picture = estimate.decode(estimate.read_bytes(path), path)
    except PictureError:
        return True
    return picture.ndim == 3 and picture.shape[2] == 4


def _nearest(root: Path) -> tuple[list[str], str]:
    """(what it lacks, name) of the layout that has the most of its folders below `root`."""
    best: tuple[int, list[str], str] = (0, [], "")
    for layout in LAYOUTS:
        for part in layout.parts:
            missing = part.missing(root)
            there = 2 * (2 - len(missing)) + bool(part.root and _folder(root, part.root))
            if there > best[0]:
                best = (there, missing, layout.name)
    return best[1], best[2]


_RESEARCH = "research only, by request from its authors: weights trained on it may not be shipped"
_FG = ("foreground",)
_ADOBE = "Adobe-licensed images"
_COLOURS = ("image", "images", "img", "original", "original_image", "blurred_image")
_FOREGROUNDS = ("fg", "fgr", "foreground", "foregrounds")
_ALPHAS = ("alpha", "alphas", "matte", "mattes", "mask", "masks", "pha", "gt")


def _pair(split: str, root: str = "") -> Part:
    return Part(split, root, _COLOURS, _FOREGROUNDS, _ALPHAS, sure=("sure",), main=("image", "foreground"))


LAYOUTS = (
    Layout(
        "composition-1k",
        "Training_set/{Adobe-licensed images,Other}/{fg,alpha}, Test_set/Adobe-licensed images/{fg,alpha,trimaps}",
        _RESEARCH,
        (
            Part("train", f"Training_set/{_ADOBE}", foreground=("fg",), alpha=("alpha",), main=_FG),
            Part("train", "Training_set/Other", foreground=("fg",), alpha=("alpha",), main=_FG),
            Part(
                "test",
                f"Test_set/{_ADOBE}",
                image=("merged", "../merged"),
                foreground=("fg",),
                alpha=("alpha",),
                main=_FG,
                numbered=True,
            ),
        ),
        kind="mixed",
        lists={"train": "Training_set/training_fg_names.txt", "test": "Test_set/test_fg_names.txt"},
    ),
    Layout(
        "distinctions-646",
        "{Train,Test}/{FG,GT}",
        _RESEARCH,
        (
            Part("train", "Train", foreground=("FG",), alpha=("GT",), main=_FG),
            Part("test", "Test", foreground=("FG",), alpha=("GT",), main=_FG),
        ),
        kind="mixed",
    ),
    Layout(
        "p3m-10k",
        "train/{blurred_image,mask}, validation/{P3M-500-P,P3M-500-NP}/{blurred_image|original_image,mask,trimap}",
        "its release agreement names the MIT licence; it shows real people; read it before you ship weights",
        (
            Part("train", "train", image=("blurred_image",), foreground=("fg",), alpha=("mask",), background=("bg",)),
            *(
                Part("validation", root, image=("blurred_image", "original_image"), alpha=("mask",))
                for name in ("P3M-500-P", "P3M-500-NP")
                for root in (f"validation/{name}", name)
            ),
        ),
        kind="people",
    ),
    Layout(
        "am-2k",
        "{train,validation}/{original,mask,fg,bg,trimap}",
        "its release agreement names the MIT licence; read it before you ship weights",
        tuple(
            Part(split, split, image=("original",), foreground=("fg",), alpha=("mask",), background=("bg",))
            for split in ("train", "validation")
        ),
        kind="animals",
    ),
    Layout(
        "aim-500",
        "AIM-500/{original,mask,trimap}",
        "a test set: do not train on it",
        (Part("test", image=("original",), alpha=("mask",)),),
        kind="mixed",
        called="aim",
    ),
    Layout(
        "ppm-100",
        "PPM-100/{image,matte}",
        "alphas CC BY-NC-SA 4.0: a test set, weights trained on it may not be sold",
        (Part("test", image=("image",), alpha=("matte",)),),
        kind="people",
        called="ppm",
    ),
    Layout(
        "pairs",
        "[train|validation|test/]{image|images|fg,alpha|alphas|matte|mask}[/KIND]",
        "yours to know",
        (
            _pair("train"),
            _pair("train", "train"),
            *(_pair("validation", root) for root in ("val", "valid", "validation")),
            _pair("test", "test"),
        ),
    ),
)
RGBA = Layout("rgba", "[train|val|test/][KIND/]NAME.{webp,png,tif} with an alpha channel", "yours to know")
