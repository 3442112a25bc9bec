"""What was asked, decided or changed of a row: who decides, who asked, the unit concerned (docs/decisions/0011)."""

from __future__ import annotations

from bot.domain.people.requests import RequestState
from bot.domain.work.events import Closing, Extension, HandOver, Reopening
from bot.domain.work.ladder import OF_CHANGES
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import RequestAsked, RequestDecided, RowAdded, RowChange, RowChanged
from bot.i18n import Translator
from bot.reminders.rules.family import Family, lead_of, row_line
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.core.board import Lead
from bot.services.core.tell_change import askers, deciders
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.parts.view import View
from bot.views.requests import change_news as views
from bot.views.requests.requests import asked_notice, decided_notice


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether what was asked still waits, what was decided stands, or what was changed is so."""
    match said(item, RowChange):
        case RequestAsked() | RequestDecided() as request:
            return _request_is_true(situation, item, request)
        case change:
            lead = situation.lead(item)
            to = situation.audience.of_unit(change.unit_id, with_head=True)
            return lead is not None and is_among(item, to) and _is_so(situation, lead, change)


def _request_is_true(situation: Situation, item: OutboxItem, about: RequestAsked | RequestDecided) -> bool:
    case, book, audience = situation.cases.get(about.number), situation.book, situation.audience
    if case is None or book.plan is None or case.request.plan_id != book.plan.id or book.is_over:
        return False
    if item.assignment_id is not None and situation.lead(item, running=False) is None:
        return False
    if isinstance(about, RequestAsked):
        return case.may_decide and is_among(item, deciders(audience, case.request.unit_id))
    settled = case.request.state in (RequestState.GRANTED, RequestState.REFUSED)
    return settled and is_among(item, askers(audience, case.request))


def _is_so(situation: Situation, lead: Lead, change: RowChange) -> bool:
    if isinstance(change, RowAdded):
        return lead.standing.unit_id == change.unit_id and lead.is_open
    event = situation.deeds.get(change.number) if isinstance(change, RowChanged) else None
    match event.body if event is not None else None:
        case HandOver(unit_id=to):
            return lead.standing.unit_id == to and lead.is_open
        case Extension(due_on=day):
            return lead.standing.due_on == day and lead.is_open
        case Closing():
            return lead.standing.state is State.CLOSED
        case Reopening():
            return lead.is_open
    return False


async def _single(conn: Connection, situation: Situation, item: OutboxItem, t: Translator) -> View:
    match said(item, RowChange):
        case RequestAsked(number=number):
            return asked_notice(t, situation.cases[number])
        case RequestDecided(number=number):
            return decided_notice(t, situation.cases[number])
        case change:
            return _change(situation, lead_of(situation, item), change, t)


def _change(situation: Situation, lead: Lead, change: RowChange, t: Translator) -> View:
    unit = situation.book.unit_name(change.unit_id)
    if isinstance(change, RowAdded):
        return views.added_notice(t, lead, unit)
    match situation.deeds[change.number].body:
        case HandOver(unit_id=to, reason=reason):
            name = situation.book.unit_name(to)
            return views.handed_notice(t, lead, name, reason, is_mine=to == change.unit_id)
        case Extension(due_on=day, reason=reason):
            return views.limit_notice(t, lead, unit, day, reason)
        case Closing(reason=reason):
            return views.closed_notice(t, lead, unit, reason)
        case Reopening(reason=reason):
            return views.reopened_notice(t, lead, unit, reason)
    raise AssertionError(change)


FAMILY = Family(tuple(OF_CHANGES), is_true, row_line, _single)
