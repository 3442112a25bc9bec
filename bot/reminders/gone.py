"""People and groups that cannot be reached any more, and groups that have moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.core.desk import Desk
from bot.services.core.recipients import audience_of
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks, outbox, team_chats
from bot.storage.outbox.outbox import Notice, OutboxItem
from bot.storage.records import people


async def person_is_gone(conn: Connection, person_id: int, now: datetime) -> None:
    """Note that messages do not reach a person; the standing office hears of it in its next digest."""
    await people.set_reachable(conn, person_id, False, now)


async def chat_is_gone(desk: Desk, conn: Connection, chat_id: int, items: Sequence[OutboxItem], now: datetime) -> None:
    """Tell the members of a team as persons what their group, which is gone, was to be told."""
    gone = await team_chats.unbind_chat(conn, chat_id, now)
    notices: list[Notice] = []
    for chat in gone:
        audience = await audience_of(conn, await desk.books.of(conn, chat.locality_id))
        members = {held.person_id for held in audience.members if held.unit_id == chat.unit_id}
        notices += [
            _to_member(item, person_id, now)
            for item in items
            if item.locality_id == chat.locality_id
            for person_id in sorted(members)
        ]
    await outbox.queue_all(conn, notices, now)
    await looks.call_round(conn, {chat.locality_id for chat in gone})


def _to_member(item: OutboxItem, person_id: int, now: datetime) -> Notice:
    return Notice(
        key=f"{item.key}:p{person_id}",
        locality_id=item.locality_id,
        rule=item.rule,
        occasion=item.occasion,
        not_before=now,
        person_id=person_id,
        assignment_id=item.assignment_id,
        event_id=item.event_id,
        payload=item.payload,
    )


async def follow_chat(desk: Desk, chat_id: int, new_chat_id: int) -> None:
    """Go on with a group under the number it has as a supergroup."""
    async with desk.db.write() as conn:
        await team_chats.move_chat(conn, chat_id, new_chat_id)
