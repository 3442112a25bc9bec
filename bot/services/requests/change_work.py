"""The standing office changes who has a row, and whether it goes on (docs/rules/life-cycle.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.requests import Request
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Row, RowKind, Unit, UnitKind, UnitRole
from bot.domain.work.events import Closing, HandOver
from bot.domain.work.lifecycle import State
from bot.services.core import ledger
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_changeable
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import assignment_for, book_of_row, decides, members_of
from bot.services.core.ledger import Recorded
from bot.services.core.reasons import clean_reason
from bot.services.core.shown import mark_of, require_shown
from bot.services.core.tell_change import tell_changed
from bot.storage.engine.database import Connection
from bot.storage.records import events, requests


@dataclass(frozen=True, slots=True)
class WorkPart:
    """One unit's part of a row. ``decides``: the person decides over it; ``reports``: the person reports it."""

    lead: Lead
    unit: str
    decides: bool
    reports: bool


@dataclass(frozen=True, slots=True)
class Changeable:
    """A row with its parts, and the units one of them may be handed on to."""

    book: Book
    row: Row
    parts: tuple[WorkPart, ...]
    units: tuple[Unit, ...]

    @property
    def mark(self) -> str:
        """The mark of its parts as they are shown."""
        stand = [part.lead.standing for part in self.parts]
        return mark_of(self.row.id, [(each.unit_id, each.due_on, each.state.value) for each in stand])

    def part(self, assignment_id: int) -> WorkPart:
        """One of the parts. Raises NotFound."""
        for part in self.parts:
            if part.lead.assignment.id == assignment_id:
                return part
        raise NotFound("not_found")


@dataclass(frozen=True, slots=True)
class WorkChanged:
    """Parts of a row that were changed, as they stand now. ``before`` and ``units`` name whose they were and are."""

    row: Row
    leads: tuple[Lead, ...]
    before: tuple[str, ...]
    units: tuple[str, ...]
    reason: str
    told: int


async def look(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> Changeable:
    """A row with what the person may do about its parts. Raises NotFound for one of another locality."""
    async with desk.db.read() as conn:
        return await _look(conn, desk, visitor, row_id, now)


async def hand_over(
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    unit_id: int,
    reason: str,
    now: datetime,
    key: str,
    seen: str | None = None,
) -> WorkChanged:
    """An assignment handed on to another unit, once under ``key``; both units are told.

    ``seen`` is the mark of the row that was shown; raises ShownMoved where it is another one now.

    Raises NotAllowed for one who does not decide over it, TransitionRefused where it is done, closed or with the
    appraisers, BadInput for a unit that leads the row already, NotFound for one that is none of the directory.
    """
    person, words = require_person(visitor), clean_reason(reason)
    async with desk.db.write() as conn:
        known = await events.event_by_key(conn, _key(key, assignment_id))
        row_id = (await assignment_for(conn, visitor, assignment_id)).row_id
        found = await _look(conn, desk, visitor, row_id, now)
        part = found.part(assignment_id)
        if known is None:
            _require_decides(part)
            require_shown(seen, found.mark)
            body = HandOver(unit_id, words)
        else:
            assert isinstance(known[1].body, HandOver)
            body = known[1].body
        recorded, told = await hand_on(conn, found.book, part.lead, body, by=person.id, now=now, key=key)
        after = lead_on(found.book, recorded.assignment, recorded.after, found.book.today(now))
    before = found.book.unit_name(recorded.before.unit_id)
    return WorkChanged(found.row, (after,), (before,), (found.book.unit_name(body.unit_id),), body.reason, told)


async def hand_on(
    conn: Connection,
    book: Book,
    lead: Lead,
    body: HandOver,
    *,
    by: int,
    now: datetime,
    key: str,
    asked: Request | None = None,
) -> tuple[Recorded, int]:
    """The hand-over inside the caller's transaction, and how many people are told. Raises as `hand_over` does.

    Who has ``asked`` for it hears of the decision instead.
    """
    own_key, assignment = _key(key, lead.assignment.id), lead.assignment
    if await events.event_by_key(conn, own_key) is None:
        _, _, _, standing = await ledger.history(conn, book, assignment.id, for_update=True)
        if standing.state in _DONE_WITH and not _takes_values(lead, standing.state):
            raise TransitionRefused(f"change_{standing.state.value}", code=lead.row.code)
        await _check_unit(conn, book, lead.row, standing.unit_id, body.unit_id)
    recorded = await ledger.record(conn, book, assignment.id, body, person_id=by, now=now, key=own_key)
    if not recorded.repeated:
        await requests.lapse(conn, assignment.id, person_id=by, at=now)
    both = (body.unit_id, recorded.before.unit_id)
    ids = {"assignment_id": assignment.id, "event_id": recorded.event.id, "by": by}
    return recorded, await tell_changed(conn, book, both, **ids, now=recorded.event.at, asked=asked)


async def close_row(
    desk: Desk, visitor: Visitor, *, row_id: int, reason: str, now: datetime, key: str, seen: str | None = None
) -> WorkChanged:
    """Every open part of a row the person decides over closed with a reason, once under ``key``; the units are told.

    ``seen`` is the mark of the row that was shown; raises ShownMoved where it is another one now.

    Raises NotAllowed for one who decides over none, TransitionRefused where nothing of it is open.
    """
    person, words = require_person(visitor), clean_reason(reason)
    async with desk.db.write() as conn:
        found = await _look(conn, desk, visitor, row_id, now)
        done = [p for p in found.parts if await events.event_by_key(conn, _key(key, p.lead.assignment.id))]
        if not done:
            require_shown(seen, found.mark)
        wanted = done or [part for part in found.parts if part.decides and part.lead.is_open]
        if not wanted:
            raise _nothing_to_close(found)
        await ledger.hold(conn, (part.lead.assignment.id for part in wanted))
        leads, told = [], 0
        for part in wanted:
            recorded, heard = await close(conn, found.book, part.lead, words, by=person.id, now=now, key=key)
            leads.append(lead_on(found.book, recorded.assignment, recorded.after, found.book.today(now)))
            told += heard
    units = tuple(part.unit for part in wanted)
    return WorkChanged(found.row, tuple(leads), units, units, words, told)


async def close(
    conn: Connection,
    book: Book,
    lead: Lead,
    reason: str,
    *,
    by: int,
    now: datetime,
    key: str,
    asked: Request | None = None,
) -> tuple[Recorded, int]:
    """One part closed inside the caller's transaction, and how many people are told beside who ``asked`` for it."""
    own_key, assignment_id = _key(key, lead.assignment.id), lead.assignment.id
    recorded = await ledger.record(conn, book, assignment_id, Closing(reason), person_id=by, now=now, key=own_key)
    if not recorded.repeated:
        await requests.lapse(conn, assignment_id, person_id=by, at=now)
    ids = {"assignment_id": assignment_id, "event_id": recorded.event.id, "by": by}
    return recorded, await tell_changed(
        conn, book, (recorded.before.unit_id,), **ids, now=recorded.event.at, asked=asked
    )


_DONE_WITH = (State.CLOSED, State.COMPLETED, State.AWAITING)


def _takes_values(lead: Lead, state: State) -> bool:
    """Whether it is an accepted indicator: it stays open for values until the year ends."""
    return lead.row.kind is RowKind.INDICATOR and state is State.COMPLETED


async def _look(conn: Connection, desk: Desk, visitor: Visitor, row_id: int, now: datetime) -> Changeable:
    person = require_person(visitor)
    book = await book_of_row(desk, conn, visitor, row_id)
    require_changeable(book, now)
    everyone = await members_of(conn, book)
    held = [each for each in await events.assignments_of_row(conn, row_id) if each.role is UnitRole.LEAD]
    parts: list[WorkPart] = []
    for assignment in held:
        stored = await events.standing(conn, assignment.id)
        if stored is None:
            continue
        lead, unit_id = lead_on(book, *stored, book.today(now)), stored[1].unit_id
        may = decides(person.id, everyone, book, unit_id)
        own = book.is_in_hand and people.may_report(visitor.memberships, book.locality.id, unit_id)
        parts.append(WorkPart(lead, book.unit_name(unit_id), may, own))
    leading = {part.lead.standing.unit_id for part in parts}
    units = tuple(
        unit for unit in book.units.values() if unit.id not in leading and unit.kind is not UnitKind.COMMUNITY_TEAM
    )
    return Changeable(book, book.row(row_id), tuple(parts), units)


async def _check_unit(conn: Connection, book: Book, row: Row, present: int, unit_id: int) -> None:
    unit = book.units.get(unit_id)
    if unit is None or unit.kind is UnitKind.COMMUNITY_TEAM:
        raise NotFound("not_found")
    if unit_id == present:
        raise BadInput("same_unit")
    held = await events.assignments_of_row(conn, row.id)
    if any(each.role is UnitRole.LEAD and each.unit_id == unit_id for each in held):
        raise BadInput("unit_leads_already", unit=unit.name, code=row.code)


def _require_decides(part: WorkPart) -> None:
    if not part.decides:
        raise NotAllowed("no_right")


def _nothing_to_close(found: Changeable) -> Exception:
    if any(part.decides for part in found.parts):
        return TransitionRefused("nothing_open_to_close", code=found.row.code)
    return NotAllowed("no_right")


def _key(key: str, assignment_id: int) -> str:
    return f"{key}:change:{assignment_id}"
