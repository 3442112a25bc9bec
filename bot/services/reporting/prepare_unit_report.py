"""What a person must see before a whole unit's report is sent: the duty, what was sent, what stands against it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.people import Membership
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Duty, UnitReport
from bot.services.core.board import leads
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import require_reader
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.services.reporting.unit_duties import unit_duty, units_asked
from bot.storage.engine.database import Connection
from bot.storage.records import unit_reports


@dataclass(frozen=True, slots=True)
class UnitReportTarget:
    """Which report is meant: a unit of a locality, what it is asked, and for which period."""

    locality_id: int
    unit_id: int
    ask: str
    period: str


@dataclass(frozen=True, slots=True)
class UnitProspect:
    """A report about to be sent. ``sent`` are those of the same duty that stand, the oldest first.

    ``refusal`` is why none is taken now; ``files`` are those given for it.
    """

    target: UnitReportTarget
    plan_id: int
    locality: str
    unit: str
    duty: Duty
    day: date
    sent: tuple[UnitReport, ...]
    refusal: TransitionRefused | None
    files: tuple[GivenFile, ...] = ()

    @property
    def mark(self) -> int:
        """The newest report that stands, to see later whether another has come."""
        return self.sent[-1].id if self.sent else 0

    @property
    def is_late(self) -> bool:
        """Whether a report of today is late."""
        return self.day > self.duty.due


async def look(
    desk: Desk, visitor: Visitor, *, target: UnitReportTarget, file_ids: Collection[int] = (), now: datetime
) -> UnitProspect:
    """The duty as it stands for the person's own unit.

    Raises NotFound for what the plan does not ask, NotAllowed for a report of another unit.
    """
    async with desk.db.read() as conn:
        return await look_in(conn, desk, visitor, target=target, file_ids=file_ids, now=now)


async def look_in(
    conn: Connection,
    desk: Desk,
    visitor: Visitor,
    *,
    target: UnitReportTarget,
    file_ids: Collection[int] = (),
    now: datetime,
) -> UnitProspect:
    """As `look`, on a connection that is open."""
    require_person(visitor)
    require_reader(visitor, target.locality_id)
    book = await desk.books.of(conn, target.locality_id)
    duty = unit_duty(book, target.ask, target.period)
    if duty is None or book.plan is None or target.unit_id not in book.units:
        raise NotFound("not_found")
    if not may_send(visitor.memberships, book, duty, target.unit_id):
        raise NotAllowed("unit_report_of_others", unit=book.unit_name(target.unit_id))
    return UnitProspect(
        target=target,
        plan_id=book.plan.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        unit=book.unit_name(target.unit_id),
        duty=duty,
        day=book.today(now),
        sent=await unit_reports.of_duty(conn, book.plan.id, target.unit_id, duty.ask, duty.period),
        refusal=await _refusal(conn, book, duty, target.unit_id, book.today(now)),
        files=await given_files(conn, book, file_ids) if file_ids else (),
    )


def may_send(memberships: Collection[Membership], book: Book, duty: Duty, unit_id: int) -> bool:
    """Whether the person sends this report: an officer or head for the own unit, the office for itself."""
    if duty.ask is Ask.UPWARD:
        return unit_id == book.locality.standing_office_id and people.is_office(memberships, book.locality.id)
    return people.may_report(memberships, book.locality.id, unit_id)


async def _refusal(conn: Connection, book: Book, duty: Duty, unit_id: int, day: date) -> TransitionRefused | None:
    if day < duty.opens:
        return TransitionRefused("unit_report_not_open", day=duty.opens)
    if day > duty.closes:
        return TransitionRefused("unit_report_closed", day=duty.closes)
    own = () if duty.ask is Ask.UPWARD else await leads(conn, book, day, unit_ids=(unit_id,))
    if unit_id not in units_asked(duty, own, book):
        return TransitionRefused("unit_report_not_asked", unit=book.unit_name(unit_id))
    return None
