"""The standing office closes a period, and opens a closed one again for a while (docs/decisions/0013)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.errors import BadInput, NotFound, TransitionRefused
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Duty, PeriodMark
from bot.services.core.book import Book, renewed, require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import require_office
from bot.services.core.reasons import clean_reason
from bot.services.core.shown import require_shown
from bot.services.periods.chase_period import queue_notices
from bot.services.periods.period_state import DutyOutcome, duty_named, period_state
from bot.services.plan.load_plan import refold
from bot.storage.engine.database import Connection
from bot.storage.records import audit, period_marks, unit_reports

SPANS = (3, 5, 10)
"""For how many working days a period is usually opened again, today being the first."""


@dataclass(frozen=True, slots=True)
class PeriodName:
    """Which period is meant: of a locality, by what it asks and its short name."""

    locality_id: int
    ask: str
    period: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A period closed or opened again; ``missing`` counts units that have not reported, ``told`` people told of it."""

    duty: Duty
    mark: PeriodMark
    missing: int
    told: int = 0


@dataclass(frozen=True, slots=True)
class ReopenablePeriod:
    """A closed period; ``offers`` are the last days it is usually opened again until, ``last`` the last that may be."""

    duty: Duty
    today: date
    offers: tuple[date, ...]
    last: date


async def close(
    desk: Desk, visitor: Visitor, name: PeriodName, *, now: datetime, key: str, seen: str | None = None
) -> Decided:
    """The period closed, once under ``key``: from now on no report serves it.

    ``seen`` is the mark of the state that was shown; raises ShownMoved where it is another one now.

    Raises NotFound, NotAllowed for all but the standing office, TransitionRefused before its due day is over and where
    it is closed.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        # Taken first, so that of two who decide at once the second sees what the first did.
        await unit_reports.hold(conn, name.locality_id)
        book, duty = await _own(desk, conn, visitor, name)
        known = await period_marks.by_key(conn, f"{key}:close")
        if known is None:
            today = book.today(now)
            if today <= duty.due:
                raise TransitionRefused("period_not_due", day=duty.due)
            if today > duty.closes:
                raise TransitionRefused("period_closed_already")
            require_shown(seen, (await period_state(conn, book, duty, now, stored=True)).shown)
            known = PeriodMark(duty.ask, duty.period, True, today - timedelta(days=1), now, person.id)
            book = await _record(conn, book, known, person, now, f"{key}:close")
        return Decided(duty, known, await _missing(conn, book, duty, now))


async def look_at_reopening(desk: Desk, visitor: Visitor, name: PeriodName, *, now: datetime) -> ReopenablePeriod:
    """What is to be known before a period is opened again. Raises as `reopen` does."""
    require_person(visitor)
    async with desk.db.read() as conn:
        book, duty = await _own(desk, conn, visitor, name)
    return _reopenable(book, duty, book.today(now))


async def reopen(
    desk: Desk, visitor: Visitor, name: PeriodName, *, reason: str, until: date, now: datetime, key: str
) -> Decided:
    """The period open until the end of a day, once under ``key``; the units that still owe are told.

    A report then serves it, late. Raises NotFound, NotAllowed for all but the standing office, TransitionRefused where
    it is open, BadInput without a reason or for a day behind us or beyond the plan's year.
    """
    person, words = require_person(visitor), clean_reason(reason)
    async with desk.db.write() as conn:
        # Taken first, so that of two who decide at once the second sees what the first did.
        await unit_reports.hold(conn, name.locality_id)
        book, duty = await _own(desk, conn, visitor, name)
        known = await period_marks.by_key(conn, f"{key}:reopen")
        if known is not None:
            return Decided(duty, known, await _missing(conn, book, duty, now))
        check_until(_reopenable(book, duty, book.today(now)), until)
        mark = PeriodMark(duty.ask, duty.period, False, until, now, person.id, words)
        book = await _record(conn, book, mark, person, now, f"{key}:reopen")
        duty = duty_named(book, duty.ask, duty.period) or duty
        told = await queue_notices(conn, book, duty, now, by=person.id, key=f"{key}:reopen", reopened=True)
        return Decided(duty, mark, len(told.missing), told.people)


def check_until(found: ReopenablePeriod, until: date) -> None:
    """Raises BadInput for a day until which the period cannot be opened again."""
    if until < found.today:
        raise BadInput("reopen_day_past", day=found.today)
    if until > found.last:
        raise BadInput("reopen_day_too_late", day=found.last)


def _reopenable(book: Book, duty: Duty, today: date) -> ReopenablePeriod:
    if today <= duty.closes:
        raise TransitionRefused("period_open_still", day=duty.closes)
    assert book.plan is not None  # a duty was found, so there is a plan
    last = book.plan.last_day
    if today > last:
        raise TransitionRefused("plan_over", year=book.plan.year)
    offers = [min(_working_day(book, today, nth), last) for nth in SPANS]
    return ReopenablePeriod(duty, today, tuple(dict.fromkeys(offers)), last)


def _working_day(book: Book, today: date, nth: int) -> date:
    """The nth working day from today on."""
    day = book.calendar.working_on_or_after(today)
    for _ in range(nth - 1):
        day = book.calendar.working_on_or_after(day + timedelta(days=1))
    return day


async def _own(desk: Desk, conn: Connection, visitor: Visitor, name: PeriodName) -> tuple[Book, Duty]:
    require_office(visitor, name.locality_id)
    book = await desk.books.of(conn, name.locality_id)
    require_in_hand(book)
    duty = duty_named(book, name.ask, name.period)
    if duty is None or duty.ask is Ask.UPWARD:
        raise NotFound("not_found")
    return book, duty


async def _record(conn: Connection, book: Book, mark: PeriodMark, person: Person, now: datetime, key: str) -> Book:
    assert book.plan is not None  # a duty was found, so there is a plan
    await period_marks.add(conn, book.locality.id, book.plan.id, mark, key)
    subject = {"plan": book.plan.id, "ask": mark.ask.value, "period": mark.period, "until": f"{mark.closes_on}"}
    action = "period_closed" if mark.is_closing else "period_reopened"
    await audit.append(conn, book.locality.id, now, person.id, action, subject)
    # The day until which a report serves it decides over lights and reminders: all are computed anew.
    fresh = await renewed(conn, book)
    await refold(conn, fresh, now)
    return fresh


async def _missing(conn: Connection, book: Book, duty: Duty, now: datetime) -> int:
    return len((await period_state(conn, book, duty, now, stored=True)).of(DutyOutcome.MISSING))
