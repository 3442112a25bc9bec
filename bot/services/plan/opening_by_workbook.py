"""Openings of many rows at once: a workbook with every lead assignment goes out, and comes back filled in."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import BadInput, NotFound, TienDoError
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Row
from bot.domain.work.events import Opening
from bot.plans.problems import Problem
from bot.plans.workbooks.opening_workbook import (
    Known,
    OpeningEntry,
    OpeningLine,
    raw_sheets,
    read_opening,
    title_of,
)
from bot.services.core import ledger
from bot.services.core.apart import done_apart
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book
from bot.services.core.desk import Desk, require_person
from bot.services.core.office import directory_of, office_with
from bot.services.plan.set_opening import Stated, can_open, is_news, opening_of, refuse_in_use
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, files

_SECONDS = 40.0
_MOST_ANSWER = 32 << 20
_AS_PROBLEM = {
    "opening_needs_day": "opening_needs_day",
    "source_needed": "opening_no_source",
    "source_too_long": "opening_source_long",
    "day_in_future": "opening_future",
    "day_too_early": "opening_too_early",
    "value_below_target": "opening_below_target",
}


@dataclass(frozen=True, slots=True)
class Workbook:
    """The workbook that goes out. ``lines`` is how many lead assignments stand in it."""

    locality: Locality
    content: bytes
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class WorkbookPreview:
    """What a workbook would set: how many assignments, how many of them completed, and the rows with mistakes.

    ``hidden`` are the numbers of filled-in rows that the file does not show.
    """

    locality: Locality
    set: int
    completed: int
    same: int
    problems: tuple[Problem, ...]
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a workbook has set."""

    locality: Locality
    set: int
    completed: int
    skipped: int


async def make_workbook(
    desk: Desk,
    visitor: Visitor,
    *,
    locality_id: int,
    words: Callable[[Lead], tuple[str, str]],
    now: datetime,
) -> Workbook:
    """The workbook of a plan that is not in use; ``words`` gives limit and present standing as people read them.

    Raises NotAllowed, NotFound without a plan, TransitionRefused once it is in use.
    """
    async with desk.db.read() as conn:
        book = await _book(desk, conn, visitor, locality_id)
        found = await leads(conn, book, book.today(now))
    lines = [_line(book, lead, *words(lead)) for lead in found]
    asked = json.dumps({"title": _title(book), "lines": [asdict(line) for line in lines]})
    async with desk.probes:
        content = await _child("write", given=asked.encode())
    if not content:
        raise BadInput("opening_file_failed")
    year = book.plan.year if book.plan else 0
    return Workbook(book.locality, content, f"muc-ban-dau-{book.locality.slug}-{year}.xlsx", len(lines))


async def preview(
    desk: Desk, visitor: Visitor, *, locality_id: int, evidence_id: int, now: datetime
) -> WorkbookPreview:
    """What the workbook that was sent would set; nothing is written.

    Raises NotAllowed, NotFound, TransitionRefused once the plan is in use, BadInput where the file cannot be read, is
    another plan's, or was not filled in.
    """
    async with desk.db.read() as conn:
        book = await _book(desk, conn, visitor, locality_id)
        path, name = await _path(desk, conn, visitor, evidence_id)
    raw = await _raw(desk, path, name)
    async with desk.db.read() as conn:
        book = await _book(desk, conn, visitor, locality_id)
        sorted_out = await _sort_out(conn, book, raw, now)
    news = sorted_out.news
    completed = sum(body.completed_on is not None for _, body in news)
    return WorkbookPreview(book.locality, len(news), completed, sorted_out.same, sorted_out.problems, sorted_out.hidden)


async def apply(
    desk: Desk, visitor: Visitor, *, locality_id: int, evidence_id: int, now: datetime, key: str
) -> Applied:
    """What the workbook has set, all of it in one transaction and once under ``key``; rows with mistakes are left out.

    Raises as ``preview`` does.
    """
    person = require_person(visitor)
    async with desk.db.read() as conn:
        path, name = await _path(desk, conn, visitor, evidence_id)
    raw = await _raw(desk, path, name)
    async with desk.db.write() as conn:
        book = await _book(desk, conn, visitor, locality_id)
        found = await _sort_out(conn, book, raw, now, key)
        for entry, body in found.news:
            own_key = f"{key}:opening:{entry.assignment_id}"
            await ledger.record(conn, book, entry.assignment_id, body, person_id=person.id, now=now, key=own_key)
        if found.fresh:
            subject = {"evidence": evidence_id, "count": len(found.news)}
            await audit.append(conn, locality_id, now, person.id, "opening_workbook", subject)
    completed = sum(body.completed_on is not None for _, body in found.news)
    return Applied(book.locality, len(found.news), completed, len(found.problems))


@dataclass(frozen=True, slots=True)
class _SortedOut:
    news: tuple[tuple[OpeningEntry, Opening], ...]
    same: int
    problems: tuple[Problem, ...]
    fresh: bool
    hidden: tuple[int, ...]


async def _sort_out(
    conn: Connection, book: Book, raw: dict[str, Any], now: datetime, key: str | None = None
) -> _SortedOut:
    today = book.today(now)
    found = {lead.assignment.id: lead for lead in await leads(conn, book, today)}
    assert book.plan is not None
    read = read_opening(
        raw_sheets(raw),
        title=_title(book),
        known=_known(book, found.values()),
        directory=directory_of(book),
        year=book.plan.year,
    )
    news: list[tuple[OpeningEntry, Opening]] = []
    problems = list(read.problems)
    fresh, same = False, 0
    for entry in read.entries:
        lead = found[entry.assignment_id]
        stated = Stated(entry.percent, entry.value, entry.share, entry.completed_on, entry.source)
        try:
            body = opening_of(lead.terms, stated, today)
        except TienDoError as wrong:
            problems.append(Problem(entry.where, _AS_PROBLEM.get(wrong.key, "opening_amount"), wrong.figures))
            continue
        done_before = key is not None and await events.event_by_key(conn, f"{key}:opening:{entry.assignment_id}")
        if done_before:
            news.append((entry, body))
        elif not can_open(lead):
            problems.append(Problem(entry.where, "opening_reported"))
        elif not is_news(lead, body):
            same += 1
        else:
            fresh = True
            news.append((entry, body))
    return _SortedOut(tuple(news), same, tuple(problems), fresh, read.hidden)


def _known(book: Book, found: Any) -> dict[str, Known]:
    by_code: dict[str, dict[str, int]] = {}
    for lead in found:
        by_code.setdefault(lead.row.code, {})[book.unit_name(lead.standing.unit_id)] = lead.assignment.id
    rows = book.by_code
    return {code: Known(_text(rows[code]), rows[code].target, units) for code, units in by_code.items()}


def _line(book: Book, lead: Lead, limit: str, present: str) -> OpeningLine:
    target = lead.row.target.as_printed if lead.row.target else ""
    unit = book.unit_name(lead.standing.unit_id)
    return OpeningLine(lead.row.code, _text(lead.row), unit, limit, target, present)


def _text(row: Row) -> str:
    # Parts of one task may go by the same words; what they are parts of tells them apart.
    return f"{row.parent} · {row.name}" if row.parent else row.name


def _title(book: Book) -> str:
    place = book.locality
    return title_of(kind=place.kind, name=place.name, province=place.province, year=book.plan.year if book.plan else 0)


async def _book(desk: Desk, conn: Connection, visitor: Visitor, locality_id: int) -> Book:
    book = await office_with(desk, conn, visitor, lambda b: b.locality.id == locality_id, newest=True)
    refuse_in_use(book)
    return book


async def _path(desk: Desk, conn: Connection, visitor: Visitor, evidence_id: int) -> tuple[Path, str]:
    person = require_person(visitor)
    for each in await files.evidence(conn, [evidence_id]):
        if each.person_id == person.id:
            return desk.files.path_of(each.sha256), each.name
    raise NotFound("opening_file_gone")


async def _raw(desk: Desk, path: Path, name: str) -> dict[str, Any]:
    async with desk.probes:
        said = await _child("read", str(path))
    with contextlib.suppress(ValueError):
        answer = json.loads(said)
        if isinstance(answer, dict):
            # The child knows the file by its hash; people know it by its name.
            answer["figures"] = {**answer.get("figures", {}), "file": name}
            return answer
    raise BadInput("opening_file_unreadable")


async def _child(*arguments: str, given: bytes = b"") -> bytes:
    """What the child process wrote; nothing where it failed, took too long or wrote too much."""
    said = await done_apart("bot.plans.workbooks.opening_workbook", *arguments, given=given, seconds=_SECONDS)
    return said if len(said) <= _MOST_ANSWER else b""
