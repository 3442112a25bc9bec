"""Time limits: the printed words, read as one of twelve kinds (docs/rules/limits.md)."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class DeadlineKind(StrEnum):
    """How a printed limit is understood."""

    DATE = "date"
    MONTH = "month"
    QUARTER = "quarter"
    SPAN = "span"
    YEAR = "year"
    BEFORE = "before"
    MILESTONES = "milestones"
    EXTERNAL_BOUNDED = "external_bounded"
    EXTERNAL_OPEN = "external_open"
    CONTINUOUS = "continuous"
    PLAN_YEAR = "plan_year"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day inside a limit at which a part must stand (Bình Lộc NV04)."""

    printed: str
    due_on: date


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A limit as printed and as understood; days are days of the locality.

    ``starts_on`` is where a roadmap begins, never before the plan's issue; none where the kind has no roadmap rule.
    ``due_on`` ends at 24:00; none where nothing can become overdue.
    """

    printed: str | None
    kind: DeadlineKind
    starts_on: date | None = None
    due_on: date | None = None
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The straight line from start to deadline; both days belong to it."""

    starts_on: date
    due_on: date

    @property
    def total(self) -> int:
        """The number of days of the line."""
        return (self.due_on - self.starts_on).days + 1

    def elapsed(self, day: date) -> int:
        """The days gone by before ``day``; negative before the start."""
        return (day - self.starts_on).days


def roadmap(starts_on: date | None, due_on: date | None) -> Roadmap | None:
    """The roadmap between two days, none where either is missing or it would be empty."""
    if starts_on is None or due_on is None or starts_on > due_on:
        return None
    return Roadmap(starts_on, due_on)


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter (1-4)."""
    last_month = 3 * quarter
    return date(year, last_month - 2, 1), month_end(year, last_month)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_Q = r"quý\s*(iv|i{1,3}|[1-4])"
_Y = r"(?:\s*(?:/|-|năm)\s*(\d{4}))?"
_DAY = r"(?:ngày\s*)?(\d{1,2})\s*(?:/|-|\.|tháng)\s*(\d{1,2})\s*(?:/|-|\.|năm)\s*(\d{4})"
_MONTH = r"(?:trong\s+)?(?:tháng\s*)?(\d{1,2})\s*(?:/|-|năm)\s*(\d{4})"

_CONTINUOUS = re.compile(r"thường xuyên")
_EXTERNAL_OPEN = re.compile(r"theo lộ trình")
_EXTERNAL_BOUNDED = re.compile(r"(?:phân kỳ năm|theo kế hoạch|theo đề án).*?(\d{4})?$")
_STAGES = re.compile(r"phân kỳ năm\s*(\d{4})")
_BEFORE = re.compile(r"\btrước\s+(.+)$")
_DATE = re.compile(rf"^{_DAY}$")
_MONTH_ONLY = re.compile(rf"^{_MONTH}$")
_MONTH_BARE = re.compile(r"^(?:trong\s+)?tháng\s*(\d{1,2})$")
_QUARTER = re.compile(rf"^{_Q}{_Y}$")
_SPAN = re.compile(rf"^(?:từ\s+)?{_Q}(?:{_Y})\s*(?:,|-|–|và|đến)\s*(?:quý\s*)?(iv|i{{1,3}}|[1-4]){_Y}$")
_HALF = re.compile(rf"^6 tháng (đầu|cuối) năm{_Y}$|^6 tháng (đầu|cuối) năm\s*(\d{{4}})$")
_YEAR = re.compile(r"^(?:trong\s+|cả\s+)?năm\s*(\d{4})$|^(\d{4})$")
_YEARLY = re.compile(r"^h[ằà]ng năm$")
_LEADING = re.compile(rf"^({_Q}{_Y}|{_MONTH})\b")


def read_time_limit(printed: str | None, *, year: int, issued_on: date, inclusive: bool = False) -> TimeLimit:
    """The limit that a printed cell sets in the plan of ``year``, issued on ``issued_on``.

    ``inclusive`` makes "trước ngày 20" include the 20th. What cannot be read comes back as kind ``unread``.
    Source: the table of docs/rules/limits.md#kinds-of-limits.
    """
    year_end = date(year, 12, 31)
    if printed is None or not printed.strip():
        return TimeLimit(None, DeadlineKind.PLAN_YEAR, issued_on, year_end)
    words = " ".join(unicodedata.normalize("NFC", printed).casefold().split()).strip(" .;")
    for read in _READERS:
        limit = read(printed, words, year)
        if limit is not None:
            return _begin(limit, issued_on, inclusive)
    return TimeLimit(printed, DeadlineKind.UNREAD)


_NO_ROADMAP = {DeadlineKind.CONTINUOUS, DeadlineKind.EXTERNAL_OPEN, DeadlineKind.EXTERNAL_BOUNDED, DeadlineKind.UNREAD}


def _begin(limit: TimeLimit, issued_on: date, inclusive: bool) -> TimeLimit:
    due_on = limit.due_on
    if limit.kind is DeadlineKind.BEFORE and due_on is not None and inclusive:
        due_on = limit.milestones[0].due_on
    if limit.kind in _NO_ROADMAP:
        return TimeLimit(limit.printed, limit.kind, None, due_on)
    starts_on = max(limit.starts_on or issued_on, issued_on)
    stages = limit.milestones if limit.kind is DeadlineKind.MILESTONES else ()
    return TimeLimit(limit.printed, limit.kind, starts_on, due_on, stages)


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _continuous(printed: str, words: str, year: int) -> TimeLimit | None:
    return TimeLimit(printed, DeadlineKind.CONTINUOUS) if _CONTINUOUS.search(words) else None


def _external_open(printed: str, words: str, year: int) -> TimeLimit | None:
    return TimeLimit(printed, DeadlineKind.EXTERNAL_OPEN) if _EXTERNAL_OPEN.search(words) else None


def _milestones(printed: str, words: str, year: int) -> TimeLimit | None:
    first, stages = _LEADING.match(words), _STAGES.search(words)
    if not first or not stages:
        return None
    opening = _quarter(printed, first.group(1), year) or _month(printed, first.group(1), year)
    if opening is None or opening.due_on is None:
        return None
    head, _, tail = printed.partition(",")
    last = date(int(stages.group(1)), 12, 31)
    parts = (Milestone(head.strip(), opening.due_on), Milestone(tail.strip() or printed, last))
    return TimeLimit(printed, DeadlineKind.MILESTONES, None, last, parts)


def _external_bounded(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _EXTERNAL_BOUNDED.search(words)
    if not found:
        return None
    years = re.findall(r"năm (\d{4})", words)
    return TimeLimit(printed, DeadlineKind.EXTERNAL_BOUNDED, None, date(int(years[-1]) if years else year, 12, 31))


def _before(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _BEFORE.search(words)
    if not found:
        return None
    inner = _date(printed, found.group(1), year) or _month(printed, found.group(1), year)
    if inner is None or inner.due_on is None:
        return None
    first = inner.due_on if inner.kind is DeadlineKind.DATE else inner.due_on.replace(day=1)
    named = Milestone(printed, inner.due_on)
    return TimeLimit(printed, DeadlineKind.BEFORE, None, first - timedelta(days=1), (named,))


def _date(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _DATE.match(words)
    day = _day(found.group(3), found.group(2), found.group(1)) if found else None
    return TimeLimit(printed, DeadlineKind.DATE, None, day) if day else None


def _month(printed: str, words: str, year: int) -> TimeLimit | None:
    found, bare = _MONTH_ONLY.match(words), _MONTH_BARE.match(words)
    month = (int(found.group(1)), int(found.group(2))) if found else (int(bare.group(1)), year) if bare else (0, 0)
    if not 1 <= month[0] <= 12:
        return None
    return TimeLimit(printed, DeadlineKind.MONTH, None, month_end(month[1], month[0]))


def _quarter(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _QUARTER.match(words)
    if not found:
        return None
    first, last = quarter_days(int(found.group(2) or year), _QUARTERS[found.group(1)])
    return TimeLimit(printed, DeadlineKind.QUARTER, first, last)


def _span(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _SPAN.match(words)
    if not found:
        return None
    until = int(found.group(4) or found.group(2) or year)
    since = int(found.group(2) or until)
    first, _ = quarter_days(since, _QUARTERS[found.group(1)])
    _, last = quarter_days(until, _QUARTERS[found.group(3)])
    return TimeLimit(printed, DeadlineKind.SPAN, first, last) if first < last else None


def _half(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _HALF.match(words)
    if not found:
        return None
    which, of = found.group(1) or found.group(3), int(found.group(2) or found.group(4) or year)
    first, last = (date(of, 1, 1), date(of, 6, 30)) if which == "đầu" else (date(of, 7, 1), date(of, 12, 31))
    return TimeLimit(printed, DeadlineKind.SPAN, first, last)


def _year(printed: str, words: str, year: int) -> TimeLimit | None:
    found = _YEAR.match(words)
    if not found and not _YEARLY.match(words):
        return None
    of = int(found.group(1) or found.group(2)) if found else year
    return TimeLimit(printed, DeadlineKind.YEAR, None, date(of, 12, 31))


# Order matters: "Quý I/2026 hoàn thành …, … phân kỳ năm 2026" holds the words of three kinds.
_READERS: tuple[Callable[[str, str, int], TimeLimit | None], ...] = (
    _milestones,
    _continuous,
    _external_open,
    _external_bounded,
    _before,
    _span,
    _half,
    _date,
    _month,
    _quarter,
    _year,
)
