"""The life and the colours of an assignment written a second time, slowly, from the words of docs/rules.

It replays the whole history for every question, counts in fractions and knows nothing of how the domain does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from bot.domain.work.alerts import Rules
from bot.domain.work.events import (
    Appraisal,
    Body,
    Closing,
    Event,
    Extension,
    HandOver,
    MilestoneMet,
    Opening,
    Reopening,
    Report,
    Withdrawal,
)
from bot.domain.work.lifecycle import Terms

NR, IP, RE, AW, CO, CL = "not_reported", "in_progress", "returned", "awaiting_appraisal", "completed", "closed"
SAME, BEFORE = "the same state", "what it was before"

TABLE: dict[tuple[str, str], str] = {
    (NR, "silence"): NR,
    (NR, "below"): IP,
    (IP, "below"): IP,
    (NR, "complete"): AW,
    (IP, "complete"): AW,
    (RE, "complete"): AW,
    (AW, "accepted"): CO,
    (AW, "returned"): RE,
    (AW, "withdrawn"): BEFORE,
    (IP, "withdrawn"): BEFORE,
    (RE, "withdrawn"): BEFORE,
    (NR, "withdrawn"): BEFORE,  # a report of 0 % without a note leaves not_reported, and can be taken back
    (CO, "value withdrawn"): BEFORE,
    (RE, "below"): RE,
    (CO, "reopened"): IP,
    (CO, "value below"): IP,
    (CO, "value reached"): CO,
    (CL, "reopened"): BEFORE,
    **{(state, "closed"): CL for state in (NR, IP, RE, AW, CO)},
    **{(state, "extended"): SAME for state in (NR, IP, RE, AW)},
    **{(state, "handed over"): SAME for state in (NR, IP, RE, AW, CO)},
    **{(state, "milestone"): SAME for state in (NR, IP, RE, AW, CO)},
    **{(state, "opening"): "what it says" for state in (NR, IP, CO)},
}


@dataclass
class Slow:
    """Where the assignment stands; plain and mutable."""

    due: date | None
    unit: int
    state: str = NR
    percent: Fraction = Fraction(0)
    below: Fraction = Fraction(0)
    sent: date | None = None
    due_when_sent: date | None = None
    report_days: list[date] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    reopened: date | None = None
    before_closing: str = NR


def step_name(terms: Terms, state: str, body: Body) -> str:
    """What the table calls an event that meets a state."""
    match body:
        case Report():
            if state == CO and terms.target is not None:
                return "value reached" if body.percent == 100 else "value below"
            if body.percent == 100:
                return "complete"
            silent = body.percent == 0 and not body.note and body.value is None
            return "silence" if silent and state == NR else "below"
        case Withdrawal():
            return "value withdrawn" if state == CO else "withdrawn"
        case Appraisal():
            return "accepted" if body.accepted else "returned"
    names = {
        Extension: "extended",
        HandOver: "handed over",
        MilestoneMet: "milestone",
        Reopening: "reopened",
        Closing: "closed",
        Opening: "opening",
    }
    return names[type(body)]


def without_withdrawn(events: list[Event]) -> list[Event]:
    """The history as if no withdrawn report had ever been sent."""
    taken_back = {event.body.report_id for event in events if isinstance(event.body, Withdrawal)}
    return [event for event in events if event.id not in taken_back and not isinstance(event.body, Withdrawal)]


def replay(terms: Terms, unit: int, events: list[Event]) -> Slow:
    """Where the assignment stands after its events."""
    slow = Slow(terms.limit.due_on, unit)
    for event in without_withdrawn(events):
        day = event.at.astimezone(terms.zone).date()
        to = TABLE[slow.state, step_name(terms, slow.state, event.body)]
        _note(slow, event.body, day)
        if to == BEFORE:
            slow.state = slow.before_closing
        elif to not in (SAME, "what it says"):
            slow.state = to
    return slow


def _note(slow: Slow, body: Body, day: date) -> None:
    match body:
        case Report():
            _note_report(slow, body, day)
        case Appraisal() if not body.accepted:
            slow.percent, slow.sent, slow.due_when_sent = slow.below, None, None
        case Extension():
            slow.due = body.due_on
        case HandOver():
            slow.unit = body.unit_id
        case MilestoneMet():
            slow.met.add(body.milestone)
        case Closing():
            slow.before_closing = slow.state
        case Reopening():
            slow.due = body.due_on or slow.due
            if slow.state == CO:
                slow.percent, slow.sent, slow.due_when_sent, slow.reopened = slow.below, None, None, day
        case Opening():
            done = body.completed_on is not None
            slow.state = CO if done else IP if body.percent > 0 else NR
            slow.percent = Fraction(100) if done else Fraction(body.percent)
            slow.sent, slow.due_when_sent = body.completed_on, slow.due if done else None
            if not done:
                slow.below = slow.percent


def _note_report(slow: Slow, report: Report, day: date) -> None:
    slow.percent = Fraction(report.percent)
    slow.report_days.append(day)
    slow.served |= {report.period} if report.period else set()
    if report.percent < 100:
        slow.below, slow.sent, slow.due_when_sent = slow.percent, None, None
    elif slow.state != CO:
        slow.sent, slow.due_when_sent = day, slow.due


def points(terms: Terms, slow: Slow, day: date, rules: Rules) -> Fraction | None:
    """The points on one day, as docs/rules/points.md words them; not rounded."""
    if slow.state in (CO, AW, RE, CL):
        return {CO: Fraction(100), AW: Fraction(99), RE: Fraction(0), CL: None}[slow.state]
    past = [duty for duty in rules.duties if duty.due < day]
    past = [duty for duty in past if duty.period in slow.served or not (slow.reopened and duty.due < slow.reopened)]
    given = sum(1 for duty in past if duty.period in slow.served)
    met = Fraction(100 * given, len(past)) if past else None
    start, due = terms.limit.starts_on, slow.due
    leaps = terms.target is not None and terms.target.comparator in ("rank", "level")
    progress = None
    if terms.limit.kind == "continuous":
        return met
    if due is not None and day > due:
        progress = slow.percent
    elif start is not None and due is not None and start <= due and not leaps:
        total, elapsed = (due - start).days + 1, (day - start).days
        least = Fraction(rules.alert.roadmap_min_share) * total
        if elapsed >= max(1, rules.alert.roadmap_min_days) and elapsed >= least:
            progress = min(Fraction(100), slow.percent * total / elapsed)
    if met is None or progress is None:
        return progress if met is None else met
    return min(met, progress)


def verdict(terms: Terms, slow: Slow, day: date, rules: Rules) -> tuple[str, tuple[str, ...]]:
    """Colour and reasons on one day, as docs/rules/colours.md words them."""
    new_year = date(terms.year + 1, 1, 1)
    continuous = terms.limit.kind == "continuous"
    if day >= new_year and continuous and slow.state != CO:
        return "grey", ()
    day = min(day, new_year)
    fixed = {CL: "grey", CO: "done", AW: "green"}.get(slow.state)
    if fixed is not None:
        return fixed, ()
    red = tuple(name for name, so in _red(terms, slow, day, rules).items() if so)
    if red:
        return "red", red
    amber = tuple(name for name, so in _amber(terms, slow, day, rules).items() if so)
    if amber:
        return "amber", amber
    return ("grey" if slow.due is None and not continuous else "green"), ()


def _red(terms: Terms, slow: Slow, day: date, rules: Rules) -> dict[str, bool]:
    behind = False
    start, due = terms.limit.starts_on, slow.due
    leaps = terms.target is not None and terms.target.comparator in ("rank", "level")
    if start is not None and due is not None and start <= due and day <= due and not leaps:
        total, elapsed = (due - start).days + 1, (day - start).days
        counts = elapsed >= rules.alert.roadmap_min_days
        counts = counts and Fraction(elapsed, total) >= Fraction(rules.alert.roadmap_min_share)
        behind = counts and slow.percent < Fraction(50 * elapsed, total)
    return {
        "overdue": due is not None and day > due,
        "behind_roadmap": behind,
        "returned": slow.state == RE,
    }


def _amber(terms: Terms, slow: Slow, day: date, rules: Rules) -> dict[str, bool]:
    past = sorted((duty for duty in rules.duties if duty.due < day), key=lambda duty: duty.due)
    missing = False
    if past:
        newest = past[-1]
        later = any(sent > newest.closes for sent in slow.report_days)
        excused = slow.reopened is not None and newest.due < slow.reopened
        missing = newest.period not in slow.served and not later and not excused
    soon = timedelta(days=rules.alert.due_soon_days)
    return {
        "milestone_missed": any(
            number not in slow.met and day > milestone.due_on for number, milestone in enumerate(terms.limit.milestones)
        ),
        "due_soon": slow.due is not None and day >= slow.due - soon,
        "report_missing": missing,
    }
