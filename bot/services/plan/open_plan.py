"""Opening a plan: how far it is, what would be red at once, and putting it in use (docs/rules/plans.md#opening)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.people import CAN, Ability, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Plan, Row, RowKind, Unit, replaced_by
from bot.domain.work.lifecycle import State
from bot.services.core.board import BoardRow, Lead, leads, red, rows_of
from bot.services.core.book import Book, renewed, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import open_book
from bot.services.core.office import directory_of, office_with
from bot.services.core.shown import mark_of, require_shown
from bot.services.plan.doubtful_rows import doubts_of
from bot.services.plan.load_plan import refold
from bot.services.plan.start_reminding import refuse_early_use, start_reminding, usable_from
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans
from bot.storage.records import people as stored_people


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """A plan on its way to being used. ``opened`` counts the lead assignments about which something is known.

    ``nobody`` are units that lead something and have no one who could report; ``doubts`` pairs of a kind and its rows;
    ``undated`` the rows without a limit that the person may set, ``undated_elsewhere`` how many only the committee may.
    ``is_office`` is False for a committee member, who only decides limits. ``before`` is the plan in use whose place
    this one takes, ``usable_from`` the day on which it may, ``waiting`` how many of its reports nobody has judged.
    """

    locality: Locality
    plan: Plan
    today: date
    breaks_off: str | None
    tasks: int
    indicators: int
    leads: int
    opened: int
    nobody: tuple[Unit, ...]
    doubts: tuple[tuple[str, tuple[Row, ...]], ...]
    undated: tuple[BoardRow, ...]
    undated_elsewhere: int
    rows: tuple[BoardRow, ...]
    red: tuple[BoardRow, ...]
    is_office: bool
    before: Plan | None = None
    usable_from: date | None = None
    waiting: int = 0

    @property
    def can_be_used(self) -> bool:
        """Whether the plan can be put in use today, as far as the one before it goes."""
        return self.plan.in_use_on is None and (self.usable_from is None or self.usable_from <= self.today)

    @property
    def mark(self) -> str:
        """The mark of what is shown before the plan is put in use."""
        red, nobody = [row.row.id for row in self.red], [unit.id for unit in self.nobody]
        return mark_of(self.plan.id, self.leads, red, nobody, self.waiting)


@dataclass(frozen=True, slots=True)
class InUse:
    """A plan that is in use, with what is red on its first day."""

    locality: Locality
    plan: Plan
    red: tuple[BoardRow, ...]


async def plan_status(desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None) -> PlanStatus:
    """How far the opening of the newest plan is, judged as if it were in use today.

    Raises NotAllowed for all but the standing office and the committee, NotFound where no plan is loaded and
    for a locality not open to them.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id, newest=True)
        roles = people.roles_in(visitor.memberships, book.locality.id)
        if not roles & CAN[Ability.DECIDE]:
            raise NotAllowed("no_right")
        return await _status(conn, book, roles, now)


async def _status(conn: Connection, book: Book, roles: Collection[Role], now: datetime) -> PlanStatus:
    if book.plan is None:
        raise NotFound("no_plan")
    found = await leads(conn, book, book.today(now))
    breaks_off = await plans.plan_notes(conn, book.plan.id)
    nobody = await _nobody(conn, book, found)
    before = replaced_by(book.plan, book.plans) if book.plan.in_use_on is None else None
    waiting = await events.awaiting(conn, before.id) if before else ()
    is_office = Role.OFFICE in roles
    rows = rows_of(found)
    own = book.locality.standing_office_id
    undated = [row for row in rows if any(_is_undated(lead) for lead in row.leads)]
    decided = [row for row in undated if any(_is_undated(lead) and _decides(lead, own, roles) for lead in row.leads)]
    return PlanStatus(
        locality=book.locality,
        plan=book.plan,
        today=book.today(now),
        breaks_off=breaks_off,
        tasks=sum(row.kind is RowKind.TASK for row in book.rows.values()),
        indicators=sum(row.kind is RowKind.INDICATOR for row in book.rows.values()),
        leads=len(found),
        opened=sum(lead.standing.state is not State.NOT_REPORTED for lead in found),
        nobody=nobody,
        doubts=_doubts(book, rows),
        undated=tuple(decided),
        undated_elsewhere=len(undated) - len(decided),
        rows=tuple(rows),
        red=tuple(red(rows)),
        is_office=is_office,
        before=before,
        usable_from=usable_from(book) if before else None,
        waiting=len(waiting),
    )


async def put_in_use(desk: Desk, visitor: Visitor, *, plan_id: int, now: datetime, seen: str | None = None) -> InUse:
    """The plan, in use from today: alerts and duties begin, openings end. Said again, it changes nothing.

    ``seen`` is the mark of the status that was shown; raises ShownMoved where it is another one now.

    Raises NotAllowed for all but the standing office, NotFound for a plan of no locality of theirs, TransitionRefused
    for a plan whose year is over, and where the one before it is not frozen or a newer one in use.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_with(desk, conn, visitor, lambda b: any(plan.id == plan_id for plan in b.plans))
        book = await desk.books.of(conn, book.locality.id, next(p.year for p in book.plans if p.id == plan_id))
        today = book.today(now)
        assert book.plan is not None
        require_not_over(book)
        if book.plan.in_use_on is None:
            if today > book.plan.last_day:
                raise TransitionRefused("plan_year_over", year=book.plan.year)
            refuse_early_use(book, today)
            if seen is not None:
                roles = people.roles_in(visitor.memberships, book.locality.id)
                require_shown(seen, (await _status(conn, book, roles, now)).mark)
            await plans.set_in_use(conn, plan_id, today)
            book = await renewed(conn, book)
            # The duties of a plan in use colour its rows: every stored colour is judged anew.
            await refold(conn, book, now)
            await start_reminding(conn, book, now)
            await audit.append(conn, book.locality.id, now, person.id, "plan_in_use", {"plan": plan_id})
        found = await leads(conn, book, today)
    assert book.plan is not None
    return InUse(book.locality, book.plan, tuple(red(rows_of(found))))


def _is_undated(lead: Lead) -> bool:
    return lead.standing.due_on is None and not lead.terms.is_continuous and lead.is_open


def _decides(lead: Lead, standing_office_id: int | None, roles: Collection[Role]) -> bool:
    return (Role.COMMITTEE if lead.standing.unit_id == standing_office_id else Role.OFFICE) in roles


async def _nobody(conn: Connection, book: Book, found: Sequence[Lead]) -> tuple[Unit, ...]:
    joined = {
        held.unit_id
        for held in await stored_people.memberships_in(conn, book.locality.id)
        if held.role in CAN[Ability.REPORT]
    }
    leading = {lead.standing.unit_id for lead in found if lead.is_open}
    return tuple(unit for unit in book.units.values() if unit.id in leading - joined)


def _doubts(book: Book, rows: Sequence[BoardRow]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    directory = directory_of(book)
    by_row = {row.row.id: row.leads for row in rows}
    found: dict[str, list[Row]] = {}
    for row in book.rows.values():
        for key in doubts_of(book, directory, row, by_row.get(row.id, ())):
            found.setdefault(key, []).append(row)
    return tuple((key, tuple(doubtful)) for key, doubtful in found.items())
