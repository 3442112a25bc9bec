"""What a file says otherwise than the plan that is loaded, and what of it no file may change (docs/decisions/0011).

A plan that comes again is the same plan: the same number and day, where neither was left blank. What people have been
told and have reported stands under a code and its text, so a code does not come to mean other work once it has a
history. A plan in use takes nothing from a file but rows that it has not had: the office sets limits and hands work
over in chat, which keeps the past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.errors import BadInput
from bot.domain.plan.deadlines import TimeLimit
from bot.domain.plan.plan import Plan, Row, RowKind
from bot.domain.plan.words import alike
from bot.domain.work.progress import Target
from bot.plans.heads import has_day, has_number, same_number
from bot.plans.loaded import LoadedHead
from bot.plans.schema import PlanFile

_MOST_SHOWN = 160
_BEFORE_IT = 40
_NOTHING = "–"


class Part(StrEnum):
    """What of a plan or a row is another."""

    NUMBER = "number"
    TITLE = "title"
    ISSUER = "issuer"
    OFFICE = "office"
    NAME = "name"
    PARENT = "parent"
    OUTPUT = "output"
    KPI = "kpi"
    TARGET = "target"
    LEAD = "lead"
    LIMIT = "limit"
    REFERENCE = "reference"
    GROUP = "group"
    COORDINATING = "coordinating"
    TRACKER = "tracker"
    NOTE = "note"


WORK = frozenset({Part.NAME, Part.PARENT, Part.OUTPUT, Part.KPI, Part.TARGET})
"""What the work itself is: under another of these, a code means another row."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that a file has otherwise, as people read it; ``code`` names the row, empty for the plan itself."""

    code: str
    part: Part
    old: str
    new: str


class FileRefused(BadInput):
    """A file that would change what has a history. ``differences`` are all, also those that alone would be taken."""

    def __init__(self, key: str, differences: Collection[Difference] = (), **figures: object) -> None:
        """Keep the differences beside the sentence of the first that is refused."""
        super().__init__(key, **figures)
        self.differences = tuple(differences)


def filled_in(file: PlanFile, stored: Plan, locality: str) -> PlanFile:
    """The file with the number and the day of issue that the stored plan has, where one of the two left them blank.

    Of a plan in use the day stays in any case, for roadmaps begin on it. Raises FileRefused (``other_plan_of_year``).
    """
    head, printed = file.plan, stored.issued_on_as_printed
    other_number = has_number(stored.number) and has_number(head.number) and not same_number(stored.number, head.number)
    other_day = has_day(printed) and has_day(head.issued_on_as_printed) and stored.issued_on != head.issued_on
    if other_number or other_day:
        raise FileRefused(
            "other_plan_of_year",
            locality=locality,
            year=stored.year,
            old_number=stored.number,
            old_day=printed,
            number=head.number,
            day=head.issued_on_as_printed,
        )
    if has_number(stored.number) or not has_number(head.number):
        head = head.but(number=stored.number)
    if has_day(printed) or stored.in_use_on is not None:
        head = head.but(issued_on=stored.issued_on, issued_on_as_printed=printed)
    return file.but(plan=head)


def of_head(stored: Plan, head: LoadedHead, offices: tuple[str, str]) -> tuple[Difference, ...]:
    """What the head has otherwise; ``offices`` are the standing office's names, the stored one's and the file's."""
    pairs = (
        (Part.NUMBER, stored.number, head.number),
        (Part.TITLE, stored.title, head.title),
        (Part.ISSUER, stored.issuer, head.issuer),
        (Part.OFFICE, *offices),
    )
    return tuple(_difference("", part, old, new) for part, old, new in pairs if alike(old) != alike(new))


def of_row(stored: Row, read: Row) -> tuple[Difference, ...]:
    """What a row has otherwise. White space, composing and capitals make no difference.

    Of a task that came into the plan later only what the file can know is compared: what it is, whose, and until when.
    """
    texts = {
        Part.NAME: (stored.name, read.name),
        Part.PARENT: (stored.parent, read.parent),
        Part.OUTPUT: (stored.output, read.output),
        Part.KPI: (stored.kpi, read.kpi),
        Part.LEAD: (_lead_words(stored), _lead_words(read)),
    }
    if stored.added_at is None:
        texts |= {
            Part.REFERENCE: (stored.reference, read.reference),
            Part.GROUP: (stored.group, read.group),
            Part.COORDINATING: (stored.coordinating_as_printed, read.coordinating_as_printed),
            Part.TRACKER: (stored.tracker_as_printed, read.tracker_as_printed),
            Part.NOTE: (stored.note, read.note),
        }
    found = {part: pair for part, pair in texts.items() if alike(pair[0] or "") != alike(pair[1] or "")}
    if _of_target(stored.target) != _of_target(read.target):
        found[Part.TARGET] = (_target_words(stored.target), _target_words(read.target))
    limit = read.limit
    if stored.added_at is not None:
        # It began on the day it was added, and the office typed its limit in its own way.
        limit = replace(limit, starts_on=stored.limit.starts_on, printed=stored.limit.printed)
    if _of_limit(stored.limit) != _of_limit(limit):
        found[Part.LIMIT] = (_limit_words(stored.limit), _limit_words(read.limit))
    return tuple(_difference(read.code, part, *found[part]) for part in Part if part in found)


def refuse(
    differences: Collection[Difference], *, in_use: bool, with_history: Collection[str], added: Collection[str]
) -> None:
    """Nothing where all of them may be taken from a file. Raises FileRefused for the first that may not.

    ``with_history`` and ``added`` are codes: of rows about which anything was said, of tasks added in the year
    (docs/decisions/0011).
    """
    for each in differences:
        key = _refusal(each, in_use=in_use, has_history=each.code in with_history, was_added=each.code in added)
        if key is not None:
            raise FileRefused(key, differences, code=each.code, old=each.old, new=each.new)


def _refusal(each: Difference, *, in_use: bool, has_history: bool, was_added: bool) -> str | None:
    if was_added and each.part in WORK:
        return "code_of_added_task"
    if not each.code:
        return "head_by_file" if in_use and each.part is not Part.NUMBER else None
    if each.part in WORK and (in_use or has_history):
        return "code_of_other_text"
    if each.part is Part.LEAD and (in_use or has_history):
        return "lead_by_file"
    if not in_use:
        return None
    return "limit_by_file" if each.part is Part.LIMIT else "code_of_other_text"


def _lead_words(row: Row) -> str | None:
    # An indicator that no one unit carries out is led by the unit that tracks it.
    cells = [row.lead_as_printed] if row.kind is RowKind.TASK else [row.lead_as_printed, row.tracker_as_printed]
    return " · ".join(dict.fromkeys(cell for cell in cells if cell)) or None


def _difference(code: str, part: Part, old: str | None, new: str | None) -> Difference:
    first, second = (" ".join((text or _NOTHING).split()) for text in (old, new))
    start = max(0, _parting(first, second) - _BEFORE_IT)
    return Difference(code, part, _cut(first, start), _cut(second, start))


def _parting(one: str, other: str) -> int:
    """Where two texts begin to be two; a long one is shown from shortly before."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, start: int) -> str:
    if len(text) <= _MOST_SHOWN:
        return text
    shown = text[start : start + _MOST_SHOWN]
    return ("…" if start else "") + shown + ("…" if start + _MOST_SHOWN < len(text) else "")


def _of_limit(limit: TimeLimit) -> tuple[object, ...]:
    milestones = [mark.due_on for mark in limit.milestones]
    return alike(limit.printed or ""), limit.kind, limit.starts_on, limit.due_on, milestones


def _limit_words(limit: TimeLimit) -> str:
    # A limit that had passed when the plan was issued begins after its own end: only the end means something.
    passed = limit.starts_on is not None and limit.due_on is not None and limit.due_on < limit.starts_on
    span = (limit.due_on,) if passed else (limit.starts_on, limit.due_on)
    days = [f"{day:%d/%m/%Y}" for day in span if day is not None]
    return f"{limit.printed or _NOTHING}" + (f" ({_NOTHING.join(days)})" if days else "")


def _of_target(target: Target | None) -> tuple[object, ...]:
    if target is None:
        return ()
    return alike(target.as_printed), alike(target.unit), target.comparator, target.values


def _target_words(target: Target | None) -> str:
    return _NOTHING if target is None else " ".join(_target_parts(target))


def _target_parts(target: Target) -> Iterator[str]:
    yield target.as_printed
    values = "; ".join(f"{value:f}" for value in target.values)
    yield f"({' '.join((values, target.unit)).strip()})"
