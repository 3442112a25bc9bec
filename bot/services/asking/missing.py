"""Who has not reported a period: the same units as `/kybaocao` names, and what is near where nobody can owe it yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import span_of
from bot.language.asking.query import Filters
from bot.services.asking.answer import Asker
from bot.services.core.book import Book
from bot.services.periods.period_state import (
    DutyOutcome,
    PeriodState,
    current_duty,
    duties_asked,
    duty_shown,
    period_state,
)
from bot.storage.engine.database import Connection

NEAREST = 3
"""How many other periods are offered."""


@dataclass(frozen=True, slots=True)
class OwingUnit:
    """A unit in a period: what it has given, none where nothing was asked; the codes of the rows it still owes."""

    unit: str
    given: DutyOutcome | None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingReports:
    """Who has not reported a period.

    ``duty`` is none where the plan asks the units for no such period; ``why`` then says why not: not_in_use,
    none_asked, other_year, before_use, not_asked. ``units`` are those that owe, or the ones asked for by name;
    ``is_open_yet`` is false of a period that nobody can have reported. ``others`` are told beside it: the period
    `/kybaocao` shows where this one accuses nobody, else what is being waited for as well. ``offers`` are near.
    """

    period: str
    duty: Duty | None = None
    why: str = ""
    is_open_yet: bool = False
    asked: int = 0
    units: tuple[OwingUnit, ...] = ()
    of_some: bool = False
    others: tuple[PeriodState, ...] = ()
    offers: tuple[Duty, ...] = ()

    @property
    def owing(self) -> tuple[OwingUnit, ...]:
        """The units that still owe."""
        return tuple(each for each in self.units if each.given is DutyOutcome.MISSING)


async def missing_reports(
    conn: Connection, book: Book, period: str, filters: Filters, asker: Asker, now: datetime
) -> MissingReports:
    """Who has not reported a period of units, or which of the units named."""
    at, stored = asker.known_at or now, asker.known_at is None
    book = book.known(at)
    duty = duty_shown(book, period)
    current = current_duty(book, asker.day)
    if duty is None or duty.opens > asker.day:
        near = [await period_state(conn, book, current, at, stored=stored)] if current and current != duty else []
        offers = _nearest(book, current, asker, period)
        why = _why_none(book, period) if duty is None else ""
        return MissingReports(period, duty, why, others=tuple(near), offers=offers)
    state = await period_state(conn, book, duty, at, stored=stored)
    wanted = asker.own if filters.mine else () if filters.unit_id is None else (filters.unit_id,)
    waited: list[PeriodState] = []
    if not wanted and current is not None and (duty.ask, duty.period) == (current.ask, current.period):
        running = [each for each in duties_asked(book) if each.opens <= asker.day <= each.closes and each != duty]
        found = [
            await period_state(conn, book, each, at, stored=stored) for each in running if each.ask is not Ask.UPWARD
        ]
        waited = [each for each in found if each.owing]
    return MissingReports(
        period,
        state.duty,
        is_open_yet=True,
        asked=len(state.units),
        units=_units(book, state, wanted),
        of_some=bool(wanted),
        others=tuple(waited),
        offers=tuple(each.duty for each in waited),
    )


def _units(book: Book, state: PeriodState, wanted: Collection[int]) -> tuple[OwingUnit, ...]:
    found = {
        unit.unit_id: OwingUnit(unit.unit, unit.given, tuple(dict.fromkeys(lead.row.code for lead in unit.missing)))
        for unit in state.units
    }
    if not wanted:
        return tuple(found[unit.unit_id] for unit in state.owing)
    return tuple(found.get(unit_id) or OwingUnit(book.unit_name(unit_id), None) for unit_id in sorted(wanted))


def _why_none(book: Book, period: str) -> str:
    """Why the units owe nothing for a period that the plan does not ask them for."""
    if book.plan is None or book.plan.in_use_on is None:
        return "not_in_use"
    if book.reporting.progress is None:
        return "none_asked"
    span = span_of(period)
    if span is not None and span.first.year != book.plan.year:
        return "other_year"
    return "before_use" if any(each.period == period for each in book.duties) else "not_asked"


def _nearest(book: Book, current: Duty | None, asker: Asker, period: str) -> tuple[Duty, ...]:
    """The periods nearest to now that have begun, the one `/kybaocao` shows first; never the one asked for."""
    begun = [
        each
        for each in duties_asked(book)
        if each.ask in (Ask.PROGRESS, Ask.SUMMARY) and each.opens <= asker.day and each.period != period
    ]
    begun.sort(key=lambda each: (each != current, -each.opens.toordinal()))
    return tuple(begun[:NEAREST])
