"""The only source of "now". Tests and the simulator move it; nothing else reads the machine's clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

MOST_APART = timedelta(minutes=5)
"""How far two clocks may differ and still count as one."""
AGAIN_AT_ONE = timedelta(minutes=1)
"""How much closer they have to come, once they differed, before they count as one again."""
STANDS_AFTER_SECONDS = 600.0
"""How long a clock that was set has to go on before it is believed without Telegram's word."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# Time spent asleep counts too, where the system says how much it was (Linux).
_RUNS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """What tells the time and waits for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that pass whatever is set; only differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed, whatever is set meanwhile."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds the machine has run."""
        return time.clock_gettime(_RUNS)

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed."""
        await asyncio.sleep(seconds)


class MovedClock:
    """A clock that stands still until it is moved; sleepers wake when it passes their instant."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The instant the clock was moved to."""
        return self._now

    def monotonic(self) -> float:
        """Time is what it was moved to: to move it is to let it pass."""
        return (self._now - _EPOCH).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved past ``seconds`` from now."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), woken))
        await woken

    def next_wake(self) -> datetime | None:
        """The instant at which the next sleeper wakes; none where nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def move_to(self, instant: datetime) -> None:
        """Set the clock and wake everyone whose time has come. It may be set back; sleepers keep their instant."""
        self._now = instant.astimezone(UTC)
        while (wake := self.next_wake()) is not None and wake <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            woken.set_result(None)

    def move_by(self, **span: float) -> None:
        """Move by a span given as for ``timedelta`` (hours=1, days=2 …)."""
        self.move_to(self._now + timedelta(**span))


class ShiftedClock:
    """A clock that runs like the machine's but shows another time; it can be moved (the simulator)."""

    def __init__(self, start: datetime) -> None:
        self._shown, self._since = start.astimezone(UTC), time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The instant it was set to and what has passed since, whatever becomes of the machine's clock."""
        return self._shown + timedelta(seconds=time.monotonic() - self._since)

    def monotonic(self) -> float:
        """As with the moved clock: to move it is to let time pass."""
        return (self.now() - _EPOCH).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed on this clock, also where it was moved past them."""
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    def move_to(self, instant: datetime) -> None:
        """Show this instant from now on."""
        self._shown, self._since = instant.astimezone(UTC), time.monotonic()
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """The clock is not to be believed. ``ahead`` of Telegram's by so much (negative: behind); none: not known yet."""

    ahead: timedelta | None


@dataclass(frozen=True, slots=True)
class _Said:
    """What Telegram's clock showed at a monotonic instant: ``low`` at least, at most ``spread`` more."""

    at: float
    low: datetime
    spread: timedelta = timedelta()

    def at_least(self, at: float) -> datetime:
        return self.low + timedelta(seconds=at - self.at)

    def at_most(self, at: float) -> datetime:
        return self.at_least(at) + self.spread

    def allows(self, shown: datetime, at: float, near: timedelta = MOST_APART) -> bool:
        return self.at_least(at) - near <= shown <= self.at_most(at) + near


class CheckedClock:
    """The machine's clock as long as it agrees with Telegram's; else Telegram's time, carried on by monotonic time.

    Answers of the Bot API bear the date at which they were given; a message is never dated before it was written. The
    first bound Telegram's time from both sides, the second only from below: updates come late after an outage. A date
    that an update refutes is not believed (a proxy may have given it), nor one that stands alone against the machine
    and the answers before it. Before the first answer nothing is certain. Where answers bear no date the machine is
    believed, but where it is set while the program runs, only once that has stood for ten minutes.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._answer: _Said | None = None
        self._rumour: _Said | None = None
        self._update: _Said | None = None
        self._answered_at: float | None = None
        self._course: timedelta | None = None
        self._believed: timedelta | None = None
        self._other: tuple[float, timedelta] | None = None
        self._was_apart = False

    def now(self) -> datetime:
        """The present instant, aware, in UTC, as far as it can be known."""
        shown, at = self._read()
        return shown - (self._ahead(shown, at) or timedelta())

    def monotonic(self) -> float:
        """Seconds that pass whatever is set."""
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed, whatever is set meanwhile."""
        await self._machine.sleep(seconds)

    @property
    def doubt(self) -> ClockDoubt | None:
        """Why nothing may happen by time alone; none where the clock can be believed."""
        ahead = self._ahead(*self._read())
        return None if ahead is None and self._answered_at is not None else ClockDoubt(ahead)

    @property
    def silent_for(self) -> float:
        """Seconds since Telegram answered last."""
        return float("inf") if self._answered_at is None else self.monotonic() - self._answered_at

    @property
    def has_strayed(self) -> bool:
        """Whether the machine's clock may have been set since `steady` was called last: it left its course."""
        self._read()
        return self._course is None

    def steady(self) -> None:
        """Whatever a wrong clock has left behind was put right: the course it takes from here on is the right one."""
        self._course = self._course_of(self._machine.now(), self.monotonic())

    def answered(self, date: datetime | None, asked_at: float) -> None:
        """Telegram has answered what it was asked at a monotonic instant, and ``date`` is what its clock showed."""
        shown, at = self._read()
        if self._answered_at is None:
            self._believed = self._course_of(shown, at)
        self._answered_at = at
        if date is None:
            return
        said = _Said(at, date, timedelta(seconds=max(0.0, at - asked_at)))
        before, rumour = self._answer, self._rumour
        agreed = said.allows(shown, at) or (rumour is not None and said.allows(rumour.at_least(at), at))
        if before is None or said.allows(before.at_least(at), at, MOST_APART + before.spread) or agreed:
            self._answer, self._rumour = said, None
        else:
            self._rumour = said

    def not_before(self, date: datetime) -> None:
        """Telegram has dated something that has happened."""
        at = self.monotonic()
        if self._update is None or date > self._update.at_least(at):
            self._update = _Said(at, date)

    def _read(self) -> tuple[datetime, float]:
        shown, at = self._machine.now(), self.monotonic()
        if self._course is not None and abs(self._course_of(shown, at) - self._course) > MOST_APART:
            self._course = None
        return shown, at

    def _course_of(self, shown: datetime, at: float) -> timedelta:
        return shown - _EPOCH - timedelta(seconds=at)

    def _ahead(self, shown: datetime, at: float) -> timedelta | None:
        """How far the machine is ahead of Telegram's time, where they are apart."""
        low, high = self._bounds(at)
        if high is None and (low is None or shown >= low):
            return self._off_course(shown, at)
        near = MOST_APART - (AGAIN_AT_ONE if self._was_apart else timedelta())
        too_late = high is not None and shown > high + near
        self._was_apart = too_late or (low is not None and shown < low - near)
        self._believed, self._other = None if self._was_apart else self._course_of(shown, at), None
        return shown - low if self._was_apart and low is not None else None

    def _off_course(self, shown: datetime, at: float) -> timedelta | None:
        """The same where Telegram has not said what time it is: how far the machine has been set of late."""
        course = self._course_of(shown, at)
        if self._believed is None:
            self._believed = course
        if abs(course - self._believed) <= MOST_APART:
            self._other = None
            return None
        if self._other is None or abs(course - self._other[1]) > MOST_APART:
            self._other = (at, course)
        if at - self._other[0] < STANDS_AFTER_SECONDS:
            return course - self._believed
        self._believed = course
        return None

    def _bounds(self, at: float) -> tuple[datetime | None, datetime | None]:
        low = None if self._answer is None else self._answer.at_least(at)
        high = None if self._answer is None else self._answer.at_most(at)
        if self._update is None or (low is not None and self._update.at_least(at) <= low):
            return low, high
        written = self._update.at_least(at)
        return written, None if high is None or written > high + MOST_APART else max(high, written)
