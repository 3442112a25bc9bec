"""Groups of units: whom a collective lead of the plan stands for (`/donvi`).

Where next year's plan is being opened, it is that plan's rows that follow a change; the one in hand goes on as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Row, Unit, UnitKind
from bot.services.core.book import Book, renewed
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import directory_of, office_with
from bot.services.core.shown import mark_of, require_shown
from bot.services.units.follow_groups import Followed, Reasons, follow, rows_led_by
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, plans
from bot.storage.records.plans import Group


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group with its members (proposed or not), the rows it leads, and the units that could join it."""

    locality: Locality
    group: Group
    members: tuple[tuple[Unit, bool], ...]
    rows: tuple[Row, ...]
    others: tuple[Unit, ...]

    @property
    def proposed(self) -> int:
        """How many members are still only proposed."""
        return sum(proposed for _, proposed in self.members)

    @property
    def mark(self) -> str:
        """The mark of its members as they are shown."""
        return mark_of(self.group.id, [(unit.id, proposed) for unit, proposed in self.members])


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A group after a change, and what its rows' leads did. ``unit`` is the one that came or went."""

    card: GroupCard
    followed: Followed
    unit: Unit | None = None
    joined: bool = False


async def see_group(desk: Desk, visitor: Visitor, *, group_id: int) -> GroupCard:
    """One group. Raises NotAllowed, NotFound."""
    async with desk.db.read() as conn:
        return _card(await office_with(desk, conn, visitor, lambda b: _has(b, group_id), newest=True), group_id)


async def confirm_group(
    desk: Desk, visitor: Visitor, *, group_id: int, now: datetime, seen: str | None = None
) -> GroupChanged:
    """The group with its proposed members taken as they are; so are their lead assignments.

    ``seen`` is the mark of the members that were shown; raises ShownMoved where they are others now.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_with(desk, conn, visitor, lambda b: _has(b, group_id), newest=True)
        card = _card(book, group_id)
        if card.proposed:
            require_shown(seen, card.mark)
            await plans.confirm_group(conn, group_id)
            await audit.append(conn, book.locality.id, now, person.id, "group_confirmed", {"group": group_id})
            book = await renewed(conn, book)
            await _confirm_leads(conn, book, card.rows)
    return GroupChanged(_card(book, group_id), Followed())


async def set_member(
    desk: Desk,
    visitor: Visitor,
    *,
    group_id: int,
    unit_id: int,
    member: bool,
    reasons: Reasons,
    now: datetime,
    key: str,
) -> GroupChanged:
    """The group with (or without) a unit; the leads of its rows have followed. Said again, it changes nothing.

    Raises NotAllowed, NotFound for a group or unit that is not there any more.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book = await office_with(desk, conn, visitor, lambda b: _has(b, group_id) and unit_id in b.units, newest=True)
        unit = book.units[unit_id]
        followed = Followed()
        group = _group(book, group_id)
        kept = [(held.unit_id, held.proposed) for held in group.members if held.unit_id != unit_id]
        if member is not (len(kept) < len(group.members)):
            await plans.set_group_members(conn, group_id, [*kept, (unit_id, False)] if member else kept)
            subject = {"group": group_id, "unit": unit_id}
            action = "group_member_added" if member else "group_member_removed"
            await audit.append(conn, book.locality.id, now, person.id, action, subject)
            after = await renewed(conn, book)
            followed = await follow(conn, book, after, reasons, person_id=person.id, now=now, key=key)
            await _confirm_leads(conn, after, rows_led_by(after, group))
            book = after
    return GroupChanged(_card(book, group_id), followed, unit, member)


async def _confirm_leads(conn: Connection, book: Book, rows: Collection[Row]) -> None:
    """Confirm the proposed leads of these rows whose units are confirmed members of a group the row names."""
    if book.plan is None:
        return
    directory = directory_of(book)
    wanted = {row.id for row in rows}
    for assignment, _ in await events.standings(conn, book.plan.id):
        if assignment.proposed and assignment.row_id in wanted:
            named = directory.resolve(book.rows[assignment.row_id].lead_as_printed or "").groups
            certain = {
                member.unit_id
                for group in book.groups
                if group.name in named
                for member in group.members
                if not member.proposed
            }
            if assignment.first_unit_id in certain:
                await events.confirm_assignment(conn, assignment.id)


def _has(book: Book, group_id: int) -> bool:
    return any(group.id == group_id for group in book.groups)


def _group(book: Book, group_id: int) -> Group:
    for group in book.groups:
        if group.id == group_id:
            return group
    raise NotFound("not_found")


def _card(book: Book, group_id: int) -> GroupCard:
    group = _group(book, group_id)
    held = {member.unit_id: member.proposed for member in group.members}
    return GroupCard(
        locality=book.locality,
        group=group,
        members=tuple((unit, held[unit.id]) for unit in book.units.values() if unit.id in held),
        rows=rows_led_by(book, group),
        others=tuple(
            unit for unit in book.units.values() if unit.id not in held and unit.kind is not UnitKind.COMMUNITY_TEAM
        ),
    )
