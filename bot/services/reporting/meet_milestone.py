"""Say that a milestone inside a time limit stands ("Đã đạt mốc"), with a note and files where there are any."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput
from bot.domain.people.visitor import Visitor
from bot.domain.plan.deadlines import Milestone
from bot.domain.work.events import MilestoneMet
from bot.services.core import ledger
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import book_of_assignment
from bot.services.core.ledger import Recorded
from bot.services.reporting.carry_files import usable_files
from bot.services.reporting.list_work import Subject, subject_of
from bot.services.reporting.report_progress import clean, leads_of, own_assignment
from bot.storage.records import events
from bot.storage.records import files as stored


@dataclass(frozen=True, slots=True)
class MilestoneReceipt:
    """A milestone that stands, and the assignment after it."""

    recorded: Recorded
    body: MilestoneMet
    milestone: Milestone
    after: Subject


async def meet(
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    milestone: int,
    note: str | None = None,
    files: Collection[int] = (),
    now: datetime,
    key: str,
) -> MilestoneReceipt:
    """The receipt of a milestone met, recorded once under ``key``; ``milestone`` counts from 0.

    Raises NotAllowed for work of another unit, TransitionRefused where it stands already or the work is closed.
    """
    person = require_person(visitor)
    note = clean(note)
    own_key = f"{key}:milestone"
    async with desk.db.write() as conn:
        known = await events.event_by_key(conn, own_key)
        book = await book_of_assignment(desk, conn, visitor, assignment_id if known is None else known[0])
        if known is not None and isinstance(known[1].body, MilestoneMet):
            assignment_id, body = known[0], known[1].body
        else:
            assignment, _, _ = await own_assignment(conn, book, visitor, assignment_id)
            kept = await usable_files(conn, assignment.locality_id, person, files, assignment_id=assignment.id)
            body = MilestoneMet(milestone, note, kept)
        recorded = await ledger.record(conn, book, assignment_id, body, person_id=person.id, now=now, key=own_key)
        if body.files and not recorded.repeated:
            await stored.attach(conn, body.files, assignment_id, recorded.event.id)
        _, after = leads_of(book, recorded)
        stages = book.terms[recorded.assignment.row_id].milestones
        if not 0 <= body.milestone < len(stages):
            raise BadInput("no_such_milestone")
        subject = subject_of(book, after, recorded.event.at)
        return MilestoneReceipt(recorded, body, stages[body.milestone], subject)
