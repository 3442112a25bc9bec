"""People and their memberships, and the one question every message asks: who is this?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, RowMapping, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.dialogue import Dialogue
from bot.domain.people.people import Membership, Person, Role
from bot.domain.people.visitor import LocalityRef, Visitor
from bot.storage.archive.privacy import erase_person, export_person
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert
from bot.storage.outbox.looks import call_again, call_round
from bot.storage.records.invitations import (
    add_attempt,
    add_invitation,
    attempts_since,
    has_used,
    invitation,
    invitations_open,
    revoke_invitation,
    use_invitation,
)

__all__ = [
    "add_attempt",
    "add_invitation",
    "add_membership",
    "add_person",
    "attempts_since",
    "end_membership",
    "erase_person",
    "export_person",
    "has_used",
    "invitation",
    "invitations_open",
    "joined_units",
    "members",
    "membership",
    "memberships_in",
    "people",
    "person",
    "person_by_telegram",
    "revoke_invitation",
    "set_current_locality",
    "set_digest_minute",
    "set_language",
    "set_reachable",
    "unreachable_since",
    "use_invitation",
    "visitor",
]


p, m = t.people.c, t.memberships.c
_PERSON_COLUMNS = (p.id, p.telegram_id, p.full_name, p.language, p.current_locality_id, p.reachable, p.digest_minute)
_MEMBERSHIP_COLUMNS = (m.id, m.person_id, m.locality_id, m.unit_id, m.role, m.since, m.ended_at)


def _labelled(prefix: str, columns: Any) -> list[Any]:
    return [column.label(f"{prefix}_{column.name}") for column in columns]


_ASKED = select(bindparam("telegram_id", type_=BigInteger).label("telegram_id")).subquery("asked")
_D, _L = t.dialogues.c, t.localities.c
_VISITOR = (
    select(
        *_labelled("p", _PERSON_COLUMNS),
        *_labelled("m", _MEMBERSHIP_COLUMNS),
        *_labelled("l", (_L.id, _L.slug, _L.name, _L.kind, _L.version)),
        *_labelled("d", (_D.kind, _D.draft, _D.updated_at, _D.answer_due_at)),
    )
    .select_from(
        _ASKED.outerjoin(t.people, p.telegram_id == _ASKED.c.telegram_id)
        .outerjoin(t.memberships, and_(m.person_id == p.id, m.ended_at.is_(None)))
        .outerjoin(t.localities, _L.id == m.locality_id)
        .outerjoin(t.dialogues, and_(_D.chat_id == bindparam("chat_id"), _D.telegram_id == _ASKED.c.telegram_id))
    )
    .order_by(m.id)
)
_PERSON = select(*_PERSON_COLUMNS).where(p.id == bindparam("id"))
_PEOPLE = select(*_PERSON_COLUMNS).where(p.id.in_(bindparam("ids", expanding=True)))
_BY_TELEGRAM = select(*_PERSON_COLUMNS).where(p.telegram_id == bindparam("telegram_id"))
_ADD = Upsert(t.people, ["telegram_id"], ["full_name", "reachable"], returning=[c.name for c in _PERSON_COLUMNS])
_RUNNING = select(*_MEMBERSHIP_COLUMNS).where(m.ended_at.is_(None)).order_by(m.id)
_IN_LOCALITY = _RUNNING.where(m.locality_id == bindparam("locality_id"))
_JOINED = (
    select(m.unit_id)
    .distinct()
    .where(
        m.locality_id == bindparam("locality_id"),
        m.since <= func.coalesce(bindparam("at", type_=m.since.type), m.since),
        m.role.in_(bindparam("roles", expanding=True)),
    )
)
_SAME = _RUNNING.where(
    m.person_id == bindparam("person_id"), m.unit_id == bindparam("unit_id"), m.role == bindparam("role")
)
_MEMBERSHIP = select(*_MEMBERSHIP_COLUMNS).where(m.id == bindparam("id"))
_MEMBERS = (
    select(*_labelled("p", _PERSON_COLUMNS), *_labelled("m", _MEMBERSHIP_COLUMNS))
    .select_from(t.memberships.join(t.people, p.id == m.person_id))
    .where(m.locality_id == bindparam("locality_id"), m.ended_at.is_(None))
    .order_by(m.id)
)
_UNREACHABLE = (
    select(p.id, p.unreachable_at)
    .select_from(t.memberships.join(t.people, p.id == m.person_id))
    .where(
        m.locality_id == bindparam("locality_id"),
        m.ended_at.is_(None),
        p.reachable.is_(False),
        p.unreachable_at.is_not(None),
    )
)
_ADD_MEMBERSHIP = Upsert(t.memberships, ["person_id", "unit_id", "role"], returning=["id"], where=m.ended_at.is_(None))


def _person(found: RowMapping, prefix: str = "") -> Person:
    return Person(
        id=found[f"{prefix}id"],
        telegram_id=found[f"{prefix}telegram_id"] or 0,
        full_name=found[f"{prefix}full_name"] or "",
        language=found[f"{prefix}language"],
        current_locality_id=found[f"{prefix}current_locality_id"],
        reachable=found[f"{prefix}reachable"],
        digest_minute=found[f"{prefix}digest_minute"],
    )


def _membership(found: RowMapping, prefix: str = "") -> Membership:
    return Membership(
        id=found[f"{prefix}id"],
        person_id=found[f"{prefix}person_id"],
        locality_id=found[f"{prefix}locality_id"],
        unit_id=found[f"{prefix}unit_id"],
        role=Role(found[f"{prefix}role"]),
        since=found[f"{prefix}since"],
        ended_at=found[f"{prefix}ended_at"],
    )


async def visitor(conn: AsyncConnection, telegram_id: int, chat_id: int) -> Visitor:
    """Who wrote in this chat, with running memberships, their localities and the open dialogue; one statement."""
    found = (await conn.execute(_VISITOR, {"telegram_id": telegram_id, "chat_id": chat_id})).mappings().all()
    first = found[0]
    running = [row for row in found if row["m_id"] is not None]
    places = {
        row["l_id"]: LocalityRef(row["l_id"], row["l_slug"], row["l_name"], row["l_kind"], row["l_version"])
        for row in running
    }
    dialogue = None
    if first["d_kind"] is not None:
        drafted = (first["d_kind"], first["d_draft"], first["d_updated_at"], first["d_answer_due_at"])
        dialogue = Dialogue(chat_id, telegram_id, *drafted)
    return Visitor(
        telegram_id=telegram_id,
        chat_id=chat_id,
        person=None if first["p_id"] is None else _person(first, "p_"),
        memberships=tuple(_membership(row, "m_") for row in running),
        localities=tuple(places.values()),
        dialogue=dialogue,
    )


async def person(conn: AsyncConnection, person_id: int) -> Person | None:
    """The person of this id; one who was erased has the name "" and the transport's id 0."""
    found = (await conn.execute(_PERSON, {"id": person_id})).mappings().first()
    return None if found is None else _person(found)


async def people(conn: AsyncConnection, person_ids: set[int] | frozenset[int]) -> dict[int, Person]:
    """The people of these ids, by id; as `person` gives them."""
    found = (await conn.execute(_PEOPLE, {"ids": sorted(person_ids)})).mappings()
    return {row["id"]: _person(row) for row in found}


async def person_by_telegram(conn: AsyncConnection, telegram_id: int) -> Person | None:
    """The person whom the transport knows by this id."""
    found = (await conn.execute(_BY_TELEGRAM, {"telegram_id": telegram_id})).mappings().first()
    return None if found is None else _person(found)


async def add_person(conn: AsyncConnection, telegram_id: int, full_name: str, language: str, at: datetime) -> Person:
    """The new person; one already known takes the name given now and keeps everything else."""
    values = {
        "telegram_id": telegram_id,
        "full_name": full_name,
        "language": language,
        "reachable": True,
        "joined_at": at,
    }
    return _person((await conn.execute(_ADD.on(conn), values)).mappings().one())


async def set_language(conn: AsyncConnection, person_id: int, language: str) -> None:
    """Write the language the person reads."""
    await conn.execute(update(t.people).where(p.id == person_id).values(language=language))


async def set_current_locality(conn: AsyncConnection, person_id: int, locality_id: int | None) -> None:
    """Write the locality the person's questions are about."""
    await conn.execute(update(t.people).where(p.id == person_id).values(current_locality_id=locality_id))


async def set_digest_minute(conn: AsyncConnection, person_id: int, minute: int) -> None:
    """Write the minute of the day at which the person's digest goes out."""
    await conn.execute(update(t.people).where(p.id == person_id).values(digest_minute=minute))


async def set_reachable(conn: AsyncConnection, person_id: int, reachable: bool, at: datetime | None = None) -> None:
    """Write whether messages reach the person (False: the bot was blocked, seen at ``at``).

    The standing offices of the person's localities hear of it: their round is called.
    """
    where = [p.id == person_id]
    if not reachable:
        where.append(p.reachable)
    values = {"reachable": reachable, "unreachable_at": None if reachable else at}
    changed = (await conn.execute(update(t.people).where(*where).values(**values))).rowcount
    if changed and not reachable:
        places = select(m.locality_id).where(m.person_id == person_id, m.ended_at.is_(None))
        await call_round(conn, set((await conn.execute(places)).scalars()))


async def unreachable_since(conn: AsyncConnection, locality_id: int) -> dict[int, datetime]:
    """The members of a locality whom messages do not reach, with since when that is known."""
    found = await conn.execute(_UNREACHABLE, {"locality_id": locality_id})
    return {row.id: row.unreachable_at for row in found}


async def membership(conn: AsyncConnection, membership_id: int) -> Membership | None:
    """One membership, also where it has ended."""
    found = (await conn.execute(_MEMBERSHIP, {"id": membership_id})).mappings().first()
    return None if found is None else _membership(found)


async def memberships_in(conn: AsyncConnection, locality_id: int) -> tuple[Membership, ...]:
    """The running memberships of a locality."""
    found = (await conn.execute(_IN_LOCALITY, {"locality_id": locality_id})).mappings()
    return tuple(_membership(row) for row in found)


async def joined_units(
    conn: AsyncConnection, locality_id: int, roles: Collection[Role], at: datetime | None
) -> frozenset[int]:
    """The units that somebody has joined in one of these roles (by an instant), whoever has left again since."""
    asked = {"locality_id": locality_id, "at": at, "roles": sorted(role.value for role in roles)}
    return frozenset((await conn.execute(_JOINED, asked)).scalars())


async def members(conn: AsyncConnection, locality_id: int) -> tuple[tuple[Person, Membership], ...]:
    """The running memberships of a locality, each with its person."""
    found = (await conn.execute(_MEMBERS, {"locality_id": locality_id})).mappings()
    return tuple((_person(row, "p_"), _membership(row, "m_")) for row in found)


async def add_membership(
    conn: AsyncConnection, person_id: int, locality_id: int, unit_id: int, role: Role, at: datetime
) -> Membership:
    """The new membership, or the one that runs already in this unit and role.

    Other people are told now than before: the next tick looks at the locality again.
    """
    values = {"person_id": person_id, "locality_id": locality_id, "unit_id": unit_id, "role": role.value, "since": at}
    if (await conn.execute(_ADD_MEMBERSHIP.on(conn), values)).first() is not None:
        await call_again(conn, locality_id)
    same = {"person_id": person_id, "unit_id": unit_id, "role": role.value}
    return _membership((await conn.execute(_SAME, same)).mappings().one())


async def end_membership(conn: AsyncConnection, membership_id: int, at: datetime, by: int | None) -> bool:
    """End a membership; whether it was still running. ``by`` is the person who ended it.

    Where a unit is left without officers, its head is told from now on: the next tick looks at the locality again.
    """
    where = (m.id == membership_id, m.ended_at.is_(None))
    statement = update(t.memberships).where(*where).values(ended_at=at, ended_by=by).returning(m.locality_id)
    locality_id = await conn.scalar(statement)
    if locality_id is not None:
        await call_again(conn, locality_id)
    return locality_id is not None
