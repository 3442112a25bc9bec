"""The report for signature loses no open work: each task stands in it once (docs/decisions/0010)."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.work.events import Appraisal, Closing, Extension, Report
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.results.period_report import PeriodReport
from bot.storage.engine.database import Database, migrate
from bot.storage.records.files import FileStore
from tests.documents.made import Place, a_place, at, docx_of, text_of

LIMITS = (
    "10/4/2026",
    "24/6/2026",
    "25/6/2026",
    "30/6/2026",
    "01/7/2026",
    "Quý III/2026",
    "31/12/2026",
    "Năm 2026",
    "Thường xuyên",
    "Theo lộ trình của Tỉnh",
    "Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026",
)
DEEDS = ("nothing", "reported", "sent", "accepted", "closed", "extended")
TASK = st.tuples(st.sampled_from(LIMITS), st.lists(st.sampled_from(DEEDS), min_size=1, max_size=3))
DAYS = {
    "2026-03-02": "2026-Q1",
    "2026-06-24": "2026-Q2",
    "2026-06-30": "2026-Q2",
    "2026-07-01": "2026-Q2",
    "2026-12-31": "2026-Q4",
    "2027-01-01": "2026-Q4",
}
"""When a report is made, and of which period: also on the plan's second day and on both sides of its end."""
ENDS = {"2026-Q1": ("2026-03-31", "2026-06-30"), "2026-Q2": ("2026-06-30", "2026-09-30")}
ENDS["2026-Q4"] = ("2026-12-31", "2027-03-31")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open-work")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, migrate(f"sqlite+aiosqlite:///{folder / 'tiendo.db'}")).result()
    return folder


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(TASK, max_size=12), st.sampled_from(list(DAYS)))
def test_each_open_task_stands_in_the_report_exactly_once(
    template: Path, tasks: list[tuple[str, list[str]]], day: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        with ThreadPoolExecutor(1) as pool:
            report = pool.submit(asyncio.run, _made(Path(folder), tasks, day)).result()
    told, document = _told(docx_of(report)), text_of(docx_of(report))
    assert told == Counter(_expected(report, date.fromisoformat(day), DAYS[day])), document


async def _made(folder: Path, tasks: list[tuple[str, list[str]]], day: str) -> PeriodReport:
    db = await Database.open(f"sqlite+aiosqlite:///{folder / 'tiendo.db'}", durable=False)
    try:
        rows = tuple((f"NV{n:02d}", limit, None, tuple(range(len(deeds)))) for n, (limit, deeds) in enumerate(tasks, 1))
        place = await a_place(Desk(db=db, files=FileStore(folder), books=Books()), rows=rows)
        for (code, _, _, _), (_, deeds) in zip(rows, tasks, strict=True):
            for lead, deed in enumerate(deeds):
                await _done(place, code, lead, deed)
        return await place.report(DAYS[day], at(day, "10:00:00"))
    finally:
        await db.close()


async def _done(place: Place, code: str, lead: int, deed: str) -> None:
    if deed == "closed":
        await place.tell(code, at("2026-03-01"), Closing("cấp trên rút"), lead=lead)
    if deed == "extended":
        await place.tell(code, at("2026-03-01"), Extension(date(2026, 8, 31), "lùi hạn"), lead=lead)
    if deed == "reported":
        await place.tell(code, at("2026-03-01"), Report(Decimal(30), note="đang làm"), lead=lead)
    if deed in ("sent", "accepted"):
        number = await place.tell(code, at("2026-03-01"), Report(Decimal(100), files=(1,)), lead=lead)
        if deed == "accepted":
            await place.tell(code, at("2026-03-01", "09:00:00"), Appraisal(number, True), lead=lead)


def _told(document: Any) -> Counter[tuple[str, str]]:
    """The tasks of the last section, each with where it stands."""
    found: list[tuple[str, str]] = []
    words = text_of(document)
    for key, sentence in (("overdue", r"đã quá hạn: (.+)\."), ("awaiting", r"đã báo cáo hoàn thành: (.+)\.")):
        for codes in re.findall(sentence, words):
            found += [(code, key) for code in codes.split(", ")]
    keys = [key for key, sentence in _BEFORE_TABLES if sentence in words]
    tables = [
        table for table in document.tables if table.rows[0].cells[-1].text == "Tỷ lệ (%)" and len(table.columns) == 5
    ]
    for key, table in zip(keys, tables, strict=True):
        lines = [[cell.text for cell in row.cells] for row in table.rows[1:]]
        found += [(line[0], key) for line in lines if "(mốc: " not in line[1]]
    return Counter(found)


_BEFORE_TABLES = (("in_period", "nội dung còn lại đến hạn trong"), ("next", "Hoàn thành đúng thời hạn"))


def _expected(report: PeriodReport, day: date, period: str) -> list[tuple[str, str]]:
    """The same from the limits, by the words of docs/decisions/0010."""
    last, after = (date.fromisoformat(each) for each in ENDS[period])
    found = []
    for row in report.tasks:
        states = [lead.standing.state.value for lead in row.shown.leads]
        with_unit = [
            lead.standing.due_on or date.max
            for lead in row.shown.leads
            if lead.standing.state.value in ("not_reported", "in_progress", "returned")
        ]
        if not with_unit:
            found += [(row.shown.row.code, "awaiting")] if "awaiting_appraisal" in states else []
        elif min(with_unit) < day:
            found.append((row.shown.row.code, "overdue"))
        elif min(with_unit) <= after:
            found.append((row.shown.row.code, "in_period" if min(with_unit) <= last else "next"))
    return found
