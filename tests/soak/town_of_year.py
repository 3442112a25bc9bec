"""The year of tests/reminders, some weeks of it, told by two processes that are being killed."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.clock import MovedClock
from bot.domain.errors import TienDoError
from bot.domain.work.lifecycle import State
from bot.reminders.deliver import LEASE
from bot.reminders.tick import something_due
from bot.simulator.telegram.chats.state import Chats
from bot.storage.engine import tables as t
from bot.storage.records import events
from tests.reminders.year import DIGESTS, WHOLE_YEAR, ZONE, Outage, Year, at
from tests.reminders.year_deeds import Script
from tests.reminders.year_people import Place
from tests.soak.two_processes import Worker, is_at_rest

FIRST = date(2026, 6, 17)
"""A Wednesday; the quarter, the half-year and many limits end on the 30th, and are overdue on 1 July."""
OUTAGES = (
    Outage(at(date(2026, 6, 19), time(6, 50)), at(date(2026, 6, 19), time(9, 40, 5))),
    Outage(at(date(2026, 6, 25), time(20, 0)), at(date(2026, 6, 30), time(10, 20, 5))),
)
LOOK_SECONDS = 0.03
A_LOOK = 0.1
"""Seconds of the clock that go by while one looks."""
LONGEST_LOOK = 300.0
"""Seconds of this machine, however busy, within which what is due must have been told."""
AT_A_DIGEST, AT_ANY_HOUR, IN_A_RUSH = 0.25, 0.06, 0.1
"""How likely a process is to be killed: digests are many messages at once."""
RUSH = 10
WORKED_ON = 70
"""Assignments with which something happens, so that many come to their end."""
OPEN = (State.NOT_REPORTED, State.IN_PROGRESS, State.RETURNED)


class Unfinished(Exception):
    """The processes do not come to rest."""


class Town(Year):
    """People do things in this process; two others tell them of it."""

    def __init__(self, folder: Path, url: str, seed: int, clock: MovedClock) -> None:
        season = replace(WHOLE_YEAR, first=FIRST, begins=FIRST, outages=OUTAGES)
        super().__init__(folder, seed, season=season, clock=clock, database_url=url)
        self.chats = Chats(clock)
        # Of its own: how often one looks depends on the machine, and what people do shall not.
        self.chance = Random(seed)
        self.workers: tuple[Worker, ...] = ()
        self.jumps = 0
        """How often nothing was done but to wait for the lease of the dead."""

    async def live(self, until: date | None = None) -> None:
        """Go through every day."""
        for outage in self.outages:
            heapq.heappush(self.ahead, (outage.begins, next(self.keys), self.look))
        await super().live(until)

    async def look(self) -> None:
        """What is due is told, whoever of the two is alive; what the dead had in hand may wait for its lease."""
        self._meet_newcomers()
        if any(outage.begins <= self.now() < outage.ends for outage in self.outages):
            self._go_down()
            return
        for each in self.workers:
            each.up.set()
        if await self._rest(is_deadly=True) and self.chance.random() < 0.4:
            await self.outlive_leases()

    async def outlive_leases(self) -> None:
        """Move past the lease of all that the dead had in hand, until nothing is."""
        while await self._rest():
            self.jumps += 1
            self.clock.move_by(seconds=LEASE.total_seconds() + 1)

    async def _rest(self, *, is_deadly: bool = False) -> bool:
        """Wait until the living have nothing to do. Whether the dead have left something in hand."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_LOOK
        while loop.time() < until:
            alive = frozenset(each.name for each in self.workers if each.is_alive)
            is_told, left = await is_at_rest(self.desk.db, self.now(), alive)
            if is_told and not await something_due(self.desk, self.now()):
                return left
            for each in self.workers:
                each.given_work.set()
            if is_deadly:
                self.endanger(AT_A_DIGEST if self._is_digest_hour() else AT_ANY_HOUR)
                is_deadly = False
            await asyncio.sleep(LOOK_SECONDS)
            self.clock.move_by(seconds=A_LOOK)
        raise Unfinished(f"at {self.now()} something is due, and nobody does it")

    def endanger(self, share: float) -> None:
        """Have each process killed over what is due now, with this probability."""
        for each in self.workers:
            if self.chance.random() < share:
                each.doomed.set()

    def _is_digest_hour(self) -> bool:
        return self.now().astimezone(ZONE).time().replace(second=0, microsecond=0) in DIGESTS

    def _go_down(self) -> None:
        for each in self.workers:
            each.up.clear()
            each.kill()

    def _meet_newcomers(self) -> None:
        """Everyone has opened a chat; who has blocked the bot in the year has done so here; groups have the bot."""
        for number in {chat for place in self.places for chat in place.telegram.values()}:
            if number not in self.chats.chats:
                self.chats.add_user("Người", number)
                self.chats.chats[number].started = True
            self.chats.chats[number].blocked = number in self.telegram.blocked
        for _, _, _, chat_id in self.diary.groups:
            if chat_id not in self.chats.chats:
                group = self.chats.add_group("Tổ", kind="supergroup", chat_id=chat_id)
                group.members[self.chats.bot.id] = "member"


class Weeks(Script):
    """What people do: as in the year, but more of it, much of it between midnight and the digest."""

    year: Town

    def __init__(self, year: Town, days: int) -> None:
        super().__init__(year)
        self.days = days

    async def write(self) -> None:
        """Put every deed into the list."""
        led: list[tuple[Place, int]] = []
        for place in self.year.places:
            async with self.year.desk.db.read() as conn:
                led += [(place, a.id) for a, _ in await events.standings(conn, place.plan_id)]
        self.led = self.random.sample(led, WORKED_ON)
        # On the day of putting in use nothing else happens: docs/decisions/0006 leaves open what is told of it then.
        for number in range(1, self.days):
            day = FIRST + timedelta(days=number)
            for _ in range(5 if day.weekday() < 5 else 1):
                self._at(self._instant(day), self.work)
            if day.weekday() < 5:
                self._write_working_day(day)
            if number % 4 == 2:
                change = self.random.choice([self.leave, self.come, self.silence, self.hour])
                self._at(self._instant(day), change)
        self._at(at(FIRST + timedelta(days=2), time(11, 30, 3)), self.bind)
        self._at(at(FIRST + timedelta(days=3), time(11, 5, 3)), self.block)
        self._at(at(FIRST + timedelta(days=4), time(10, 15, 3)), self.own_day_off)

    def _write_working_day(self, day: date) -> None:
        for hour, minute in ((6, 20), (7, 15), (7, 31), (7, 33), (10, 30), (16, 16)):
            self._at(at(day, time(hour, minute, self.random.randrange(60))), self.finish)
        for hour, minute in ((6, 40), (7, 32), (9, 15), (15, 20), (20, 50)):
            self._at(at(day, time(hour, minute, self.random.randrange(60))), self.judge)
        for hour, minute in ((7, 1), (7, 31), (7, 32), (16, 16)):
            self._at(at(day, time(hour, minute, self.random.randrange(60))), self.ease)
        self._at(at(day, time(14, 5, self.random.randrange(60))), self.rush)

    async def rush(self) -> None:
        """Much happens, each to another assignment, while the two already look at the first of it."""
        self.year.endanger(IN_A_RUSH)
        judged = set(self.waiting)
        await self.judge(5)
        reported = 0
        for place, assignment_id in self.random.sample(self.led, len(self.led)):
            found = await self._standing(assignment_id)
            if found is None or found[1].state not in OPEN or assignment_id in judged:
                continue
            try:
                await self.report(place, *found)
            except TienDoError as refused:
                self.year.refused.append(refused.key)
            reported += 1
            if reported == RUSH:
                return

    async def ease(self) -> None:
        """What a dead process has in hand as an alert is reported complete before anyone knows whether it was heard."""
        o = t.outbox.c
        async with self.year.desk.db.read() as conn:
            in_hand = select(o.assignment_id).where(o.state == "sending", o.rule == "turned_red").order_by(o.id)
            doubtful = list((await conn.execute(in_hand)).scalars())
        if not doubtful:
            return
        found = await self._standing(self.random.choice(doubtful))
        if found is not None and found[1].state in OPEN:
            place = next(place for place in self.year.places if place.id == found[0].locality_id)
            self.led.append((place, found[0].id))
            await self.report(place, found[0], replace(found[1], percent=Decimal(50)), is_sure=True)

    async def finish(self) -> None:
        """A task that has come far is reported complete; another comes far."""
        for place, assignment_id in self.random.sample(self.led, len(self.led)):
            found = await self._standing(assignment_id)
            if found is not None and found[1].state in (State.IN_PROGRESS, State.RETURNED) and found[1].percent >= 40:
                await self.report(place, *found, is_sure=True)
                return
        await self.work()
