from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ppid import evaluate as evaluation
from ppid import metrics, weights
from ppid.data.pairs import Sample, read_clips, read_pairs
from ppid.errors import UserError
from ppid.evaluate import evaluate, evaluate_video, predict
from ppid.models import Prediction, build

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


class Red(nn.Module):
    """Takes what is red for the subject: right about the pictures below."""

    stride_multiple = 32

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, ...]] = []

    def forward(self, image: Tensor) -> Prediction:
        assert not self.training and not torch.is_grad_enabled()
        self.sizes.append(tuple(image.shape))
        return Prediction(torch.logit(image[:, :1] / 1.05, eps=1e-6), None, {})


class Privileged(Red):
    """Sees the trimap; says 0.525 everywhere it could be asked."""

    takes_trimap = True

    def forward(self, image: Tensor, trimap: Tensor) -> Prediction:  # type: ignore[override]
        assert trimap.shape == image.shape and torch.equal(trimap.sum(1), torch.ones_like(trimap[:, 0]))
        self.sizes.append(tuple(image.shape))
        return Prediction(torch.zeros_like(image[:, :1]), None, {})


def matte(height: int, width: int, left: int = 10) -> np.ndarray:
    alpha = np.zeros((height, width), np.uint8)
    alpha[10:40, left : left + 30] = 255
    alpha[10:40, left : left + 5] = 128
    return alpha


def write_pair(root: Path, name: str, alpha: np.ndarray, image: np.ndarray | None = None) -> None:
    for folder in ("image", "alpha"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    red = alpha if image is None else image
    cv2.imwrite(str(root / "image" / f"{name}.png"), np.dstack([np.zeros_like(red), np.zeros_like(red), red]))
    cv2.imwrite(str(root / "alpha" / f"{name}.png"), alpha)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two of kind "easy" that `Red` gets right, one of kind "hard" that it gets all wrong."""
    root = tmp_path / "pictures"
    write_pair(root, "a", matte(64, 96))
    write_pair(root, "b", matte(64, 64))
    write_pair(root, "c", matte(64, 96), np.zeros((64, 96), np.uint8))
    kinds = {"a": "easy", "b": "easy", "c": "hard"}
    lines = [json.dumps({"name": name, "kind": kind}) for name, kind in kinds.items()]
    (root / "attributes.jsonl").write_text("\n".join(lines))
    return root


def test_each_kind_has_its_mean(pictures: Path) -> None:
    result = evaluate(Red(), read_pairs(pictures), CPU)
    kinds = result.by_kind()
    assert list(kinds) == ["easy", "hard"] and [kinds[kind].count for kind in kinds] == [2, 1]
    assert kinds["easy"].scores.whole.mad < 0.01 and kinds["easy"].scores.whole.iou > 0.999
    truth = matte(64, 96).astype(np.float32) / 255
    expected = metrics.score(np.full_like(truth, 1e-6), truth, read_pairs(pictures)[2].load().unknown)
    assert kinds["hard"].scores.unknown.sad == pytest.approx(expected.unknown.sad, abs=1e-6)
    assert kinds["hard"].scores.whole.conn == pytest.approx(expected.whole.conn, abs=1e-6)
    assert result.overall().count == 3
    assert result.overall().scores.whole.sad == pytest.approx(expected.whole.sad / 3, abs=1e-5)


def test_the_model_sees_the_nearest_multiple_and_is_scored_at_the_picture_size(tmp_path: Path) -> None:
    write_pair(tmp_path, "odd", matte(75, 110))
    write_pair(tmp_path, "small", np.full((10, 12), 200, np.uint8))
    pairs, model = read_pairs(tmp_path), Red().train()
    result = evaluate(model, pairs, CPU)
    assert model.training  # as it was
    assert model.sizes == [(1, 3, 64, 96), (1, 3, 32, 32)]
    assert result.rows[0].scores.whole.iou > 0.95 and result.rows[1].scores.whole.mad < 0.1
    assert predict(model.eval(), pairs[0].load(), CPU).shape == (75, 110)
    evaluate(model, pairs[:1], CPU, (128, 160))
    assert model.sizes[-1] == (1, 3, 128, 160)
    with pytest.raises(UserError, match="size 100x128: this model needs multiples of 32"):
        evaluate(model, pairs, CPU, (128, 100))


def test_a_teacher_gets_the_trimap_and_keeps_to_it(pictures: Path) -> None:
    model = Privileged()
    sample = read_pairs(pictures)[0].load()
    for size in (None, (32, 32), (128, 192)):
        alpha = predict(model, sample, CPU, size)
        assert np.allclose(alpha[sample.unknown], 0.525)
        assert np.array_equal(alpha[~sample.unknown], sample.trimap[~sample.unknown] / 255)


def test_a_thin_unknown_line_survives_the_shrinking() -> None:
    picture = np.zeros((64, 64), np.uint8)
    picture[:, 33] = 128
    onehot = evaluation._resized_trimap(picture, (32, 32))
    assert onehot[0, 1].any(1).all() and not onehot[0, 2].any() and onehot[0, 0].sum() >= 32 * 28


def test_pictures_without_unknown_region_do_not_count_there(tmp_path: Path) -> None:
    write_pair(tmp_path, "empty", np.zeros((64, 64), np.uint8))
    result = evaluate(Red(), read_pairs(tmp_path), CPU)
    assert math.isnan(result.overall().scores.unknown.sad) and result.overall().scores.whole.sad < 1e-3
    assert json.loads(json.dumps(result.as_json(), allow_nan=False))["overall"]["scores"]["unknown"]["sad"] is None
    write_pair(tmp_path, "wrong", matte(64, 64), np.zeros((64, 64), np.uint8))
    both = evaluate(Red(), read_pairs(tmp_path), CPU)
    assert both.overall().scores.unknown.sad == both.rows[1].scores.unknown.sad > 0


def test_the_table(pictures: Path) -> None:
    lines = evaluate(Red(), read_pairs(pictures), CPU).table().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header = "kind n SAD MSE MAD Grad Conn IoU"
    assert cells[0] == [*header.split(), "SAD u", "MSE u", "MAD u", "Grad u", "Conn u"]
    assert [row[:2] for row in cells[2:]] == [["easy", "2"], ["hard", "1"], ["all", "3"]]
    assert cells[2][2:8] == ["0.00", "0.00", "0.00", "0.00", "0.00", "1.000"] and cells[3][7] == "0.000"
    assert len({len(line) for line in lines}) == 1
    one_kind = evaluate(Red(), read_pairs(pictures)[:2], CPU).table().splitlines()
    assert len(one_kind) == 3 and one_kind[2].startswith("| all")


def test_clips_have_dtssd(tmp_path: Path) -> None:
    for t in range(4):
        alpha = matte(64, 96, 10 + t)
        write_pair(tmp_path / "flicker", str(t), alpha, alpha if t % 2 else alpha // 2)
        write_pair(tmp_path / "steady", f"{t + 8}", alpha)  # 8, 9, 10, 11: in this order
    result = evaluate_video(Red(), read_clips(tmp_path), CPU)
    assert [row.name for row in result.rows[::4]] == ["flicker/0", "steady/8"]
    steady = [row for row in result.rows if row.name.startswith("steady")]
    assert math.isnan(steady[0].scores.whole.dtssd) and max(row.scores.whole.dtssd for row in steady[1:]) < 0.1
    clip = next(clip for clip in read_clips(tmp_path) if clip.name == "flicker")
    samples = [frame.load() for frame in clip.frames]
    alphas = np.stack([predict(Red().eval(), sample, CPU) for sample in samples])
    truths, masks = np.stack([s.alpha for s in samples]), np.stack([s.unknown for s in samples])
    flicker = [row.scores for row in result.rows[1:4]]
    expected = metrics.dtssd(alphas, truths)
    assert expected > 10 and np.mean([s.whole.dtssd for s in flicker]) == pytest.approx(expected)
    assert np.mean([s.unknown.dtssd for s in flicker]) == pytest.approx(metrics.dtssd(alphas, truths, masks))
    assert "dtSSD" in result.table() and "dtSSD u" in result.table()
    write_pair(tmp_path / "steady", "12", matte(64, 64))
    with pytest.raises(UserError, match="steady/12: frames of one clip must be of one size"):
        evaluate_video(Red(), read_clips(tmp_path), CPU)


def test_diverged_weights_are_named(pictures: Path) -> None:
    class Diverged(Red):
        def forward(self, image: Tensor) -> Prediction:
            return Prediction(image[:, :1] * torch.nan, None, {})

    with pytest.raises(UserError, match="a.png: the model's alpha is not a number"):
        evaluate(Diverged(), read_pairs(pictures), CPU)


def test_real_models_run(pictures: Path) -> None:
    pairs = read_pairs(pictures)[:1]
    assert 0 < evaluate(build("edge"), pairs, CPU).rows[0].scores.whole.mad < 1000
    teacher = build("indexnet", {"trimap": "onehot"})
    assert 0 < evaluate(teacher, pairs, CPU).rows[0].scores.unknown.mad < 1000


def test_the_command(tmp_path: Path, pictures: Path) -> None:
    weights.save(build("edge", {"widths": [16, 16, 16, 8, 8]}), tmp_path / "m.safetensors")
    table = tmp_path / "new" / "table.md"
    command = [sys.executable, "-m", "ppid.evaluate", "--weights", str(tmp_path / "m.safetensors")]
    command += ["--data", str(pictures), "--device", "cpu"]
    done = subprocess.run(
        [*command, "--table", str(table), "--size", "64x32"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "| hard" in done.stdout and table.read_text() in done.stdout
    written = json.loads(table.with_suffix(".json").read_text())
    assert written["format"] == evaluation.FORMAT and written["model"]["name"] == "edge" and written["size"] == [32, 64]
    assert set(written["kinds"]) == {"easy", "hard"} and len(written["pictures"]) == 3
    assert written["pictures"][0]["scores"]["whole"]["dtssd"] is None
    assert sorted(path.name for path in table.parent.iterdir()) == ["table.json", "table.md"]

    wrong = subprocess.run([*command[:-4], "--data", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert wrong.returncode == 2 and "no folder image in" in wrong.stderr and "Traceback" not in wrong.stderr
    shown = subprocess.run([*command[:3], "--help"], cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0 and "python -m ppid.evaluate" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "640"], "expected width and height such as 640x480"),
        (["--size", "0x32"], "expected width and height such as 640x480"),
        (["--table", "scores.json"], "expected a Markdown file"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluate", "--weights", "w", "--data", "d", *arguments])
    with pytest.raises(SystemExit):
        evaluation.main()
    assert message in capsys.readouterr().err


def test_mistakes(tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    base = ["evaluate", "--weights", str(tmp_path / "w"), "--data", str(pictures), "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", [*base, "--table", str(tmp_path / "file" / "table.md")])
    with pytest.raises(UserError, match="cannot make the folder"):
        evaluation.main()
    if not torch.cuda.is_available():
        monkeypatch.setattr(sys, "argv", [*base[:-1], "cuda"])
        with pytest.raises(UserError, match="--device cpu"):
            evaluation.main()


def test_without_pytorch_the_commands_say_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise ImportError('no torch here')")
    for module in ("ppid.evaluate", "ppid.data.testset"):
        done = subprocess.run(
            [sys.executable, "-m", module, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        )
        assert done.returncode == 2 and "pip install '.[train]'" in done.stderr and "Traceback" not in done.stderr


def test_a_sample_knows_its_unknown_region() -> None:
    trimap = np.array([[0, 128, 255]], np.uint8)
    sample = Sample(np.zeros((1, 3, 3), np.uint8), np.zeros((1, 3), np.float32), trimap)
    assert sample.unknown.tolist() == [[False, True, False]]
