"""Another unit or another role: the old membership ends and a new one begins. Tasks stay with the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people.people import Membership, Person, Role, may_invite
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality
from bot.services.core.desk import Desk, require_person
from bot.services.people.end_membership import require_office
from bot.services.people.invite import roles_of
from bot.services.people.list_people import may_manage, unit_of
from bot.storage.records import audit, people


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """A membership in the place of an earlier one."""

    person: Person
    before: Membership
    after: Membership
    unit_after: str
    locality: Locality


async def change_membership(
    desk: Desk,
    visitor: Visitor,
    *,
    membership_id: int,
    now: datetime,
    unit_id: int | None = None,
    role: Role | None = None,
) -> MembershipChanged:
    """The membership that now runs in the other unit or role; the same where it is said again.

    Raises NotFound for what the person may not see or has ended otherwise, NotAllowed (last_office, no_right),
    BadInput for a role that units of this kind do not have.
    """
    actor = require_person(visitor)
    async with desk.db.write() as conn:
        before = await people.membership(conn, membership_id)
        if before is None or not may_manage(visitor, before):
            raise NotFound("not_found")
        book = await desk.books.of(conn, before.locality_id)
        unit = unit_of(book, before.unit_id if unit_id is None else unit_id)
        wanted = before.role if role is None else role
        if not may_invite(visitor.memberships, before.locality_id, unit.id, wanted):
            raise NotAllowed("no_right")
        if wanted not in roles_of(book.locality, unit):
            raise BadInput("role_not_here")
        person = await people.person(conn, before.person_id)
        if person is None or not person.telegram_id:
            raise NotFound("membership_over")
        running = await people.memberships_in(conn, before.locality_id)
        same = (m for m in running if (m.person_id, m.unit_id, m.role) == (person.id, unit.id, wanted))
        after = next(same, None)
        if before.ended_at is not None and after is None:
            raise NotFound("membership_over")
        if before.ended_at is None and (after is None or after.id != before.id):
            subject = {"membership": before.id, "person": person.id, "unit": unit.id, "role": wanted.value}
            await audit.append(conn, before.locality_id, now, actor.id, "membership_changed", subject)
            await people.end_membership(conn, before.id, now, actor.id)
            after = await people.add_membership(conn, person.id, before.locality_id, unit.id, wanted, now)
            await require_office(conn, before)
    assert after is not None
    return MembershipChanged(person, before, after, unit.name, book.locality)
