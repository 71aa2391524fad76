"""Command line: `python -m ppid.data check PATH`, `pack PATH... --output DIR` and `layouts`."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import cv2

from ppid.data import layouts, shards
from ppid.data.check import check
from ppid.errors import UserError, run_command

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def main() -> None:
    """Parse and run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m ppid.data", description="Look after matting data sets.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    named = argparse.ArgumentParser(add_help=False)
    named.add_argument(
        "--layout",
        choices=[layout.name for layout in (*layouts.LAYOUTS, layouts.RGBA)],
        help="how the files lie (default: found out)",
    )
    named.add_argument(
        "--jobs", type=int, default=min(8, os.cpu_count() or 1), metavar="N", help="threads (default: %(default)s)"
    )

    command = commands.add_parser("check", parents=[named], help="name every broken or mismatched file")
    command.add_argument("path", type=Path, metavar="PATH", help="a data set, a shard or a folder of shards")
    command.set_defaults(run=run_check)

    command = commands.add_parser("pack", parents=[named], help="pack data sets into shards (WebDataset tar files)")
    command.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="data sets")
    command.add_argument("--output", type=Path, required=True, metavar="DIR", help="new folder for the shards")
    command.add_argument("--name", default="foregrounds", help="how the shards' names begin (default: %(default)s)")
    command.add_argument("--shard-size", type=size, default="256MB", metavar="SIZE", help="default: %(default)s")
    command.add_argument("--seed", type=int, default=0, help="of the order (default: %(default)s)")
    command.add_argument("--lossless", action="store_true", help="keep colours exact (alpha always is): larger")
    command.set_defaults(run=run_pack)

    command = commands.add_parser("layouts", help="list the known layouts and their licences")
    command.set_defaults(run=run_layouts)
    arguments = parser.parse_args()
    if getattr(arguments, "jobs", 1) < 1:
        raise UserError(f"--jobs {arguments.jobs}: expected 1 or more")
    set_log_level = getattr(cv2, "setLogLevel", None) or cv2.utils.logging.setLogLevel  # OpenCV 4, 5
    set_log_level(0)  # broken pictures are reported here, by name
    arguments.run(arguments)


def run_check(arguments: argparse.Namespace) -> None:
    """Print a line for each problem and a summary."""
    layout = layouts.by_name(arguments.layout) if arguments.layout else None
    report = check(arguments.path, layout, arguments.jobs)
    for problem in report.problems:
        print(problem)
    print(report.summary(), flush=True)
    if report.broken:
        raise UserError(
            f"{len(report.broken)} problems in {arguments.path}; mend or remove these files, then check again"
        )


def run_pack(arguments: argparse.Namespace) -> None:
    """Pack everything of every split; the splits stay marked."""
    if arguments.seed < 0:
        raise UserError(f"--seed {arguments.seed}: expected 0 or more")
    items, licences = [], {}
    for path in arguments.paths:
        layout = layouts.by_name(arguments.layout) if arguments.layout else layouts.detect(path)
        items += layout.items(path)
        licences[layout.name] = layout.licence
    index = shards.pack(
        items,
        arguments.output,
        arguments.name,
        arguments.shard_size,
        arguments.seed,
        arguments.lossless,
        arguments.jobs,
        licences,
    )
    total = sum(shard["bytes"] for shard in index["shards"])
    print(
        f"{index['samples']} pictures in {len(index['shards'])} shards, {total / 2**20:.1f} MB, in {arguments.output}"
    )
    for name, licence in licences.items():
        print(f"licence of {name}: {licence}")


def run_layouts(arguments: argparse.Namespace) -> None:
    """Print each layout's tree and licence."""
    for layout in (*layouts.LAYOUTS, layouts.RGBA):
        print(f"{layout.name}\n  tree:    {layout.tree}\n  licence: {layout.licence}")


def size(text: str) -> int:
    """`256MB`, `1G`, `500K` or plain bytes, in powers of 1024."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)i?B?", text.strip(), re.IGNORECASE)
    value = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a size such as 256MB or 1G")
    return value


if __name__ == "__main__":
    run_command(main)
