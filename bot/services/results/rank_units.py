"""The ranking of a locality's units for a period or the year, and what is behind each figure (docs/rules/points.md).

A period is judged as it stood when it ended (00:00 of the next day), a running one as it stands; the movement is
against what was known when the period before it ended (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.people.people import CAN, Ability
from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import CalendarPeriod, PeriodKind, span_at
from bot.domain.plan.plan import Locality
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.domain.work.scores import Grade, grade, points, rank, score
from bot.services.core.board import History, Lead, history, tally
from bot.services.core.book import Book
from bot.services.core.hours import day_start
from bot.services.periods.period_state import DutyOutcome, First, by_unit, duties_asked, met_in, settled_at
from bot.services.reporting.unit_duties import units_asked
from bot.storage.engine.database import Connection
from bot.storage.records import people, unit_reports


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One place of a ranking: a unit's points (0-100), its grade, and how much of its work is red."""

    place: int
    unit_id: int
    unit: str
    score: Decimal
    grade: Grade
    red: int
    leads: int


@dataclass(frozen=True, slots=True)
class Alone:
    """What can be held against a unit: its work without the rows that everybody leads.

    Its grade from that work (none where none counts), the rows past their limit, the duties not met at all or in part.
    """

    grade: Grade | None
    overdue: tuple[Lead, ...]
    missed: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class UnitRank:
    """A unit in the ranking, with the rows behind each figure.

    ``before`` is its place when the period before ended; none where it had none. ``counted`` are its rows with their
    points, ``duties`` what became of its duties of reporting that fell due in the period.
    """

    placed: UnitScore
    before: int | None
    counted: tuple[tuple[Lead, Decimal], ...]
    on_time: tuple[Lead, ...]
    late: tuple[Lead, ...]
    red: tuple[Lead, ...]
    duties: tuple[tuple[Duty, DutyOutcome], ...]
    alone: Alone

    @property
    def moved(self) -> int | None:
        """How many places it has gone up (down: below zero); none where it had none before."""
        return None if self.before is None else self.before - self.placed.place

    @property
    def duties_on_time(self) -> int:
        """How many of its duties were met on time."""
        return sum(given is DutyOutcome.ON_TIME for _, given in self.duties)


class Ground(StrEnum):
    """Why a unit is proposed for commendation or criticism."""

    EXCELLENT = "excellent"
    COMPLETED = "completed"
    DUTIES_MET = "duties_met"
    WEAK = "weak"
    OVERDUE = "overdue"
    DUTIES_MISSED = "duties_missed"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A unit proposed, with its grounds."""

    unit: UnitRank
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units of a locality in order, as known at ``at``; ``before_at`` is what the movement is against, if anything.

    ``uncounted`` are units whose work does not count yet, ``absent`` those that nobody has joined. Nobody has a place
    where nobody of the locality has reported: ``is_reported``.
    """

    locality: Locality
    span: CalendarPeriod
    at: datetime
    day: date
    before_at: datetime | None
    units: tuple[UnitRank, ...]
    uncounted: tuple[str, ...]
    absent: tuple[str, ...]
    is_reported: bool
    is_over: bool
    """Whether the period has ended, so that it is judged as it stood then."""

    @property
    def commended(self) -> tuple[Proposed, ...]:
        """The units proposed for commendation, the best first."""
        found = ((unit, commendation(unit)) for unit in self.units)
        return tuple(Proposed(unit, grounds) for unit, grounds in found if grounds)

    @property
    def criticised(self) -> tuple[Proposed, ...]:
        """The units proposed for criticism, the worst first; none while the period runs."""
        return tuple(each for each in self._against if self.is_over and is_criticised(each))

    @property
    def reminded(self) -> tuple[Proposed, ...]:
        """The units proposed for a reminder, the worst first: those with a ground that are not criticised."""
        return tuple(each for each in self._against if not (self.is_over and is_criticised(each)))

    @property
    def _against(self) -> tuple[Proposed, ...]:
        found = ((unit, against(unit)) for unit in reversed(self.units))
        return tuple(Proposed(unit, grounds) for unit, grounds in found if grounds)


def places(found: Iterable[Lead], book: Book, day: date, joined: Collection[int]) -> tuple[UnitScore, ...]:
    """The units by their score on a day, the best first; those whose work does not count are left out.

    So are those not ``joined`` by anybody, and all of them where none has reported. The one computation behind
    `/xephang`, answers to questions and the documents.
    """
    found = list(found)
    by_unit = gathered(found) if has_reports(found) else {}
    scored = [(unit, _score(own, book, day)) for unit, own in by_unit.items() if unit in joined]
    return tuple(
        UnitScore(
            place=each.place,
            unit_id=each.subject,
            unit=book.unit_name(each.subject),
            score=each.score,
            grade=grade(each.score, book.locality.grades),
            red=sum(lead.verdict.colour is Colour.RED for lead in by_unit[each.subject]),
            leads=tally(by_unit[each.subject]).followed,
        )
        for each in rank([(unit, value) for unit, value in scored if value is not None])
    )


def has_reports(found: Iterable[Lead]) -> bool:
    """Whether any of them has ever been reported on."""
    return any(lead.standing.reported_on is not None for lead in found)


async def joined_by(conn: Connection, book: Book, at: datetime | None) -> frozenset[int]:
    """The units that somebody who reports has joined, or had joined by an instant."""
    return await people.joined_units(conn, book.locality.id, CAN[Ability.REPORT], at)


def names_of_absent(book: Book, leading: Collection[int], joined: Collection[int]) -> tuple[str, ...]:
    """Of the units that lead anything those that nobody has joined, as the directory has them."""
    return tuple(book.unit_name(unit) for unit in book.units if unit in leading and unit not in joined)


def _score(own: Iterable[Lead], book: Book, day: date) -> Decimal | None:
    return score([points_of(lead, book, day) for lead in own])


def gathered(found: Iterable[Lead]) -> dict[int, list[Lead]]:
    """The leads by the unit that has them."""
    by_unit: dict[int, list[Lead]] = {}
    for lead in found:
        by_unit.setdefault(lead.standing.unit_id, []).append(lead)
    return by_unit


def points_of(lead: Lead, book: Book, day: date) -> Decimal | None:
    """The points of a lead assignment on a day; none where it does not count."""
    return points(lead.terms, lead.standing, day, book.rules[lead.row.id])


async def ranking(conn: Connection, book: Book, span: CalendarPeriod, at: datetime) -> Ranking:
    """The ranking for a period as known at an instant; of one that has ended, as it stood when it did."""
    ends = day_start(span.last + timedelta(days=1))
    is_over, at = ends <= at, min(at, ends)
    book = book.known(at)
    past = await history(conn, book, at)
    day, before_at = book.today(at), _before(book, span, at)
    (now_leads,) = past.through((at,))
    joined = await joined_by(conn, book, at)
    before: dict[int, int] = {}
    if before_at is not None:
        before = _places_at(past, before_at, await joined_by(conn, book, before_at))
    first = await unit_reports.first_of_plan(conn, book.plan.id) if book.plan else {}
    shared = _led_by_everybody(now_leads)
    duties = _duties_in(past, span, at, first, shared)
    own, placed = gathered(now_leads), places(now_leads, book, day, joined)
    ranked = {each.unit_id for each in placed}
    return Ranking(
        locality=book.locality,
        span=span,
        at=at,
        day=day,
        before_at=before_at if before else None,
        units=tuple(
            _unit(
                each, before.get(each.unit_id), own[each.unit_id], duties.get(each.unit_id, ()), shared, span, book, day
            )
            for each in placed
        ),
        uncounted=tuple(book.unit_name(unit) for unit in book.units if unit in own and unit in joined - ranked),
        absent=names_of_absent(book, own, joined),
        is_reported=has_reports(now_leads),
        is_over=is_over,
    )


def _led_by_everybody(found: Iterable[Lead]) -> frozenset[int]:
    by_row: dict[int, set[int]] = {}
    for lead in found:
        by_row.setdefault(lead.row.id, set()).add(lead.standing.unit_id)
    everybody = set().union(*by_row.values())
    return frozenset(row_id for row_id, units in by_row.items() if units == everybody and len(units) > 1)


def _places_at(past: History, at: datetime, joined: Collection[int]) -> dict[int, int]:
    (then,) = past.through((at,))
    return {each.unit_id: each.place for each in places(then, past.book.known(at), past.book.today(at), joined)}


def _unit(
    placed: UnitScore,
    before: int | None,
    own: Sequence[Lead],
    asked: Iterable[_AskedOf],
    shared: Collection[int],
    span: CalendarPeriod,
    book: Book,
    day: date,
) -> UnitRank:
    done = [lead for lead in own if lead.standing.state is State.COMPLETED and _falls_in(span, lead.standing.sent_on)]
    pointed = [(lead, points_of(lead, book, day)) for lead in own]
    alone = [lead for lead in own if lead.row.id not in shared]
    value = _score(alone, book, day)
    return UnitRank(
        placed=placed,
        before=before,
        counted=tuple((lead, value) for lead, value in pointed if value is not None),
        on_time=tuple(lead for lead in done if not lead.standing.late),
        late=tuple(lead for lead in done if lead.standing.late),
        red=tuple(lead for lead in own if lead.verdict.colour is Colour.RED),
        duties=tuple((each.duty, each.given) for each in asked),
        alone=Alone(
            grade=None if value is None else grade(value, book.locality.grades),
            overdue=tuple(lead for lead in alone if Reason.OVERDUE in lead.verdict.reasons),
            missed=tuple(each.duty for each in asked if each.alone is DutyOutcome.MISSING),
        ),
    )


def _falls_in(span: CalendarPeriod, day: date | None) -> bool:
    # What was done before the plan was issued counts for its year.
    return span.is_year or (day is not None and span.first <= day <= span.last)


def _before(book: Book, span: CalendarPeriod, at: datetime) -> datetime | None:
    """When the period before ended; none where the plan was not in use then."""
    in_use_on = book.plan.in_use_on if book.plan else None
    first = span.first
    if span.is_year:
        rule = book.reporting.progress
        running = span_at(rule.kind if rule else PeriodKind.QUARTER, min(book.today(at), span.last))
        first = running.first
    if in_use_on is None or first <= in_use_on or first.year != span.first.year:
        return None
    return day_start(first)


@dataclass(frozen=True, slots=True)
class _AskedOf:
    """A duty of a unit and what became of it; ``alone``: without the rows that everybody leads."""

    duty: Duty
    given: DutyOutcome
    alone: DutyOutcome | None


def _duties_in(
    past: History, span: CalendarPeriod, at: datetime, first: First, shared: Collection[int]
) -> dict[int, list[_AskedOf]]:
    """What became of the duties that fell due in a period and before an instant, by unit."""
    book = past.book
    asked = [d for d in duties_asked(book) if d.due < book.today(at) and span.first <= d.due <= span.last]
    settled = {duty: min(settled_at(book, duty), at) for duty in asked}
    instants = sorted(set(settled.values()))
    then = dict(zip(instants, past.through(instants), strict=True))
    found: dict[int, list[_AskedOf]] = {}
    for duty in asked:
        leads = then[settled[duty]]
        every = alone = _given(duty, leads, book, first, at)
        if duty.ask is Ask.PROGRESS:
            alone = _given(duty, [lead for lead in leads if lead.row.id not in shared], book, first, at)
        for unit_id, given in every.items():
            found.setdefault(unit_id, []).append(_AskedOf(duty, given, alone.get(unit_id)))
    return found


def _given(duty: Duty, then: Sequence[Lead], book: Book, first: First, at: datetime) -> Mapping[int, DutyOutcome]:
    if duty.ask is not Ask.PROGRESS:
        return {unit: met_in(duty, unit, first, at) for unit in units_asked(duty, then, book)}
    return {unit.unit_id: unit.given for unit in by_unit(duty, then, book)}


# --- commendation and criticism (Bình Lộc, Đồng Phú: "biểu dương … phê bình, xử lý nghiêm đơn vị chậm tiến độ")


def commendation(unit: UnitRank) -> tuple[Ground, ...]:
    """The grounds on which a unit is proposed for commendation; none where anything stands against it.

    Excellent, nothing red, nothing completed late, every duty of reporting met on time.
    """
    clean = not unit.red and not unit.late and unit.duties_on_time == len(unit.duties)
    if unit.placed.grade is not Grade.EXCELLENT or not clean:
        return ()
    found = [Ground.EXCELLENT]
    found += [Ground.COMPLETED] if unit.on_time else []
    found += [Ground.DUTIES_MET] if unit.duties else []
    return tuple(found)


def against(unit: UnitRank) -> tuple[Ground, ...]:
    """The grounds that stand against a unit: weak, behind its limits, reports never given; not by shared rows alone."""
    is_weak = unit.placed.grade is Grade.WEAK and unit.alone.grade is Grade.WEAK
    found = [Ground.WEAK] if is_weak else []
    found += [Ground.OVERDUE] if unit.alone.overdue else []
    found += [Ground.DUTIES_MISSED] if unit.alone.missed else []
    return tuple(found)


def is_criticised(proposed: Proposed) -> bool:
    """Whether what stands against a unit is enough for criticism: a low grade and at least two grounds."""
    low = {proposed.unit.placed.grade, proposed.unit.alone.grade} <= _LOW
    return low and len(proposed.grounds) >= 2


_LOW = frozenset({Grade.AVERAGE, Grade.WEAK})
