"""The book of a locality: all that changes seldom, read once for each version of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from bot.domain.alerts import Rules
from bot.domain.calendar import WorkingCalendar
from bot.domain.deadlines import roadmap
from bot.domain.duties import Duty, ReportingRules, duties_of_units, duties_of_year, owed
from bot.domain.errors import NotFound
from bot.domain.lifecycle import DEFAULT_ZONE, Terms
from bot.domain.plan import Locality, Plan, Row, Unit, UnitKind, UnitRole
from bot.questions.directory import Directory, RowName
from bot.questions.unit_names import UnitName
from bot.storage import events, plans
from bot.storage.database import Connection
from bot.storage.plans import Group


@dataclass(frozen=True)
class Book:
    """One locality with its newest plan, directory, rules and calendar. Standings are not in it: they change."""

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
        return duties_of_year(rule, self.plan.year, self.calendar) if rule and self.plan else ()

    @cached_property
    def unit_duties(self) -> tuple[Duty, ...]:
        """What whole units and the standing office owe in the plan year, by the day it is due."""
        if self.plan is None:
            return ()
        return duties_of_units(self.reporting, self.plan.year, self.plan.in_use_on, self.calendar)

    @cached_property
    def rules(self) -> Mapping[int, Rules]:
        """What colours a row besides its terms, by row id."""
        in_use_on = self.plan.in_use_on if self.plan else None
        return {
            row.id: Rules(self.locality.alert_rules, owed(self.duties, in_use_on, row.limit.starts_on))
            for row in self.rows.values()
        }

    @cached_property
    def directory(self) -> Directory:
        """What a question can speak of here."""
        units = [UnitName(unit.id, unit.name, unit.aliases) for unit in self.units.values()]
        rows = [RowName(row.code, row.kind, _printed(row)) for row in self.rows.values()]
        return Directory(self.locality.name, self.plan.year if self.plan else 0, units, rows, self.duties)

    def row(self, row_id: int) -> Row:
        """The row of this id. Raises NotFound."""
        found = self.rows.get(row_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def unit_name(self, unit_id: int) -> str:
        """The name of a unit; of one that has left the directory a dash."""
        unit = self.units.get(unit_id)
        return unit.name if unit else "–"

    def today(self, now: datetime) -> date:
        """The locality's day at this instant."""
        return now.astimezone(DEFAULT_ZONE).date()

    def is_external(self, row: Row) -> bool:
        """Whether the row has no roadmap of its own."""
        return roadmap(row.limit.starts_on, row.limit.due_on) is None


def _printed(row: Row) -> str:
    # The full stop keeps words of two cells apart.
    return " . ".join(part for part in (row.name, row.parent, row.output, row.kpi, row.group) if part)


class Books:
    """Books kept by locality, the least used forgotten first; a version that has moved on is read anew."""

    def __init__(self, keep: int = 64) -> None:
        self._keep = keep
        self._books: OrderedDict[int, Book] = OrderedDict()

    async def of(self, conn: Connection, locality_id: int) -> Book:
        """The book of a locality as it stands in the database. Raises NotFound."""
        version = await plans.locality_version(conn, locality_id)
        book = self._books.get(locality_id)
        if book is None or book.version != version:
            book = await read_book(conn, locality_id, version)
            self._books[locality_id] = book
        self._books.move_to_end(locality_id)
        while len(self._books) > self._keep:
            self._books.popitem(last=False)
        return book


async def read_book(conn: Connection, locality_id: int, version: int) -> Book:
    """A book read afresh."""
    locality = await plans.locality(conn, locality_id)
    plan = await plans.plan_of(conn, locality_id)
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
    )


async def _teams(conn: Connection, plan: Plan | None, units: Mapping[int, Unit]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for each in await events.assignments(conn, plan.id, role=UnitRole.COORDINATE) if plan else ():
        unit = units.get(each.unit_id)
        if unit is not None and unit.kind is UnitKind.COMMUNITY_TEAM:
            found[each.row_id] = (*found.get(each.row_id, ()), each.unit_id)
    return found
