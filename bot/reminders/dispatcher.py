"""Works through the outbox beside the updates: what goes at once overtakes the digests, several go side by side.

No due time lives here: it is woken by commits and by the ticker, and reads what is due from the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.reminders.deliver import Deliverer
from bot.reminders.lookout import begin, look
from bot.reminders.tick import something_due
from bot.storage.outbox import deliveries
from bot.storage.outbox.deliveries import DeliveryAddress
from bot.storage.outbox.outbox import OutboxItem
from bot.transport.sending.triage import described

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

IN_FLIGHT = 24
"""Enough for 30 messages a second where each takes most of a second; a slow recipient holds one place."""
READ_AT_ONCE = 200
LOOK_FOR_URGENT = 10
"""After this many digests it is looked again for notices that go at once, queued by another process."""
Job = Callable[[], Awaitable[bool]]
log = logging.getLogger(__name__)


class Dispatcher:
    """One worker with several messages in flight."""

    def __init__(self, application: TiendoApplication) -> None:
        self._application = application
        self._deliverer = Deliverer(application)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._in_flight: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._waits_for_messages = False

    async def start(self) -> None:
        """Work, beginning with what another process left unfinished."""
        self._stopping = False
        self._deliverer.open()
        try:
            await begin(self._application)
        except Exception as fault:
            # The next look begins with it.
            log.error("put right: %s", described(fault))
        self._wake.set()
        self._worker = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """Finish the messages in hand."""
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

    async def rest(self) -> None:
        """Return once everything due has been sent, or it was stopped."""
        while not self.idle and not self._stopping:
            await self._idle.wait()
            # It may have been woken and not have begun yet: it gets a turn before it is asked again.
            await asyncio.sleep(0)

    @property
    def working(self) -> frozenset[asyncio.Task[None]]:
        """The tasks that do something now: the messages in flight, and the worker unless it waits for them."""
        worker = set() if self._worker is None or self._waits_for_messages else {self._worker}
        return frozenset(self._in_flight | worker)

    async def _work(self) -> None:
        try:
            await self._work_on()
        finally:
            self._idle.set()

    async def _work_on(self) -> None:
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
        """How many messages one pass over what is due has settled."""
        await self._deliverer.settle_abandoned()
        backlog = _Backlog(self._application, with_digests=await self._may_send_digests())
        settled = 0
        slots = asyncio.Semaphore(IN_FLIGHT)

        async def run(job: Job) -> None:
            nonlocal settled
            try:
                settled += await job()
            except Exception as fault:
                log.error("a notice: %s", described(fault))
            finally:
                slots.release()

        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                if slots.locked():
                    self._waits_for_messages = True
                await slots.acquire()
                self._waits_for_messages = False
                job = await self._next_job(backlog)
                if job is None:
                    break
                task = group.create_task(run(job))
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard)
            self._waits_for_messages = True
        self._waits_for_messages = False
        return settled

    async def _next_job(self, backlog: _Backlog) -> Job | None:
        if self._wake.is_set():
            # Something was committed meanwhile: it may go at once, and must not wait behind the digests.
            self._wake.clear()
            backlog.look_for_urgent()
        items = await backlog.next_urgent()
        if items:
            return lambda: self._send_singles(backlog, items)
        who = await backlog.next_digest()
        return None if who is None else lambda: self._deliverer.send_digest(who)

    async def _send_singles(self, backlog: _Backlog, items: Sequence[OutboxItem]) -> bool:
        """Whether any of one recipient's notices was settled; they go in their order."""
        settled = False
        try:
            for item in items:
                settled |= await self._deliverer.send_single(item)
        finally:
            backlog.is_told(items[0])
        return settled

    async def _may_send_digests(self) -> bool:
        """Whether digests are due, and everything due has been looked at, so that they hold all there is to say."""
        desk, clock = self._application.desk, self._application.clock
        async with desk.db.read() as conn:
            who, _ = await deliveries.digests_due(conn, clock.now(), 1)
            if not who:
                return False
        try:
            return await look(self._application) and not await something_due(desk, clock.now())
        except Exception as fault:
            log.error("tick: %s", described(fault))
            return False


class _Backlog:
    """What is due, read piece by piece; each notice and each recipient is taken up once."""

    def __init__(self, application: TiendoApplication, *, with_digests: bool) -> None:
        self._application = application
        self._urgent: deque[list[OutboxItem]] = deque()
        self._being_told: set[DeliveryAddress] = set()
        self._digests: deque[DeliveryAddress] = deque()
        self._tried_items: set[int] = set()
        self._tried: set[DeliveryAddress] = set()
        self._look = True
        self._digests_after: deliveries.Place | None = deliveries.START if with_digests else None
        self._since_looked = 0

    def look_for_urgent(self) -> None:
        """Read again what goes at once."""
        self._look = True

    async def next_urgent(self) -> Sequence[OutboxItem]:
        """What goes at once to the next recipient; nothing else goes there until `is_told`."""
        if not self._urgent and (self._look or self._since_looked >= LOOK_FOR_URGENT):
            async with self._application.desk.db.read() as conn:
                found = await deliveries.urgent_due(conn, self._application.clock.now(), READ_AT_ONCE)
            by_recipient: dict[DeliveryAddress, list[OutboxItem]] = {}
            for item in found:
                if item.id not in self._tried_items and _recipient(item) not in self._being_told:
                    by_recipient.setdefault(_recipient(item), []).append(item)
            self._tried_items.update(item.id for items in by_recipient.values() for item in items)
            self._urgent.extend(by_recipient.values())
            self._look = False
            self._since_looked = 0
        if not self._urgent:
            return ()
        items = self._urgent.popleft()
        self._being_told.add(_recipient(items[0]))
        return items

    def is_told(self, item: OutboxItem) -> None:
        """The recipient of this notice may be told more; whatever came meanwhile is read again."""
        self._being_told.discard(_recipient(item))
        self._look = True

    async def next_digest(self) -> DeliveryAddress | None:
        """The next one for whom a digest is due."""
        self._since_looked += 1
        while not self._digests and self._digests_after is not None:
            # Read on from the place reached: recipients who cannot be told now must not hide those behind them.
            now, after = self._application.clock.now(), self._digests_after
            async with self._application.desk.db.read() as conn:
                found, self._digests_after = await deliveries.digests_due(conn, now, READ_AT_ONCE, after)
            fresh = [who for who in found if who not in self._tried]
            self._tried.update(fresh)
            self._digests.extend(fresh)
        return self._digests.popleft() if self._digests else None


def _recipient(item: OutboxItem) -> DeliveryAddress:
    return DeliveryAddress(item.person_id, item.chat_id)
