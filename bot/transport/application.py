"""PTB's application with what belongs to this one: opened by `initialize`, closed by `shutdown`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, JobQueue

from bot.clock import CheckedClock
from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Sent, Typed
from bot.i18n import translator
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.settings import Settings
from bot.storage.archive.upgrade import upgrade
from bot.storage.engine.database import Database
from bot.storage.outbox import bot_name
from bot.storage.records import people
from bot.storage.records.files import FileStore
from bot.transport.receiving.albums import Albums
from bot.transport.receiving.bot import TiendoBot
from bot.transport.receiving.inbox import Inbox
from bot.transport.receiving.processor import Processor
from bot.transport.receiving.webhook import Webhook
from bot.transport.screen.menu import everyones_menu
from bot.transport.screen.routes import Routes
from bot.transport.screen.visit import Context, Visit
from bot.transport.sending.sender import Sender
from bot.transport.sending.triage import described

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
Reread = Callable[[Visit, Typed | Sent], Awaitable[None]]
log = logging.getLogger(__name__)


class Companion(Protocol):
    """Work that runs beside the updates while the application does (the dispatcher of notices)."""

    async def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End what is in hand and stop."""

    def wake(self) -> None:
        """Look whether there is something to do."""

    async def rest(self) -> None:
        """Return once nothing is left to do now, or it was stopped."""

    @property
    def idle(self) -> bool:
        """Whether nothing is in hand and nothing is to be looked at."""

    @property
    def working(self) -> Collection[asyncio.Task[None]]:
        """The tasks that do something now."""


class TiendoApplication(
    Application[TiendoBot, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], JobQueue[Context]]
):
    """The whole bot. `bot.app.build_application` puts it together."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: CheckedClock,
        engine: Engine,
        inbox: Inbox,
        sender: Sender,
        processor: Processor,
        routes: Routes[Visit],
        reread: Reread,
        **ptb: Any,
    ) -> None:
        super().__init__(**ptb)
        self.settings = settings
        self.clock = clock
        self.engine = engine
        self.inbox = inbox
        self.sender = sender
        self.processor = processor
        self.routes = routes
        self.reread = reread
        self.albums = Albums(clock, inbox.owe_answer)
        self.companions: list[Companion] = []
        self.ticked_at: datetime | None = None
        """When this process last looked at all that was due."""
        self._db: Database | None = None
        self._desk: Desk | None = None
        self._webhook: Webhook | None = None
        processor.serve(self)
        sender.on_unreachable = self._note_unreachable

    @property
    def desk(self) -> Desk:
        """The database, the files and the books; there once `initialize` has returned."""
        if self._desk is None:
            raise RuntimeError("the application is not initialized")
        return self._desk

    async def initialize(self) -> None:
        """Take the database to the newest step (a backup first) and open it, then ask Telegram who we are.

        Raises NetworkError where Telegram cannot be reached; it may be called again.
        """
        if self._db is None:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            await self._upgrade()
            self._db = await Database.open(self.settings.database)
            self.inbox.open(self._db)
        await super().initialize()
        await asyncio.to_thread(bot_name.keep, self.settings.data_dir, self.bot.id, self.bot.username)
        # Where the answer bore a date, the clock has heard of it already.
        self.clock.answered(None, self.clock.monotonic())
        files = FileStore(self.settings.data_dir)
        self.sender.open(files)
        self._desk = Desk(
            db=self._db,
            files=files,
            books=Books(),
            max_file_bytes=self.settings.max_file_bytes,
            trust_roots=self.settings.trust_roots,
            bot_name=self.bot.username,
        )

    async def _upgrade(self) -> None:
        done = await upgrade(self.settings.database, self.settings.data_dir, self.clock.now())
        if done.backup is not None:
            log.info(
                "the database went from step %s to %s; before: %s", done.moved.before, done.moved.after, done.backup
            )

    async def start(self) -> None:
        """Handle what was left from last time, then whatever comes."""
        self.processor.stopping = False
        await self.inbox.replay()
        await super().start()
        for companion in self.companions:
            await companion.start()

    async def take_updates(self) -> None:
        """Poll, or listen where a webhook is set. Telegram's outages are waited out."""
        if self.settings.webhook_url is not None:
            self._webhook = Webhook(self.inbox, self.settings)
            await self._webhook.start(self.bot, ALLOWED_UPDATES)
        elif self.updater is not None:
            await self.updater.start_polling(
                timeout=timedelta(seconds=self.settings.poll_seconds),
                bootstrap_retries=-1,
                allowed_updates=ALLOWED_UPDATES,
                error_callback=_polling_failed,
            )
        await self.sender.set_menu(None, everyones_menu(self.routes.commands, translator(self.settings.language)))

    async def leave_updates(self) -> None:
        """Take no more updates."""
        if self._webhook is not None:
            await self._webhook.stop()
            self._webhook = None
        if self.updater is not None and self.updater.running:
            # Where polling ended because the token was revoked, stopping it raises the same error again.
            with suppress(InvalidToken):
                await self.updater.stop()

    async def stop(self) -> None:
        """Finish what is in hand; the rest is in the database."""
        await self.leave_updates()
        self.processor.stopping = True
        await self.albums.stop()
        for companion in self.companions:
            await companion.stop()
        await super().stop()

    async def shutdown(self) -> None:
        """Close everything."""
        await super().shutdown()
        # Where initialize() failed halfway, PTB leaves the connections of its bot open.
        await self.bot.shutdown()
        self._desk = None
        if self._db is not None:
            db, self._db = self._db, None
            await db.close()

    def something_was_committed(self) -> None:
        """Notices may have been queued in the same transaction."""
        for companion in self.companions:
            companion.wake()

    @property
    def at_rest(self) -> bool:
        """Whether everything received is answered and nothing waits, not even for the clock."""
        quiet = not self.inbox.queue.tickets and not self.albums.tasks
        return quiet and all(companion.idle for companion in self.companions)

    async def _note_unreachable(self, chat_id: int) -> None:
        log.info("a chat cannot be reached")
        async with self.desk.db.write() as conn:
            person = await people.person_by_telegram(conn, chat_id)
            if person is not None and person.reachable:
                await people.set_reachable(conn, person.id, False, self.clock.now())


def _polling_failed(error: TelegramError) -> None:
    log.warning("polling: %s", described(error))
