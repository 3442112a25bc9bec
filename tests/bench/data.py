"""What the figures are measured on: the five plans with people, and thousands of localities copied from one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from bot.clock import SystemClock
from bot.domain.people.people import Role
from bot.domain.plan.plan import RowKind
from bot.plans.schema import PlanFile
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.storage.engine import tables as t
from bot.storage.engine.database import Connection, Database, migrate
from bot.storage.records import events, people, plans
from bot.storage.records.files import FileStore

SEEDS = Path(__file__).parents[2] / "seeds"
FIRST_PERSON = 7_000_000_001
MEMBERS = 60
"""Of each copied locality."""


@dataclass(frozen=True, slots=True)
class Someone:
    """An officer: the id of their chat, their locality's, and a code of a task their unit leads."""

    telegram_id: int
    locality_id: int
    code: str


def url_of(folder: Path) -> str:
    """The database of a data folder."""
    return f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"


async def open_desk(folder: Path) -> Desk:
    """A desk on the migrated database of a folder."""
    await migrate(url_of(folder))
    return Desk(db=await Database.open(url_of(folder)), files=FileStore(folder), books=Books())


async def load_five_plans(desk: Desk, now: datetime) -> None:
    """The five plans of seeds/, in use."""
    for path in sorted(SEEDS.glob("*.yaml")):
        await load(desk, PlanFile.model_validate(yaml.safe_load(path.read_text("utf-8"))), now=now, in_use=True)


async def five_plans(folder: Path, number_of_people: int) -> list[Someone]:
    """The five plans of seeds/ in use, and officers spread over all units that lead a task."""
    desk = await open_desk(folder)
    now = SystemClock().now()
    try:
        await load_five_plans(desk, now)
        async with desk.db.write() as conn:
            places = [place for locality in await plans.localities(conn) for place in await _leads(conn, locality.id)]
            found = []
            for number in range(number_of_people):
                locality_id, unit_id, code = places[number % len(places)]
                someone = Someone(FIRST_PERSON + number, locality_id, code)
                known = await people.add_person(conn, someone.telegram_id, "Nguyễn Văn An", "vi", now)
                await people.add_membership(conn, known.id, locality_id, unit_id, Role.OFFICER, now)
                found.append(someone)
            for locality in await plans.localities(conn):
                await plans.bump_version(conn, locality.id)
            return found
    finally:
        await desk.db.close()


async def _leads(conn: Connection, locality_id: int) -> list[tuple[int, int, str]]:
    plan = await plans.plan_of(conn, locality_id)
    assert plan is not None
    codes = {row.id: row.code for row in await plans.rows(conn, plan.id) if row.kind is RowKind.TASK}
    led: dict[int, str] = {}
    for assignment, _ in await events.standings(conn, plan.id):
        if assignment.row_id in codes:
            led.setdefault(assignment.unit_id, codes[assignment.row_id])
    return [(locality_id, unit_id, code) for unit_id, code in sorted(led.items())]


@dataclass(frozen=True, slots=True)
class Many:
    """Copies of one locality: the members of each, by the ids of their chats."""

    members: Sequence[Sequence[int]]

    def some(self, localities: int, each: int) -> list[int]:
        """Members of this many localities, spread over all, so many of each."""
        step = len(self.members) // localities
        return [person for place in self.members[::step][:localities] for person in place[:each]]

    def first(self, localities: int) -> list[int]:
        """All members of the first localities."""
        return [person for place in self.members[:localities] for person in place]


async def many_localities(desk: Desk, copies: int, assignments: int, *, now: datetime | None = None) -> Many:
    """``copies`` localities, each with a plan of ``assignments`` lead assignments and its officers, in use ``now``.

    One is loaded as any plan is; the others are copied inside SQLite, table by table, with their ids moved on.
    """
    now = now or SystemClock().now()
    file = PlanFile.model_validate(yaml.safe_load((SEEDS / "binh-loc.yaml").read_text("utf-8")))
    await load(desk, file, now=now, in_use=True)
    async with desk.db.write() as conn:
        (first,) = await plans.localities(conn)
        await _cut(conn, assignments)
        unit = (await plans.units(conn, first.id))[0]
        for number in range(MEMBERS):
            known = await people.add_person(conn, FIRST_PERSON + number, "Nguyễn Văn An", "vi", now)
            await people.add_membership(conn, known.id, first.id, unit.id, Role.OFFICER, now)
        for table, moved in _MOVED.items():
            await _copy(conn, table, moved, copies)
    starts = range(FIRST_PERSON, FIRST_PERSON + copies * MEMBERS, MEMBERS)
    return Many([range(start, start + MEMBERS) for start in starts])


_STEP = 1_000
"""Between the ids of one copy and those of the next."""
_MOVED: dict[str, tuple[str, ...]] = {
    "localities": ("id", "standing_office_id"),
    "units": ("id", "locality_id"),
    "unit_aliases": ("locality_id", "unit_id"),
    "plans": ("id", "locality_id"),
    "rows": ("id", "plan_id", "locality_id"),
    "assignments": ("id", "row_id", "plan_id", "locality_id", "unit_id", "first_unit_id"),
    "people": ("id", "current_locality_id"),
    "memberships": ("id", "person_id", "locality_id", "unit_id"),
}


async def _cut(conn: Connection, assignments: int) -> None:
    """Keep the first lead assignments, repeated under other rows where the plan has too few."""
    for table in t.metadata.tables.values():
        for column in table.columns:
            if column.references(t.assignments.c.id):
                await conn.exec_driver_sql(f"DELETE FROM {table.name} WHERE {column.name} IS NOT NULL")
    await conn.exec_driver_sql("DELETE FROM assignments WHERE role <> 'lead'")
    held = [row[0] for row in await conn.exec_driver_sql("SELECT id FROM assignments ORDER BY id")]
    if len(held) < assignments:
        raise AssertionError(f"the plan has only {len(held)} lead assignments")
    await conn.exec_driver_sql("DELETE FROM assignments WHERE id > ?", (held[assignments - 1],))
    await conn.exec_driver_sql("DELETE FROM rows WHERE id NOT IN (SELECT row_id FROM assignments)")
    highest = [await conn.exec_driver_sql(f"SELECT max(id) FROM {name}") for name in ("rows", "units", "assignments")]
    assert max(each.scalar() for each in highest) < _STEP


async def _copy(conn: Connection, table: str, moved: Sequence[str], copies: int) -> None:
    def value(column: str) -> str:
        if column in moved:
            return f"o.{column} + n.i * {_STEP}"
        if (table, column) == ("people", "telegram_id"):
            return f"o.{column} + n.i * {MEMBERS}"
        if table == "localities" and column in ("slug", "identity"):
            return f"o.{column} || '-' || n.i"
        return f"o.{column}"

    columns = [column.name for column in t.metadata.tables[table].columns]
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies - 1})"
    chosen = ", ".join(value(column) for column in columns)
    if copies > 1:
        await conn.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {chosen} FROM n CROSS JOIN {table} o"
        )
