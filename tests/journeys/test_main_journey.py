"""The main journey from end to end, on SQLite and on PostgreSQL: the same words in the chat, the same rows stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.domain.work.events import Appraisal, Report
from bot.plans.reader import read_yaml
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.people.invite import Seat, invite, unit_named
from bot.services.plan.load_plan import load
from bot.services.rows.export_plan import export
from bot.storage.engine import tables
from bot.storage.engine.database import Database
from bot.storage.records import audit
from bot.storage.records.files import FileStore
from tests.evidence.made_files import pdf, picture
from tests.faults.deeds import CULTURE, POLICE, happened
from tests.journeys.conftest import SEEDS
from tests.town import MONDAY, Town, press, say, town_on

CODE = "NV07"


async def _seed(url: str, folder: Path) -> None:
    db = await Database.open(url)
    try:
        desk = Desk(db=db, files=FileStore(folder), books=Books())
        await load(desk, read_yaml(SEEDS / "binh-loc.yaml"), now=MONDAY, in_use=True)
    finally:
        await db.close()


def seed_binh_loc(url: str, folder: Path) -> None:
    """Put the plan of Bình Lộc in use."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _seed(url, folder)).result()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot with the plan of Bình Lộc, once on each engine."""
    seed_binh_loc(database_url, tmp_path / "data")
    async with town_on(tmp_path / "data", database_url=database_url) as town:
        yield town


async def _row(town: Town) -> dict[str, Any]:
    data = await export(town.app.desk, "binh-loc", None, town.clock.now())
    return next(row for row in data["rows"] if row["code"] == CODE)


async def _joins(town: Town, name: str, unit: str, role: Role) -> Any:
    async with town.db.read() as conn:
        place = await conn.scalar(select(tables.localities.c.id).where(tables.localities.c.slug == "binh-loc"))
        book = await town.app.desk.books.of(conn, place)
    unit_id = unit_named(book, unit).id
    made = await invite(town.app.desk, None, seat=Seat(place, unit_id, role), now=town.clock.now(), uses=1)
    person = town.person("Telegram")
    person.start(made.invitation.code)
    await town.settle()
    await say(town, person, name)
    assert name in await press(town, person, "Đúng")
    return person


async def _sends_pdf(town: Town, an: Any, content: bytes) -> None:
    an.send_document(content, "quy che.pdf", "application/pdf")
    await town.settle()
    assert "Đã nhận đủ" in an.last().text
    receipt = await press(town, an, "Gửi báo cáo")
    assert "Đã ghi nhận" in receipt and "⏳" in receipt


async def test_from_joining_to_a_report_accepted(town: Town) -> None:
    an = await _joins(town, "Nguyễn Văn An", POLICE, Role.OFFICER)
    tho = await _joins(town, "Lê Thị Thơ", CULTURE, Role.APPRAISER)

    await say(town, an, f"/baocao {CODE}")
    await press(town, an, "25%")
    an.send_album([picture(size=(64, n)) for n in (41, 42, 43)], "Ảnh hội nghị")
    await town.settle()
    assert "Đã nhận đủ 3 tệp" in an.last().text and "Ảnh hội nghị" in an.last().text
    assert "0% → 25%" in await press(town, an, "Gửi báo cáo")
    assert (await _row(town))["percent"] == 25

    assert "minh chứng" in await say(town, an, f"{CODE} 100%")
    assert "Gửi báo cáo" not in an.buttons()
    await _sends_pdf(town, an, pdf("Quy chế bảo vệ dữ liệu"))
    assert (await _row(town))["state"] == "awaiting_appraisal"

    town.clock.move_by(days=2)
    assert CODE in await say(town, tho, "/thamdinh")
    card = await press(town, tho, CODE)
    assert "Nguyễn Văn An" in card and "quy che.pdf" in card
    await press(town, tho, "Trả lại")
    assert f"Đã trả lại {CODE}" in await press(town, tho, "Thiếu chữ ký")
    assert "Thiếu chữ ký" in an.last().text
    row = await _row(town)
    assert (row["state"], row["colour"], row["percent"]) == ("returned", "red", 25)
    assert CODE in await say(town, an, "/do Công an phường")

    await say(town, an, f"{CODE} 100%")
    await _sends_pdf(town, an, pdf("Quy chế bảo vệ dữ liệu, đã ký"))
    await say(town, tho, "/thamdinh")
    await press(town, tho, CODE)
    assert f"Đã chấp nhận {CODE}" in await press(town, tho, "Chấp nhận")
    assert "chấp nhận" in an.last().text
    assert (await _row(town))["state"] == "completed"

    bodies = [event.body for event in await happened(town, CODE)]
    assert [type(body) for body in bodies] == [Report, Report, Appraisal, Report, Appraisal]
    assert [len(body.files) for body in bodies if isinstance(body, Report)] == [3, 1, 1]
    async with town.db.read() as conn:
        place = await conn.scalar(select(tables.localities.c.id))
        assert await audit.verify(conn, place) is None
        states = (await conn.scalars(select(tables.inbox.c.state).distinct())).all()
        notices = dict((await conn.execute(select(tables.outbox.c.rule, tables.outbox.c.state))).all())
        attached = await conn.scalar(select(func.count()).where(tables.evidence.c.event_id.is_not(None)))
    assert states == ["done"] and attached == 5
    assert notices["returned"] == notices["accepted"] == "sent"
    await town.restart()
    assert "Hoàn thành" in await say(town, an, f"/nhiemvu {CODE}")
