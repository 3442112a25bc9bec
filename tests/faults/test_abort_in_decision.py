"""A decision of the office, cut at every await while it is made: one limit, one answer to the unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.domain.people.requests import RequestKind, RequestState, Wish
from bot.domain.work.events import Extension
from bot.services.requests import ask_office
from bot.storage.engine import tables
from bot.storage.records import audit, events, plans
from tests import at_rest, notices
from tests.faults.deeds import OFFICE, POLICE, happened, visitor
from tests.faults.test_abort_in_report import MOST, Cut, settled_or_cut
from tests.town import Town

FIRST = date(2026, 7, 1)


async def assignment(town: Town) -> int:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        book = await town.app.desk.books.of(conn, place.id)
        assert await audit.verify(conn, place.id) is None
        row = book.by_code["NV07"]
        return (await events.assignments_of_row(conn, row.id))[0].id


# A process that is cut off closes nothing, not even the connection it was just opening.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(600)
async def test_a_decision_cut_at_every_await_is_made_exactly_once(town: Town, between_cuts: int) -> None:
    about = await assignment(town)
    asked, untouched, told = 0, False, []
    while not untouched:
        asked += 1
        assert asked < MOST
        # Each asks or decides once: more than five such messages a day would wait for the digest.
        an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
        ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
        day = FIRST + timedelta(days=asked)
        await ask_office.ask(
            town.app.desk,
            await visitor(town, an),
            kind=RequestKind.EXTENSION,
            assignment_id=about,
            reason=f"lần {asked}",
            wish=Wish(due_on=day),
            now=town.clock.now(),
            key=f"test:{asked}",
        )
        await town.settle()
        cut = Cut(1 + (asked - 1) * between_cuts)
        cut.into(town)
        ha.press(f"Đồng ý đến {day:%d/%m/%Y}")
        if await settled_or_cut(town, cut):
            await town.kill()
            await town.start_anew()
            await town.settle()
        untouched = not cut.happened.is_set()
        told += [text for text in an.texts() if "Đề nghị đã được đồng ý" in text]
        assert f"đồng ý gia hạn đến {day:%d/%m/%Y}" in ha.last().text, (asked, ha.last().text)
    assert asked * between_cuts > 10
    limits = [event.body for event in await happened(town)]
    assert limits == [Extension(FIRST + timedelta(days=n), f"lần {n}") for n in range(1, asked + 1)]
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place is not None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None
        states = [each.state for each in await at_rest.requests_of(conn, plan.id)]
        kept = await notices.states(conn, place.id)
        o = tables.outbox.c
        found = await conn.execute(select(o.rule, o.occasion).where(o.state == "queued"))
        waiting = [(row.rule, row.occasion) for row in found]
    assert states == [RequestState.GRANTED] * asked
    assert kept["sending"] == kept["failed"] == 0
    # What waits is only for those of the office who were asked more than five times that day.
    assert {rule for rule, occasion in waiting if not occasion.startswith("asked:")} == set()
    # What was cut between Telegram and our note may not be said again; nothing is said twice unmarked.
    assert len(told) + kept["unknown"] >= asked
    assert len({text for text in told if "nhắc lại" not in text}) == len([t for t in told if "nhắc lại" not in t])
