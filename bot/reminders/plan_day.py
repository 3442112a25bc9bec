"""What would be sent on a day, to whom and why, by the rules of the tick; sends nothing (docs/rules/reminders.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.people.difficulties import EscalationLevel, escalates_on
from bot.domain.people.people import Role
from bot.domain.plan.duties import Duty
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.ladder import AT_ONCE, WARNINGS, Rule
from bot.domain.work.occasions import DifficultyWord, PeriodChase, PeriodStep, RowChange
from bot.reminders.news import Day, News, about_lead
from bot.reminders.rules import due, late, period, red, waiting, week
from bot.reminders.rules.every import FAMILY_OF
from bot.reminders.rules.situation import occasion_of
from bot.reminders.tick import is_watched, reports_waiting
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book, Books
from bot.services.core.desk import Desk
from bot.services.core.hours import DAY, DIGEST_MINUTE, at_work_from, day_start, digest_at
from bot.services.core.recipients import Audience, Recipient, audience_of
from bot.services.difficulties.difficulty_sides import asked_at, next_level
from bot.services.plan.start_reminding import usable_from
from bot.services.reminding.snooze import SNOOZED
from bot.storage.engine.database import Connection
from bot.storage.outbox import deliveries, looks, team_chats
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import difficulties, plans, unit_reports

_WARNINGS = frozenset(rule for _, rule in WARNINGS)


@dataclass(frozen=True, slots=True)
class Planned:
    """One notice to one recipient. ``person`` and ``chat`` are ids; both none where nobody has joined yet.

    ``unit`` is the unit it speaks of, ``recipient_unit`` the one the recipient belongs to ("" for whole bodies
    nobody has joined). ``reasons`` are why the row is red or amber that day, ``duties`` what the unit owes: all that
    is told of them by one rule is one notice here.
    """

    locality_id: int
    rule: Rule
    code: str | None
    unit: str | None
    person: int | None
    chat: int | None
    role: Role
    recipient_unit: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()


async def plan_day(desk: Desk, locality_id: int | None, day: date) -> tuple[Planned, ...]:
    """What would be sent on a day in one locality or all, in the order of localities, rules and rows.

    As things stand now: nothing is reported until then, and a plan that is not in use by that day is taken as in use
    (`book_on`). Who cannot be reached is left out. Raises NotFound for an unknown locality.
    """
    found: list[Planned] = []
    async with desk.db.read() as conn:
        wanted = [place.id for place in await plans.localities(conn)] if locality_id is None else [locality_id]
        for place in wanted:
            found += await _of_locality(conn, await book_on(desk.books, conn, place, day), day)
    return tuple(found)


async def book_on(books: Books, conn: Connection, locality_id: int, on: date) -> Book:
    """The book with the plan that is in hand on a day as far as is known now: next year the one being opened.

    A plan that is not in use by that day is taken as in use since its issue or the day before, but not too soon.
    """
    book = await books.on(conn, locality_id, on)
    if book.plan is not None and on > book.plan.last_day:
        book = await books.newest(conn, locality_id)
    if book.plan is None or (book.plan.in_use_on is not None and book.plan.in_use_on <= on):
        return book
    since = max(min(book.plan.issued_on, on - DAY), usable_from(book) or date.min)
    return replace(book, plan=replace(book.plan, in_use_on=since))


async def _of_locality(conn: Connection, book: Book, on: date) -> list[Planned]:
    since = book.plan.in_use_on if book.plan else None
    if since is None or not is_watched(book.plan, on) or not book.calendar.is_working(on):
        return []
    audience = await audience_of(conn, book)
    found = await leads(conn, book, on)
    day = Day(on - DAY, on, book.calendar)
    news: list[News] = []
    # The day it was put in use counts as looked at: only what has been queued since is told.
    if since < on:
        news += [
            each
            for lead in found
            for each in (*due.occasions(lead, day, audience), *late.occasions(lead, day, audience))
        ]
        news += [each for lead in found for each in _reds(lead, day, since, audience)]
        met = await unit_reports.met(conn, book.plan.id) if book.plan else frozenset()
        news += [*period.of_units(found, day, audience, met), *period.of_office(day, audience, met)]
        news += waiting.occasions(await reports_waiting(conn, book, on), day, audience)
        news += week.occasions(found, day, audience)
    mutes = await team_chats.mutes_of_all(conn, audience.people)
    planned = _together(each for one in news for each in _planned(one, audience, mutes, on))
    if since < on:
        planned += await _going_up(conn, audience, found, on)
    queued = await deliveries.waiting_on(conn, book.locality.id, day_start(on), day_start(on + DAY))
    known = {(each.rule, each.code, each.unit, each.person) for each in planned}
    planned += [
        each
        for each in await _queued(conn, queued, audience, on, only_unforeseen=since < on)
        if (each.rule, each.code, each.unit, each.person) not in known
    ]
    place = {lead.row.code: lead.row.position for lead in found}
    order = {rule: rank for rank, rule in enumerate(Rule)}
    return sorted(planned, key=lambda each: (order[each.rule], place.get(each.code or "", -1), each.unit or ""))


async def _going_up(conn: Connection, audience: Audience, found: Iterable[Lead], on: date) -> list[Planned]:
    """Who is asked that day because nobody below has answered a difficulty, where the task is still open."""
    book = audience.book
    still_open = {lead.assignment.id: lead for lead in found if lead.is_open}
    planned: list[Planned] = []
    for each in await difficulties.of_plan(conn, book.plan.id) if book.plan else ():
        lead, level = still_open.get(each.assignment_id), next_level(audience, each)
        if lead is None or level is None or escalates_on(each, book.calendar) != on:
            continue
        role = Role.OFFICE if level is EscalationLevel.OFFICE else Role.COMMITTEE
        to = asked_at(audience, level, each.to_unit_id) or [Recipient(role, None)]
        at = at_work_from(book.calendar, day_start(on))
        news = News(
            Rule.DIFFICULTY, DifficultyWord(0, each.id), f"a{each.assignment_id}", tuple(to), lead, each.unit_id
        )
        planned += [replace(one, at=at) for one in _planned(news, audience, {}, on) if one.role is role]
    return planned


def _reds(lead: Lead, day: Day, since: date, audience: Audience) -> Iterable[News]:
    """The lights that turn red for this digest; those red on the day of use are told in the digest after it."""
    for light in red.reds(lead, audience, day.today):
        first = light.since
        told_on = day.calendar.working_on_or_after(first if first > since else since + timedelta(days=1))
        if told_on == day.today:
            yield about_lead(lead, Rule.TURNED_RED, light, red.told(audience, lead))


def _planned(news: News, audience: Audience, mutes: Mapping[tuple[int, int], date], on: date) -> Iterable[Planned]:
    book = audience.book
    duty = period.duty_of(book, news.occasion) if isinstance(news.occasion, PeriodStep) else None
    for each in (*news.to, *FAMILY_OF[news.rule].nobody(news, audience)):
        person = audience.people.get(each.person_id) if each.person_id is not None else None
        if person is not None and (not person.reachable or _is_mute(news, person.id, mutes, on)):
            continue
        yield Planned(
            locality_id=book.locality.id,
            rule=news.rule,
            code=news.lead.row.code if news.lead else None,
            unit=book.unit_name(news.unit_id) if news.unit_id is not None else None,
            person=each.person_id,
            chat=each.chat_id,
            role=each.role,
            recipient_unit=book.unit_name(each.unit_id) if each.unit_id is not None else "",
            at=digest_at(on, each.minute),
            reasons=news.lead.verdict.reasons if news.lead else (),
            duties=(duty,) if duty else (),
        )


def _together(planned: Iterable[Planned]) -> list[Planned]:
    """What one recipient is told of a unit's duties by one rule, as one notice."""
    found: dict[object, Planned] = {}
    for each in planned:
        key: object = replace(each, duties=()) if each.duties else len(found)
        known = found.get(key)
        found[key] = each if known is None else replace(known, duties=(*known.duties, *each.duties))
    return list(found.values())


def _is_mute(news: News, person_id: int, mutes: Mapping[tuple[int, int], date], on: date) -> bool:
    """Whether the person does not want to be warned of the row; what is red is told all the same."""
    if news.rule not in _WARNINGS or news.lead is None or news.lead.verdict.colour is Colour.RED:
        return False
    until = mutes.get((person_id, news.lead.row.id))
    return until is not None and on <= until


async def _queued(
    conn: Connection, items: Iterable[OutboxItem], audience: Audience, on: date, *, only_unforeseen: bool
) -> list[Planned]:
    """What waits for the day because of what people did, which no calendar foresees, or because it was put off."""
    foreseen = frozenset(Rule) - AT_ONCE - {Rule.NO_LONGER_RED, Rule.UNREACHABLE}
    own = [
        item for item in items if not only_unforeseen or Rule(item.rule) not in foreseen or item.key.startswith(SNOOZED)
    ]
    standings = await looks.standings_of(conn, {i.assignment_id for i in own if i.assignment_id is not None})
    found: list[Planned] = []
    for item in own:
        held = next((m for m in audience.members if m.person_id == item.person_id), None)
        assignment = standings[item.assignment_id][0] if item.assignment_id in standings else None
        row = audience.book.rows.get(assignment.row_id) if assignment else None
        said = occasion_of(item)
        by_itself = said.unit_id if isinstance(said, PeriodStep | PeriodChase | RowChange) else None
        unit_id = assignment.unit_id if assignment else by_itself
        found.append(
            Planned(
                locality_id=item.locality_id,
                rule=Rule(item.rule),
                code=row.code if row else None,
                unit=audience.book.unit_name(unit_id) if unit_id is not None else None,
                person=item.person_id,
                chat=item.chat_id,
                role=held.role if held else Role.TEAM,
                recipient_unit=audience.book.unit_name(held.unit_id) if held else "",
                at=item.not_before if item.urgent else max(item.not_before, digest_at(on, DIGEST_MINUTE)),
            )
        )
    return found
