"""What a button of a dialogue names beside its token, so that it leads somewhere once the dialogue is over."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.parts.actions import Action
from bot.views.parts.press_numbers import is_number


@dataclass(frozen=True, slots=True)
class WorkSubject:
    """An assignment; 0 for none."""

    assignment_id: int

    def __str__(self) -> str:
        return str(self.assignment_id)


@dataclass(frozen=True, slots=True)
class WalkSubject:
    """What a unit still owes for its period."""

    def __str__(self) -> str:
        return Action.PERIOD.value


@dataclass(frozen=True, slots=True)
class DutySubject:
    """A report of a whole unit."""

    locality_id: int
    unit_id: int
    ask: str
    period: str

    def __str__(self) -> str:
        return f"{_DUTY}.{self.locality_id}.{self.unit_id}.{self.ask}.{self.period}"


@dataclass(frozen=True, slots=True)
class DifficultySubject:
    """A difficulty."""

    difficulty_id: int

    def __str__(self) -> str:
        return f"{_DIFFICULTY}.{self.difficulty_id}"


DialogueSubject = WorkSubject | WalkSubject | DutySubject | DifficultySubject
NOTHING = WorkSubject(0)
_DUTY, _DIFFICULTY = Action.UNIT_REPORT.value, Action.DIFFICULTY.value


def read_subject(text: str) -> DialogueSubject:
    """The subject that a button carries; nothing for one we never wrote."""
    match text.split(".", 4):
        case [number] if is_number(number):
            return WorkSubject(int(number))
        case [Action.PERIOD.value]:
            return WalkSubject()
        case [mark, number] if mark == _DIFFICULTY and is_number(number):
            return DifficultySubject(int(number))
        case [mark, locality, unit, ask, period] if mark == _DUTY and is_number(locality) and is_number(unit):
            return DutySubject(int(locality), int(unit), ask, period)
    return NOTHING
