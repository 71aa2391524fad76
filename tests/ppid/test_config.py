from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from ppid.errors import UserError
from ppid.models import build, takes_trimap
from ppid.train.config import SHIPPED, TrainConfig, load_config, shipped

CONFIG = TrainConfig()


def test_config_overrides_are_typed_and_checked() -> None:
    assert asdict(CONFIG.override(["steps=9", "pretrained=true"]))["pretrained"] is True
    for text, message in (
        ("stepz=3", "did you mean steps"),
        ("steps=many", "expected a value of type int"),
        ("steps", "expected key=value"),
        ("height=100", "multiple of 32"),
        ("batch=0", "more than 0"),
        ("clsd=-1", "at least 0"),
        ("clip=nan", "clip=nan: expected a finite number"),
        ("decoder_rate=inf", "decoder_rate=inf: expected a finite number"),
        ("seed=-1", "seed=-1: expected a whole number from 0"),
        ("seed=99999999999999999999", "below 2\\^63"),
        ("frozen=-1", "at least 0"),
        ("trimap_radius=0", "more than 0"),
        ("people_share=2", "a share from 0 to 1"),
        ("ema=nan", "a share from 0 to 1"),
        ("foreground_size=101", "multiple of 4"),
        ("architecture=none", "set its entries one by one"),
    ):
        with pytest.raises(UserError, match=message):
            CONFIG.override([text])
    options = CONFIG.override(["architecture.trimap=none", "architecture.widths=[8, 4]"]).architecture
    assert options == {"trimap": "none", "widths": [8, 4]}


def test_shipped_configs_build_what_they_name() -> None:
    assert {"edge", "dense", "teacher", "paper-teacher", "paper-student"} <= set(shipped())
    for name in shipped():
        config = load_config(name)
        assert takes_trimap(build(config.model, dict(config.architecture))) == ("teacher" in name)


def test_config_files_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("clsd = 2\nbatch = 4\n[architecture]\ntrimap = 'onehot'")
    assert load_config(str(path)) == TrainConfig(clsd=2.0, batch=4, architecture={"trimap": "onehot"})
    for text, message in (
        ("batch = 'four'", "batch = 'four', expected a value of type int"),
        ("batch = true", "expected a value of type int"),
        ("bach = 4", "no such key 'bach'; did you mean batch"),
        ("batch = ", "is not TOML"),
    ):
        path.write_text(text)
        with pytest.raises(UserError, match=message):
            load_config(str(path))
    with pytest.raises(UserError, match="no such file; shipped configs are .*edge"):
        load_config("egde")
    assert (SHIPPED / "edge.toml").is_file()


def test_a_role_that_the_model_cannot_have_is_told_only_what_helps(tmp_path: Path) -> None:
    for role, config, wanted, absent in (
        (
            "teacher",
            "edge",
            "teacher takes a trimap, but model 'edge' as configured does not; use --config teacher$",
            "--set",
        ),
        ("student", "teacher", "use --config edge or --set architecture.trimap=none$", "onehot"),
    ):
        words = ["ppid.train", role, "--config", config, "--foregrounds", "x", "--output", str(tmp_path / "run")]
        done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and re.search(wanted, done.stderr.strip()), done.stderr
        assert absent not in done.stderr
