"""Invitations with a number of uses and an end, and the attempts of people who guess codes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.invitation import Invitation
from bot.domain.people.people import Role
from bot.storage.engine import tables as t

i = t.invitations.c
_ONE = select(t.invitations).where(i.code == bindparam("code"))
_OPEN = (
    select(t.invitations)
    .where(
        i.locality_id == bindparam("locality_id"),
        i.expires_at > bindparam("now"),
        i.revoked_at.is_(None),
        i.used < i.uses,
    )
    .order_by(i.created_at, i.code)
)
_USE = (
    update(t.invitations)
    .where(
        i.code == bindparam("used_code"),
        i.used < i.uses,
        i.expires_at > bindparam("now"),
        i.revoked_at.is_(None),
    )
    .values(used=i.used + 1)
)
_USED_BY = select(func.count()).where(
    t.invitation_uses.c.code == bindparam("code"), t.invitation_uses.c.person_id == bindparam("person_id")
)
_ATTEMPTS = select(func.count()).where(
    t.join_attempts.c.telegram_id == bindparam("telegram_id"), t.join_attempts.c.at >= bindparam("since")
)
_OLDEST_ATTEMPTS = (
    select(t.join_attempts.c.id)
    .where(t.join_attempts.c.at < bindparam("before"))
    .order_by(t.join_attempts.c.at)
    .limit(bindparam("most"))
)
_PURGE_ATTEMPTS = delete(t.join_attempts).where(t.join_attempts.c.id.in_(_OLDEST_ATTEMPTS))


def _invitation(found: RowMapping) -> Invitation:
    return Invitation(**{**found, "role": Role(found["role"])})


async def add_invitation(conn: AsyncConnection, invited: Invitation) -> None:
    """Keep a new invitation."""
    await conn.execute(insert(t.invitations).values(asdict(invited) | {"role": invited.role.value}))


async def invitation(conn: AsyncConnection, code: str) -> Invitation | None:
    """The invitation of this code, in whatever state."""
    found = (await conn.execute(_ONE, {"code": code})).mappings().first()
    return None if found is None else _invitation(found)


async def invitations_open(conn: AsyncConnection, locality_id: int, now: datetime) -> tuple[Invitation, ...]:
    """The invitations of a locality that can still be used, the oldest first."""
    found = (await conn.execute(_OPEN, {"locality_id": locality_id, "now": now})).mappings()
    return tuple(_invitation(row) for row in found)


async def use_invitation(conn: AsyncConnection, code: str, person_id: int, at: datetime) -> bool:
    """Count one use by this person; False where none is left, it has run out, or it was revoked.

    Each call counts: whether the person is already a member is asked before.
    """
    if (await conn.execute(_USE, {"used_code": code, "now": at})).rowcount != 1:
        return False
    await conn.execute(insert(t.invitation_uses).values(code=code, person_id=person_id, at=at))
    return True


async def has_used(conn: AsyncConnection, code: str, person_id: int) -> bool:
    """Whether this person came in by this invitation."""
    return bool(await conn.scalar(_USED_BY, {"code": code, "person_id": person_id}))


async def revoke_invitation(conn: AsyncConnection, code: str, at: datetime) -> bool:
    """Make the invitation useless; whether it was not already revoked."""
    where = (i.code == code, i.revoked_at.is_(None))
    return (await conn.execute(update(t.invitations).where(*where).values(revoked_at=at))).rowcount > 0


async def attempts_since(conn: AsyncConnection, telegram_id: int, since: datetime) -> int:
    """How often someone tried a wrong code since an instant."""
    return await conn.scalar(_ATTEMPTS, {"telegram_id": telegram_id, "since": since}) or 0


async def add_attempt(conn: AsyncConnection, telegram_id: int, at: datetime) -> None:
    """Note one try with a wrong code."""
    await conn.execute(insert(t.join_attempts).values(telegram_id=telegram_id, at=at))


async def purge_attempts(conn: AsyncConnection, before: datetime, most: int) -> int:
    """How many tries were forgotten, at most so many: those before an instant."""
    return (await conn.execute(_PURGE_ATTEMPTS, {"before": before, "most": most})).rowcount
