"""A commune finds its place: known by kind, name and province, called by a slug that is no other's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import BadInput
from bot.domain.plan.duties import ReportingRules
from bot.domain.plan.plan import Locality
from bot.plans.loaded import LoadedLocality
from bot.plans.slugs import slugs
from bot.storage.engine.database import Connection
from bot.storage.records import plans
from bot.storage.records.plans import SlugTaken


@dataclass(frozen=True, slots=True)
class Settled:
    """A locality with its slug. ``owner`` is whose the slug is that its file asks for, where that is another."""

    locality: Locality
    owner: Locality | None


async def settle_locality(conn: Connection, place: LoadedLocality, reporting: ReportingRules) -> Settled:
    """The locality of a file, added where it is new.

    A slug that another has gets the province behind it, then -2. Raises BadInput (``slug_taken``) naming both
    localities where those are another's too.
    """
    for slug in slugs(place.slug, place.province):
        try:
            locality_id = await plans.save_locality(
                conn,
                slug=slug,
                name=place.name,
                kind=place.kind,
                province=place.province,
                before_is_inclusive=place.before_is_inclusive,
                reporting=reporting,
            )
        except SlugTaken:
            continue
        await _spell(conn, locality_id, place)
        asked_for = await plans.locality_by_slug(conn, place.slug)
        owner = asked_for if asked_for is not None and asked_for.id != locality_id else None
        return Settled(await plans.locality(conn, locality_id), owner)
    last = await plans.locality_by_slug(conn, slug)
    raise BadInput("slug_taken", slug=slug, mine=full_name(place), theirs=full_name(last) if last else slug)


def full_name(place: LoadedLocality | Locality) -> str:
    """Kind, name and province: xã Bình Thành, Thái Nguyên."""
    return f"{place.kind} {place.name}, {place.province}"


async def _spell(conn: Connection, locality_id: int, place: LoadedLocality) -> None:
    """Capitals and signs as the newest file has them, until a plan is in use and they stand in documents."""
    stored = await plans.locality(conn, locality_id)
    if (stored.name, stored.province) == (place.name, place.province):
        return
    if not any(plan.in_use_on for plan in await plans.plans_of(conn, locality_id)):
        await plans.spell_locality(conn, locality_id, name=place.name, province=place.province)
