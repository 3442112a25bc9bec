"""The state of a reporting period: which units have reported on time, late, not at all; whether it is open or closed.

Once a period has closed it is judged from what was known then: what a unit owed does not go away because its work was
accepted later (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.plan.duties import Ask, Duty, PeriodMark, mark_of, spoken_of
from bot.domain.plan.plan import Locality
from bot.domain.work.alerts import Rules
from bot.domain.work.lifecycle import Standing, State
from bot.services.core import shown
from bot.services.core.board import Lead, leads, leads_known
from bot.services.core.book import Book
from bot.services.core.hours import day_start
from bot.services.reporting.unit_duties import units_asked
from bot.storage.engine.database import Connection
from bot.storage.records import unit_reports

WORKING = frozenset({State.NOT_REPORTED, State.IN_PROGRESS, State.RETURNED})
First = Mapping[tuple[int, str, str], tuple[datetime, bool]]
"""When each duty of whole units was met first, and whether late: by unit, ask, period."""


class DutyOutcome(StrEnum):
    """What became of a duty, the best first."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit in a period: the worst of what it was asked.

    The leads that were reported on time, late, not at all; of a duty of whole units there are none.
    """

    unit_id: int
    unit: str
    given: DutyOutcome
    on_time: tuple[Lead, ...] = ()
    late: tuple[Lead, ...] = ()
    missing: tuple[Lead, ...] = ()

    @property
    def asked(self) -> int:
        """How many progress reports the unit was asked for."""
        return len(self.on_time) + len(self.late) + len(self.missing)


@dataclass(frozen=True, slots=True)
class PeriodState:
    """A period as it stands on a day; ``mark`` is the newest decision of the standing office about it.

    ``units`` are those that were asked, the missing ones first, then the late ones, each as the directory has them.
    """

    locality: Locality
    year: int
    duty: Duty
    day: date
    units: tuple[UnitState, ...]
    mark: PeriodMark | None

    @property
    def is_begun(self) -> bool:
        """Whether reports are taken already."""
        return self.day >= self.duty.opens

    @property
    def is_closed(self) -> bool:
        """Whether a report of this day no longer serves it."""
        return self.day > self.duty.closes

    @property
    def shown(self) -> str:
        """The mark of what is shown before it is closed."""
        missing = [unit.unit_id for unit in self.of(DutyOutcome.MISSING)]
        return shown.mark_of(self.duty.closes, missing, None if self.mark is None else self.mark.at)

    @property
    def owing(self) -> tuple[UnitState, ...]:
        """The units that have not reported: nobody before the period has opened."""
        return self.of(DutyOutcome.MISSING) if self.is_begun else ()

    def of(self, given: DutyOutcome) -> tuple[UnitState, ...]:
        """The units that have reported so."""
        return tuple(unit for unit in self.units if unit.given is given)


def owes(lead: Lead, duty: Duty, book: Book) -> bool:
    """Whether the assignment still owes a report for this period."""
    return _owes(lead.standing, duty, book.rules[lead.row.id])


def _owes(standing: Standing, duty: Duty, rules: Rules) -> bool:
    return (
        standing.state in WORKING
        and duty.period not in standing.served
        and (standing.owes_from is None or duty.due >= standing.owes_from)
        and duty in rules.duties
    )


def given_in(standing: Standing, duty: Duty, rules: Rules) -> DutyOutcome | None:
    """What a lead assignment, as it stood then, had given for a period; none where nothing was asked of it."""
    if duty not in rules.duties:
        return None
    if duty.period in standing.served:
        return DutyOutcome.LATE if duty.period in standing.served_late else DutyOutcome.ON_TIME
    return DutyOutcome.MISSING if _owes(standing, duty, rules) else None


def worst(found: Iterable[DutyOutcome | None]) -> DutyOutcome | None:
    """The worst of what was given; none where nothing was asked."""
    order = tuple(DutyOutcome)
    return max((each for each in found if each is not None), key=order.index, default=None)


def duties_asked(book: Book) -> tuple[Duty, ...]:
    """All that is asked in the plan year once the plan is in use, by the day it is due."""
    in_use_on = book.plan.in_use_on if book.plan else None
    if in_use_on is None:
        return ()
    own = [duty for duty in book.duties if duty.opens >= in_use_on]
    return tuple(sorted((*own, *book.unit_duties), key=lambda duty: duty.due))


def duty_named(book: Book, ask: str, period: str) -> Duty | None:
    """The duty that goes by these names; none where the plan asks for none such."""
    return next((duty for duty in duties_asked(book) if (duty.ask, duty.period) == (ask, period)), None)


def duty_shown(book: Book, period: str) -> Duty | None:
    """The duty of units that goes by a period, as `/kybaocao` shows it; none where none is asked of them."""
    found = (each for each in duties_asked(book) if each.period == period and each.ask is not Ask.UPWARD)
    return next(found, None)


def current_duty(book: Book, day: date) -> Duty | None:
    """The period of progress reports that is spoken of on a day: the first that is open, else the last that was.

    Before the first has opened it is that one; none where the locality asks for no progress reports.
    """
    return spoken_of([duty for duty in duties_asked(book) if duty.ask is Ask.PROGRESS], day)


def settled_at(book: Book, duty: Duty) -> datetime:
    """The instant at which a period closed or will close: from then on nothing serves it."""
    mark = mark_of(duty, book.marks)
    return mark.at if mark is not None and mark.is_closing else day_start(duty.closes + timedelta(days=1))


async def leads_in(conn: Connection, book: Book, duty: Duty, at: datetime, *, stored: bool = False) -> list[Lead]:
    """The leads as they were known when the period closed, or at ``at`` where that is earlier.

    ``stored``: ``at`` is now, so that what is stored serves where the period is open.
    """
    then = settled_at(book, duty)
    if then > at:
        return await leads(conn, book, book.today(at)) if stored else await leads_known(conn, book, at)
    return await leads_known(conn, book, then)


async def period_state(conn: Connection, book: Book, duty: Duty, at: datetime, *, stored: bool = False) -> PeriodState:
    """A period as it was known at an instant; ``stored`` as `leads_in` takes it."""
    book = book.known(at)
    assert book.plan is not None  # a duty was found, so there is a plan
    duty = duty_named(book, duty.ask, duty.period) or duty
    found = await leads_in(conn, book, duty, at, stored=stored)
    if duty.ask is Ask.PROGRESS:
        units = by_unit(duty, found, book)
    else:
        units = met_by_unit(duty, found, book, await unit_reports.first_of_plan(conn, book.plan.id), at)
    places = {unit_id: place for place, unit_id in enumerate(book.units)}
    order = tuple(reversed(DutyOutcome))
    return PeriodState(
        locality=book.locality,
        year=book.plan.year,
        duty=duty,
        day=book.today(at),
        units=tuple(sorted(units, key=lambda u: (order.index(u.given), places.get(u.unit_id, 0)))),
        mark=mark_of(duty, book.marks),
    )


def by_unit(duty: Duty, found: Sequence[Lead], book: Book) -> list[UnitState]:
    """What each unit has given for a period of progress reports."""
    gathered: dict[int, dict[DutyOutcome, list[Lead]]] = {}
    for lead in found:
        given = given_in(lead.standing, duty, book.rules[lead.row.id])
        if given is not None:
            gathered.setdefault(lead.standing.unit_id, {}).setdefault(given, []).append(lead)
    states = []
    for unit_id, own in gathered.items():
        given = worst(own)
        assert given is not None  # there is at least one
        parts = [tuple(own.get(each, ())) for each in DutyOutcome]
        states.append(UnitState(unit_id, book.unit_name(unit_id), given, *parts))
    return states


def met_by_unit(duty: Duty, found: Iterable[Lead], book: Book, first: First, at: datetime) -> list[UnitState]:
    """What each unit asked has given for a duty of whole units, as known at an instant."""
    units = units_asked(duty, found, book)
    return [UnitState(unit, book.unit_name(unit), met_in(duty, unit, first, at)) for unit in units]


def met_in(duty: Duty, unit_id: int, first: First, at: datetime) -> DutyOutcome:
    """What a unit that was asked has given for a duty of whole units, as known at an instant."""
    met = first.get((unit_id, duty.ask.value, duty.period))
    if met is None or met[0] > at:
        return DutyOutcome.MISSING
    return DutyOutcome.LATE if met[1] else DutyOutcome.ON_TIME
