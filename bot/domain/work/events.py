"""What happened to an assignment, as a list of events that is only ever added to (docs/rules/life-cycle.md#events)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bot.domain.work.progress import Share


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the work stood when the office began to use the plan: a percent, a value, or done on a day."""

    percent: Decimal = Decimal(0)
    value: Decimal | None = None
    share: Share | None = None
    completed_on: date | None = None
    source: str | None = None
    kind: Literal["opening"] = "opening"


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``percent`` is the reported one of a task, the derived one of an indicator.

    ``files`` are ids of stored evidence, ``period`` is the duty it serves ("2026-06"), ``late`` whether after its due
    day, ``reason`` why the percent is lower than before, ``nothing_new`` that there was nothing to tell.
    """

    percent: Decimal
    value: Decimal | None = None
    share: Share | None = None
    note: str | None = None
    files: tuple[int, ...] = ()
    reason: str | None = None
    period: str | None = None
    late: bool = False
    unchanged: bool = False
    nothing_new: bool = False
    kind: Literal["report"] = "report"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The newest report taken back by its sender; both stay visible."""

    report_id: int
    kind: Literal["withdrawal"] = "withdrawal"


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The judgement of a complete report; a return carries its reason."""

    report_id: int
    accepted: bool
    reason: str | None = None
    kind: Literal["appraisal"] = "appraisal"


@dataclass(frozen=True, slots=True)
class Extension:
    """A new time limit, granted by the standing office; also the day set for an open external schedule."""

    due_on: date
    reason: str
    kind: Literal["extension"] = "extension"


@dataclass(frozen=True, slots=True)
class HandOver:
    """The assignment goes to another unit."""

    unit_id: int
    reason: str
    kind: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class Reopening:
    """A completed or closed assignment is opened again."""

    reason: str
    due_on: date | None = None
    kind: Literal["reopening"] = "reopening"


@dataclass(frozen=True, slots=True)
class Closing:
    """The assignment ends without completion: withdrawn by higher levels, or continuous at year end."""

    reason: str
    kind: Literal["closing"] = "closing"


@dataclass(frozen=True, slots=True)
class MilestoneMet:
    """The milestone of this index (from 0) stands ("Đã đạt mốc")."""

    milestone: int
    note: str | None = None
    files: tuple[int, ...] = ()
    kind: Literal["milestone"] = "milestone"


Body = Opening | Report | Withdrawal | Appraisal | Extension | HandOver | Reopening | Closing | MilestoneMet


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its id, instant (aware, UTC) and the person who caused it (none: the program itself)."""

    id: int
    at: datetime
    person_id: int | None
    body: Body
