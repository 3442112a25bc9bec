"""What was agreed to in words, cut at every await while it is noted as carried out: noted once, by one person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversations.requests.decide import printed_words
from bot.domain.people.people import Role
from bot.domain.people.requests import RequestKind, Wish
from bot.domain.people.visitor import Visitor
from bot.services.requests import ask_office, decide_request
from bot.storage.engine import tables
from bot.storage.records import audit, plans, requests
from tests.faults.deeds import OFFICE, POLICE, say, visitor
from tests.faults.test_abort_in_decision import assignment
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town, press


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_a_note_cut_at_every_await_is_made_exactly_once(town: Town, between_cuts: int) -> None:
    about = await assignment(town)
    noted, untouched = 0, False
    while not untouched:
        noted += 1
        assert noted < MOST
        # Each asks or decides once: more than five such messages a day would wait for the digest.
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
        ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
        await _agreed(town, await visitor(town, an), await visitor(town, ha), about, noted)
        await town.settle()
        await say(town, ha, "/dexuat")
        await press(town, ha, "NV07 · đề xuất thay đổi")
        cut = Cut(1 + (noted - 1) * between_cuts)
        cut.into(town)
        ha.press("☑️ Đã thực hiện")
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()
        untouched = not cut.happened.is_set()
        assert "Đỗ Thị Hà ghi nhận đã thực hiện lúc" in ha.last().text, (noted, ha.last().text)
    assert noted * between_cuts > 5
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None and await audit.verify(conn, place.id) is None
        assert await requests.agreed_in(conn, place.id) == []
        done = list(await conn.scalars(select(tables.requests_done.c.request_id)))
        links = list(await conn.scalars(select(tables.audit.c.action).where(tables.audit.c.action == "request_done")))
    assert len(done) == len(set(done)) == len(links) == noted


async def _agreed(town: Town, an: Visitor, ha: Visitor, about: int, number: int) -> None:
    desk, now = town.app.desk, town.clock.now()
    asked = await ask_office.ask(
        desk,
        an,
        kind=RequestKind.OTHER,
        assignment_id=about,
        reason=f"lần {number}",
        wish=Wish(),
        now=now,
        key=f"test:asked:{number}",
    )
    await decide_request.grant(
        desk, ha, request_id=asked.case.request.id, printed=printed_words(), now=now, key=f"test:granted:{number}"
    )
