"""What is due to be told about an assignment or a locality on a day, and to whom: pure, shared by tick and preview.

Source: docs/rules/reminders.md; docs/decisions/0006. ``seen`` is the last day that was looked at. Where it lies
before today, all that has come since is due, of one ladder only the newest step; where it is today, something else
than time has changed, and today's steps are for those whose digest is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import Ask, Duty
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Event
from bot.domain.work.ladder import (
    LadderStep,
    Rule,
    escalations,
    first_working_day_of_week,
    monday_of,
    newest,
    period_steps,
    red_from,
    warnings,
)
from bot.domain.work.lights_told import LightsTold
from bot.domain.work.occasions import (
    CutOff,
    InWeek,
    LightReason,
    LimitStep,
    Occasion,
    PeriodStep,
    RedLight,
    ReportWaits,
)
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.services.core.hours import day_of, digest_at, next_digest
from bot.services.core.recipients import Audience, Recipient, of_assignment, of_duty, of_locality
from bot.services.periods.period_state import owes
from bot.services.reporting.unit_duties import units_owing
from bot.storage.outbox.deliveries import DeliveryAddress as To
from bot.storage.outbox.outbox import Notice
from bot.storage.records.unit_reports import Met

WAITED = {2: 3, 5: 6}
"""More than 2 (5) working days have gone by on the third (sixth) working day after the day of sending."""
OFFICE_AFTER = 5
"""Of which the standing office hears."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing to be told. ``about`` names its subject; with ``occasion`` and recipient that makes it unique.

    ``ahead``: only for those whose digest of today is still to come. ``until``: the last digest day it may wait for.
    """

    rule: Rule
    occasion: Occasion
    about: str
    to: tuple[Recipient, ...]
    lead: Lead | None = None
    unit_id: int | None = None
    event_id: int | None = None
    duty: Duty | None = None
    ahead: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is looked at, and the last one that was."""

    seen: date
    today: date
    calendar: WorkingCalendar

    @property
    def is_new(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.seen < self.today

    @property
    def told_on(self) -> date:
        """The digest day of what this look finds."""
        return self.calendar.working_on_or_after(self.today)


def of_ladder(lead: Lead, day: Day, audience: Audience) -> list[News]:
    """The warnings and escalations of an assignment."""
    found: list[News] = []
    ladders: dict[tuple[int | None, date], list[LadderStep]] = {}
    for step in warnings(lead.terms, lead.standing, day.calendar):
        ladders.setdefault((step.milestone, step.about), []).append(step)
    for (_, due_on), ladder in ladders.items():
        # A warning that was missed is of no use once its day is over.
        if due_on >= day.told_on:
            found += [_step(lead, step, day, audience) for step in _due(ladder, day)]
    late = escalations(lead.terms, lead.standing, day.calendar, day.today)
    return found + [_step(lead, step, day, audience) for step in _due(late, day)]


def _due(ladder: Sequence[LadderStep], day: Day) -> list[LadderStep]:
    if not day.is_new:
        return [step for step in ladder if step.day == day.today]
    last = newest(ladder, day.seen, day.today)
    return [] if last is None else [step for step in ladder if step.day == last.day]


def _step(lead: Lead, step: LadderStep, day: Day, audience: Audience) -> News:
    return _about(lead, step.rule, LimitStep.of(step), audience, ahead=not day.is_new)


def _about(lead: Lead, rule: Rule, occasion: Occasion, audience: Audience, *, ahead: bool = False) -> News:
    to = of_assignment(audience, rule, lead.standing.unit_id, lead.row.id)
    return News(rule, occasion, f"a{lead.assignment.id}", tuple(to), lead, unit_id=lead.standing.unit_id, ahead=ahead)


def reds(lead: Lead, book: Book, today: date) -> list[RedLight]:
    """The red lights time has lit."""
    if lead.verdict.colour is not Colour.RED:
        return []
    return [
        RedLight(LightReason(lead.standing.due_on, reason), first)
        for reason, first in red_from(lead.terms, lead.standing, book.rules[lead.row.id])
        if first <= today and reason in lead.verdict.reasons
    ]


def turned_red(
    lead: Lead, day: Day, audience: Audience, told: LightsTold, heard: Mapping[RedLight, frozenset[To]]
) -> tuple[list[News], LightsTold]:
    """Red lights not told yet, and when each was told first, with this look.

    ``heard`` says who knows of which. A light that went out before somebody's digest and is red again is told to those
    who have not heard of it. One that stayed red is not told anew to people who could not be reached, and one that only
    begins on another day because of a report is not a new light.
    """
    found: list[News] = []
    kept, burning = dict(told.first), dict[LightReason, date]()
    last_day = day.told_on if day.is_new else day.calendar.working_on_or_after(day.today + timedelta(days=1))
    for red in reds(lead, audience.book, day.today):
        before = kept.get(red, told.burning.get(red.light))
        news: News | None = None
        if red in kept and red.light not in told.burning and (again := _again(lead, red, day, audience, heard)).to:
            before, news = None, again
        elif before is None:
            news = _about(lead, Rule.TURNED_RED, red, audience)
        elif red in kept and before >= day.today:
            news = replace(_about(lead, Rule.TURNED_RED, red, audience), until=before)
        kept[red] = burning[red.light] = before or last_day
        found += [] if news is None else [news]
    return found, LightsTold(kept, burning)


def _again(lead: Lead, red: RedLight, day: Day, audience: Audience, heard: Mapping[RedLight, frozenset[To]]) -> News:
    """A light that was out and is red again, for those who have not heard of it."""
    news = _about(lead, Rule.TURNED_RED, replace(red, again_on=day.today), audience)
    known = heard.get(red)
    if known is None:
        # A report may have moved its first day since it was told; or it was told to nobody, as nobody was there.
        known = frozenset(who for each, told in heard.items() if each.light == red.light for who in told)
    return replace(news, to=tuple(each for each in news.to if To(each.person_id, each.chat_id) not in known))


def of_periods(leads: Sequence[Lead], day: Day, audience: Audience, met: Met) -> list[News]:
    """The duties that open, come near, are due or late, for the units of these leads that owe; ``met``: those met."""
    book, found = audience.book, list[News]()
    for duty in (*book.duties, *book.unit_duties):
        steps = () if duty.ask is Ask.UPWARD else _steps_of(duty, day)
        if steps:
            found += _owed(steps, duty, _owing(duty, leads, book, met), day, audience)
    return found


def of_office(day: Day, audience: Audience, met: Met) -> list[News]:
    """The same of what the standing office owes to the level above."""
    found: list[News] = []
    for duty in audience.book.unit_duties:
        if duty.ask is Ask.UPWARD and (steps := _steps_of(duty, day)):
            found += _owed(steps, duty, units_owing(duty, (), audience.book, met), day, audience)
    return found


def asks_units(book: Book, day: Day) -> bool:
    """Whether anything whole units owe is to be told now, so that one has to know what they have met."""
    return any(_steps_of(duty, day) for duty in book.unit_duties)


def _steps_of(duty: Duty, day: Day) -> Sequence[LadderStep]:
    if duty.opens > day.today or duty.closes < day.told_on:
        return ()
    return _due(period_steps(duty, day.calendar), day)


def _owing(duty: Duty, leads: Sequence[Lead], book: Book, met: Met) -> Iterable[int]:
    if duty.ask is not Ask.PROGRESS:
        return units_owing(duty, leads, book, met)
    return dict.fromkeys(lead.standing.unit_id for lead in leads if owes(lead, duty, book))


def _owed(steps: Iterable[LadderStep], duty: Duty, units: Iterable[int], day: Day, audience: Audience) -> list[News]:
    return [_period(step, duty, unit_id, audience, ahead=not day.is_new) for step in steps for unit_id in units]


def _period(step: LadderStep, duty: Duty, unit_id: int, audience: Audience, *, ahead: bool) -> News:
    return News(
        step.rule,
        PeriodStep(unit_id, duty.ask, duty.period, step.rule),
        f"u{unit_id}",
        tuple(of_duty(audience, duty.ask, unit_id)),
        unit_id=unit_id,
        duty=duty,
        ahead=ahead,
    )


def of_waiting(waiting: Iterable[tuple[Lead, Event]], day: Day, audience: Audience) -> list[News]:
    """Complete reports that have waited for more than 2 working days (appraisers), then 5 (standing office)."""
    found: list[News] = []
    for lead, report in waiting:
        sent_on = lead.standing.sent_on or day_of(report.at)
        steps = [
            LadderStep(Rule.APPRAISAL_WAITING, working_day_after(day.calendar, sent_on, nth), sent_on, days)
            for days, nth in WAITED.items()
        ]
        for step in _due(steps, day):
            unit_id = lead.standing.unit_id
            office = step.days == OFFICE_AFTER
            to = of_locality(audience, Rule.APPRAISAL_WAITING) if office else audience.judges(report.person_id, unit_id)
            about = f"a{lead.assignment.id}"
            found.append(
                News(
                    step.rule,
                    ReportWaits(report.id, step.days),
                    about,
                    tuple(to),
                    lead,
                    unit_id=unit_id,
                    event_id=report.id,
                    ahead=not day.is_new,
                )
            )
    return found


def working_day_after(calendar: WorkingCalendar, start: date, nth: int) -> date:
    """The nth working day after a day."""
    found = start
    for _ in range(nth):
        found = calendar.working_on_or_after(found + timedelta(days=1))
    return found


def of_week(leads: Sequence[Lead], day: Day, audience: Audience) -> list[News]:
    """The Monday board and the units nobody has joined, on the first working day of the week."""
    monday = monday_of(day.told_on)
    first = next(
        (each for n in range(7) if first_working_day_of_week(each := monday + timedelta(days=n), day.calendar)), None
    )
    if first is None or not (first == day.today if not day.is_new else day.seen < first <= day.today):
        return []
    place, ahead = f"l{audience.book.locality.id}", not day.is_new
    to = tuple(of_locality(audience, Rule.MONDAY_BOARD))
    found = [News(Rule.MONDAY_BOARD, InWeek(monday), place, to, ahead=ahead)]
    if empty_units(leads, audience):
        to = tuple(of_locality(audience, Rule.UNIT_EMPTY))
        found.append(News(Rule.UNIT_EMPTY, InWeek(monday), place, to, ahead=ahead))
    return found


def empty_units(leads: Iterable[Lead], audience: Audience) -> list[int]:
    """The units that have open work and not a single member."""
    joined = {membership.unit_id for membership in audience.members}
    units = dict.fromkeys(lead.standing.unit_id for lead in leads if lead.is_open)
    return [unit_id for unit_id in units if unit_id not in joined]


def of_unreachable(since: Mapping[int, datetime], day: Day, audience: Audience) -> list[News]:
    """Members who have become unreachable since the last look."""
    to = tuple(of_locality(audience, Rule.UNREACHABLE))
    return [
        News(
            Rule.UNREACHABLE,
            CutOff(person_id, day_of(instant)),
            f"l{audience.book.locality.id}",
            tuple(each for each in to if each.person_id != person_id),
        )
        for person_id, instant in since.items()
        if day_of(instant) >= day.seen
    ]


def instant_of(news: News, recipient: Recipient, day: Day, now: datetime) -> datetime | None:
    """The digest in which the recipient is told; none where that digest is over."""
    at = digest_at(day.told_on, recipient.minute)
    if news.ahead:
        return at if day.told_on == day.today and at > now else None
    if not day.is_new and at <= now:
        at = next_digest(day.calendar, now, recipient.minute)
    return None if news.until is not None and day_of(at) > news.until else at


def notices_of(news: Iterable[News], day: Day, now: datetime, locality_id: int) -> Iterable[Notice]:
    """The notices to queue, one a recipient; nobody is told where nobody is there."""
    for each in news:
        for recipient in each.to:
            at = instant_of(each, recipient, day, now)
            if at is not None:
                yield Notice(
                    key=f"{each.rule.value}:{each.about}:{recipient.key}:{each.occasion.written}",
                    locality_id=locality_id,
                    rule=each.rule.value,
                    occasion=each.occasion.written,
                    not_before=at,
                    person_id=recipient.person_id,
                    chat_id=recipient.chat_id,
                    assignment_id=each.lead.assignment.id if each.lead else None,
                    event_id=each.event_id,
                    payload=each.occasion.payload,
                )
