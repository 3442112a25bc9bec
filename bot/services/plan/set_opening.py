"""Where a row stood before the plan was used: a percent, a value, or done on a day (docs/rules/plans.md#opening)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.errors import BadInput, NotFound, TransitionRefused
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Plan, Row
from bot.domain.plan.words import tidy
from bot.domain.work.events import Opening
from bot.domain.work.lifecycle import State, Terms
from bot.domain.work.progress import FULL, Share
from bot.services.core import ledger
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import office_of_row
from bot.services.reporting.report_progress import amount_of
from bot.storage.engine.database import Connection
from bot.storage.records import events

MAX_SOURCE = 300
YEARS_BACK = 5
"""How many years before the plan's own a completion may lie; what is older is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the office says of one assignment, not yet checked; ``source`` is the document that proves completion."""

    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    completed_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One row with its lead assignments and the names of their units."""

    locality: Locality
    plan: Plan
    row: Row
    leads: tuple[tuple[Lead, str], ...]
    today: date

    @property
    def settable(self) -> tuple[tuple[Lead, str], ...]:
        """Those about which nothing was reported, so that an opening can be set."""
        return tuple(pair for pair in self.leads if can_open(pair[0]))


def can_open(lead: Lead) -> bool:
    """Whether an opening of this assignment would be taken."""
    return lead.standing.report_id is None and lead.standing.state not in (State.CLOSED, State.AWAITING)


def opening_of(terms: Terms, stated: Stated, today: date) -> Opening:
    """The opening that was stated.

    Raises BadInput: figures outside their bounds; ``opening_needs_day`` for 100 % without a day of completion;
    ``source_needed``, ``source_too_long``, ``day_in_future``, ``day_too_early``, ``value_below_target``.
    """
    if stated.completed_on is None:
        amount = amount_of(terms, percent=stated.percent, value=stated.value, share=stated.share)
        if amount.percent >= FULL:
            raise BadInput("opening_needs_day")
        return Opening(amount.percent, amount.value, amount.share)
    source = tidy(stated.source or "")
    if not source:
        raise BadInput("source_needed")
    if len(source) > MAX_SOURCE:
        raise BadInput("source_too_long", most=MAX_SOURCE)
    check_day(terms, stated.completed_on, today)
    if terms.target is None or (stated.value is None and stated.share is None):
        return Opening(completed_on=stated.completed_on, source=source)
    amount = amount_of(terms, value=stated.value, share=stated.share)
    if amount.percent < FULL:
        raise BadInput("value_below_target", target=terms.target.as_printed)
    return Opening(value=amount.value, share=amount.share, completed_on=stated.completed_on, source=source)


def check_day(terms: Terms, day: date, today: date) -> None:
    """Nothing where work can have been completed on the day. Raises BadInput otherwise."""
    if day > today:
        raise BadInput("day_in_future")
    if day.year < terms.year - YEARS_BACK:
        raise BadInput("day_too_early", year=terms.year - YEARS_BACK)


def refuse_in_use(book: Book) -> Plan:
    """The plan where it is still being opened. Raises NotFound without a plan, TransitionRefused once it is in use."""
    if book.plan is None:
        raise NotFound("no_plan")
    require_not_over(book)
    if book.plan.in_use_on is not None:
        raise TransitionRefused("already_in_use")
    return book.plan


async def look(desk: Desk, visitor: Visitor, *, row_id: int, now: datetime) -> OpeningRow:
    """A row whose opening may be set. Raises NotAllowed, NotFound, TransitionRefused once the plan is in use."""
    async with desk.db.read() as conn:
        book = await office_of_row(desk, conn, visitor, row_id)
        refuse_in_use(book)
        return await _opening_row(conn, book, row_id, now)


async def set_opening(
    desk: Desk,
    visitor: Visitor,
    *,
    row_id: int,
    stated: Stated,
    assignment_ids: Collection[int] = (),
    now: datetime,
    key: str,
) -> OpeningRow:
    """The row after the opening of some of its lead assignments (all that take one, unless named) was set.

    Once under ``key``; may be set anew until the plan is in use. Raises NotAllowed, NotFound, BadInput,
    TransitionRefused (``already_in_use``, ``already_reported``).
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_of_row(desk, conn, visitor, row_id)
        before = await _opening_row(conn, book, row_id, now)
        known = {lead.assignment.id: lead for lead, _ in before.leads}
        wanted = list(assignment_ids) or [lead.assignment.id for lead, _ in before.settable]
        if not wanted:
            raise TransitionRefused("already_reported")
        if not set(wanted) <= known.keys():
            raise NotFound("not_found")
        for assignment_id in wanted:
            own_key = f"{key}:opening:{assignment_id}"
            if await events.event_by_key(conn, own_key) is None:
                refuse_in_use(book)
            body = opening_of(known[assignment_id].terms, stated, book.today(now))
            await ledger.record(conn, book, assignment_id, body, person_id=person.id, now=now, key=own_key)
        return await _opening_row(conn, book, row_id, now)


async def _opening_row(conn: Connection, book: Book, row_id: int, now: datetime) -> OpeningRow:
    if book.plan is None:
        raise NotFound("no_plan")
    today = book.today(now)
    found: list[tuple[Lead, str]] = []
    for assignment, standing in await events.standings(conn, book.plan.id):
        if assignment.row_id == row_id:
            lead = lead_on(book, assignment, standing, today)
            found.append((lead, book.unit_name(standing.unit_id)))
    return OpeningRow(book.locality, book.plan, book.rows[row_id], tuple(found), today)


def is_news(lead: Lead, body: Opening) -> bool:
    """Whether the opening says anything that does not stand already."""
    standing = lead.standing
    if body.completed_on is not None:
        return (standing.state, standing.sent_on) != (State.COMPLETED, body.completed_on)
    return standing.state is State.COMPLETED or (standing.percent, standing.value) != (body.percent, body.value)
