"""The ranking as committee and standing office see it, for the period or the year they mean (`/xephang`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.domain.people.visitor import Visitor
from bot.domain.plan.periods import CalendarPeriod, PeriodKind, neighbour, span_at, span_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.services.periods.see_period import read_period, refuse_outside_plan
from bot.services.results.rank_units import Ranking, UnitRank, ranking


@dataclass(frozen=True, slots=True)
class RankingSeen:
    """A ranking with the periods beside it; ``year`` is the whole year, ``current`` the period of today."""

    ranking: Ranking
    earlier: CalendarPeriod | None
    later: CalendarPeriod | None
    year: CalendarPeriod
    current: CalendarPeriod

    def unit(self, unit_id: int) -> UnitRank:
        """A unit of it. Raises NotFound."""
        for each in self.ranking.units:
            if each.placed.unit_id == unit_id:
                return each
        raise NotFound("not_found")


async def see_ranking(
    desk: Desk, visitor: Visitor, *, locality_id: int | None = None, period: str = "", words: str = "", now: datetime
) -> RankingSeen:
    """The ranking for a period by its short name or as it was typed; else for the period of today.

    Raises NotAllowed for all but committee and office, NotFound for no period or no locality of theirs,
    TransitionRefused for a period before the plan or in the future, and where no plan is in use.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        if not people.can(visitor.memberships, book.locality.id, Ability.OVERSEE):
            raise NotAllowed("ranking_for_committee")
        if book.plan is None:
            raise TransitionRefused("period_no_plan")
        if book.plan.in_use_on is None:
            raise TransitionRefused("period_not_in_use")
        current = current_span(book, now)
        span = span_of(period) if period else read_period(words, now, book) if words else current
        if span is None:
            raise NotFound("not_found")
        refuse_outside_plan(book, span, now)
        year = span_at(PeriodKind.YEAR, span.first)
        return RankingSeen(
            ranking=await ranking(conn, book, span, now),
            earlier=_open(book, neighbour(span, -1), now),
            later=_open(book, neighbour(span, 1), now),
            year=year,
            current=current,
        )


def current_span(book: Book, now: datetime) -> CalendarPeriod:
    """The period of the shortest kind the locality reports in that today lies in; once the year is over its last."""
    assert book.plan is not None  # asked only of a plan
    rule = book.reporting.progress
    day = max(min(book.today(now), book.plan.last_day), book.plan.issued_on)
    return span_at(rule.kind if rule else PeriodKind.QUARTER, day)


def _open(book: Book, span: CalendarPeriod | None, now: datetime) -> CalendarPeriod | None:
    if span is None:
        return None
    try:
        refuse_outside_plan(book, span, now)
    except TransitionRefused:
        return None
    return span
