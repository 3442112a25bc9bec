"""A unit asks the standing office: another limit, another unit, an end, anything else about a row it leads.

Source: docs/rules/rights.md#requests; docs/decisions/0011.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import BadInput, NotFound, TienDoError, TransitionRefused
from bot.domain.people.requests import Request, RequestKind, RequestState, Wish, check_new_limit
from bot.domain.people.visitor import Visitor
from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.work.lifecycle import State
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_changeable, require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import book_of_assignment
from bot.services.core.hours import at_work_from
from bot.services.core.reasons import clean_reason
from bot.services.core.tell_change import tell_asked
from bot.services.reporting.list_work import Subject, find_work, work_in
from bot.services.reporting.report_progress import require_lead, require_running
from bot.services.requests.see_request import RequestCase, case_in, locked_case
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, requests


@dataclass(frozen=True, slots=True)
class Askable:
    """A lead assignment of the person's own about which something may be asked.

    ``refusal`` says why no other limit can be asked for; ``waiting`` is a request for one that is not decided yet.
    """

    lead: Lead
    unit: str
    locality_id: int
    today: date
    last_day: date
    refusal: TienDoError | None
    waiting: Request | None


@dataclass(frozen=True, slots=True)
class SubmittedRequest:
    """A request that stands. ``told`` counts those who decide and hear of it ``at`` once, or at the next 07:00."""

    case: RequestCase
    told: int
    at: datetime


async def look(desk: Desk, visitor: Visitor, *, assignment_id: int, now: datetime) -> Askable:
    """An assignment of the person's own. Raises NotFound, NotAllowed for work of another unit, TransitionRefused."""
    async with desk.db.read() as conn:
        book, lead = await _own(conn, desk, visitor, assignment_id, now, lock=False)
        waiting = await requests.open_about(conn, assignment_id, RequestKind.EXTENSION)
    return Askable(
        lead=lead,
        unit=book.unit_name(lead.standing.unit_id),
        locality_id=book.locality.id,
        today=book.today(now),
        last_day=_last_day(book, now),
        refusal=no_extension(lead, book.today(now), _last_day(book, now)),
        waiting=waiting if waiting is not None and waiting.unit_id == lead.standing.unit_id else None,
    )


async def extendable(
    desk: Desk, visitor: Visitor, *, now: datetime, code: str | None = None, locality_id: int
) -> tuple[Subject, ...]:
    """The person's own assignments for which another limit may be asked; under a code all of them, whatever stands.

    Raises NotAllowed where the person reports for no unit, NotFound and NotAllowed as `find_work` does.
    """
    if code is not None:
        return await find_work(desk, visitor, code=code, now=now)
    async with desk.db.read() as conn:
        book = await desk.books.of(conn, locality_id)
        work = await work_in(conn, book, visitor, now)
    last = _last_day(book, now)
    return tuple(each for each in work.subjects if no_extension(each.lead, each.day, last) is None)


def no_extension(lead: Lead, today: date, last_day: date) -> TienDoError | None:
    """Why no other limit can be asked for now; none where one can."""
    standing = lead.standing
    if standing.state in (State.CLOSED, State.COMPLETED, State.AWAITING):
        return TransitionRefused(f"extension_{standing.state.value}", code=lead.row.code)
    if lead.row.limit.kind is DeadlineKind.CONTINUOUS:
        return TransitionRefused("extension_continuous", code=lead.row.code)
    if standing.due_on is None:
        return TransitionRefused("extension_no_limit", code=lead.row.code)
    if max(standing.due_on, today) >= last_day:
        return TransitionRefused("extension_year_end", code=lead.row.code, day=f"{last_day:%d/%m/%Y}")
    return None


async def ask(
    desk: Desk,
    visitor: Visitor,
    *,
    kind: RequestKind,
    assignment_id: int,
    reason: str,
    wish: Wish,
    now: datetime,
    key: str,
) -> SubmittedRequest:
    """What a unit asks about a row it leads, asked once under ``key``; those who decide are told.

    Raises NotAllowed for work of another unit, TransitionRefused where it cannot be asked now or is asked already,
    BadInput for a day that cannot be granted, or a reason that is missing or too long.
    """
    person, words = require_person(visitor), clean_reason(reason)
    async with desk.db.write() as conn:
        known = await requests.by_key(conn, _key(key))
        if known is None:
            book, lead = await _own(conn, desk, visitor, assignment_id, now, lock=True)
            _check(book, lead, kind, wish, now)
            await _once(conn, lead, kind, person.id, now)
            wanted = Request(
                id=0,
                locality_id=book.locality.id,
                plan_id=lead.row.plan_id,
                kind=kind,
                unit_id=lead.standing.unit_id,
                person_id=person.id,
                at=now,
                reason=words,
                wish=wish,
                row_id=lead.row.id,
                assignment_id=assignment_id,
                due_then=lead.standing.due_on,
            )
            known = await requests.add(conn, wanted, _key(key))
            told = await asked(conn, book, known, now)
        else:
            book = await desk.books.of(conn, known.locality_id)
            told = await tell_asked(conn, book, known, known.at)
        at = at_work_from(book.calendar, known.at)
        return SubmittedRequest(await case_in(conn, desk, visitor, known.id, now), told, at)


async def asked(conn: Connection, book: Book, request: Request, now: datetime) -> int:
    """How many are told of a request just added, which is written into the audit."""
    told = await tell_asked(conn, book, request, now)
    subject = {"request": request.id, "kind": request.kind.value, "unit": request.unit_id}
    await audit.append(conn, book.locality.id, now, request.person_id, "asked", subject)
    return told


async def is_recorded(conn: Connection, key: str) -> bool:
    """Whether something was asked under this key already."""
    return await requests.by_key(conn, _key(key)) is not None


async def withdraw(desk: Desk, visitor: Visitor, *, request_id: int, now: datetime, key: str) -> RequestCase:
    """The request taken back by the unit that asked; as it stands where it was decided meanwhile.

    Raises NotFound also for one of a unit the person does not report for.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        case = await locked_case(conn, desk, visitor, request_id, now)
        if case.request.is_open and not case.may_withdraw:
            raise NotFound("not_found")
        state, own_key = RequestState.WITHDRAWN, f"{key}:decision"
        if await requests.decide(conn, request_id, state, person_id=person.id, at=now, key=own_key):
            subject = {"request": request_id, "state": state.value}
            await audit.append(conn, case.locality.id, now, person.id, "request_decided", subject)
        return await case_in(conn, desk, visitor, request_id, now)


def _check(book: Book, lead: Lead, kind: RequestKind, wish: Wish, now: datetime) -> None:
    today, last = book.today(now), _last_day(book, now)
    if kind is RequestKind.EXTENSION:
        refusal = no_extension(lead, today, last)
        if refusal is not None:
            raise refusal
        if wish.due_on is None:
            raise BadInput("day_unreadable")
        check_new_limit(
            wish.due_on, standing=lead.standing, starts_on=lead.row.limit.starts_on, today=today, last_day=last
        )
        return
    if lead.standing.state in (State.CLOSED, State.COMPLETED, State.AWAITING):
        raise TransitionRefused(f"change_{lead.standing.state.value}", code=lead.row.code)
    if kind is RequestKind.HAND_OVER and wish.unit_id not in book.units:
        raise NotFound("not_found")
    if kind is RequestKind.HAND_OVER and wish.unit_id == lead.standing.unit_id:
        raise BadInput("same_unit")


async def _once(conn: Connection, lead: Lead, kind: RequestKind, person_id: int, now: datetime) -> None:
    """Refuse a second request of a kind while one waits; one of a unit without the work any more lapses instead."""
    waiting = await requests.open_about(conn, lead.assignment.id, kind)
    if waiting is None:
        return
    if waiting.unit_id == lead.standing.unit_id:
        raise TransitionRefused("asked_already", code=lead.row.code)
    await requests.lapse(conn, lead.assignment.id, person_id=person_id, at=now)


async def _own(
    conn: Connection, desk: Desk, visitor: Visitor, assignment_id: int, now: datetime, *, lock: bool
) -> tuple[Book, Lead]:
    require_person(visitor)
    book = await book_of_assignment(desk, conn, visitor, assignment_id)
    stored = await events.standing(conn, assignment_id, for_update=lock)
    if stored is None or stored[0].row_id not in book.rows:
        raise NotFound("not_found")
    await require_running(conn, stored[0])
    require_in_hand(book)
    require_changeable(book, now)
    require_lead(book, visitor, book.row(stored[0].row_id), stored[1])
    return book, lead_on(book, *stored, book.today(now))


def _last_day(book: Book, now: datetime) -> date:
    return book.plan.last_day if book.plan is not None else book.today(now)


def _key(key: str) -> str:
    return f"{key}:asked"
