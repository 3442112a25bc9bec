"""Appraise complete reports: the queue, one case, accept, give back (docs/rules/chat.md#appraising)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import NotAllowed, NotFound, TransitionRefused
from bot.domain.people import people
from bot.domain.people.people import Ability, Membership, Role
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Assignment
from bot.domain.work.events import Appraisal, Event, Report, Withdrawal
from bot.domain.work.lifecycle import Standing, State
from bot.services.core import ledger
from bot.services.core.board import Lead, lead_on
from bot.services.core.book import Book, require_not_over
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import assignment_for, members_of, open_book
from bot.services.core.ledger import Recorded
from bot.services.core.reasons import clean_reason
from bot.services.core.telling import tell
from bot.services.reporting.attach_evidence import GivenFile, given_files
from bot.storage.engine.database import Connection
from bot.storage.records import events
from bot.storage.records import people as stored_people


@dataclass(frozen=True, slots=True)
class Waiting:
    """A complete report that waits, with how long it has."""

    lead: Lead
    report: Event
    unit: str
    waited: timedelta


@dataclass(frozen=True, slots=True)
class AppraisalQueue:
    """What the person may judge, the oldest first.

    ``own`` counts reports of the person or the own units, ``others`` those that only other people judge.
    """

    locality_id: int
    locality: str
    waiting: tuple[Waiting, ...]
    own: int
    others: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a report that no longer waits."""

    accepted: bool | None
    """None: it was withdrawn or replaced."""
    by: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AppraisalCase:
    """A complete report with what a judge needs to see.

    ``over`` is the year of its plan where that plan is over, so that nobody judges it any more.
    """

    locality_id: int
    lead: Lead
    report_id: int
    report: Report
    sent_at: datetime
    sender: str
    unit: str
    files: tuple[GivenFile, ...]
    decision: Decision | None
    may_judge: bool
    over: int | None = None

    @property
    def assignment_id(self) -> int:
        """The assignment the report belongs to."""
        return self.lead.assignment.id


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement that stands. ``told`` counts the people who are told of it."""

    case: AppraisalCase
    recorded: Recorded
    accepted: bool
    reason: str | None
    lead: Lead
    told: int


async def queue(desk: Desk, visitor: Visitor, *, now: datetime, locality_id: int | None = None) -> AppraisalQueue:
    """The complete reports that wait.

    Raises NotFound for a locality not open to the person, NotAllowed for one who is neither appraiser nor office nor
    committee there.
    """
    person = require_person(visitor)
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        if not people.can(visitor.memberships, book.locality.id, Ability.SEE_WAITING):
            raise NotAllowed("no_right")
        everyone = await members_of(conn, book)
        found = await events.awaiting(conn, book.plan.id) if book.plan else ()
    waiting: list[Waiting] = []
    own = others = 0
    for assignment, standing, report in found:
        if assignment.row_id not in book.rows:
            continue
        if _may_judge(book, person.id, everyone, standing, report):
            lead = lead_on(book, assignment, standing, book.today(now))
            waiting.append(Waiting(lead, report, book.unit_name(standing.unit_id), now - report.at))
        elif _is_party(book, visitor, standing, report):
            own += 1
        else:
            others += 1
    place = f"{book.locality.kind} {book.locality.name}"
    return AppraisalQueue(book.locality.id, place, tuple(waiting), own, others)


async def case(desk: Desk, visitor: Visitor, *, assignment_id: int, report_id: int, now: datetime) -> AppraisalCase:
    """A complete report with its files, also one that has been judged meanwhile (``decision``).

    Raises NotFound for what is no complete report of the person's localities, NotAllowed for one who may not see it.
    """
    require_person(visitor)
    async with desk.db.read() as conn:
        book, assignment, report = await _find(desk, conn, visitor, assignment_id, report_id)
        return await _case(conn, book, visitor, assignment, report, now)


async def accept(
    desk: Desk, visitor: Visitor, *, assignment_id: int, report_id: int, now: datetime, key: str
) -> Judged:
    """The report accepted, once under ``key``: the assignment is completed and locked, the reporter is told.

    Raises NotAllowed for one's own or own unit's report, TransitionRefused where it no longer waits.
    """
    return await _judge(desk, visitor, assignment_id, Appraisal(report_id, True), now, f"{key}:appraisal")


async def give_back(
    desk: Desk, visitor: Visitor, *, assignment_id: int, report_id: int, reason: str, now: datetime, key: str
) -> Judged:
    """The report returned with a reason, once under ``key``; the reporter and the heads of the unit are told.

    Raises NotAllowed for one's own or own unit's report, TransitionRefused where it no longer waits, BadInput for a
    reason that is empty or too long.
    """
    body = Appraisal(report_id, False, clean_reason(reason))
    return await _judge(desk, visitor, assignment_id, body, now, f"{key}:appraisal")


async def _judge(desk: Desk, visitor: Visitor, assignment_id: int, body: Appraisal, now: datetime, key: str) -> Judged:
    person = require_person(visitor)
    async with desk.db.write() as conn:
        known = await events.event_by_key(conn, key)
        if known is not None and isinstance(known[1].body, Appraisal):
            # The same press again: what it did then is the answer.
            assignment_id, body = known[0], known[1].body
        book, assignment, report = await _find(desk, conn, visitor, assignment_id, body.report_id)
        seen = await _case(conn, book, visitor, assignment, report, now)
        if known is None:
            require_not_over(book)
        if known is None and seen.decision is not None:
            raise TransitionRefused("not_awaiting")
        if known is None and not seen.may_judge:
            raise NotAllowed("own_report" if _is_party(book, visitor, seen.lead.standing, report) else "no_right")
        recorded = await ledger.record(conn, book, assignment.id, body, person_id=person.id, now=now, key=key)
        audience = await _audience(conn, book, recorded, report)
        rule = "accepted" if body.accepted else "returned"
        told = await tell(
            conn, book, rule, audience, assignment_id=assignment.id, event_id=recorded.event.id, now=recorded.event.at
        )
        lead = lead_on(book, recorded.assignment, recorded.after, book.today(now))
        return Judged(seen, recorded, body.accepted, body.reason, lead, told)


async def _audience(conn: Connection, book: Book, recorded: Recorded, report: Event) -> list[int]:
    everyone = await members_of(conn, book)
    unit_id = recorded.after.unit_id
    reporter = [m.person_id for m in everyone if m.person_id == report.person_id][:1]
    if isinstance(recorded.event.body, Appraisal) and recorded.event.body.accepted:
        return reporter
    heads = [m.person_id for m in everyone if m.unit_id == unit_id and m.role is Role.HEAD]
    # Where the reporter has left and the unit has no head, its officers are told: somebody has to hear of a return.
    officers = [m.person_id for m in everyone if m.unit_id == unit_id and m.role in (Role.OFFICER, Role.OFFICE)]
    return list(dict.fromkeys(reporter + heads or officers))


async def _find(
    desk: Desk, conn: Connection, visitor: Visitor, assignment_id: int, report_id: int
) -> tuple[Book, Assignment, Event]:
    assignment = await assignment_for(conn, visitor, assignment_id)
    book = await desk.books.of_row(conn, assignment.locality_id, assignment.row_id)
    found = await events.event(conn, report_id)
    if found is None or found[0] != assignment_id or assignment.row_id not in book.rows:
        raise NotFound("not_found")
    if not isinstance(found[1].body, Report) or found[1].body.percent < 100:
        raise NotFound("not_found")
    return book, assignment, found[1]


async def _case(
    conn: Connection, book: Book, visitor: Visitor, assignment: Assignment, report: Event, now: datetime
) -> AppraisalCase:
    person = require_person(visitor)
    stored = await events.standing(conn, assignment.id)
    if stored is None or not isinstance(report.body, Report):
        raise NotFound("not_found")
    standing = stored[1]
    everyone = await members_of(conn, book)
    if not people.may_see_evidence(visitor.memberships, book.locality.id, (standing.unit_id,)):
        raise NotAllowed("no_right")
    sender = await stored_people.person(conn, report.person_id) if report.person_id else None
    waits = standing.state is State.AWAITING and standing.report_id == report.id
    return AppraisalCase(
        locality_id=book.locality.id,
        lead=lead_on(book, assignment, standing, book.today(now)),
        report_id=report.id,
        report=report.body,
        sent_at=report.at,
        sender=sender.full_name if sender else "",
        unit=book.unit_name(standing.unit_id),
        files=await given_files(conn, book, report.body.files),
        decision=None if waits else await _decision(conn, assignment.id, report),
        may_judge=waits and not book.is_over and _may_judge(book, person.id, everyone, standing, report),
        over=book.plan.year if book.plan and book.is_over else None,
    )


async def _decision(conn: Connection, assignment_id: int, report: Event) -> Decision:
    later = [event for event in await events.events_of(conn, assignment_id) if event.id > report.id]
    for event in later:
        if isinstance(event.body, Appraisal | Withdrawal) and event.body.report_id == report.id:
            who = await stored_people.person(conn, event.person_id) if event.person_id else None
            verdict = event.body if isinstance(event.body, Appraisal) else None
            name = who.full_name if who else ""
            return Decision(verdict.accepted if verdict else None, name, event.at, verdict.reason if verdict else None)
    return Decision(None, "", later[0].at if later else report.at)


def _may_judge(book: Book, person_id: int, everyone: Collection[Membership], standing: Standing, report: Event) -> bool:
    return people.may_appraise(
        person_id, everyone, book.locality.id, reporter_id=report.person_id, unit_id=standing.unit_id
    )


def _is_party(book: Book, visitor: Visitor, standing: Standing, report: Event) -> bool:
    return people.is_party(
        visitor.memberships, book.locality.id, reporter_id=report.person_id, unit_id=standing.unit_id
    )
