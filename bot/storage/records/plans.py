"""Localities and their plans. Units, rows and days off live beside this module and are offered here too."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NotFound, TienDoError
from bot.domain.plan.duties import ReportingRules
from bot.domain.plan.plan import AlertRules, Grades, Locality, Plan, identity_of, in_hand, same_commune
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert
from bot.storage.outbox.looks import AT_ONCE
from bot.storage.records.days import day_exceptions, save_day
from bot.storage.records.rows import codes, folded_texts, hold_work, row, rows, save_row, with_history
from bot.storage.records.units import (
    Group,
    add_alias,
    aliases,
    confirm_group,
    end_unit,
    groups,
    remove_alias,
    rename_unit,
    run_units_again,
    save_group,
    save_unit,
    set_group_members,
    units,
)

__all__ = [
    "Group",
    "SlugTaken",
    "add_alias",
    "aliases",
    "bump_version",
    "codes",
    "confirm_group",
    "day_exceptions",
    "end_unit",
    "folded_texts",
    "groups",
    "hold_work",
    "localities",
    "locality",
    "locality_by_slug",
    "locality_version",
    "plan_notes",
    "plan_of",
    "plans_of",
    "remove_alias",
    "rename_unit",
    "reporting_rules",
    "row",
    "rows",
    "run_units_again",
    "save_day",
    "save_group",
    "save_locality",
    "save_plan",
    "save_row",
    "save_unit",
    "set_group_members",
    "set_in_use",
    "set_settings",
    "set_standing_office",
    "spell_locality",
    "units",
    "with_history",
]


class SlugTaken(TienDoError):
    """Another locality goes by this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__("slug_taken", slug=slug)


_ALERTS = TypeAdapter(AlertRules)
_GRADES = TypeAdapter(Grades)
_REPORTING = TypeAdapter(ReportingRules)

_LOCALITIES = select(t.localities).order_by(t.localities.c.name, t.localities.c.id)
_LOCALITY = select(t.localities).where(t.localities.c.id == bindparam("id"))
_LOCALITY_BY_SLUG = select(t.localities).where(t.localities.c.slug == bindparam("slug"))
_VERSION = select(t.localities.c.version).where(t.localities.c.id == bindparam("id"))
_BUMP = (
    update(t.localities)
    .where(t.localities.c.id == bindparam("locality_id"))
    # What the ladder depends on may have changed, so the next tick goes round the locality.
    .values(version=t.localities.c.version + 1, next_round_at=AT_ONCE)
    .returning(t.localities.c.version)
)
_PLANS = select(t.plans).where(t.plans.c.locality_id == bindparam("locality_id")).order_by(t.plans.c.year.desc())
_PLAN = select(t.plans).where(t.plans.c.id == bindparam("id"))
_BY_IDENTITY = select(t.localities.c.id).where(t.localities.c.identity == bindparam("identity"))
_IDENTITIES = select(t.localities.c.id, t.localities.c.kind, t.localities.c.name, t.localities.c.province)
_ADD_LOCALITY = Upsert(t.localities, [], returning=["id"])
_PLAN_FIELDS = (
    *("number", "title", "issuer", "issued_on", "issued_on_as_printed", "breaks_off", "standing_office_id"),
    "loaded_at",
)
_SAVE_PLAN = Upsert(t.plans, ["locality_id", "year"], _PLAN_FIELDS, returning=["id"])


def _locality(found: RowMapping) -> Locality:
    settings: dict[str, Any] = found["settings"]
    return Locality(
        id=found["id"],
        slug=found["slug"],
        name=found["name"],
        kind=found["kind"],
        province=found["province"],
        standing_office_id=found["standing_office_id"],
        before_is_inclusive=settings.get("before_is_inclusive", False),
        alert_rules=_ALERTS.validate_python(settings.get("alert_rules", {})),
        grades=_GRADES.validate_python(settings.get("grades", {})),
    )


async def localities(conn: AsyncConnection) -> tuple[Locality, ...]:
    """Every locality, by name."""
    return tuple(_locality(found) for found in (await conn.execute(_LOCALITIES)).mappings())


async def locality_by_slug(conn: AsyncConnection, slug: str) -> Locality | None:
    """The locality of this short name."""
    found = (await conn.execute(_LOCALITY_BY_SLUG, {"slug": slug})).mappings().first()
    return None if found is None else _locality(found)


async def locality(conn: AsyncConnection, locality_id: int) -> Locality:
    """The locality of this id. Raises NotFound."""
    found = (await conn.execute(_LOCALITY, {"id": locality_id})).mappings().first()
    if found is None:
        raise NotFound("no_such_locality")
    return _locality(found)


async def locality_version(conn: AsyncConnection, locality_id: int) -> int:
    """A number that grows whenever directory, plan or settings change. Raises NotFound."""
    version: int | None = await conn.scalar(_VERSION, {"id": locality_id})
    if version is None:
        raise NotFound("no_such_locality")
    return version


async def bump_version(conn: AsyncConnection, locality_id: int) -> int:
    """The new version, after directory, plan or settings changed; what was cached under the old one is stale."""
    version: int = (await conn.execute(_BUMP, {"locality_id": locality_id})).scalar_one()
    return version


async def reporting_rules(conn: AsyncConnection, locality_id: int) -> ReportingRules:
    """What the locality asks of its units and of its standing office. Raises NotFound."""
    found = (await conn.execute(_LOCALITY, {"id": locality_id})).mappings().first()
    if found is None:
        raise NotFound("no_such_locality")
    return _REPORTING.validate_python(found["reporting"])


async def save_locality(
    conn: AsyncConnection,
    *,
    slug: str,
    name: str,
    kind: str,
    province: str,
    before_is_inclusive: bool = False,
    reporting: ReportingRules | None = None,
) -> int:
    """The id of the locality of this kind, name and province; added under ``slug`` where there is none yet.

    What is there stays: its slug, its name as it was first written, and settings and reporting rules, which belong to
    the office (`set_settings`). Raises SlugTaken where it would have to be added and the slug is another's.
    """
    identity = {"identity": identity_of(kind, name, province)}
    known: int | None = await conn.scalar(_BY_IDENTITY, identity)
    if known is None:
        known = await _written_otherwise(conn, kind, name, province)
    if known is not None:
        return known
    values = identity | {
        "slug": slug,
        "name": name,
        "kind": kind,
        "province": province,
        "settings": {"before_is_inclusive": before_is_inclusive},
        "reporting": _REPORTING.dump_python(reporting or ReportingRules(), mode="json"),
    }
    # Another process may be adding it, or another of this slug, at this moment: on PostgreSQL it is waited for here.
    saved: int | None = (await conn.execute(_ADD_LOCALITY.on(conn), values)).scalar()
    if saved is None:
        saved = await conn.scalar(_BY_IDENTITY, identity)
    if saved is None:
        raise SlugTaken(slug)
    return saved


async def _written_otherwise(conn: AsyncConnection, kind: str, name: str, province: str) -> int | None:
    """The id of the first locality of this name in another way of writing (`same_commune`)."""
    for place in await conn.execute(_IDENTITIES.order_by(t.localities.c.id)):
        if same_commune((kind, name, province), (place.kind, place.name, place.province)):
            return int(place.id)
    return None


async def spell_locality(conn: AsyncConnection, locality_id: int, *, name: str, province: str) -> None:
    """Write name and province in another way of composing or capitalising them; the identity is the same."""
    where = t.localities.c.id == locality_id
    await conn.execute(update(t.localities).where(where).values(name=name, province=province))


async def set_standing_office(conn: AsyncConnection, locality_id: int, unit_id: int | None) -> None:
    """Name the unit that runs the plan."""
    where = t.localities.c.id == locality_id
    await conn.execute(update(t.localities).where(where).values(standing_office_id=unit_id))


async def set_settings(
    conn: AsyncConnection,
    locality_id: int,
    *,
    before_is_inclusive: bool | None = None,
    alert_rules: AlertRules | None = None,
    grades: Grades | None = None,
    reporting: ReportingRules | None = None,
) -> None:
    """Write the settings given; those left out stay. Raises NotFound."""
    found = (await conn.execute(_LOCALITY.with_for_update(), {"id": locality_id})).mappings().first()
    if found is None:
        raise NotFound("no_such_locality")
    settings: dict[str, Any] = dict(found["settings"])
    if before_is_inclusive is not None:
        settings["before_is_inclusive"] = before_is_inclusive
    if alert_rules is not None:
        settings["alert_rules"] = _ALERTS.dump_python(alert_rules, mode="json")
    if grades is not None:
        settings["grades"] = _GRADES.dump_python(grades, mode="json")
    rules = found["reporting"] if reporting is None else _REPORTING.dump_python(reporting, mode="json")
    where = t.localities.c.id == locality_id
    await conn.execute(update(t.localities).where(where).values(settings=settings, reporting=rules))


def _plan(found: RowMapping) -> Plan:
    return Plan(
        id=found["id"],
        locality_id=found["locality_id"],
        year=found["year"],
        number=found["number"],
        title=found["title"],
        issuer=found["issuer"],
        issued_on=found["issued_on"],
        in_use_on=found["in_use_on"],
        standing_office_id=found["standing_office_id"],
        issued_on_as_printed=found["issued_on_as_printed"],
    )


async def plans_of(conn: AsyncConnection, locality_id: int) -> tuple[Plan, ...]:
    """The locality's plans, the newest first."""
    return tuple(_plan(found) for found in (await conn.execute(_PLANS, {"locality_id": locality_id})).mappings())


async def plan_of(conn: AsyncConnection, locality_id: int, year: int | None = None) -> Plan | None:
    """The locality's plan of a year, or the one in hand."""
    found = await plans_of(conn, locality_id)
    return in_hand(found) if year is None else next((plan for plan in found if plan.year == year), None)


async def plan_notes(conn: AsyncConnection, plan_id: int) -> str | None:
    """Where the published text ends too early, in words for the standing office."""
    found = (await conn.execute(_PLAN, {"id": plan_id})).mappings().first()
    if found is None:
        return None
    words: str | None = found["breaks_off"]
    return words


async def save_plan(conn: AsyncConnection, head: Plan, *, breaks_off: str | None, loaded_at: datetime) -> int:
    """The id of the plan, inserted or brought up to date by locality and year; the day of use stays.

    ``head.id`` and ``head.in_use_on`` are not looked at.
    """
    values = asdict(head) | {"breaks_off": breaks_off, "loaded_at": loaded_at}
    del values["id"], values["in_use_on"]
    saved: int = (await conn.execute(_SAVE_PLAN.on(conn), values)).scalar_one()
    return saved


async def set_in_use(conn: AsyncConnection, plan_id: int, day: date | None) -> None:
    """Write the day from which alerts and duties begin."""
    await conn.execute(update(t.plans).where(t.plans.c.id == plan_id).values(in_use_on=day))
