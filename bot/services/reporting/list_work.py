"""The work a person's units lead: what may be reported now, the most urgent first, and what a code stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import NotAllowed, NotFound
from bot.domain.people import people
from bot.domain.people.visitor import Visitor
from bot.domain.plan.codes import same_code, year_of_code
from bot.domain.plan.plan import Row
from bot.services.core.board import Lead, leads, urgency
from bot.services.core.book import Book, require_in_hand
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.storage.engine.database import Connection


@dataclass(frozen=True, slots=True)
class Subject:
    """A lead assignment of the person's own, named fully: the unit that has it and the locality it belongs to."""

    lead: Lead
    unit: str
    locality_id: int
    locality: str
    day: date

    @property
    def assignment_id(self) -> int:
        """The id its buttons carry."""
        return self.lead.assignment.id

    @property
    def refusal(self) -> str | None:
        """The key of why it takes no report now; none where it does."""
        return self.lead.refusal


@dataclass(frozen=True, slots=True)
class Work:
    """What may be reported, the most urgent first; ``awaiting`` counts what is with the appraisers.

    ``units`` are the names of the units reported for.
    """

    subjects: tuple[Subject, ...]
    awaiting: int
    units: tuple[str, ...]


async def work_in(conn: Connection, book: Book, visitor: Visitor, now: datetime) -> Work:
    """The open lead assignments of the person's reporting units in a locality.

    Raises NotAllowed where the person reports for no unit there.
    """
    units = people.reporting_units(visitor.memberships, book.locality.id)
    if not units:
        raise NotAllowed("no_reporting_unit")
    found = await leads(conn, book, book.today(now), unit_ids=units)
    running = sorted((lead for lead in found if lead.is_open), key=urgency)
    subjects = tuple(subject_of(book, lead, now) for lead in running)
    return Work(
        subjects=tuple(subject for subject in subjects if subject.refusal is None),
        awaiting=sum(subject.refusal is not None for subject in subjects),
        units=tuple(book.unit_name(unit_id) for unit_id in sorted(units)),
    )


async def find_work(desk: Desk, visitor: Visitor, *, code: str, now: datetime) -> tuple[Subject, ...]:
    """The person's own lead assignments under a code, over all localities he or she reports in, the current one first.

    Raises NotFound where no plan open to the person has the code, NotAllowed where other units lead the row,
    TransitionRefused where it names the year of a plan that is not in hand.
    """
    require_person(visitor)
    own: list[Subject] = []
    others: list[str] = []
    of_other_years: list[Book] = []
    async with desk.db.read() as conn:
        for locality_id in _localities(visitor):
            book = await desk.books.of(conn, locality_id, year_of_code(code))
            mine, theirs = await _under_code(conn, book, visitor, code, now)
            if not book.is_in_hand:
                of_other_years += [book] if mine or theirs else []
                continue
            own += mine
            others += theirs
    if own:
        return tuple(own)
    for book in of_other_years:
        require_in_hand(book)
    if others:
        raise NotAllowed("not_lead", code=code, units=", ".join(dict.fromkeys(others)))
    raise NotFound("no_such_code", code=code)


async def directory(conn: Connection, desk: Desk, visitor: Visitor) -> tuple[Book, ...]:
    """The books of the localities the person belongs to, the current one first."""
    return tuple([await desk.books.of(conn, locality_id) for locality_id in _localities(visitor)])


def subject_of(book: Book, lead: Lead, now: datetime) -> Subject:
    """A lead of this book by its full name."""
    place = f"{book.locality.kind} {book.locality.name}"
    return Subject(lead, book.unit_name(lead.standing.unit_id), book.locality.id, place, book.today(now))


def row_under(book: Book, code: str) -> Row | None:
    """The row a code names in the plan of this book."""
    year = year_of_code(code)
    if year is not None and (book.plan is None or book.plan.year != year):
        return None
    return next((row for row in book.rows.values() if same_code(row.code, code)), None)


def _localities(visitor: Visitor) -> Iterable[int]:
    current = current_locality_id(visitor)
    return dict.fromkeys([current, *(m.locality_id for m in visitor.memberships)])


async def _under_code(
    conn: Connection, book: Book, visitor: Visitor, code: str, now: datetime
) -> tuple[list[Subject], list[str]]:
    row = row_under(book, code)
    if row is None:
        return [], []
    units = people.reporting_units(visitor.memberships, book.locality.id)
    found = [lead for lead in await leads(conn, book, book.today(now)) if lead.row.id == row.id]
    own = [subject_of(book, lead, now) for lead in found if lead.standing.unit_id in units]
    return own, [book.unit_name(lead.standing.unit_id) for lead in found]
