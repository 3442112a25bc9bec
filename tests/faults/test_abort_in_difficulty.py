"""A difficulty, cut at every await while it is raised: recorded exactly once, with its file, and told once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.storage.engine import tables
from bot.storage.records import audit, difficulties, plans
from tests.faults.deeds import OFFICE, POLICE, draft, photo
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town, say


async def written(town: Town) -> list[tuple[str, int]]:
    """The words of all difficulties, each with how many files it carries; the audit trail holds."""
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None and await audit.verify(conn, place.id) is None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None
        return [(each.text, len(each.files)) for each in await difficulties.of_plan(conn, plan.id)]


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_raising_cut_at_every_await_records_it_exactly_once(town: Town, between_cuts: int) -> None:
    await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Chi")
    sent, untouched = 0, False
    while not untouched:
        sent += 1
        assert sent < MOST
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
        await say(town, an, "/vuongmac NV07")
        an.press("Kinh phí")
        await town.settle()
        an.send_photo(photo(), f"vướng {sent}")
        await town.settle()
        cut = Cut(1 + (sent - 1) * between_cuts)
        cut.into(town)
        an.press("Gửi vướng mắc")
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()
        untouched = not cut.happened.is_set()
        assert any(text.startswith("Đã ghi nhận vướng mắc") for text in an.texts()), (sent, an.last().text)
        assert await draft(town, an) is None
    assert sent * between_cuts > 10
    assert await written(town) == [(f"vướng {n}", 1) for n in range(1, sent + 1)]
    async with town.db.read() as conn:
        told = await conn.scalar(select(func.count()).where(tables.outbox.c.rule == "difficulty"))
    assert told == sent
