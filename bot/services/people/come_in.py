"""Who stands at the door, and whether messages reach them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people.visitor import Visitor
from bot.services.core.desk import Desk
from bot.storage.records import people


async def who_came(desk: Desk, *, telegram_id: int, chat_id: int, answers: bool) -> Visitor:
    """Who wrote in this chat. One who counted as unreachable and ``answers`` in private is reachable again."""
    async with desk.db.read() as conn:
        visitor = await people.visitor(conn, telegram_id, chat_id)
    if answers and visitor.person is not None and not visitor.person.reachable:
        async with desk.db.write() as conn:
            await people.set_reachable(conn, visitor.person.id, True)
    return visitor


async def note_presence(desk: Desk, *, telegram_id: int, reachable: bool, now: datetime) -> None:
    """Write down whether messages reach the person; nothing where the number is nobody's."""
    async with desk.db.write() as conn:
        person = await people.person_by_telegram(conn, telegram_id)
        if person is not None:
            await people.set_reachable(conn, person.id, reachable, now)
