"""What was asked of the standing office: one request as it stands now, and all that wait for an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.people import Ability, Membership
from bot.domain.people.requests import Request, obstacle
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Row
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import decides, members_of, open_book, readable
from bot.storage.engine.database import Connection
from bot.storage.records import events, requests, unit_reports
from bot.storage.records import people as stored_people

_FOR_NOW = frozenset({"request_awaiting"})


@dataclass(frozen=True, slots=True)
class RequestCase:
    """A request with what is to be known of it. ``obstacle`` is the key of why an open one cannot be decided now.

    ``row`` and ``lead`` are none of a task not added yet; ``to_unit`` is the unit wished for. ``doer`` noted that what
    was agreed to in words is carried out.
    """

    request: Request
    locality: Locality
    last_day: date
    today: date
    row: Row | None
    lead: Lead | None
    unit: str
    to_unit: str
    asker: str
    decider: str
    obstacle: str | None
    may_decide: bool
    may_withdraw: bool
    doer: str
    may_note_done: bool

    @property
    def code(self) -> str:
        """The code of the row; none of a task not added yet."""
        return self.row.code if self.row else ""

    @property
    def has_lapsed(self) -> bool:
        """Whether it is open on paper only: what it speaks of has moved on for good."""
        return self.request.is_open and self.obstacle is not None and self.obstacle not in _FOR_NOW


@dataclass(frozen=True, slots=True)
class RequestQueue:
    """What waits in a locality: ``to_decide`` for the person, ``own`` of the person's units, the oldest first.

    ``to_do`` was agreed to, and the person may note that it is carried out.
    ``may_add``: the person acts for the standing office and may add tasks; ``may_ask``: reports for a unit.
    """

    locality: Locality
    to_decide: tuple[RequestCase, ...]
    to_do: tuple[RequestCase, ...]
    own: tuple[RequestCase, ...]
    may_add: bool
    may_ask: bool


async def see(desk: Desk, visitor: Visitor, *, request_id: int, now: datetime) -> RequestCase:
    """A request. Raises NotFound for one of a locality the person does not belong to."""
    async with desk.db.read() as conn:
        return await case_in(conn, desk, visitor, request_id, now)


async def case_in(conn: Connection, desk: Desk, visitor: Visitor, request_id: int, now: datetime) -> RequestCase:
    """As `see`, on a connection that is open."""
    person = require_person(visitor)
    request = readable(visitor, await requests.request(conn, request_id))
    book = await book_of_request(desk, conn, request)
    everyone = await members_of(conn, book)
    return await _case(conn, book, person.id, visitor.memberships, everyone, request, now)


async def case_for(
    desk: Desk, conn: Connection, person_id: int, request: Request, now: datetime
) -> tuple[RequestCase, Book]:
    """A request as a member sees it, with its book. Raises NotFound for one who is no member of its locality."""
    book = await book_of_request(desk, conn, request)
    everyone = await members_of(conn, book)
    held = [m for m in everyone if m.person_id == person_id]
    if not held:
        raise NotFound("not_found")
    return await _case(conn, book, person_id, held, everyone, request, now), book


async def locked_case(conn: Connection, desk: Desk, visitor: Visitor, request_id: int, now: datetime) -> RequestCase:
    """As `case_in`, once nobody else can change what it speaks of until this transaction ends."""
    case = await case_in(conn, desk, visitor, request_id, now)
    if case.request.assignment_id is not None:
        await events.standing(conn, case.request.assignment_id, for_update=True)
    else:
        await unit_reports.hold(conn, case.request.locality_id)
    return await case_in(conn, desk, visitor, request_id, now)


async def book_of_request(desk: Desk, conn: Connection, request: Request) -> Book:
    """The book with the plan a request is about."""
    book = await desk.books.of(conn, request.locality_id)
    year = next((plan.year for plan in book.plans if plan.id == request.plan_id), None)
    if book.plan is not None and book.plan.id == request.plan_id:
        return book
    return await desk.books.of(conn, request.locality_id, year)


async def queue(desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None) -> RequestQueue:
    """What waits for an answer.

    Raises NotFound for a locality not open to the person, NotAllowed for who neither asks nor answers in it.
    """
    person = require_person(visitor)
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        place = book.locality.id
        if not people.can(visitor.memberships, place, Ability.TAKE_PART):
            raise NotAllowed("no_right")
        everyone = await members_of(conn, book)
        found = [*await requests.open_in(conn, place), *await requests.agreed_in(conn, place)]
        waiting = [each for each in found if book.plan and each.plan_id == book.plan.id]
        cases = [await _case(conn, book, person.id, visitor.memberships, everyone, each, now) for each in waiting]
    units = people.reporting_units(visitor.memberships, place)
    ended = book.is_over or book.is_frozen_on(book.today(now))
    return RequestQueue(
        locality=book.locality,
        to_decide=tuple(case for case in cases if case.may_decide),
        to_do=tuple(case for case in cases if case.may_note_done),
        own=tuple(c for c in cases if c.request.is_open and c.request.unit_id in units and not c.has_lapsed),
        may_add=people.is_office(visitor.memberships, place) and not ended,
        may_ask=bool(units) and book.is_in_hand and not ended,
    )


async def _case(
    conn: Connection,
    book: Book,
    person_id: int,
    held: Iterable[Membership],
    everyone: Collection[Membership],
    request: Request,
    now: datetime,
) -> RequestCase:
    today = book.today(now)
    stored = await events.standing(conn, request.assignment_id) if request.assignment_id is not None else None
    lead = lead_on(book, *stored, today) if stored is not None and stored[0].row_id in book.rows else None
    runs = lead is not None and await _runs(conn, lead)
    hindered = obstacle(request, lead.standing if lead is not None and runs else None) if request.is_open else None
    if request.is_open and (book.is_over or book.is_frozen_on(today)):
        hindered = "request_over"
    known = (request.person_id, request.decided_by, request.done_by)
    names = await stored_people.people(conn, {each for each in known if each is not None})
    wished = request.wish.task.unit_id if request.wish.task else request.wish.unit_id
    may = decides(person_id, everyone, book, request.unit_id)
    carries_out = may or people.is_office(held, book.locality.id)
    own = people.may_report(held, book.locality.id, request.unit_id)
    return RequestCase(
        request=request,
        locality=book.locality,
        last_day=book.plan.last_day if book.plan else today,
        today=today,
        row=book.rows.get(request.row_id) if request.row_id is not None else None,
        lead=lead,
        unit=book.unit_name(request.unit_id),
        to_unit=book.unit_name(wished) if wished is not None else "",
        asker=names[request.person_id].full_name if request.person_id in names else "",
        decider=names[request.decided_by].full_name if request.decided_by in names else "",
        obstacle=hindered,
        may_decide=request.is_open and hindered is None and may and request.person_id != person_id,
        may_withdraw=request.is_open and own,
        doer=names[request.done_by].full_name if request.done_by in names else "",
        may_note_done=request.is_to_be_done and carries_out and not book.is_over,
    )


async def _runs(conn: Connection, lead: Lead) -> bool:
    running = await events.assignments_of_row(conn, lead.row.id)
    return lead.assignment.id in {each.id for each in running}
