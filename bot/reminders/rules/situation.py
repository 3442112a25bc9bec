"""One locality as it is at the moment of sending: all that decides whether a notice is still true, read once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from bot.domain.errors import NotFound
from bot.domain.people.difficulties import Difficulty
from bot.domain.people.people import Person
from bot.domain.plan.duties import Ask
from bot.domain.plan.plan import Assignment
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Event
from bot.domain.work.ladder import AT_ONCE, WARNINGS, Rule, monday_of
from bot.domain.work.lifecycle import Standing
from bot.domain.work.occasions import (
    DifficultyWord,
    JudgedReport,
    Occasion,
    PeriodChase,
    PeriodStep,
    RequestAsked,
    RequestDecided,
    RowChanged,
    read,
)
from bot.services.core.board import Lead, lead_on, leads
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.recipients import Audience, Recipient, audience_of
from bot.services.requests.see_request import RequestCase, case_for
from bot.storage.engine.database import Connection
from bot.storage.outbox import judgements, looks, team_chats
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import difficulties, events, people, requests, unit_reports
from bot.storage.records.unit_reports import Met

WEEK = timedelta(days=7)
_MUTED = frozenset(rule.value for _, rule in WARNINGS)
"""What a mute silences."""
log = logging.getLogger(__name__)
Said = TypeVar("Said", bound=Occasion)


def said(item: OutboxItem, kind: type[Said]) -> Said:
    """What a queued notice speaks of."""
    found = occasion_of(item)
    assert isinstance(found, kind)
    return found


def occasion_of(item: OutboxItem) -> Occasion:
    """What a queued notice speaks of, whatever its rule."""
    return read(item.rule, item.occasion, item.payload)


def can_be_read(item: OutboxItem) -> bool:
    """Whether any version of ours has written the notice; one that nobody can read is told to nobody."""
    try:
        occasion_of(item)
    except (LookupError, TypeError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Situation:
    """What is so in one locality for one recipient (none: a team's group).

    ``all_leads`` only where a notice speaks of all of them; where one speaks of a period, those of the units that owe.
    """

    book: Book
    audience: Audience
    person: Person | None
    now: datetime
    leads: Mapping[int, Lead]
    """The leads that notices speak of, by assignment, also those that were taken from their units."""
    running: Collection[int]
    """Those of them that their units still have."""
    all_leads: Sequence[Lead]
    mutes: Mapping[int, date]
    new_red: Collection[int] = ()
    unreachable: Mapping[int, datetime] = field(default_factory=dict)
    newest_judgements: Collection[int] = ()
    deeds: Mapping[int, Event] = field(default_factory=dict)
    """The events that notices speak of: judgements and changes."""
    difficulties: Mapping[int, Difficulty] = field(default_factory=dict)
    cases: Mapping[int, RequestCase] = field(default_factory=dict)
    """The requests, as the recipient sees them, by their numbers."""
    met: Met = frozenset()
    """What whole units have met, where a notice speaks of a duty."""

    @property
    def today(self) -> date:
        """The locality's day."""
        return self.book.today(self.now)

    @property
    def is_watched(self) -> bool:
        """Whether anybody is told anything of the plan in hand."""
        return self.book.plan is not None and self.book.plan.is_watched_on(self.today)

    def lead(self, item: OutboxItem, *, running: bool = True) -> Lead | None:
        """The lead a notice speaks of, as it stands; none where the row was taken from the unit."""
        if item.assignment_id is None or (running and item.assignment_id not in self.running):
            return None
        return self.leads.get(item.assignment_id)


def is_among(item: OutboxItem, to: Collection[Recipient]) -> bool:
    """Whether the recipient of a notice is one of these."""
    return any((each.person_id, each.chat_id) == (item.person_id, item.chat_id) for each in to)


def is_there(situation: Situation, item: OutboxItem) -> bool:
    """Whether the recipient still belongs to the locality."""
    if item.person_id is None:
        return item.chat_id in situation.audience.chats.values()
    return situation.audience.is_member(item.person_id)


async def read_situation(
    desk: Desk, conn: Connection, locality_id: int, items: Sequence[OutboxItem], person: Person | None, now: datetime
) -> Situation:
    """All that decides whether these notices of one recipient and locality are true."""
    book = await desk.books.of(conn, locality_id)
    today = book.today(now)
    unread = [item.id for item in items if not can_be_read(item)]
    if unread:
        log.error("notices %s cannot be read", unread)
        items = [item for item in items if item.id not in unread]
    rules, about = {item.rule for item in items}, [occasion_of(item) for item in items]
    standings, running = await _standings(conn, items)
    about_judged = [item.assignment_id for item in items if isinstance(occasion_of(item), JudgedReport)]
    judged = {each for each in about_judged if each is not None}
    needs_all = bool(rules & {Rule.MONDAY_BOARD, Rule.UNIT_EMPTY})
    owed = [each for each in about if isinstance(each, PeriodStep | PeriodChase)]
    owing = {each.unit_id for each in owed if each.ask is not Ask.UPWARD}
    last_week = monday_of(today) - WEEK
    flips = await looks.flips_since(conn, locality_id, last_week) if Rule.MONDAY_BOARD in rules else ()
    spoken = {each.difficulty_id for each in about if isinstance(each, DifficultyWord)}
    return Situation(
        book=book,
        audience=await audience_of(conn, book),
        person=person,
        now=now,
        leads={key: lead_on(book, *pair, today) for key, pair in standings.items() if pair[0].row_id in book.rows},
        running=running,
        all_leads=await leads(conn, book, today, unit_ids=None if needs_all else owing) if needs_all or owing else (),
        mutes=await team_chats.mutes_of(conn, person.id) if person is not None and rules & _MUTED else {},
        new_red={flip.assignment_id for flip in flips if flip.after is Colour.RED},
        unreachable=await people.unreachable_since(conn, locality_id) if Rule.UNREACHABLE in rules else {},
        newest_judgements=(await judgements.newest_appraisals(conn, judged)).values() if judged else (),
        deeds=await _deeds(conn, about),
        difficulties={each.id: each for each in await difficulties.by_ids(conn, sorted(spoken))} if spoken else {},
        cases=await _cases(desk, conn, about, person, now),
        met=await unit_reports.met(conn, book.plan.id) if owed and book.plan else frozenset(),
    )


async def _standings(
    conn: Connection, items: Sequence[OutboxItem]
) -> tuple[dict[int, tuple[Assignment, Standing]], frozenset[int]]:
    """Where the assignments stand, and which still run; of ended ones only those of what people did."""
    standings = await looks.standings_of(conn, {i.assignment_id for i in items if i.assignment_id is not None})
    running = frozenset(standings)
    for item in items:
        if item.rule in AT_ONCE and item.assignment_id is not None and item.assignment_id not in standings:
            ended = await events.standing(conn, item.assignment_id)
            standings |= {} if ended is None else {item.assignment_id: ended}
    return standings, running


async def _deeds(conn: Connection, about: Sequence[Occasion]) -> dict[int, Event]:
    judged = {each.event_id for each in about if isinstance(each, JudgedReport)}
    changed = {each.number for each in about if isinstance(each, RowChanged)}
    found = [await events.event(conn, event_id) for event_id in sorted(judged | changed)]
    return {each[1].id: each[1] for each in found if each is not None}


async def _cases(
    desk: Desk, conn: Connection, about: Sequence[Occasion], person: Person | None, now: datetime
) -> dict[int, RequestCase]:
    cases: dict[int, RequestCase] = {}
    for number in sorted({each.number for each in about if isinstance(each, RequestAsked | RequestDecided)}):
        request = await requests.request(conn, number)
        if request is None or person is None:
            continue
        try:
            cases[number], _ = await case_for(desk, conn, person.id, request, now)
        except NotFound:
            # Who has left is told nothing.
            continue
    return cases
