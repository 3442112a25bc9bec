"""Periods of the calendar by their short names, and what closing and opening again do to a duty."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.duties import Ask, Duty, PeriodMark, mark_of, served_by_report, with_marks
from bot.domain.plan.periods import CalendarPeriod, PeriodKind, neighbour, span_at, span_of, span_within
from bot.domain.work.events import Event, Report
from bot.domain.work.lifecycle import fold, fold_through

from .builders import OFFICER, UNIT, at, many, task

JUNE = Duty(PeriodKind.MONTH, "2026-06", date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 10))


def mark(day: date, closes_on: date, *, closing: bool = True, period: str = "2026-06") -> PeriodMark:
    return PeriodMark(Ask.PROGRESS, period, closing, closes_on, at(day), OFFICER, None if closing else "Mất điện")


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-9M", date(2026, 1, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_known_by_its_short_name(key: str, first: date, last: date) -> None:
    assert span_of(key) == CalendarPeriod(key, first, last) == span_within(first, last)


@pytest.mark.parametrize(
    "key", ["2026-13", "2026-Q5", "2026-H3", "26-06", "2026-6", "2026-q2", "", "1999", "2026-06-01"]
)
def test_anything_else_is_no_period(key: str) -> None:
    assert span_of(key) is None


@many
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(PeriodKind))
def test_every_day_lies_in_one_period_of_each_kind(day: date, kind: PeriodKind) -> None:
    span = span_at(kind, day)
    assert span.first <= day <= span.last and span_of(span.key) == span
    later = neighbour(span, 1)
    assert later is None or (later.first - span.last == timedelta(days=1) and neighbour(later, -1) == span)
    assert (later is None) == (span.last.month == 12)


def test_days_that_are_no_period_are_none() -> None:
    assert span_within(date(2026, 1, 2), date(2026, 1, 31)) is None
    assert span_within(date(2026, 2, 1), date(2026, 4, 30)) is None


def test_the_newest_decision_about_a_period_holds() -> None:
    closed, opened = mark(date(2026, 7, 2), date(2026, 7, 1)), mark(date(2026, 7, 5), date(2026, 7, 20), closing=False)
    other = mark(date(2026, 7, 6), date(2026, 7, 5), period="2026-05")
    assert mark_of(JUNE, (closed, opened, other)) == opened
    assert mark_of(JUNE, (other,)) is None
    (now,) = with_marks((JUNE,), (closed, opened, other))
    assert (now.due, now.closes) == (JUNE.due, date(2026, 7, 20))
    assert with_marks((JUNE,), ()) == (JUNE,)


def test_a_closed_period_is_served_by_no_report_and_one_opened_again_late() -> None:
    july = Duty(PeriodKind.MONTH, "2026-07", date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 10))
    day = date(2026, 7, 2)
    assert served_by_report((JUNE, july), (), day) == (JUNE, True)
    shut = with_marks((JUNE, july), (mark(day, date(2026, 7, 1)),))
    assert served_by_report(shut, (), day) == (july, False)
    again = with_marks((JUNE, july), (mark(day, date(2026, 7, 1)), mark(day, date(2026, 7, 3), closing=False)))
    assert served_by_report(again, (), day) == (again[0], True)
    assert served_by_report(again, (), date(2026, 7, 4)) == (july, False)


def test_a_history_walked_once_stands_where_it_stood_at_each_instant() -> None:
    terms = task("Quý II/2026")
    days = [date(2026, 4, 1) + timedelta(days=10 * n) for n in range(6)]
    happened = [Event(n, at(day), OFFICER, Report(Decimal(n * 10))) for n, day in enumerate(days, start=1)]
    instants = [at(day, 23) - timedelta(days=5) for day in days] + [at(days[-1], 23)]
    walked = fold_through(terms, UNIT, happened, instants)
    for instant, standing in zip(instants, walked, strict=True):
        assert standing == fold(terms, UNIT, [event for event in happened if event.at <= instant])
