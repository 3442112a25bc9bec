"""The ladder: on which working days which notice about a limit, a red light or a period is due.

Source: docs/rules/reminders.md; docs/decisions/0006. A warning that falls on a day off moves to the working day
before it, news to the next working day; limits themselves stay as printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import Duty
from bot.domain.work.alerts import Reason, Rules, behind_from, freeze_day
from bot.domain.work.lifecycle import WORKING, Standing, Terms


class Rule(StrEnum):
    """Every notice there is. Values are stored and never renamed."""

    DUE_IN_14 = "due_in_14"
    DUE_IN_7 = "due_in_7"
    DUE_IN_3 = "due_in_3"
    DUE_IN_1 = "due_in_1"
    DUE_TODAY = "due_today"
    TURNED_RED = "turned_red"
    OVERDUE_3 = "overdue_3"
    OVERDUE_7 = "overdue_7"
    OVERDUE_WEEKLY = "overdue_weekly"
    NO_LONGER_RED = "no_longer_red"
    APPRAISAL_WAITING = "appraisal_waiting"
    PERIOD_OPEN = "period_open"
    PERIOD_IN_5 = "period_in_5"
    PERIOD_IN_2 = "period_in_2"
    PERIOD_DUE = "period_due"
    PERIOD_LATE = "period_late"
    UNREACHABLE = "unreachable"
    UNIT_EMPTY = "unit_empty"
    MONDAY_BOARD = "monday_board"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NUDGE = "nudge"
    PERIOD_NUDGE = "period_nudge"
    DIFFICULTY = "difficulty"
    EXTENSION = "extension"
    CHANGE = "change"


WARNINGS = ((14, Rule.DUE_IN_14), (7, Rule.DUE_IN_7), (3, Rule.DUE_IN_3), (1, Rule.DUE_IN_1), (0, Rule.DUE_TODAY))
AT_ONCE = frozenset(
    {Rule.RETURNED, Rule.ACCEPTED, Rule.NUDGE, Rule.PERIOD_NUDGE, Rule.DIFFICULTY, Rule.EXTENSION, Rule.CHANGE}
)
"""What a person did is sent at once; everything else goes into the digest."""
AT_WORK = frozenset({Rule.NUDGE, Rule.PERIOD_NUDGE, Rule.DIFFICULTY, Rule.EXTENSION, Rule.CHANGE})
"""Of these, what waits for working hours; the others only for people to be awake."""
OF_CHANGES = frozenset({Rule.EXTENSION, Rule.CHANGE})
"""What was asked, decided or changed (docs/decisions/0011)."""
ESCALATIONS = (Rule.OVERDUE_3, Rule.OVERDUE_7, Rule.OVERDUE_WEEKLY)
PERIOD_STEPS = (Rule.PERIOD_OPEN, Rule.PERIOD_IN_5, Rule.PERIOD_IN_2, Rule.PERIOD_DUE, Rule.PERIOD_LATE)
"""In the order in which they come."""
FIRST_ESCALATION, SECOND_ESCALATION, WEEK = 3, 7, 7


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One notice that is due on a working day: so many days before or after the day it is about.

    That is a limit, a milestone (with its index), the day a period is due, or the day a report was sent.
    """

    rule: Rule
    day: date
    about: date
    days: int
    milestone: int | None = None


def warnings(terms: Terms, standing: Standing, calendar: WorkingCalendar) -> tuple[LadderStep, ...]:
    """The warnings before the limit in force and before milestones not met, by day, each day the nearest one.

    Only for work that is not done; none once the plan is frozen.
    """
    if standing.state not in WORKING:
        return ()
    found: list[LadderStep] = []
    if standing.due_on is not None:
        found += _before(standing.due_on, None, calendar)
    for number, milestone in enumerate(terms.milestones):
        if number not in standing.milestones_met and milestone.due_on != standing.due_on:
            found += _before(milestone.due_on, number, calendar)
    return tuple(sorted(found, key=lambda step: (step.day, -1 if step.milestone is None else step.milestone)))


def _before(due_on: date, milestone: int | None, calendar: WorkingCalendar) -> Iterable[LadderStep]:
    by_day: dict[date, LadderStep] = {}
    for days, rule in WARNINGS:
        day = calendar.working_on_or_before(due_on - timedelta(days=days))
        # Two steps may be moved to one day by a holiday: the nearer one is told.
        by_day[day] = LadderStep(rule, day, due_on, days, milestone)
    return by_day.values()


def escalations(terms: Terms, standing: Standing, calendar: WorkingCalendar, until: date) -> tuple[LadderStep, ...]:
    """The steps after a limit was missed, up to the working day ``until``: 3 days, 7 days, then every week."""
    if standing.due_on is None or standing.state not in WORKING:
        return ()
    last = min(until, freeze_day(terms.year) - timedelta(days=1))
    found: list[LadderStep] = []
    days = FIRST_ESCALATION
    while (passed := standing.due_on + timedelta(days=days)) <= last:
        rule = Rule.OVERDUE_3 if days == FIRST_ESCALATION else Rule.OVERDUE_7 if days == WEEK else Rule.OVERDUE_WEEKLY
        found.append(LadderStep(rule, calendar.working_on_or_after(passed), standing.due_on, days))
        days = SECOND_ESCALATION if days == FIRST_ESCALATION else days + WEEK
    return tuple(step for step in found if step.day <= until)


def red_from(terms: Terms, standing: Standing, rules: Rules) -> tuple[tuple[Reason, date], ...]:
    """The days from which time makes the assignment red as it stands: behind its roadmap, then overdue."""
    if standing.state not in WORKING:
        return ()
    found: list[tuple[Reason, date]] = []
    behind = behind_from(terms, standing, rules.alert)
    if behind is not None:
        found.append((Reason.BEHIND_ROADMAP, behind))
    if standing.due_on is not None:
        found.append((Reason.OVERDUE, standing.due_on + timedelta(days=1)))
    return tuple(found)


def next_step_day(terms: Terms, standing: Standing, calendar: WorkingCalendar, day: date) -> date | None:
    """The first day after ``day`` on which a warning or escalation is due as things stand; none where there is none."""
    horizon = freeze_day(terms.year)
    steps = (*warnings(terms, standing, calendar), *escalations(terms, standing, calendar, horizon))
    return min((step.day for step in steps if day < step.day < horizon), default=None)


def newest(steps: Sequence[LadderStep], after: date, until: date) -> LadderStep | None:
    """The newest step after the day last looked at, up to ``until``: a long outage ends in one notice, not a burst."""
    return max((step for step in steps if after < step.day <= until), key=lambda step: step.day, default=None)


def period_steps(duty: Duty, calendar: WorkingCalendar) -> tuple[LadderStep, ...]:
    """The notices of one duty of reporting, by day, each day the latest one."""
    before = {Rule.PERIOD_IN_5: 5, Rule.PERIOD_IN_2: 2, Rule.PERIOD_DUE: 0}
    by_day: dict[date, LadderStep] = {}
    opens = calendar.working_on_or_after(duty.told_from)
    if opens <= duty.due:
        by_day[opens] = LadderStep(Rule.PERIOD_OPEN, opens, duty.due, 0)
    for rule, days in before.items():
        day = calendar.working_on_or_before(duty.due - timedelta(days=days))
        if day >= duty.told_from:
            by_day[day] = LadderStep(rule, day, duty.due, days)
    late = calendar.working_on_or_after(duty.due + timedelta(days=1))
    if late <= duty.closes:
        by_day[late] = LadderStep(Rule.PERIOD_LATE, late, duty.due, 1)
    return tuple(by_day[day] for day in sorted(by_day))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def first_working_day_of_week(day: date, calendar: WorkingCalendar) -> bool:
    """Whether this working day is the first of its week (weeks start on Monday)."""
    monday = monday_of(day)
    return calendar.is_working(day) and not any(
        calendar.is_working(monday + timedelta(days=n)) for n in range(day.weekday())
    )
