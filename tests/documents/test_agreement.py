"""Every figure in a document equals what the chat shows for the same instant, whatever happened before."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import TienDoError
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Appraisal, Body, Closing, Extension, Reopening, Report
from bot.domain.work.ladder import Rule, monday_of
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import InWeek
from bot.domain.work.progress import whole_percent
from bot.i18n import translator
from bot.language.asking.query import Filters, Query, QueryKind
from bot.reminders.letter import read_letter
from bot.services.asking.answer import Asker, rows_for
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.results.period_report import PeriodReport
from bot.services.results.see_ranking import see_ranking
from bot.services.rows.export_plan import export
from bot.services.rows.list_rows import red_rows
from bot.services.rows.show_row import show
from bot.storage.engine.database import Database, migrate
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import people
from bot.storage.records.files import FileStore
from bot.storage.records.people import visitor
from bot.views.reminding.digest import digest_view
from bot.views.results.documents import overview_text
from bot.views.results.ranking import ranking_view
from bot.views.rows.cards import row_card
from bot.views.words.rows import LIGHTS, reasons_of_row, row_progress_words, row_state_words
from tests.documents.made import (
    ROWS,
    Place,
    a_place,
    at,
    docx_of,
    lines_of,
    tables_of,
    text_of,
    xlsx_of,
)

T = translator("vi")
START = at("2026-03-02")
ACTIONS = (
    "report",
    "report",
    "report",
    "complete",
    "complete",
    "accept",
    "accept",
    "return",
    "extend",
    "close",
    "reopen",
)
STEP = st.tuples(
    st.integers(0, 20 * 24 * 60),
    st.sampled_from([(code, lead) for code, *_, leads in ROWS for lead in range(len(leads))]),
    st.sampled_from(ACTIONS),
    st.integers(0, 99),
)


def body_of(action: str, code: str, figure: int, newest: int, day: datetime) -> Body:
    value = Decimal(figure + 1) if code.startswith("CT") else None
    if action in ("report", "complete"):
        percent = Decimal(100) if action == "complete" else Decimal(figure)
        files = (figure * 2 + 1, figure * 2 + 2) if action == "complete" else ()
        return Report(percent, value, note=f"lần {figure}", files=files, reason="tính lại")
    if action in ("accept", "return"):
        return Appraisal(newest, action == "accept", "mờ")
    later = day.date() + timedelta(days=figure)
    return {
        "extend": Extension(later, "lùi hạn"),
        "close": Closing("cấp trên rút"),
        "reopen": Reopening("xem lại", later),
    }[action]


async def _template(folder: Path) -> None:
    url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
    await migrate(url)
    db = await Database.open(url)
    await a_place(Desk(db=db, files=FileStore(folder), books=Books()))
    await db.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agreement")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _template(folder)).result()
    return folder


@pytest.mark.slow
@settings(max_examples=15)
@given(st.lists(STEP, min_size=1, max_size=25))
def test_documents_and_chat_show_the_same_figures(
    template: Path, steps: list[tuple[int, tuple[str, int], str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _lived(Path(folder), steps)).result()


async def _lived(folder: Path, steps: list[tuple[int, tuple[str, int], str, int]]) -> None:
    db = await Database.open(f"sqlite+aiosqlite:///{folder / 'tiendo.db'}", durable=False)
    try:
        desk = Desk(db=db, files=FileStore(folder), books=Books())
        async with db.read() as conn:
            place = Place(desk, 1, await visitor(conn, 7_000_000_001, 7_000_000_001))
        now, newest, middle = START, {}, START
        for minutes, (code, lead), action, figure in steps:
            now = min(now + timedelta(minutes=minutes), at("2026-12-30"))
            try:
                body = body_of(action, code, figure, newest.get((code, lead), 0), now)
                number = await place.tell(code, now, body, lead=lead)
            except TienDoError:
                continue
            if isinstance(body, Report):
                newest[code, lead] = number
            middle = now if figure % 3 == 0 else middle
        key = f"2026-Q{(now.month + 2) // 3}"
        report = await place.report(key, now)
        await _as_the_chat_shows_now(place, report, now)
        await _as_is_told_asked_and_exported(place, report, now)
        then = await place.report(f"2026-Q{(middle.month + 2) // 3}", now, known=middle)
        await _as_was_known(place, then)
    finally:
        await db.close()


async def _as_the_chat_shows_now(place: Place, report: PeriodReport, now: datetime) -> None:
    book, document = xlsx_of(report), docx_of(report)
    lines = {line["Mã"]: line for line in lines_of(book["Tiến độ"])}
    tables = tables_of(document)
    annex = {row[0]: row for row in tables["Mã | Vị trí trong Kế hoạch"]}
    red = await red_rows(place.desk, place.reader, now=now)
    assert len(red.entries) == Counter(line["Cảnh báo"] for line in lines.values())["Cảnh báo đỏ"]
    assert {entry.board_row.row.code for entry in red.entries} == {
        code for code, row in annex.items() if "Cảnh báo đỏ" in row[6]
    }
    for row in report.rows:
        card = await show(place.desk, place.reader, row_id=row.shown.row.id, now=now)
        line, cells, percent = lines[card.row.code], annex[card.row.code], whole_percent(card.verdict.percent)
        words = row_progress_words(T, card.board_row)
        assert cells[5] == words and words in row_card(T, card).text
        is_task = card.row.target is None
        assert (line["Tỷ lệ (%)"], line["Kết quả chỉ tiêu"]) == ((percent, None) if is_task else (None, words))
        told = [html.unescape(each) for each in reasons_of_row(T, card.board_row, card.day).split("\n") if each]
        shown = card.verdict.colour in (Colour.RED, Colour.AMBER)
        assert (line["Lý do"] or "") == ("; ".join(told) if shown else "")
        assert cells[6].split("\n")[1:] == (told if shown else [])
        due = min((lead.lead.standing.due_on for lead in card.leads if lead.lead.standing.due_on), default=None)
        if due is not None:
            assert line["Thời hạn"].date() == due and cells[4] == T.day(due)
        reports = [each for each in card.reports if not each.withdrawn and each.report.note]
        assert (line["Ghi chú gần nhất"] or "").endswith(reports[0].report.note if reports else "")
    await _ranked_alike(place, report, book, tables["Hạng | Cơ quan, đơn vị"], now)
    _summed_alike(report, book, tables["Phân loại | Số nhiệm vụ"], text_of(document))


async def _ranked_alike(place: Place, report: PeriodReport, book: Any, table: list[list[str]], now: datetime) -> None:
    seen = await see_ranking(place.desk, place.reader, period=report.period.key, now=now)
    chat = ranking_view(T, seen).text
    ranked = lines_of(book["Xếp hạng"]) if seen.ranking.units else []
    assert [line["Cơ quan, đơn vị"] for line in ranked] == [each.placed.unit for each in seen.ranking.units]
    for each, line in zip(seen.ranking.units, ranked, strict=True):
        score = T.number(each.placed.score.normalize())
        assert score in chat and Decimal(str(line["Điểm"])) == each.placed.score
        own = next(row for row in table if row[1] == each.placed.unit)
        assert (own[0], own[8], own[6]) == (str(each.placed.place), score, str(each.placed.red))


def _summed_alike(report: PeriodReport, book: Any, classes: list[list[str]], words: str) -> None:
    """The text under the picture, the first sheet and the tables of the report."""
    text = html.unescape(re.sub(r"<[^>]+>", "", overview_text(T, report.overview)))
    summary = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows(min_row=4)}
    table = {row[0]: int(row[1]) for row in classes}
    for each, n in report.overview.classes.items():
        name = T(f"doc.class.{each.value}")
        assert table[name] == summary[name] == n
    figures = [tuple(map(int, found)) for found in re.findall(r"hạn (\d+) · (?:trễ|quá) hạn (\d+)", text)]
    names = list(table)
    assert [n for pair in figures for n in pair] == [table[name] for name in names[:-1]]
    counts = dict(
        re.findall(r"(🔴|🟡|🟢|✅|⚪) (\d+)", next(x for x in text.split("\n") if x.startswith("Nhiệm vụ và")))
    )
    signs = {"🔴": "Cảnh báo đỏ", "🟡": "Cần chú ý", "🟢": "Đúng tiến độ", "✅": "Hoàn thành", "⚪": "Chưa có thời hạn"}
    assert {signs[sign]: int(n) for sign, n in counts.items()} == {
        name: summary[name] for name in signs.values() if summary[name]
    }
    _adds_up(report, text, summary, words)
    assert f"bình quân đạt {whole_percent(report.overview.percent)}%" in words
    assert f"bình quân {whole_percent(report.overview.percent)}%" in text


def _adds_up(report: PeriodReport, text: str, summary: dict[str, Any], words: str) -> None:
    """The sums of one screen fit each other; what is closed is nobody's "chưa có thời hạn"."""
    overview, told = report.overview, dict(line.split(": ", 1) for line in text.split("\n") if ": " in line)
    rows = overview.tasks + overview.indicators
    assert sum(map(int, re.findall(r"\d+", told["Nhiệm vụ và chỉ tiêu"]))) == rows
    assert sum(overview.colours.values()) + overview.closed_rows == rows
    assert sum(overview.classes.values()) + overview.closed == overview.tasks
    assert sum(overview.indicator_classes.values()) + overview.closed_indicators == overview.indicators
    assert int(told.get("Đã đóng", 0)) == overview.closed == summary["Nhiệm vụ đã đóng"]
    leads = [lead for row in report.rows for lead in row.shown.leads]
    assert sum(each.total + each.closed for each in overview.by_unit) == len(leads)
    silent = [row for row in report.tasks if row_state_words(T, row.shown) == "Chưa báo cáo"]
    assert int(told.get("   trong đó chưa có báo cáo", 0)) == overview.silent == len(silent)
    closed = [row for row in report.rows if row.shown.verdict.state is State.CLOSED]
    assert overview.closed_rows == len(closed)
    counts = re.findall(r"Nhóm có (\d+) nhiệm vụ: (.+)\.", words)
    # The table of the groups leaves them out and says so.
    assert ("không tính vào bảng trên" in words) is any("đã đóng" in told for _, told in counts)
    assert counts and all(int(n) == sum(map(int, re.findall(r"\d+", parts))) for n, parts in counts)


async def _as_was_known(place: Place, report: PeriodReport) -> None:
    instant = report.overview.source.at
    async with place.desk.db.read() as conn:
        book = await place.desk.books.of(conn, place.id)
        asker = Asker((), book.today(instant), instant)
        query = Query(QueryKind.LIST, Filters(colour=(Colour.RED,)))
        red = {found.board_row.row.code for found in (await rows_for(conn, book, query, asker)).rows}
    assert red == {line["Mã"] for line in lines_of(xlsx_of(report)["Tiến độ"]) if line["Cảnh báo"] == "Cảnh báo đỏ"}
    assert sum(point.red for point in report.overview.trend if point.period == report.period.key) == len(red)


async def _as_is_told_asked_and_exported(place: Place, report: PeriodReport, now: datetime) -> None:
    """Monday's board and the first line above it, the answer to a question, the export: all count as the report."""
    overview, open_colours = report.overview, [each for each in Colour if each is not Colour.DONE]
    async with place.desk.db.read() as conn:
        book = await place.desk.books.of(conn, place.id)
        today = book.today(now)
        asker = Asker(place.reader.memberships, today, None)
        for each in Colour:
            answered = await rows_for(conn, book, Query(QueryKind.LIST, Filters(colour=(each,))), asker)
            assert len(answered.rows) == overview.colours[each]
        reader = await people.person(conn, place.reader.memberships[0].person_id)
        letter = await read_letter(place.desk, conn, [_monday(place, today, now)], reader, now)
    first, *told = digest_view(T, letter.digest).text.split("\n")
    red = overview.colours[Colour.RED]
    assert bool(red) == (f"{overview.source.place}: 🔴 {red} việc đỏ" in first)
    [total] = [line for line in told if line.startswith("Việc chưa hoàn thành: ")]
    assert _figures(total) == {LIGHTS[each]: n for each in open_colours if (n := overview.colours[each])}
    shown = {
        unit: _figures(rest) for line in told if line.startswith("• ") for unit, _, rest in [line[2:].partition(": ")]
    }
    for unit in overview.by_unit:
        own = {LIGHTS[each]: n for each in open_colours if (n := unit.colours[each])}
        assert shown.get(html.escape(unit.unit), own) == own
        assert (html.escape(unit.unit) in shown) == bool(unit.colours[Colour.RED] or unit.colours[Colour.AMBER])
    exported = (await export(place.desk, "ba-ngoi", None, now))["rows"]
    counted = Counter(row["colour"] for row in exported if row["state"] != "closed")
    assert counted == Counter({each.value: overview.colours[each] for each in Colour})
    assert sum(row["state"] == "closed" for row in exported) == overview.closed_rows
    parts = Counter((a["unit"], a["colour"]) for row in exported for a in row["assignments"] if a["state"] != "closed")
    assert parts == Counter({(each.unit, c.value): each.colours[c] for each in overview.by_unit for c in Colour})
    for each in (unit.placed for unit in report.ranking.units):
        assert each.red == parts[each.unit, Colour.RED.value]


def _figures(told: str) -> dict[str, int]:
    return {sign: int(n) for sign, n in re.findall(r"(🔴|🟡|🟢|✅|⚪) (\d+)", told)}


def _monday(place: Place, today: date, now: datetime) -> OutboxItem:
    week = InWeek(monday_of(today))
    return OutboxItem(
        id=1,
        key="board",
        locality_id=place.id,
        person_id=place.reader.memberships[0].person_id,
        chat_id=None,
        rule=Rule.MONDAY_BOARD.value,
        assignment_id=None,
        event_id=None,
        occasion=week.written,
        payload=dict(week.payload),
        urgent=False,
        not_before=now,
        created_at=now,
        state="queued",
        attempts=0,
    )
