"""Command line: `python -m ppid.ablate --seeds K`: what each part of the distillation brings, everything else equal."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

try:
    import torch
except ImportError:
    if __name__ != "__main__":
        raise
    print("error: training needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from torch import Tensor, nn

from ppid import weights
from ppid.ablation_report import Ablation, figure, sheet, table
from ppid.arguments import positive
from ppid.data.pairs import Pair, read_pairs
from ppid.data.testset import write_testset
from ppid.data.trimap import UNKNOWN
from ppid.device import chosen_device
from ppid.errors import UserError, run_command
from ppid.evaluate import Evaluation, evaluate
from ppid.files import write_file
from ppid.models import Prediction, build, takes_trimap
from ppid.train import checkpoint
from ppid.train.config import DISTILLATION, TrainConfig, from_table, read_toml
from ppid.train.data import Data, loaded
from ppid.train.distributed import Processes
from ppid.train.learner import Learner
from ppid.train.loop import train, train_together

SHIPPED = Path(__file__).parent / "ablations"
_TEST_SEED = 2_000_003
_KINDS: tuple[tuple[str, type, str], ...] = (
    ("teacher", dict, "a table"),
    ("student", dict, "a table"),
    ("variants", dict, "a table"),
    ("each", int, "a whole number"),
    ("hard", list, "a list of kinds"),
)


@dataclass(frozen=True)
class AblationConfig:
    """What is compared.

    Attributes:
        teacher: how the one teacher is trained.
        student: how every student is trained, without distillation.
        variants: the weights of distillation objectives, by the variant's name; the first is the plain student.
        each: composites of a held-out foreground in the test set.
        hard: kinds of foreground that count as hard.
    """

    teacher: TrainConfig
    student: TrainConfig
    variants: dict[str, dict[str, float]]
    each: int
    hard: tuple[str, ...]


class Untold(nn.Module):
    """A teacher that is told nothing, its trimap unknown everywhere: a student's task, with all that the teacher has learnt."""

    def __init__(self, teacher: nn.Module):
        super().__init__()
        self.teacher = teacher
        self.stride_multiple = teacher.stride_multiple
        self.train(teacher.training)  # whoever evaluates this puts the mode back, the teacher's with it

    def forward(self, image: Tensor) -> Prediction:
        """Predict alpha of float (B, 3, H, W), RGB in [0, 1]."""
        trimap = torch.zeros_like(image)
        trimap[:, UNKNOWN] = 1
        prediction: Prediction = self.teacher(image, trimap)
        return prediction


def main() -> None:
    """Train what is missing, evaluate it, write the report."""
    arguments = _parser().parse_args()
    config = load_ablation(arguments.config)
    processes = Processes(0, 1, arguments.device)
    output: Path = arguments.output
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {output}: {error}") from None
    folders = arguments.foregrounds, arguments.backgrounds
    with loaded(config.student, *folders, True, processes) as data:
        if not (output / "testset").is_dir():
            write_testset(data.validation, output / "testset", config.each, _TEST_SEED)
    pairs = read_pairs(output / "testset")
    with loaded(config.teacher, *folders, True, processes) as data:
        teacher = _train_teacher(config.teacher, data, output / "teacher", processes)
    reached = evaluate(teacher, pairs, processes.device)
    untold = evaluate(Untold(teacher), pairs, processes.device)
    found: dict[str, list[Evaluation]] = {}
    with loaded(config.student, *folders, True, processes) as data:
        data = replace(data, validation=replace(data.validation, trimap_radius=None))
        for seed in range(arguments.seeds):  # a seed at a time, so that a table can be written after each
            plain = replace(config.student, seed=seed)
            students = {
                output / "runs" / f"{_slug(name)}-{seed}": replace(plain, **objectives)  # type: ignore[arg-type]
                for name, objectives in config.variants.items()
            }
            _train_students(students, data, processes, teacher)
            for name, folder in zip(config.variants, students, strict=True):
                evaluation = evaluate(weights.load(folder / "student.safetensors"), pairs, processes.device)
                found.setdefault(name, []).append(evaluation)
            report(Ablation(reached, untold, found, config.hard), output, config, pairs)
    print(table(Ablation(reached, untold, found, config.hard)))
    print(f"wrote {output / 'ablation.md'}, ablation.json, ablation.png and sheet.jpg beside it")


def load_ablation(name: str) -> AblationConfig:
    """The config in a TOML file, or a shipped one by its name.

    Raises:
        UserError: no such file or name, not TOML, a key that does not exist, or a value of another type or out of range.
    """
    path = SHIPPED / f"{name}.toml" if Path(name).name == name and not name.endswith(".toml") else Path(name)
    names = ", ".join(sorted(shipped.stem for shipped in SHIPPED.glob("*.toml")))
    values = read_toml(path, f"shipped ablations are {names}")
    missing = {"teacher", "student", "variants", "each", "hard"} ^ set(values)
    if missing:
        raise UserError(f"{path}: expected teacher, student, variants, each and hard; differs by {', '.join(missing)}")
    for key, kind, expected in _KINDS:
        if type(values[key]) is not kind:
            raise UserError(f"{path}: {key} = {values[key]!r}, expected {expected}")
    each, hard, variants = values["each"], values["hard"], values["variants"]
    if each < 1 or not all(isinstance(name, str) for name in hard):
        raise UserError(f"{path}: each = {each}, hard = {hard}; expected a number from 1, and names of kinds")
    teacher, student = from_table(path, values["teacher"]), from_table(path, values["student"])
    for role, config in (("teacher", teacher), ("student", student)):
        if config.distillation or takes_trimap(build(config.model, dict(config.architecture))) != (role == "teacher"):
            raise UserError(
                f"{path}: the {role} must {'take' if role == 'teacher' else 'not take'} trimaps and have no distillation of"
                " its own; set architecture.trimap, and objectives in variants"
            )
    for variant, objectives in variants.items():
        if type(objectives) is not dict:
            raise UserError(f"{path}: variant {variant!r} = {objectives!r}, expected a table of weights")
        wrong = sorted(set(objectives) - set(DISTILLATION))
        if wrong:
            raise UserError(
                f"{path}: variant {variant!r} has {wrong[0]!r}; expected weights of {', '.join(DISTILLATION)}"
            )
        from_table(path, {**values["student"], **objectives})
    slugs = {name: _slug(name) for name in variants}
    if len(set(slugs.values())) < len(slugs) or not all(slugs.values()):
        raise UserError(
            f"{path}: variants {', '.join(map(repr, slugs))} would share a folder; letters and digits must tell them apart"
        )
    if not variants or any(next(iter(variants.values()))):
        raise UserError(f"{path}: the first variant must be the plain student, without objectives")
    return AblationConfig(teacher, student, variants, each, tuple(hard))


def _trained(folder: Path, config: TrainConfig, data: Data, teacher: nn.Module | None = None) -> Path | None:
    """The weights that an earlier call has trained, if it was through.

    Raises:
        UserError: the earlier call had another configuration, other pictures or another teacher.
    """
    results = list(folder.glob("*.safetensors"))
    if not results:
        return None
    origin = checkpoint.Origin(None if teacher is None else weights.digest(teacher), data.digest)
    checkpoint.load(folder / "checkpoint.pt", config, {}, origin)
    return results[0]


def _train_teacher(config: TrainConfig, data: Data, folder: Path, processes: Processes) -> nn.Module:
    """Train it, or take what an earlier call has trained; a killed run goes on."""
    path = _trained(folder, config, data)
    if path is None:
        print("teacher")
        folder.mkdir(parents=True, exist_ok=True)
        path = train(config, data, folder, processes).path
    return weights.load(path)


def _train_students(students: dict[Path, TrainConfig], data: Data, processes: Processes, teacher: nn.Module) -> None:
    """Train side by side those that earlier calls have not; killed runs go on.

    Args:
        students: by their folders.
    """
    teachers = {folder: teacher if config.distillation else None for folder, config in students.items()}
    learners = []
    for folder, config in students.items():
        if _trained(folder, config, data, teachers[folder]) is None:
            folder.mkdir(parents=True, exist_ok=True)
            learners.append(Learner(config, folder, processes, teachers[folder], data=data.digest))
    if learners:
        print(f"side by side: {', '.join(learner.name for learner in learners)}")
        taught = any(learner.is_taught for learner in learners)
        train_together(learners, data, processes, teacher=teacher if taught else None)


def report(ablation: Ablation, output: Path, config: AblationConfig, pairs: list[Pair]) -> None:
    """Write ablation.md, ablation.json, ablation.png and sheet.jpg; each replaces the one of fewer seeds."""
    about = {
        "teacher_config": asdict(config.teacher),
        "student_config": asdict(config.student),
        "variants": config.variants,
    }
    write_file(output / "ablation.md", table(ablation).encode())
    write_file(output / "ablation.json", json.dumps(about | ablation.as_json(), indent=1, allow_nan=False).encode())
    write_file(output / "ablation.png", figure(ablation))
    models = {"teacher": weights.load(output / "teacher" / "teacher.safetensors")}
    for name in ablation.variants:
        models[name] = weights.load(output / "runs" / f"{_slug(name)}-0" / "student.safetensors")
    write_file(output / "sheet.jpg", sheet(models, pairs))


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.ablate",
        description="Train a teacher and students with and without each part of the distillation; compare them in one"
        " table. Goes on where a killed run stopped.",
    )
    add = parser.add_argument
    add("--config", default="cpu", metavar="NAME|FILE", help="cpu, edge, gpu or a TOML file (default: %(default)s)")
    add("--seeds", type=positive, default=3, metavar="K", help="runs of each variant (default: %(default)s)")
    add("--foregrounds", type=Path, nargs="+", required=True, metavar="DIR", help="as for ppid.train")
    add("--backgrounds", type=Path, nargs="*", default=[], metavar="DIR", help="as for ppid.train")
    add("--output", type=Path, required=True, metavar="DIR", help="runs, test set and report; resumes from here")
    default = "cuda" if torch.cuda.is_available() else "cpu"
    add("--device", type=chosen_device, default=default, help="cpu or cuda (default: %(default)s)")
    return parser


if __name__ == "__main__":
    run_command(main)
