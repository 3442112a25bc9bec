"""People who leave: the membership ends, the tasks stay with the unit (docs/rules/rights.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people.people import Membership, Person, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality
from bot.services.core.desk import Desk, require_person
from bot.services.people.list_people import may_manage
from bot.storage.engine.database import Connection
from bot.storage.outbox import dialogues
from bot.storage.records import audit, people


@dataclass(frozen=True, slots=True)
class Ended:
    """A membership that is over. ``has_left``: the person belongs to nothing any more."""

    person: Person
    membership: Membership
    unit: str
    locality: Locality
    has_left: bool


async def end_membership(desk: Desk, visitor: Visitor, *, membership_id: int, now: datetime) -> Ended:
    """The membership, over from now on; told the same way where it had ended before.

    Raises NotFound for a membership the person may not end, NotAllowed (last_office) for the last member of the
    standing office: nobody would be left to let anyone in.
    """
    actor = require_person(visitor)
    async with desk.db.write() as conn:
        held = await people.membership(conn, membership_id)
        if held is None or not may_manage(visitor, held):
            raise NotFound("not_found")
        book = await desk.books.of(conn, held.locality_id)
        if held.ended_at is None:
            subject = {"membership": held.id, "person": held.person_id, "unit": held.unit_id}
            # The trail comes first: it locks the locality, so that two do not remove each other at once.
            await audit.append(conn, held.locality_id, now, actor.id, "membership_ended", subject)
            await people.end_membership(conn, held.id, now, actor.id)
            await require_office(conn, held)
        person = await people.person(conn, held.person_id)
        if person is None:
            raise NotFound("not_found")
        has_left = not await still_in(conn, person)
        if has_left and person.telegram_id:
            await dialogues.end(conn, person.telegram_id, person.telegram_id)
    return Ended(person, held, book.unit_name(held.unit_id), book.locality, has_left)


async def require_office(conn: Connection, gone: Membership) -> None:
    """Raise NotAllowed (last_office) where ``gone`` was the last membership of the standing office."""
    if gone.role is Role.OFFICE and not await has_office(conn, gone.locality_id):
        raise NotAllowed("last_office")


async def has_office(conn: Connection, locality_id: int) -> bool:
    """Whether anyone acts for the standing office of a locality."""
    return any(m.role is Role.OFFICE for m in await people.memberships_in(conn, locality_id))


async def still_in(conn: Connection, person: Person) -> bool:
    """Whether any membership of the person runs, in any locality."""
    visitor = await people.visitor(conn, person.telegram_id, person.telegram_id)
    return bool(visitor.memberships)
