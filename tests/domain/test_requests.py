"""Which day can be a new limit, and when a request can still be decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.people.requests import Request, RequestKind, Wish, check_new_limit, obstacle
from bot.domain.plan.words import tidy
from bot.domain.work.lifecycle import Standing, State

TODAY, LAST = date(2026, 6, 15), date(2026, 12, 31)
ASKED_AT = datetime(2026, 6, 15, 1, tzinfo=UTC)
REQUEST = Request(
    id=1,
    locality_id=1,
    plan_id=1,
    kind=RequestKind.EXTENSION,
    row_id=3,
    assignment_id=4,
    unit_id=7,
    person_id=9,
    at=ASKED_AT,
    reason="Chờ kinh phí",
    wish=Wish(due_on=date(2026, 9, 30)),
)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(day=days, due=st.none() | days, starts=st.none() | days)
def test_a_new_limit_lies_after_today_the_start_and_the_present_limit_and_within_the_year(
    day: date, due: date | None, starts: date | None
) -> None:
    fits = day >= TODAY and (starts is None or day >= starts) and (due is None or day > due) and day <= LAST
    try:
        check_new_limit(day, standing=Standing(7, due), starts_on=starts, today=TODAY, last_day=LAST)
    except BadInput:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize(
    ("state", "unit_id", "said"),
    [
        (State.NOT_REPORTED, 7, None),
        (State.IN_PROGRESS, 7, None),
        (State.RETURNED, 7, None),
        (State.AWAITING, 7, "request_awaiting"),
        (State.COMPLETED, 7, "request_completed"),
        (State.CLOSED, 7, "request_closed"),
        (State.IN_PROGRESS, 8, "request_handed_on"),
        (State.CLOSED, 8, "request_handed_on"),
    ],
)
def test_a_request_is_decided_while_the_unit_still_has_the_work(state: State, unit_id: int, said: str | None) -> None:
    assert obstacle(REQUEST, Standing(unit_id, date(2026, 6, 30), state)) == said


def test_what_is_gone_is_not_decided_and_a_new_task_needs_no_assignment() -> None:
    assert obstacle(REQUEST, None) == "request_gone"
    assert obstacle(replace(REQUEST, kind=RequestKind.TASK, assignment_id=None), None) is None


@given(st.text(max_size=60))
def test_tidy_words_are_one_line_and_stay_as_they_are(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once and "\n" not in once and once == once.strip()
    assert not {"\u202e", "\u2066", "\u200f", "\x00", "\x07"} & set(once)
