"""Questions as they were read, so that pages can be turned and the next question can go on from the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import tables as t


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """One question: where and by whom it was asked, and its reading as JSON; never its words."""

    locality_id: int
    chat_id: int
    telegram_id: int
    reading: dict[str, Any]
    asked_at: datetime


q = t.questions.c
_ONE = select(q.locality_id, q.chat_id, q.telegram_id, q.reading, q.asked_at)
_BY_ID = _ONE.where(q.id == bindparam("question"))
_LAST = (
    _ONE.where(q.telegram_id == bindparam("telegram"), q.chat_id == bindparam("chat")).order_by(q.id.desc()).limit(1)
)
_OLDEST = select(q.id).where(q.asked_at < bindparam("before")).order_by(q.asked_at).limit(bindparam("most"))
_PURGE = delete(t.questions).where(q.id.in_(_OLDEST))


async def keep(conn: AsyncConnection, asked: StoredQuestion) -> int:
    """The number under which the question is found again."""
    values = {
        "locality_id": asked.locality_id,
        "chat_id": asked.chat_id,
        "telegram_id": asked.telegram_id,
        "reading": asked.reading,
        "asked_at": asked.asked_at,
    }
    found = await conn.execute(insert(t.questions).values(**values).returning(q.id))
    return int(found.scalar_one())


async def question(conn: AsyncConnection, question_id: int) -> StoredQuestion | None:
    """The question of this number, unless it was forgotten."""
    found = (await conn.execute(_BY_ID, {"question": question_id})).first()
    return None if found is None else StoredQuestion(*found)


async def last(conn: AsyncConnection, chat_id: int, telegram_id: int) -> StoredQuestion | None:
    """The newest question of a person in a chat."""
    found = (await conn.execute(_LAST, {"chat": chat_id, "telegram": telegram_id})).first()
    return None if found is None else StoredQuestion(*found)


async def purge(conn: AsyncConnection, before: datetime, most: int) -> int:
    """How many questions were forgotten, at most so many: those asked before an instant."""
    return (await conn.execute(_PURGE, {"before": before, "most": most})).rowcount
