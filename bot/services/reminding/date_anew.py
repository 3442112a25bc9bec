"""What a wrong clock has dated later than now, for the standing office to set right (docs/decisions/0014).

The date it gets is Telegram's where a message of that time tells by how much the clock was wrong; else that of whatever
happened next, or at the latest the instant at which the clock was found to be right again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import MOST_APART
from bot.domain.errors import TienDoError
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Assignment
from bot.domain.work.events import Event, Report
from bot.domain.work.lifecycle import Standing, Terms, apply, begin
from bot.services.core import ledger
from bot.services.core.book import Book, renewed
from bot.services.core.desk import Desk, require_person
from bot.services.core.hours import day_of
from bot.services.core.office import open_office
from bot.services.reporting.report_progress import duty_served
from bot.services.reporting.unit_duties import unit_duty
from bot.storage.engine.database import Connection
from bot.storage.outbox import dated_ahead as stored
from bot.storage.outbox.dated_ahead import DatedAhead
from bot.storage.records import audit, difficulties, events, plans, unit_reports
from bot.storage.records import people as stored_people


@dataclass(frozen=True, slots=True)
class Misdated:
    """One thing done. ``about`` is a row's code or a unit's name, ``new`` the date it gets."""

    kind: str
    about: str
    who: str
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class SetRight:
    """What bears another date now, and what still bears a later one than now: its history would not hold together."""

    done: tuple[Misdated, ...]
    left: tuple[Misdated, ...]


async def misdated(conn: Connection, book: Book, now: datetime) -> tuple[Misdated, ...]:
    """What bears a later date than now in a locality, by that date."""
    found = await stored.dated_ahead(conn, book.locality.id, now + MOST_APART)
    return await _named(conn, book, found, await _dates(conn, book.locality.id, found, now)) if found else ()


async def see_misdated(desk: Desk, visitor: Visitor, *, locality_id: int, now: datetime) -> tuple[Misdated, ...]:
    """The same, for the standing office. Raises as `open_office`."""
    async with desk.db.read() as conn:
        return await misdated(conn, await open_office(desk, conn, visitor, locality_id), now)


async def date_anew(desk: Desk, visitor: Visitor, *, locality_id: int, now: datetime) -> SetRight:
    """What was set right; said again, nothing more is. Raises as `open_office`."""
    person, limit = require_person(visitor), now + MOST_APART
    async with desk.db.write() as conn:
        book = await open_office(desk, conn, visitor, locality_id)
        before = await stored.dated_ahead(conn, locality_id, limit)
        about = {each.assignment_id for each in before if each.assignment_id is not None}
        await ledger.hold(conn, about)
        await unit_reports.hold(conn, locality_id)
        dates = await _dates(conn, locality_id, before, now)
        named = await _named(conn, book, before, dates)
        kept = await _unfit(desk, conn, book, about, dates)
        for old in dict.fromkeys(each.at for each in before if each.at not in kept):
            await stored.date_anew(conn, locality_id, old, dates[old])
        done = [each for each in before if each.at not in kept]
        await _follow(desk, conn, await renewed(conn, book), done, now)
        for each in done:
            subject: Mapping[str, int | str | None]
            subject = {"kind": each.kind, "id": each.id, "was": f"{each.at}", "at": f"{dates[each.at]}"}
            await audit.append(conn, locality_id, now, person.id, "dated_anew", subject)
    return SetRight(
        tuple(each for each in named if each.old not in kept), tuple(each for each in named if each.old in kept)
    )


async def _dates(
    conn: Connection, locality_id: int, found: Collection[DatedAhead], now: datetime
) -> Mapping[datetime, datetime]:
    """The right instant of each wrong one: what was done together stays together."""
    limit = now + MOST_APART
    latest = await stored.was_right_at(conn, locality_id, limit) or now
    messages = await stored.offsets(conn, limit)
    right: dict[datetime, datetime] = {}
    for each in found:
        if each.at in right:
            continue
        near = min(messages, key=lambda message: abs(message[0] - each.at), default=None)
        if near is not None and each.at - (near[0] - near[1]) <= latest:
            right[each.at] = each.at - (near[0] - near[1])
            continue
        # Only what happened to an assignment stands in one order with what happened to others.
        happened = each.assignment_id is not None
        after = await stored.next_event_at(conn, locality_id, each.id, limit) if happened else None
        right[each.at] = latest if after is None else min(after, latest)
    return right


async def _named(
    conn: Connection, book: Book, found: Sequence[DatedAhead], dates: Mapping[datetime, datetime]
) -> tuple[Misdated, ...]:
    people = await stored_people.people(conn, {each.person_id for each in found if each.person_id is not None})
    named = []
    for each in found:
        who = people.get(each.person_id) if each.person_id is not None else None
        about = await _about(conn, book, each)
        named.append(Misdated(each.kind, about, (who.full_name if who else "") or "–", each.at, dates[each.at]))
    return tuple(named)


async def _about(conn: Connection, book: Book, each: DatedAhead) -> str:
    row_id = each.row_id
    if each.assignment_id is not None:
        assignment = await events.assignment(conn, each.assignment_id)
        row_id = assignment.row_id if assignment is not None else None
    row = None if row_id is None else book.rows.get(row_id) or await plans.row(conn, row_id)
    if row is not None:
        return book.code_of(row)
    return book.unit_name(each.unit_id) if each.unit_id is not None else "–"


Walk = tuple[Book, Assignment, Terms, list[Event], Standing]


async def _histories(desk: Desk, conn: Connection, book: Book, about: Iterable[int]) -> list[Walk]:
    found = []
    for assignment_id in sorted(about):
        assignment = await events.assignment(conn, assignment_id)
        if assignment is None:
            continue
        own = await desk.books.of_row(conn, book.locality.id, assignment.row_id)
        terms = own.terms.get(assignment.row_id)
        if terms is not None:
            happened = list(await events.events_of(conn, assignment_id))
            found.append((own, assignment, terms, happened, begin(terms, assignment.first_unit_id)))
    return found


async def _unfit(
    desk: Desk, conn: Connection, book: Book, about: Iterable[int], dates: Mapping[datetime, datetime]
) -> frozenset[datetime]:
    """The instants that have to stay: the history of an assignment does not hold together with their right date."""
    unfit: set[datetime] = set()
    for _, _, terms, happened, standing in await _histories(desk, conn, book, about):
        try:
            for event in happened:
                standing = apply(terms, standing, replace(event, at=dates.get(event.at, event.at)))
        except TienDoError:
            unfit |= {event.at for event in happened if event.at in dates}
    return frozenset(unfit)


async def _follow(desk: Desk, conn: Connection, book: Book, done: Collection[DatedAhead], now: datetime) -> None:
    """What the dates decide: which period a report serves, whether it is late, where the assignment stands."""
    new = {each.id for each in done if each.assignment_id is not None}
    about = {each.assignment_id for each in done if each.assignment_id is not None}
    for own, assignment, terms, happened, standing in await _histories(desk, conn, book, about):
        for event in happened:
            if event.id in new and isinstance(event.body, Report):
                event = await _served(conn, own, assignment, standing, event, event.body)
            standing = apply(terms, standing, event)
        await ledger.store_all(conn, own, [(assignment, terms, standing)], now)
    for each in done:
        if each.kind == "unit_report":
            await _late(desk, conn, book, each.id)
    if book.plan is not None:
        await difficulties.look_again(conn, book.plan.id, now)


async def _served(
    conn: Connection, book: Book, assignment: Assignment, before: Standing, event: Event, said: Report
) -> Event:
    found = duty_served(book.known(event.at), assignment.row_id, before, book.today(event.at))
    body = replace(said, period=found[0].period if found else None, late=bool(found and found[1]))
    if body != said:
        await stored.set_body(conn, event, body)
    return replace(event, body=body)


async def _late(desk: Desk, conn: Connection, book: Book, report_id: int) -> None:
    report = await unit_reports.report(conn, report_id)
    assert report is not None  # it was listed just now
    year = next((plan.year for plan in book.plans if plan.id == report.plan_id), None)
    duty = unit_duty(await desk.books.of(conn, book.locality.id, year), report.ask, report.period)
    if duty is not None:
        await stored.set_late(conn, report.id, day_of(report.at) > duty.due)
