"""One locality with one unit, written straight into the database; an application whose handlers tests may replace."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bot.domain.people.people import Role
from bot.domain.plan.plan import UnitKind
from bot.domain.plan.words import fold
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine.database import Database
from bot.storage.records import plans
from bot.transport.screen.visit import Visit
from bot.views.parts.html import escape
from bot.views.parts.view import View
from tests.town import Town

SLUG, UNIT = "lang-nho", "Công an phường"
Hear = Callable[[Visit, str], Awaitable[None]]


def settle_village(path: Path) -> None:
    """Write the locality into the SQLite file."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _settle(path)).result()


async def _settle(path: Path) -> None:
    db = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        async with db.write() as conn:
            place = await plans.save_locality(conn, slug=SLUG, name="Làng Nhỏ", kind="xã", province="Đồng Nai")
            await plans.save_unit(conn, place, UNIT, UnitKind.POLICE, [(UNIT, fold(UNIT))], 1)
    finally:
        await db.close()


async def member(town: Town, name: str = "Nguyễn Văn An") -> SimulatedPerson:
    """Someone of the one unit."""
    return await town.join(SLUG, UNIT, Role.OFFICER, name=name)


def listen(town: Town, hear: Hear) -> None:
    """Have every text handled by ``hear`` instead of the real handler."""
    from telegram.ext import MessageHandler

    from bot.handlers.entry import free_text

    for handler in town.app.handlers[0]:
        if isinstance(handler, MessageHandler) and handler.callback is free_text.heard:
            handler.callback = _calling(hear)


def _calling(hear: Hear) -> Callable[[Any, Any], Awaitable[None]]:
    async def callback(update: Any, context: Any) -> None:
        await hear(context.visit, update.message.text)

    return callback


async def echo(visit: Visit, text: str) -> None:
    """Answer with the same words."""
    await visit.say(View(escape(text)))


def inbox_rows(town: Town) -> list[tuple[int, str, int, str | None, str | None]]:
    """What a second connection finds in the inbox: update, state, attempts, fault, payload."""
    path = town.settings.data_dir / "tiendo.db"
    with sqlite3.connect(path) as conn:
        return conn.execute("SELECT update_id, state, attempts, fault, payload FROM inbox ORDER BY id").fetchall()
