"""The standing office chases all units that have not reported for a period, in one go (đôn đốc)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound, TienDoError, TransitionRefused
from bot.domain.people.visitor import Visitor
from bot.domain.plan.duties import Ask, Chase, Duty
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import PeriodChase
from bot.services.core.book import Book, require_in_hand
from bot.services.core.desk import Desk, require_person
from bot.services.core.guards import require_office
from bot.services.core.hours import at_work_from
from bot.services.core.recipients import audience_of
from bot.services.periods.period_state import DutyOutcome, duty_named, period_state
from bot.storage.engine.database import Connection
from bot.storage.outbox import outbox
from bot.storage.outbox.outbox import Notice
from bot.storage.records import audit, period_marks, unit_reports


class ChasedToday(TienDoError):
    """The units of this period have been chased today already; nobody was told again."""

    def __init__(self, chase: Chase) -> None:
        super().__init__("period_chased_today")
        self.chase = chase


@dataclass(frozen=True, slots=True)
class Told:
    """The units that have not reported, those of them that are told, how many people, which have nobody, and when."""

    missing: tuple[int, ...]
    reached: tuple[int, ...]
    people: int
    silent: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Chased:
    """A chase under way. ``silent`` are names of units that nobody has joined."""

    duty: Duty
    chase: Chase
    silent: tuple[str, ...]
    at: datetime


async def chase_missing(
    desk: Desk,
    visitor: Visitor,
    *,
    locality_id: int,
    ask: str,
    period: str,
    seen: int,
    again: bool = False,
    now: datetime,
) -> Chased:
    """The chase of all units that have not reported, sent once however often it is asked for.

    ``seen`` is how many chases of the period the person knew of: whoever presses the same button gets the chase that
    it has led to. Raises ChasedToday where they were chased today and ``again`` does not say to do so all the same,
    TransitionRefused where nobody owes or nothing is taken any more.
    """
    person = require_person(visitor)
    async with desk.db.write() as conn:
        book, duty = await _own(desk, conn, visitor, locality_id, ask, period)
        assert book.plan is not None  # a duty was found, so there is a plan
        sent = await period_marks.chases(conn, book.plan.id, duty.ask, duty.period)
        if len(sent) > seen:
            return _chased(book, duty, sent[seen])
        if sent and not again and book.today(sent[-1].at) == book.today(now):
            raise ChasedToday(sent[-1])
        if not duty.opens <= book.today(now) <= duty.closes:
            raise TransitionRefused("period_takes_none")
        key = f"{book.plan.id}:{duty.ask.value}:{duty.period}:{len(sent)}"
        told = await queue_notices(conn, book, duty, now, by=person.id, key=key)
        if not told.missing:
            raise TransitionRefused("period_nobody_missing")
        chase = Chase(now, person.id, len(told.reached), told.people, told.silent)
        if not told.people:
            # Nobody was told, so there was no chase.
            return _chased(book, duty, chase)
        await period_marks.add_chase(conn, book.locality.id, book.plan.id, duty.ask, duty.period, chase, key)
        subject = {"plan": book.plan.id, "ask": duty.ask.value, "period": duty.period, "units": chase.units}
        await audit.append(conn, book.locality.id, now, person.id, "period_chased", subject)
    return _chased(book, duty, chase)


def _chased(book: Book, duty: Duty, chase: Chase) -> Chased:
    names = tuple(book.unit_name(unit_id) for unit_id in chase.silent)
    return Chased(duty, chase, names, at_work_from(book.calendar, chase.at))


async def _own(
    desk: Desk, conn: Connection, visitor: Visitor, locality_id: int, ask: str, period: str
) -> tuple[Book, Duty]:
    require_office(visitor, locality_id)
    await unit_reports.hold(conn, locality_id)
    book = await desk.books.of(conn, locality_id)
    require_in_hand(book)
    duty = duty_named(book, ask, period)
    if duty is None or duty.ask is Ask.UPWARD:
        raise NotFound("not_found")
    return book, duty


async def queue_notices(
    conn: Connection, book: Book, duty: Duty, now: datetime, *, by: int, key: str, reopened: bool = False
) -> Told:
    """Tell the officers and heads of all units that have not reported, in working hours, once a key.

    Whoever does it (``by``) is not told of it, though his or her unit may be among them.
    """
    state = await period_state(conn, book, duty, now, stored=True)
    audience, at = await audience_of(conn, book), at_work_from(book.calendar, now)
    notices: list[Notice] = []
    silent: list[int] = []
    reached: list[int] = []
    missing = [unit.unit_id for unit in state.of(DutyOutcome.MISSING)]
    for unit_id in missing:
        of_unit = audience.of_unit(unit_id, with_head=True)
        to = [each for each in of_unit if each.person_id != by]
        silent += [] if of_unit else [unit_id]
        reached += [unit_id] if to else []
        occasion = PeriodChase(unit_id, duty.ask, duty.period, key, reopened)
        notices += [
            Notice(
                key=f"{Rule.PERIOD_NUDGE}:{key}:u{unit_id}:{each.key}",
                locality_id=book.locality.id,
                rule=Rule.PERIOD_NUDGE.value,
                occasion=occasion.written,
                not_before=at,
                person_id=each.person_id,
                payload=occasion.payload,
                urgent=True,
            )
            for each in to
        ]
    await outbox.queue_all(conn, notices, now)
    people_told = {each.person_id for each in notices}
    return Told(tuple(missing), tuple(reached), len(people_told), tuple(silent), at)
