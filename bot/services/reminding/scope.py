"""What a recipient answers for in a locality and how much of it is red: the first figure of the morning's message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.services.core.board import leads, red, rows_of
from bot.services.core.recipients import Audience
from bot.storage.engine.database import Connection


class Whose(StrEnum):
    """Whose rows a recipient answers for."""

    LOCALITY = "locality"
    UNITS = "units"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a recipient answers for in a locality; ``red`` counts them as the list behind `/do` does."""

    locality: str
    whose: Whose
    red: int


async def scope_of(
    conn: Connection, audience: Audience, day: date, *, person_id: int | None, chat_id: int | None
) -> Scope:
    """All rows for whoever oversees the locality, what the own units lead for others, what a team takes part in.

    (docs/rules/counts.md#surfaces-and-figures)
    """
    book = audience.book
    name, place = f"{book.locality.kind} {book.locality.name}", book.locality.id
    own = [m for m in audience.members if m.person_id == person_id]
    if people.can(own, place, Ability.OVERSEE):
        return Scope(name, Whose.LOCALITY, len(red(rows_of(await leads(conn, book, day)))))
    units = {unit_id for unit_id, chat in audience.chats.items() if chat == chat_id} | people.own_units(own, place)
    coordinated = _coordinated(audience, units)
    found = [
        lead
        for lead in await leads(conn, book, day, unit_ids=None if coordinated else units)
        if lead.standing.unit_id in units or lead.row.id in coordinated
    ]
    whose = Whose.TEAM if coordinated and not people.reporting_units(own, place) else Whose.UNITS
    return Scope(name, whose, len(red(rows_of(found))))


def _coordinated(audience: Audience, units: Collection[int]) -> frozenset[int]:
    """The rows that one of these units coordinates as a community team."""
    return frozenset(row_id for row_id, teams in audience.book.teams.items() if any(each in units for each in teams))
