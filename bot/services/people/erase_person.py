"""Name and link of a person taken away; the reports stay under the unit (Law 91/2025, `person erase`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.plan.plan import Locality
from bot.services.core.desk import Desk
from bot.services.people.end_membership import has_office
from bot.services.people.export_person import localities_of
from bot.storage.records import audit, people


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left behind: localities whose standing office has nobody any more."""

    person_id: int
    left_without_office: tuple[Locality, ...]


async def erase_person(desk: Desk, *, telegram_id: int, now: datetime) -> Erased:
    """Erase name, link, drafts and messages; memberships end, notices are withdrawn, events keep the bare number.

    The last member of a standing office may be erased too: the right to it is the person's, not ours to refuse.
    Raises NotFound where nobody has this id.
    """
    async with desk.db.write() as conn:
        kept = await people.export_person(conn, telegram_id)
        if kept is None:
            raise NotFound("no_such_person")
        person_id: int = kept["person"]["id"]
        places = localities_of(kept)
        for locality_id in places:
            await audit.append(conn, locality_id, now, None, "person_erased", {"person": person_id})
        await people.erase_person(conn, telegram_id, now)
        ran = {m["locality_id"] for m in kept["memberships"] if m["role"] == "office" and m["ended_at"] is None}
        books = [await desk.books.of(conn, locality_id) for locality_id in sorted(ran)]
        left = [book.locality for book in books if not await has_office(conn, book.locality.id)]
    return Erased(person_id, tuple(left))
