"""The real plans on a real database, not yet in use, with people of every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path

from bot.domain.people.people import Person, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Unit
from bot.plans.reader import read_yaml
from bot.plans.schema import PlanFile
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book, Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.storage.engine.database import Database
from bot.storage.records import audit, people, plans
from bot.storage.records.files import FileStore

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
_IDS = count(6_000_000_001)
_KEYS = count(1)


def key() -> str:
    """The key of an update that has not been seen before."""
    return f"office:{next(_KEYS)}"


@cache
def plan_file(slug: str) -> PlanFile:
    """One of the five plans."""
    return read_yaml(SEEDS / f"{slug}.yaml")


def a_year_later(file: PlanFile) -> PlanFile:
    """The same plan for the next year, issued on 10 December."""
    year = file.plan.year
    head = {"year": year + 1, "issued_on": date(year, 12, 10), "issued_on_as_printed": f"10/12/{year}"}
    rows = [
        row.model_copy(update={"deadline": row.deadline.replace(f"{year}", f"{year + 1}") if row.deadline else None})
        for row in file.rows
    ]
    return file.model_copy(update={"plan": file.plan.model_copy(update=head), "rows": tuple(rows)})


@dataclass
class Commune:
    """A locality whose plan has been loaded."""

    desk: Desk
    id: int
    office: Visitor

    async def book(self) -> Book:
        """Its book as it stands now."""
        async with self.desk.db.read() as conn:
            return await self.desk.books.of(conn, self.id)

    async def leads(self, code: str | None = None, *, now: datetime = NOW) -> list[Lead]:
        """The running lead assignments (of one row)."""
        book = await self.book()
        async with self.desk.db.read() as conn:
            found = await leads(conn, book, book.today(now))
        return [lead for lead in found if code in (None, lead.row.code)]

    async def leading(self, code: str) -> set[str]:
        """The names of the units that lead a row."""
        book = await self.book()
        return {book.unit_name(lead.standing.unit_id) for lead in await self.leads(code)}

    async def row_id(self, code: str) -> int:
        """The id of a row."""
        return (await self.book()).by_code[code].id

    async def unit(self, name: str) -> Unit:
        """A unit by its present name."""
        return next(unit for unit in (await self.book()).units.values() if unit.name == name)

    async def group_id(self, name: str) -> int:
        """The id of a group."""
        return next(group.id for group in (await self.book()).groups if group.name == name)

    async def member(self, role: Role, unit: str, name: str = "Nguyễn Văn An") -> Visitor:
        """A new member."""
        return await member(self.desk, self.id, role, (await self.unit(unit)).id, name)

    async def audited(self, action: str) -> int:
        """How many links of the chain say this; the chain itself must hold."""
        from sqlalchemy import func, select

        from bot.storage.engine import tables as t

        async with self.desk.db.read() as conn:
            assert await audit.verify(conn, self.id) is None
            wanted = (t.audit.c.locality_id == self.id, t.audit.c.action == action)
            return int(await conn.scalar(select(func.count()).select_from(t.audit).where(*wanted)) or 0)


async def member(desk: Desk, place: int, role: Role, unit_id: int, name: str) -> Visitor:
    """A new member of a locality."""
    telegram_id = next(_IDS)
    async with desk.db.write() as conn:
        person: Person = await people.add_person(conn, telegram_id, name, "vi", NOW)
        await people.add_membership(conn, person.id, place, unit_id, role, NOW)
    async with desk.db.read() as conn:
        return await people.visitor(conn, telegram_id, telegram_id)


async def a_commune(desk: Desk, slug: str, *, in_use: bool = False) -> Commune:
    """One of the five localities, loaded from its seed."""
    report = await load(desk, plan_file(slug), now=NOW, in_use=in_use)
    async with desk.db.read() as conn:
        office_unit = (await plans.locality(conn, report.locality_id)).standing_office_id
    assert office_unit is not None
    office = await member(desk, report.locality_id, Role.OFFICE, office_unit, "Trần Thị Bình")
    return Commune(desk, report.locality_id, office)


def a_desk(database: Database, folder: Path) -> Desk:
    """A desk on this database."""
    return Desk(database, FileStore(folder), Books())
