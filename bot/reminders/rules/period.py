"""What units owe for a period opens, comes near, is due or late: the units that still owe hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.people.people import Role
from bot.domain.plan.duties import Ask, Duty
from bot.domain.work.ladder import PERIOD_STEPS, LadderStep, Rule, period_steps
from bot.domain.work.occasions import PeriodChase, PeriodStep
from bot.reminders.news import Day, News, steps_due
from bot.reminders.rules.family import DigestLines, Family, was_told
from bot.reminders.rules.situation import Situation, is_among, said
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.services.core.recipients import Audience, Recipient
from bot.services.periods.period_state import owes
from bot.services.reminding.digest import PeriodLine
from bot.services.reporting.unit_duties import units_owing
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records.unit_reports import Met

Owed = PeriodStep | PeriodChase


def told(audience: Audience, ask: Ask, unit_id: int) -> list[Recipient]:
    """Who is told what a unit owes: who may meet it, of the report upward the members of the office alone."""
    return audience.in_role(Role.OFFICE) if ask is Ask.UPWARD else audience.of_unit(unit_id)


def of_units(leads: Sequence[Lead], day: Day, audience: Audience, met: Met) -> list[News]:
    """The duties that open, come near, are due or late, for the units of these leads that owe; ``met``: those met."""
    book, found = audience.book, list[News]()
    for duty in (*book.duties, *book.unit_duties):
        steps = () if duty.ask is Ask.UPWARD else _steps_of(duty, day)
        if steps:
            found += _news(steps, duty, _owing(duty, leads, book, met), day, audience)
    return found


def of_office(day: Day, audience: Audience, met: Met) -> list[News]:
    """The same of what the standing office owes to the level above."""
    found: list[News] = []
    for duty in audience.book.unit_duties:
        if duty.ask is Ask.UPWARD and (steps := _steps_of(duty, day)):
            found += _news(steps, duty, units_owing(duty, (), audience.book, met), day, audience)
    return found


def asks_units(book: Book, day: Day) -> bool:
    """Whether anything whole units owe is to be told now, so that one has to know what they have met."""
    return any(_steps_of(duty, day) for duty in book.unit_duties)


def _steps_of(duty: Duty, day: Day) -> Sequence[LadderStep]:
    if duty.opens > day.today or duty.closes < day.told_on:
        return ()
    return steps_due(period_steps(duty, day.calendar), day)


def _owing(duty: Duty, leads: Sequence[Lead], book: Book, met: Met) -> Iterable[int]:
    if duty.ask is not Ask.PROGRESS:
        return units_owing(duty, leads, book, met)
    return dict.fromkeys(lead.standing.unit_id for lead in leads if owes(lead, duty, book))


def _news(
    steps: Iterable[LadderStep], duty: Duty, units: Iterable[int], day: Day, audience: Audience
) -> Iterable[News]:
    return [
        News(
            step.rule,
            PeriodStep(unit_id, duty.ask, duty.period, step.rule),
            f"u{unit_id}",
            tuple(told(audience, duty.ask, unit_id)),
            unit_id=unit_id,
            ahead=not day.is_new,
        )
        for step in steps
        for unit_id in units
    ]


def duty_of(book: Book, about: Owed) -> Duty | None:
    """The duty a notice speaks of; none where the plan asks for none such any more."""
    duties = book.duties if about.ask is Ask.PROGRESS else book.unit_duties
    return next((each for each in duties if (each.ask, each.period) == (about.ask, about.period)), None)


def leads_owing(situation: Situation, about: Owed, duty: Duty) -> list[Lead]:
    """The rows of the unit that owe their progress reports; none where the unit as a whole owes one report."""
    own = [lead for lead in situation.all_leads if lead.standing.unit_id == about.unit_id]
    return [lead for lead in own if owes(lead, duty, situation.book)] if duty.ask is Ask.PROGRESS else []


def is_owed(situation: Situation, about: Owed) -> bool:
    """Whether the unit still owes it, and it is still taken."""
    duty = duty_of(situation.book, about)
    if duty is None or duty.closes < situation.today:
        return False
    if duty.ask is Ask.PROGRESS:
        return bool(leads_owing(situation, about, duty))
    own = [lead for lead in situation.all_leads if lead.standing.unit_id == about.unit_id]
    return about.unit_id in units_owing(duty, own, situation.book, situation.met)


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the unit still owes, and the recipient is still one who may meet it."""
    about = said(item, PeriodStep)
    return is_owed(situation, about) and is_among(item, told(situation.audience, about.ask, about.unit_id))


def add_period(situation: Situation, item: OutboxItem, about: Owed, rule: Rule, lines: DigestLines) -> None:
    """A line about what a unit owes."""
    book, duty = situation.book, duty_of(situation.book, about)
    assert duty is not None  # it is true that it is owed
    codes = tuple(dict.fromkeys(lead.row.code for lead in leads_owing(situation, about, duty)))
    unit, place = book.unit_name(about.unit_id), book.locality.id
    lines.periods.append(PeriodLine(rule, unit, duty, codes, item.id, place, about.unit_id, was_told(item)))


def _line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    add_period(situation, item, said(item, PeriodStep), Rule(item.rule), lines)


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    assert isinstance(news.occasion, PeriodStep)
    role = Role.OFFICE if news.occasion.ask is Ask.UPWARD else Role.OFFICER
    return () if news.to else (Recipient(role, news.unit_id),)


FAMILY = Family(PERIOD_STEPS, is_true, _line, nobody=_nobody)
