"""A whole unit's report, cut at every await while it is sent: recorded exactly once, with its file."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.storage.engine import tables
from bot.storage.records import audit, plans
from bot.transport.screen.buttons import encode
from bot.views.parts.actions import Action
from bot.views.parts.view import Press
from tests.faults.deeds import POLICE, draft, photo
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town

SEPTEMBER = datetime.fromisoformat("2026-09-03T08:00:00+07:00")


async def open_report(town: Town) -> str:
    """The data of the button that begins the quarter's report of the police."""
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        unit = next(unit for unit in await plans.units(conn, place.id) if unit.name == POLICE)
    return encode(Press(Action.UNIT_REPORT, ("more", str(place.id), str(unit.id), "summary", "2026-Q3")))


async def written(town: Town) -> list[tuple[str, int]]:
    """The notes of all reports of units, each with how many files it carries; the audit trails hold."""
    r, e = tables.unit_reports.c, tables.evidence.c
    async with town.db.read() as conn:
        for place in await plans.localities(conn):
            assert await audit.verify(conn, place.id) is None
        notes = (await conn.execute(select(r.id, r.note).order_by(r.id))).all()
        return [(n.note, len((await conn.execute(select(e.id).where(e.unit_report_id == n.id))).all())) for n in notes]


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_sending_cut_at_every_await_records_it_exactly_once(town: Town, between_cuts: int) -> None:
    town.clock.move_to(SEPTEMBER)
    data, sent = await open_report(town), 0
    untouched = False
    while not untouched:
        sent += 1
        assert sent < MOST
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
        an.send_text("/trogiup")
        await town.settle()
        an.press_stale(data, an.last().id)
        await town.settle()
        an.send_photo(photo(), f"báo cáo {sent}")
        await town.settle()
        cut = Cut(1 + (sent - 1) * between_cuts)
        cut.into(town)
        an.press("Gửi báo cáo")
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()
        untouched = not cut.happened.is_set()
        assert an.last().text.startswith("Đã ghi nhận"), (sent, an.last().text)
        assert await draft(town, an) is None
    assert sent * between_cuts > 10
    assert await written(town) == [(f"báo cáo {n}", 1) for n in range(1, sent + 1)]
