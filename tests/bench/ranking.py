"""The ranking of every locality of the country, one after another: it grows in proportion to how many there are."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.plan.periods import span_of
from bot.services.core.desk import Desk
from bot.services.results.rank_units import ranking
from bot.storage.records import people, plans
from tests.bench.data import many_localities, open_desk
from tests.bench.figures import Figure

MANY, PART, ASSIGNMENTS = 3_321, 332, 60
REPORTED, REPORTS = 4, 3
"""Every fourth assignment has so many reports."""
LOADED, NOW = datetime(2026, 3, 10, 1, tzinfo=UTC), datetime(2026, 8, 20, 1, tzinfo=UTC)
MOST = 1.3
BODY = '{"percent": "%d", "files": [], "period": "2026-0%d", "late": false, "unchanged": false, "kind": "report"}'


def measure_ranking(folder: Path, *, runs: int) -> list[Figure]:
    """What one ranking costs where a tenth of all localities is gone through, and where all are."""
    part, every = asyncio.run(_measured(folder, runs))
    return [
        Figure(f"ranking of one locality of {ASSIGNMENTS} rows, a tenth gone through, ms", f"{part * 1000:.1f}"),
        Figure(f"the same, all {MANY:,} gone through, ms", f"{every * 1000:.1f}"),
        Figure("multiple", f"{every / part:.2f}", f"≤ {MOST}", every / part <= MOST),
        Figure(f"all {MANY:,} rankings, s", f"{every * MANY:.0f}"),
    ]


async def _measured(folder: Path, runs: int) -> tuple[float, float]:
    desk = await open_desk(folder)
    try:
        await many_localities(desk, MANY, ASSIGNMENTS, now=LOADED)
        await _reported(desk)
        await _joined(desk)
        async with desk.db.read() as conn:
            places = [place.id for place in await plans.localities(conn)]
        await _gone_through(desk, places[:5])
        part = min([await _gone_through(desk, places[:PART]) for _ in range(runs)]) / PART
        return part, await _gone_through(desk, places) / len(places)
    finally:
        await desk.db.close()


async def _reported(desk: Desk) -> None:
    async with desk.db.write() as conn:
        for number in range(REPORTS):
            await conn.exec_driver_sql(
                "INSERT INTO events (assignment_id, locality_id, at, kind, body, key) "
                "SELECT id, locality_id, ?, 'report', ?, 'bench:' || id || ':' || ? FROM assignments WHERE id % ? = 0",
                (f"2026-0{5 + number}-20T01:00:00.000000Z", BODY % (20 * number, 5 + number), number, REPORTED),
            )


async def _joined(desk: Desk) -> None:
    async with desk.db.write() as conn:
        someone = await people.add_person(conn, 7_000_000_001, "Nguyễn Văn An", "vi", LOADED)
        await conn.exec_driver_sql(
            "INSERT OR IGNORE INTO memberships (person_id, locality_id, unit_id, role, since) "
            "SELECT DISTINCT ?, locality_id, unit_id, 'officer', ? FROM assignments",
            (someone.id, f"{LOADED:%Y-%m-%dT%H:%M:%S.%fZ}"),
        )


async def _gone_through(desk: Desk, places: list[int]) -> float:
    """The processor time of the rankings of these localities, one after another."""
    span = span_of("2026-Q3")
    assert span is not None
    begun = time.process_time()
    for place in places:
        async with desk.db.read() as conn:
            found = await ranking(conn, await desk.books.of(conn, place), span, NOW)
        assert found.units
    return time.process_time() - begun
