"""Units and groups of a file find those that are there, under whatever name the office has given them since."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import BadInput
from bot.domain.plan.words import alike, fold, other_accents
from bot.plans.loaded import LoadedPlan, LoadedUnit
from bot.storage.engine.database import Connection
from bot.storage.records import plans


async def load_directory(conn: Connection, loaded: LoadedPlan, locality_id: int) -> Mapping[str, int]:
    """The ids of a file's units by their names in it; those that are new are added, and so are new groups.

    Raises BadInput (``unit_other_accents``) for a name that only its accents tell from that of a unit which is there.
    """
    ids = await _units(conn, loaded, locality_id)
    await plans.set_standing_office(conn, locality_id, ids[loaded.locality.standing_office])
    groups = {group.name: group for group in await plans.groups(conn, locality_id)}
    for group in loaded.groups:
        stored = groups.get(group.name)
        group_id = await plans.save_group(conn, locality_id, group.name, group.aliases)
        # One that the office has emptied stays empty.
        if stored is None:
            await plans.set_group_members(conn, group_id, [(ids[name], group.proposed) for name in group.members])
    return ids


async def _units(conn: Connection, loaded: LoadedPlan, locality_id: int) -> Mapping[str, int]:
    known = await plans.units(conn, locality_id)
    ids: dict[str, int] = {unit.name: unit.id for unit in known}
    aliases = await plans.aliases(conn, locality_id)
    spellings = {fold(text): text for unit in known for text in (unit.name, *unit.aliases)}
    named = {aliases.get(fold(unit.name)) for unit in loaded.units}
    for position, unit in enumerate(loaded.units):
        _refuse_other_accents(unit, spellings)
        # A unit the office has renamed is found by its printed name, or by another spelling that is only its own.
        known_as = {aliases.get(fold(alias)) for alias in unit.aliases} - named - {None}
        unit_id = aliases.get(fold(unit.name)) or (known_as.pop() if len(known_as) == 1 else None)
        if unit_id is None or unit.name in ids:
            own = [(alias, fold(alias)) for alias in (unit.name, *unit.aliases)]
            unit_id = await plans.save_unit(conn, locality_id, unit.name, unit.kind, own, position)
        ids[unit.name] = unit_id
    return ids


def _refuse_other_accents(unit: LoadedUnit, spellings: Mapping[str, str]) -> None:
    """Thôn Tân Thạnh is no new spelling of thôn Tân Thành, unless the file itself gives it both."""
    known = spellings.get(fold(unit.name))
    if known is None or not other_accents(known, unit.name):
        return
    if alike(known) not in (alike(alias) for alias in unit.aliases):
        raise BadInput("unit_other_accents", name=unit.name, known=known)
