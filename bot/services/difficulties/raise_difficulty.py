"""Raise a difficulty with a task: who may be asked, what stands against it; the difficulty is recorded once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.difficulties import Category, Difficulty, DifficultyEntry, EscalationLevel
from bot.domain.people.difficulties import EntryKind as Kind
from bot.domain.people.visitor import Visitor
from bot.domain.plan.codes import same_code
from bot.domain.plan.plan import Unit, UnitKind, UnitRole
from bot.services.core.board import Lead, lead_on, leads, urgency
from bot.services.core.book import Book, require_in_hand
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import standing_for
from bot.services.core.recipients import Audience, audience_of
from bot.services.difficulties.difficulty_sides import first_level, look_at, tell
from bot.services.difficulties.see_difficulties import DifficultyCard, card_of
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.services.reporting.carry_files import usable_files
from bot.services.reporting.list_work import Subject, subject_of
from bot.services.reporting.report_progress import clean, require_lead, require_running
from bot.storage.engine.database import Connection
from bot.storage.records import audit, difficulties, events, unit_reports


@dataclass(frozen=True, slots=True)
class Raising:
    """A difficulty about to be raised. ``units`` may be asked beside the standing office, whose name is ``office``.

    ``levels`` says for each of them, and for the office (none), who would really be asked. ``refusal``: why none can be
    raised now.
    """

    subject: Subject
    units: tuple[Unit, ...]
    office: str
    levels: dict[int | None, EscalationLevel]
    refusal: TransitionRefused | None
    files: tuple[GivenFile, ...] = ()

    @property
    def top(self) -> EscalationLevel:
        """Who is asked where no unit is: the standing office, or the committee."""
        return self.levels[None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in the way. ``to_unit_id`` none: the standing office is asked; ``files`` are ids of evidence."""

    category: Category
    to_unit_id: int | None
    text: str
    files: Collection[int] = ()


async def list_raisable(desk: Desk, visitor: Visitor, *, now: datetime) -> tuple[Subject, ...]:
    """The open lead assignments of the person's units in the current locality, the most urgent first.

    Raises NotAllowed where the person reports for no unit there.
    """
    async with desk.db.read() as conn:
        book = await desk.books.of(conn, current_locality_id(visitor))
        units = people.reporting_units(visitor.memberships, book.locality.id)
        if not units:
            raise NotAllowed("no_reporting_unit")
        found = [lead for lead in await leads(conn, book, book.today(now), unit_ids=units) if lead.is_open]
    return tuple(subject_of(book, lead, now) for lead in sorted(found, key=urgency))


def under_code(subjects: Collection[Subject], code: str) -> tuple[Subject, ...]:
    """Those of the work that go by a code."""
    return tuple(each for each in subjects if same_code(each.lead.row.code, code))


async def look(
    desk: Desk, visitor: Visitor, *, assignment_id: int, file_ids: Collection[int] = (), now: datetime
) -> Raising:
    """The task as it stands, and who can be asked.

    Raises NotFound, NotAllowed for work of another unit, TransitionRefused for another year's plan.
    """
    async with desk.db.read() as conn:
        return await look_in(conn, desk, visitor, assignment_id=assignment_id, file_ids=file_ids, now=now)


async def look_in(
    conn: Connection,
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    file_ids: Collection[int] = (),
    now: datetime,
) -> Raising:
    """As `look`, on a connection that is open."""
    book, lead = await _own(conn, desk, visitor, assignment_id, now)
    audience = await audience_of(conn, book)
    units = await _coordinating(conn, book, lead)
    asked: list[int | None] = [None, *(unit.id for unit in units)]
    office_id = book.locality.standing_office_id
    return Raising(
        subject=subject_of(book, lead, now),
        units=units,
        office="" if office_id is None else book.unit_name(office_id),
        levels={each: first_level(audience, lead.standing.unit_id, each) for each in asked},
        refusal=_refusal(book, lead, now),
        files=await given_files(conn, book, file_ids) if file_ids else (),
    )


async def raise_difficulty(
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    trouble: Trouble,
    now: datetime,
    key: str,
) -> DifficultyCard:
    """The card of the difficulty, recorded once under ``key``.

    Raises NotFound, NotAllowed for work of another unit, BadInput without words, for a unit that does not coordinate
    the row and for files that cannot be carried, TransitionRefused where none can be raised now.
    """
    require_person(visitor)
    async with desk.db.write() as conn:
        book, lead = await _own(conn, desk, visitor, assignment_id, now)
        await unit_reports.hold(conn, book.locality.id)
        audience = await audience_of(conn, book)
        known = await difficulties.by_key(conn, _key(key))
        if known is None:
            known = await _record(conn, audience, visitor, lead, trouble, now, _key(key))
            await tell(conn, audience, *known, now)
        return await card_of(conn, audience, known[0], visitor.memberships, now)


async def is_recorded(conn: Connection, key: str) -> bool:
    """Whether a difficulty was recorded under this key already."""
    return await difficulties.by_key(conn, _key(key)) is not None


async def _record(
    conn: Connection, audience: Audience, visitor: Visitor, lead: Lead, trouble: Trouble, now: datetime, key: str
) -> tuple[Difficulty, DifficultyEntry]:
    book, person = audience.book, require_person(visitor)
    refusal = _refusal(book, lead, now)
    if refusal is not None:
        raise refusal
    words = clean(trouble.text)
    if words is None:
        raise BadInput("difficulty_empty")
    if trouble.to_unit_id is not None and trouble.to_unit_id not in {
        u.id for u in await _coordinating(conn, book, lead)
    }:
        raise BadInput("difficulty_no_such_unit")
    kept = await usable_files(conn, book.locality.id, person, trouble.files)
    unit_id = lead.standing.unit_id
    head = {
        "locality_id": book.locality.id,
        "plan_id": lead.row.plan_id,
        "row_id": lead.row.id,
        "assignment_id": lead.assignment.id,
        "unit_id": unit_id,
        "to_unit_id": trouble.to_unit_id,
        "category": trouble.category.value,
    }
    level = first_level(audience, unit_id, trouble.to_unit_id)
    entry = {
        "kind": Kind.RAISED.value,
        "at": now,
        "person_id": person.id,
        "unit_id": unit_id,
        "level": level.value,
        "text": words,
    }
    raised = await difficulties.add(conn, head=head, entry=entry, key=key, evidence_ids=kept)
    await difficulties.save(conn, raised, look_at(book, raised))
    subject = {"difficulty": raised.id, "assignment": lead.assignment.id, "unit": unit_id}
    await audit.append(conn, book.locality.id, now, person.id, "difficulty_raised", subject)
    return raised, raised.entries[0]


async def _own(conn: Connection, desk: Desk, visitor: Visitor, assignment_id: int, now: datetime) -> tuple[Book, Lead]:
    require_person(visitor)
    assignment, standing = await standing_for(conn, visitor, assignment_id)
    book = await desk.books.of_row(conn, assignment.locality_id, assignment.row_id)
    if assignment.role is not UnitRole.LEAD or assignment.row_id not in book.rows:
        raise NotFound("not_found")
    await require_running(conn, assignment)
    require_in_hand(book)
    require_lead(book, visitor, book.row(assignment.row_id), standing)
    return book, lead_on(book, assignment, standing, book.today(now))


def _refusal(book: Book, lead: Lead, now: datetime) -> TransitionRefused | None:
    if book.plan is None or not book.plan.is_watched_on(book.today(now)):
        return TransitionRefused("difficulty_not_in_use")
    return None if lead.is_open else TransitionRefused("difficulty_task_done", code=lead.row.code)


async def _coordinating(conn: Connection, book: Book, lead: Lead) -> tuple[Unit, ...]:
    """The units of the directory that coordinate the row; community teams are asked for their help, not for answers."""
    left_out = (lead.standing.unit_id, book.locality.standing_office_id)
    held = await events.assignments_of_row(conn, lead.row.id)
    ids = dict.fromkeys(each.unit_id for each in held if each.role is UnitRole.COORDINATE)
    found = [book.units[each] for each in ids if each in book.units and each not in left_out]
    return tuple(unit for unit in found if unit.kind is not UnitKind.COMMUNITY_TEAM)


def _key(key: str) -> str:
    return f"{key}:difficulty"
