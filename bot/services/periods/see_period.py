"""What the standing office and the steering committee see of a period, and which one they mean (`/kybaocao`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Chase, Duty
from bot.domain.plan.periods import CalendarPeriod, span_of, span_within
from bot.domain.plan.words import fold
from bot.language.time.spans import DateSpan as ReadSpan
from bot.language.time.spans import read_span
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.services.periods.period_state import (
    PeriodState,
    current_duty,
    duties_asked,
    duty_named,
    duty_shown,
    period_state,
)
from bot.storage.records import people as stored_people
from bot.storage.records import period_marks

_WHOLE_YEAR = frozenset({"nam", "ca nam", "year", "the year", "whole year"})


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period with its neighbours, as one who runs or oversees the plan sees it.

    ``chases`` are those sent so far; ``by`` is the name of whoever closed it or opened it again; ``runs_it``: the
    person may chase, close and open again.
    """

    state: PeriodState
    earlier: Duty | None
    later: Duty | None
    chases: tuple[Chase, ...]
    by: str
    runs_it: bool
    reports_for: bool
    """Whether the person also reports for a unit of the locality, so that the walk may be offered."""


async def see_period(
    desk: Desk, visitor: Visitor, *, locality_id: int | None = None, ask: str = "", period: str = "", now: datetime
) -> PeriodSeen:
    """A period by its names; without them the current one.

    Raises NotAllowed for all but office and committee, NotFound for a period the plan does not ask for
    and a locality not open to them, TransitionRefused where it asks for none at all.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        if not people.can(visitor.memberships, book.locality.id, Ability.OVERSEE):
            raise NotAllowed("no_right")
        duty = _wanted(book, ask, period, now)
        asked = [each for each in duties_asked(book) if each.ask is not Ask.UPWARD]
        place = next(n for n, each in enumerate(asked) if (each.ask, each.period) == (duty.ask, duty.period))
        assert book.plan is not None  # a duty was found, so there is a plan
        state = await period_state(conn, book, duty, now, stored=True)
        by = await stored_people.person(conn, state.mark.person_id) if state.mark else None
        return PeriodSeen(
            state=state,
            earlier=asked[place - 1] if place > 0 else None,
            later=asked[place + 1] if place + 1 < len(asked) else None,
            chases=await period_marks.chases(conn, book.plan.id, duty.ask, duty.period),
            by=by.full_name if by else "",
            runs_it=people.is_office(visitor.memberships, book.locality.id) and book.is_in_hand,
            reports_for=bool(people.reporting_units(visitor.memberships, book.locality.id)),
        )


def _wanted(book: Book, ask: str, period: str, now: datetime) -> Duty:
    refuse_where_nothing_is_asked(book)
    if ask:
        duty = duty_named(book, ask, period)
        if duty is None or duty.ask is Ask.UPWARD:
            raise NotFound("not_found")
        return duty
    if period:
        return _by_words(book, period, now)
    duty = current_duty(book, book.today(now))
    assert duty is not None  # refuse_where_nothing_is_asked has seen to that
    return duty


def refuse_where_nothing_is_asked(book: Book) -> None:
    """Nothing where units owe progress reports. Raises TransitionRefused where there is no plan, or none is in use."""
    if book.plan is None:
        raise TransitionRefused("period_no_plan")
    if book.plan.in_use_on is None:
        raise TransitionRefused("period_not_in_use")
    if book.reporting.progress is None or not any(each.ask is Ask.PROGRESS for each in duties_asked(book)):
        raise TransitionRefused("period_none_asked")


def _by_words(book: Book, words: str, now: datetime) -> Duty:
    """The duty of a period that was typed: "2026-Q2", "quý II"; of "tháng 5" its quarter where months are not asked."""
    span = read_period(words, now, book)
    found = duty_shown(book, span.key) or duty_shown(book, book.directory.period_answering(span.key))
    if found is not None:
        return found
    refuse_outside_plan(book, span, now)
    in_use_on = book.plan.in_use_on if book.plan else None
    if in_use_on is not None and any(each.period == span.key for each in book.duties):
        # The period opened before the plan was put in use, so it is not owed.
        raise TransitionRefused("period_before_use", day=in_use_on)
    raise TransitionRefused("period_not_asked")


def read_period(words: str, now: datetime, book: Book) -> CalendarPeriod:
    """The period that was typed. Raises NotFound where it is none."""
    if fold(words) in _WHOLE_YEAR and book.plan is not None:
        words = f"{book.plan.year}"
    span = span_of(words.strip().upper())
    if span is None:
        read = read_span(words, book.today(now))
        days = (read.start, read.end) if isinstance(read, ReadSpan) else (None, None)
        span = span_within(days[0], days[1]) if days[0] and days[1] else None
    if span is None:
        raise NotFound("period_unreadable")
    return span


def refuse_outside_plan(book: Book, span: CalendarPeriod, now: datetime) -> None:
    """Nothing for a period of the plan that has begun. Raises TransitionRefused before the plan and in the future."""
    assert book.plan is not None  # refused before
    in_use_on = book.plan.in_use_on
    if span.last < book.plan.issued_on or span.first.year < book.plan.year:
        raise TransitionRefused("period_before_plan", day=book.plan.issued_on)
    if span.first.year > book.plan.year:
        raise TransitionRefused("period_after_plan", year=book.plan.year)
    if in_use_on is not None and span.last < in_use_on:
        raise TransitionRefused("period_before_use", day=in_use_on)
    if span.first > book.today(now):
        raise TransitionRefused("period_in_future", day=span.first)
