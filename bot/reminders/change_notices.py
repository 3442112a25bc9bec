"""What people hear of what was asked, decided or changed; none once it is untrue (docs/decisions/0011)."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.domain.people.requests import RequestState
from bot.domain.work.events import Closing, Extension, HandOver, Reopening
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import RequestAsked, RequestDecided, RowAdded, RowChanged, read
from bot.i18n import Translator, translator
from bot.services.core.board import lead_on
from bot.services.core.desk import Desk
from bot.services.core.recipients import audience_of
from bot.services.core.tell_change import askers, deciders
from bot.services.requests.see_request import case_for
from bot.storage.engine.database import Connection
from bot.storage.outbox import looks
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import events, requests
from bot.views.parts.view import View
from bot.views.requests import change_news as views
from bot.views.requests.requests import asked_notice, decided_notice


async def changed(desk: Desk, conn: Connection, row: OutboxItem, t: Translator) -> View | None:
    """A request, its decision, or a change of a row, as it is true now; none where it is not."""
    said = read(row.rule, row.occasion, row.payload)
    if row.person_id is None:
        return None
    if isinstance(said, RequestAsked | RequestDecided):
        return await _request(desk, conn, row, said, t)
    assert isinstance(said, RowChanged | RowAdded)
    return await _change(desk, conn, row, said, t)


async def still_holds(desk: Desk, conn: Connection, row: OutboxItem) -> bool:
    """Whether it would still be told."""
    return await changed(desk, conn, row, translator("vi")) is not None


async def _request(
    desk: Desk, conn: Connection, row: OutboxItem, said: RequestAsked | RequestDecided, t: Translator
) -> View | None:
    request = await requests.request(conn, said.number)
    if request is None or row.person_id is None:
        return None
    now = row.claimed_at or row.not_before
    try:
        case, book = await case_for(desk, conn, row.person_id, request, now)
    except NotFound:
        return None
    if book.plan is None or not book.plan.is_watched_on(book.today(now)) or book.is_over:
        return None
    audience = await audience_of(conn, book)
    if isinstance(said, RequestAsked):
        to = {each.person_id for each in deciders(audience, request.unit_id)}
        return asked_notice(t, case) if case.may_decide and row.person_id in to else None
    to = {each.person_id for each in askers(audience, request)}
    settled = request.state in (RequestState.GRANTED, RequestState.REFUSED)
    return decided_notice(t, case) if settled and row.person_id in to else None


async def _change(
    desk: Desk, conn: Connection, row: OutboxItem, said: RowChanged | RowAdded, t: Translator
) -> View | None:
    if row.assignment_id is None or row.person_id is None:
        return None
    stored = (await looks.standings_of(conn, (row.assignment_id,))).get(row.assignment_id)
    if stored is None:
        # The row was taken from the unit.
        return None
    book = await desk.books.of_row(conn, row.locality_id, stored[0].row_id)
    today = book.today(row.claimed_at or row.not_before)
    if stored[0].row_id not in book.rows or book.plan is None or not book.plan.is_watched_on(today):
        return None
    audience = await audience_of(conn, book)
    unit_id = said.unit_id
    if row.person_id not in {each.person_id for each in audience.of_unit(unit_id, with_head=True)}:
        return None
    lead = lead_on(book, *stored, today)
    if row.event_id is None:
        still = lead.standing.unit_id == unit_id and lead.is_open
        return views.added_notice(t, lead, book.unit_name(unit_id)) if still else None
    event = await events.event(conn, row.event_id)
    if event is None:
        return None
    match event[1].body:
        case HandOver(unit_id=to, reason=reason) if lead.standing.unit_id == to and lead.is_open:
            return views.handed_notice(t, lead, book.unit_name(to), reason, is_mine=to == unit_id)
        case Extension(due_on=day, reason=reason) if lead.standing.due_on == day and lead.is_open:
            return views.limit_notice(t, lead, book.unit_name(unit_id), day, reason)
        case Closing(reason=reason) if lead.standing.state is State.CLOSED:
            return views.closed_notice(t, lead, book.unit_name(unit_id), reason)
        case Reopening(reason=reason) if lead.is_open:
            return views.reopened_notice(t, lead, book.unit_name(unit_id), reason)
    return None
