"""The tick: looks at what has come due, notes flips, queues notices, and says when to look again.

One transaction a batch. Safe to run twice: a batch holds its rows until their next instants are stored, and notices
have unique keys. Safe in several processes: on PostgreSQL each takes rows nobody holds, on SQLite there is one writer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.plan.plan import Plan
from bot.domain.work.alerts import Verdict, next_change
from bot.domain.work.events import Event
from bot.domain.work.ladder import next_step_day
from bot.domain.work.lights_told import LightsTold
from bot.reminders.news import Day, News, Witness, notices_of
from bot.reminders.rules import due, late, period, red, unreachable, waiting, week
from bot.services.core.board import Lead, lead_on, leads
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.hours import day_start
from bot.services.core.recipients import Audience, audience_of
from bot.services.reminding.escalate_difficulties import look
from bot.storage.engine.database import Connection
from bot.storage.outbox import deliveries, looks, outbox
from bot.storage.outbox.deliveries import Alert
from bot.storage.outbox.looks import Flip, Look, Pending, Round
from bot.storage.outbox.outbox import Notice
from bot.storage.records import difficulties, events, people, unit_reports
from bot.storage.records.unit_reports import Met

BATCH = 100
SOON = timedelta(minutes=1)
AFTER_A_FAULT = timedelta(hours=1)
FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, AssertionError)
"""Raised by impossible data of one row or locality, which must not keep all others from being told."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of looking at one assignment."""

    look: Look
    flip: Flip | None = None
    news: tuple[News, ...] = ()
    day: Day | None = None


class Around:
    """What a look needs beside the assignment, read at most once a batch and only where someone is to be told."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._audiences: dict[int, Audience] = {}
        self._met: dict[int, Met] = {}

    async def audience(self, book: Book) -> Audience:
        """The people of the locality of this book."""
        if book.locality.id not in self._audiences:
            self._audiences[book.locality.id] = await audience_of(self._conn, book)
        return self._audiences[book.locality.id]

    async def met(self, book: Book, day: Day) -> Met:
        """What whole units have met, where anything they owe is to be told now."""
        if book.plan is None or not period.asks_units(book, day):
            return frozenset()
        if book.locality.id not in self._met:
            self._met[book.locality.id] = await unit_reports.met(self._conn, book.plan.id)
        return self._met[book.locality.id]


def _nobody_looks(news: Sequence[News], day: Day, now: datetime, locality_id: int) -> None:
    """In the bot itself nobody has to see the news before they are queued."""


async def tick(desk: Desk, now: datetime, *, batch: int = BATCH, witness: Witness = _nobody_looks) -> int:
    """How many assignments, localities and difficulties were looked at.

    Afterwards none is due that another process does not hold.
    """
    looked = 0
    while await something_due(desk, now):
        done = await _go_round(desk, now, witness) + await _look_at(desk, now, batch, witness)
        done += await look_at_difficulties(desk, now, batch)
        if not done:
            break
        looked += done
    return looked


async def something_due(desk: Desk, now: datetime) -> bool:
    """Whether anything has to be looked at: reads no row where nothing is."""
    async with desk.db.read() as conn:
        return await looks.something_due(conn, now)


def is_watched(plan: Plan | None, today: date) -> bool:
    """Whether anybody is told anything of a plan on a day: from its day of use until its year is over."""
    return plan is not None and plan.is_watched_on(today)


async def _look_at(desk: Desk, now: datetime, batch: int, witness: Witness) -> int:
    async with desk.db.write() as conn:
        found = await looks.pending(conn, now, batch)
        alerts: dict[int, list[Alert]] = {}
        for alert in await deliveries.alerts_of(conn, [each.assignment.id for each in found if each.red_told]):
            alerts.setdefault(alert.assignment_id, []).append(alert)
        around = Around(conn)
        seen: list[Seen] = []
        notices: list[Notice] = []
        for each in found:
            try:
                book = await desk.books.of(conn, each.assignment.locality_id)
                one = await _look(book, each, alerts.get(each.assignment.id, ()), around, now)
            except FAULTS as fault:
                # One that cannot be judged must not keep all others from being looked at.
                log.error("assignment %s: %s", each.assignment.id, type(fault).__name__)
                await looks.postpone(conn, each.assignment.id, now + AFTER_A_FAULT)
                continue
            seen.append(one)
            if one.day is not None:
                witness(one.news, one.day, now, book.locality.id)
                notices += notices_of(one.news, one.day, now, book.locality.id)
        await outbox.queue_all(conn, notices, now)
        await looks.add_flips(conn, [one.flip for one in seen if one.flip is not None])
        await looks.save(conn, [one.look for one in seen])
    return len(found)


async def _look(book: Book, each: Pending, alerts: Sequence[Alert], around: Around, now: datetime) -> Seen:
    today = book.today(now)
    if each.assignment.row_id not in book.rows:
        # Its plan is not the one in hand: over, or still being opened.
        light = each.light
        return Seen(Look(each.assignment.id, light.colour, light.reasons, None, None, None, today, each.red_told))
    lead = lead_on(book, each.assignment, each.standing, today)
    look = _recoloured(book, each, lead, today)
    if book.plan is None or not is_watched(book.plan, today):
        return Seen(look, _flip(book, each, lead.verdict, today, now))
    day = Day(_seen_until(book.plan, each.seen_until, today), today, book.calendar)
    news, told = await _news(lead, day, each, alerts, around, book)
    step = next_step_day(lead.terms, lead.standing, book.calendar, max(day.seen, today))
    again = now + SOON if red.in_doubt(alerts) else None if step is None else day_start(step)
    look = replace(look, next_reminder_at=again, seen_until=max(day.seen, today), red_told=told)
    return Seen(look, _flip(book, each, lead.verdict, today, now), tuple(news), day)


def _seen_until(plan: Plan, seen: date | None, today: date) -> date:
    """The last day looked at; the day the plan was put in use counts as one."""
    assert plan.in_use_on is not None
    return max(seen or today - timedelta(days=1), plan.in_use_on)


def _recoloured(book: Book, each: Pending, lead: Lead, today: date) -> Look:
    changes_on = next_change(lead.terms, lead.standing, today, book.rules[lead.row.id])
    return Look(
        each.assignment.id,
        lead.verdict.colour,
        lead.verdict.reasons,
        changes_on,
        None if changes_on is None else day_start(changes_on),
        None,
        each.seen_until,
        each.red_told,
    )


def _flip(book: Book, each: Pending, verdict: Verdict, today: date, now: datetime) -> Flip | None:
    before = each.light.colour
    if before is None or before is verdict.colour:
        return None
    return Flip(each.assignment.id, book.locality.id, now, today, before, verdict.colour, verdict.reasons)


async def _news(
    lead: Lead, day: Day, each: Pending, alerts: Sequence[Alert], around: Around, book: Book
) -> tuple[list[News], LightsTold]:
    who = await around.audience(book)
    lights, told = red.occasions(lead, day, who, each.red_told, red.heard(alerts))
    found = [*due.occasions(lead, day, who), *late.occasions(lead, day, who), *lights, *red.ends(lead, alerts, who)]
    if not day.is_new:
        # Today's round is over: a unit that owes again because of what happened since is told here.
        found += period.of_units([lead], day, who, await around.met(book, day))
    return found, told


async def _go_round(desk: Desk, now: datetime, witness: Witness) -> int:
    async with desk.db.write() as conn:
        due = await looks.next_round(conn, now)
        if due is None:
            return 0
        try:
            await _round(desk, conn, due, now, witness)
        except FAULTS as fault:
            # One locality that cannot be read must not keep all others from being told.
            log.error("locality %s: %s", due.locality_id, type(fault).__name__)
            await looks.save_round(conn, due.locality_id, due.until, due.version, now + AFTER_A_FAULT)
    return 1


async def _round(desk: Desk, conn: Connection, due: Round, now: datetime, witness: Witness) -> None:
    book = await desk.books.of(conn, due.locality_id)
    today = book.today(now)
    if book.plan is None or not is_watched(book.plan, today):
        await looks.save_round(conn, due.locality_id, due.until, book.version, None)
        return
    if due.version != book.version:
        # Calendar, rules, people or terms: any of them may have moved a step of the ladder.
        await looks.look_again(conn, book.plan.id, now, today)
        await difficulties.look_again(conn, book.plan.id, now)
    day = Day(_seen_until(book.plan, due.until, today), today, book.calendar)
    news = await _news_of_round(conn, book, day)
    witness(news, day, now, book.locality.id)
    await outbox.queue_all(conn, list(notices_of(news, day, now, book.locality.id)), now)
    seen = max(day.seen, today)
    await looks.save_round(conn, due.locality_id, seen, book.version, _next_round(book, seen))


def _next_round(book: Book, seen: date) -> datetime:
    return day_start(book.calendar.working_on_or_after(seen + timedelta(days=1)))


async def look_at_difficulties(desk: Desk, now: datetime, batch: int = BATCH) -> int:
    """How many difficulties of one locality were looked at, of those that are due."""
    async with desk.db.read() as conn:
        locality_id = await difficulties.first_due(conn, now)
    if locality_id is None:
        return 0
    async with desk.db.write() as conn:
        # Whoever speaks to a difficulty holds the locality too: an answer comes before or after this, never between.
        await unit_reports.hold(conn, locality_id)
        found = await difficulties.due(conn, locality_id, now, batch)
        audience = await audience_of(conn, await desk.books.of(conn, locality_id))
        seen = []
        for each in found:
            try:
                seen.append(await look(conn, audience, each, now))
            except FAULTS as fault:
                log.error("difficulty %s: %s", each.id, type(fault).__name__)
                seen.append((each, now + AFTER_A_FAULT))
        await difficulties.save_all(conn, seen)
    return len(found)


async def _news_of_round(conn: Connection, book: Book, day: Day) -> list[News]:
    around = Around(conn)
    audience, met = await around.audience(book), await around.met(book, day)
    found = await leads(conn, book, day.today)
    return [
        *period.of_units(found, day, audience, met),
        *period.of_office(day, audience, met),
        *waiting.occasions(await _reports_waiting(conn, book, day.today), day, audience),
        *week.occasions(found, day, audience),
        *unreachable.occasions(await people.unreachable_since(conn, book.locality.id), day, audience),
    ]


async def _reports_waiting(conn: Connection, book: Book, today: date) -> list[tuple[Lead, Event]]:
    """The complete reports that wait for judgement."""
    if book.plan is None:
        return []
    return [
        (lead_on(book, assignment, standing, today), report)
        for assignment, standing, report in await events.awaiting(conn, book.plan.id)
        if assignment.row_id in book.rows
    ]
