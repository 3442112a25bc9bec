"""What a dialogue sees: who speaks, when, in which language, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.visitor import Visitor
from bot.i18n import Translator
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.views.words.refused_files import Refusal


@dataclass(frozen=True, slots=True)
class Typed:
    """A message in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of this dialogue's card: a verb and its value."""

    verb: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Files that have been stored and hashed already (ids of evidence), with the caption of the message.

    Where none was taken, the caption stands alone; it is as good as words that were typed.
    """

    evidence: tuple[int, ...]
    caption: str | None = None
    album: str | None = None
    """The id of the album the file came in: its answer waits until the album is quiet."""
    refused: tuple[Refusal, ...] = ()
    """What is still to be told of files that were not taken."""


Said = Typed | Pressed | Sent


@dataclass(frozen=True, slots=True)
class Scene:
    """One update as the dialogues see it. ``key`` names the update; effects are recorded under it."""

    desk: Desk
    visitor: Visitor
    t: Translator
    now: datetime
    key: str

    async def book(self, *, newest: bool = False) -> Book:
        """The book of the current locality, with the plan in hand or the newest."""
        async with self.desk.db.read() as conn:
            return await open_book(self.desk, conn, self.visitor, newest=newest)
