"""The life of an assignment: the only table of steps, and the fold of events into where it stands.

Source: docs/rules/life-cycle.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from zoneinfo import ZoneInfo

from bot.domain.errors import BadInput, TransitionRefused
from bot.domain.plan.deadlines import DeadlineKind, Milestone, Roadmap, TimeLimit, roadmap
from bot.domain.plan.plan import RowKind
from bot.domain.work.events import (
    Appraisal,
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
from bot.domain.work.known import known_since
from bot.domain.work.progress import FULL, ZERO, Comparator, Share, Target

WITHDRAWAL_WINDOW = timedelta(minutes=15)
DEFAULT_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class State(StrEnum):
    """Where an assignment stands."""

    NOT_REPORTED = "not_reported"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    AWAITING = "awaiting_appraisal"
    COMPLETED = "completed"
    CLOSED = "closed"


WORKING = (State.NOT_REPORTED, State.IN_PROGRESS, State.RETURNED)
"""It is the unit's turn."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a row demands of its assignments; does not change by events."""

    kind: RowKind
    limit: TimeLimit
    year: int
    target: Target | None = None
    zone: ZoneInfo = DEFAULT_ZONE

    @property
    def has_roadmap_rule(self) -> bool:
        """Whether "behind the roadmap" can be said of it: not of ranks and levels, which move in leaps."""
        return self.target is None or self.target.comparator not in (Comparator.RANK, Comparator.LEVEL)

    @property
    def is_continuous(self) -> bool:
        """Whether it is judged by its periodic reports alone."""
        return self.limit.kind is DeadlineKind.CONTINUOUS

    @property
    def evidence_key(self) -> str:
        """The key of why a complete report needs a file: 100 % of a task, the target of an indicator."""
        return "evidence_needed" if self.target is None else "target_evidence_needed"

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """The days inside the limit at which a part must stand."""
        return self.limit.milestones

    def day_of(self, event: Event) -> date:
        """The locality's day on which an event happened."""
        return event.at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one assignment stands after its events so far.

    ``sent_on``/``due_when_sent`` speak of the complete report that awaits judgement or was accepted.
    """

    unit_id: int
    due_on: date | None
    state: State = State.NOT_REPORTED
    percent: Decimal = ZERO
    value: Decimal | None = None
    share: Share | None = None
    below: tuple[Decimal, Decimal | None, Share | None] = (ZERO, None, None)
    """Percent, value and share of the last report below 100: what a return falls back to."""
    report_id: int | None = None
    """The newest report that stands."""
    reporter_id: int | None = None
    reported_on: date | None = None
    sent_on: date | None = None
    due_when_sent: date | None = None
    served: frozenset[str] = frozenset()
    served_late: frozenset[str] = frozenset()
    milestones_met: frozenset[int] = frozenset()
    returned_since_report: bool = False
    owes_from: date | None = None
    """The day it was reopened: what fell due while it stood completed was never owed."""
    undo: Standing | None = None
    """Where it stood before the newest report, kept while that report can be withdrawn."""
    undo_until: Event | None = None
    before_closing: Standing | None = None

    @property
    def late(self) -> bool:
        """Whether the complete report was sent after the limit in force on its day."""
        return self.sent_on is not None and self.due_when_sent is not None and self.sent_on > self.due_when_sent

    @property
    def is_silent(self) -> bool:
        """Whether nothing was ever reported of it: "Chưa báo cáo"."""
        return self.state is State.NOT_REPORTED and self.report_id is None

    @property
    def says_nothing_done(self) -> bool:
        """Whether the report that stands gives 0 %: "Chưa thực hiện", not "Chưa báo cáo"."""
        if self.state not in (State.NOT_REPORTED, State.IN_PROGRESS) or self.returned_since_report:
            return False
        return self.report_id is not None and self.percent == ZERO and self.value is None

    def roadmap(self, terms: Terms) -> Roadmap | None:
        """The straight line to the limit now in force; none where the kind of limit has no such rule."""
        return roadmap(terms.limit.starts_on, self.due_on)


def begin(terms: Terms, unit_id: int) -> Standing:
    """Where an assignment stands before anything happened."""
    return Standing(unit_id=unit_id, due_on=terms.limit.due_on)


def fold(terms: Terms, unit_id: int, events: Iterable[Event]) -> Standing:
    """Where an assignment stands after ``events``, given in their order.

    Raises TransitionRefused where they leave the table; stored histories never do.
    """
    return reduce(lambda standing, event: apply(terms, standing, event), events, begin(terms, unit_id))


def fold_through(
    terms: Terms, unit_id: int, events: Sequence[Event], instants: Iterable[datetime]
) -> tuple[Standing, ...]:
    """Where an assignment stood at each of ``instants``, given from the earliest to the latest: one walk for all."""
    found: list[Standing] = []
    standing, place, since = begin(terms, unit_id), 0, known_since(events)
    for instant in instants:
        while place < len(events) and since[place] <= instant:
            standing = apply(terms, standing, events[place])
            place += 1
        found.append(standing)
    return tuple(found)


def apply(terms: Terms, standing: Standing, event: Event) -> Standing:
    """Where the assignment stands after one more event.

    Raises TransitionRefused where the table has no such step, BadInput where the event lacks what the step needs.
    """
    match event.body:
        case Report():
            after = _report(terms, standing, event, event.body)
        case Withdrawal():
            return _withdraw(standing, event, event.body)
        case Appraisal():
            after = _appraise(standing, event.body)
        case Opening():
            after = _open(terms, standing, event, event.body)
        case Extension():
            after = _extend(terms, standing, event.body)
        case HandOver():
            _refuse(standing.state is State.CLOSED, "closed")
            after = replace(standing, unit_id=event.body.unit_id)
        case Reopening():
            after = _reopen(terms, standing, event, event.body)
        case Closing():
            _refuse(standing.state is State.CLOSED, "closed")
            _need(event.body.reason)
            after = replace(standing, state=State.CLOSED, before_closing=standing)
        case MilestoneMet():
            after = _meet(terms, standing, event.body)
    if isinstance(event.body, Report):
        return replace(after, undo=_prune(standing, event), undo_until=event)
    if isinstance(event.body, Extension | HandOver | MilestoneMet):
        undo = _carry(terms, standing.undo, event)
        return replace(after, undo=undo, undo_until=None if undo is None else standing.undo_until)
    return replace(after, undo=None, undo_until=None)


def _carry(terms: Terms, undo: Standing | None, event: Event) -> Standing | None:
    # They do not touch the report, which can still be taken back; they stay in force where it is.
    if undo is None or (undo.state is State.COMPLETED and isinstance(event.body, Extension)):
        return None
    return apply(terms, undo, event)


def can_withdraw(standing: Standing, event_at: Event) -> bool:
    """Whether a withdrawal event at this instant would be taken."""
    newest = standing.undo_until
    return standing.undo is not None and newest is not None and event_at.at - newest.at <= WITHDRAWAL_WINDOW


def _refuse(condition: bool, key: str) -> None:
    if condition:
        raise TransitionRefused(key)


def _need(reason: str | None) -> None:
    if reason is None or not reason.strip():
        raise BadInput("reason_needed")


def _prune(before: Standing, event: Event) -> Standing:
    newest = before.undo_until
    if newest is not None and event.at - newest.at > WITHDRAWAL_WINDOW:
        return replace(before, undo=None, undo_until=None)
    return before


def needs_reason(standing: Standing, percent: Decimal) -> bool:
    """Whether a report of this percent must say why it is lower than the last; not after a return."""
    return percent < standing.percent and not standing.returned_since_report and standing.state is not State.RETURNED


def _report(terms: Terms, standing: Standing, event: Event, report: Report) -> Standing:
    _refuse(standing.state is State.CLOSED, "closed")
    _refuse(standing.state is State.AWAITING, "awaiting")
    _refuse(standing.state is State.COMPLETED and terms.kind is RowKind.TASK, "completed")
    complete = report.percent >= FULL
    if complete and not report.files:
        raise BadInput(terms.evidence_key)
    if needs_reason(standing, report.percent):
        _need(report.reason)
    day = terms.day_of(event)
    kept = (report.percent, report.value, report.share)
    after = replace(
        standing,
        state=_state_after_report(standing, report, complete),
        percent=report.percent,
        value=report.value,
        share=report.share,
        below=standing.below if complete else kept,
        report_id=event.id,
        reporter_id=event.person_id,
        reported_on=day,
        returned_since_report=False,
        served=standing.served | {report.period} if report.period else standing.served,
        served_late=standing.served_late | {report.period} if report.period and report.late else standing.served_late,
    )
    if complete and standing.state is not State.COMPLETED:
        return replace(after, sent_on=day, due_when_sent=standing.due_on)
    return after if complete else replace(after, sent_on=None, due_when_sent=None)


def _state_after_report(standing: Standing, report: Report, complete: bool) -> State:
    if complete:
        return State.COMPLETED if standing.state is State.COMPLETED else State.AWAITING
    if standing.state is State.RETURNED:
        return State.RETURNED
    silent_zero = report.percent == ZERO and not (report.note and report.note.strip()) and report.value is None
    return standing.state if silent_zero and standing.state is State.NOT_REPORTED else State.IN_PROGRESS


def _withdraw(standing: Standing, event: Event, withdrawal: Withdrawal) -> Standing:
    _refuse(standing.report_id != withdrawal.report_id or not can_withdraw(standing, event), "too_late_to_withdraw")
    return standing.undo or standing


def _appraise(standing: Standing, appraisal: Appraisal) -> Standing:
    _refuse(standing.state is not State.AWAITING or standing.report_id != appraisal.report_id, "not_awaiting")
    if appraisal.accepted:
        return replace(standing, state=State.COMPLETED)
    _need(appraisal.reason)
    return replace(_fall_back(standing), state=State.RETURNED, returned_since_report=True)


def _fall_back(standing: Standing) -> Standing:
    percent, value, share = standing.below
    return replace(standing, percent=percent, value=value, share=share, sent_on=None, due_when_sent=None)


def _open(terms: Terms, standing: Standing, event: Event, opening: Opening) -> Standing:
    _refuse(standing.report_id is not None or standing.state in (State.CLOSED, State.AWAITING), "already_reported")
    if opening.completed_on is not None:
        _need(opening.source)
        if opening.completed_on > terms.day_of(event):
            raise BadInput("day_in_future")
        return replace(
            standing,
            state=State.COMPLETED,
            percent=FULL,
            value=opening.value,
            share=opening.share,
            sent_on=opening.completed_on,
            due_when_sent=standing.due_on,
        )
    if opening.percent >= FULL:
        raise BadInput("evidence_needed")
    touched = opening.percent > ZERO or opening.value is not None
    return replace(
        standing,
        state=State.IN_PROGRESS if touched else State.NOT_REPORTED,
        percent=opening.percent,
        value=opening.value,
        share=opening.share,
        below=(opening.percent, opening.value, opening.share),
        sent_on=None,
        due_when_sent=None,
    )


def _extend(terms: Terms, standing: Standing, extension: Extension) -> Standing:
    _refuse(standing.state in (State.CLOSED, State.COMPLETED), standing.state.value)
    _need(extension.reason)
    if terms.limit.starts_on is not None and extension.due_on < terms.limit.starts_on:
        raise BadInput("due_before_start")
    return replace(standing, due_on=extension.due_on)


def _reopen(terms: Terms, standing: Standing, event: Event, reopening: Reopening) -> Standing:
    _refuse(standing.state not in (State.COMPLETED, State.CLOSED), "not_completed")
    _need(reopening.reason)
    if standing.state is State.CLOSED and standing.before_closing is not None:
        before = standing.before_closing
        return replace(before, due_on=reopening.due_on or before.due_on)
    due_on = reopening.due_on or standing.due_on
    if due_on is not None and due_on < terms.day_of(event):
        raise BadInput("new_limit_needed")
    return replace(
        _fall_back(standing),
        state=State.IN_PROGRESS,
        due_on=due_on,
        returned_since_report=True,
        owes_from=terms.day_of(event),
    )


def _meet(terms: Terms, standing: Standing, met: MilestoneMet) -> Standing:
    _refuse(standing.state is State.CLOSED, "closed")
    _refuse(met.milestone in standing.milestones_met, "milestone_met")
    if not 0 <= met.milestone < len(terms.milestones):
        raise BadInput("no_such_milestone")
    return replace(standing, milestones_met=standing.milestones_met | {met.milestone})
