"""Figure g: the documents of a locality of 250 rows with twelve periods of history, and who is answered meanwhile."""

from __future__ import annotations

import asyncio
import resource
import statistics
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.domain.people.people import Role
from bot.domain.plan.deadlines import read_time_limit
from bot.domain.plan.duties import PeriodRule, ReportingRules
from bot.domain.plan.periods import PeriodKind, span_of
from bot.domain.plan.plan import Plan, Row, RowKind, UnitKind, UnitRole
from bot.domain.plan.words import fold
from bot.domain.work.events import Report
from bot.domain.work.lifecycle import Terms, apply, begin
from bot.services.core.desk import Desk
from bot.services.results.make_document import DocumentFormat, WantedDocument, make_document
from bot.storage.records import events, people, plans
from bot.storage.records.standings import StoredStanding
from tests.bench.data import FIRST_PERSON, open_desk
from tests.bench.figures import Figure
from tests.bench.machine import spread
from tests.bench.processes import Telegram, real_bot

ROWS, PERIODS, UNITS = 250, 12, 20
MOST_SECONDS, MOST_SLOWER = 5, 2
ASKED = 40
NAME = "Rà soát, chuẩn hóa, làm sạch dữ liệu và kết nối hệ thống thông tin với Cổng Dịch vụ công quốc gia"
YEAR = 2026


def measure_documents(folder: Path, *, runs: int) -> list[Figure]:
    """The figures of g."""
    place = asyncio.run(_filled(folder))
    taken = {format: [asyncio.run(_made(folder, place, format)) for _ in range(runs)] for format in DocumentFormat}
    with Telegram() as telegram:
        telegram.ask("people", ids=[FIRST_PERSON + number for number in range(ASKED)])
        alone, beside = [], []
        with real_bot(telegram, folder):
            _answers(telegram)
            for _ in range(runs):
                alone.append(statistics.median(_answers(telegram)))
                with _Making(folder, place):
                    beside.append(statistics.median(_answers(telegram)))
    ratio = [slow / quick for slow, quick in zip(beside, alone, strict=True)]
    found = [
        Figure(
            f".{each.value} of {ROWS} rows, {PERIODS} periods: seconds",
            f"{spread([wall for wall, _ in times], 1, 2)}, of the processor {spread([cpu for _, cpu in times], 1, 2)}",
            f"≤ {MOST_SECONDS}",
            statistics.median(wall for wall, _ in times) <= MOST_SECONDS,
        )
        for each, times in taken.items()
    ]
    return [
        *found,
        Figure("/viec alone: answered in, ms", spread(alone, 1000, 1)),
        Figure("/viec while documents are made: answered in, ms", spread(beside, 1000, 1)),
        Figure("the same, multiple", spread(ratio, 1, 2), f"≤ {MOST_SLOWER}", statistics.median(ratio) <= MOST_SLOWER),
    ]


def _answers(telegram: Telegram) -> list[float]:
    """Seconds until each of many people had an answer, one after the other: nobody has to wait for the pace."""
    ids = [FIRST_PERSON + number for number in range(ASKED)]
    return [telegram.ask("load", kind="text", count=1, texts=["/viec"], ids=[each])["median"] for each in ids]


class _Making:
    """Documents made one after the other for as long as the block lasts."""

    def __init__(self, folder: Path, place: int) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(folder, place))

    def _run(self, folder: Path, place: int) -> None:
        while not self._over.is_set():
            asyncio.run(_made(folder, place, DocumentFormat.DOCX))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _used() -> float:
    """Seconds of processor time of children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _made(folder: Path, place: int, format: DocumentFormat) -> tuple[float, float]:
    """Seconds a document took, and of the processor."""
    desk = await open_desk(folder)
    try:
        period = span_of(f"{YEAR}")
        assert period is not None
        begun, used = time.perf_counter(), _used()
        now = datetime(YEAR, 12, 31, 10, tzinfo=UTC)
        await make_document(desk, WantedDocument(place, period, "bench"), format=format, language="vi", now=now)
        return time.perf_counter() - begun, _used() - used
    finally:
        await desk.db.close()


async def _filled(folder: Path) -> int:
    """One locality whose units have reported on every row in every month."""
    desk = await open_desk(folder)
    try:
        place = await _locality(desk)
        async with desk.db.read() as conn:
            book = await desk.books.of(conn, place)
            assert book.plan is not None
            held = await events.assignments(conn, book.plan.id)
        async with desk.db.write() as conn:
            for number, each in enumerate(held):
                terms = book.terms[each.row_id]
                standing = begin(terms, each.unit_id)
                for month in range(1, PERIODS + 1):
                    at = datetime(YEAR, month, 10, 2, tzinfo=UTC) + timedelta(minutes=number)
                    percent = Decimal(min(99, (month * (3 + number % 7))))
                    body = Report(percent, note=f"Đã làm xong phần {month}", period=f"{YEAR}-{month:02d}")
                    key = f"bench:{each.id}:{month}"
                    event = await events.insert_event(conn, each.id, place, at, None, body, key)
                    standing = apply(terms, standing, event)
                await events.save_standings(conn, [StoredStanding(each.id, standing, None, (), None, None)])
        return place
    finally:
        await desk.db.close()


async def _locality(desk: Desk) -> int:
    issued, rules = date(YEAR - 1, 12, 20), ReportingRules(units=(PeriodRule(PeriodKind.MONTH),))
    now = datetime(YEAR, 1, 1, 1, tzinfo=UTC)
    async with desk.db.write() as conn:
        head = {"slug": "bench", "name": "Bình Lộc", "kind": "phường", "province": "Đồng Nai"}
        place = await plans.save_locality(conn, **head, reporting=rules)
        names = [f"Phòng Kinh tế, Hạ tầng và Đô thị số {number}" for number in range(UNITS)]
        units = [
            await plans.save_unit(conn, place, name, UnitKind.DIVISION, [(name, fold(name))], number)
            for number, name in enumerate(names)
        ]
        await plans.set_standing_office(conn, place, units[0])
        printed = Plan(
            0, place, YEAR, "01-KH/BCĐ", "Kế hoạch", "UBND phường Bình Lộc", issued, issued_on_as_printed="20/12"
        )
        plan = await plans.save_plan(conn, printed, breaks_off=None, loaded_at=now)
        await plans.set_in_use(conn, plan, date(YEAR, 1, 1))
        for number in range(ROWS):
            limit = read_time_limit(
                ("Năm 2026", "Quý III/2026", "Thường xuyên")[number % 3], year=YEAR, issued_on=issued
            )
            row = Row(
                *(0, plan, place, f"NV{number + 1:02d}", RowKind.TASK, number, f"PL II · {number}", f"{NAME} {number}"),
                limit,
                group=f"{number // 25}. Nhóm nhiệm vụ",
            )
            row = replace(row, id=await plans.save_row(conn, row, folded=fold(row.name)))
            begun = begin(Terms(RowKind.TASK, limit, YEAR), units[number % UNITS])
            await events.add_assignment(conn, row, UnitRole.LEAD, begun)
        for number in range(ASKED):
            known = await people.add_person(conn, FIRST_PERSON + number, "Nguyễn Văn An", "vi", now)
            await people.add_membership(conn, known.id, place, units[number % UNITS], Role.OFFICER, now)
        await plans.bump_version(conn, place)
    return place
