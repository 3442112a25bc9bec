"""Open dialogues: one for each person in each chat, kept as a draft so that a restart loses nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.dialogue import Dialogue
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

_SAVE = Upsert(t.dialogues, ["chat_id", "telegram_id"], ["kind", "draft", "updated_at", "answer_due_at"])
_KEY = (t.dialogues.c.chat_id == bindparam("chat"), t.dialogues.c.telegram_id == bindparam("telegram"))
_END = delete(t.dialogues).where(*_KEY)
_PENDING = select(t.dialogues).where(t.dialogues.c.answer_due_at.is_not(None)).order_by(t.dialogues.c.answer_due_at)
_IDLE = (
    select(t.dialogues.c.chat_id, t.dialogues.c.telegram_id)
    .where(t.dialogues.c.updated_at < bindparam("before"))
    .order_by(t.dialogues.c.updated_at)
    .limit(bindparam("most"))
)
_DROP_IDLE = delete(t.dialogues).where(tuple_(t.dialogues.c.chat_id, t.dialogues.c.telegram_id).in_(_IDLE))


def _dialogue(found: RowMapping) -> Dialogue:
    return Dialogue(**found)


async def save(conn: AsyncConnection, dialogue: Dialogue) -> None:
    """Keep the draft; one already open between this person and this chat is replaced."""
    values = {
        "chat_id": dialogue.chat_id,
        "telegram_id": dialogue.telegram_id,
        "kind": dialogue.kind,
        "draft": dialogue.draft,
        "updated_at": dialogue.updated_at,
        "answer_due_at": dialogue.answer_due_at,
    }
    await conn.execute(_SAVE.on(conn), values)


async def end(conn: AsyncConnection, chat_id: int, telegram_id: int) -> bool:
    """Close the dialogue; whether one was open."""
    return (await conn.execute(_END, {"chat": chat_id, "telegram": telegram_id})).rowcount > 0


async def purge(conn: AsyncConnection, before: datetime, most: int) -> int:
    """How many drafts were dropped, at most so many, that nobody has touched since an instant, with all put aside."""
    return (await conn.execute(_DROP_IDLE, {"before": before, "most": most})).rowcount


async def answers_pending(conn: AsyncConnection) -> tuple[Dialogue, ...]:
    """Every dialogue that owes an answer, at whatever instant; read once after a restart."""
    return tuple(_dialogue(found) for found in (await conn.execute(_PENDING)).mappings())
