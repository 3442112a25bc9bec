"""What would be sent on a day, to whom and why: the tick itself lives that day in a copy of the database.

The copy is in memory and then gone, so nothing is kept and nobody waits (docs/decisions/0006, rule 20). What the tick
queues for the day there is asked the same question as at the moment of sending: is it true?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain.people.difficulties import Difficulty, EntryKind, EscalationLevel
from bot.domain.people.people import Role
from bot.domain.plan.duties import Duty
from bot.domain.work.alerts import Reason
from bot.domain.work.ladder import AT_ONCE, Rule
from bot.domain.work.occasions import DifficultyWord, PeriodChase, PeriodStep, RowChange
from bot.reminders.news import Day, News, instant_of, key_of
from bot.reminders.rules.every import FAMILY_OF, is_true
from bot.reminders.rules.period import duty_of
from bot.reminders.rules.situation import Situation, occasion_of, read_situation
from bot.reminders.tick import is_watched, look_at_difficulties, tick
from bot.services.core.book import Book, Books, renewed
from bot.services.core.desk import Desk
from bot.services.core.hours import DAY, DIGEST_MINUTE, at_work_from, day_of, day_start, digest_at
from bot.services.core.recipients import Recipient, audience_of
from bot.services.difficulties.difficulty_sides import hearers
from bot.services.plan.start_reminding import start_reminding, usable_from
from bot.services.reminding.snooze import SNOOZED
from bot.storage.engine.database import Connection
from bot.storage.engine.scratch import scratch_copy
from bot.storage.outbox import deliveries, outbox, rehearse
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import difficulties, people, plans

EVENING = timedelta(hours=23, minutes=59)
MINUTE = timedelta(minutes=1)
NOT_FORESEEN = AT_ONCE | {Rule.NO_LONGER_RED, Rule.UNREACHABLE}
"""What no calendar brings: it is told on a day because it was queued for it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One notice to one recipient. ``person`` and ``chat`` are ids; both none where nobody has joined yet.

    ``unit`` is the unit it speaks of, ``recipient_unit`` the one the recipient belongs to ("" for whole bodies
    nobody has joined). ``reasons`` are why the row is red or amber that day, ``duties`` what the unit owes: all that
    is told of them by one rule is one notice here.
    """

    locality_id: int
    rule: Rule
    code: str | None
    unit: str | None
    person: int | None
    chat: int | None
    role: Role
    recipient_unit: str
    at: datetime
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass
class _Seen:
    """The news of every look: the notices by their keys, and the places where nobody hears of them that day."""

    on: date
    told: dict[str, tuple[News, Recipient]] = field(default_factory=dict)
    looks: dict[int, list[tuple[News, Day, datetime]]] = field(default_factory=dict)

    def note(self, news: Sequence[News], day: Day, now: datetime, locality_id: int) -> None:
        """What the tick shows before it queues it."""
        self.told |= {key_of(each, recipient): (each, recipient) for each in news for recipient in each.to}
        self.looks.setdefault(locality_id, []).extend((each, day, now) for each in news)


async def plan_day(desk: Desk, locality_id: int | None, day: date) -> tuple[Planned, ...]:
    """What would be sent on a day in one locality or all, in the order of localities, rules and rows.

    As things stand now: nothing is reported until then, and a plan that is not in use by that day is taken as in use
    (`book_on`). Who cannot be reached is left out. Raises NotFound for an unknown locality.
    """
    async with desk.db.read() as conn:
        wanted = [place.id for place in await plans.localities(conn)] if locality_id is None else [locality_id]
        for place in wanted:
            await plans.locality(conn, place)
    # Each in a copy of its own: the evenings one has to live are not those of another, whose plan may not run yet.
    return tuple([each for place in wanted for each in await _plan_place(desk, place, day)])


async def _plan_place(desk: Desk, place: int, day: date) -> list[Planned]:
    async with scratch_copy(desk.db, place) as copy:
        trial, seen = replace(desk, db=copy, books=Books()), _Seen(day)
        if not await _made_ready(trial, place, day):
            return []
        await _live(trial, place, day, seen)
        async with copy.read() as conn:
            return await _of_locality(trial, conn, place, seen)


async def book_on(books: Books, conn: Connection, locality_id: int, on: date) -> Book:
    """The book with the plan that is in hand on a day as far as is known now: next year the one being opened.

    A plan that is not in use by that day is taken as in use since its issue or the day before, but not too soon.
    """
    book = await books.on(conn, locality_id, on)
    if book.plan is not None and on > book.plan.last_day:
        book = await books.newest(conn, locality_id)
    if book.plan is None or (book.plan.in_use_on is not None and book.plan.in_use_on <= on):
        return book
    since = max(min(book.plan.issued_on, on - DAY), usable_from(book) or date.min)
    return replace(book, plan=replace(book.plan, in_use_on=since))


async def _made_ready(trial: Desk, place: int, on: date) -> bool:
    """Whether anything is told in a locality on the day; its plan is in use then, and the day not looked at yet."""
    async with trial.db.write() as conn:
        book = await book_on(trial.books, conn, place, on)
        if book.plan is None or not is_watched(book.plan, on) or not book.calendar.is_working(on):
            return False
        real = await plans.plan_of(conn, place, book.plan.year)
        supposed = real is None or real.in_use_on != book.plan.in_use_on
        until = await rehearse.looked_until(conn, place)
        if book.plan.in_use_on == on:
            # Of the day a plan was put in use only that is told which has been queued since.
            await rehearse.look_no_more(conn, place)
        elif supposed or (until is not None and until >= on):
            await rehearse.look_anew(conn, place, [rule.value for rule in NOT_FORESEEN], SNOOZED)
        later = [each for each in book.plans if each.in_use_on is not None and each.in_use_on > on]
        for each in later:
            await plans.set_in_use(conn, each.id, None)
        if supposed and book.plan.in_use_on is not None:
            await plans.set_in_use(conn, book.plan.id, book.plan.in_use_on)
            await start_reminding(conn, await renewed(conn, book), day_start(book.plan.in_use_on))
        elif later:
            await renewed(conn, book)
    return True


async def _live(trial: Desk, place: int, on: date, seen: _Seen) -> None:
    """Look at all there is on the day, and before it as far as that decides what is still to be told on it.

    That is the evening of the day of use, and of the last working day before: of what came earlier the newest step
    alone would be told, so one look stands for all before it.
    """
    async with trial.db.read() as conn:
        book, until = await trial.books.of(conn, place), await rehearse.looked_until(conn, place)
    since = book.plan.in_use_on if book.plan and book.plan.in_use_on else on
    before = book.calendar.working_on_or_before(on - DAY)
    evenings = {each for each in (since, before) if since <= each < on and (until is None or until <= each)}
    for evening in sorted(evenings):
        await _go_up_until(trial, day_start(evening) + EVENING)
        await tick(trial, day_start(evening) + EVENING, witness=seen.note)
    await _go_up_until(trial, day_start(on) - MINUTE)
    async with trial.db.write() as conn:
        await outbox.told_before(conn, day_start(on) - MINUTE)
    await tick(trial, day_start(on) + MINUTE, witness=seen.note)


async def _go_up_until(trial: Desk, until: datetime) -> None:
    """Let difficulties go up level by level, each on its day."""
    while True:
        async with trial.db.read() as conn:
            at = await difficulties.next_look(conn)
        if at is None or at > until or not await look_at_difficulties(trial, at):
            return


async def _of_locality(trial: Desk, conn: Connection, place: int, seen: _Seen) -> list[Planned]:
    book, on = await trial.books.of(conn, place), seen.on
    queued = await deliveries.waiting_on(conn, place, day_start(on), day_start(on + DAY))
    foreseen, besides = list[Planned](), list[Planned]()
    for who in dict.fromkeys((item.person_id, item.chat_id) for item in queued):
        own = [item for item in queued if (item.person_id, item.chat_id) == who]
        person = await people.person(conn, who[0]) if who[0] is not None else None
        if person is not None and not person.reachable:
            continue
        minute = DIGEST_MINUTE if person is None else person.digest_minute
        situation = await read_situation(trial, conn, place, own, person, digest_at(on, minute))
        for item in own:
            if is_true(situation, item):
                (foreseen if item.key in seen.told else besides).append(_planned(situation, item, seen))
    foreseen = _together([*foreseen, *await _nobody(conn, book, seen)])
    found = [*foreseen, *_besides(besides, foreseen)]
    position = {row.code: row.position for row in book.rows.values()}
    order = {rule: rank for rank, rule in enumerate(Rule)}
    return sorted(found, key=lambda each: (order[each.rule], position.get(each.code or "", -1), each.unit or ""))


def _planned(situation: Situation, item: OutboxItem, seen: _Seen) -> Planned:
    book, said, lead = situation.book, occasion_of(item), situation.lead(item, running=False)
    by_itself = said.unit_id if isinstance(said, PeriodStep | PeriodChase | RowChange) else None
    unit_id = lead.standing.unit_id if lead else by_itself
    news, recipient = seen.told.get(item.key, (None, _recipient(situation, item)))
    duty = duty_of(book, said) if isinstance(said, PeriodStep) and news is not None else None
    return Planned(
        locality_id=book.locality.id,
        rule=Rule(item.rule),
        code=lead.row.code if lead else None,
        unit=book.unit_name(unit_id) if unit_id is not None else None,
        person=item.person_id,
        chat=item.chat_id,
        role=recipient.role,
        recipient_unit=book.unit_name(recipient.unit_id) if recipient.unit_id is not None else "",
        at=item.not_before if item.urgent or news else max(item.not_before, digest_at(seen.on, DIGEST_MINUTE)),
        reasons=lead.verdict.reasons if lead and news is not None else (),
        duties=(duty,) if duty else (),
    )


def _recipient(situation: Situation, item: OutboxItem) -> Recipient:
    """In which capacity somebody is told what was queued before."""
    audience, said = situation.audience, occasion_of(item)
    asked = situation.difficulties.get(said.difficulty_id) if isinstance(said, DifficultyWord) else None
    if asked is not None and isinstance(said, DifficultyWord):
        entry = next(each for each in asked.entries if each.id == said.entry_id)
        for each in hearers(audience, asked, entry):
            if each.person_id == item.person_id:
                return each
    held = next((m for m in audience.members if m.person_id == item.person_id), None)
    return Recipient(held.role, held.unit_id) if held else Recipient(Role.TEAM, None)


async def _nobody(conn: Connection, book: Book, seen: _Seen) -> list[Planned]:
    """Who would be told and has not joined: an officer, a head, a whole body."""
    audience, found = await audience_of(conn, book), list[Planned]()
    for news, day, now in seen.looks.get(book.locality.id, ()):
        for recipient in FAMILY_OF[news.rule].nobody(news, audience):
            at = instant_of(news, recipient, day, now)
            if at is not None and day_of(at) == seen.on:
                found.append(_unheard(book, news, recipient, at))
    for each in await difficulties.of_plan(conn, book.plan.id) if book.plan else ():
        entry = each.entries[-1]
        if entry.kind is EntryKind.ESCALATED and day_of(entry.at) == seen.on and not hearers(audience, each, entry):
            found.append(_unanswered(book, each, at_work_from(book.calendar, day_start(seen.on))))
    return found


def _unheard(book: Book, news: News, recipient: Recipient, at: datetime) -> Planned:
    duty = duty_of(book, news.occasion) if isinstance(news.occasion, PeriodStep) else None
    return Planned(
        locality_id=book.locality.id,
        rule=news.rule,
        code=news.lead.row.code if news.lead else None,
        unit=book.unit_name(news.unit_id) if news.unit_id is not None else None,
        person=None,
        chat=None,
        role=recipient.role,
        recipient_unit=book.unit_name(recipient.unit_id) if recipient.unit_id is not None else "",
        at=at,
        reasons=news.lead.verdict.reasons if news.lead else (),
        duties=(duty,) if duty else (),
    )


def _unanswered(book: Book, asked: Difficulty, at: datetime) -> Planned:
    row = book.rows.get(asked.row_id)
    role = Role.OFFICE if asked.level is EscalationLevel.OFFICE else Role.COMMITTEE
    unit = book.unit_name(asked.unit_id)
    return Planned(book.locality.id, Rule.DIFFICULTY, row.code if row else None, unit, None, None, role, "", at)


def _together(planned: Iterable[Planned]) -> list[Planned]:
    """What one recipient is told of a unit's duties by one rule, as one notice."""
    found: dict[object, Planned] = {}
    for each in planned:
        key: object = replace(each, duties=()) if each.duties else len(found)
        known = found.get(key)
        found[key] = each if known is None else replace(known, duties=(*known.duties, *each.duties))
    return list(found.values())


def _besides(queued: Iterable[Planned], foreseen: Iterable[Planned]) -> list[Planned]:
    """What waits because of what people did, or was put off, but for what is told in any case."""
    known = {(each.rule, each.code, each.unit, each.person, each.chat) for each in foreseen}
    return [each for each in queued if (each.rule, each.code, each.unit, each.person, each.chat) not in known]
