"""The ladder on the days of the calendar that are not like others: 29 February, the 31st, limits before the year."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.plan.calendar import DayKind, WorkingCalendar
from bot.domain.plan.deadlines import DeadlineKind, read_time_limit
from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Rules
from bot.domain.work.ladder import Rule, escalations, next_step_day, red_from, warnings
from bot.domain.work.lifecycle import Terms, begin

WORKING_EVERY_DAY = WorkingCalendar({date(2028, 2, n): DayKind.WORK for n in range(1, 30)})


def terms(printed: str, year: int, issued_on: date) -> Terms:
    return Terms(RowKind.TASK, read_time_limit(printed, year=year, issued_on=issued_on), year)


@pytest.mark.parametrize("printed", ["29/2/2028", "02/2028", "trong tháng 02/2028", "trước 3/2028"])
def test_in_a_leap_year_february_is_warned_of_to_its_29th_day(printed: str) -> None:
    own = terms(printed, 2028, date(2028, 1, 10))
    found = warnings(own, begin(own, 1), WORKING_EVERY_DAY)
    assert [(step.day.day, step.rule) for step in found] == [
        (15, Rule.DUE_IN_14),
        (22, Rule.DUE_IN_7),
        (26, Rule.DUE_IN_3),
        (28, Rule.DUE_IN_1),
        (29, Rule.DUE_TODAY),
    ]


@pytest.mark.parametrize("printed", ["29/2/2026", "31/6/2026", "30/2/2026"])
def test_a_day_that_does_not_exist_is_warned_of_never_and_left_to_the_office(printed: str) -> None:
    own = terms(printed, 2026, date(2026, 1, 10))
    standing = begin(own, 1)
    assert own.limit.kind is DeadlineKind.UNREAD
    assert warnings(own, standing, WorkingCalendar()) == ()
    assert escalations(own, standing, WorkingCalendar(), date(2026, 12, 31)) == ()
    assert next_step_day(own, standing, WorkingCalendar(), date(2026, 1, 11)) is None


def test_a_limit_before_the_year_began_is_overdue_at_once_and_climbs_week_by_week() -> None:
    own = terms("trước 01/2026", 2026, date(2026, 3, 1))
    standing = begin(own, 1)
    assert standing.due_on == date(2025, 12, 31)
    assert [(reason.value, first) for reason, first in red_from(own, standing, Rules())] == [
        ("overdue", date(2026, 1, 1))
    ]
    steps = escalations(own, standing, WorkingCalendar(), date(2026, 3, 31))
    assert {step.rule for step in steps[2:]} == {Rule.OVERDUE_WEEKLY}
    assert all((step.day - date(2025, 12, 31)).days % 7 == 0 for step in steps[2:])
    # The next one is found without going through the year.
    assert next_step_day(own, standing, WorkingCalendar(), date(2026, 3, 2)) == date(2026, 3, 4)


def test_the_31st_of_december_is_the_last_day_of_which_anything_is_told() -> None:
    own = terms("31/12/2026", 2026, date(2026, 3, 1))
    standing = begin(own, 1)
    assert warnings(own, standing, WorkingCalendar())[-1].day == date(2026, 12, 31)
    assert next_step_day(own, standing, WorkingCalendar(), date(2026, 12, 31)) is None
