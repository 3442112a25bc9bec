"""The standing office chases a unit, for a row or for a period: its officers and heads hear of it at once."""

from __future__ import annotations

from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import PeriodChase
from bot.i18n import Translator
from bot.reminders.rules.family import DigestLines, Family, lead_of, row_line
from bot.reminders.rules.period import add_period, duty_of, is_owed, leads_owing
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.periods.period_state import DutyOutcome, UnitState
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.parts.view import View
from bot.views.periods.period import notice as period_notice
from bot.views.reminding.nudge import nudge_notice


def _row_is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the unit still has the row and something to do, and the recipient is of the unit."""
    lead = situation.lead(item)
    if lead is None or not lead.is_with_unit:
        return False
    return is_among(item, situation.audience.of_unit(lead.standing.unit_id, with_head=True))


async def _row(conn: Connection, situation: Situation, item: OutboxItem, t: Translator) -> View:
    lead, book = lead_of(situation, item), situation.book
    unit = book.unit_name(lead.standing.unit_id)
    return nudge_notice(t, book.locality, lead, unit, situation.today, outbox_id=item.id)


def _period_is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the unit still owes, and the recipient is of the unit."""
    about = said(item, PeriodChase)
    return is_owed(situation, about) and is_among(item, situation.audience.of_unit(about.unit_id, with_head=True))


def _period_line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    # A chase beyond the five single messages of a day waits for the digest, and reads like a step of the period.
    about = said(item, PeriodChase)
    duty = duty_of(situation.book, about)
    is_late = duty is not None and duty.due < situation.today
    add_period(situation, item, about, Rule.PERIOD_LATE if is_late else Rule.PERIOD_IN_5, lines)


async def _period(conn: Connection, situation: Situation, item: OutboxItem, t: Translator) -> View:
    about, book = said(item, PeriodChase), situation.book
    duty = duty_of(book, about)
    assert duty is not None  # it is true that it is owed
    missing = tuple(leads_owing(situation, about, duty))
    own = UnitState(about.unit_id, book.unit_name(about.unit_id), DutyOutcome.MISSING, missing=missing)
    return period_notice(
        t,
        book.locality,
        own,
        duty,
        target=UnitReportTarget(book.locality.id, about.unit_id, duty.ask.value, duty.period),
        day=situation.today,
        reopened=about.is_reopened,
        outbox_id=item.id,
    )


ROW = Family((Rule.NUDGE,), _row_is_true, row_line, _row)
PERIOD = Family((Rule.PERIOD_NUDGE,), _period_is_true, _period_line, _period)
