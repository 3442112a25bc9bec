"""A town with a running bot: the five plans in use, people who write, and a clock that is moved.

Nothing here sleeps for time to pass. `Town.settle` waits for events (a ticket finished, someone began to sleep on the
clock) and moves the clock where all that is left to do waits for it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import build_application
from bot.clock import MovedClock
from bot.domain.people.people import Membership, Role
from bot.domain.plan.words import fold
from bot.reminders.jobs import HOUSEKEEPING
from bot.reminders.ticker import Ticker
from bot.settings import Settings
from bot.simulator.telegram.api.server import Running, running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats, Message
from bot.storage.engine.database import Database
from bot.storage.records import people, plans
from bot.transport.application import TiendoApplication
from bot.transport.sending.request import DatedRequest
from tests.telegram_contract import assert_own_buttons, assert_valid_calls
from tests.wrong_clock import WrongClock

BINH_LOC = "binh-loc"
POLICE, OFFICE, COMMITTEE = "Công an phường", "Văn phòng Đảng ủy", "Ban Chỉ đạo 57 phường"
MONDAY = datetime.fromisoformat("2026-06-15T08:00:00+07:00")
FAR = timedelta(minutes=5)
"""How far one `settle` moves the clock at most."""
BACKSTOP_SECONDS = 0.002
GIVE_UP_SECONDS = 90.0


class WatchedClock(MovedClock):
    """A moved clock that knows who sleeps on it."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.asleep: set[asyncio.Task[Any] | None] = set()
        self.changed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        self.asleep.add(task)
        self.changed.set()
        try:
            await super().sleep(seconds)
        finally:
            self.asleep.discard(task)
            self.changed.set()


class Town:
    """The bot, its Telegram and its database."""

    def __init__(self, server: Running, clock: WatchedClock, settings: Settings) -> None:
        self.server = server
        self.clock = clock
        self.machine = WrongClock(clock)
        """What the bot's machine shows; Telegram and everybody else go by the clock."""
        self.settings = settings
        self.app: TiendoApplication = self._built()
        self._numbers = iter(range(7_000_000_001, 8_000_000_000))

    @property
    def chats(self) -> Chats:
        """The simulated Telegram."""
        return self.server.chats

    @property
    def db(self) -> Database:
        """The open database."""
        return self.app.desk.db

    async def start(self, *, updates: bool = True) -> None:
        """Start the bot; without ``updates`` it does not ask for any."""
        await self.app.initialize()
        await self.app.start()
        if updates:
            await self.app.take_updates()

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self.app.running:
            await self.app.stop()
        await self.app.shutdown()

    async def restart(self) -> None:
        """Stop the bot, and start a new one on the same database."""
        await self.stop()
        await self.start_anew()

    async def start_anew(self) -> None:
        """A new bot on the same database, whatever became of the old one."""
        self.app = self._built()
        await self.start()

    async def kill(self) -> None:
        """Cut everything off where it stands, as kill -9 does; the database is left as it is."""
        self.app.processor.stopping = True
        await _cut_polling(self.app.updater)
        mine, name = asyncio.current_task(), f"Application:{self.app.bot.id}"
        cut = [t for t in asyncio.all_tasks() if t is not mine and t.get_name().startswith(name)]
        cut += [*self.app.albums.tasks, *self.app.processor._aside]
        # Cut off, the worker cuts off the messages it has in flight.
        cut += [worker for c in self.app.companions if (worker := getattr(c, "_worker", None)) is not None]
        for task in cut:
            task.cancel()
        await asyncio.gather(*cut, return_exceptions=True)
        self.app._running = False
        await self.app.shutdown()

    def person(self, name: str, language_code: str | None = "vi") -> SimulatedPerson:
        """Someone who has Telegram and no invitation."""
        return SimulatedPerson.named(self.chats, name, next(self._numbers), language_code=language_code)

    async def join(self, slug: str, unit: str, role: Role, *, name: str, language: str = "vi") -> SimulatedPerson:
        """A member of a unit, who has joined already; the chat is empty."""
        person = self.person(name, language)
        await self.join_also(person, slug, unit, role, name=name, language=language)
        return person

    async def join_also(
        self, person: SimulatedPerson, slug: str, unit: str, role: Role, *, name: str, language: str = "vi"
    ) -> Membership:
        """A further membership of someone."""
        person.open_chat()
        async with self.db.write() as conn:
            locality = await plans.locality_by_slug(conn, slug)
            assert locality is not None, slug
            unit_id = _unit_named(await plans.units(conn, locality.id), unit)
            now = self.clock.now()
            found = await people.add_person(conn, person.id, name, language, now)
            member = await people.add_membership(conn, found.id, locality.id, unit_id, role, now)
            await plans.bump_version(conn, locality.id)
            return member

    async def settle(self) -> None:
        """Return once everything said has been answered; short waits of the bot pass by moving the clock."""
        limit = self.clock.now() + FAR
        # In place of the ticker, whose seconds are real ones.
        self.app.something_was_committed()
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                while not await self._at_rest():
                    if await self._only_the_clock_is_waited_for():
                        self._move_on(limit)
                    self.clock.changed.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(BACKSTOP_SECONDS):
                            await self.clock.changed.wait()
        except TimeoutError:
            raise AssertionError(f"the bot does not come to rest: {self._unfinished()}") from None

    async def keep_house(self) -> None:
        """Run the housekeeping that is registered, as its ticker does."""
        [ticker] = [each for each in self.app.companions if isinstance(each, Ticker) and each.every == HOUSEKEEPING]
        await ticker.job()

    async def _at_rest(self) -> bool:
        for _ in range(3):
            if not (self._all_delivered() and self.app.at_rest):
                return False
            await asyncio.sleep(0)
        return True

    def _all_delivered(self) -> bool:
        updater = self.app.updater
        polls = updater is not None and updater.running
        return not self.chats.updates.pending() and (not polls or self.server.polling.waiting)

    async def _only_the_clock_is_waited_for(self) -> bool:
        for _ in range(5):
            if not self._waits_for_clock():
                return False
            await asyncio.sleep(0)
        return True

    def _waits_for_clock(self) -> bool:
        begun = {t.task for t in self.app.inbox.queue.tickets if t.task is not None and not t.task.done()}
        working = [task for one in self.app.companions if not one.idle for task in one.working]
        busy = begun | set(self.app.albums.tasks) | set(working)
        return self._all_delivered() and bool(busy) and busy <= self.clock.asleep and self.app.inbox.queue.empty()

    def _move_on(self, limit: datetime) -> None:
        wake = self.clock.next_wake()
        if wake is None:
            return
        if wake > limit:
            raise AssertionError(f"the bot waits until {wake.isoformat()}: {self._unfinished()}")
        self.clock.move_to(wake)

    def _unfinished(self) -> str:
        tickets = [(t.number, t.owner, t.attempts, t.waits, t.fault) for t in self.app.inbox.queue.tickets]
        return f"pending {len(self.chats.updates.pending())}, tickets {tickets}, calls {self.server.calls[-3:]}"

    def _built(self) -> TiendoApplication:
        app = build_application(self.settings, self.machine, quick_request)
        queue = app.inbox.queue
        release = queue.release

        def released(ticket: Any) -> None:
            release(ticket)
            self.clock.changed.set()

        queue.release = released  # type: ignore[method-assign]
        return app


async def officer(
    town: Town,
    unit: str = POLICE,
    name: str = "Nguyễn Văn An",
    role: Role = Role.OFFICER,
    *,
    slug: str = BINH_LOC,
    language: str = "vi",
) -> SimulatedPerson:
    """A member of a unit who has joined already: of the police of Bình Lộc where nothing else is said."""
    return await town.join(slug, unit, role, name=name, language=language)


async def office(town: Town, unit: str = OFFICE, *, slug: str = BINH_LOC, language: str = "vi") -> SimulatedPerson:
    """Someone who keeps the plan: of the standing office of Bình Lộc where nothing else is said."""
    return await officer(town, unit, "Trần Thị Bình", Role.OFFICE, slug=slug, language=language)


async def committee(
    town: Town, unit: str = COMMITTEE, *, slug: str = BINH_LOC, language: str = "vi"
) -> SimulatedPerson:
    """A member of the steering committee."""
    return await officer(town, unit, "Trần Thị Bình", Role.COMMITTEE, slug=slug, language=language)


async def say(town: Town, person: SimulatedPerson, words: str) -> str:
    """The newest message once these words have been answered."""
    person.send_text(words)
    await town.settle()
    return person.last().text


async def press(town: Town, person: SimulatedPerson, label: str, message: Message | int | None = None) -> str:
    """The newest message once this button (of a message, else of the newest that has it) has been answered."""
    person.press(label, message)
    await town.settle()
    assert person.unanswered() == []
    return person.last().text


async def press_newest(town: Town, person: SimulatedPerson, label: str) -> str:
    """The same where only the newest message may have the button."""
    return await press(town, person, label, person.last())


async def _cut_polling(updater: Any) -> None:
    polling = updater._Updater__polling_task
    updater._running = False
    updater._Updater__polling_task_stop_event.set()
    if polling is not None:
        await asyncio.gather(polling, return_exceptions=True)


def quick_request() -> DatedRequest:
    """HTTP without the world's certificates, whose loading takes longer than a journey."""
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return DatedRequest(
        connection_pool_size=32,
        read_timeout=20,
        media_write_timeout=30,
        httpx_kwargs={"trust_env": False, "verify": bare},
    )


@asynccontextmanager
async def town_on(
    data_dir: Path, *, at: datetime = MONDAY, updates: bool = True, **settings: Any
) -> AsyncIterator[Town]:
    """A running town on the database in this folder; gone when the block ends."""
    clock = WatchedClock(at.astimezone(UTC))
    chats = Chats(clock)
    async with running(chats) as server:
        chosen = Settings(
            _env_file=None, token=chats.bot.token, api_url=server.url, data_dir=data_dir, poll_seconds=50, **settings
        )
        town = Town(server, clock, chosen)
        try:
            await town.start(updates=updates)
            yield town
            # A second opinion on everything the bot has sent.
            assert_valid_calls(server.calls)
            assert_own_buttons(server.calls, town.app.routes)
        finally:
            server.faults.clear()
            await town.stop()


def _unit_named(units: Iterable[Any], name: str) -> int:
    wanted = fold(name)
    for unit in units:
        if wanted in (fold(spelling) for spelling in (unit.name, *unit.aliases)):
            return int(unit.id)
    raise AssertionError(f"no unit {name!r}")
