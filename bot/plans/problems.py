"""What is wrong with a plan file (it is not loaded) and what is doubtful in it (it is, and the office is told)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where ("NV07 · lead", "Nhiệm vụ, dòng 7"), a message key, and the figures of its sentence."""

    where: str
    key: str
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing for the standing office to look at. ``code`` names the row, empty where it is about the plan."""

    code: str
    key: str
    figures: Mapping[str, object] = field(default_factory=dict)


class PlanFileError(BadInput):
    """A plan file with mistakes, all of them at once.

    ``where`` and ``why`` among its figures speak of the first, ``count`` says how many there are.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep all problems; at least one."""
        first = problems[0]
        super().__init__("plan_file_invalid", where=first.where, why=first.key, count=len(problems))
        self.problems = tuple(problems)
