"""What was changed of a row since the plan was loaded: old and new, who, when, why (docs/decisions/0011)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.people.people import Person
from bot.domain.people.requests import Request, RequestKind, RequestState, has_lapsed
from bot.domain.plan.plan import Row
from bot.domain.work.events import Closing, Event, Extension, HandOver, Reopening
from bot.domain.work.lifecycle import Standing, Terms, apply, begin
from bot.services.core.board import Lead
from bot.services.core.book import Book
from bot.storage.engine.database import Connection
from bot.storage.records import people as stored_people
from bot.storage.records import requests


class ChangeKind(StrEnum):
    """What was changed."""

    LIMIT = "limit"
    UNIT = "unit"
    CLOSED = "closed"
    REOPENED = "reopened"
    ADDED = "added"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``unit`` had the work before it; ``old`` and ``new`` are its limit, ``to_unit`` who has it then.

    ``who`` is empty for what the program did itself. ``asked_by`` is the unit on whose request it was done. What was
    agreed to in words ``is_done`` once somebody has noted it.
    """

    kind: ChangeKind
    at: datetime
    unit: str
    reason: str
    who: str = ""
    old: date | None = None
    new: date | None = None
    to_unit: str = ""
    asked_by: str = ""
    is_done: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a row, the newest first, and what was asked about it and waits for an answer."""

    done: tuple[Change, ...]
    waiting: tuple[Request, ...]


async def changes_of(
    conn: Connection, book: Book, row: Row, leads: Sequence[Lead], happened: Mapping[int, Sequence[Event]], day: date
) -> Changes:
    """What was changed of a row in the book, by events and by requests the office has agreed to.

    ``happened`` are the events of its leads, by assignment; on ``day`` nothing waits any more once the year is over.
    """
    asked = await requests.of_row(conn, row.id)
    found: list[tuple[Change, int | None]] = []
    for lead in leads:
        own = happened[lead.assignment.id]
        found += _of_events(book, book.terms[row.id], lead.assignment.first_unit_id, own, asked)
    found += _of_requests(book, asked)
    names = await stored_people.people(conn, {person for _, person in found if person is not None})
    done = [replace(change, who=_who(names, person)) for change, person in found]
    standings = {lead.assignment.id: lead.standing for lead in leads}
    waiting = [each for each in asked if each.is_open and not has_lapsed(each, standings.get(each.assignment_id or 0))]
    ended = book.is_over or book.is_frozen_on(day)
    return Changes(tuple(sorted(done, key=lambda each: each.at, reverse=True)), () if ended else tuple(waiting))


def _who(names: Mapping[int, Person], person_id: int | None) -> str:
    """The name of whoever changed it; a dash for one whose name was erased, who is not the program."""
    if person_id is None:
        return ""
    return (names[person_id].full_name if person_id in names else "") or "–"


def _of_events(
    book: Book, terms: Terms, first_unit_id: int, happened: Sequence[Event], asked: Sequence[Request]
) -> list[tuple[Change, int | None]]:
    found: list[tuple[Change, int | None]] = []
    granted = {each.decided_at: book.unit_name(each.unit_id) for each in asked if each.state is RequestState.GRANTED}
    standing = begin(terms, first_unit_id)
    for event in happened:
        after = apply(terms, standing, event)
        change = _change(book, event, standing, after)
        if change is not None:
            found.append((replace(change, asked_by=granted.get(event.at, "")), event.person_id))
        standing = after
    return found


def _change(book: Book, event: Event, before: Standing, after: Standing) -> Change | None:
    unit = book.unit_name(before.unit_id)
    old, new = before.due_on, after.due_on
    match event.body:
        case Extension(reason=reason):
            return Change(ChangeKind.LIMIT, event.at, unit, reason, old=old, new=new)
        case HandOver(reason=reason):
            return Change(ChangeKind.UNIT, event.at, unit, reason, to_unit=book.unit_name(after.unit_id))
        case Closing(reason=reason):
            return Change(ChangeKind.CLOSED, event.at, unit, reason)
        case Reopening(reason=reason):
            return Change(ChangeKind.REOPENED, event.at, unit, reason, old=old, new=new)
    return None


def _of_requests(book: Book, asked: Iterable[Request]) -> list[tuple[Change, int | None]]:
    """A task that was added, and what was agreed in words: no event tells of these."""
    kinds: Mapping[RequestKind, ChangeKind] = {
        RequestKind.TASK: ChangeKind.ADDED,
        RequestKind.OTHER: ChangeKind.AGREED,
    }
    return [
        (_agreed(book, each, kinds[each.kind], each.decided_at), each.decided_by)
        for each in asked
        if each.state is RequestState.GRANTED and each.kind in kinds and each.decided_at is not None
    ]


def _agreed(book: Book, request: Request, kind: ChangeKind, at: datetime) -> Change:
    proposed = request.person_id != request.decided_by
    unit = book.unit_name(request.unit_id)
    return Change(kind, at, unit, request.reason, asked_by=unit if proposed else "", is_done=not request.is_to_be_done)
