"""One row in full: limits, colour and why, reports, units, files (docs/rules/chat.md#commands)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotFound
from bot.domain.people import people
from bot.domain.people.difficulties import Difficulty
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Membership
from bot.domain.people.visitor import Visitor
from bot.domain.plan.codes import read_row_code, same_code
from bot.domain.plan.plan import Row, UnitRole
from bot.domain.work.alerts import RowVerdict
from bot.domain.work.events import Appraisal, Event, Report, Withdrawal
from bot.domain.work.lifecycle import State
from bot.services.core.board import BoardRow, Lead, leads, rows_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import assignment_for, book_of_row, decides, members_of
from bot.services.core.office import directory_of
from bot.services.difficulties.see_difficulties import newest_of_row
from bot.services.plan.doubtful_rows import LEAD_BY_DEFAULT
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.services.rows.row_changes import Changes, changes_of
from bot.storage.engine.database import Connection
from bot.storage.records import events, files

LATEST = 3


@dataclass(frozen=True, slots=True)
class LeadShown:
    """A lead unit of the row and what the reader may do with its part; ``may_change``: change it, or ask for that."""

    lead: Lead
    unit: str
    may_report: bool
    may_raise: bool
    may_reopen: bool
    may_change: bool
    may_see_files: bool


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report as the card tells it. ``judged`` is its appraisal, where it has one."""

    report: Report
    unit: str
    day: date
    withdrawn: bool
    judged: Appraisal | None


@dataclass(frozen=True, slots=True)
class PrintedLead:
    """What the plan prints where it does not name just who leads; ``text`` is none where it prints nobody.

    ``is_proposed``: which units are meant is our proposal, until the office confirms it.
    """

    text: str | None
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row with everything its card tells. ``files`` counts those the reader may open.

    ``code`` has the year where the plan is not the one in hand; ``is_over``: a newer one is in use.
    """

    locality_id: int
    locality: str
    year: int
    day: date
    row: Row
    code: str
    leads: tuple[LeadShown, ...]
    verdict: RowVerdict
    reports: tuple[ReportShown, ...]
    changes: Changes
    coordinating: tuple[str, ...]
    tracking: tuple[str, ...]
    files: int
    in_use: bool
    is_over: bool
    elsewhere: bool
    """Whether the row belongs to another locality than the reader's current one."""
    difficulties: tuple[Difficulty, ...] = ()
    """The first of those that are not settled; ``difficulties_in_all`` counts the settled ones too."""
    difficulties_in_all: int = 0
    printed_lead: PrintedLead | None = None

    @property
    def board_row(self) -> BoardRow:
        """The row as lists show it."""
        return BoardRow(self.row, tuple(shown.lead for shown in self.leads), self.verdict)


@dataclass(frozen=True, slots=True)
class Match:
    """A row that goes by the code asked for."""

    row: Row
    locality: str


@dataclass(frozen=True, slots=True)
class RowFiles:
    """The files of a row that the reader may open, the newest first."""

    row: Row
    files: tuple[GivenFile, ...]
    taken_back: frozenset[int]
    """Ids of evidence carried only by a report that was withdrawn."""


@dataclass(frozen=True, slots=True)
class RowChanges:
    """All that was changed of a row. ``several``: more than one unit leads it."""

    row: Row
    code: str
    several: bool
    changes: Changes


async def find(desk: Desk, visitor: Visitor, *, code: str) -> tuple[Match, ...]:
    """The rows under a code in every locality the person belongs to, the current one first.

    Of the plan in hand, or of that of the year the code names. Raises NotFound where none of these has the code.
    """
    require_person(visitor)
    asked = read_row_code(code)
    found: list[Match] = []
    if asked is not None:
        async with desk.db.read() as conn:
            for locality_id in dict.fromkeys(
                [current_locality_id(visitor), *(m.locality_id for m in visitor.memberships)]
            ):
                book = await desk.books.of(conn, locality_id, asked.year)
                place = f"{book.locality.kind} {book.locality.name}"
                found += [Match(row, place) for row in book.rows.values() if same_code(row.code, code)]
    if not found:
        raise NotFound("no_such_code", code=code.strip()[:20])
    return tuple(found)


async def show(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> RowCard:
    """The card of a row. Raises NotFound for a row that is not of a locality the person belongs to."""
    person = require_person(visitor)
    async with desk.db.read() as conn:
        book = await book_of_row(desk, conn, visitor, row_id)
        day = book.today(now)
        own = [lead for lead in await leads(conn, book, day) if lead.row.id == row_id]
        if not own or book.plan is None:
            raise NotFound("not_found")
        everyone = await members_of(conn, book)
        held = await events.assignments_of_row(conn, row_id)
        happened = {lead.assignment.id: await events.events_of(conn, lead.assignment.id) for lead in own}
        shown = tuple(_shown(book, visitor, person.id, everyone, lead, day) for lead in own)
        difficulties, in_all = await newest_of_row(conn, row_id, LATEST)
        changes = await changes_of(conn, book, book.row(row_id), own, happened, day)
        counted = [await _attached(conn, each.lead) for each in shown if each.may_see_files]
    names = {lead.assignment.id: book.unit_name(lead.standing.unit_id) for lead in own}
    in_use_on = book.plan.in_use_on
    return RowCard(
        locality_id=book.locality.id,
        locality=f"{book.locality.kind} {book.locality.name}",
        year=book.plan.year,
        day=day,
        row=book.row(row_id),
        code=book.code_of(book.row(row_id)),
        leads=shown,
        verdict=rows_of(own)[0].verdict,
        reports=_latest_reports(book, happened, names),
        changes=changes,
        coordinating=_units(book, (a.unit_id for a in held if a.role is UnitRole.COORDINATE)),
        tracking=_units(book, (a.unit_id for a in held if a.role is UnitRole.TRACK)),
        files=sum(len(each) for each in counted),
        in_use=in_use_on is not None and in_use_on <= day,
        is_over=book.is_over,
        elsewhere=book.locality.id != current_locality_id(visitor),
        difficulties=tuple(difficulties),
        difficulties_in_all=in_all,
        printed_lead=_printed_lead(book, book.row(row_id), own),
    )


def _printed_lead(book: Book, row: Row, own: Iterable[Lead]) -> PrintedLead | None:
    proposed = any(lead.assignment.proposed for lead in own)
    leading = {lead.standing.unit_id for lead in own}
    if row.lead_as_printed is None:
        is_default = LEAD_BY_DEFAULT in row.doubts and leading == {book.locality.standing_office_id}
        return PrintedLead(None, is_proposed=True) if is_default else None
    named = directory_of(book).resolve(row.lead_as_printed)
    is_plain = set(named.units) == {book.unit_name(unit) for unit in leading} and not (named.groups or named.unknown)
    return None if is_plain and not proposed else PrintedLead(row.lead_as_printed, proposed)


async def row_of_assignment(desk: Desk, visitor: Visitor, assignment_id: int) -> int:
    """The row an assignment belongs to. Raises NotFound where it is not of a locality the person belongs to."""
    require_person(visitor)
    async with desk.db.read() as conn:
        return (await assignment_for(conn, visitor, assignment_id)).row_id


async def show_changes(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> RowChanges:
    """All that was changed of a row. Raises NotFound for a row that is not of a locality the person belongs to."""
    require_person(visitor)
    async with desk.db.read() as conn:
        book = await book_of_row(desk, conn, visitor, row_id)
        own = [lead for lead in await leads(conn, book, book.today(now)) if lead.row.id == row_id]
        row = book.row(row_id)
        happened = {lead.assignment.id: await events.events_of(conn, lead.assignment.id) for lead in own}
        changes = await changes_of(conn, book, row, own, happened, book.today(now))
        return RowChanges(row, book.code_of(row), len(own) > 1, changes)


async def show_files(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> RowFiles:
    """The files that reports of the row carry, of the units whose files the person may see.

    Raises NotFound for a row of another locality, or where there is no file the person may see.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        book = await book_of_row(desk, conn, visitor, row_id)
        own = [lead for lead in await leads(conn, book, book.today(now)) if lead.row.id == row_id]
        allowed = [lead for lead in own if _may_see(visitor, book, lead)]
        ids = [each.id for lead in allowed for each in await _attached(conn, lead)]
        if not ids:
            raise NotFound("no_files")
        found = await given_files(conn, book, sorted(ids, reverse=True), together=False)
        taken = {
            event.body.report_id
            for lead in allowed
            for event in await events.events_of(conn, lead.assignment.id)
            if isinstance(event.body, Withdrawal)
        }
    back = frozenset(given.evidence.id for given in found if given.evidence.event_id in taken)
    return RowFiles(book.row(row_id), found, back)


def _shown(
    book: Book, visitor: Visitor, person_id: int, everyone: Collection[Membership], lead: Lead, day: date
) -> LeadShown:
    unit_id, locality = lead.standing.unit_id, book.locality
    may_report = book.is_in_hand and people.may_report(visitor.memberships, locality.id, unit_id)
    may_decide = decides(person_id, everyone, book, unit_id)
    return LeadShown(
        lead=lead,
        unit=book.unit_name(unit_id),
        may_report=may_report,
        may_raise=may_report and lead.is_open and book.plan is not None and book.plan.is_watched_on(day),
        may_reopen=may_decide and not book.is_over and lead.standing.state in (State.COMPLETED, State.CLOSED),
        may_change=(may_decide or may_report) and lead.is_open and not (book.is_over or book.is_frozen_on(day)),
        may_see_files=_may_see(visitor, book, lead),
    )


def _may_see(visitor: Visitor, book: Book, lead: Lead) -> bool:
    return people.may_see_evidence(visitor.memberships, book.locality.id, (lead.standing.unit_id,))


async def _attached(conn: Connection, lead: Lead) -> list[Evidence]:
    return [each for each in await files.evidence_of(conn, lead.assignment.id) if each.event_id is not None]


def _units(book: Book, unit_ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(book.unit_name(unit_id) for unit_id in dict.fromkeys(unit_ids) if unit_id in book.units)


def _latest_reports(
    book: Book, happened: dict[int, tuple[Event, ...]], names: dict[int, str]
) -> tuple[ReportShown, ...]:
    found: list[tuple[int, ReportShown]] = []
    for assignment_id, past in happened.items():
        withdrawn = {event.body.report_id for event in past if isinstance(event.body, Withdrawal)}
        judged = {event.body.report_id: event.body for event in past if isinstance(event.body, Appraisal)}
        for event in past:
            if isinstance(event.body, Report):
                day, taken = book.today(event.at), event.id in withdrawn
                shown = ReportShown(event.body, names[assignment_id], day, taken, judged.get(event.id))
                found.append((event.id, shown))
    return tuple(shown for _, shown in sorted(found, key=lambda each: each[0], reverse=True)[:LATEST])
