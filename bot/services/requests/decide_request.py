"""The standing office (for its own rows a committee member) says yes or no to what a unit asked, once.

Source: docs/rules/rights.md#requests. Of two who decide at once one wins; the other is given the
request as decided.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import BadInput, NotAllowed, TransitionRefused
from bot.domain.people.requests import Request, RequestKind, RequestState, check_new_limit
from bot.domain.people.visitor import Visitor
from bot.domain.work.events import Extension, HandOver
from bot.services.core import ledger
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.reasons import clean_reason
from bot.services.core.tell_change import tell_decided
from bot.services.requests.add_task import Printed, put_in_plan
from bot.services.requests.change_work import close, hand_on
from bot.services.requests.see_request import RequestCase, book_of_request, case_in, locked_case
from bot.storage.engine.database import Connection
from bot.storage.records import audit, requests


async def grant(
    desk: Desk,
    visitor: Visitor,
    *,
    request_id: int,
    printed: Printed,
    due_on: date | None = None,
    now: datetime,
    key: str,
) -> RequestCase:
    """The request granted and carried out, once under ``key``; as decided where somebody else was quicker.

    ``due_on`` grants another day than the one wished for. Raises NotFound, NotAllowed for one who does not decide it
    (any more), TransitionRefused where what it speaks of has moved on, BadInput for a day that cannot be a limit.
    """
    decision = _Decision(RequestState.GRANTED, due_on=due_on)

    async def carry_out(conn: Connection, book: Book, case: RequestCase) -> None:
        await _carry_out(conn, book, case, due_on, printed, by=require_person(visitor).id, now=now, key=key)

    return await _decide(desk, visitor, request_id, decision, carry_out, now=now, key=key)


async def refuse(desk: Desk, visitor: Visitor, *, request_id: int, answer: str, now: datetime, key: str) -> RequestCase:
    """The request refused with a reason, once under ``key``; as decided where somebody else was quicker.

    Raises as `grant` does, and BadInput for a reason that is missing or too long.
    """
    words = clean_reason(answer)

    async def nothing(conn: Connection, book: Book, case: RequestCase) -> None:
        return None

    return await _decide(desk, visitor, request_id, _Decision(RequestState.REFUSED, words), nothing, now=now, key=key)


@dataclass(frozen=True, slots=True)
class _Decision:
    state: RequestState
    answer: str | None = None
    due_on: date | None = None

    def granted_on(self, request: Request) -> date | None:
        """The limit that is granted; none where it is about none."""
        if self.state is not RequestState.GRANTED or request.kind is not RequestKind.EXTENSION:
            return None
        return self.due_on or request.wish.due_on


async def _decide(
    desk: Desk,
    visitor: Visitor,
    request_id: int,
    decision: _Decision,
    carry_out: Callable[[Connection, Book, RequestCase], Awaitable[None]],
    *,
    now: datetime,
    key: str,
) -> RequestCase:
    person, own_key = require_person(visitor), f"{key}:decision"
    async with desk.db.write() as conn:
        case = await locked_case(conn, desk, visitor, request_id, now)
        if not case.request.is_open:
            return case
        if not case.may_decide:
            raise _refusal(case)
        ours = await requests.decide(
            conn,
            request_id,
            decision.state,
            person_id=person.id,
            at=now,
            key=own_key,
            answer=decision.answer,
            granted_on=decision.granted_on(case.request),
        )
        if ours:
            book = await book_of_request(desk, conn, case.request)
            await carry_out(conn, book, case)
            decided = await requests.request(conn, request_id)
            assert decided is not None
            await tell_decided(conn, book, decided, now)
            subject = {"request": request_id, "state": decision.state.value}
            await audit.append(conn, book.locality.id, now, person.id, "request_decided", subject)
        return await case_in(conn, desk, visitor, request_id, now)


def _refusal(case: RequestCase) -> Exception:
    if case.obstacle is not None:
        return TransitionRefused(case.obstacle, code=case.code)
    return NotAllowed("not_deciding")


async def _carry_out(
    conn: Connection,
    book: Book,
    case: RequestCase,
    due_on: date | None,
    printed: Printed,
    *,
    by: int,
    now: datetime,
    key: str,
) -> None:
    request = case.request
    _require_unit(book, request)
    if request.kind is RequestKind.TASK and request.wish.task is not None:
        try:
            await put_in_plan(conn, book, request, request.wish.task, printed, by=by, now=now)
        except BadInput as passed:
            # Nobody can type another limit here: the unit has to propose it anew.
            raise TransitionRefused("request_limit_passed", limit=request.wish.task.limit) from passed
    elif case.lead is None:
        return
    elif request.kind is RequestKind.EXTENSION:
        await _extend(conn, book, case, case.lead, due_on or request.wish.due_on, by=by, now=now, key=key)
    elif request.kind is RequestKind.HAND_OVER and request.wish.unit_id is not None:
        body = HandOver(request.wish.unit_id, request.reason)
        await hand_on(conn, book, case.lead, body, by=by, now=now, key=key, asked=request)
    elif request.kind is RequestKind.CLOSING:
        await close(conn, book, case.lead, request.reason, by=by, now=now, key=key, asked=request)


def _require_unit(book: Book, request: Request) -> None:
    wished = request.wish.task.unit_id if request.wish.task else request.wish.unit_id
    if wished is not None and wished not in book.units:
        raise TransitionRefused("request_unit_gone")


async def _extend(
    conn: Connection, book: Book, case: RequestCase, lead: Lead, day: date | None, *, by: int, now: datetime, key: str
) -> None:
    if day is None:
        raise BadInput("day_unreadable")
    starts_on = lead.row.limit.starts_on
    check_new_limit(day, standing=lead.standing, starts_on=starts_on, today=case.today, last_day=case.last_day)
    body, own_key = Extension(day, case.request.reason), f"{key}:limit:{lead.assignment.id}"
    await ledger.record(conn, book, lead.assignment.id, body, person_id=by, now=now, key=own_key)
