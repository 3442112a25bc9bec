"""Open a completed or closed assignment again (docs/rules/life-cycle.md#steps)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Reopening
from bot.domain.work.lifecycle import State
from bot.services.core import ledger
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import decides, members_of, standing_for
from bot.services.core.ledger import Recorded
from bot.services.core.reasons import clean_reason
from bot.services.core.tell_change import tell_changed
from bot.storage.engine.database import Connection
from bot.storage.records import events


@dataclass(frozen=True, slots=True)
class ReopenableAssignment:
    """An assignment that the person may open again. ``needs_limit``: its limit has passed."""

    lead: Lead
    unit: str
    locality_id: int
    day: date
    needs_limit: bool
    refusal: str | None
    """The key of why it cannot be opened again now."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An assignment that is open again."""

    recorded: Recorded
    lead: Lead
    unit: str
    reason: str


async def look(desk: Desk, visitor: Visitor, *, assignment_id: int, now: datetime) -> ReopenableAssignment:
    """What is to be known before reopening.

    Raises NotFound, NotAllowed for one who does not decide over it, TransitionRefused where its plan is over.
    """
    async with desk.db.read() as conn:
        book, lead = await _own(desk, conn, visitor, assignment_id, now)
    require_not_over(book)
    day = book.today(now)
    standing = lead.standing
    passed = standing.due_on is not None and standing.due_on < day
    return ReopenableAssignment(
        lead=lead,
        unit=book.unit_name(standing.unit_id),
        locality_id=book.locality.id,
        day=day,
        needs_limit=passed and standing.state is State.COMPLETED,
        refusal=None if standing.state in (State.COMPLETED, State.CLOSED) else "not_completed",
    )


async def reopen(
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    reason: str,
    due_on: date | None = None,
    now: datetime,
    key: str,
) -> Reopened:
    """The assignment opened again, once under ``key``. ``due_on``: the new limit, needed where the old has passed.

    Raises NotAllowed for one who does not decide over it, TransitionRefused where it is neither completed nor closed,
    BadInput without a reason or for a limit that has passed.
    """
    person = require_person(visitor)
    body = Reopening(clean_reason(reason), due_on)
    own_key = f"{key}:reopening"
    async with desk.db.write() as conn:
        known = await events.event_by_key(conn, own_key)
        book, lead = await _own(desk, conn, visitor, known[0] if known else assignment_id, now)
        if known is not None and isinstance(known[1].body, Reopening):
            body = known[1].body
        elif lead.standing.state not in (State.COMPLETED, State.CLOSED):
            raise TransitionRefused("not_completed")
        elif due_on is not None and due_on < book.today(now):
            raise BadInput("new_limit_needed")
        recorded = await ledger.record(conn, book, lead.assignment.id, body, person_id=person.id, now=now, key=own_key)
        await tell_changed(
            conn,
            book,
            (recorded.after.unit_id,),
            assignment_id=recorded.assignment.id,
            event_id=recorded.event.id,
            by=person.id,
            now=recorded.event.at,
        )
    after = lead_on(book, recorded.assignment, recorded.after, book.today(now))
    return Reopened(recorded, after, book.unit_name(recorded.after.unit_id), body.reason)


async def _own(desk: Desk, conn: Connection, visitor: Visitor, assignment_id: int, now: datetime) -> tuple[Book, Lead]:
    person = require_person(visitor)
    assignment, standing = await standing_for(conn, visitor, assignment_id)
    book = await desk.books.of_row(conn, assignment.locality_id, assignment.row_id)
    if assignment.row_id not in book.rows:
        raise NotFound("not_found")
    if not decides(person.id, await members_of(conn, book), book, standing.unit_id):
        raise NotAllowed("no_right")
    return book, lead_on(book, assignment, standing, book.today(now))
