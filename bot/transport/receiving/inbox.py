"""Every update is in the database before Telegram hears that we have it, and handled once whatever happens."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, Update

from bot.clock import CheckedClock
from bot.storage.engine.database import Database
from bot.storage.outbox import inbox
from bot.storage.outbox.dialogues import answers_pending
from bot.transport.receiving.owners import owner_of
from bot.transport.receiving.queue import OrderedQueue
from bot.transport.receiving.ticket import AlbumAnswer, Ticket

MOST_ATTEMPTS = 3
_LAST_SECOND = 4_000_000_000
"""Of the year 2096; what is dated later was not dated by Telegram."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of surrogate pairs."""
_MAY_HOLD_SUCH = re.compile(r"\\u0000|[\ud800-\udfff]")
"""The same in JSON, which writes NUL in letters."""
log = logging.getLogger(__name__)


class Inbox:
    """The durable side of the update queue of one bot."""

    def __init__(self, bot: Bot, bot_id: int, queue: OrderedQueue, clock: CheckedClock) -> None:
        self._bot = bot
        self.bot_id = bot_id
        self.queue = queue
        self._clock = clock
        self._db: Database | None = None

    def open(self, db: Database) -> None:
        """Store into this database from now on."""
        self._db = db

    @property
    def db(self) -> Database:
        """The open database."""
        if self._db is None:
            raise RuntimeError("the database is not open")
        return self._db

    async def receive(self, raws: Sequence[dict[str, Any]]) -> list[Update]:
        """The updates of a batch, all stored in one commit; those that are new wait for their turn now.

        Raises DatabaseBusy and DatabaseFull, after which nothing may be confirmed to Telegram.
        """
        for date in filter(None, map(_date_of, raws)):
            self._clock.not_before(date)
        raws = [_storable(raw) for raw in raws]
        rows = [(int(raw["update_id"]), owner_of(raw), _dump(raw)) for raw in raws]
        async with self.db.write() as conn:
            new = await inbox.store(conn, self.bot_id, rows, self._clock.now())
        # From the commit to here nothing is awaited: what is stored is queued, or comes at the next start.
        updates = [self._read(raw) for raw in raws]
        for update, (update_id, owner, _) in zip(updates, rows, strict=True):
            if update_id in new:
                self.queue.add(self._ticket(update, owner))
        return updates

    async def replay(self) -> None:
        """Queue everything that was stored and never finished, in order, then the answers owed to albums."""
        async with self.db.read() as conn:
            items = await inbox.pending(conn, self.bot_id)
            owed = await answers_pending(conn)
        self.queue.reopen()
        for item in items:
            update = self._read(json.loads(item.payload))
            self.queue.add(self._ticket(update, item.owner, item.attempts))
        for dialogue in owed:
            self.owe_answer(AlbumAnswer(dialogue.chat_id, dialogue.telegram_id))

    def owe_answer(self, answer: AlbumAnswer) -> None:
        """Queue the answer to an album among the updates of its person."""
        stamp = int(self._clock.now().timestamp() * 1000)
        key = f"{self.bot_id}-a{answer.telegram_id}-{stamp}"
        self.queue.add(Ticket(answer, answer.telegram_id, key))

    def _ticket(self, update: Update, owner: int, attempts: int = 0) -> Ticket:
        return Ticket(update, owner, f"{self.bot_id}-{update.update_id}", attempts)

    def _read(self, raw: dict[str, Any]) -> Update:
        try:
            return Update.de_json(raw, self._bot)
        except Exception as unreadable:
            # A new kind of Telegram's must not stop the queue: it is handled as an update without content.
            log.warning("update %s cannot be read: %s", raw["update_id"], type(unreadable).__name__)
            return Update(int(raw["update_id"]))


def _date_of(raw: dict[str, Any]) -> datetime | None:
    """When what an update tells of had happened at the latest, by Telegram's clock; none where it is not dated."""
    for kind in ("message", "edited_message", "my_chat_member"):
        told = raw.get(kind)
        seconds = (told.get("edit_date") or told.get("date")) if isinstance(told, dict) else None
        if isinstance(seconds, int) and 0 < seconds < _LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _storable(raw: dict[str, Any]) -> dict[str, Any]:
    """The update without signs that a database refuses: one that cannot be stored would hold up all behind it."""
    if not _MAY_HOLD_SUCH.search(_dump(raw)):
        return raw
    cleaned: dict[str, Any] = _without(raw)
    return cleaned


def _without(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {name: _without(inner) for name, inner in value.items()}
    return [_without(inner) for inner in value] if isinstance(value, list) else value


def _dump(raw: dict[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
