"""Whoever changes several parts of a row waits for all of them first: nobody waits in a circle."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import UnitRole
from bot.services.core.desk import Desk
from bot.services.plan.set_limit import set_limit
from bot.services.requests import change_work
from bot.storage.engine.database import Database
from bot.storage.records import audit, events, plans
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, key, some_work

Change = Callable[[Desk, Visitor, int], Awaitable[object]]
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def limited(desk: Desk, office: Visitor, row_id: int) -> object:
    return await set_limit(
        desk, office, row_id=row_id, due_on=date(2026, 9, 30), reason="Công văn 12", now=NOW, key=key()
    )


async def closed(desk: Desk, office: Visitor, row_id: int) -> object:
    return await change_work.close_row(desk, office, row_id=row_id, reason="Cấp trên rút", now=NOW, key=key())


async def second_part(work: Work) -> tuple[int, int]:
    """The row of NV01 and a part of it that another unit leads."""
    async with work.desk.db.write() as conn:
        found = await events.standing(conn, work.by_code["NV01"])
        assert found is not None
        first, standing = found
        row = await plans.row(conn, first.row_id)
        assert row is not None
        added = await events.add_assignment(conn, row, UnitRole.LEAD, replace(standing, unit_id=work.ward.division))
        await plans.bump_version(conn, work.ward.id)
    return first.row_id, added


@pytest.mark.parametrize("change", [limited, closed])
async def test_a_report_on_one_part_and_a_change_of_all_do_not_wait_for_each_other(
    postgresql_database: Database, tmp_path: Path, change: Change
) -> None:
    work = await some_work(a_desk(postgresql_database, tmp_path / "data"))
    office = await work.ward.member(Role.OFFICE, work.ward.office, "Đỗ Thị Hà")
    row_id, part = await second_part(work)
    async with work.desk.db.write() as reporting:
        # What a report does, held still between its two steps.
        await events.standing(reporting, part, for_update=True)
        changing = asyncio.ensure_future(change(work.desk, office, row_id))
        async with asyncio.timeout(30), work.desk.db.read() as looking:
            while not await looking.scalar(_WAITING):
                await asyncio.sleep(0)
        await audit.append(reporting, work.ward.id, NOW, None, "report", {"assignment": part})
    await changing
    async with work.desk.db.read() as conn:
        assert await audit.verify(conn, work.ward.id) is None
        kinds = {type(event.body).__name__ for event in await events.events_of(conn, part)}
    assert kinds == {"Extension" if change is limited else "Closing"}
