"""What a queued notice says when it is sent, by its rule; none where it is no longer true and must not be sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.domain.people import people
from bot.domain.work.events import Appraisal
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import DifficultyWord, PeriodChase, read
from bot.i18n import Translator
from bot.reminders.change_notices import changed
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.recipients import audience_of
from bot.services.difficulties.see_difficulties import card_of
from bot.services.periods.period_state import DutyOutcome, duty_named, period_state
from bot.services.reminding.escalate_difficulties import is_still_news
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.storage.engine.database import Connection
from bot.storage.outbox import judgements, looks
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import difficulties, events
from bot.storage.records import people as stored_people
from bot.views.appraising.appraising import accepted_notice, returned_notice
from bot.views.difficulties.difficulties import notice as difficulty_notice
from bot.views.parts.view import View
from bot.views.periods.period import notice as period_notice
from bot.views.reminding.nudge import nudge_notice

Render = Callable[[Desk, Connection, OutboxItem, Translator], Awaitable[View | None]]


async def returned(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """A report came back; none once it has been reported complete again or the person has left."""
    found = await _judgement(desk, conn, row)
    if found is None:
        return None
    book, lead, body = found
    # A report below 100 meanwhile keeps the state: what came back is still to be completed.
    if body.accepted or lead.standing.state is not State.RETURNED:
        return None
    return returned_notice(t, lead, book.unit_name(lead.standing.unit_id), body.reason or "")


async def accepted(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """A report was accepted; none once the assignment has been opened again or the person has left."""
    found = await _judgement(desk, conn, row)
    if found is None:
        return None
    book, lead, body = found
    if not body.accepted or lead.standing.state is not State.COMPLETED:
        return None
    return accepted_notice(t, lead, book.unit_name(lead.standing.unit_id))


async def nudge(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """The standing office chases a unit; none once nothing is to be done, or the person is not of the unit."""
    if row.assignment_id is None or row.person_id is None:
        return None
    stored = (await looks.standings_of(conn, (row.assignment_id,))).get(row.assignment_id)
    if stored is None:
        # The row was taken from the unit.
        return None
    book = await desk.books.of(conn, row.locality_id)
    today = book.today(now_of(row))
    if stored[0].row_id not in book.rows or book.plan is None or not book.plan.is_watched_on(today):
        return None
    lead = lead_on(book, *stored, today)
    audience = await audience_of(conn, book)
    to = {each.person_id for each in audience.of_unit(lead.standing.unit_id, with_head=True)}
    if not lead.is_with_unit or row.person_id not in to:
        return None
    unit = book.unit_name(lead.standing.unit_id)
    return nudge_notice(t, book.locality, lead, unit, today, outbox_id=row.id)


async def difficulty(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """Something was said to a difficulty; none once it was answered, taken further or settled, or the person left."""
    said = read(row.rule, row.occasion, row.payload)
    assert isinstance(said, DifficultyWord)
    found = await difficulties.difficulty(conn, said.difficulty_id)
    if found is None or row.person_id is None:
        return None
    book = await desk.books.of(conn, row.locality_id)
    now = now_of(row)
    if book.plan is None or not book.plan.is_watched_on(book.today(now)):
        return None
    audience = await audience_of(conn, book)
    if not await is_still_news(conn, audience, found, said.entry_id, row.person_id, now):
        return None
    own = [m for m in audience.members if m.person_id == row.person_id]
    entry = next(each for each in found.entries if each.id == said.entry_id)
    return difficulty_notice(t, await card_of(conn, audience, found, own, now), entry)


async def period_nudge(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """The standing office chases a unit for a period, or has opened it again; none once nothing is owed or taken."""
    if row.person_id is None:
        return None
    book = await desk.books.of(conn, row.locality_id)
    said = read(row.rule, row.occasion, row.payload)
    assert isinstance(said, PeriodChase)
    now, unit_id = now_of(row), said.unit_id
    today = book.today(now)
    duty = duty_named(book, said.ask, said.period)
    audience = await audience_of(conn, book)
    to = {each.person_id for each in audience.of_unit(unit_id, with_head=True)}
    is_watched = book.plan is not None and book.plan.is_watched_on(today)
    if duty is None or not is_watched or today > duty.closes or row.person_id not in to:
        return None
    state = await period_state(conn, book, duty, now, stored=True)
    own = next((unit for unit in state.of(DutyOutcome.MISSING) if unit.unit_id == unit_id), None)
    if own is None:
        return None
    return period_notice(
        t,
        book.locality,
        own.unit,
        duty,
        own.missing,
        target=UnitReportTarget(book.locality.id, unit_id, duty.ask.value, duty.period),
        day=today,
        reopened=said.is_reopened,
        outbox_id=row.id,
    )


def now_of(row: OutboxItem) -> datetime:
    """The instant at which the notice is sent (when it was claimed); its words are judged as of then."""
    return row.claimed_at or row.not_before


async def _judgement(desk: Desk, conn: Connection, row: OutboxItem) -> tuple[Book, Lead, Appraisal] | None:
    if row.assignment_id is None or row.event_id is None or row.person_id is None:
        return None
    standing = await events.standing(conn, row.assignment_id)
    event = await events.event(conn, row.event_id)
    everyone = await stored_people.memberships_in(conn, row.locality_id)
    still_there = people.may_read([m for m in everyone if m.person_id == row.person_id], row.locality_id)
    if standing is None or event is None or not isinstance(event[1].body, Appraisal) or not still_there:
        return None
    if row.event_id not in (await judgements.newest_appraisals(conn, {row.assignment_id})).values():
        # It was sent and judged again meanwhile: that judgement is told.
        return None
    book = await desk.books.of(conn, row.locality_id)
    if standing[0].row_id not in book.rows:
        return None
    return book, lead_on(book, *standing, book.today(now_of(row))), event[1].body


NOTICES: Mapping[str, Render] = {
    "returned": returned,
    "accepted": accepted,
    "nudge": nudge,
    "extension": changed,
    "change": changed,
    "difficulty": difficulty,
    "period_nudge": period_nudge,
}
