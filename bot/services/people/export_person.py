"""Everything kept about a person, handed out on request (Law 91/2025, `person export`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.errors import NotFound
from bot.services.core.desk import Desk
from bot.storage.records import audit, people


async def export_person(desk: Desk, *, telegram_id: int, now: datetime) -> dict[str, Any]:
    """All of it by table, ready for JSON; that it was handed out is noted in the trail of each of the localities.

    Raises NotFound where nobody has this id.
    """
    async with desk.db.write() as conn:
        kept = await people.export_person(conn, telegram_id)
        if kept is None:
            raise NotFound("no_such_person")
        for locality_id in localities_of(kept):
            await audit.append(conn, locality_id, now, None, "person_exported", {"person": kept["person"]["id"]})
    return kept


def localities_of(kept: dict[str, Any]) -> list[int]:
    """The localities a person ever belonged to."""
    return sorted({membership["locality_id"] for membership in kept["memberships"]})
