"""The book of a locality: all that changes seldom, read once for each version of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from bot.domain.errors import NotFound, TransitionRefused
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.codes import with_year
from bot.domain.plan.duties import (
    Ask,
    Duty,
    PeriodMark,
    ReportingRules,
    duties_of_units,
    duties_of_year,
    owed,
    with_marks,
)
from bot.domain.plan.plan import Locality, Plan, Row, Unit, UnitKind, UnitRole, in_hand
from bot.domain.work.alerts import Rules
from bot.domain.work.known import known_by
from bot.domain.work.lifecycle import DEFAULT_ZONE, Terms
from bot.language.names.directory import LocalityVocabulary, RowName
from bot.language.names.unit_names import UnitName
from bot.storage.engine.database import Connection
from bot.storage.records import events, period_marks, plans
from bot.storage.records.plans import Group


@dataclass(frozen=True)
class Book:
    """One locality with one of its plans, directory, rules and calendar. Standings are not in it: they change."""

    locality: Locality
    plan: Plan | None
    units: Mapping[int, Unit]
    groups: tuple[Group, ...]
    rows: Mapping[int, Row]
    reporting: ReportingRules
    calendar: WorkingCalendar
    version: int
    teams: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The community teams that coordinate a row, by row id."""
    plans: tuple[Plan, ...] = ()
    """All plans of the locality, the newest first."""
    marks: tuple[PeriodMark, ...] = ()
    """The periods that the standing office has closed or opened again, in the order in which it did."""

    def known(self, at: datetime) -> Book:
        """The book with no more periods closed and opened again than were at an instant."""
        then = known_by(self.marks, at)
        return self if then == self.marks else replace(self, marks=then)

    @cached_property
    def is_in_hand(self) -> bool:
        """Whether this is the plan the locality works with now (docs/decisions/0008)."""
        current = in_hand(self.plans)
        return self.plan is None or current is None or current.id == self.plan.id

    @cached_property
    def is_over(self) -> bool:
        """Whether a newer plan is in use, so that this one can only be read."""
        return self.plan is not None and any(p.in_use_on and p.year > self.plan.year for p in self.plans)

    def is_frozen_on(self, day: date) -> bool:
        """Whether the plan's year is over on a day: late reports reach it, changes do not (docs/decisions/0011)."""
        return self.plan is not None and day > self.plan.last_day

    @cached_property
    def by_code(self) -> Mapping[str, Row]:
        """The rows by their code."""
        return {row.code: row for row in self.rows.values()}

    @cached_property
    def terms(self) -> Mapping[int, Terms]:
        """What each row demands, by row id."""
        year = self.plan.year if self.plan else 0
        return {row.id: Terms(row.kind, row.limit, year, row.target) for row in self.rows.values()}

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """The progress duties of the plan year."""
        rule = self.reporting.progress
        return with_marks(duties_of_year(rule, self.plan.year, self.calendar) if rule and self.plan else (), self.marks)

    @cached_property
    def unit_duties(self) -> tuple[Duty, ...]:
        """What whole units and the standing office owe in the plan year, by the day it is due."""
        if self.plan is None:
            return ()
        found = duties_of_units(self.reporting, self.plan.year, self.plan.in_use_on, self.calendar)
        return with_marks(found, self.marks)

    @cached_property
    def rules(self) -> Mapping[int, Rules]:
        """What colours a row besides its terms, by row id."""
        return {
            row.id: Rules(self.locality.alert_rules, owed(self.duties, self._asked_from(row), row.limit.starts_on))
            for row in self.rows.values()
        }

    def _asked_from(self, row: Row) -> date | None:
        """The day from which reports of a row are owed: of one added later not before it was there."""
        in_use_on = self.plan.in_use_on if self.plan else None
        if in_use_on is None or row.added_at is None:
            return in_use_on
        return max(in_use_on, self.today(row.added_at))

    @cached_property
    def directory(self) -> LocalityVocabulary:
        """What a question can speak of here."""
        units = [UnitName(unit.id, unit.name, unit.aliases) for unit in self.units.values()]
        rows = [RowName(row.code, row.kind, _printed(row)) for row in self.rows.values()]
        in_use_on = self.plan.in_use_on if self.plan else None
        owed_here = [duty for duty in self.duties if in_use_on is not None and duty.opens >= in_use_on]
        year = self.plan.year if self.plan else 0
        once = [duty for duty in self.unit_duties if duty.ask is Ask.ONCE]
        return LocalityVocabulary(self.locality.name, year, units, rows, owed_here or self.duties, once)

    def row(self, row_id: int) -> Row:
        """The row of this id. Raises NotFound."""
        found = self.rows.get(row_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def code_of(self, row: Row) -> str:
        """The code of a row; with the year where it is not of the plan in hand: NV07/2026."""
        if self.is_in_hand and row.id in self.rows:
            return row.code
        year = next((plan.year for plan in self.plans if plan.id == row.plan_id), None)
        return row.code if year is None else with_year(row.code, year)

    def unit_name(self, unit_id: int) -> str:
        """The name of a unit; of one that has left the directory a dash."""
        unit = self.units.get(unit_id)
        return unit.name if unit else "–"

    def today(self, now: datetime) -> date:
        """The locality's day at this instant."""
        return now.astimezone(DEFAULT_ZONE).date()


def _printed(row: Row) -> str:
    # The full stop keeps words of two cells apart.
    return " . ".join(part for part in (row.name, row.parent, row.output, row.kpi, row.group) if part)


def require_not_over(book: Book) -> None:
    """Nothing while the plan may be changed. Raises TransitionRefused once a newer one is in use."""
    if book.plan is not None and book.is_over:
        raise TransitionRefused("plan_over", year=book.plan.year)


def require_changeable(book: Book, now: datetime) -> None:
    """Nothing until the plan's year ends. Raises TransitionRefused after it: its limits, units and tasks stay."""
    require_not_over(book)
    if book.is_frozen_on(book.today(now)) and book.plan is not None:
        raise TransitionRefused("plan_frozen", year=book.plan.year)


def require_in_hand(book: Book) -> None:
    """Nothing where this is the plan people work with. Raises TransitionRefused for last year's and for the next."""
    require_not_over(book)
    if book.plan is not None and not book.is_in_hand:
        raise TransitionRefused("plan_not_begun", year=book.plan.year)


class Books:
    """Books kept by locality and year, the least used forgotten first; a version that has moved on is read anew."""

    def __init__(self, keep: int = 64) -> None:
        self._keep = keep
        self._books: OrderedDict[tuple[int, int | None], Book] = OrderedDict()

    async def of(self, conn: Connection, locality_id: int, year: int | None = None) -> Book:
        """The book of a locality with its plan in hand, or with that of a year. Raises NotFound for no locality."""
        version = await plans.locality_version(conn, locality_id)
        place = (locality_id, year)
        book = self._books.get(place)
        if book is None or book.version != version:
            book = await read_book(conn, locality_id, version, year)
            self._books[place] = book
        self._books.move_to_end(place)
        while len(self._books) > self._keep:
            self._books.popitem(last=False)
        return book

    async def newest(self, conn: Connection, locality_id: int) -> Book:
        """The book with the newest plan: the one being opened where there is one, else the one in hand."""
        book = await self.of(conn, locality_id)
        return await self._with(conn, book, book.plans[0] if book.plans else None)

    async def on(self, conn: Connection, locality_id: int, day: date) -> Book:
        """The book with the plan that was in hand on a day."""
        book = await self.of(conn, locality_id)
        return await self._with(conn, book, in_hand(book.plans, day))

    async def of_row(self, conn: Connection, locality_id: int, row_id: int) -> Book:
        """The book with the plan that a row of the locality belongs to; the one in hand where it is of no plan."""
        book = await self.of(conn, locality_id)
        if row_id in book.rows or len(book.plans) < 2:
            return book
        row = await plans.row(conn, row_id)
        return await self._with(conn, book, next((p for p in book.plans if row and p.id == row.plan_id), None))

    async def _with(self, conn: Connection, book: Book, plan: Plan | None) -> Book:
        return book if plan is None or plan == book.plan else await self.of(conn, book.locality.id, plan.year)


async def renewed(conn: Connection, book: Book) -> Book:
    """The book of the same plan after directory, plan or settings were changed: read afresh, under the next version."""
    version = await plans.bump_version(conn, book.locality.id)
    return await read_book(conn, book.locality.id, version, book.plan.year if book.plan else None)


async def living(conn: Connection, book: Book) -> tuple[Book, ...]:
    """This book and, read afresh, the other of the two that can still be changed: the plan in hand, the newest."""
    current = in_hand(book.plans)
    years = {plan.year for plan in (current, *book.plans[:1]) if plan is not None and plan != book.plan}
    return (book, *[await read_book(conn, book.locality.id, book.version, year) for year in sorted(years)])


async def read_book(conn: Connection, locality_id: int, version: int, year: int | None = None) -> Book:
    """A book read afresh: with the plan in hand, or with that of a year."""
    locality = await plans.locality(conn, locality_id)
    plan = await plans.plan_of(conn, locality_id, year)
    if plan is not None and plan.standing_office_id is not None:
        locality = replace(locality, standing_office_id=plan.standing_office_id)
    exceptions = await plans.day_exceptions(conn, locality_id)
    units = {unit.id: unit for unit in await plans.units(conn, locality_id)}
    return Book(
        locality=locality,
        plan=plan,
        units=units,
        groups=await plans.groups(conn, locality_id),
        rows={row.id: row for row in (await plans.rows(conn, plan.id) if plan else ())},
        reporting=await plans.reporting_rules(conn, locality_id),
        calendar=WorkingCalendar({e.day: e.kind for e in exceptions}),
        version=version,
        teams=await _teams(conn, plan, units),
        plans=await plans.plans_of(conn, locality_id),
        marks=await period_marks.of_plan(conn, plan.id) if plan else (),
    )


async def _teams(conn: Connection, plan: Plan | None, units: Mapping[int, Unit]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for each in await events.assignments(conn, plan.id, role=UnitRole.COORDINATE) if plan else ():
        unit = units.get(each.unit_id)
        if unit is not None and unit.kind is UnitKind.COMMUNITY_TEAM:
            found[each.row_id] = (*found.get(each.row_id, ()), each.unit_id)
    return found
