"""What was agreed to in words people carry out; somebody of the office notes that they have (docs/decisions/0011)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import NotAllowed
from bot.domain.people.visitor import Visitor
from bot.services.core.desk import Desk, require_person
from bot.services.requests.see_request import RequestCase, case_in, locked_case
from bot.storage.records import audit, requests


async def note_done(desk: Desk, visitor: Visitor, *, request_id: int, now: datetime, key: str) -> RequestCase:
    """The request noted as carried out, once under ``key``; as it stands where it was before, or was never agreed to.

    Raises NotFound for one of a locality the person does not belong to, NotAllowed for one who neither acts for the
    standing office nor decides over the work, or once the plan is over.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        case = await locked_case(conn, desk, visitor, request_id, now)
        if not case.request.is_to_be_done:
            return case
        if not case.may_note_done:
            raise NotAllowed("no_right")
        if await requests.add_done(conn, case.request, person_id=person.id, at=now, key=f"{key}:done"):
            await audit.append(conn, case.locality.id, now, person.id, "request_done", {"request": request_id})
        return await case_in(conn, desk, visitor, request_id, now)
