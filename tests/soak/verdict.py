"""What must hold at the end, read from the database and the disk after the bot has stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.work.events import Appraisal, Report
from bot.reminders.deliver import LEASE
from bot.services.core import ledger
from bot.services.core.desk import Desk
from bot.storage.engine import tables
from bot.storage.engine.database import Connection
from bot.storage.outbox import inbox
from bot.storage.records import audit, events, files, plans
from tests.bench.data import open_desk
from tests.soak.people import Actor, Town


async def verdict(folder: Path, town: Town, actors: Sequence[Actor], kills: int) -> list[str]:
    """Everything that is wrong; nothing where all holds."""
    desk = await open_desk(folder)
    try:
        async with desk.db.read() as conn:
            wrong = [sentence async for sentence in _reports(desk, conn, town)]
            wrong += [sentence async for sentence in _standings(desk, conn)]
            wrong += [sentence async for sentence in _queues(conn, SystemClock().now())]
    finally:
        await desk.db.close()
    for actor in actors:
        if not 0 <= actor.repeated <= kills:
            wrong.append(f"person {actor.person.id}: {actor.repeated} answers too many, {kills} kills")
        if actor.person.unanswered():
            wrong.append(f"person {actor.person.id}: the clock still turns on {len(actor.person.unanswered())} buttons")
    return wrong


async def _reports(desk: Desk, conn: Connection, town: Town) -> AsyncIterator[str]:
    wanted = {intended.mark: intended for intended in town.intended}
    found: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    carried = 0
    for locality in await plans.localities(conn):
        book = await desk.books.of(conn, locality.id)
        assert book.plan is not None
        for happened in (await events.events_of_plan(conn, book.plan.id)).values():
            judged.update(
                "accepted" if e.body.accepted else "returned" for e in happened if isinstance(e.body, Appraisal)
            )
            for event in (e for e in happened if isinstance(e.body, Report)):
                assert isinstance(event.body, Report)
                mark = event.body.note or ""
                found[mark] += 1
                kept = await files.evidence(conn, event.body.files)
                carried += len(kept)
                intended = wanted.get(mark)
                if intended is None:
                    yield f"a report nobody saw acknowledged: {mark!r}"
                elif event.body.percent != intended.percent:
                    yield f"{mark!r}: {event.body.percent} % stand, {intended.percent} % were reported"
                elif {each.sha256 for each in kept} != set(intended.hashes) or len(kept) != len(intended.hashes):
                    yield f"{mark!r}: other files than those sent"
                for each in kept:
                    if not await desk.files.verify(each.sha256):
                        yield f"{mark!r}: a file is missing or damaged on the disk"
    for mark in wanted:
        if found[mark] != 1:
            yield f"{mark!r}: {found[mark]} reports"
    if judged != town.judged:
        yield f"judged {dict(judged)}, acknowledged {dict(town.judged)}"
    stored = await conn.scalar(select(func.count()).select_from(tables.evidence))
    if stored != carried:
        yield f"{stored} files stand in the database, {carried} are carried by reports"


async def _standings(desk: Desk, conn: Connection) -> AsyncIterator[str]:
    for locality in await plans.localities(conn):
        broken = await audit.verify(conn, locality.id)
        if broken is not None:
            yield f"{locality.slug}: audit trail broken at {broken}"
        book = await desk.books.of(conn, locality.id)
        assert book.plan is not None
        for assignment, _ in await events.standings(conn, book.plan.id):
            stored = await events.standing(conn, assignment.id)
            folded = (await ledger.history(conn, book, assignment.id))[3]
            if stored is None or stored[1] != folded:
                yield f"{locality.slug}: assignment {assignment.id} is not the fold of its events"


async def _queues(conn: Connection, now: datetime) -> AsyncIterator[str]:
    held = await inbox.counts(conn)
    for state in ("pending", "failed"):
        if held[state]:
            yield f"{held[state]} updates are {state}"
    outbox = tables.outbox.c
    overdue = outbox.claimed_at <= now - LEASE - timedelta(minutes=1)
    left = await conn.scalar(select(func.count()).select_from(tables.outbox).where(outbox.state == "sending", overdue))
    if left:
        yield f"{left} notices are half sent, and nobody has settled them within {LEASE}"


async def in_lease(folder: Path) -> int:
    """How many notices a killed process had in hand, to be settled when its lease is over."""
    desk = await open_desk(folder)
    try:
        async with desk.db.read() as conn:
            held = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.state == "sending")
            return int(await conn.scalar(held) or 0)
    finally:
        await desk.db.close()
