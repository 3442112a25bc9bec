"""What a person must see before a report is sent, and what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.evidence import Evidence
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Duty
from bot.domain.work.lifecycle import needs_reason
from bot.domain.work.progress import FULL
from bot.services.core.board import lead_on
from bot.services.core.book import require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import standing_for
from bot.services.reporting.attach_evidence import GivenFile, earlier_files, given_files
from bot.services.reporting.list_work import Subject, subject_of
from bot.services.reporting.report_progress import (
    Amount,
    duty_closed,
    duty_served,
    mark_of,
    require_lead,
    require_running,
)
from bot.storage.engine.database import Connection


@dataclass(frozen=True, slots=True)
class Prospect:
    """An assignment about to be reported on. ``mark`` is where it stands, to see later whether it has moved.

    ``duty`` is what a report now would serve, and whether late; ``closed`` the period that it still owes and that has
    closed; ``files`` are those given for this report, ``earlier`` those that earlier reports of the assignment carry.
    """

    subject: Subject
    mark: str
    duty: tuple[Duty, bool] | None
    files: tuple[GivenFile, ...]
    earlier: tuple[Evidence, ...]
    closed: Duty | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A report as it would be sent; ``chosen`` are ids of files of earlier reports."""

    prospect: Prospect
    amount: Amount
    unchanged: bool = False
    note: str | None = None
    reason: str | None = None
    chosen: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it says that the work is done."""
        return self.amount.percent >= FULL

    @property
    def file_ids(self) -> tuple[int, ...]:
        """The files it would carry, new ones first."""
        return (*(given.evidence.id for given in self.prospect.files), *self.chosen)

    @property
    def lacks_file(self) -> bool:
        """Whether it is complete without evidence."""
        return self.is_complete and not self.file_ids

    @property
    def is_lower(self) -> bool:
        """Whether it must say why the percent is lower than before."""
        return needs_reason(self.prospect.subject.lead.standing, self.amount.percent)

    @property
    def lacks_reason(self) -> bool:
        """Whether that reason is still to be given."""
        return self.is_lower and not self.reason

    @property
    def is_ready(self) -> bool:
        """Whether it may be sent."""
        return self.prospect.subject.refusal is None and not self.lacks_file and not self.lacks_reason


async def look(
    desk: Desk, visitor: Visitor, *, assignment_id: int, file_ids: tuple[int, ...] = (), now: datetime
) -> Prospect:
    """An assignment of the person's own as it stands now, with the files given for it.

    Raises NotFound and NotAllowed as `report_progress.report` does.
    """
    async with desk.db.read() as conn:
        return await look_in(conn, desk, visitor, assignment_id=assignment_id, file_ids=file_ids, now=now)


async def look_in(
    conn: Connection,
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    file_ids: tuple[int, ...] = (),
    now: datetime,
) -> Prospect:
    """As `look`, on a connection that is open."""
    require_person(visitor)
    assignment, standing = await standing_for(conn, visitor, assignment_id)
    await require_running(conn, assignment)
    book = await desk.books.of_row(conn, assignment.locality_id, assignment.row_id)
    require_in_hand(book)
    row = book.row(assignment.row_id)
    require_lead(book, visitor, row, standing)
    return Prospect(
        subject=subject_of(book, lead_on(book, assignment, standing, book.today(now)), now),
        mark=mark_of(standing),
        duty=duty_served(book, row.id, standing, book.today(now)),
        files=await given_files(conn, book, file_ids) if file_ids else (),
        earlier=await earlier_files(conn, assignment_id),
        closed=duty_closed(book, row.id, standing, book.today(now)),
    )
