"""Red, amber, green: the colour of an assignment on a day, its reasons, and the next day time changes it.

Source: docs/rules/colours.md (Bình Lộc IV.2.3, Đồng Phú IV.2.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from bot.domain.plan.deadlines import Roadmap
from bot.domain.plan.duties import Duty, newest_missed
from bot.domain.plan.plan import AlertRules
from bot.domain.work.lifecycle import WORKING, Standing, State, Terms
from bot.domain.work.progress import FULL, mean_percent


class Colour(StrEnum):
    """The traffic light, worst first."""

    RED = "red"
    AMBER = "amber"
    GREY = "grey"
    GREEN = "green"
    DONE = "done"


class Reason(StrEnum):
    """Why a light is red or amber, in the order people are told."""

    OVERDUE = "overdue"
    BEHIND_ROADMAP = "behind_roadmap"
    RETURNED = "returned"
    MILESTONE_MISSED = "milestone_missed"
    DUE_SOON = "due_soon"
    REPORT_MISSING = "report_missing"


COLOUR_ORDER = tuple(Colour)
REASON_ORDER = tuple(Reason)
RED_REASONS = frozenset({Reason.OVERDUE, Reason.BEHIND_ROADMAP, Reason.RETURNED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A colour with its reasons; a red one lists red reasons only.

    ``under_line``: green, though it has done less than the roadmap asks.
    """

    colour: Colour
    reasons: tuple[Reason, ...] = ()
    under_line: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a locality's settings and duties add to the judgement. ``duties`` are those the assignment has."""

    alert: AlertRules = field(default_factory=AlertRules)
    duties: Sequence[Duty] = ()


def freeze_day(year: int) -> date:
    """The 1 January on which a plan of ``year`` freezes; from then on nothing changes by time."""
    return date(year + 1, 1, 1)


def judge(terms: Terms, standing: Standing, day: date, rules: Rules) -> Verdict:
    """The colour and reasons of an assignment on a day of its locality."""
    if day >= freeze_day(terms.year):
        day = freeze_day(terms.year)
        if terms.is_continuous and standing.state is not State.COMPLETED:
            return Verdict(Colour.GREY)
    if standing.state is State.CLOSED:
        return Verdict(Colour.GREY)
    if standing.state is State.COMPLETED:
        return Verdict(Colour.DONE)
    if standing.state is State.AWAITING:
        return Verdict(Colour.GREEN)
    red = tuple(_red(terms, standing, day, rules.alert))
    if red:
        return Verdict(Colour.RED, red)
    amber = tuple(_amber(terms, standing, day, rules))
    if amber:
        return Verdict(Colour.AMBER, amber)
    if standing.due_on is None and not terms.is_continuous:
        return Verdict(Colour.GREY)
    return Verdict(Colour.GREEN, under_line=_under_line(terms, standing, day, rules.alert))


def asked_by(terms: Terms, standing: Standing, day: date) -> Decimal | None:
    """The percent (0-100) that the roadmap asks on a day; none where it asks for nothing."""
    line = standing.roadmap(terms)
    if line is None or not terms.has_roadmap_rule:
        return None
    return FULL * max(0, line.elapsed(min(day, line.due_on))) / line.total


def red_below(terms: Terms, standing: Standing, day: date) -> Decimal | None:
    """The whole percent under which one is red on a day: half of what is asked, rounded up, so that it itself is not.

    Whether the roadmap has begun to count is not its question.
    """
    asked = asked_by(terms, standing, day)
    return None if asked is None else (asked / 2).to_integral_value(ROUND_CEILING)


def has_begun_to_count(line: Roadmap, day: date, alert: AlertRules) -> bool:
    """Whether so much of the roadmap has gone by that something is asked."""
    elapsed = line.elapsed(day)
    return elapsed >= max(1, alert.roadmap_min_days) and elapsed >= alert.roadmap_min_share * line.total


def _under_line(terms: Terms, standing: Standing, day: date, alert: AlertRules) -> bool:
    line, asked = standing.roadmap(terms), asked_by(terms, standing, day)
    return line is not None and asked is not None and has_begun_to_count(line, day, alert) and standing.percent < asked


def _red(terms: Terms, standing: Standing, day: date, alert: AlertRules) -> Iterable[Reason]:
    if standing.due_on is not None and day > standing.due_on and standing.state in WORKING:
        yield Reason.OVERDUE
    first = behind_from(terms, standing, alert)
    if first is not None and standing.due_on is not None and first <= day <= standing.due_on:
        yield Reason.BEHIND_ROADMAP
    if standing.state is State.RETURNED:
        yield Reason.RETURNED


def behind_from(terms: Terms, standing: Standing, alert: AlertRules) -> date | None:
    """The first day on which the present percent is less than half of what the roadmap asks; none where never.

    On a day d it asks 100 · elapsed / total percent; both must have begun to count (7 days and 10 % by default).
    """
    line = standing.roadmap(terms)
    if line is None or not terms.has_roadmap_rule:
        return None
    # Not -(-x // 1): Decimal's // cuts towards zero instead of rounding down.
    by_share = (alert.roadmap_min_share * line.total).to_integral_value(ROUND_CEILING)
    by_percent = standing.percent * line.total // 50 + 1
    elapsed = max(alert.roadmap_min_days, int(by_share), int(by_percent))
    first = line.starts_on + timedelta(days=elapsed)
    return first if first <= line.due_on else None


def _amber(terms: Terms, standing: Standing, day: date, rules: Rules) -> Iterable[Reason]:
    if any(day > m.due_on for n, m in enumerate(terms.milestones) if n not in standing.milestones_met):
        yield Reason.MILESTONE_MISSED
    if standing.due_on is not None and day >= standing.due_on - timedelta(days=rules.alert.due_soon_days):
        yield Reason.DUE_SOON
    asked = [duty for duty in rules.duties if standing.owes_from is None or duty.due >= standing.owes_from]
    if newest_missed(asked, standing.served, standing.reported_on, day) is not None:
        yield Reason.REPORT_MISSING


def next_change(terms: Terms, standing: Standing, day: date, rules: Rules) -> date | None:
    """The next day after ``day`` on which time alone changes colour or reasons; none where it never will."""
    before = judge(terms, standing, day, rules)
    for candidate in sorted(c for c in _candidates(terms, standing, rules) if c > day):
        if judge(terms, standing, candidate, rules) != before:
            return candidate
    return None


def _candidates(terms: Terms, standing: Standing, rules: Rules) -> Iterable[date]:
    yield freeze_day(terms.year)
    if standing.due_on is not None:
        yield standing.due_on - timedelta(days=rules.alert.due_soon_days)
        yield standing.due_on + timedelta(days=1)
        first = behind_from(terms, standing, rules.alert)
        if first is not None:
            yield first
    yield from (m.due_on + timedelta(days=1) for m in terms.milestones)
    yield from (duty.due + timedelta(days=1) for duty in rules.duties)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What a whole row shows: the mean of its leads, their worst colour, their reasons together."""

    percent: Decimal
    state: State
    colour: Colour
    reasons: tuple[Reason, ...]
    late: bool


_ADVANCE = (State.NOT_REPORTED, State.IN_PROGRESS, State.RETURNED, State.AWAITING, State.COMPLETED)


def judge_row(leads: Sequence[tuple[Standing, Verdict]]) -> RowVerdict:
    """What a row shows, from its lead assignments (at least one) and their colours."""
    open_leads = [pair for pair in leads if pair[0].state is not State.CLOSED] or list(leads)
    standings = [standing for standing, _ in open_leads]
    verdicts = [verdict for _, verdict in open_leads]
    colour = min((v.colour for v in verdicts), key=COLOUR_ORDER.index)
    told = {reason for v in verdicts for reason in v.reasons}
    if colour is Colour.RED:
        told &= RED_REASONS
    states = [s.state for s in standings]
    return RowVerdict(
        percent=mean_percent([s.percent for s in standings]),
        state=min(states, key=_ADVANCE.index) if State.CLOSED not in states else State.CLOSED,
        colour=colour,
        reasons=tuple(reason for reason in REASON_ORDER if reason in told),
        late=any(s.late for s in standings if s.state is State.COMPLETED),
    )
