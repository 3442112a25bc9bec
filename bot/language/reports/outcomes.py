"""What a quick report is read as."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.work.progress import Level, Share, Target

TASK, INDICATOR = "task", "indicator"


@dataclass(frozen=True, slots=True)
class RowHint:
    """What the reader needs of a row: ``kind`` is task or indicator, ``target`` an indicator's."""

    kind: str
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class QuickReport:
    """A report as read; it is shown on the summary card before anything is booked.

    A task has a percent (0-100), an indicator a value; ``implied`` marks a percent nobody typed ("xong"),
    ``unchanged`` is "giữ nguyên" or "không phát sinh". The note keeps the original wording.
    """

    code: str
    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    level: Level | None = None
    note: str = ""
    implied: bool = False
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class AmbiguousReport:
    """A report that must be asked about.

    ``candidates`` are the figures or codes that could be meant; ``reason`` is a key: several_percents, several_tasks,
    code_unknown, percent_missing, value_missing, number_unclear, separator_unclear, share_of_things, negated, inexact,
    planned, remaining, change, condition, wrong, question_mark, completes_a_part, level_word, several, no_share,
    share_zero, date_or_share, unit_wrong, or a key of the domain's bounds (percent_out_of_range …).
    """

    code: str | None
    candidates: tuple[Decimal | str, ...] = ()
    reason: str = ""
    unknown: str | None = None


ReportOutcome = QuickReport | AmbiguousReport | None
