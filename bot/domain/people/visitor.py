"""Who wrote: the one answer every message begins with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people.dialogue import Dialogue
from bot.domain.people.people import Membership, Person


@dataclass(frozen=True, slots=True)
class LocalityRef:
    """What every message needs of a locality; the version tells whether what is cached still holds."""

    id: int
    slug: str
    name: str
    kind: str
    version: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wrote, in which roles and where, and the dialogue open in that chat."""

    telegram_id: int
    chat_id: int
    person: Person | None
    memberships: tuple[Membership, ...] = ()
    localities: tuple[LocalityRef, ...] = ()
    dialogue: Dialogue | None = None
