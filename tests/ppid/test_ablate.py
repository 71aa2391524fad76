from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ppid.ablate import Untold, load_ablation
from ppid.ablation_report import Ablation, figure, table
from ppid.errors import UserError
from ppid.evaluate import Evaluation, Row
from ppid.metrics import score
from ppid.models import build, takes_trimap

ROOT = Path(__file__).parents[2]
TINY = """
each = 1
hard = ["glass"]
[teacher]
model = "indexnet"
architecture = { trimap = "onehot", index = "o2o", context = false }
height = 64
width = 64
batch = 2
steps = 2
foreground_size = 64
pretrained = false
[student]
model = "edge"
height = 64
width = 64
batch = 2
steps = 2
foreground_size = 64
pretrained = false
[variants]
"plain" = {}
"CLSD + AGLD" = { clsd = 1.0, agld = 1.0 }
"""


def evaluation(errors: dict[str, float]) -> Evaluation:
    """One 50x40 picture of each kind whose alpha is off by so much everywhere."""
    truth = np.zeros((50, 40), np.float32)
    truth[10:30, 10:30] = 1
    unknown = np.ones_like(truth, bool)
    return Evaluation(
        tuple(
            Row(kind, kind, score(np.abs(truth - np.float32(error)), truth, unknown)) for kind, error in errors.items()
        )
    )


def test_the_gap_is_measured_from_the_plain_student_to_the_teacher() -> None:
    plain = [evaluation({"glass": 0.4, "people": 0.2}), evaluation({"glass": 0.5, "people": 0.2})]
    taught = [evaluation({"glass": 0.2, "people": 0.2}), evaluation({"glass": 0.3, "people": 0.1})]
    teachers = evaluation({"glass": 0.1, "people": 0.1}), evaluation({"glass": 0.3, "people": 0.2})
    ablation = Ablation(*teachers, {"plain": plain, "taught": taught}, ("glass",))
    assert ablation.closed("plain") == [0, 0]
    assert ablation.closed("taught", ["glass"]) == pytest.approx([2 / 3, 0.5], abs=1e-3)
    assert ablation.closed("taught", ["people"]) == pytest.approx([0, 1], abs=1e-3)
    assert ablation.closed("taught") == pytest.approx([0.5, 0.6], abs=1e-3)
    assert ablation.groups() == (["glass"], ["people"])
    written = table(ablation)
    assert "55 ± 7 %" in written and "58 ± 12 %" in written and "50 ± 71 %" in written
    assert json.loads(json.dumps(ablation.as_json()))["gap_closed"]["taught"]["hard"] == pytest.approx([2 / 3, 0.5])
    told, untold = (
        re.findall(rf"^\| {name} \| (.*) \|$", written, re.M) for name in ("teacher", "teacher, told nothing")
    )
    assert [len(rows) for rows in (told, untold)] == [2, 2] and told[1] == "0.20 | 0.20" and untold[1] == "0.60 | 0.40"
    picture = cv2.imdecode(np.frombuffer(figure(ablation), np.uint8), cv2.IMREAD_COLOR)
    assert picture.std() > 10


def test_the_command_trains_reports_and_goes_on(
    tmp_path: Path, foreground_folder: Path, photograph_folder: Path
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY)
    command = [sys.executable, "-m", "ppid.ablate", "--config", str(tmp_path / "tiny.toml"), "--device", "cpu"]
    command += ["--foregrounds", str(foreground_folder), "--backgrounds", str(photograph_folder)]
    command += ["--output", str(tmp_path / "out"), "--seeds"]

    def run(seeds: int) -> str:
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run([*command, str(seeds)], cwd=ROOT, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    first = run(1)
    assert "teacher, told nothing" in first and "CLSD + AGLD" in first and "1 seed(s), 2 test pictures" in first
    runs = tmp_path / "out" / "runs"
    assert sorted(path.name for path in runs.iterdir()) == ["clsd---agld-0", "plain-0"]
    before = {path: path.stat().st_mtime_ns for path in runs.glob("*/student.safetensors")}
    assert "2 seed(s)" in run(2)
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())  # what is there is not trained again
    (tmp_path / "tiny.toml").write_text(TINY.replace("clsd = 1.0", "clsd = 2.0"))
    done = subprocess.run([*command, "2"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "another configuration (clsd: 1.0 then, 2.0 now)" in done.stderr
    found = json.loads((tmp_path / "out" / "ablation.json").read_text())
    assert len(found["variants"]["CLSD + AGLD"]) == 2 and found["student_config"]["steps"] == 2
    sheet = cv2.imread(str(tmp_path / "out" / "sheet.jpg"))
    assert sheet.shape == (24 + 2 * 64, 5 * 64, 3)
    assert (tmp_path / "out" / "ablation.png").stat().st_size > 1000


def test_a_teacher_told_nothing_sees_the_picture_alone() -> None:
    teacher = build("indexnet", {"trimap": "onehot", "index": "o2o", "context": False}).eval()
    torch.nn.init.normal_(teacher.prompt.weight)  # type: ignore[union-attr,arg-type]
    image, unknown = torch.rand(1, 3, 64, 96), torch.tensor([0.0, 1.0, 0.0])[None, :, None, None].expand(1, 3, 64, 96)
    with torch.no_grad():
        alpha = Untold(teacher)(image).alpha
        assert not teacher.training
        assert torch.equal(alpha, teacher(image, unknown).alpha)
        assert not torch.equal(alpha, teacher(image, unknown.roll(1, 1)).alpha)
    assert not takes_trimap(Untold(teacher))


def test_shipped_ablations_and_mistakes(tmp_path: Path) -> None:
    for name in ("cpu", "edge", "gpu"):
        config = load_ablation(name)
        assert list(config.variants)[0] == "no distillation" and {"CLSD", "AGLD", "CLSD + AGLD"} <= set(config.variants)
    path = tmp_path / "mine.toml"
    for text, message in (
        (TINY.replace("clsd =", "clsdd ="), "variant 'CLSD \\+ AGLD' has 'clsdd'; expected weights of clsd"),
        (TINY.replace('"plain" = {}', ""), "first variant must be the plain student"),
        (TINY.replace("each = 1", ""), "differs by each"),
        (TINY.replace("batch = 2", "bach = 2"), "did you mean batch"),
        (TINY.replace("each = 1", "each = 'x'"), "each = 'x', expected a whole number"),
        (TINY.replace("each = 1", "each = 0"), "each = 0.*expected a number from 1"),
        (TINY.replace('["glass"]', '"glass"'), "hard = 'glass', expected a list"),
        (TINY.replace('["glass"]', "[1]"), "and names of kinds"),
        (TINY.replace("clsd = 1.0", "clsd = 'much'"), "clsd = 'much', expected a value of type float"),
        (TINY.replace("clsd = 1.0", "clsd = -1.0"), "clsd=-1.0: expected a finite number of at least 0"),
        (TINY.replace('"plain" = {}', '"plain" = 3'), "variant 'plain' = 3, expected a table"),
        (TINY + '"CLSD & AGLD" = { agld = 1.0 }', "'CLSD & AGLD' would share a folder"),
        (TINY.replace('trimap = "onehot"', 'trimap = "none"'), "the teacher must take trimaps"),
        (
            TINY.replace("[variants]", "clsd = 1.0\n[variants]"),
            "the student must not take trimaps and have no distillation",
        ),
    ):
        path.write_text(text)
        with pytest.raises(UserError, match=message):
            load_ablation(str(path))
    with pytest.raises(UserError, match="shipped ablations are cpu, edge, gpu"):
        load_ablation("none")


def test_a_set_without_hard_kinds_has_a_table_too() -> None:
    runs = {"plain": [evaluation({"people": 0.2})] * 2, "taught": [evaluation({"people": 0.1})] * 2}
    ablation = Ablation(evaluation({"people": 0.1}), evaluation({"people": 0.2}), runs, ("glass",))
    assert "| 100 ± 0 % | – | 100 ± 0 % |" in table(ablation)
    assert json.loads(json.dumps(ablation.as_json(), allow_nan=False))["gap_closed"]["taught"]["hard"] == [None, None]
    assert cv2.imdecode(np.frombuffer(figure(ablation), np.uint8), cv2.IMREAD_COLOR).std() > 10
