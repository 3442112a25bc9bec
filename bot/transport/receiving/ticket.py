"""What is known of one update while it is being handled, and what is to be committed once it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from telegram import Update

from bot.conversations.core.scene import Scene
from bot.domain.people.dialogue import Dialogue


@dataclass(frozen=True, slots=True)
class AlbumAnswer:
    """Not from Telegram: the answer to an album is owed to this person in this chat."""

    chat_id: int
    telegram_id: int


QueuedItem = Update | AlbumAnswer


@dataclass(frozen=True, slots=True)
class NextDialogue:
    """The dialogue as it is from now on; none where it has ended."""

    dialogue: Dialogue | None


@dataclass(slots=True)
class Ticket:
    """One item in hand. It lives in memory only: all of it can be made again from the stored update."""

    item: QueuedItem
    owner: int
    key: str
    attempts: int = 0
    """Faults of ours so far; outages do not count."""
    waits: int = 0
    """Outages so far, for the length of the next pause."""
    told: bool = False
    """Whether the person has heard that it will take longer."""
    fault: Exception | None = None
    scene: Scene | None = None
    kept: NextDialogue | None = None
    task: asyncio.Task[Any] | None = None
    """What is handling it now, or is waiting to try it again."""
    erase: bool = False
    """Whether the words of the update are to be erased at once (a secrecy marking)."""
    delivered: dict[tuple[int, str], int] = field(default_factory=dict)
    """Messages that reached the chat in an earlier try: place in the answer and what it said → message id."""

    @property
    def number(self) -> int | None:
        """The number of ours that the update bears; none for what did not come from Telegram."""
        return self.item.update_id if isinstance(self.item, Update) else None

    def begin(self) -> None:
        """Forget what the last try made, but not what it delivered."""
        self.fault = None
        self.scene = None
        self.kept = None
