"""Sends what the outbox holds: due, claimed, still true, sent, noted. Nothing goes out twice unknowingly."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.domain.people import Person
from bot.i18n import Translator, translator
from bot.reminders.notices import NOTICES
from bot.storage import outbox, people
from bot.storage.database import Connection
from bot.storage.outbox import OutboxItem
from bot.transport.sender import seconds_of
from bot.transport.triage import described, maybe_delivered
from bot.views.html import Html, say
from bot.views.view import View

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

BATCH = 50
OUTAGE_PAUSE = timedelta(seconds=30)
SENT_AGAIN_WHERE_UNKNOWN = frozenset({"returned"})
"""Missing one of these costs more than hearing it twice (4-reminders)."""
log = logging.getLogger(__name__)


class Dispatcher:
    """One worker beside the updates; woken by commits and by the ticker."""

    def __init__(self, application: TiendoApplication) -> None:
        self._application = application
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._stopping = False
        self._again: set[int] = set()

    async def start(self) -> None:
        """Settle what the last process left claimed, then work."""
        self._stopping = False
        await self._settle_claimed()
        self._wake.set()
        self._worker = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """Finish the notice in hand."""
        self._stopping = True
        self._wake.set()
        if self._worker is not None:
            with suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    @property
    def idle(self) -> bool:
        """Whether it has looked since it was last woken, and found nothing more to send."""
        return not self._wake.is_set() and self._idle.is_set()

    async def _work(self) -> None:
        while not self._stopping:
            self._idle.set()
            await self._wake.wait()
            self._idle.clear()
            self._wake.clear()
            try:
                while not self._stopping and await self.send_due():
                    pass
            except Exception as fault:
                # The ticker wakes it again; nothing claimed is lost.
                log.error("notices: %s", described(fault))

    async def send_due(self) -> int:
        """How many notices of one batch were settled."""
        db, now = self._application.desk.db, self._application.clock.now()
        async with db.read() as conn:
            due = await outbox.due(conn, now, BATCH)
        settled = 0
        for item in due:
            if self._stopping:
                break
            settled += await self._settle(item)
        return settled

    async def _settle(self, item: OutboxItem) -> bool:
        db = self._application.desk.db
        async with db.write() as conn:
            if not await outbox.claim(conn, item.id):
                return False
        person, view = await self._render(item)
        chat_id = item.chat_id if person is None else person.telegram_id
        if view is None or not chat_id or (person is not None and not person.reachable):
            async with db.write() as conn:
                await outbox.withdraw(conn, item.id)
            return True
        return await self._send(item, chat_id, view)

    async def _render(self, item: OutboxItem) -> tuple[Person | None, View | None]:
        render = NOTICES.get(item.rule)
        desk = self._application.desk
        async with desk.db.read() as conn:
            person = await people.person(conn, item.person_id) if item.person_id is not None else None
            t = translator(person.language if person else self._application.settings.language)
            view = await render(desk, conn, item, t) if render is not None else None
        return person, self._marked(item, view, t)

    def _marked(self, item: OutboxItem, view: View | None, t: Translator) -> View | None:
        if view is None or item.id not in self._again:
            return view
        return View(Html(f"{say(t, 'notice.again')}\n{view.text}"), view.buttons, view.attachments, view.picture)

    async def _send(self, item: OutboxItem, chat_id: int, view: View) -> bool:
        db = self._application.desk.db
        try:
            message_id = await self._application.sender.impatient().send(chat_id, view)
        except RetryAfter as wait:
            return await self._put_off(item, self._now() + timedelta(seconds=seconds_of(wait)))
        except BadRequest as refused:
            log.error("notice %s refused: %s", item.id, described(refused))
            async with db.write() as conn:
                await outbox.failed(conn, item.id)
            return True
        except TelegramError as outage:
            if maybe_delivered(outage):
                return await self._leave_unknown(item)
            log.warning("notice %s waits: %s", item.id, described(outage))
            return await self._put_off(item, self._now() + OUTAGE_PAUSE)
        async with db.write() as conn:
            if message_id is None:
                await outbox.failed(conn, item.id)
            else:
                await outbox.sent(conn, item.id, message_id, self._now())
        self._again.discard(item.id)
        return True

    async def _put_off(self, item: OutboxItem, until: datetime) -> bool:
        async with self._application.desk.db.write() as conn:
            await outbox.retry(conn, item.id, until)
        return True

    async def _leave_unknown(self, item: OutboxItem) -> bool:
        async with self._application.desk.db.write() as conn:
            await self._not_known_to_have_gone(conn, item, self._now() + OUTAGE_PAUSE)
        return True

    async def _settle_claimed(self) -> None:
        async with self._application.desk.db.write() as conn:
            for item in await outbox.sending(conn):
                await self._not_known_to_have_gone(conn, item, self._now())

    async def _not_known_to_have_gone(self, conn: Connection, item: OutboxItem, again_at: datetime) -> None:
        if item.rule in SENT_AGAIN_WHERE_UNKNOWN:
            self._again.add(item.id)
            await outbox.retry(conn, item.id, again_at)
        else:
            await outbox.unknown(conn, item.id)

    def _now(self) -> datetime:
        return self._application.clock.now()
