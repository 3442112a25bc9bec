"""A clock that is wrong for a while: afterwards everybody is told what is due on its day, as if it had been right.

Here nobody says what time it is, so that the program works by the wrong clock until it is set right. With Telegram's
word nothing is worked out or sent in the first place: tests/journeys/test_wrong_clock.py.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import or_, select

from bot.clock import CheckedClock
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.reminders.lookout import look
from bot.reminders.put_right import put_right
from bot.services.appraising.appraise import give_back
from bot.services.core.book import Books
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database, migrate
from bot.storage.outbox import deliveries
from bot.storage.records import audit, plans
from tests.reminders.hamlet import DIVISION, TEAM, Hamlet, Told, a_hamlet, local
from tests.reminders.test_difficulties import heard, raised
from tests.transport.abort import AbortAt
from tests.wrong_clock import WRONG, WrongClock

BEGIN, END = "2026-06-01 10:00", "2026-07-14 10:00"
FORTY_SECONDS = timedelta(seconds=40)


def _next(now: datetime) -> datetime:
    """The program looks at midnight, and at some hours of the day."""
    there = now.astimezone(DEFAULT_ZONE)
    minutes = next((each for each in (450, 480, 720, 1020) if each > there.hour * 60 + there.minute), 1440)
    return datetime.combine(there.date(), time(), DEFAULT_ZONE) + timedelta(minutes=minutes)


class Machine:
    """What a hamlet's program runs on; started anew it knows nothing of before but what is stored."""

    def __init__(self, hamlet: Hamlet) -> None:
        self.hamlet = hamlet
        self.shows = WrongClock(hamlet.clock)
        self.start()

    def start(self) -> None:
        self.hamlet.app.clock = CheckedClock(self.shows)
        self.hamlet.app.clock.answered(None, self.shows.monotonic())

    async def work(self) -> None:
        if await look(self.hamlet.app):  # type: ignore[arg-type]
            while await self.hamlet.dispatcher.send_due():
                pass

    async def up_until(self, words: str) -> None:
        while self.hamlet.clock.now() < (end := local(words)):
            self.hamlet.clock.move_to(min(end, _next(self.hamlet.clock.now())))
            await self.work()

    async def wrong_for_forty_seconds(self, ahead: timedelta) -> None:
        """Started under a wrong clock, which is then set right, and started again."""
        self.shows.ahead = ahead
        self.start()
        await self.work()
        self.hamlet.clock.move_by(seconds=FORTY_SECONDS.total_seconds())
        await self.work()
        self.shows.ahead = timedelta()
        self.start()
        await self.work()


async def filled(hamlet: Hamlet, *, use: bool = True) -> None:
    for number, limit in enumerate(("15/6/2026", "30/6/2026", "6/7/2026", "20/7/2026", "31/7/2026", "Quý III/2026"), 1):
        await hamlet.row(f"NV{number:02d}", limit, teams=[TEAM])
    await hamlet.row("NV07", "3/7/2026", DIVISION)
    if use:
        await hamlet.use()


async def told_in(hamlet: Hamlet) -> list[Told]:
    found = await hamlet.told()
    assert len(found) > 80
    return found


async def marked(hamlet: Hamlet) -> tuple[int, int]:
    """How many notices went out under the wrong clock, and how many of them again on their day."""
    o = t.outbox.c
    async with hamlet.db.read() as conn:
        states = list(await conn.scalars(select(o.state).where(or_(o.early.is_(True), o.state == "early"))))
    return len(states), states.count("sent")


@pytest.fixture(scope="module")
def as_it_should_be() -> list[list[Told]]:
    return []


async def expected(kept: list[list[Told]], tmp_path: Path) -> list[Told]:
    if not kept:
        path = tmp_path / "right"
        path.mkdir()
        url = f"sqlite+aiosqlite:///{path / 'tiendo.db'}"
        await migrate(url)
        async with a_hamlet(url, path, BEGIN, month_reports=True) as hamlet:
            await filled(hamlet)
            machine = Machine(hamlet)
            await machine.work()
            await machine.up_until(END)
            kept.append(await told_in(hamlet))
    return kept[0]


MONTH, DAY_AND_A_BIT, MORNING = timedelta(days=30), timedelta(hours=29), timedelta(hours=4.5)
AN_HOUR_BACK = timedelta(hours=-1)


@pytest.mark.parametrize(
    ("at", "ahead", "early"),
    [
        ("2026-06-01 11:00", MONTH, 20),
        ("2026-06-01 11:00", DAY_AND_A_BIT, 1),
        ("2026-06-23 07:15", AN_HOUR_BACK, 0),
        ("2026-06-16 03:00", MORNING, 1),
        ("2026-06-16 03:00", DAY_AND_A_BIT, 1),
        ("2026-06-18 20:00", MONTH, 0),
        ("2026-06-18 20:00", MORNING, 0),
        ("2026-06-23 07:29:30", MONTH, 1),
        ("2026-06-26 07:29:30", MONTH, 0),
        ("2026-06-29 09:00", MORNING, 0),
    ],
)
async def test_everybody_is_told_on_the_true_day_what_the_wrong_clock_told_too_early(
    as_it_should_be: list[list[Told]], tmp_path: Path, sqlite_url: str, at: str, ahead: timedelta, early: int
) -> None:
    wanted = await expected(as_it_should_be, tmp_path)
    async with a_hamlet(sqlite_url, tmp_path, BEGIN, month_reports=True) as hamlet:
        await lived_through(hamlet, at, ahead)
        assert await told_in(hamlet) == wanted
        went_out, came_again = await marked(hamlet)
        assert went_out >= early and (came_again > 0) is (early > 0)
        async with hamlet.db.read() as conn:
            assert await audit.verify(conn, hamlet.place) is None


async def lived_through(hamlet: Hamlet, at: str, ahead: timedelta) -> None:
    await filled(hamlet)
    machine = Machine(hamlet)
    await machine.work()
    await machine.up_until(at)
    await machine.wrong_for_forty_seconds(ahead)
    await machine.up_until(END)


async def test_the_same_on_postgresql(as_it_should_be: list[list[Told]], tmp_path: Path, postgresql_url: str) -> None:
    wanted = await expected(as_it_should_be, tmp_path)
    async with a_hamlet(postgresql_url, tmp_path, BEGIN, month_reports=True) as hamlet:
        await lived_through(hamlet, "2026-06-01 11:00", MONTH)
        assert await told_in(hamlet) == wanted
        assert all(await marked(hamlet))


@pytest.mark.parametrize("ahead", WRONG.values(), ids=WRONG)
async def test_a_plan_put_in_use_under_a_wrong_clock_is_reminded_of_from_the_true_day_on(
    as_it_should_be: list[list[Told]], tmp_path: Path, sqlite_url: str, ahead: timedelta
) -> None:
    wanted = await expected(as_it_should_be, tmp_path)
    async with a_hamlet(sqlite_url, tmp_path, BEGIN, month_reports=True) as hamlet:
        await filled(hamlet, use=False)
        machine = Machine(hamlet)
        machine.shows.ahead = ahead
        hamlet.clock.move_to(machine.shows.now())
        await hamlet.use()
        hamlet.clock.move_to(local(BEGIN))
        await machine.wrong_for_forty_seconds(ahead)
        await machine.up_until(END)
        assert await told_in(hamlet) == wanted
        async with hamlet.db.read() as conn:
            plan = await plans.plan_of(conn, hamlet.place)
        assert plan is not None and plan.in_use_on == local(BEGIN).date()


@pytest.mark.parametrize("ahead", [each for each in WRONG.values() if each > timedelta()], ids=list(WRONG)[:3])
async def test_set_wrong_while_it_runs_and_right_again_after_an_hour_nothing_is_lost(
    as_it_should_be: list[list[Told]], tmp_path: Path, sqlite_url: str, ahead: timedelta
) -> None:
    wanted = await expected(as_it_should_be, tmp_path)
    async with a_hamlet(sqlite_url, tmp_path, BEGIN, month_reports=True) as hamlet:
        await filled(hamlet)
        machine = Machine(hamlet)
        await machine.work()
        await machine.up_until("2026-06-02 11:00")
        for shown in (ahead, timedelta()):
            machine.shows.ahead = shown
            for _ in range(5):
                hamlet.clock.move_by(minutes=12)
                await machine.work()
        await machine.up_until(END)
        assert await told_in(hamlet) == wanted


async def test_started_an_hour_back_with_nobody_to_say_so_the_last_hour_is_told_again_and_marked(
    as_it_should_be: list[list[Told]], tmp_path: Path, sqlite_url: str
) -> None:
    """Whether what is dated later was dated too late, or the clock is behind, nobody can tell then."""
    wanted = await expected(as_it_should_be, tmp_path)
    async with a_hamlet(sqlite_url, tmp_path, BEGIN, month_reports=True) as hamlet:
        await lived_through(hamlet, "2026-06-16 07:45", AN_HOUR_BACK)
        assert await told_in(hamlet) == wanted
        twice = [sent for sent in hamlet.messages("An") if sent.at.date() == local("2026-06-16 07:30").date()]
        assert ["nhắc lại" in sent.text for sent in twice] == [False, True]


@pytest.mark.parametrize("ahead", WRONG.values(), ids=WRONG)
async def test_wrong_for_forty_seconds_while_it_runs_it_sends_nothing_for_them(
    hamlet: Hamlet, ahead: timedelta
) -> None:
    await filled(hamlet)
    machine = Machine(hamlet)
    await machine.work()
    await machine.up_until("2026-06-23 07:45")
    told = len(hamlet.mouth.sent)
    for shown in (ahead, ahead, timedelta(), timedelta()):
        machine.shows.ahead = shown
        hamlet.clock.move_by(seconds=20)
        await machine.work()
    assert len(hamlet.mouth.sent) == told
    assert await marked(hamlet) == (0, 0)


async def test_what_people_did_under_the_wrong_clock_is_told_once_and_counts_for_today(hamlet: Hamlet) -> None:
    await filled(hamlet)
    machine = Machine(hamlet)
    await machine.work()
    machine.shows.ahead = MONTH
    machine.start()
    true = hamlet.clock.now()
    hamlet.clock.move_to(machine.shows.now())
    about, now = hamlet.ids["NV06"], hamlet.clock.now()
    report, judge = await hamlet.report("NV06", 100), await hamlet.visitor("Thẩm định")
    said = {"assignment_id": about, "report_id": report, "now": now, "key": "k"}
    await give_back(hamlet.desk, judge, reason="Thiếu dấu", **said)
    hamlet.clock.move_to(true)
    await machine.work()
    heard = [sent for sent in hamlet.messages("An") if "Thiếu dấu" in sent.text]
    machine.shows.ahead = timedelta()
    machine.start()
    await machine.up_until("2026-06-02 09:00")
    assert [sent for sent in hamlet.messages("An") if "Thiếu dấu" in sent.text] == heard
    assert len(heard) == 1
    async with hamlet.db.read() as conn:
        since = local("2026-06-01 00:00")
        assert await deliveries.singles_since(conn, hamlet.people["An"], hamlet.place, since) == 1


async def test_cut_off_at_any_point_it_is_put_right_whole_or_not_at_all(hamlet: Hamlet, tmp_path: Path) -> None:
    await filled(hamlet)
    machine = Machine(hamlet)
    await machine.work()
    machine.shows.ahead = MONTH
    machine.start()
    await machine.work()
    now, file, copy = hamlet.clock.now(), hamlet.db.url.partition(":///")[2], tmp_path / "copy.db"
    wrong = await left_by(hamlet.db)
    found: list[dict[str, list[object]]] = []
    for n in count(1):
        with closing(sqlite3.connect(file)) as whole, closing(sqlite3.connect(copy)) as to:
            whole.backup(to)
        db = await Database.open(f"sqlite+aiosqlite:///{copy}")
        desk = replace(hamlet.desk, db=db, books=Books())
        work = AbortAt(put_right(desk, now), n)
        with suppress(asyncio.CancelledError):
            await asyncio.get_running_loop().create_task(_awaited(work))
        assert await left_by(db) in (wrong, *found)
        await put_right(desk, now)
        found.append(await left_by(db))
        assert found[0] == found[-1] != wrong
        assert not await put_right(desk, now)
        await db.close()
        copy.unlink()
        if not work.reached:
            break
    assert n > 10


async def _awaited(work: AbortAt) -> None:
    await work


async def left_by(db: Database) -> dict[str, list[object]]:
    async with db.read() as conn:
        return {
            table.name: [tuple(row) for row in await conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in (t.outbox, t.assignments, t.localities, t.flips, t.plans)
        }


async def test_a_question_that_went_up_by_time_waits_until_the_clock_is_right(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý IV/2026", teams=[DIVISION])
    await hamlet.use()
    machine = Machine(hamlet)
    await machine.work()
    await raised(hamlet)
    await machine.up_until("2026-06-09 00:00")
    assert await hamlet.states("difficulty") == ["sent", "queued"]
    machine.shows.ahead = DAY_AND_A_BIT
    hamlet.clock.move_to(local("2026-06-09 07:05"))
    await machine.work()
    while await hamlet.dispatcher.send_due():
        pass
    assert await hamlet.states("difficulty") == ["sent", "queued"]
    machine.shows.ahead = timedelta()
    await machine.work()
    assert await hamlet.states("difficulty") == ["sent", "sent"]
    assert heard(hamlet, "Văn phòng") == ["06-09 07:05"]
