"""Where a difficulty stands is read off what was said to it; the next level is asked after five working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.people.difficulties import (
    Category,
    Difficulty,
    DifficultyEntry,
    DifficultyState,
    EntryKind,
    EscalationLevel,
    escalates_on,
)
from bot.domain.plan.calendar import DayKind, WorkingCalendar

CALENDAR = WorkingCalendar()
RAISED, ANSWERED, FOLLOWED = EntryKind.RAISED, EntryKind.ANSWERED, EntryKind.FOLLOWED
ESCALATED, SETTLED = EntryKind.ESCALATED, EntryKind.SETTLED


def at(day: int, hour: int = 9) -> datetime:
    """An hour of a day of June 2026 in Vietnam; the 1st is a Monday."""
    return datetime(2026, 6, day, hour - 7, tzinfo=UTC)


def raised(
    *said: tuple[EntryKind, datetime], level: EscalationLevel = EscalationLevel.UNIT, on: datetime | None = None
) -> Difficulty:
    entries = [DifficultyEntry(1, RAISED, on or at(1), 7, 3, level, "Thiếu máy")]
    for number, (kind, instant) in enumerate(said, start=2):
        above = entries[-1].level or level
        new = next((each.level for each in reversed(entries) if each.level), above).above
        entries.append(DifficultyEntry(number, kind, instant, None, level=new if kind is ESCALATED else None))
    return Difficulty(1, 1, 1, 1, 1, 3, 4, Category.FUNDS, tuple(entries))


@pytest.mark.parametrize(
    ("said", "state", "waits"),
    [
        ((), "open", at(1)),
        (((ANSWERED, at(3)),), "answered", None),
        (((ANSWERED, at(3)), (FOLLOWED, at(4))), "open", at(4)),
        # Who asks again before an answer gives nobody more time.
        (((FOLLOWED, at(4)), (FOLLOWED, at(5))), "open", at(1)),
        (((ESCALATED, at(9)),), "open", at(9)),
        (((FOLLOWED, at(4)), (ESCALATED, at(9)), (FOLLOWED, at(10))), "open", at(9)),
        (((ESCALATED, at(9)), (ANSWERED, at(10)), (FOLLOWED, at(11))), "open", at(11)),
        (((ANSWERED, at(3)), (SETTLED, at(4))), "settled", None),
        (((SETTLED, at(2)),), "settled", None),
    ],
)
def test_whose_turn_it_is(said: tuple[tuple[EntryKind, datetime], ...], state: str, waits: datetime | None) -> None:
    found = raised(*said)
    assert (found.state, found.waits_since) == (DifficultyState(state), waits)
    assert found.settled_at == (said[-1][1] if state == "settled" else None)


def test_what_was_raised_stays_what_it_was() -> None:
    found = raised((ANSWERED, at(3)), (SETTLED, at(4)))
    assert (found.at, found.person_id, found.text, found.files) == (at(1), 7, "Thiếu máy", ())
    assert found.answer is not None and found.answer.at == at(3)


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (at(1, 7), date(2026, 6, 9)),
        (at(1, 17), date(2026, 6, 9)),
        # Friday evening, Saturday and Sunday all wait for the five days of the next week.
        (at(5, 23), date(2026, 6, 15)),
        (at(6), date(2026, 6, 15)),
        (at(7), date(2026, 6, 15)),
    ],
)
def test_five_whole_working_days_are_given(on: datetime, asked: date) -> None:
    assert escalates_on(raised(on=on), CALENDAR) == asked


def test_days_off_are_not_counted() -> None:
    holiday = WorkingCalendar({date(2026, 6, 4): DayKind.OFF, date(2026, 6, 6): DayKind.WORK})
    assert escalates_on(raised(), holiday) == date(2026, 6, 9)
    assert escalates_on(raised(), WorkingCalendar({date(2026, 6, 4): DayKind.OFF})) == date(2026, 6, 10)


def test_each_level_has_its_own_days_and_nobody_stands_above_the_committee() -> None:
    assert escalates_on(raised((ESCALATED, at(9))), CALENDAR) == date(2026, 6, 17)
    assert raised((ESCALATED, at(9)), (ESCALATED, at(17))).levels == (
        EscalationLevel.UNIT,
        EscalationLevel.OFFICE,
        EscalationLevel.COMMITTEE,
    )
    assert escalates_on(raised((ESCALATED, at(9)), (ESCALATED, at(17))), CALENDAR) is None
    assert escalates_on(raised(level=EscalationLevel.COMMITTEE), CALENDAR) is None


def test_what_is_answered_or_settled_goes_no_further() -> None:
    assert escalates_on(raised((ANSWERED, at(3))), CALENDAR) is None
    assert escalates_on(raised((SETTLED, at(3))), CALENDAR) is None
