"""Figure of sending: ten thousand people are told at the same hour. The limiter is the real one, the clock is moved."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import build_application
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import FULL
from bot.reminders.tick import tick
from bot.services.appraising.appraise import give_back
from bot.services.core.desk import Desk
from bot.services.reporting.report_progress import SaidProgress, report
from bot.settings import Settings
from bot.storage.records import events, files, people, plans
from bot.transport.application import TiendoApplication
from tests.bench.data import FIRST_PERSON, many_localities
from tests.bench.figures import Figure
from tests.reminders.in_process import TOKEN, InProcess, InProcessRequest
from tests.town import WatchedClock

LOCALITIES = 167
"""Of 60 members each: 10,020 people."""
ASSIGNMENTS = 8
LEAST, TELEGRAM = 28, 30
URGENT_WITHIN = 2
CALL_SECONDS = 0.25
"""How long Telegram takes for a message, on the moved clock."""
IN_USE = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)
MORNING = datetime(2026, 7, 15, 0, 30, tzinfo=UTC)
JUDGE = FIRST_PERSON - 1
TICKER = timedelta(seconds=30)


@dataclass
class Gate:
    """Telegram's side: holds everyone to the limits, and asks some chats to wait."""

    clock: WatchedClock
    asked_for: int = 0
    arrived: list[datetime] = field(default_factory=list)
    of_chat: dict[int, deque[datetime]] = field(default_factory=dict)
    wait_until: dict[int, datetime] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def __call__(self, chat_id: int) -> tuple[int, dict[str, Any]] | None:
        """The refusal of a message, where it is one."""
        now = self.clock.now()
        if chat_id in self.wait_until and now < self.wait_until[chat_id]:
            self.broken.append(f"{chat_id} before its retry_after")
        if len(self.arrived) >= TELEGRAM and now - self.arrived[-TELEGRAM] < timedelta(seconds=1):
            self.broken.append(f"more than {TELEGRAM} a second at {now}")
        own = self.of_chat.setdefault(chat_id, deque(maxlen=3))
        if len(own) == 3 and now - own[0] < timedelta(seconds=3):
            self.broken.append(f"{chat_id} faster than one a second")
        self.arrived.append(now)
        own.append(now)
        # One in a hundred has to wait, once.
        if chat_id % 100 == 7 and chat_id not in self.asked:
            self.asked.add(chat_id)
            self.asked_for += 1
            seconds = 3 + chat_id // 100 % 40
            self.wait_until[chat_id] = now + timedelta(seconds=seconds)
            said = f"Too Many Requests: retry after {seconds}"
            asked = {"ok": False, "error_code": 429, "description": said, "parameters": {"retry_after": seconds}}
            return 429, asked
        return None


async def measure_sending(folder: Path) -> list[Figure]:
    """The figures of sending."""
    folder.mkdir()
    clock = WatchedClock(IN_USE)
    telegram = InProcess(clock, seconds=CALL_SECONDS)
    settings = Settings(_env_file=None, token=TOKEN, data_dir=folder)  # type: ignore[call-arg, arg-type]
    app = build_application(settings, clock, lambda: InProcessRequest(telegram))
    await app.initialize()
    gate = Gate(clock)
    telegram.answers = gate
    try:
        there = await many_localities(app.desk, LOCALITIES, ASSIGNMENTS, now=IN_USE)
        judged = await _report_to_judge(app.desk, clock)
        return await _told(app, clock, telegram, gate, judged, sum(len(each) for each in there.members))
    finally:
        await app.shutdown()


@dataclass(frozen=True, slots=True)
class Judged:
    """A complete report somebody gives back in the middle, and the chat that is to hear of it."""

    judge: Visitor
    chat_id: int
    assignment_id: int
    report_id: int


async def _report_to_judge(desk: Desk, clock: WatchedClock) -> Judged:
    async with desk.db.write() as conn:
        (first, *_) = await plans.localities(conn)
        plan = await plans.plan_of(conn, first.id)
        assert plan is not None
        reporter = await people.person_by_telegram(conn, FIRST_PERSON)
        assert reporter is not None
        (own, *_) = await people.memberships_in(conn, first.id)
        found = await events.standings(conn, plan.id)
        free = [a for a, s in found if s.unit_id == own.unit_id and s.state is State.NOT_REPORTED]
        other = next(unit for unit in await plans.units(conn, first.id) if unit.id != own.unit_id)
        judge = await people.add_person(conn, JUDGE, "Lê Văn Cường", "vi", clock.now())
        await people.add_membership(conn, judge.id, first.id, other.id, Role.APPRAISER, clock.now())
        await plans.bump_version(conn, first.id)
        await files.add_file(conn, "0" * 64, 10, "image/png", clock.now())
        given = Evidence(0, first.id, reporter.id, "0" * 64, "anh.png", "image/png", 10, clock.now(), {})
        kept = await files.add_evidence(conn, given, "bench")
        visitor = await people.visitor(conn, FIRST_PERSON, FIRST_PERSON)
        book = await desk.books.of(conn, first.id)
        target = book.terms[free[0].row_id].target
    receipt = await report(
        desk,
        visitor,
        assignment_id=free[0].id,
        said=SaidProgress(None if target else FULL, target.values[0] if target else None, files=(kept.id,)),
        now=clock.now(),
        key="bench",
    )
    async with desk.db.read() as conn:
        who = await people.visitor(conn, JUDGE, JUDGE)
    return Judged(who, FIRST_PERSON, free[0].id, receipt.number)


async def _told(
    app: TiendoApplication, clock: WatchedClock, telegram: InProcess, gate: Gate, judged: Judged, there: int
) -> list[Figure]:
    clock.move_to(MORNING)
    begun = time.perf_counter()
    await tick(app.desk, clock.now())
    queued = time.perf_counter() - begun
    dispatcher: Any = app.companions[0]
    begun = time.perf_counter()
    await dispatcher.start()
    try:
        await _until(app, clock, lambda: len(telegram.delivered) >= there // 2)
        asked_at = clock.now()
        before = len(telegram.delivered)
        await give_back(
            app.desk, judged.judge, assignment_id=judged.assignment_id, report_id=judged.report_id,
            reason="Thiếu chữ ký", now=asked_at, key="bench:back",
        )  # fmt: skip
        app.something_was_committed()
        await _until(app, clock, lambda: dispatcher.idle)
        taken = time.perf_counter() - begun
        first, last, main = telegram.delivered[0].at, telegram.delivered[-1].at, len(telegram.delivered)
        # Those who had to wait: the ticker comes by.
        for _ in range(4):
            clock.move_to(clock.now() + TICKER)
            dispatcher.wake()
            await _until(app, clock, lambda: dispatcher.idle)
    finally:
        await dispatcher.stop()
    urgent = next(m.at for m in telegram.delivered[before:] if m.chat_id == judged.chat_id and "chữ ký" in m.text)
    waited = (urgent - asked_at).total_seconds()
    rate = (main - 1) / (last - first).total_seconds()
    told = len({message.chat_id for message in telegram.delivered})
    return [
        Figure("people told at the same hour", f"{told} of {there}", "all", told >= there),
        Figure("queueing what they are told, s", f"{queued:.1f}"),
        Figure("messages a second, on the moved clock", f"{rate:.1f}", f"≥ {LEAST}", rate >= LEAST),
        Figure("messages a second, of this machine", f"{main / taken:.0f}"),
        Figure("limits broken", str(len(gate.broken)), "0", not gate.broken),
        Figure("retry_after asked for, all kept", str(gate.asked_for), "≥ 1", gate.asked_for > 0 and not gate.broken),
        Figure("an urgent notice in the middle, s", f"{waited:.2f}", f"≤ {URGENT_WITHIN}", waited <= URGENT_WITHIN),
    ]


async def _until(app: TiendoApplication, clock: WatchedClock, done: Any) -> None:
    """Move the clock on whenever all that is in hand waits for it, until it is done."""
    dispatcher: Any = app.companions[0]
    while not done():
        working = dispatcher.working
        wake = clock.next_wake()
        if wake is not None and working and working <= clock.asleep:
            clock.move_to(wake)
            await asyncio.sleep(0)
            continue
        clock.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                await clock.changed.wait()
