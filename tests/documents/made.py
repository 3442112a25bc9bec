"""Documents made for tests, read back with the libraries."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

from bot.documents.make import render
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.deadlines import read_time_limit
from bot.domain.plan.duties import PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import Plan, Row, RowKind, UnitKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.events import Body
from bot.domain.work.lifecycle import Terms, begin
from bot.domain.work.progress import Comparator, Target
from bot.services.core import ledger
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.results.make_document import DocumentFormat
from bot.services.results.period_report import PeriodReport, period_report, require_period
from bot.storage.records import events, people, plans

ISSUED = date(2026, 3, 1)
HEADS_OF_CLASSES = ["Phân loại", "Số nhiệm vụ", "Tỷ lệ (%)"]


def at(day: str, clock: str = "08:00:00") -> datetime:
    """An instant of the locality."""
    return datetime.fromisoformat(f"{day}T{clock}+07:00")


@dataclass
class Place:
    """A locality with a few rows and someone of its committee."""

    desk: Desk
    id: int
    reader: Visitor

    async def book(self) -> Book:
        """Its book."""
        async with self.desk.db.read() as conn:
            return await self.desk.books.of(conn, self.id)

    async def report(self, period: str, now: datetime, known: datetime | None = None) -> PeriodReport:
        """The report of a period."""
        return await period_report(self.desk, self.id, require_period(period), now=now, at=known)

    async def tell(self, code: str, when: datetime, body: Body, *, lead: int = 0) -> int:
        """The number of an event of one of the leads of a row."""
        async with self.desk.db.write() as conn:
            book = await self.desk.books.of(conn, self.id)
            held = await events.assignments_of_row(conn, book.by_code[code].id)
            one = [each for each in held if each.role is UnitRole.LEAD][lead]
            key = f"test:{code}:{lead}:{when.isoformat()}:{body.kind}"
            recorded = await ledger.record(conn, book, one.id, body, person_id=None, now=when, key=key)
            return recorded.event.id


SHARE = Target("≥ 80%", "%", Comparator.AT_LEAST, (Decimal(80),))
RANK = Target("hạng 10", "", Comparator.RANK, (Decimal(10),))
Printed = tuple[str, str | None, Target | None, tuple[int, ...]]
"""Code, printed limit, target, the places of the units that lead it."""
ROWS: tuple[Printed, ...] = (
    ("NV01", "Quý II/2026", None, (1,)),
    ("NV02", "Quý III/2026", None, (2,)),
    ("NV03", "30/4/2026", None, (1, 2)),
    ("NV04", "Thường xuyên", None, (0,)),
    ("NV05", "Theo lộ trình của Tỉnh", None, (2,)),
    (
        "NV06",
        "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026",
        None,
        (0,),
    ),
    ("CT01", None, SHARE, (1,)),
    ("CT02", None, RANK, (0,)),
)


async def a_place(
    desk: Desk,
    *,
    office: str = "Phòng Văn hóa - Xã hội",
    issuer: str = "UBND phường Ba Ngòi",
    name_of_row: str = "Nhiệm vụ",
    unit: str = "Công an phường",
    reporting: ReportingRules | None = None,
    rows: Sequence[Printed] = ROWS,
) -> Place:
    """A ward whose plan is in use since its issue on 1 March 2026; an officer has joined each unit."""
    async with desk.db.write() as conn:
        rules = reporting or ReportingRules(units=(PeriodRule(PeriodKind.QUARTER),))
        head = {"slug": "ba-ngoi", "name": "Ba Ngòi", "kind": "phường", "province": "Khánh Hòa"}
        place = await plans.save_locality(conn, **head, reporting=rules)
        names = ((office, UnitKind.DIVISION), (unit, UnitKind.POLICE), ("Trạm Y tế", UnitKind.HEALTH))
        units = [
            await plans.save_unit(conn, place, each, kind, [(each, fold(each))], number)
            for number, (each, kind) in enumerate(names)
        ]
        await plans.set_standing_office(conn, place, units[0])
        title = "Triển khai Nghị quyết số 57-NQ/TW năm 2026"
        printed = Plan(0, place, 2026, "09/KH-UBND", title, issuer, ISSUED, issued_on_as_printed="01/3/2026")
        plan = await plans.save_plan(conn, printed, breaks_off=None, loaded_at=at("2026-03-01"))
        await plans.set_in_use(conn, plan, ISSUED)
        for position, (code, printed, target, leads) in enumerate(rows):
            kind = RowKind.TASK if target is None else RowKind.INDICATOR
            limit = read_time_limit(printed, year=2026, issued_on=ISSUED)
            group = None if target else f"{'I' if position < 3 else 'II'}. Nhóm"
            words = f"{name_of_row} {code}"
            row = Row(0, plan, place, code, kind, position, f"I · {position}", words, limit, group=group, target=target)
            row = replace(row, id=await plans.save_row(conn, row, folded=fold(words)))
            for number in leads:
                standing = begin(Terms(kind, limit, 2026, target), units[number])
                await events.add_assignment(conn, row, UnitRole.LEAD, standing)
        person = await people.add_person(conn, 7_000_000_001, "Nguyễn Văn An", "vi", at("2026-03-01"))
        await people.add_membership(conn, person.id, place, units[0], Role.COMMITTEE, at("2026-03-01"))
        for number, each in enumerate(units, 2):
            officer = await people.add_person(conn, 7_000_000_000 + number, "Lê Thị Hoa", "vi", at("2026-03-01"))
            await people.add_membership(conn, officer.id, place, each, Role.OFFICER, at("2026-03-01"))
        await plans.bump_version(conn, place)
    async with desk.db.read() as conn:
        reader = await people.visitor(conn, 7_000_000_001, 7_000_000_001)
    return Place(desk, place, reader)


def docx_of(report: PeriodReport) -> Any:
    """The report, read back with python-docx."""
    return Document(io.BytesIO(render(report, DocumentFormat.DOCX, "vi")))


def xlsx_of(report: PeriodReport) -> Any:
    """The workbook, read back with openpyxl."""
    return load_workbook(io.BytesIO(render(report, DocumentFormat.XLSX, "vi")))


def tables_of(document: Any) -> dict[str, list[list[str]]]:
    """The tables with borders by the text of their first two heads, each as rows of texts without the head."""
    found = {}
    for table in document.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if len(rows[0]) > 2:
            found[" | ".join(rows[0][:2])] = rows[1:]
    return found


def text_of(document: Any) -> str:
    """All paragraphs outside of tables."""
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def lines_of(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet of the workbook by their heads."""
    heads = [cell.value for cell in sheet[4]]
    return [
        dict(zip(heads, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=5, max_col=len(heads))
    ]


def write(folder: Path, report: PeriodReport) -> None:
    """All three documents, to be looked at."""
    for each in DocumentFormat:
        (folder / f"report.{each.value}").write_bytes(render(report, each, "vi"))
