"""All that was said of a walk is sent once, whatever comes between; what is owed goes by the person's rights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.domain.errors import NotAllowed
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Closing
from bot.services.core import ledger
from bot.services.core.desk import Desk
from bot.services.periods.walk_period import Owed, SaidOfRow, obstacle, owed_now, send_all, sent_already, standing_of
from bot.services.reporting.report_progress import mark_of
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from tests.services.test_periods import noon, with_rules
from tests.services.wards import a_desk
from tests.services.works import Work, key

NOW = noon(6, 20)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A desk on a fresh database, once on each engine."""
    return a_desk(database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The work of a ward whose units report months and quarters."""
    return await with_rules(desk)


async def owed(work: Work, who: Visitor | None = None, now: object = None) -> Owed:
    async with work.desk.db.read() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        return await owed_now(conn, book, who or work.officer, now or NOW)  # type: ignore[arg-type]


async def said(work: Work) -> list[SaidOfRow]:
    found = await owed(work)
    return [
        SaidOfRow(each.assignment_id, each.lead.row.code, mark_of(each.lead.standing), unchanged=True)
        for each in found.subjects
    ]


async def reports(work: Work) -> int:
    async with work.desk.db.read() as conn:
        count = select(func.count()).select_from(t.events).where(t.events.c.kind == "report")
        return int(await conn.scalar(count) or 0)


async def test_what_is_owed_is_of_the_person_s_own_units_and_of_the_first_open_period(work: Work) -> None:
    found = await owed(work)
    assert found.duty is not None and found.duty.period == "2026-06"
    assert [each.lead.row.code for each in found.subjects if each.lead.row.code == "NV02"] == []
    assert len(found.subjects) == 7
    assert {(target.ask, target.period) for target, _, _ in found.as_units} == {
        ("summary", "2026-Q2"),
        ("once", "2026-06-20"),
    }
    office = await work.ward.member(Role.OFFICE, work.ward.office)
    assert (await owed(work, office)).subjects == ()
    assert {target.ask for target, _, _ in (await owed(work, office)).as_units} == {"upward"}
    with pytest.raises(NotAllowed):
        await owed(work, await work.ward.member(Role.COMMITTEE, work.ward.office))
    july = await owed(work, now=noon(7, 15))
    assert july.duty is not None and july.duty.period == "2026-07"


async def test_sent_again_by_the_same_update_it_is_recorded_once(work: Work) -> None:
    all_said, update = await said(work), key()
    first = await send_all(work.desk, work.officer, all_said[:3], now=NOW, key=update)
    assert (len(first.receipts), first.refused) == (3, ())
    # Cut off after three: the update comes again and finds the rest still to be sent.
    async with work.desk.db.read() as conn:
        known = await sent_already(conn, update, [each.assignment_id for each in all_said])
    assert known == {each.assignment_id for each in all_said[:3]}
    again = await send_all(work.desk, work.officer, all_said, now=noon(6, 20, 6), key=update)
    assert [each.number for each in again.receipts[:3]] == [each.number for each in first.receipts]
    assert len(again.receipts) == 7 == await reports(work) and again.refused == ()
    assert {each.body.period for each in again.receipts} == {"2026-06"}


async def test_one_that_cannot_be_sent_stops_no_other(work: Work) -> None:
    all_said = await said(work)
    async with work.desk.db.write() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        await ledger.record(conn, book, work.by_code["NV07"], Closing("Rút"), person_id=None, now=NOW, key=key())
    moved = SaidOfRow(work.by_code["NV01"], "NV01", "0.in_progress.10.2", percent=Decimal(20))
    lacking = SaidOfRow(
        work.by_code["NV03"], "NV03", next(s.seen for s in all_said if s.code == "NV03"), percent=Decimal(100)
    )
    rest = [each for each in all_said if each.code not in ("NV01", "NV03")]
    done = await send_all(work.desk, work.officer, [moved, lacking, *rest], now=NOW, key=key())
    refused = {code: problem.key for code, problem in done.refused}
    assert refused["NV01"] == "walk_moved" and refused["NV03"] == "evidence_needed" and "NV07" in refused
    assert len(done.receipts) == 4 == await reports(work)


async def test_why_a_row_takes_no_report_in_the_walk(work: Work) -> None:
    found = await owed(work)
    assert found.duty is not None
    one = found.subjects[0]
    async with work.desk.db.read() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        stands = await standing_of(conn, book, work.officer, [one.assignment_id, 999], date(2026, 6, 20))
    assert set(stands) == {one.assignment_id}
    lead, seen = stands[one.assignment_id], mark_of(one.lead.standing)
    assert obstacle(lead, seen, found.duty, {work.ward.police}) is None
    assert obstacle(None, seen, found.duty, {work.ward.police}) == "walk_gone"
    assert obstacle(lead, seen, found.duty, {work.ward.office}) == "walk_handed_on"
    assert obstacle(lead, "1.in_progress.50.2", found.duty, {work.ward.police}) == "walk_moved"
