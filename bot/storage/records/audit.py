"""The audit: one append-only chain of hashes a locality. It holds ids, never names or texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NotFound
from bot.storage.engine import tables as t
from bot.storage.engine.types import instant_text

FIRST = "0" * 64
"""What stands as the previous hash of a chain's first link."""

u = t.audit.c
_HEAD = select(u.seq, u.hash).where(u.locality_id == bindparam("locality_id")).order_by(u.seq.desc()).limit(1)
_CHAIN = select(t.audit).where(u.locality_id == bindparam("locality_id")).order_by(u.seq)
_LINK = insert(t.audit)
# On SQLite SQLAlchemy leaves FOR UPDATE out: it has one writer, who needs no lock.
_LOCK = select(t.localities.c.id).where(t.localities.c.id == bindparam("locality_id")).with_for_update(key_share=True)


def _hash(link: Mapping[str, Any]) -> str:
    hashed = {
        "locality_id": link["locality_id"],
        "seq": link["seq"],
        "at": instant_text(link["at"]),
        "actor_id": link["actor_id"],
        "action": link["action"],
        "subject": link["subject"],
        "previous": link["previous"],
    }
    canonical = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def append(
    conn: AsyncConnection,
    locality_id: int,
    at: datetime,
    actor_id: int | None,
    action: str,
    subject: Mapping[str, int | str | None],
) -> str:
    """The hash of the new link. Raises NotFound for an unknown locality.

    On PostgreSQL the locality's row is locked until the transaction ends, so that two writers never continue the
    same link.
    """
    if await conn.scalar(_LOCK, {"locality_id": locality_id}) is None:
        raise NotFound("no_such_locality")
    newest = await head(conn, locality_id)
    seq, previous = (newest[0] + 1, newest[1]) if newest else (1, FIRST)
    link = {
        "locality_id": locality_id,
        "seq": seq,
        "at": at,
        "actor_id": actor_id,
        "action": action,
        "subject": dict(subject),
        "previous": previous,
    }
    mark = _hash(link)
    await conn.execute(_LINK, {**link, "hash": mark})
    return mark


async def verify(conn: AsyncConnection, locality_id: int) -> int | None:
    """The number of the first link that is missing or was changed; none where the chain holds.

    Links cut off at the end leave a chain that holds: compare `head` with one printed on a document.
    """
    expected, previous = 1, FIRST
    async with conn.stream(_CHAIN, {"locality_id": locality_id}) as chain:
        async for link in chain.mappings():
            whole = link["seq"] == expected and link["previous"] == previous
            if not whole or _hash(dict(link)) != link["hash"]:
                return expected
            expected, previous = expected + 1, link["hash"]
    return None


async def head(conn: AsyncConnection, locality_id: int) -> tuple[int, str] | None:
    """Number and hash of the newest link."""
    found = (await conn.execute(_HEAD, {"locality_id": locality_id})).first()
    return None if found is None else (found.seq, found.hash)
