"""The only way an event is added: fold, apply the table, store event and standing together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotFound
from bot.domain.plan.plan import Assignment
from bot.domain.work.alerts import Rules, Verdict, judge, next_change
from bot.domain.work.events import Body, Event
from bot.domain.work.lifecycle import Standing, Terms, apply, fold
from bot.services.core.book import Book, require_not_over
from bot.services.core.hours import day_start
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events
from bot.storage.records.events import StoredStanding


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that stands, with the assignment before and after it. ``repeated``: it had been recorded already."""

    assignment: Assignment
    event: Event
    before: Standing
    after: Standing
    verdict: Verdict
    repeated: bool


async def history(
    conn: Connection, book: Book, assignment_id: int, *, until: datetime | None = None, for_update: bool = False
) -> tuple[Assignment, Terms, tuple[Event, ...], Standing]:
    """An assignment with its terms, its events (up to ``until``) and their fold.

    Raises NotFound where it is no running assignment of this locality.
    """
    stored = await events.standing(conn, assignment_id, for_update=for_update)
    if stored is None or stored[0].locality_id != book.locality.id:
        raise NotFound("not_found")
    assignment = stored[0]
    terms = book.terms.get(assignment.row_id)
    if terms is None:
        raise NotFound("not_found")
    happened = await events.events_of(conn, assignment_id, until=until)
    return assignment, terms, happened, fold(terms, assignment.first_unit_id, happened)


async def hold(conn: Connection, assignment_ids: Iterable[int]) -> None:
    """Lock several assignments before the first of them is changed.

    The first event locks the audit trail as well. Locked one by one, two writers could each hold what the other waits
    for: one an assignment, the other the trail.
    """
    for assignment_id in sorted(set(assignment_ids)):
        await events.standing(conn, assignment_id, for_update=True)


async def record(
    conn: Connection, book: Book, assignment_id: int, body: Body, *, person_id: int | None, now: datetime, key: str
) -> Recorded:
    """The event, recorded once under ``key`` (one key an update and effect) inside the caller's transaction.

    Raises TransitionRefused and BadInput as the table says and where the plan is over, NotFound for an assignment of
    another locality.
    """
    known = await events.event_by_key(conn, key)
    if known is not None:
        return await _repeat(conn, book, known[0], known[1])
    require_not_over(book)
    assignment, terms, _, before = await history(conn, book, assignment_id, for_update=True)
    draft = Event(0, now, person_id, body)
    apply(terms, before, draft)
    event = await events.insert_event(conn, assignment.id, assignment.locality_id, now, person_id, body, key)
    after = apply(terms, before, event)
    verdict = await store(conn, book, assignment, terms, after, now)
    subject: Mapping[str, int | str | None] = {"assignment": assignment.id, "event": event.id}
    await audit.append(conn, assignment.locality_id, now, person_id, body.kind, subject)
    return Recorded(assignment, event, before, after, verdict, repeated=False)


async def store(
    conn: Connection, book: Book, assignment: Assignment, terms: Terms, standing: Standing, now: datetime
) -> Verdict:
    """The colour of a standing today, stored with it and with the next day on which time changes it.

    The next tick looks at the assignment: warnings and alerts may have come to be due by what happened.
    """
    kept, verdict = _judged(book, assignment, terms, standing, now)
    await events.save_standings(conn, [kept], now=now, today=book.today(now))
    return verdict


async def store_all(
    conn: Connection, book: Book, standings: Iterable[tuple[Assignment, Terms, Standing]], now: datetime
) -> None:
    """Every standing with its colour of today, as ``store`` does for one."""
    kept = [_judged(book, *each, now)[0] for each in standings]
    await events.save_standings(conn, kept, now=now, today=book.today(now))


def _judged(
    book: Book, assignment: Assignment, terms: Terms, standing: Standing, now: datetime
) -> tuple[StoredStanding, Verdict]:
    today: date = book.today(now)
    rules: Rules = book.rules[assignment.row_id]
    verdict = judge(terms, standing, today, rules)
    next_change_on = next_change(terms, standing, today, rules)
    at = None if next_change_on is None else day_start(next_change_on)
    return StoredStanding(assignment.id, standing, verdict.colour, verdict.reasons, next_change_on, at), verdict


async def _repeat(conn: Connection, book: Book, assignment_id: int, event: Event) -> Recorded:
    assignment, terms, happened, _ = await history(conn, book, assignment_id)
    unit = assignment.first_unit_id
    earlier = tuple(e for e in happened if e.id < event.id)
    before = fold(terms, unit, earlier)
    after = fold(terms, unit, (*earlier, event))
    verdict = judge(terms, after, book.today(event.at), book.rules[assignment.row_id])
    return Recorded(assignment, event, before, after, verdict, repeated=True)
