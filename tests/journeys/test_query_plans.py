"""What a message or a tick asks of the database goes through indexes, however many communes are stored.

Nothing in production runs ANALYZE, so SQLite plans by the tables alone: a plan on few rows is the plan on many.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import event

from bot.domain.people.people import Role
from bot.reminders.jobs import keep_house, look_at_what_is_due
from bot.services.results.period_report import period_report, require_period
from bot.storage.engine import tables as t
from bot.storage.records import plans
from tests.evidence.made_files import pdf
from tests.town import Town, say

PARTIAL = {
    str(index.name)
    for table in t.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
"""Indexes of what is still to be done only: reading one from end to end is reading just that."""


def overheard(town: Town) -> dict[str, Any]:
    """Every statement from now on, each with values it was run with."""
    heard: dict[str, Any] = {}
    for engine in (town.db._reading, town.db._writing):
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: heard.setdefault(given[2], given[3]))
    return heard


async def whole_reads(town: Town, heard: dict[str, Any]) -> list[str]:
    """The statements that read a table from end to end."""
    found = []
    async with town.db.read() as conn:
        for words, values in list(heard.items()):
            if not words.startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                continue
            one = values[0] if isinstance(values, list) else values
            told = [row[3] for row in (await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", one)).all()]
            for line in told:
                scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)
                if not scan or scan.group(1) not in t.metadata.tables or scan.group(2) in PARTIAL:
                    continue
                # An insert looks for children only where a reference is broken at that moment (OP_FkIfZero).
                if not (words.startswith("INSERT") and scan.group(1) not in words):
                    found.append(f"{line}: {words}")
    return found


async def press_data(town: Town, person: Any, wanted: str) -> None:
    """The newest button whose data ends so, with the mark of what was shown behind it or without."""
    shown = [(b.get("callback_data", ""), m.body) for m in reversed(person.messages()) for b in m.buttons]
    data, message = next(
        one for one in shown if wanted in (one[0][-len(wanted) :], one[0].rpartition(":")[0][-len(wanted) :])
    )
    town.chats.ask(person.user, data, message)
    await town.settle()


async def test_no_message_reads_a_table_from_end_to_end(town: Town) -> None:
    an = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", "Phòng Văn hóa - Xã hội", Role.APPRAISER, name="Lê Thị Thơ")
    office = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Trần Thị Bình")
    heard = overheard(town)
    for words in ("/viec", "/do", "/han", "/han tháng 12", "/tim an ninh", "/nhiemvu NV07", "/trogiup", "xin chào"):
        await say(town, an, words)
    await say(town, an, "/baocao NV07 60%")
    an.send_document(pdf("Biên bản"), "bien ban.pdf", "application/pdf", "ghi chú")
    await town.settle()
    await press_data(town, an, ":send")
    await say(town, an, "/baocao NV07")
    await press_data(town, an, ":p:100")
    an.send_document(pdf("Quyết định"), "qd.pdf", "application/pdf")
    await town.settle()
    await press_data(town, an, ":send")
    await say(town, tho, "/thamdinh")
    await press_data(town, tho, ":open")
    await press_data(town, tho, ":accept")
    for words in ("/nguoi", "/moi", "/donvi", "/khoitao"):
        await say(town, office, words)
    stranger = town.person("Lạ")
    await say(town, stranger, "/start khongcoma")
    await say(town, stranger, "xin chào")
    assert len(heard) > 40
    assert await whole_reads(town, heard) == []


async def test_no_tick_reads_a_table_from_end_to_end(town: Town) -> None:
    await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    heard = overheard(town)
    for _ in range(3):
        town.clock.move_by(hours=12)
        await look_at_what_is_due(town.app)
        for companion in town.app.companions:
            companion.wake()
        await town.settle()
    await keep_house(town.app)
    assert len(heard) > 10
    assert await whole_reads(town, heard) == []


async def test_no_report_of_a_unit_reads_a_table_from_end_to_end(town: Town) -> None:
    an = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    town.clock.move_to(datetime.fromisoformat("2026-09-03T07:31:00+07:00"))
    heard = overheard(town)
    await look_at_what_is_due(town.app)
    await town.settle()
    await press_data(town, an, ":summary:2026-Q3")
    await say(town, an, "Đã làm")
    an.send_document(pdf("Báo cáo"), "bao cao.pdf", "application/pdf")
    await town.settle()
    await press_data(town, an, ":send")
    await press_data(town, an, ":files:1")
    await press_data(town, an, ":summary:2026-Q3")
    assert sum("unit_reports" in words for words in heard) >= 5
    assert await whole_reads(town, heard) == []


async def test_no_request_or_change_reads_a_table_from_end_to_end(town: Town) -> None:
    an = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    office = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Trần Thị Bình")
    heard = overheard(town)
    for words in ("/giahan", "/giahan NV07", "30/9", "Chờ kinh phí"):
        await say(town, an, words)
    await press_data(town, an, ":send")
    await say(town, office, "/dexuat")
    await press_data(town, office, ":yes:1")
    for words in ("/nhiemvu NV07", "/dexuat NV07"):
        await say(town, office, words)
    await say(town, office, "/dexuat")
    place, row = await place_and_row(town, "NV07")
    await press_data(town, office, f"ch:task:{place}")
    for words in ("Mở lớp tập huấn", "cong an phuong", "30/9", "Kế hoạch", "Công văn 12"):
        await say(town, office, words)
    await press_data(town, office, ":send")
    await say(town, an, "/nhiemvu NV07")
    await press_data(town, an, f"ch:all:{row}")
    assert sum("requests" in words for words in heard) >= 8
    assert await whole_reads(town, heard) == []


async def place_and_row(town: Town, code: str) -> tuple[int, int]:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        return place.id, (await town.app.desk.books.of(conn, place.id)).by_code[code].id


async def test_no_period_and_no_ranking_reads_a_table_from_end_to_end(town: Town) -> None:
    an = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    office = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Trần Thị Bình")
    town.clock.move_to(datetime.fromisoformat("2026-07-20T08:00:00+07:00"))
    heard = overheard(town)
    await say(town, an, "/kybaocao")
    await press_data(town, an, ":same")
    await press_data(town, an, ":pause")
    await say(town, an, "/kybaocao")
    await press_data(town, an, ":rest")
    await press_data(town, an, ":send")
    await say(town, office, "/kybaocao")
    await press_data(town, office, ":2026-07:0")
    town.clock.move_to(datetime.fromisoformat("2026-08-04T08:00:00+07:00"))
    await say(town, office, "/kybaocao")
    for verb in ("close", "closed", "reopen"):
        await press_data(town, office, f":{verb}:2:progress:2026-07")
    await say(town, office, "7/8")
    await say(town, office, "Mất điện diện rộng")
    assert sum("INSERT INTO period_marks" in words for words in heard) == 1, "the same statement for both"
    await say(town, office, "/xephang")
    await say(town, office, "/xephang 2026")
    assert sum("period_walks" in words for words in heard) >= 3
    assert any("period_chases" in words for words in heard)
    assert await whole_reads(town, heard) == []


async def test_no_difficulty_reads_a_table_from_end_to_end(town: Town) -> None:
    an = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    office = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Trần Thị Bình")
    await town.join("binh-loc", "Văn phòng Đảng ủy", Role.COMMITTEE, name="Lê Văn Dũng")
    heard = overheard(town)
    await say(town, an, "/vuongmac NV07")
    await press_data(town, an, ":category:funds")
    an.send_document(pdf("Dự toán"), "du toan.pdf", "application/pdf", "Thiếu kinh phí")
    await town.settle()
    await press_data(town, an, ":send")
    for words in ("/vuongmac", "/nhiemvu NV07"):
        await say(town, office, words)
    for tab in ("list:all", "list:to", "row"):
        await press_data(town, office, next(b for b in buttons(office) if tab in b))
    await press_data(town, office, ":card:1")
    await press_data(town, office, ":files:1")
    await press_data(town, office, ":answer:1")
    await say(town, office, "Đã bố trí")
    await press_data(town, office, ":send")
    await press_data(town, an, ":follow:1")
    await say(town, an, "Chưa nhận được")
    await press_data(town, an, ":send")
    town.clock.move_to(datetime.fromisoformat("2026-06-23T07:01:00+07:00"))
    await look_at_what_is_due(town.app)
    await town.settle()
    assert len(heard) > 40
    assert await whole_reads(town, heard) == []


def buttons(person: Any) -> list[str]:
    return [b.get("callback_data", "") for m in reversed(person.messages()) for b in m.buttons]


async def test_no_document_reads_a_table_from_end_to_end(town: Town) -> None:
    minh = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.COMMITTEE, name="Trần Minh")
    await say(town, minh, "/vuongmac")
    heard = overheard(town)
    # What the child process asks, and what the bot asks before it.
    report = await period_report(town.app.desk, 2, require_period("2026-Q2"), now=town.clock.now())
    await say(town, minh, "/tongquan")
    assert report.rows and len(heard) > 10
    assert await whole_reads(town, heard) == []
