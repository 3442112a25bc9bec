"""Every update is in the database before Telegram hears that we have it, and handled once whatever happens."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from telegram import Bot, Update

from bot.clock import CheckedClock
from bot.storage.engine.database import Database
from bot.storage.outbox import inbox
from bot.storage.outbox.dialogues import answers_pending
from bot.storage.outbox.inbox import InboxItem, IncomingUpdate
from bot.transport.receiving.owners import owner_of, said_at
from bot.transport.receiving.queue import OrderedQueue
from bot.transport.receiving.ticket import AlbumAnswer, Ticket

MOST_ATTEMPTS = 3
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
        self._unsure: set[int] = set()
        """Ids of updates whose storing was cut off: the commit may have happened or not."""

    def open(self, db: Database) -> None:
        """Store into this database from now on."""
        self._db = db

    @property
    def db(self) -> Database:
        """The open database."""
        if self._db is None:
            raise RuntimeError("the database is not open")
        return self._db

    async def receive(self, raws: Sequence[dict[str, Any]]) -> None:
        """Store a batch of updates in one commit; those that are new wait for their turn from now on.

        Raises DatabaseBusy and DatabaseFull, after which nothing may be confirmed to Telegram.
        """
        batch = [_incoming(_storable(raw)) for raw in raws]
        for date in filter(None, (update.said_at for update in batch)):
            self._clock.not_before(date)
        ids = {update.update_id for update in batch}
        try:
            async with self.db.write() as conn:
                stored = await inbox.store(conn, self.bot_id, batch, self._clock.now())
        except BaseException:
            self._unsure |= ids
            raise
        # From the commit to here nothing is awaited: what is stored is queued, or comes at the next start.
        cut_off = [item for item in stored.waiting if item.update_id in self._unsure]
        self._unsure -= ids
        for item in (*cut_off, *stored.new):
            self.queue.add(self._ticket(item))
        if stored.again:
            log.info("came again, and is known: %s", ", ".join(map(str, stored.again)))

    async def replay(self) -> None:
        """Queue everything that was stored and never finished, in order, then the answers owed to albums."""
        async with self.db.read() as conn:
            items = await inbox.pending(conn, self.bot_id)
            owed = await answers_pending(conn)
        self.queue.reopen()
        for item in items:
            self.queue.add(self._ticket(item))
        for dialogue in owed:
            self.owe_answer(AlbumAnswer(dialogue.chat_id, dialogue.telegram_id))

    def owe_answer(self, answer: AlbumAnswer) -> None:
        """Queue the answer to an album among the updates of its person."""
        # Not named after the clock, which may go back. It shows a card and records nothing.
        self.queue.add(Ticket(answer, answer.telegram_id, f"a{uuid4().hex}"))

    def _ticket(self, item: InboxItem) -> Ticket:
        return Ticket(self._read(item), item.owner, item.key, item.attempts)

    def _read(self, item: InboxItem) -> Update:
        # PTB tells updates apart by their numbers, so each bears ours: two of one number of Telegram's may wait.
        raw = json.loads(item.payload) | {"update_id": item.number}
        try:
            return Update.de_json(raw, self._bot)
        except Exception as unreadable:
            # A new kind of Telegram's must not stop the queue: it is handled as an update without content.
            log.warning("update %s cannot be read: %s", item.number, type(unreadable).__name__)
            return Update(item.number)


def _incoming(raw: dict[str, Any]) -> IncomingUpdate:
    return IncomingUpdate(int(raw["update_id"]), owner_of(raw), _dump(raw), said_at(raw))


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
