"""The directory: units, their spellings, and collective names with their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import TienDoError
from bot.domain.plan.plan import Unit, UnitKind
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert


class AliasTaken(TienDoError):
    """Another unit of the locality already goes by this spelling."""

    def __init__(self, alias: str) -> None:
        super().__init__("alias_taken", alias=alias)


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A unit in a group; proposed until the office confirms it."""

    unit_id: int
    proposed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A collective name of the plan ("Các cơ quan, đơn vị") and the units it stands for."""

    id: int
    name: str
    aliases: tuple[str, ...]
    members: tuple[GroupMember, ...]


_UNITS = (
    select(t.units.c.id, t.units.c.locality_id, t.units.c.name, t.units.c.kind, t.unit_aliases.c.alias)
    .select_from(t.units.outerjoin(t.unit_aliases, t.unit_aliases.c.unit_id == t.units.c.id))
    .where(t.units.c.locality_id == bindparam("locality_id"), t.units.c.ended_at.is_(None))
    .order_by(t.units.c.position, t.units.c.id, t.unit_aliases.c.alias)
)
_ALIASES = select(t.unit_aliases.c.folded, t.unit_aliases.c.unit_id).where(
    t.unit_aliases.c.locality_id == bindparam("locality_id")
)
_SAVE_UNIT = Upsert(t.units, ["locality_id", "name"], ["kind", "position", "ended_at"], returning=["id"])
_ADD_ALIAS = Upsert(t.unit_aliases, ["locality_id", "folded"], returning=["unit_id"])
_OWNER = select(t.unit_aliases.c.unit_id).where(
    t.unit_aliases.c.locality_id == bindparam("locality_id"), t.unit_aliases.c.folded == bindparam("folded")
)
_GROUPS = (
    select(
        t.unit_groups.c.id,
        t.unit_groups.c.name,
        t.unit_groups.c.aliases,
        t.unit_group_members.c.unit_id,
        t.unit_group_members.c.proposed,
    )
    .select_from(t.unit_groups.outerjoin(t.unit_group_members, t.unit_group_members.c.group_id == t.unit_groups.c.id))
    .where(t.unit_groups.c.locality_id == bindparam("locality_id"))
    .order_by(t.unit_groups.c.id, t.unit_group_members.c.unit_id)
)
_SAVE_GROUP = Upsert(t.unit_groups, ["locality_id", "name"], ["aliases"], returning=["id"])


async def units(conn: AsyncConnection, locality_id: int) -> tuple[Unit, ...]:
    """The running units with their spellings, in the order of the directory."""
    heads: dict[int, tuple[int, str, str]] = {}
    spellings: dict[int, list[str]] = {}
    for unit_id, place, name, kind, alias in await conn.execute(_UNITS, {"locality_id": locality_id}):
        heads[unit_id] = (place, name, kind)
        known = spellings.setdefault(unit_id, [])
        if alias is not None:
            known.append(alias)
    return tuple(
        Unit(unit_id, place, name, UnitKind(kind), tuple(spellings[unit_id]))
        for unit_id, (place, name, kind) in heads.items()
    )


async def aliases(conn: AsyncConnection, locality_id: int) -> dict[str, int]:
    """Every folded spelling of the locality, with the id of its unit; those of ended units too."""
    found = (await conn.execute(_ALIASES, {"locality_id": locality_id})).all()
    return dict(found)


async def save_unit(
    conn: AsyncConnection,
    locality_id: int,
    name: str,
    kind: UnitKind | str,
    aliases: Iterable[tuple[str, str]],
    position: int,
) -> int:
    """The id of the unit, inserted or brought up to date by its name; one that had ended runs again.

    ``aliases`` are pairs (spelling, folded spelling); those already known stay. Raises AliasTaken.
    """
    values = {"locality_id": locality_id, "name": name, "kind": str(kind), "position": position, "ended_at": None}
    unit_id: int = (await conn.execute(_SAVE_UNIT.on(conn), values)).scalar_one()
    for alias, folded in aliases:
        await add_alias(conn, locality_id, unit_id, alias, folded)
    return unit_id


async def rename_unit(conn: AsyncConnection, unit_id: int, name: str) -> None:
    """Write a new name; the old one stays only where it is an alias."""
    await conn.execute(update(t.units).where(t.units.c.id == unit_id).values(name=name))


async def end_unit(conn: AsyncConnection, unit_id: int, at: datetime) -> None:
    """Take the unit out of the directory; its history stays."""
    where = (t.units.c.id == unit_id, t.units.c.ended_at.is_(None))
    await conn.execute(update(t.units).where(*where).values(ended_at=at))


async def run_units_again(conn: AsyncConnection, unit_ids: Collection[int]) -> None:
    """Let units that had left the directory be in it again."""
    where = (t.units.c.id.in_(sorted(unit_ids)), t.units.c.ended_at.is_not(None))
    await conn.execute(update(t.units).where(*where).values(ended_at=None))


async def add_alias(conn: AsyncConnection, locality_id: int, unit_id: int, alias: str, folded: str) -> None:
    """Let the unit go by one more spelling. Raises AliasTaken where another unit has it."""
    values = {"locality_id": locality_id, "folded": folded, "unit_id": unit_id, "alias": alias}
    if (await conn.execute(_ADD_ALIAS.on(conn), values)).first() is not None:
        return
    owner = await conn.scalar(_OWNER, {"locality_id": locality_id, "folded": folded})
    if owner != unit_id:
        raise AliasTaken(alias)


async def remove_alias(conn: AsyncConnection, locality_id: int, folded: str) -> None:
    """Forget a spelling."""
    where = (t.unit_aliases.c.locality_id == locality_id, t.unit_aliases.c.folded == folded)
    await conn.execute(delete(t.unit_aliases).where(*where))


async def groups(conn: AsyncConnection, locality_id: int) -> tuple[Group, ...]:
    """The collective names of the locality with their members."""
    heads: dict[int, tuple[str, tuple[str, ...]]] = {}
    members: dict[int, list[GroupMember]] = {}
    for group_id, name, spellings, unit_id, proposed in await conn.execute(_GROUPS, {"locality_id": locality_id}):
        heads[group_id] = (name, tuple(spellings))
        held = members.setdefault(group_id, [])
        if unit_id is not None:
            held.append(GroupMember(unit_id, proposed))
    return tuple(Group(key, name, known, tuple(members[key])) for key, (name, known) in heads.items())


async def save_group(conn: AsyncConnection, locality_id: int, name: str, aliases: Iterable[str] = ()) -> int:
    """The id of the group, inserted or brought up to date by its name; its members stay."""
    values = {"locality_id": locality_id, "name": name, "aliases": list(aliases)}
    group_id: int = (await conn.execute(_SAVE_GROUP.on(conn), values)).scalar_one()
    return group_id


async def set_group_members(conn: AsyncConnection, group_id: int, members: Iterable[tuple[int, bool]]) -> None:
    """Write the members as pairs (unit id, proposed), instead of those the group had."""
    await conn.execute(delete(t.unit_group_members).where(t.unit_group_members.c.group_id == group_id))
    wanted = [{"group_id": group_id, "unit_id": unit, "proposed": flag} for unit, flag in dict(members).items()]
    if wanted:
        await conn.execute(insert(t.unit_group_members), wanted)


async def confirm_group(conn: AsyncConnection, group_id: int) -> None:
    """Take the proposed members as they are."""
    where = t.unit_group_members.c.group_id == group_id
    await conn.execute(update(t.unit_group_members).where(where).values(proposed=False))
