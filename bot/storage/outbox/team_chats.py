"""Group chats of community teams, and the tasks a person does not want to be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert


@dataclass(frozen=True, slots=True)
class TeamChat:
    """A group chat that is told what its team is told."""

    locality_id: int
    unit_id: int
    chat_id: int
    bound_by: int
    at: datetime


c, m = t.team_chats.c, t.mutes.c
_RUNNING = select(c.locality_id, c.unit_id, c.chat_id, c.bound_by, c.at).where(c.ended_at.is_(None)).order_by(c.id)
_IN_LOCALITY = _RUNNING.where(c.locality_id == bindparam("locality_id"))
_OF_CHAT = _RUNNING.where(c.chat_id == bindparam("chat_id"))
_MUTED = select(m.row_id, m.until).where(m.person_id == bindparam("person_id"))
_MUTE = Upsert(t.mutes, ["person_id", "row_id"], ["until"])


async def chats_in(conn: AsyncConnection, locality_id: int) -> dict[int, TeamChat]:
    """The group chats bound in a locality, by the unit of the team."""
    found = (await conn.execute(_IN_LOCALITY, {"locality_id": locality_id})).all()
    return {chat.unit_id: chat for chat in (TeamChat(*row) for row in found)}


async def teams_of_chat(conn: AsyncConnection, chat_id: int) -> tuple[TeamChat, ...]:
    """The teams a group chat is bound to."""
    return tuple(TeamChat(*row) for row in (await conn.execute(_OF_CHAT, {"chat_id": chat_id})).all())


async def bind(conn: AsyncConnection, chat: TeamChat) -> None:
    """Tell the team in this chat from now on, and in no other; what waits for its former chat goes there too."""
    await unbind(conn, chat.unit_id, chat.at)
    o = t.outbox.c
    # Keys of notices name the team, not the chat: those that wait would not be queued anew for the new chat.
    waiting = (o.locality_id == chat.locality_id, o.state == "queued", o.key.contains(f":t{chat.unit_id}:"))
    await conn.execute(update(t.outbox).where(*waiting).values(chat_id=chat.chat_id))
    values = {"locality_id": chat.locality_id, "unit_id": chat.unit_id, "chat_id": chat.chat_id}
    await conn.execute(insert(t.team_chats).values(**values, bound_by=chat.bound_by, at=chat.at))


async def unbind(conn: AsyncConnection, unit_id: int, at: datetime) -> bool:
    """Whether the team was told in a chat, which is over now."""
    where = (c.unit_id == unit_id, c.ended_at.is_(None))
    return (await conn.execute(update(t.team_chats).where(*where).values(ended_at=at))).rowcount > 0


async def unbind_chat(conn: AsyncConnection, chat_id: int, at: datetime) -> tuple[TeamChat, ...]:
    """The teams that were told in a chat which is gone; their members are told as persons again."""
    gone = await teams_of_chat(conn, chat_id)
    where = (c.chat_id == chat_id, c.ended_at.is_(None))
    await conn.execute(update(t.team_chats).where(*where).values(ended_at=at))
    return gone


async def move_chat(conn: AsyncConnection, chat_id: int, new_chat_id: int) -> None:
    """Follow a group that became a supergroup: what is queued goes to its new number, what it heard stays its own."""
    await conn.execute(update(t.team_chats).where(c.chat_id == chat_id).values(chat_id=new_chat_id))
    await conn.execute(update(t.outbox).where(t.outbox.c.chat_id == chat_id).values(chat_id=new_chat_id))


async def mutes_of(conn: AsyncConnection, person_id: int) -> dict[int, date]:
    """The rows a person is not warned of, each with the last day of silence."""
    found = await conn.execute(_MUTED, {"person_id": person_id})
    return {row.row_id: row.until for row in found}


async def set_mute(conn: AsyncConnection, person_id: int, row_id: int, until: date | None) -> None:
    """No warnings about a row up to and with this day; none: warn again."""
    if until is None:
        await conn.execute(delete(t.mutes).where(m.person_id == person_id, m.row_id == row_id))
    else:
        await conn.execute(_MUTE.on(conn), {"person_id": person_id, "row_id": row_id, "until": until})
