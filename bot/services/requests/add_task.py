"""A task added to the plan during the year, by the standing office or proposed by a unit (docs/decisions/0011).

It continues the numbering, stands in the plan from that instant on, and is the office's: loading the file again neither
changes nor removes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.requests import NewTask, Request, RequestKind, RequestState, Wish
from bot.domain.people.visitor import Visitor
from bot.domain.plan.codes import next_task
from bot.domain.plan.deadlines import DeadlineKind, TimeLimit, read_time_limit
from bot.domain.plan.plan import Plan, Row, RowKind, Unit, UnitKind, UnitRole
from bot.domain.plan.words import tidy
from bot.services.core.book import Book, renewed, require_changeable
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import open_book
from bot.services.core.hours import at_work_from
from bot.services.core.reasons import clean_reason
from bot.services.core.tell_change import tell_added
from bot.services.plan.load_plan import search_text
from bot.services.requests.ask_office import SubmittedRequest, asked
from bot.services.requests.see_request import case_in
from bot.services.units.follow_groups import add
from bot.storage.engine.database import Connection
from bot.storage.records import audit, plans, requests, unit_reports

LONGEST_LIMIT = 200
LONGEST_NAME = 600


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on a row that no document has printed, in the language of the documents."""

    reference: str
    group: str


@dataclass(frozen=True, slots=True)
class TaskAddition:
    """Where a task may be added. ``adds``: the person adds it, else proposes it for one of ``own`` units."""

    book: Book
    adds: bool
    own: tuple[Unit, ...]
    units: tuple[Unit, ...]
    today: date


@dataclass(frozen=True, slots=True)
class WantedTask:
    """A task that somebody wants in the plan, and why; ``unit_id`` is the unit that proposes it."""

    task: NewTask
    reason: str
    unit_id: int | None = None

    def cleaned(self) -> WantedTask:
        """Without what was typed around the words. Raises BadInput for a name or reason that will not do."""
        reason = clean_reason(self.reason)
        output = clean_name(self.task.output) if self.task.output else None
        return WantedTask(replace(self.task, name=clean_name(self.task.name), output=output), reason, self.unit_id)


async def look(desk: Desk, visitor: Visitor, *, locality_id: int | None = None, now: datetime) -> TaskAddition:
    """The plan in hand, for one who acts for its standing office or reports for one of its units.

    Raises NotFound without a plan and for a locality not open to the person, NotAllowed for all others of it,
    TransitionRefused where the plan is over.
    """
    async with desk.db.read() as conn:
        return await _look(conn, desk, visitor, locality_id, now)


def clean_name(text: str) -> str:
    """A task's name or output in one line. Raises BadInput where it is empty or past 600 signs."""
    words = tidy(text)
    if not words:
        raise BadInput("task_name_needed")
    if len(words) > LONGEST_NAME:
        raise BadInput("task_name_too_long", limit=LONGEST_NAME, over=len(words) - LONGEST_NAME)
    return words


def can_be_limit(text: str, plan: Plan) -> bool:
    """Whether the words are a limit as plans print them."""
    words = tidy(text)
    read = read_time_limit(words, year=plan.year, issued_on=plan.issued_on)
    return 0 < len(words) <= LONGEST_LIMIT and read.kind is not DeadlineKind.UNREAD


def read_limit(text: str, plan: Plan, today: date) -> TimeLimit:
    """The limit of a task that begins today. Raises BadInput for what cannot be read, has passed, or leaves the year.

    Its roadmap begins on the day it is added: nobody can be behind with what was not there.
    """
    if not can_be_limit(text, plan):
        raise BadInput("task_limit_unreadable")
    read = read_time_limit(tidy(text), year=plan.year, issued_on=plan.issued_on)
    days = [read.due_on, *(each.due_on for each in read.milestones)]
    if any(day is not None and day < today for day in days):
        raise BadInput("limit_in_past")
    if read.due_on is not None and read.due_on > plan.last_day:
        raise BadInput("limit_after_year", day=f"{plan.last_day:%d/%m/%Y}")
    starts_on = None if read.starts_on is None else max(read.starts_on, today)
    return replace(read, starts_on=starts_on)


async def add_task(
    desk: Desk,
    visitor: Visitor,
    *,
    locality_id: int,
    wanted: WantedTask,
    printed: Printed,
    now: datetime,
    key: str,
) -> SubmittedRequest:
    """The task added by the standing office, or proposed to it by a unit, once under ``key``.

    Either way it is a request: what the office adds is granted as it is asked, so that who, when and why are known.
    Raises NotAllowed, TransitionRefused where the plan is over, BadInput for a name, limit or reason that will not do.
    """
    person, own_key = require_person(visitor), f"{key}:asked"
    wanted = wanted.cleaned()
    async with desk.db.write() as conn:
        await unit_reports.hold(conn, locality_id)
        known = await requests.by_key(conn, own_key)
        if known is not None:
            return SubmittedRequest(await case_in(conn, desk, visitor, known.id, now), 0, known.at)
        place = await _look(conn, desk, visitor, locality_id, now)
        plan = _check(place.book, wanted.task, place.today)
        asks_for, wish = _asking(place, wanted.unit_id), Wish(task=wanted.task)
        new = Request(0, locality_id, plan.id, RequestKind.TASK, asks_for, person.id, now, wanted.reason, wish)
        request = await requests.add(conn, new, own_key)
        if place.adds:
            state = RequestState.GRANTED
            await requests.decide(conn, request.id, state, person_id=person.id, at=now, key=f"{key}:decision")
            told = await put_in_plan(conn, place.book, request, wanted.task, printed, by=person.id, now=now)
        else:
            told = await asked(conn, place.book, request, now)
        at = at_work_from(place.book.calendar, now)
        return SubmittedRequest(await case_in(conn, desk, visitor, request.id, now), told, at)


async def put_in_plan(
    conn: Connection, book: Book, request: Request, task: NewTask, printed: Printed, *, by: int, now: datetime
) -> int:
    """How many people of the lead unit are told of the task, now in the plan under the next number.

    The caller holds the locality: two tasks at once get two numbers. Raises BadInput where it will not do any more.
    """
    plan = _check(book, task, book.today(now))
    given = await plans.codes(conn, plan.id)
    row = Row(
        id=0,
        plan_id=plan.id,
        locality_id=book.locality.id,
        code=next_task(given),
        kind=RowKind.TASK,
        position=max(given.values(), default=-1) + 1,
        reference=printed.reference,
        name=task.name,
        limit=read_limit(task.limit, plan, book.today(now)),
        group=printed.group,
        output=task.output,
        lead_as_printed=book.unit_name(task.unit_id),
        added_at=now,
    )
    row_id = await plans.save_row(conn, row, folded=search_text(row))
    after = await renewed(conn, book)
    fresh = after.row(row_id)
    assignment_id = await add(conn, after, fresh, task.unit_id, UnitRole.LEAD, proposed=False, now=now)
    await requests.set_row(conn, request.id, row_id)
    subject = {"row": row_id, "assignment": assignment_id, "request": request.id}
    await audit.append(conn, book.locality.id, now, by, "task_added", subject)
    proposed = request if request.person_id != by else None
    return await tell_added(conn, after, task.unit_id, assignment_id=assignment_id, by=by, now=now, asked=proposed)


async def _look(conn: Connection, desk: Desk, visitor: Visitor, locality_id: int | None, now: datetime) -> TaskAddition:
    require_person(visitor)
    book = await open_book(desk, conn, visitor, locality_id)
    if book.plan is None:
        raise NotFound("no_plan")
    require_changeable(book, now)
    adds = people.is_office(visitor.memberships, book.locality.id)
    units = people.reporting_units(visitor.memberships, book.locality.id)
    own = tuple(unit for unit in book.units.values() if unit.id in units)
    if not adds and not own:
        raise NotAllowed("no_reporting_unit")
    leading = tuple(unit for unit in book.units.values() if unit.kind is not UnitKind.COMMUNITY_TEAM)
    return TaskAddition(book, adds, own, leading, book.today(now))


def _asking(place: TaskAddition, unit_id: int | None) -> int:
    office = place.book.locality.standing_office_id
    own = [unit.id for unit in place.own]
    if place.adds:
        return office if office is not None else own[0]
    if unit_id is not None and unit_id not in own:
        raise NotAllowed("no_reporting_unit")
    return unit_id if unit_id is not None else own[0]


def _check(book: Book, task: NewTask, today: date) -> Plan:
    unit = book.units.get(task.unit_id)
    if unit is None or unit.kind is UnitKind.COMMUNITY_TEAM or book.plan is None:
        raise NotFound("not_found")
    read_limit(task.limit, book.plan, today)
    return book.plan
