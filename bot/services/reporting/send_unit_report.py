"""Send what a whole unit owes: a summary of a period, the office's report upward, a document asked for once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotAllowed, TienDoError
from bot.domain.people import people
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, UnitReport
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import readable
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.services.reporting.carry_files import usable_files
from bot.services.reporting.prepare_unit_report import UnitProspect, UnitReportTarget, look_in
from bot.services.reporting.report_progress import clean
from bot.storage.engine.database import Connection
from bot.storage.records import audit, unit_reports
from bot.storage.records import files as stored


class UnitReportMoved(TienDoError):
    """Somebody else of the unit has sent this report since the person saw the card; nothing was recorded."""

    def __init__(self) -> None:
        super().__init__("unit_report_moved")


@dataclass(frozen=True, slots=True)
class UnitReceipt:
    """A report that stands, with the duty as it was before it; ``files`` counts those it carries."""

    report: UnitReport
    before: UnitProspect
    files: int


@dataclass(frozen=True, slots=True)
class UnitReportFiles:
    """A report of a unit as those read it who may see its files."""

    report: UnitReport
    unit: str
    files: tuple[GivenFile, ...]


@dataclass(frozen=True, slots=True)
class SaidOfUnit:
    """What a person sends for a whole unit: words, files (ids of evidence), or that nothing came up."""

    note: str | None = None
    nothing_new: bool = False
    files: Collection[int] = ()

    def cleaned(self, ask: Ask) -> SaidOfUnit:
        """As it is recorded: beside words or files "Không phát sinh" is dropped, as there is something to report.

        Raises BadInput for words that are too long.
        """
        note = clean(self.note)
        nothing_new = self.nothing_new and ask is Ask.SUMMARY and not note and not self.files
        return SaidOfUnit(note, nothing_new, self.files)


async def send(
    desk: Desk,
    visitor: Visitor,
    *,
    target: UnitReportTarget,
    said: SaidOfUnit,
    seen: int | None = None,
    now: datetime,
    key: str,
) -> UnitReceipt:
    """The receipt of a report, recorded once under ``key``.

    ``seen`` is the `UnitProspect.mark` the person decided on. Raises NotAllowed for a report of another unit,
    UnitReportMoved where another has come since, TransitionRefused where none is taken now, BadInput where it says
    nothing or lacks its file.
    """
    person = require_person(visitor)
    own_key = _key(key)
    async with desk.db.write() as conn:
        known = await unit_reports.by_key(conn, own_key)
        await unit_reports.hold(conn, target.locality_id)
        before = await look_in(conn, desk, visitor, target=target, now=now)
        if known is None:
            if before.refusal is not None:
                raise before.refusal
            if seen is not None and seen != before.mark:
                raise UnitReportMoved
            known = await _record(conn, before, person, said.cleaned(before.duty.ask), now, own_key)
        carried = await stored.evidence_of_unit_report(conn, known.id)
    return UnitReceipt(known, before, len(carried))


def lacking(ask: Ask, *, note: str | None, nothing_new: bool, files: Collection[int]) -> str | None:
    """The key of what a report still lacks; none where it may be sent."""
    if ask is Ask.ONCE:
        return None if files else "unit_report_file_needed"
    return None if note or files or nothing_new else "unit_report_empty"


async def is_recorded(conn: Connection, key: str) -> bool:
    """Whether a report was recorded under this key already."""
    return await unit_reports.by_key(conn, _key(key)) is not None


async def show_files(desk: Desk, visitor: Visitor, *, report_id: int) -> UnitReportFiles:
    """A report with its files, for its unit and for those who read all.

    Raises NotFound for a report of another locality, NotAllowed for one of another unit.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        report = readable(visitor, await unit_reports.report(conn, report_id))
        if not people.may_see_evidence(visitor.memberships, report.locality_id, (report.unit_id,)):
            raise NotAllowed("no_right")
        book = await desk.books.of(conn, report.locality_id)
        carried = await stored.evidence_of_unit_report(conn, report_id)
        given = await given_files(conn, book, [each.id for each in carried]) if carried else ()
    return UnitReportFiles(report, book.unit_name(report.unit_id), given)


async def _record(
    conn: Connection, before: UnitProspect, person: Person, said: SaidOfUnit, now: datetime, key: str
) -> UnitReport:
    target, duty = before.target, before.duty
    lacks = lacking(duty.ask, note=said.note, nothing_new=said.nothing_new, files=said.files)
    if lacks is not None:
        raise BadInput(lacks)
    kept = await usable_files(conn, target.locality_id, person, said.files)
    sent = UnitReport(
        id=0,
        locality_id=target.locality_id,
        plan_id=before.plan_id,
        unit_id=target.unit_id,
        ask=duty.ask,
        period=duty.period,
        at=now,
        person_id=person.id,
        late=before.is_late,
        nothing_new=said.nothing_new,
        note=said.note,
    )
    report = await unit_reports.add(conn, sent, key)
    await stored.attach_to_unit_report(conn, kept, report.id)
    subject = {"unit_report": report.id, "unit": target.unit_id}
    await audit.append(conn, target.locality_id, now, person.id, "unit_report", subject)
    return report


def _key(key: str) -> str:
    return f"{key}:unit_report"
