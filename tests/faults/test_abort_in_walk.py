"""The end of a walk through a period, cut at every await while all is sent: each row is recorded exactly once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.services.reporting.withdraw_report import withdraw
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from bot.storage.records import audit, plans
from tests.faults.deeds import POLICE, draft, photo, visitor
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town, press, say

JULY = datetime.fromisoformat("2026-07-20T08:00:00+07:00")
ROWS = 3
"""How many reports a walk sends: one with a file, one as before, one of nothing new."""


async def walk_to_the_end(town: Town, an: SimulatedPerson, note: str) -> None:
    """Say something of three rows, and stand where all is sent."""
    await say(town, an, "/kybaocao")
    await press(town, an, "25%")
    an.send_photo(photo(), note)
    await town.settle()
    await press(town, an, "Ghi, sang việc tiếp")
    await press(town, an, "Giữ nguyên (0%)")
    await press(town, an, "Không phát sinh")
    await press(town, an, "Tổng hợp")


async def sent_after(town: Town, event_id: int) -> list[tuple[int, int, dict[str, object]]]:
    """Number, assignment and body of the reports that are newer than an event; the audit trails hold."""
    e = tables.events.c
    async with town.db.read() as conn:
        for place in await plans.localities(conn):
            assert await audit.verify(conn, place.id) is None
        asked = select(e.id, e.assignment_id, e.body).where(e.kind == "report", e.id > event_id).order_by(e.id)
        return [(row[0], row[1], row[2]) for row in await conn.execute(asked)]


async def taken_back(town: Town, an: SimulatedPerson, assignment_id: int, number: int) -> None:
    """The report withdrawn, so that the row is owed again."""
    await withdraw(
        town.app.desk,
        await visitor(town, an),
        assignment_id=assignment_id,
        event_id=number,
        now=town.clock.now(),
        key=f"test:{number}",
    )


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_sending_cut_at_every_await_records_each_row_exactly_once(town: Town, between_cuts: int) -> None:
    town.clock.move_to(JULY)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    sent, last, untouched = 0, 0, False
    while not untouched:
        sent += 1
        assert sent < MOST
        await walk_to_the_end(town, an, f"đã họp {sent}")
        cut = Cut(1 + (sent - 1) * between_cuts)
        cut.into(town)
        an.press(f"Gửi báo cáo ({ROWS})")
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()
        untouched = not cut.happened.is_set()
        where = f"cut no. {sent}: {an.last().text}"
        assert an.last().text.startswith(f"✅ Đã ghi nhận {ROWS} báo cáo"), where
        assert await draft(town, an) is None and an.unanswered() == [], where
        found = await sent_after(town, last)
        assert len(found) == ROWS == len({assignment for _, assignment, _ in found}), where
        given = Counter((each["percent"], each["note"], len(each["files"])) for _, _, each in found)
        assert given == {("25.00", f"đã họp {sent}", 1): 1, ("0", None, 0): ROWS - 1}, where
        for number, assignment_id, _ in found:
            await taken_back(town, an, assignment_id, number)
        last = found[-1][0]
    assert sent * between_cuts > 10
