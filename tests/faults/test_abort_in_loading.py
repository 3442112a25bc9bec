"""A plan being loaded, cut at every await: it is there as a whole, or nothing of it is."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.plans.schema import PlanFile
from bot.services.plan.load_plan import load
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, plans
from tests.services.communes import NOW, a_desk
from tests.services.files import small_plan, with_rows, without

# A process that is cut off closes nothing, not even the connection it was just opening.
pytestmark = [pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"), pytest.mark.timeout(600)]
MOST = 3000


class _Cut:
    """Work whose task is cancelled where it waits for the ``n``-th time (1, 2 …)."""

    def __init__(self, work: Any, n: int) -> None:
        self._work = work
        self._left = n

    def __await__(self) -> Generator[Any, Any, Any]:
        driven = self._work.__await__()
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            try:
                waited = driven.send(sent) if thrown is None else driven.throw(thrown)
            except StopIteration as end:
                return end.value
            self._left -= 1
            if self._left == 0:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            sent, thrown = None, None
            try:
                sent = yield waited
            except BaseException as error:
                thrown = error


async def cut_at(url: str, folder: Path, file: PlanFile, n: int) -> bool:
    """Whether the loading was cut off at its ``n``-th wait, by a process of its own."""

    async def loading() -> None:
        await _Cut(load(a_desk(db, folder), file, now=NOW), n)

    db = await Database.open(url)
    try:
        await asyncio.ensure_future(loading())
    except asyncio.CancelledError:
        return True
    finally:
        await db.close()
    return False


async def standing(url: str) -> tuple[list[Any], ...]:
    """Rows and running assignments, without their numbers; the chain of what was done holds."""
    db = await Database.open(url)
    rows = select(t.rows.c.code, t.rows.c.name, t.rows.c.lead_as_printed, t.plans.c.number).join_from(t.rows, t.plans)
    held = (
        select(t.rows.c.code, t.units.c.name, t.assignments.c.role, t.assignments.c.colour)
        .join_from(t.assignments, t.rows)
        .join(t.units, t.units.c.id == t.assignments.c.unit_id)
        .where(t.assignments.c.ended_at.is_(None))
    )
    counted = [select(table.c.id) for table in (t.localities, t.units, t.unit_groups, t.day_exceptions)]
    counted.append(select(t.audit.c.seq))
    async with db.read() as conn:
        for place in await plans.localities(conn):
            assert await audit.verify(conn, place.id) is None
        found = [sorted(map(repr, await conn.execute(asked))) for asked in (rows, held)]
        found += [[len((await conn.execute(asked)).all())] for asked in counted]
    await db.close()
    return tuple(found)


CHANGED = without(with_rows(small_plan(), {"NV03": {"lead": "Công an xã"}, "NV07": {"deadline": "30/9/2026"}}), "NV01")


@pytest.mark.parametrize("comes", ["first", "again"])
async def test_a_plan_cut_at_every_await_is_there_as_a_whole_or_not_at_all(
    database_url: str, tmp_path: Path, comes: str
) -> None:
    file = small_plan() if comes == "first" else CHANGED
    if comes == "again":
        db = await Database.open(database_url)
        await load(a_desk(db, tmp_path), small_plan(), now=NOW)
        await db.close()
    before = await standing(database_url)
    # SQLite waits seldom and is cut everywhere; PostgreSQL at every fourth of its waits, others for each of the two.
    first, step = (1, 1) if database_url.startswith("sqlite") else (1 + 2 * (comes == "again"), 4)
    for n in range(first, MOST, step):
        await cut_at(database_url, tmp_path, file, n)
        after = await standing(database_url)
        if after != before:
            break
    assert 10 < n < MOST - step
    # The first that left anything left all of it: loading it once more changes nothing but says that it was done.
    assert len(after[0]) == len(small_plan().rows)
    assert not await cut_at(database_url, tmp_path, file, MOST)
    again = await standing(database_url)
    assert again[:-1] == after[:-1] and again[-1] == [after[-1][0] + 1]
