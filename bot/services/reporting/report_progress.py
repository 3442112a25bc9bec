"""Report progress: a percent or a value, with its note and files, as one event that is never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bot.domain.errors import BadInput, NotAllowed, NotFound, TienDoError
from bot.domain.people import people
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Duty, newest_missed, served_by_report
from bot.domain.plan.plan import Assignment, Row
from bot.domain.work.alerts import judge
from bot.domain.work.events import Report
from bot.domain.work.lifecycle import WITHDRAWAL_WINDOW, Standing, State, Terms
from bot.domain.work.progress import Share, check_percent, check_value, percent_of
from bot.services.core import ledger
from bot.services.core.board import Lead
from bot.services.core.book import Book, require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import book_of_assignment
from bot.services.core.ledger import Recorded
from bot.services.reporting.carry_files import usable_files
from bot.services.reporting.list_work import Subject, subject_of
from bot.storage.engine.database import Connection
from bot.storage.records import events
from bot.storage.records import files as stored

MAX_NOTE = 2000
_DONE_WITH = (State.AWAITING, State.COMPLETED, State.CLOSED)


class Moved(TienDoError):
    """The assignment does not stand any more where the person saw it; nothing was recorded."""

    def __init__(self) -> None:
        super().__init__("report_moved")


@dataclass(frozen=True, slots=True)
class Amount:
    """How far the work is: the percent (0-100, two decimals), with the value and share of an indicator."""

    percent: Decimal
    value: Decimal | None = None
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report that stands. ``before`` is the assignment as it was, ``after`` as it is; both judged on its day."""

    recorded: Recorded
    body: Report
    before: Lead
    after: Subject
    duty: Duty | None
    closed: Duty | None = None
    """The period that was owed before it and that it does not serve, as it has closed."""

    @property
    def number(self) -> int:
        """The receipt number."""
        return self.recorded.event.id

    @property
    def withdraw_until(self) -> datetime:
        """The last instant at which the sender may take it back."""
        return self.recorded.event.at + WITHDRAWAL_WINDOW


@dataclass(frozen=True, slots=True)
class SaidProgress:
    """What a person says of an assignment, not looked at yet: a percent (of a task), a value or share (of an
    indicator) or that it stands as before.

    ``files`` are ids of evidence: files of the person's own that no report carries yet, or files of earlier reports of
    this assignment.
    """

    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    unchanged: bool = False
    nothing_new: bool = False
    note: str | None = None
    reason: str | None = None
    files: Collection[int] = ()


def amount_of(
    terms: Terms, *, percent: Decimal | None = None, value: Decimal | None = None, share: Share | None = None
) -> Amount:
    """What a percent (of a task) or a value or share (of an indicator) says.

    Raises BadInput for figures outside their bounds, and where a task got a value or an indicator a percent.
    """
    if terms.target is None:
        if percent is None:
            raise BadInput("percent_unreadable")
        return Amount(check_percent(percent))
    if value is None and share is None:
        raise BadInput("value_unreadable")
    if share is not None:
        share.check()
    figure = share.value if share is not None else value
    assert figure is not None  # one of the two was given
    checked = check_value(terms.target, figure, share)
    return Amount(percent_of(terms.target, checked), checked, share)


def unchanged_amount(standing: Standing) -> Amount:
    """What "Giữ nguyên" says: where the assignment stands."""
    return Amount(standing.percent, standing.value, standing.share)


def mark_of(standing: Standing) -> str:
    """A short mark of where an assignment stands, to see whether it has moved since it was shown."""
    return f"{standing.report_id or 0}.{standing.state.value}.{standing.percent.normalize():f}.{standing.unit_id}"


def duty_served(book: Book, row_id: int, standing: Standing, day: date) -> tuple[Duty, bool] | None:
    """The duty a report of this day would serve and whether late; none where none is open or the work is done."""
    if standing.state in _DONE_WITH:
        return None
    since = standing.owes_from
    asked = [duty for duty in book.rules[row_id].duties if since is None or duty.due >= since]
    return served_by_report(asked, standing.served, day)


def duty_closed(book: Book, row_id: int, standing: Standing, day: date) -> Duty | None:
    """The newest period that is still owed and that no report serves any more, as it has closed.

    None where none is, and where a report of this day counts for another period.
    """
    if standing.state in _DONE_WITH or duty_served(book, row_id, standing, day) is not None:
        return None
    since = standing.owes_from
    asked = [duty for duty in book.rules[row_id].duties if since is None or duty.due >= since]
    missed = newest_missed(asked, standing.served, standing.reported_on, day)
    return missed if missed is not None and day > missed.closes else None


async def report(
    desk: Desk,
    visitor: Visitor,
    *,
    assignment_id: int,
    said: SaidProgress,
    seen: str | None = None,
    now: datetime,
    key: str,
) -> Receipt:
    """The receipt of a report, recorded once under ``key``.

    ``seen`` is the ``mark_of`` the standing the person decided on. Raises NotAllowed for work of
    another unit, Moved where the standing is not the one seen, BadInput and TransitionRefused as the domain says.
    """
    person = require_person(visitor)
    said = replace(said, note=clean(said.note), reason=clean(said.reason))
    async with desk.db.write() as conn:
        known = await events.event_by_key(conn, f"{key}:report")
        book = await book_of_assignment(desk, conn, visitor, assignment_id if known is None else known[0])
        if known is not None and isinstance(known[1].body, Report):
            return await _record(conn, book, person, known[0], known[1].body, now, key)
        assignment, terms, standing = await own_assignment(conn, book, visitor, assignment_id)
        if seen is not None and seen != mark_of(standing):
            raise Moved
        given = _amount(said, terms, standing)
        kept = await usable_files(conn, assignment.locality_id, person, said.files, assignment_id=assignment.id)
        served = duty_served(book, assignment.row_id, standing, book.today(now))
        body = _body(said, given, kept, served)
        return await _record(conn, book, person, assignment_id, body, now, key)


def _amount(said: SaidProgress, terms: Terms, standing: Standing) -> Amount:
    if said.unchanged:
        return unchanged_amount(standing)
    return amount_of(terms, percent=said.percent, value=said.value, share=said.share)


def _body(said: SaidProgress, given: Amount, kept: tuple[int, ...], served: tuple[Duty, bool] | None) -> Report:
    return Report(
        percent=given.percent,
        value=given.value,
        share=given.share,
        note=said.note,
        files=kept,
        reason=said.reason,
        period=served[0].period if served else None,
        late=bool(served and served[1]),
        unchanged=said.unchanged,
        nothing_new=said.unchanged and said.nothing_new,
    )


async def is_recorded(conn: Connection, key: str) -> bool:
    """Whether a report was recorded under this key already."""
    return await events.event_by_key(conn, f"{key}:report") is not None


async def _record(
    conn: Connection, book: Book, person: Person, assignment_id: int, body: Report, now: datetime, key: str
) -> Receipt:
    recorded = await ledger.record(conn, book, assignment_id, body, person_id=person.id, now=now, key=f"{key}:report")
    if body.files and not recorded.repeated:
        await stored.attach(conn, body.files, assignment_id, recorded.event.id)
    before, after = leads_of(book, recorded)
    duty = next((d for d in book.duties if d.period == body.period), None)
    closed = duty_closed(book, before.row.id, before.standing, book.today(recorded.event.at))
    return Receipt(recorded, body, before, subject_of(book, after, recorded.event.at), duty, closed)


def leads_of(book: Book, recorded: Recorded) -> tuple[Lead, Lead]:
    """The assignment before and after an event, judged on the event's day."""
    assignment = recorded.assignment
    row, terms, rules = book.rows[assignment.row_id], book.terms[assignment.row_id], book.rules[assignment.row_id]
    verdict = judge(terms, recorded.before, book.today(recorded.event.at), rules)
    before = Lead(assignment, row, terms, recorded.before, verdict)
    return before, Lead(assignment, row, terms, recorded.after, recorded.verdict)


async def own_assignment(
    conn: Connection, book: Book, visitor: Visitor, assignment_id: int
) -> tuple[Assignment, Terms, Standing]:
    """An assignment of the plan in hand whose present unit the person reports for.

    Raises NotFound, NotAllowed, TransitionRefused for one of another year's plan.
    """
    assignment, terms, _, standing = await ledger.history(conn, book, assignment_id, for_update=True)
    await require_running(conn, assignment)
    require_in_hand(book)
    require_lead(book, visitor, book.row(assignment.row_id), standing)
    return assignment, terms, standing


async def require_running(conn: Connection, assignment: Assignment) -> None:
    """Nothing where the row is still with the unit. Raises NotFound where it was taken from it."""
    running = await events.assignments_of_row(conn, assignment.row_id)
    if assignment.id not in {each.id for each in running}:
        raise NotFound("not_found")


def require_lead(book: Book, visitor: Visitor, row: Row, standing: Standing) -> None:
    """Nothing for who reports for the unit that has the row now. Raises NotAllowed for all others."""
    if not people.may_report(visitor.memberships, book.locality.id, standing.unit_id):
        raise NotAllowed("not_lead", code=row.code, units=book.unit_name(standing.unit_id))


def clean(text: str | None) -> str | None:
    """A note or reason without blanks around it; none where nothing is left. Raises BadInput past 2,000 signs."""
    words = (text or "").strip()
    if len(words) > MAX_NOTE:
        raise BadInput("note_too_long", limit=MAX_NOTE, over=len(words) - MAX_NOTE)
    return words or None
