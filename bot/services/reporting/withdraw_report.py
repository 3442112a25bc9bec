"""Take the newest report back: its sender, for 15 minutes, while nobody has judged it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.clock import MOST_APART
from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Report, Withdrawal
from bot.services.core import ledger
from bot.services.core.board import Lead
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import book_of_assignment
from bot.services.core.ledger import Recorded
from bot.services.reporting.list_work import Subject, subject_of
from bot.services.reporting.report_progress import leads_of
from bot.storage.records import events


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A report taken back; both it and its withdrawal stay visible."""

    recorded: Recorded
    report_id: int
    before: Lead
    after: Subject


async def withdraw(
    desk: Desk, visitor: Visitor, *, assignment_id: int, event_id: int, now: datetime, key: str
) -> Withdrawn:
    """Where the assignment stands once the report ``event_id`` is taken back.

    Raises NotAllowed for another person's report, TransitionRefused where it is too late or was withdrawn already.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await book_of_assignment(desk, conn, visitor, assignment_id)
        found = await events.event(conn, event_id)
        if found is None or found[0] != assignment_id or not isinstance(found[1].body, Report):
            raise NotFound("not_found")
        if found[1].person_id != person.id:
            raise NotAllowed("not_own_report")
        if found[1].at - now > MOST_APART:
            # Dated by a wrong clock: nobody can say that it was just now.
            raise TransitionRefused("too_late_to_withdraw")
        own_key = f"{key}:withdraw"
        if await events.event_by_key(conn, own_key) is None:
            _, _, happened, _ = await ledger.history(conn, book, assignment_id, for_update=True)
            if any(isinstance(e.body, Withdrawal) and e.body.report_id == event_id for e in happened):
                raise TransitionRefused("withdrawn_already")
        body = Withdrawal(event_id)
        recorded = await ledger.record(conn, book, assignment_id, body, person_id=person.id, now=now, key=own_key)
        before, after = leads_of(book, recorded)
        return Withdrawn(recorded, event_id, before, subject_of(book, after, recorded.event.at))
