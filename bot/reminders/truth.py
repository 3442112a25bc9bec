"""Whether a queued notice is still true when it is sent, and the lines it becomes (docs/decisions/0006)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.people.difficulties import Difficulty, DifficultyState
from bot.domain.people.people import Person
from bot.domain.plan.duties import Ask
from bot.domain.work.alerts import COLOUR_ORDER, Colour, Reason
from bot.domain.work.ladder import AT_ONCE, OF_CHANGES, WARNINGS, Rule, monday_of
from bot.domain.work.lifecycle import WORKING, State
from bot.reminders.change_notices import still_holds
from bot.reminders.news import empty_units, milestone_of
from bot.reminders.tick import is_watched
from bot.services.core.board import Lead, lead_on, leads, rows_of, urgency
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.recipients import Audience, Recipient, audience_of, of_assignment, of_duty, of_locality
from bot.services.difficulties.difficulty_sides import is_news
from bot.services.periods.period_state import owes
from bot.services.reminding.digest import Board, Digest, OfficeLine, PeriodLine, RowLine
from bot.services.reporting.unit_duties import units_owing
from bot.storage.engine.database import Connection
from bot.storage.outbox import judgements, looks, team_chats
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import difficulties, events, people, unit_reports
from bot.storage.records.unit_reports import Met

WEEK = timedelta(days=7)
_WARNINGS = frozenset(rule for _, rule in WARNINGS)
_ESCALATIONS = frozenset({Rule.OVERDUE_3, Rule.OVERDUE_7, Rule.OVERDUE_WEEKLY})
_STEPS = (Rule.PERIOD_OPEN, Rule.PERIOD_IN_5, Rule.PERIOD_IN_2, Rule.PERIOD_DUE, Rule.PERIOD_LATE)
_PERIODS = frozenset({*_STEPS, Rule.PERIOD_NUDGE})
_WEEKLY = frozenset({Rule.MONDAY_BOARD, Rule.UNIT_EMPTY})
_JUDGEMENTS = frozenset({Rule.RETURNED, Rule.ACCEPTED})
RED_RULES = frozenset({Rule.TURNED_RED, Rule.RETURNED}) | _ESCALATIONS
"""Missing one of these costs more than hearing it twice (docs/rules/reminders.md#delivery)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a recipient is told now. ``true`` and ``untrue`` are ids of the notices that are and are no longer true."""

    digest: Digest
    true: tuple[int, ...]
    untrue: tuple[int, ...]


@dataclass(frozen=True)
class _Place:
    """One locality as it is at the moment of sending.

    ``all_leads`` only where a line speaks of all of them; where one speaks of a period, those of the units that owe.
    ``met`` is what whole units have met, where one speaks of a duty.
    """

    book: Book
    audience: Audience
    today: date
    leads: Mapping[int, Lead]
    all_leads: Sequence[Lead]
    mutes: Mapping[int, date]
    new_red: Collection[int] = ()
    unreachable: Mapping[int, datetime] = field(default_factory=dict)
    judged: Collection[int] = ()
    """The newest judgements of what was judged, by their ids."""
    difficulties: Mapping[int, Difficulty] = field(default_factory=dict)
    met: Met = frozenset()
    changes: Collection[int] = ()
    """What of the changes told still holds, by the numbers of the notices."""
    running: Collection[int] = ()
    """The assignments that their units still have. Of others only what a person did is told, as singly."""


@dataclass
class _Lines:
    rows: list[RowLine] = field(default_factory=list)
    periods: list[PeriodLine] = field(default_factory=list)
    office: dict[tuple[int, Rule], OfficeLine] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)


async def read_letter(
    desk: Desk, conn: Connection, items: Sequence[OutboxItem], person: Person | None, now: datetime
) -> Letter:
    """All that is still true of the notices of one recipient (a person, or a team's group), put in order."""
    lines = _Lines()
    true: list[int] = []
    untrue: list[int] = []
    names: dict[int, str] = {}
    for locality_id in dict.fromkeys(item.locality_id for item in items):
        own = [item for item in items if item.locality_id == locality_id]
        place = await _place(desk, conn, locality_id, own, person, now)
        names[locality_id] = f"{place.book.locality.kind} {place.book.locality.name}"
        for item in own:
            (true if _tell(place, item, person, lines) else untrue).append(item.id)
    digest = Digest(
        day=place.today,
        now=now,
        rows=tuple(sorted(_once(lines.rows), key=_order)),
        periods=tuple(_once_a_duty(lines.periods)),
        office=tuple(lines.office.values()),
        boards=tuple(lines.boards),
        for_group=person is None,
        localities=names,
    )
    return Letter(digest, tuple(true), tuple(untrue))


async def _place(
    desk: Desk, conn: Connection, locality_id: int, own: Sequence[OutboxItem], person: Person | None, now: datetime
) -> _Place:
    book = await desk.books.of(conn, locality_id)
    today = book.today(now)
    rules = {item.rule for item in own}
    standings = await looks.standings_of(conn, {i.assignment_id for i in own if i.assignment_id is not None})
    running = frozenset(standings)
    for item in own:
        if item.rule in AT_ONCE and item.assignment_id is not None and item.assignment_id not in standings:
            ended = await events.standing(conn, item.assignment_id)
            standings |= {} if ended is None else {item.assignment_id: ended}
    needs_all = bool(rules & {Rule.MONDAY_BOARD, Rule.UNIT_EMPTY})
    periods = [item for item in own if item.rule in _PERIODS]
    owing = {int(item.payload.get("unit", 0)) for item in periods if _ask_of(item) is not Ask.UPWARD}
    judged = {item.assignment_id for item in own if item.rule in _JUDGEMENTS and item.assignment_id is not None}
    last_week = monday_of(today) - WEEK
    flips = await looks.flips_since(conn, locality_id, last_week) if Rule.MONDAY_BOARD in rules else ()
    return _Place(
        book=book,
        audience=await audience_of(conn, book),
        today=today,
        leads={key: lead_on(book, *pair, today) for key, pair in standings.items() if pair[0].row_id in book.rows},
        all_leads=await leads(conn, book, today, unit_ids=None if needs_all else owing) if needs_all or owing else (),
        mutes=await team_chats.mutes_of(conn, person.id) if person is not None else {},
        new_red={flip.assignment_id for flip in flips if flip.after is Colour.RED},
        unreachable=await people.unreachable_since(conn, locality_id) if Rule.UNREACHABLE in rules else {},
        judged=(await judgements.newest_appraisals(conn, judged)).values() if judged else (),
        difficulties={each.id: each for each in await difficulties.by_ids(conn, [_difficulty_of(i) for i in own])},
        met=await unit_reports.met(conn, book.plan.id) if periods and book.plan else frozenset(),
        changes=[item.id for item in own if item.rule in OF_CHANGES and await still_holds(desk, conn, item)],
        running=running,
    )


def _tell(place: _Place, item: OutboxItem, person: Person | None, lines: _Lines) -> bool:
    """Whether the notice is true; its line is added then."""
    rule = Rule(item.rule)
    # Appraisals reach a plan whose year is over (docs/decisions/0011), and so does word of them.
    if rule not in _JUDGEMENTS and not is_watched(place.book.plan, place.today):
        return False
    if rule in _PERIODS:
        return _tell_period(place, item, rule, lines)
    if item.assignment_id is None:
        return _tell_place(place, item, rule, lines)
    lead = place.leads.get(item.assignment_id)
    if lead is None or (rule not in AT_ONCE and item.assignment_id not in place.running):
        return False
    if not _is_true(place, lead, item, rule) or not _is_told(place, lead, item, rule):
        return False
    lines.rows.append(
        RowLine(
            rule=rule,
            lead=lead,
            unit=place.book.unit_name(lead.standing.unit_id),
            milestone=milestone_of(item.occasion) if rule in _WARNINGS else None,
            again=_again(item),
            outbox_id=item.id,
            may_report=person is not None and place.audience.reports_for(person.id, lead.standing.unit_id),
            difficulty=place.difficulties.get(_difficulty_of(item)),
        )
    )
    return True


def _again(item: OutboxItem) -> bool:
    """Whether it was told before, or may have been."""
    return item.again or item.early


def _is_true(place: _Place, lead: Lead, item: OutboxItem, rule: Rule) -> bool:
    standing = lead.standing
    if rule in OF_CHANGES:
        return item.id in place.changes
    if rule in _WARNINGS:
        return _is_near(place, lead, item)
    if rule is Rule.DIFFICULTY:
        asked = place.difficulties.get(_difficulty_of(item))
        waits = asked is not None and asked.state is DifficultyState.OPEN
        return asked is not None and (not waits or (lead.is_open and lead.assignment.id in place.running))
    if rule is Rule.TURNED_RED:
        limit, reason, _ = item.occasion.partition("~")[0].split(":")
        return limit == f"{standing.due_on}" and Reason(reason) in lead.verdict.reasons
    if rule in _ESCALATIONS:
        return item.occasion.partition(":")[0] == f"{standing.due_on}" and Reason.OVERDUE in lead.verdict.reasons
    if rule is Rule.NO_LONGER_RED:
        return lead.verdict.colour is not Colour.RED
    if rule is Rule.APPRAISAL_WAITING:
        return standing.state is State.AWAITING and standing.report_id == item.event_id
    if rule in _JUDGEMENTS:
        wanted = State.RETURNED if rule is Rule.RETURNED else State.COMPLETED
        return standing.state is wanted and item.event_id in place.judged
    return lead.is_with_unit and lead.assignment.id in place.running


def _is_near(place: _Place, lead: Lead, item: OutboxItem) -> bool:
    standing = lead.standing
    subject = item.occasion.rpartition(":")[0]
    due_on = date.fromisoformat(subject.rpartition(":")[2])
    if standing.state not in WORKING or due_on < place.today:
        return False
    number = milestone_of(item.occasion)
    if number is None:
        holds = due_on == standing.due_on
    else:
        stages = lead.terms.milestones
        holds = number < len(stages) and stages[number].due_on == due_on and number not in standing.milestones_met
    muted = lead.row.id in place.mutes and place.today <= place.mutes[lead.row.id]
    # What is red cannot be muted.
    return holds and not (muted and lead.verdict.colour is not Colour.RED)


def _is_told(place: _Place, lead: Lead, item: OutboxItem, rule: Rule) -> bool:
    """Whether the recipient is still one of those the rule tells."""
    audience, unit_id = place.audience, lead.standing.unit_id
    if rule is Rule.DIFFICULTY:
        said = place.difficulties[_difficulty_of(item)]
        return is_news(audience, said, int(item.occasion), item.person_id)
    if rule is Rule.NUDGE:
        return _among(item, audience.of_unit(unit_id, with_head=True))
    if rule is Rule.NO_LONGER_RED or rule in AT_ONCE:
        if item.person_id is None:
            return item.chat_id in audience.chats.values()
        return audience.is_member(item.person_id)
    if rule is Rule.APPRAISAL_WAITING:
        office = item.occasion.endswith(":5")
        to = of_locality(audience, rule) if office else audience.judges(lead.standing.reporter_id, unit_id)
    else:
        to = of_assignment(audience, rule, unit_id, lead.row.id)
    return _among(item, to)


def _among(item: OutboxItem, to: Collection[Recipient]) -> bool:
    return any((each.person_id, each.chat_id) == (item.person_id, item.chat_id) for each in to)


def _difficulty_of(item: OutboxItem) -> int:
    """The number of the difficulty a notice speaks of; 0 where it speaks of none."""
    return int(item.payload.get("difficulty", 0))


def _ask_of(item: OutboxItem) -> Ask:
    return Ask(item.payload.get("ask", Ask.PROGRESS))


def _tell_period(place: _Place, item: OutboxItem, rule: Rule, lines: _Lines) -> bool:
    unit_id, ask, book = int(item.payload.get("unit", 0)), _ask_of(item), place.book
    duties = book.duties if ask is Ask.PROGRESS else book.unit_duties
    duty = next((each for each in duties if (each.ask, each.period) == (ask, item.payload.get("period"))), None)
    is_chase = rule is Rule.PERIOD_NUDGE
    to = place.audience.of_unit(unit_id, with_head=True) if is_chase else of_duty(place.audience, ask, unit_id)
    if duty is None or duty.closes < place.today or not _among(item, to):
        return False
    if is_chase:
        # A chase beyond the five single messages of a day waits for the digest, and reads like a step of the period.
        rule = Rule.PERIOD_LATE if duty.due < place.today else Rule.PERIOD_IN_5
    own = [lead for lead in place.all_leads if lead.standing.unit_id == unit_id]
    owing = [lead for lead in own if owes(lead, duty, book)] if ask is Ask.PROGRESS else []
    if not owing and (ask is Ask.PROGRESS or unit_id not in units_owing(duty, own, book, place.met)):
        return False
    codes = tuple(dict.fromkeys(lead.row.code for lead in owing))
    unit, place_id = book.unit_name(unit_id), book.locality.id
    lines.periods.append(PeriodLine(rule, unit, duty, codes, item.id, place_id, unit_id, _again(item)))
    return True


def _tell_place(place: _Place, item: OutboxItem, rule: Rule, lines: _Lines) -> bool:
    if not _among(item, of_locality(place.audience, rule)):
        return False
    if rule in _WEEKLY and item.occasion != f"{monday_of(place.today)}":
        # It was queued for an earlier week; this week's is another notice.
        return False
    if rule is Rule.MONDAY_BOARD:
        lines.boards.append(_board(place, item))
        return True
    names = _names(place, item, rule)
    if not names:
        return False
    # Several who cannot be reached share a line.
    key = (place.book.locality.id, rule)
    before = lines.office.get(key)
    told = tuple(dict.fromkeys((*before.names, *names))) if before else names
    again = _again(item) or (before is not None and before.again)
    lines.office[key] = OfficeLine(rule, told, before.outbox_id if before else item.id, key[0], again)
    return True


def _names(place: _Place, item: OutboxItem, rule: Rule) -> tuple[str, ...]:
    if rule is Rule.UNIT_EMPTY:
        return tuple(place.book.unit_name(unit_id) for unit_id in empty_units(place.all_leads, place.audience))
    person_id = int(item.payload.get("person", 0))
    person = place.audience.people.get(person_id)
    return (person.full_name,) if person is not None and person_id in place.unreachable else ()


def _board(place: _Place, item: OutboxItem) -> Board:
    monday = monday_of(place.today)
    still_open = [lead for lead in place.all_leads if lead.is_open]
    units = dict.fromkeys(lead.standing.unit_id for lead in still_open)
    return Board(
        locality=f"{place.book.locality.kind} {place.book.locality.name}",
        week_starts_on=monday,
        by_unit=tuple((place.book.unit_name(unit_id), _colours(still_open, unit_id)) for unit_id in units),
        new_red=tuple(
            lead
            for lead in place.all_leads
            if lead.verdict.colour is Colour.RED and lead.assignment.id in place.new_red
        ),
        due_this_week=tuple(
            lead
            for lead in still_open
            if lead.standing.due_on is not None and monday <= lead.standing.due_on < monday + WEEK
        ),
        outbox_id=item.id,
        locality_id=place.book.locality.id,
        total=Counter(row.verdict.colour for row in rows_of(still_open)),
        again=_again(item),
    )


def _colours(found: Sequence[Lead], unit_id: int) -> dict[Colour, int]:
    own = [lead.verdict.colour for lead in found if lead.standing.unit_id == unit_id]
    return {colour: own.count(colour) for colour in COLOUR_ORDER if colour in own}


_RANK = {rule: rank for rank, rule in enumerate((Rule.TURNED_RED, Rule.RETURNED, Rule.OVERDUE_WEEKLY, Rule.OVERDUE_7))}


def _once(rows: Sequence[RowLine]) -> list[RowLine]:
    """One line for each assignment and milestone: the gravest of what is due."""
    best: dict[tuple[int, int | None, int], RowLine] = {}
    for line in rows:
        # A difficulty or a change is told beside whatever else is due.
        beside = line.difficulty.id if line.difficulty else -1 if line.rule in OF_CHANGES else 0
        key = (line.lead.assignment.id, line.milestone, beside)
        if key not in best or _RANK.get(line.rule, 9) < _RANK.get(best[key].rule, 9):
            best[key] = line
    return list(best.values())


def _once_a_duty(periods: Sequence[PeriodLine]) -> list[PeriodLine]:
    """One line for what a unit owes: of several steps (one may have been put off until today) the latest."""
    last: dict[tuple[object, ...], PeriodLine] = {}
    for line in periods:
        key = (line.locality_id, line.unit_id, line.duty.ask, line.duty.period)
        if key not in last or _STEPS.index(line.rule) > _STEPS.index(last[key].rule):
            last[key] = line
    return list(last.values())


def _order(line: RowLine) -> tuple[bool, tuple[int, int, date, int]]:
    return (line.rule not in RED_RULES and line.lead.verdict.colour is not Colour.RED, urgency(line.lead))
