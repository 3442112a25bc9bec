"""The code of a row of a plan, as it is read, written and compared: NV07, CT12, NV07/2026."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.plan.words import fold

TASK, INDICATOR = "NV", "CT"
AS_WRITTEN = rf"^({TASK}|{INDICATOR})\d{{2,3}}$"
"""The pattern of a code in a plan."""
MOST_BETWEEN = 40
_TYPED = re.compile(r"(nv|ct) ?0*(\d{1,4})(?: (\d{4}))?")
_BEGINNING = re.compile(rf"({TASK}|{INDICATOR})\d")


@dataclass(frozen=True, slots=True)
class RowCode:
    """Kind (NV or CT), number, and the year where one was named. ``str`` is the code in its usual form."""

    kind: str
    number: int
    year: int | None = None

    @property
    def bare(self) -> str:
        """The code without its year, as it stands in the plan."""
        return f"{self.kind}{self.number:02d}"

    def __str__(self) -> str:
        return with_year(self.bare, self.year) if self.year else self.bare


def with_year(code: str, year: int) -> str:
    """The code of a row as it is written where another year's plan is meant: NV07/2026."""
    return f"{code}/{year}"


def read_row_code(text: str) -> RowCode | None:
    """The code that is the whole text, as people type it ("nv7", "NV 07", "CT-1/2026"); none where it is no code."""
    found = _TYPED.fullmatch(fold(text))
    if found is None:
        return None
    year = found.group(3)
    return RowCode(found.group(1).upper(), int(found.group(2)), int(year) if year else None)


def same_code(one: str, other: str) -> bool:
    """Whether two codes name the same row of one plan: NV7 and NV07 do; of which year is not looked at."""
    first, second = read_row_code(one), read_row_code(other)
    return first is not None and second is not None and first.bare == second.bare


def year_of_code(code: str) -> int | None:
    """The year a code names (NV07/2026); none where it names none."""
    read = read_row_code(code)
    return read.year if read else None


def begins_as_a_row(text: str) -> bool:
    """Whether a text in capitals begins as the code of a row does ("NV23THEM")."""
    return _BEGINNING.match(text) is not None


def codes_between(first: str, last: str) -> list[str]:
    """The codes between two of one kind, "NV11" and "NV12" between "NV10" and "NV13"; none where there are too many."""
    low, high = read_row_code(first), read_row_code(last)
    if low is None or high is None or low.kind != high.kind or high.number > low.number + MOST_BETWEEN:
        return []
    return [RowCode(low.kind, number).bare for number in range(low.number + 1, high.number)]


def next_task(given: Iterable[str]) -> str:
    """The code behind the last of the plan's tasks: NV28 after NV27, also where NV27 was taken out."""
    read = (read_row_code(code) for code in given)
    numbers = [code.number for code in read if code is not None and code.kind == TASK]
    return RowCode(TASK, max(numbers, default=0) + 1).bare
