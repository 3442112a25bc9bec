"""A report was judged: whoever reported hears of it at once, of a return the head too.

Appraisals reach a plan whose year is over (docs/decisions/0011), and so does word of them.
"""

from __future__ import annotations

from bot.domain.work.events import Appraisal
from bot.domain.work.ladder import Rule
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import JudgedReport
from bot.i18n import Translator
from bot.reminders.rules.family import Family, lead_of, row_line
from bot.reminders.rules.situation import Situation, is_there, said
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.appraising.appraising import accepted_notice, returned_notice
from bot.views.parts.view import View


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the judgement stands: not sent and judged again, reported complete or opened again, and heard of here.

    A report below 100 after a return keeps the state: what came back is still to be completed.
    """
    lead, body = situation.lead(item, running=False), _judgement(situation, item)
    if lead is None or body is None or said(item, JudgedReport).event_id not in situation.newest_judgements:
        return False
    is_return = item.rule == Rule.RETURNED
    wanted = State.RETURNED if is_return else State.COMPLETED
    return lead.standing.state is wanted and body.accepted is not is_return and is_there(situation, item)


def _judgement(situation: Situation, item: OutboxItem) -> Appraisal | None:
    event = situation.deeds.get(said(item, JudgedReport).event_id)
    return event.body if event is not None and isinstance(event.body, Appraisal) else None


async def _single(conn: Connection, situation: Situation, item: OutboxItem, t: Translator) -> View:
    lead, body = lead_of(situation, item), _judgement(situation, item)
    assert body is not None
    unit = situation.book.unit_name(lead.standing.unit_id)
    return accepted_notice(t, lead, unit) if body.accepted else returned_notice(t, lead, unit, body.reason or "")


FAMILY = Family((Rule.RETURNED, Rule.ACCEPTED), is_true, row_line, _single, outlives_year=True)
