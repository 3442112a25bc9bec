"""An album is N updates without a count or an end: its answer waits until the album is quiet, and is one message."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from bot.conversations.core.engine import ALBUM_QUIET
from bot.domain.people.dialogue import Dialogue
from bot.transport.receiving.ticket import AlbumAnswer

_REMEMBERED = 500


class Albums:
    """The answers held back, and the messages that have answered an album already."""

    def __init__(self, clock: Clock, owe: Callable[[AlbumAnswer], None]) -> None:
        self._clock = clock
        self._owe = owe
        self._waiting: dict[AlbumAnswer, asyncio.Task[None]] = {}
        self._answered: OrderedDict[tuple[int, str, str], int] = OrderedDict()
        self._barred: OrderedDict[tuple[int, str], None] = OrderedDict()

    def expect(self, dialogue: Dialogue) -> None:
        """Owe the answer at the instant the dialogue names; a later item of the album moves it."""
        if dialogue.answer_due_at is None:
            return
        answer = AlbumAnswer(dialogue.chat_id, dialogue.telegram_id)
        earlier = self._waiting.pop(answer, None)
        if earlier is not None:
            earlier.cancel()
        waiting = self._wait(answer, dialogue.answer_due_at)
        self._waiting[answer] = asyncio.get_running_loop().create_task(waiting)

    async def _wait(self, answer: AlbumAnswer, due: datetime) -> None:
        # No longer than an album takes: the clock may have been set since the instant was named.
        await self._clock.sleep(min(due - self._clock.now(), ALBUM_QUIET).total_seconds())
        self._waiting.pop(answer, None)
        self._owe(answer)

    @property
    def tasks(self) -> tuple[asyncio.Task[None], ...]:
        """What waits for an album to become quiet."""
        return tuple(self._waiting.values())

    async def stop(self) -> None:
        """Forget the answers that wait; they stand in the database and are owed at the next start."""
        waiting = list(self._waiting.values())
        self._waiting.clear()
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def answered_by(self, chat_id: int, album: str, subject: str = "") -> int | None:
        """The message that has answered this album (about ``subject``)."""
        return self._answered.get((chat_id, album, subject))

    def answered(self, chat_id: int, album: str, message_id: int, subject: str = "") -> None:
        """Note the message that answered an album, so that its next item changes it instead of adding one."""
        self._answered[(chat_id, album, subject)] = message_id
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)

    def bar(self, chat_id: int, album: str) -> None:
        """Take nothing more of an album: its caption is marked secret."""
        self._barred[(chat_id, album)] = None
        while len(self._barred) > _REMEMBERED:
            self._barred.popitem(last=False)

    def is_barred(self, chat_id: int, album: str | None) -> bool:
        """Whether nothing more of an album is taken."""
        return album is not None and (chat_id, album) in self._barred
