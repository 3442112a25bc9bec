"""Telling people what was asked or changed: at once in working hours, else at 07:00 (docs/rules/reminders.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.people.people import Role
from bot.domain.people.requests import Request, RequestKind, RequestState
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import Occasion, RequestAsked, RequestDecided, RowAdded, RowChanged
from bot.services.core.book import Book
from bot.services.core.hours import at_work_from
from bot.services.core.ledger import Recorded
from bot.services.core.recipients import Audience, Recipient, audience_of
from bot.storage.engine.database import Connection
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import requests


@dataclass(frozen=True, slots=True)
class _News:
    """What people are told, whoever they are."""

    rule: Rule
    occasion: Occasion
    assignment_id: int | None
    event_id: int | None = None


def rule_of(kind: RequestKind) -> Rule:
    """The rule under which people hear of a request."""
    return Rule.EXTENSION if kind is RequestKind.EXTENSION else Rule.CHANGE


def deciders(audience: Audience, unit_id: int) -> list[Recipient]:
    """Who decides what a unit asks: the standing office; what the office itself asks, the committee."""
    office = audience.book.locality.standing_office_id
    return audience.in_role(Role.COMMITTEE if unit_id == office else Role.OFFICE)


def askers(audience: Audience, request: Request) -> list[Recipient]:
    """Who hears of the decision: who asked, if still there, and the heads of the unit; else whoever reports for it."""
    found = {
        m.person_id: Recipient(m.role, m.unit_id, m.person_id)
        for m in audience.members
        if m.person_id == request.person_id or (m.unit_id == request.unit_id and m.role is Role.HEAD)
    }
    return list(found.values()) or audience.of_unit(request.unit_id)


async def tell_asked(conn: Connection, book: Book, request: Request, now: datetime) -> int:
    """How many deciders are told that something is asked; who asks is not told by us."""
    audience = await audience_of(conn, book)
    to = [each for each in deciders(audience, request.unit_id) if each.person_id != request.person_id]
    news = _News(rule_of(request.kind), RequestAsked(request.id, request.unit_id), request.assignment_id)
    return await _queue(conn, book, to, news, now)


async def tell_decided(conn: Connection, book: Book, request: Request, now: datetime) -> int:
    """How many of those who asked are told of the decision."""
    audience = await audience_of(conn, book)
    to = [each for each in askers(audience, request) if each.person_id != request.decided_by]
    news = _News(rule_of(request.kind), RequestDecided(request.id, request.unit_id), request.assignment_id)
    return await _queue(conn, book, to, news, now)


async def tell_changed(
    conn: Connection,
    book: Book,
    unit_ids: Iterable[int],
    *,
    assignment_id: int,
    event_id: int,
    by: int,
    now: datetime,
    asked: Request | None = None,
) -> int:
    """How many people of the units are told that an assignment was handed on, closed or opened again.

    Who is told that it was decided as ``asked`` is not told twice.
    """
    audience = await audience_of(conn, book)
    told = 0
    for unit_id in dict.fromkeys(unit_ids):
        to = _others(audience, unit_id, by, asked)
        news = _News(Rule.CHANGE, RowChanged(event_id, unit_id), assignment_id, event_id)
        told += await _queue(conn, book, to, news, now)
    return told


async def tell_limit(
    conn: Connection, book: Book, recorded: Recorded, due_on: date, *, by: int, now: datetime, key: str
) -> None:
    """Tell the unit that its limit was set. A later limit also grants the extension the unit has asked for."""
    assignment, before = recorded.assignment, recorded.before
    waiting = await requests.open_about(conn, assignment.id, RequestKind.EXTENSION)
    later = before.due_on is None or due_on > before.due_on
    if waiting is not None and waiting.unit_id == recorded.after.unit_id and later:
        state = RequestState.GRANTED
        await requests.decide(conn, waiting.id, state, person_id=by, at=now, key=f"{key}:decision", granted_on=due_on)
        decided = await requests.request(conn, waiting.id)
        if decided is not None:
            await tell_decided(conn, book, decided, now)
        return
    units = (recorded.after.unit_id,)
    await tell_changed(conn, book, units, assignment_id=assignment.id, event_id=recorded.event.id, by=by, now=now)


async def tell_added(
    conn: Connection,
    book: Book,
    unit_id: int,
    *,
    assignment_id: int,
    by: int,
    now: datetime,
    asked: Request | None = None,
) -> int:
    """How many people of the unit are told of a task added to the plan that it leads, as in `tell_changed`."""
    to = _others(await audience_of(conn, book), unit_id, by, asked)
    news = _News(Rule.CHANGE, RowAdded(assignment_id, unit_id), assignment_id)
    return await _queue(conn, book, to, news, now)


def _others(audience: Audience, unit_id: int, by: int, asked: Request | None) -> list[Recipient]:
    told = {each.person_id for each in askers(audience, asked)} if asked is not None else set()
    return [each for each in audience.of_unit(unit_id, with_head=True) if each.person_id not in told | {by}]


async def _queue(conn: Connection, book: Book, to: Iterable[Recipient], news: _News, now: datetime) -> int:
    # Nothing is sent before the plan is in use, nor after its year (docs/rules/reminders.md).
    if book.plan is None or not book.plan.is_watched_on(book.today(now)):
        return 0
    at = at_work_from(book.calendar, now)
    notices = [
        Notice(
            key=f"{news.rule}:{news.occasion.written}:{each.key}",
            locality_id=book.locality.id,
            rule=news.rule.value,
            occasion=news.occasion.written,
            not_before=at,
            person_id=each.person_id,
            assignment_id=news.assignment_id,
            event_id=news.event_id,
            payload=news.occasion.payload,
            urgent=True,
        )
        for each in to
    ]
    await outbox.queue_all(conn, notices, now)
    return len(notices)
