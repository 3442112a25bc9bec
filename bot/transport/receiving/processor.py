"""Handles one update from its slot to its "done": one commit at the end, and an answer to everything that goes wrong.

PTB's ``process_update`` never raises. Its errors reach `note_fault`, which leaves them on the ticket.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import ApplicationHandlerStop, BaseUpdateProcessor

from bot.domain.errors import TienDoError
from bot.storage.outbox import dialogues, inbox
from bot.transport.receiving.inbox import MOST_ATTEMPTS
from bot.transport.receiving.ticket import Ticket
from bot.transport.screen.visit import Context, Visit
from bot.transport.sending.sender import seconds_of
from bot.transport.sending.triage import Meaning, described, meaning_of, trace_of
from bot.transport.works import Works

FAULT_PAUSES = (1.0, 10.0)
"""Seconds before the second and the third attempt."""
LONGEST_PAUSE = 30.0
log = logging.getLogger(__name__)


class Processor(BaseUpdateProcessor):
    """The slots in which updates are handled."""

    def __init__(self, slots: int) -> None:
        super().__init__(slots)
        self._application: Works | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self.stopping = False

    def serve(self, application: Works) -> None:
        """Work for this application."""
        self._application = application

    @property
    def application(self) -> Works:
        """The application served."""
        assert self._application is not None
        return self._application

    async def initialize(self) -> None:
        """Be ready."""
        self.stopping = False

    async def shutdown(self) -> None:
        """Leave alone what was to be tried again: it is in the database."""
        waiting = list(self._aside)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update once; afterwards it is done, failed, or set aside to be tried again in its turn."""
        queue = self.application.inbox.queue
        ticket = queue.ticket(update)
        if ticket is None or self.stopping:
            if inspect.iscoroutine(coroutine):
                coroutine.close()
            return
        ticket.begin()
        ticket.task = asyncio.current_task()
        try:
            await coroutine
            aside = await self._conclude(ticket)
        except BaseException:
            # Cut off, perhaps in the middle of the commit: what is not done is begun anew, in its turn.
            self._later(ticket, 0, cut_off=True)
            raise
        if not aside:
            queue.release(ticket)

    async def _conclude(self, ticket: Ticket) -> bool:
        """Whether the update was set aside."""
        fault = ticket.fault
        if fault is None or meaning_of(fault) is Meaning.REFUSED:
            try:
                await self._commit(ticket)
            except Exception as error:
                fault = error
            else:
                self._after(ticket)
                return False
        meaning = meaning_of(fault)
        if meaning is Meaning.FAULT:
            return await self._count(ticket, fault)
        if meaning is Meaning.CROWDED:
            await self._say_it_takes_longer(ticket, fault)
        log.warning("update %s waits: %s", ticket.number, described(fault))
        ticket.waits += 1
        return self._later(ticket, _pause(ticket, fault))

    async def _commit(self, ticket: Ticket) -> None:
        now = self.application.clock.now()
        if ticket.number is None and ticket.kept is None:
            return
        async with self.application.desk.db.write() as conn:
            if ticket.kept is not None and ticket.scene is not None:
                visitor = ticket.scene.visitor
                if ticket.kept.dialogue is None:
                    await dialogues.end(conn, visitor.chat_id, visitor.telegram_id)
                else:
                    await dialogues.save(conn, ticket.kept.dialogue)
            if ticket.number is not None:
                await inbox.done(conn, ticket.number, now)
                if ticket.erase:
                    await inbox.erase_payload(conn, ticket.number)

    def _after(self, ticket: Ticket) -> None:
        if ticket.kept is not None and ticket.kept.dialogue is not None:
            self.application.albums.expect(ticket.kept.dialogue)
        self.application.something_was_committed()

    async def _count(self, ticket: Ticket, fault: Exception) -> bool:
        number = ticket.attempts + 1
        final = number >= MOST_ATTEMPTS
        log.error("update %s failed (%s of %s): %s", ticket.number, number, MOST_ATTEMPTS, described(fault))
        log.debug("update %s: %s", ticket.number, trace_of(fault))
        try:
            if final:
                await Visit(self.application, ticket.item, ticket).tell(TienDoError("fault"))
            if ticket.number is not None:
                await self._note_failure(ticket.number, described(fault), final=final)
        except Exception as error:
            # Neither told nor written down: it has not counted.
            log.warning("update %s waits: %s", ticket.number, described(error))
            ticket.waits += 1
            if meaning_of(error) is not Meaning.REFUSED:
                return self._later(ticket, _pause(ticket, error))
        ticket.attempts = number
        return False if final else self._later(ticket, FAULT_PAUSES[number - 1])

    async def _note_failure(self, number: int, fault: str, *, final: bool) -> None:
        now = self.application.clock.now()
        async with self.application.desk.db.write() as conn:
            await inbox.failed(conn, number, now, fault, final)

    async def _say_it_takes_longer(self, ticket: Ticket, fault: Exception) -> None:
        if ticket.told or not isinstance(fault, TienDoError):
            return
        ticket.told = True
        try:
            await Visit(self.application, ticket.item, ticket).tell(fault)
        except TelegramError as unheard:
            log.info("update %s: not told: %s", ticket.number, type(unheard).__name__)

    def _later(self, ticket: Ticket, seconds: float, *, cut_off: bool = False) -> bool:
        if not self.stopping:
            again = self._see_whether_done(ticket) if cut_off else self._bring_back(ticket, seconds)
            task = asyncio.get_running_loop().create_task(again)
            self._aside.add(task)
            ticket.task = task
            task.add_done_callback(self._aside.discard)
        return True

    async def _bring_back(self, ticket: Ticket, seconds: float) -> None:
        await self.application.clock.sleep(seconds)
        self.application.inbox.queue.again(ticket)

    async def _see_whether_done(self, ticket: Ticket) -> None:
        async with self.application.desk.db.read() as conn:
            waits = ticket.number is None or await inbox.is_pending(conn, ticket.number)
        if waits:
            self.application.inbox.queue.again(ticket)
        else:
            self._after(ticket)
            self.application.inbox.queue.release(ticket)


def _pause(ticket: Ticket, fault: Exception) -> float:
    if isinstance(fault, RetryAfter):
        return seconds_of(fault)
    return min(LONGEST_PAUSE, 2.0 ** (ticket.waits - 1))


async def note_fault(update: object, context: Context) -> None:
    """PTB's error handler: faults of updates go to their ticket, those of jobs and polling to the log."""
    error = context.error
    if error is None:
        return
    ticket = context.application.inbox.queue.ticket(update)  # type: ignore[attr-defined]
    if ticket is None:
        log.error("outside of any update: %s", described(error))
        log.debug("outside of any update: %s", trace_of(error))
    else:
        ticket.fault = error
    raise ApplicationHandlerStop
