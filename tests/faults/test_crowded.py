"""A database that is locked or full, a disk without room, a Telegram that answers 502 for a minute."""

from __future__ import annotations

import errno
import sqlite3
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.storage.engine.database import Connection
from bot.storage.outbox import inbox
from bot.storage.records.files import FileStore
from tests.faults.deeds import TROUBLE, all_done, books, photo, reports
from tests.town import Town, officer, press, say


async def test_a_database_another_process_holds_is_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    await short_patience(town)
    other = sqlite3.connect(database_of(town), isolation_level=None)
    deliver = town.app.inbox.receive

    async def stored_then_locked(raws):
        updates = await deliver(raws)
        other.execute("BEGIN IMMEDIATE")
        return updates

    town.app.inbox.receive = stored_then_locked
    waited = []
    sleep = town.clock.sleep

    async def until_free(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            other.execute("ROLLBACK")
        await sleep(seconds)

    monkeypatch.setattr(town.clock, "sleep", until_free)
    an.press("Gửi báo cáo")
    await town.settle()
    other.close()
    del town.app.inbox.receive
    told = " ".join([*an.toasts(), *an.texts()])
    assert "đang bận" in told and TROUBLE not in told
    assert "Đã ghi nhận" in an.last().text and len(waited) >= 3
    assert len(await reports(town)) == 1 and len((await reports(town))[0].files) == 1
    await all_done(town)


async def test_a_database_without_room_is_told_and_nothing_is_half_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    store, sleep, waited = inbox.store, town.clock.sleep, 0

    async def stored_then_full(conn, *given):
        nonlocal waited
        new = await store(conn, *given)
        await fill(conn)
        waited = 0
        return new

    async def until_room(seconds: float) -> None:
        nonlocal waited
        waited += 1
        assert await reports_seen_from_outside(town) == 0
        if waited == 3:
            async with town.db.write() as conn:
                await conn.exec_driver_sql("PRAGMA max_page_count=1000000")
        await sleep(seconds)

    monkeypatch.setattr(inbox, "store", stored_then_full)
    monkeypatch.setattr(town.clock, "sleep", until_room)
    met = []
    # A long note takes pages of its own, in the draft and in the report.
    for act in (lambda: an.send_text("ế" * 1990), lambda: an.press("Gửi báo cáo")):
        act()
        await town.settle()
        met.append(waited >= 3)
    assert met == [True, True]
    told = [*an.toasts(), *an.texts()]
    assert "đã đầy" in " ".join(told) and TROUBLE not in " ".join(told)
    [report] = await reports(town)
    assert report.note == "ế" * 1990
    await all_done(town)


async def test_a_disk_without_room_for_a_file_is_told_and_the_file_is_taken_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    keep, left = FileStore.keep, 2

    async def no_room(store: FileStore, temp: Path) -> tuple[str, int]:
        nonlocal left
        left -= 1
        if left >= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return await keep(store, temp)

    monkeypatch.setattr(FileStore, "keep", no_room)
    an.send_photo(photo())
    await town.settle()
    told = an.texts()
    assert "đã đầy" in told[1] and TROUBLE not in " ".join(told)
    assert "Đã nhận đủ 1 tệp" in told[-1]
    assert (await books(town)).files == 1 and (await books(town)).unfinished == 0
    await all_done(town)


def database_of(town: Town) -> Path:
    return town.settings.data_dir / "tiendo.db"


async def reports_seen_from_outside(town: Town) -> int:
    with sqlite3.connect(database_of(town)) as conn:
        return int(conn.execute("SELECT count(*) FROM events").fetchone()[0])


async def short_patience(town: Town) -> None:
    """Wait 10 ms for a lock, not ten seconds."""
    async with town.db.write() as conn:
        await conn.exec_driver_sql("PRAGMA busy_timeout=10")


async def fill(conn: Connection) -> None:
    """Leave no free page in the database, and no room for another one."""
    await conn.exec_driver_sql("CREATE TABLE IF NOT EXISTS ballast (x BLOB)")
    free = (await conn.exec_driver_sql("PRAGMA freelist_count")).scalar_one()
    for _ in range(free + 1):
        await conn.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(3500))")
    await conn.exec_driver_sql("PRAGMA max_page_count=1")


async def test_telegram_down_for_a_minute_while_files_and_report_are_sent(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    start = town.clock.now()
    town.server.faults.server_error(times=7)
    an.send_album([photo(), photo()], "Ảnh hội nghị")
    an.press("Gửi báo cáo")
    await town.settle()
    if await reports(town) == []:
        await press(town, an, "Gửi báo cáo")
    assert town.clock.now() - start >= timedelta(seconds=60)
    [report] = await reports(town)
    assert report.percent == Decimal(60)
    receipts = [text for text in an.texts() if "Đã ghi nhận" in text]
    assert len(receipts) == 1 and an.unanswered() == []
    assert (await books(town)).evidence == 2 and (await books(town)).unfinished == 0
    await all_done(town)
