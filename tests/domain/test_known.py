"""What was known at an instant, also where a clock was wrong when some of it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.work.events import Appraisal, Event, Report
from bot.domain.work.known import known_by, known_since
from bot.domain.work.lifecycle import State, fold_through

from .builders import task

START = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    at: datetime


def said(*days: int) -> list[Said]:
    return [Said(START + timedelta(days=day)) for day in days]


def test_things_told_in_order_are_known_from_their_own_instant() -> None:
    told = said(1, 2, 3)
    assert known_since(told) == [each.at for each in told]
    assert known_by(told, told[1].at) == tuple(told[:2])


def test_one_dated_too_late_was_known_when_the_next_was_told() -> None:
    told = said(1, 31, 3, 4)
    assert known_since(told) == [each.at for each in said(1, 3, 3, 4)]
    assert known_by(told, START + timedelta(days=3)) == tuple(told[:3])
    assert known_by(told, START + timedelta(days=2)) == tuple(told[:1])


def test_the_last_one_dated_too_late_is_known_from_its_date_on() -> None:
    told = said(1, 2, 33)
    assert known_by(told, START + timedelta(days=9)) == tuple(told[:2])
    assert known_by((), START) == ()


@given(st.lists(st.integers(0, 9)), st.integers(-1, 10))
def test_what_is_known_is_a_beginning_that_leaves_out_nothing_dated_by_then(days: list[int], day: int) -> None:
    told, at = said(*days), START + timedelta(days=day)
    known = known_by(told, at)
    assert list(known) == told[: len(known)]
    assert all(each.at > at for each in told[len(known) :])
    assert not known or min(each.at for each in told[len(known) - 1 :]) <= at


def test_a_judgement_after_a_report_dated_too_late_is_seen_with_it() -> None:
    report = Event(1, START + timedelta(days=30), 1, Report(Decimal(100), files=(1,)))
    judged = Event(2, START + timedelta(days=1), 2, Appraisal(1, False, "Thiếu dấu"))
    before, after = fold_through(task("Năm 2026"), 1, (report, judged), [START, START + timedelta(days=2)])
    assert (before.state, after.state) == (State.NOT_REPORTED, State.RETURNED)
