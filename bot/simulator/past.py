"""What happened before the trial begins: five plans put in use in March, and what their people did since."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.lifecycle import DEFAULT_ZONE
from bot.plans.reader import read_yaml
from bot.reminders.tick import tick
from bot.services.book import Books
from bot.services.desk import Desk
from bot.services.hours import day_of, day_start
from bot.services.load_plan import load
from bot.simulator.cast import TROUPES, Place, Troupe, seat
from bot.simulator.state import Chats
from bot.storage import outbox
from bot.storage.database import Database, migrate
from bot.storage.files import FileStore

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
IN_USE = datetime(2026, 3, 16, 8, tzinfo=DEFAULT_ZONE)


async def live_through(url: str, folder: Path, chats: Chats, start: datetime) -> list[Place]:
    """The localities with all that happened in them until the night before ``start``; what was due then is told."""
    await migrate(url)
    db = await Database.open(url, durable=False)
    try:
        desk = Desk(db=db, files=FileStore(folder), books=Books())
        begun = min(IN_USE, start)
        places = [await _open(desk, troupe, chats, begun) for troupe in TROUPES]
        await _told_until(desk, eve_of(start))
        return places
    finally:
        await db.close()


def eve_of(start: datetime) -> datetime:
    """The last minute of the day before."""
    return day_start(day_of(start)) - timedelta(minutes=1)


async def _open(desk: Desk, troupe: Troupe, chats: Chats, now: datetime) -> Place:
    file = read_yaml(SEEDS / f"{troupe.slug}.yaml")
    report = await load(desk, file, now=now, in_use=True)
    return await seat(desk, troupe, report.locality_id, file, chats, now)


async def _told_until(desk: Desk, at: datetime) -> None:
    """What has come due by then counts as told: people read it in those days."""
    await tick(desk, at)
    async with desk.db.write() as conn:
        await outbox.told_before(conn, at)
