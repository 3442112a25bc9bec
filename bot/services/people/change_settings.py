"""Personal settings: the language, and the locality one works in (`/caidat`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import BadInput, NotFound
from bot.domain.people.people import Person
from bot.domain.people.visitor import LocalityRef, Visitor
from bot.i18n import LANGUAGES
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.storage.records import people


@dataclass(frozen=True, slots=True)
class PersonalSettings:
    """What a person has chosen. ``localities`` are those of the memberships."""

    person: Person
    language: str
    localities: tuple[LocalityRef, ...]
    current_locality_id: int


def see_settings(visitor: Visitor) -> PersonalSettings:
    """What the person has chosen. Raises NotAllowed for one who is no member."""
    person = require_person(visitor)
    return PersonalSettings(person, person.language, visitor.localities, current_locality_id(visitor))


async def choose_language(desk: Desk, visitor: Visitor, *, language: str) -> PersonalSettings:
    """The settings with another language. Raises BadInput for one we do not have."""
    settings = see_settings(visitor)
    if language not in LANGUAGES:
        raise BadInput("not_found")
    async with desk.db.write() as conn:
        await people.set_language(conn, settings.person.id, language)
    return PersonalSettings(settings.person, language, settings.localities, settings.current_locality_id)


async def choose_locality(desk: Desk, visitor: Visitor, *, locality_id: int) -> PersonalSettings:
    """The settings with another current locality. Raises NotFound for one the person does not belong to."""
    settings = see_settings(visitor)
    if locality_id not in {place.id for place in settings.localities}:
        raise NotFound("not_found")
    async with desk.db.write() as conn:
        await people.set_current_locality(conn, settings.person.id, locality_id)
    return PersonalSettings(settings.person, settings.language, settings.localities, locality_id)
