"""What units ask of the standing office: added once by the key of the update that caused it, decided once."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, bindparam, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.requests import Request, RequestKind, RequestState, Wish
from bot.storage.engine import tables as t
from bot.storage.engine.types import Instant
from bot.storage.engine.upserts import Upsert

_WISH = TypeAdapter(Wish)
r = t.requests.c
# A literal and no parameter: the partial index is used only where the value is known when planning.
_ASKED = r.state == literal_column("'asked'")
d = t.requests_done.c
_REQUEST = select(
    *(column for column in r if column.name not in ("key", "decision_key")),
    d.at.label("done_at"),
    d.person_id.label("done_by"),
).select_from(t.requests.outerjoin(t.requests_done, d.request_id == r.id))
_BY_ID = _REQUEST.where(r.id == bindparam("id"))
_BY_KEY = _REQUEST.where(r.key == bindparam("key"))
_OPEN = _REQUEST.where(r.locality_id == bindparam("locality_id"), _ASKED).order_by(r.id)
_AGREED = _REQUEST.where(
    r.locality_id == bindparam("locality_id"),
    r.state == literal_column("'granted'"),
    r.kind == literal_column("'other'"),
    d.request_id.is_(None),
).order_by(r.id)
_OF_ROW = _REQUEST.where(r.row_id == bindparam("row_id")).order_by(r.id)
_OPEN_ABOUT = _REQUEST.where(r.assignment_id == bindparam("assignment_id"), r.kind == bindparam("kind"), _ASKED)
_ADD = Upsert(t.requests, ["key"])
_ADD_DONE = Upsert(t.requests_done, ["request_id"])
_DECIDE = (
    update(t.requests)
    .where(r.id == bindparam("the_id"), _ASKED)
    .values(
        state=bindparam("became"),
        decided_at=bindparam("instant", type_=Instant),
        decided_by=bindparam("person"),
        answer=bindparam("words"),
        granted_on=bindparam("day"),
        decision_key=bindparam("own_key"),
    )
)
_LAPSE = (
    update(t.requests)
    .where(r.assignment_id == bindparam("about"), _ASKED)
    .values(state="lapsed", decided_at=bindparam("instant", type_=Instant), decided_by=bindparam("person"))
)
_SET_ROW = update(t.requests).where(r.id == bindparam("the_id")).values(row_id=bindparam("the_row"))


def _request(found: RowMapping) -> Request:
    values = dict(found)
    values["kind"], values["state"] = RequestKind(found["kind"]), RequestState(found["state"])
    values["wish"] = _WISH.validate_python(found["wish"])
    return Request(**values)


async def request(conn: AsyncConnection, request_id: int) -> Request | None:
    """The request of this number."""
    found = (await conn.execute(_BY_ID, {"id": request_id})).mappings().first()
    return None if found is None else _request(found)


async def by_key(conn: AsyncConnection, key: str) -> Request | None:
    """The request that was asked under this key."""
    found = (await conn.execute(_BY_KEY, {"key": key})).mappings().first()
    return None if found is None else _request(found)


async def open_in(conn: AsyncConnection, locality_id: int) -> list[Request]:
    """What nobody has decided yet in a locality, the longest waiting first."""
    return [_request(row) for row in (await conn.execute(_OPEN, {"locality_id": locality_id})).mappings()]


async def agreed_in(conn: AsyncConnection, locality_id: int) -> list[Request]:
    """What was agreed to in words in a locality and is not noted as carried out, the oldest first."""
    return [_request(row) for row in (await conn.execute(_AGREED, {"locality_id": locality_id})).mappings()]


async def of_row(conn: AsyncConnection, row_id: int) -> list[Request]:
    """All that was asked about a row, in the order it came."""
    return [_request(row) for row in (await conn.execute(_OF_ROW, {"row_id": row_id})).mappings()]


async def open_about(conn: AsyncConnection, assignment_id: int, kind: RequestKind) -> Request | None:
    """The request of a kind about an assignment that is not decided yet."""
    asked = {"assignment_id": assignment_id, "kind": kind.value}
    found = (await conn.execute(_OPEN_ABOUT, asked)).mappings().first()
    return None if found is None else _request(found)


async def add(conn: AsyncConnection, asked: Request, key: str) -> Request:
    """The request as saved under this key, now or before. ``asked.id`` is not looked at."""
    values = {
        "locality_id": asked.locality_id,
        "plan_id": asked.plan_id,
        "kind": asked.kind.value,
        "row_id": asked.row_id,
        "assignment_id": asked.assignment_id,
        "unit_id": asked.unit_id,
        "person_id": asked.person_id,
        "at": asked.at,
        "reason": asked.reason,
        "wish": _WISH.dump_python(asked.wish, mode="json"),
        "due_then": asked.due_then,
        "state": asked.state.value,
        "key": key,
    }
    await conn.execute(_ADD.on(conn), values)
    return _request((await conn.execute(_BY_KEY, {"key": key})).mappings().one())


async def decide(
    conn: AsyncConnection,
    request_id: int,
    state: RequestState,
    *,
    person_id: int,
    at: datetime,
    key: str,
    answer: str | None = None,
    granted_on: date | None = None,
) -> bool:
    """Whether the decision is ours: of several who decide at once one alone hears yes."""
    values = {
        "the_id": request_id,
        "became": state.value,
        "instant": at,
        "person": person_id,
        "words": answer,
        "day": granted_on,
        "own_key": key,
    }
    return (await conn.execute(_DECIDE, values)).rowcount == 1


async def add_done(conn: AsyncConnection, request: Request, *, person_id: int, at: datetime, key: str) -> bool:
    """Note that what was agreed to is carried out; whether nobody had noted it before."""
    values = {
        "request_id": request.id,
        "locality_id": request.locality_id,
        "at": at,
        "person_id": person_id,
        "key": key,
    }
    return (await conn.execute(_ADD_DONE.on(conn), values)).rowcount == 1


async def lapse(conn: AsyncConnection, assignment_id: int, *, person_id: int, at: datetime) -> None:
    """Note that what was asked about an assignment is over: it was handed on or closed before anybody decided."""
    await conn.execute(_LAPSE, {"about": assignment_id, "instant": at, "person": person_id})


async def set_row(conn: AsyncConnection, request_id: int, row_id: int) -> None:
    """Note the row that came of a proposed task."""
    await conn.execute(_SET_ROW, {"the_id": request_id, "the_row": row_id})
