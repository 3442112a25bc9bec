"""Two small localities with a person of every role, on a real database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from bot.domain.people.people import Person, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Plan, UnitKind
from bot.domain.plan.words import fold
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.storage.engine.database import Database
from bot.storage.records import people, plans
from bot.storage.records.files import FileStore

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
_IDS = count(7_000_000_001)


@dataclass
class Ward:
    """A locality: its standing office, a unit of officers and a community team."""

    desk: Desk
    id: int
    office: int
    police: int
    division: int
    team: int

    async def visitor(self, telegram_id: int) -> Visitor:
        """Who writes with this id, read afresh as for every message."""
        async with self.desk.db.read() as conn:
            return await people.visitor(conn, telegram_id, telegram_id)

    async def stranger(self) -> Visitor:
        """Someone nobody knows."""
        return await self.visitor(next(_IDS))

    async def member(self, role: Role, unit_id: int, name: str = "Nguyễn Văn An") -> Visitor:
        """A new member."""
        telegram_id = next(_IDS)
        async with self.desk.db.write() as conn:
            person: Person = await people.add_person(conn, telegram_id, name, "vi", NOW)
            await people.add_membership(conn, person.id, self.id, unit_id, role, NOW)
        return await self.visitor(telegram_id)


async def a_ward(desk: Desk, slug: str, name: str, kind: str = "phường") -> Ward:
    """A locality with a plan that is in use."""
    units: tuple[tuple[str, UnitKind], ...] = (
        ("Văn phòng Đảng ủy", UnitKind.OFFICE),
        ("Công an phường", UnitKind.POLICE),
        ("Phòng Văn hóa - Xã hội", UnitKind.DIVISION),
        ("Tổ công nghệ số cộng đồng khu phố 1", UnitKind.COMMUNITY_TEAM),
    )
    async with desk.db.write() as conn:
        place = await plans.save_locality(conn, slug=slug, name=name, kind=kind, province="Đồng Nai")
        ids = [
            await plans.save_unit(conn, place, unit, of_kind, [(unit, fold(unit))], position)
            for position, (unit, of_kind) in enumerate(units)
        ]
        await plans.set_standing_office(conn, place, ids[0])
        issued = date(2026, 3, 1)
        head = Plan(0, place, 2026, "01-KH/ĐU", "Kế hoạch", "Đảng ủy", issued, issued_on_as_printed="01/3/2026")
        plan = await plans.save_plan(conn, head, breaks_off=None, loaded_at=NOW)
        await plans.set_in_use(conn, plan, date(2026, 3, 1))
        await plans.bump_version(conn, place)
    return Ward(desk, place, *ids)


def a_desk(database: Database, folder: Path) -> Desk:
    """A desk whose bot is called tiendo_bot."""
    return Desk(database, FileStore(folder), Books(), bot_name="tiendo_bot")
