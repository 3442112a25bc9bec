"""Still overdue after days and weeks: the standing office hears of it, then the committee."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people.people import Role
from bot.domain.work.alerts import Reason
from bot.domain.work.ladder import ESCALATIONS, Rule, escalations
from bot.domain.work.occasions import LimitStep
from bot.reminders.news import Day, News, about_lead, steps_due
from bot.reminders.rules.family import Family, row_line
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.core.board import Lead
from bot.services.core.recipients import Audience, Recipient
from bot.storage.outbox.outbox import OutboxItem


def told(audience: Audience, rule: Rule) -> list[Recipient]:
    """Who hears: after three days the standing office, then the committee."""
    return audience.in_role(_role(rule))


def _role(rule: Rule) -> Role:
    return Role.OFFICE if rule is Rule.OVERDUE_3 else Role.COMMITTEE


def occasions(lead: Lead, day: Day, audience: Audience) -> list[News]:
    """The steps after a missed limit that are due."""
    late = escalations(lead.terms, lead.standing, day.calendar, day.today)
    return [
        about_lead(lead, step.rule, LimitStep.of(step), told(audience, step.rule), ahead=not day.is_new)
        for step in steps_due(late, day)
    ]


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the row is still overdue, by this limit."""
    lead = situation.lead(item)
    if lead is None or Reason.OVERDUE not in lead.verdict.reasons:
        return False
    by_this = said(item, LimitStep).due_on == lead.standing.due_on
    return by_this and is_among(item, told(situation.audience, Rule(item.rule)))


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    if news.to:
        return ()
    unit_id = audience.book.locality.standing_office_id if news.rule is Rule.OVERDUE_3 else None
    return (Recipient(_role(news.rule), unit_id),)


FAMILY = Family(ESCALATIONS, is_true, row_line, nobody=_nobody)
