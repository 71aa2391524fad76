"""Command line: `python -m ppid.render people|objects|clips|backgrounds|sheet|card`."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

from ppid.arguments import positive, width_and_height
from ppid.errors import UserError, run_command
from ppid.render import backgrounds, card, clips, jobs, objects
from ppid.render.files import writing
from ppid.render.jobs import Maker, Task
from ppid.render.makers import Backgrounds, Clips, Stills

_CLIPS_FOLD = 5  # there are too few of a kind for one in twenty
_MAKEHUMAN = "people need MakeHuman's CC0 data; pass --makehuman DIR (docs/rendering.md says where to get it)"


def main() -> None:
    """Parse and run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m ppid.render", description="Render training data with exact alpha.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--count", type=positive, required=True, metavar="N", help="how many in all, over all kinds")
    common.add_argument("--seed", type=_seed, default=0, help="another seed makes others (default: %(default)s)")
    common.add_argument("--output", type=Path, required=True, metavar="DIR", help="grows; run again to go on")
    common.add_argument(
        "--processes", type=positive, default=os.cpu_count() or 1, metavar="N", help="default: one for each core"
    )
    body = argparse.ArgumentParser(add_help=False)
    body.add_argument("--makehuman", type=Path, metavar="DIR", help="MakeHuman's CC0 data; people need it")

    command = commands.add_parser("people", parents=[common, body], help="people as webcams and portraits show them")
    command.add_argument("--size", type=positive, default=512, metavar="PIXELS", help="side (default: %(default)s)")
    command.add_argument(
        "--passers-by", action="store_true", help="as streets show them: from head to foot, from any side, many walking"
    )
    command.set_defaults(run=render_people)

    command = commands.add_parser("objects", parents=[common], help=f"hard objects: {', '.join(objects.KINDS)}")
    command.add_argument("--kind", choices=objects.KINDS, action="append", help="only these (default: all in turn)")
    command.add_argument("--size", type=positive, default=512, metavar="PIXELS", help="side (default: %(default)s)")
    command.set_defaults(run=render_objects)

    command = commands.add_parser("clips", parents=[common, body], help="short clips of 24 to 60 frames")
    command.add_argument("--kind", choices=list(clips.KINDS), action="append", help="only these (default: all in turn)")
    command.add_argument("--size", type=_size, default="384x216", metavar="WxH", help="default: %(default)s")
    command.set_defaults(run=render_clips)

    command = commands.add_parser("backgrounds", parents=[common], help="rooms and other backgrounds")
    command.add_argument(
        "--kind", choices=backgrounds.KINDS, action="append", help="only these (default: all that have a source)"
    )
    command.add_argument("--panoramas", type=Path, metavar="DIR", help="HDRI panoramas to cut views from")
    command.add_argument("--photographs", type=Path, metavar="DIR", help="photographs to cut views from")
    command.add_argument("--size", type=_size, default="640x400", metavar="WxH", help="default: %(default)s")
    command.set_defaults(run=render_backgrounds)

    command = commands.add_parser("sheet", help="a contact sheet of random pictures over backgrounds, to look at")
    command.add_argument("folder", type=Path, metavar="DIR", help="searched below for pictures with alpha")
    command.add_argument("--backgrounds", type=Path, required=True, metavar="DIR", help="photographs to compose over")
    command.add_argument("--count", type=positive, default=60, metavar="N", help="default: %(default)s")
    command.add_argument("--seed", type=_seed, default=0, help="which pictures (default: %(default)s)")
    command.add_argument("--side", type=positive, default=192, metavar="PIXELS", help="default: %(default)s")
    command.add_argument("--output", type=_picture, required=True, metavar="FILE", help="a .png or .jpg")
    command.set_defaults(run=draw_sheet)

    command = commands.add_parser("card", help="what a rendered set holds, as Markdown: counts, choices, CPU time")
    command.add_argument("folder", type=Path, metavar="DIR", help="searched below for what rendering wrote")
    command.set_defaults(run=lambda arguments: print(card.tables(*card.read(arguments.folder)), end=""))
    arguments = parser.parse_args()
    arguments.run(arguments)


def render_people(arguments: argparse.Namespace) -> None:
    """Each index is another person."""
    if not arguments.makehuman:
        raise UserError(_MAKEHUMAN)
    maker = Stills(arguments.size, arguments.makehuman.resolve(), passing=arguments.passers_by)
    _render(arguments, ["people"], maker)


def render_objects(arguments: argparse.Namespace) -> None:
    """The kinds in turn, so that a set stopped early is balanced."""
    _render(arguments, arguments.kind or list(objects.KINDS), Stills(arguments.size))


def render_clips(arguments: argparse.Namespace) -> None:
    """The kinds in turn."""
    kinds = arguments.kind or [kind for kind in clips.KINDS if arguments.makehuman or kind not in clips.PEOPLE]
    if not arguments.makehuman and set(kinds) & set(clips.PEOPLE):
        raise UserError(_MAKEHUMAN)
    if not arguments.makehuman and not arguments.kind:
        print(f"without --makehuman no clips of {', '.join(clips.PEOPLE)}", file=sys.stderr)
    _render(arguments, kinds, Clips(arguments.size, arguments.makehuman and arguments.makehuman.resolve()), _CLIPS_FOLD)


def render_backgrounds(arguments: argparse.Namespace) -> None:
    """The kinds in turn; those cut from pictures only when there are some."""
    sources = {"panoramas": arguments.panoramas, "photographs": arguments.photographs}
    kinds = arguments.kind or [kind for kind in backgrounds.KINDS if sources.get(kind, True)]
    for kind in kinds:
        if kind in sources and not sources[kind]:
            raise UserError(f"--kind {kind} is cut from pictures; pass --{kind} DIR")
        if kind in sources and not sources[kind].is_dir():
            raise UserError(f"no folder {sources[kind]}; pass --{kind} DIR with pictures")
    _render(arguments, kinds, Backgrounds(arguments.size, arguments.panoramas, arguments.photographs))


def draw_sheet(arguments: argparse.Namespace) -> None:
    """Write a contact sheet."""
    if importlib.util.find_spec("PIL") is None:
        raise UserError("contact sheets need Pillow; run: pip install pillow")
    from ppid.render import sheet

    sheet.write(
        arguments.folder, arguments.backgrounds, arguments.output, arguments.count, arguments.seed, arguments.side
    )


def _render(arguments: argparse.Namespace, kinds: list[str], maker: Maker, fold: int = 20) -> None:
    """Render what is not there yet of `--count` tasks and say what came of them."""
    _require_blender()
    output = arguments.output.resolve()
    with writing(output):
        output.mkdir(parents=True, exist_ok=True)
    tasks = [Task(kinds[i % len(kinds)], arguments.seed, i // len(kinds), fold) for i in range(arguments.count)]
    wanted = jobs.remaining(tasks, output)
    if len(wanted) < len(tasks):
        print(f"{len(tasks) - len(wanted)} of {len(tasks)} are there")
    if wanted:
        reasons = jobs.run(wanted, maker, output, arguments.processes)
        print(f"rendered {len(wanted) - len(reasons)} below {output}")
        for reason, count in Counter(reasons).most_common(5):
            print(f"{count} rejected: {reason.strip()}")
        if len(reasons) == len(wanted):
            raise UserError(
                f"nothing was rendered; the reasons are above and, by picture, in {jobs.REJECTED} below {output}"
            )


def _require_blender() -> None:
    """Say what is missing before workers start."""
    if importlib.util.find_spec("bpy") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        wrong = "" if version == "3.11" else f", and it exists for Python 3.11 only (this is {version})"
        raise UserError(
            f"rendering needs Blender's Python module bpy{wrong}; in an environment of its own run: pip install '.[render]'"
        )


def _seed(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text}: expected 0 or more")
    return value


def _picture(text: str) -> Path:
    if not text.lower().endswith((".png", ".jpg", ".jpeg")):
        raise argparse.ArgumentTypeError(f"{text}: expected a .png or .jpg")
    return Path(text)


def _size(text: str) -> tuple[int, int]:
    width, height = width_and_height(text)
    if min(width, height) < 32:
        raise argparse.ArgumentTypeError(f"{text}: expected at least 32x32")
    return width, height


if __name__ == "__main__":
    run_command(main)
