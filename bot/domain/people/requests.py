"""What a unit asks of the standing office: another limit, another unit, an end, a new task (docs/rules/rights.md).

A request is decided once. What it speaks of may move on before: then it has lapsed, and nobody decides it any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.errors import BadInput
from bot.domain.work.lifecycle import Standing, State


class RequestKind(StrEnum):
    """What is asked for. Values are stored and never renamed."""

    EXTENSION = "extension"
    HAND_OVER = "hand_over"
    CLOSING = "closing"
    TASK = "task"
    OTHER = "other"


class RequestState(StrEnum):
    """What became of it. ``lapsed``: what it spoke of was changed before anybody decided."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be added. ``limit`` is written as plans print limits ("30/9/2026", "Quý III", "Thường xuyên")."""

    name: str
    unit_id: int
    limit: str
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted, by the kind of request: a day, a unit, a task; nothing where the reason says it all."""

    due_on: date | None = None
    unit_id: int | None = None
    task: NewTask | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for a unit. ``unit_id`` is the asking unit, ``due_then`` the limit in force on that day.

    ``row_id`` and ``assignment_id`` name what it is about; of a new task the row, once it stands. ``granted_on`` is the
    limit granted, which may be another than the one wished for; ``answer`` what was said with the decision. What the
    program cannot carry out itself people do, and note with ``done_at`` and ``done_by``.
    """

    id: int
    locality_id: int
    plan_id: int
    kind: RequestKind
    unit_id: int
    person_id: int
    at: datetime
    reason: str
    wish: Wish = field(default_factory=Wish)
    row_id: int | None = None
    assignment_id: int | None = None
    due_then: date | None = None
    state: RequestState = RequestState.ASKED
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str | None = None
    granted_on: date | None = None
    done_at: datetime | None = None
    done_by: int | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether people have to carry it out: it stands in words that the program does not read."""
        return self.kind is RequestKind.OTHER

    @property
    def is_to_be_done(self) -> bool:
        """Whether it was agreed to and nobody has noted that it is carried out."""
        return self.is_by_hand and self.state is RequestState.GRANTED and self.done_at is None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.state is RequestState.ASKED


def obstacle(request: Request, standing: Standing | None) -> str | None:
    """The key of why an open request about an assignment cannot be decided as it stands; none where it can be.

    What awaits judgement may come back: that request only waits (``request_awaiting``).
    """
    if standing is None:
        return None if request.assignment_id is None else "request_gone"
    if standing.unit_id != request.unit_id:
        return "request_handed_on"
    if standing.state is State.CLOSED:
        return "request_closed"
    if standing.state is State.COMPLETED:
        return "request_completed"
    return "request_awaiting" if standing.state is State.AWAITING else None


def has_lapsed(request: Request, standing: Standing | None) -> bool:
    """Whether an open request about an assignment is open on paper only: what it speaks of has moved on for good."""
    return obstacle(request, standing) not in (None, "request_awaiting")


def check_new_limit(due_on: date, *, standing: Standing, starts_on: date | None, today: date, last_day: date) -> None:
    """Nothing where the day can be granted as the new limit of a unit. Raises BadInput that says why not.

    ``last_day`` is 31 December of the plan year: what goes on after it belongs to the next plan.
    """
    if due_on < today:
        raise BadInput("limit_in_past")
    if starts_on is not None and due_on < starts_on:
        raise BadInput("due_before_start")
    if standing.due_on is not None and due_on <= standing.due_on:
        raise BadInput("limit_not_later", present=f"{standing.due_on:%d/%m/%Y}")
    if due_on > last_day:
        raise BadInput("limit_after_year", day=f"{last_day:%d/%m/%Y}")
