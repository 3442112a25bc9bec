"""National days off of 2026 (reference, Calendar)."""

from __future__ import annotations

from datetime import date

from bot.domain.plan.calendar import DayKind, WorkingCalendar
from bot.plans.days_off import confirmed_years, national_days

DAYS = {exception.day: exception for exception in national_days(2026)}


def test_the_days_off_of_2026_are_those_of_the_official_notice() -> None:
    off = [(day.day, day.month) for day, exception in DAYS.items() if exception.kind is DayKind.OFF]
    tet = [(16, 2), (17, 2), (18, 2), (19, 2), (20, 2)]
    rest = [(26, 4), (27, 4), (30, 4), (1, 5), (31, 8), (1, 9), (2, 9), (24, 11)]
    assert off == [(1, 1), (2, 1), *tet, *rest]


def test_both_swaps_of_2026_are_worked_on_their_saturdays() -> None:
    worked = [day for day, exception in DAYS.items() if exception.kind is DayKind.WORK]
    assert worked == [date(2026, 1, 10), date(2026, 8, 22)]
    calendar = WorkingCalendar({day: exception.kind for day, exception in DAYS.items()})
    assert calendar.last_working_day(2026, 8) == date(2026, 8, 28)
    assert calendar.last_working_day(2026, 4) == date(2026, 4, 29)
    assert not calendar.is_working(date(2026, 1, 2))


def test_every_day_has_a_vietnamese_name_and_a_source() -> None:
    assert DAYS[date(2026, 2, 17)].name == "Tết Nguyên Đán"
    assert DAYS[date(2026, 4, 27)].name == "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"
    assert DAYS[date(2026, 1, 2)].source == "12729/VPCP-KGVX, 25/12/2025"
    assert all(exception.name and exception.source for exception in DAYS.values())


def test_other_years_are_given_but_not_confirmed() -> None:
    assert confirmed_years == {2026}
    days = national_days(2027)
    assert {day.day.year for day in days} == {2027}
    assert [day.day for day in days] == sorted(day.day for day in days)
