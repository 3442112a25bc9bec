"""A limit or a milestone comes near: the unit's officers and the teams are warned (docs/rules/reminders.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import WARNINGS, LadderStep, warnings
from bot.domain.work.lifecycle import WORKING
from bot.domain.work.occasions import LimitStep
from bot.reminders.news import Day, News, about_lead, steps_due
from bot.reminders.rules.family import DigestLines, Family, add_row
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.core.board import Lead
from bot.services.core.recipients import Audience, Recipient, once
from bot.storage.outbox.outbox import OutboxItem


def told(audience: Audience, lead: Lead) -> list[Recipient]:
    """Who is warned: the officers of the unit, and the teams of the row."""
    return once([*audience.of_unit(lead.standing.unit_id), *audience.of_teams(lead.row.id)])


def occasions(lead: Lead, day: Day, audience: Audience) -> list[News]:
    """The warnings of an assignment that are due."""
    found: list[News] = []
    ladders: dict[tuple[int | None, date], list[LadderStep]] = {}
    for step in warnings(lead.terms, lead.standing, day.calendar):
        ladders.setdefault((step.milestone, step.about), []).append(step)
    for (_, due_on), ladder in ladders.items():
        # A warning that was missed is of no use once its day is over.
        for step in steps_due(ladder, day) if due_on >= day.told_on else ():
            to = told(audience, lead)
            found.append(about_lead(lead, step.rule, LimitStep.of(step), to, ahead=not day.is_new))
    return found


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the limit or milestone is still to come and not met, and the row not muted; what is red cannot be."""
    lead, step = situation.lead(item), said(item, LimitStep)
    if lead is None or lead.standing.state not in WORKING or step.due_on < situation.today:
        return False
    if step.milestone is None:
        holds = step.due_on == lead.standing.due_on
    else:
        stages = lead.terms.milestones
        is_met = step.milestone in lead.standing.milestones_met
        holds = step.milestone < len(stages) and stages[step.milestone].due_on == step.due_on and not is_met
    muted = lead.row.id in situation.mutes and situation.today <= situation.mutes[lead.row.id]
    is_heard = not muted or lead.verdict.colour is Colour.RED
    return holds and is_heard and is_among(item, told(situation.audience, lead))


def _line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    add_row(situation, item, lines, milestone=said(item, LimitStep).milestone)


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    return () if news.to else (Recipient(Role.OFFICER, news.unit_id),)


FAMILY = Family(tuple(rule for _, rule in WARNINGS), is_true, _line, nobody=_nobody)
