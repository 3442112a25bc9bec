"""Points, scores, grades, the six classes of tasks and of indicators (docs/rules/points.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain.plan.duties import Duty
from bot.domain.plan.plan import Grades
from bot.domain.work.alerts import Rules, asked_by, has_begun_to_count
from bot.domain.work.lifecycle import Standing, State, Terms
from bot.domain.work.progress import FULL, ZERO

_CENT = Decimal("0.01")
Subject = TypeVar("Subject")


class Grade(StrEnum):
    """What a score is called."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


class TaskClass(StrEnum):
    """The six classes every document counts in."""

    COMPLETED_ON_TIME = "completed_on_time"
    COMPLETED_LATE = "completed_late"
    IN_PROGRESS_IN_TIME = "in_progress_in_time"
    IN_PROGRESS_OVERDUE = "in_progress_overdue"
    NOT_STARTED_IN_TIME = "not_started_in_time"
    NOT_STARTED_OVERDUE = "not_started_overdue"


class IndicatorClass(StrEnum):
    """What is said of an indicator in a period."""

    MET = "met"
    IN_PROGRESS = "in_progress"
    NOT_MET = "not_met"
    AWAITING = "awaiting"
    RETURNED = "returned"
    NOT_REPORTED = "not_reported"


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Subject]):
    """One place of a ranking; equal scores share a place (1, 1, 3)."""

    place: int
    subject: Subject
    score: Decimal


def points(terms: Terms, standing: Standing, day: date, rules: Rules) -> Decimal | None:
    """The points (0-100) of a lead assignment on a day; none where it does not count yet or at all."""
    fixed = {State.COMPLETED: FULL, State.AWAITING: Decimal(99), State.RETURNED: ZERO}.get(standing.state)
    if fixed is not None:
        return fixed
    if standing.state is State.CLOSED:
        return None
    met, progress = _duties_met(standing, day, rules), _progress(terms, standing, day, rules)
    counted = [value for value in (met, progress) if value is not None]
    return min(counted, default=None)


def _progress(terms: Terms, standing: Standing, day: date, rules: Rules) -> Decimal | None:
    if terms.is_continuous:
        return None
    if standing.due_on is not None and day > standing.due_on:
        return standing.percent
    line, asked = standing.roadmap(terms), asked_by(terms, standing, day)
    if line is None or asked is None or not has_begun_to_count(line, day, rules.alert):
        return None
    return min(FULL, FULL * standing.percent / asked).quantize(_CENT, ROUND_HALF_UP)


def _duties_met(standing: Standing, day: date, rules: Rules) -> Decimal | None:
    past = [duty for duty in rules.duties if duty.due < day and _was_owed(standing, duty)]
    if not past:
        return None
    met = sum(duty.period in standing.served for duty in past)
    return (FULL * met / len(past)).quantize(_CENT, ROUND_HALF_UP)


def _was_owed(standing: Standing, duty: Duty) -> bool:
    return duty.period in standing.served or standing.owes_from is None or duty.due >= standing.owes_from


def score(values: Sequence[Decimal | None]) -> Decimal | None:
    """A unit's score: the mean of what counts (two decimals); none where nothing does."""
    counted = [value for value in values if value is not None]
    if not counted:
        return None
    return (sum(counted, ZERO) / len(counted)).quantize(_CENT, ROUND_HALF_UP)


def grade(value: Decimal, grades: Grades) -> Grade:
    """The grade of a score by the locality's bands."""
    bands = (
        (grades.excellent, Grade.EXCELLENT),
        (grades.good, Grade.GOOD),
        (grades.fair, Grade.FAIR),
        (grades.average, Grade.AVERAGE),
    )
    return next((name for least, name in bands if value >= least), Grade.WEAK)


def rank(scores: Sequence[tuple[Subject, Decimal]]) -> tuple[Ranked[Subject], ...]:
    """The best first; ties share the place and the next place is skipped."""
    ordered = sorted(scores, key=lambda pair: pair[1], reverse=True)
    return tuple(Ranked(1 + sum(other > value for _, other in ordered), subject, value) for subject, value in ordered)


def task_class(standing: Standing, day: date) -> TaskClass | None:
    """The class of a lead assignment of a task on a day; none for a closed one.

    Awaiting counts as completed by its sending day, returned as in progress.
    """
    if standing.state is State.CLOSED:
        return None
    if standing.state in (State.COMPLETED, State.AWAITING):
        return TaskClass.COMPLETED_LATE if standing.late else TaskClass.COMPLETED_ON_TIME
    overdue = standing.due_on is not None and day > standing.due_on
    if standing.percent == ZERO and standing.state is not State.RETURNED:
        return TaskClass.NOT_STARTED_OVERDUE if overdue else TaskClass.NOT_STARTED_IN_TIME
    return TaskClass.IN_PROGRESS_OVERDUE if overdue else TaskClass.IN_PROGRESS_IN_TIME


def row_class(standings: Sequence[Standing], day: date) -> TaskClass | None:
    """The class of a whole task on a day, from its lead assignments; none where all of them are closed.

    As its percent and its state are read from all its leads together: completed once every open one is, late where one
    of them is; overdue where one that is not completed is; not started while none has begun (docs/decisions/0010).
    """
    classes = {found for each in standings if (found := task_class(each, day)) is not None}
    if not classes:
        return None
    unfinished = classes - _COMPLETED
    if not unfinished:
        late = TaskClass.COMPLETED_LATE in classes
        return TaskClass.COMPLETED_LATE if late else TaskClass.COMPLETED_ON_TIME
    overdue = bool(unfinished & _OVERDUE)
    if classes <= _NOT_STARTED:
        return TaskClass.NOT_STARTED_OVERDUE if overdue else TaskClass.NOT_STARTED_IN_TIME
    return TaskClass.IN_PROGRESS_OVERDUE if overdue else TaskClass.IN_PROGRESS_IN_TIME


_COMPLETED = {TaskClass.COMPLETED_ON_TIME, TaskClass.COMPLETED_LATE}
_NOT_STARTED = {TaskClass.NOT_STARTED_IN_TIME, TaskClass.NOT_STARTED_OVERDUE}
_OVERDUE = {TaskClass.NOT_STARTED_OVERDUE, TaskClass.IN_PROGRESS_OVERDUE}


def indicator_class(
    standing: Standing, period: str, day: date, *, reported: bool = False, is_open: bool = True
) -> IndicatorClass | None:
    """The class of an indicator in a period ("2026-Q2"), from where it stands on a day; none once closed.

    Until its limit has passed nobody has failed it. ``reported``: a report was given within the period, whatever period
    it serves. ``is_open``: reports for the period have begun to be taken; before that nobody has left one out.
    """
    fixed = {
        State.COMPLETED: IndicatorClass.MET,
        State.AWAITING: IndicatorClass.AWAITING,
        State.RETURNED: IndicatorClass.RETURNED,
    }.get(standing.state)
    if fixed is not None or standing.state is State.CLOSED:
        return fixed
    if is_open and not reported and period not in standing.served:
        return IndicatorClass.NOT_REPORTED
    is_over = standing.due_on is not None and day > standing.due_on
    return IndicatorClass.NOT_MET if is_over else IndicatorClass.IN_PROGRESS
