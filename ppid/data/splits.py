"""What is held out, by one rule wherever training, test sets and ablations need it."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ppid.data.foregrounds import Subject, held_out
from ppid.errors import UserError

_EACH_PHOTOGRAPH = 5
_FEW_PHOTOGRAPHS = 10


def split_subjects(subjects: Sequence[Subject]) -> tuple[list[Subject], list[Subject]]:
    """(for training, held out): each tenth of a kind is held out.

    Raises:
        UserError: no kind has ten.
    """
    unseen = set(held_out([subject.kind for subject in subjects]))
    if not unseen:
        raise UserError(
            "too few foregrounds: each tenth of a kind is held out, so at least one kind needs ten pictures"
        )
    seen = [subject for index, subject in enumerate(subjects) if index not in unseen]
    return seen, [subjects[index] for index in sorted(unseen)]


def split_photographs(photographs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """(for training, held out): every fifth is held out; with fewer than ten all are shared."""
    if len(photographs) < _FEW_PHOTOGRAPHS:
        return photographs, photographs
    seen = [picture for index, picture in enumerate(photographs) if index % _EACH_PHOTOGRAPH]
    return seen, photographs[::_EACH_PHOTOGRAPH]
