"""The walk through a period: what the person's units still owe now, and all that was said of it sent in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.errors import DatabaseBusy, DatabaseFull, NotAllowed, TienDoError
from bot.domain.people import people
from bot.domain.people.people import Membership
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Duty
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Share
from bot.services.core.board import Lead, leads, urgency
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.periods.period_state import duties_asked, owes
from bot.services.reporting.list_work import Subject, subject_of
from bot.services.reporting.prepare_unit_report import UnitReportTarget, may_send
from bot.services.reporting.report_progress import Moved, Receipt, SaidProgress, mark_of, report
from bot.services.reporting.unit_duties import units_owing
from bot.storage.engine.database import Connection
from bot.storage.records import period_marks, unit_reports

_DONE = {State.CLOSED: "walk_closed", State.AWAITING: "walk_done", State.COMPLETED: "walk_done"}


@dataclass(frozen=True, slots=True)
class Owed:
    """What the person's units still owe: of ``duty``, the first that is open and not met, the rows in question.

    ``as_units`` is what they owe as whole units, each with its name; ``next_opens`` the next period that opens. Where
    none is open, ``missed`` is the one that closed last, if it closed without reports of theirs, and how many.
    """

    locality_id: int
    locality: str
    day: date
    units: tuple[str, ...]
    duty: Duty | None
    subjects: tuple[Subject, ...]
    as_units: tuple[tuple[UnitReportTarget, Duty, str], ...]
    next_opens: Duty | None
    missed: tuple[Duty, int] | None


@dataclass(frozen=True, slots=True)
class SaidOfRow:
    """What was said of one row. ``seen`` marks where it stood then."""

    assignment_id: int
    code: str
    seen: str
    unchanged: bool = False
    nothing_new: bool = False
    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    note: str | None = None
    reason: str | None = None
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SentAll:
    """What came of sending: the receipts, and by code why others could not be sent any more."""

    receipts: tuple[Receipt, ...]
    refused: tuple[tuple[str, TienDoError], ...]


async def owed_now(conn: Connection, book: Book, visitor: Visitor, now: datetime) -> Owed:
    """What the person's units owe in the plan in hand. Raises NotAllowed for one who reports for none."""
    units = people.reporting_units(visitor.memberships, book.locality.id)
    if not units:
        raise NotAllowed("no_reporting_unit")
    day = book.today(now)
    own = await leads(conn, book, day, unit_ids=units)
    asked = [duty for duty in duties_asked(book) if duty.ask is Ask.PROGRESS]
    open_now = [duty for duty in asked if duty.opens <= day <= duty.closes]
    duty, found = _first_owed(open_now, own, book)
    ahead = [each for each in asked if each.opens > day]
    return Owed(
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        day=day,
        units=tuple(book.unit_name(unit_id) for unit_id in sorted(units)),
        duty=duty,
        subjects=tuple(subject_of(book, lead, now) for lead in sorted(found, key=urgency)),
        as_units=await _as_units(conn, book, own, visitor.memberships, day),
        next_opens=ahead[0] if ahead else None,
        missed=None if open_now else _missed([each for each in asked if each.closes < day], own, book),
    )


def _first_owed(duties: Iterable[Duty], own: Sequence[Lead], book: Book) -> tuple[Duty | None, list[Lead]]:
    last: Duty | None = None
    for duty in duties:
        owing = [lead for lead in own if owes(lead, duty, book)]
        if owing:
            return duty, owing
        last = last or duty
    return last, []


def _missed(closed: Sequence[Duty], own: Sequence[Lead], book: Book) -> tuple[Duty, int] | None:
    owing = sum(owes(lead, closed[-1], book) for lead in own) if closed else 0
    return (closed[-1], owing) if owing else None


async def _as_units(
    conn: Connection, book: Book, own: Sequence[Lead], memberships: Collection[Membership], day: date
) -> tuple[tuple[UnitReportTarget, Duty, str], ...]:
    open_now = [duty for duty in book.unit_duties if duty.opens <= day <= duty.closes]
    if not open_now or book.plan is None:
        return ()
    met = await unit_reports.met(conn, book.plan.id)
    return tuple(
        (UnitReportTarget(book.locality.id, unit_id, duty.ask.value, duty.period), duty, book.unit_name(unit_id))
        for duty in open_now
        for unit_id in units_owing(duty, own, book, met)
        if may_send(memberships, book, duty, unit_id)
    )


async def standing_of(
    conn: Connection, book: Book, visitor: Visitor, assignment_ids: Collection[int], day: date
) -> dict[int, Lead]:
    """Where assignments stand now, whichever unit has them; those taken away are not in it."""
    units = people.reporting_units(visitor.memberships, book.locality.id)
    own = {lead.assignment.id: lead for lead in await leads(conn, book, day, unit_ids=units)}
    if not set(assignment_ids) <= set(own):
        own = {lead.assignment.id: lead for lead in await leads(conn, book, day)}
    return {each: own[each] for each in assignment_ids if each in own}


def obstacle(lead: Lead | None, seen: str, duty: Duty, units: Collection[int]) -> str | None:
    """The key of what has become of a row since it was shown, so that it takes no report in the walk; none: nothing."""
    if lead is None:
        return "walk_gone"
    if lead.standing.unit_id not in units:
        return "walk_handed_on"
    if lead.standing.state in _DONE:
        return _DONE[lead.standing.state]
    if duty.period in lead.standing.served:
        return "walk_reported"
    return "walk_moved" if seen != mark_of(lead.standing) else None


def own_key(key: str, assignment_id: int) -> str:
    """The key under which the report of one row is sent."""
    return f"{key}.{assignment_id}"


async def sent_already(conn: Connection, key: str, assignment_ids: Iterable[int]) -> frozenset[int]:
    """The rows whose reports this very update has sent: it comes a second time."""
    keys = {f"{own_key(key, each)}:report": each for each in assignment_ids}
    return frozenset(keys[each] for each in await period_marks.known_keys(conn, keys))


async def send_all(desk: Desk, visitor: Visitor, said: Sequence[SaidOfRow], *, now: datetime, key: str) -> SentAll:
    """The receipts of all that was said, each recorded once under ``key``; one that cannot be sent stops no other."""
    receipts: list[Receipt] = []
    refused: list[tuple[str, TienDoError]] = []
    for each in said:
        try:
            receipts.append(await _send(desk, visitor, each, now, key))
        except (DatabaseBusy, DatabaseFull):
            raise
        except Moved:
            refused.append((each.code, TienDoError("walk_moved")))
        except TienDoError as problem:
            refused.append((each.code, problem))
    return SentAll(tuple(receipts), tuple(refused))


async def _send(desk: Desk, visitor: Visitor, said: SaidOfRow, now: datetime, key: str) -> Receipt:
    progress = SaidProgress(
        percent=said.percent,
        value=said.value if said.share is None else None,
        share=said.share,
        unchanged=said.unchanged,
        nothing_new=said.nothing_new,
        note=said.note,
        reason=said.reason,
        files=said.files,
    )
    own, about = own_key(key, said.assignment_id), said.assignment_id
    return await report(desk, visitor, assignment_id=about, said=progress, seen=said.seen, now=now, key=own)


async def parked(desk: Desk, visitor: Visitor, locality_id: int) -> dict[str, Any] | None:
    """What the person has said of a period and left half way."""
    if visitor.person is None:
        return None
    async with desk.db.read() as conn:
        return await period_marks.parked(conn, visitor.person.id, locality_id)


async def park(desk: Desk, visitor: Visitor, *, locality_id: int, said: dict[str, Any], now: datetime) -> None:
    """Keep what the person has said of a period until it is gone on with."""
    if visitor.person is not None:
        async with desk.db.write() as conn:
            await period_marks.park(conn, visitor.person.id, locality_id, said, now)


async def forget(desk: Desk, visitor: Visitor, locality_id: int) -> None:
    """Drop what the person had left half way."""
    if visitor.person is not None:
        async with desk.db.write() as conn:
            await period_marks.forget(conn, visitor.person.id, locality_id)
