"""A complete report waits to be judged: the appraisers hear of it, then the standing office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.people.people import Role
from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.work.events import Event
from bot.domain.work.ladder import LadderStep, Rule
from bot.domain.work.lifecycle import State
from bot.domain.work.occasions import ReportWaits
from bot.reminders.news import Day, News, about_lead, steps_due
from bot.reminders.rules.family import Family, row_line
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.core.board import Lead
from bot.services.core.hours import day_of
from bot.services.core.recipients import Audience, Recipient
from bot.storage.outbox.outbox import OutboxItem

WAITED = {2: 3, 5: 6}
"""More than 2 (5) working days have gone by on the third (sixth) working day after the day of sending."""
OFFICE_AFTER = 5
"""Of this many the standing office hears."""


def told(audience: Audience, days: int, reporter_id: int | None, unit_id: int) -> list[Recipient]:
    """Who hears that a report has waited for more than so many working days."""
    return audience.in_role(Role.OFFICE) if days == OFFICE_AFTER else audience.judges(reporter_id, unit_id)


def occasions(waiting: Iterable[tuple[Lead, Event]], day: Day, audience: Audience) -> list[News]:
    """The complete reports that have waited for more than 2 working days, then 5."""
    found: list[News] = []
    for lead, report in waiting:
        sent_on = lead.standing.sent_on or day_of(report.at)
        steps = [
            LadderStep(Rule.APPRAISAL_WAITING, working_day_after(day.calendar, sent_on, nth), sent_on, days)
            for days, nth in WAITED.items()
        ]
        for step in steps_due(steps, day):
            to = told(audience, step.days, report.person_id, lead.standing.unit_id)
            waits = ReportWaits(report.id, step.days)
            found.append(about_lead(lead, step.rule, waits, to, ahead=not day.is_new, event_id=report.id))
    return found


def working_day_after(calendar: WorkingCalendar, start: date, nth: int) -> date:
    """The nth working day after a day."""
    found = start
    for _ in range(nth):
        found = calendar.working_on_or_after(found + timedelta(days=1))
    return found


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether this very report still waits."""
    lead, waits = situation.lead(item), said(item, ReportWaits)
    if lead is None or lead.standing.state is not State.AWAITING or lead.standing.report_id != waits.report_id:
        return False
    to = told(situation.audience, waits.days, lead.standing.reporter_id, lead.standing.unit_id)
    return is_among(item, to)


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    if news.to:
        return ()
    assert isinstance(news.occasion, ReportWaits)
    if news.occasion.days == OFFICE_AFTER:
        return (Recipient(Role.OFFICE, audience.book.locality.standing_office_id),)
    return (Recipient(Role.APPRAISER, None),)


FAMILY = Family((Rule.APPRAISAL_WAITING,), is_true, row_line, nobody=_nobody)
