"""One message to one recipient: claimed, re-checked, sent, noted. Nothing goes out twice unknowingly.

A claim that nobody finished leaves the message unknown: one that holds a red row or a return is sent again, marked,
and only while it does; any other is not (docs/rules/reminders.md#delivery).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.domain.people.people import Person
from bot.domain.work.ladder import AT_WORK, OF_CHANGES
from bot.i18n import Translator, translator
from bot.reminders.gone import chat_is_gone, follow_chat, person_is_gone
from bot.reminders.letter import Letter, caused_by_time, read_letter, read_single
from bot.reminders.rules.every import RED_RULES
from bot.services.core.hours import DIGEST_MINUTE, GRACE, at_work_from, day_of, day_start, held_until, next_digest
from bot.services.core.telling import awake_from
from bot.storage.engine.database import Connection
from bot.storage.outbox import deliveries
from bot.storage.outbox.deliveries import DeliveryAddress
from bot.storage.outbox.outbox import OutboxItem
from bot.storage.records import people
from bot.transport.sending.sender import seconds_of
from bot.transport.sending.triage import described, maybe_delivered, refused_forever
from bot.views.parts.html import lines, say
from bot.views.parts.view import View
from bot.views.reminding.digest import digest_view

if TYPE_CHECKING:
    from bot.transport.application import TiendoApplication

LEASE = timedelta(minutes=5)
"""After which a claim counts as left behind; a message takes seconds, and in a crowded group a minute."""
OUTAGE_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
SINGLES_A_DAY = 5
log = logging.getLogger(__name__)


class Deliverer:
    """Sends the notices of one application."""

    def __init__(self, application: TiendoApplication) -> None:
        self._application = application
        self._name = uuid4().hex[:12]
        self._numbers = count(1)

    def open(self) -> None:
        """Follow groups that become supergroups, for good."""

        async def moved(chat_id: int, new_chat_id: int) -> None:
            await follow_chat(self._application.desk, chat_id, new_chat_id)

        self._application.sender.on_moved = moved

    async def send_single(self, item: OutboxItem) -> bool:
        """Whether a notice that goes at once was settled."""
        desk = self._application.desk
        if self._application.clock.doubt is not None and caused_by_time(item):
            return False
        now, name = self._now(), self._claim()
        item = replace(item, claimed_at=now, claim=name)
        async with desk.db.write() as conn:
            # Claimed first: what another process has sent or put off meanwhile must not be queued or sent again.
            if not await deliveries.claim_single(conn, item, name, now):
                return False
            if await self._waits(conn, item):
                return True
        try:
            async with desk.db.read() as conn:
                person, view = await self._render(conn, item)
        except Exception:
            await self._put_off((item,), self._now() + OUTAGE_PAUSE)
            raise
        chat_id = item.chat_id if person is None else person.telegram_id
        if view is None or not chat_id:
            await self._settle((item.id,), "unknown" if item.again else "withdrawn")
            return True
        if person is not None and not person.reachable:
            # The notice is true, but nobody can hear it: it failed, and was not withdrawn.
            await self._settle((item.id,), "failed")
            return True
        await self._send((item,), DeliveryAddress(item.person_id, item.chat_id), chat_id, view)
        return True

    async def _waits(self, conn: Connection, item: OutboxItem) -> bool:
        """Whether the notice is put off: people sleep, or were told enough today; the rest is in the next digest."""
        book = await self._application.desk.books.of(conn, item.locality_id)
        now = self._now()
        wakes = at_work_from(book.calendar, now) if item.rule in AT_WORK else awake_from(now)
        if wakes > now:
            await deliveries.put_off(conn, (item.id,), wakes)
            return True
        # A proposed task has no row yet, so no line in a digest: it stays a message of its own.
        if item.person_id is None or (item.rule in OF_CHANGES and item.assignment_id is None):
            return False
        since = day_start(day_of(now))
        if await deliveries.singles_since(conn, item.person_id, item.locality_id, since) <= SINGLES_A_DAY:
            return False
        person = await people.person(conn, item.person_id)
        minute = DIGEST_MINUTE if person is None else person.digest_minute
        await deliveries.move_to(conn, (item.id,), next_digest(book.calendar, now, minute))
        return True

    async def _render(self, conn: Connection, item: OutboxItem) -> tuple[Person | None, View | None]:
        now = item.claimed_at or self._now()
        person = await people.person(conn, item.person_id) if item.person_id is not None else None
        t = self._translator(person)
        view = await read_single(self._application.desk, conn, item, person, t, now)
        if view is not None:
            late = _late_since((item,), now)
            again = say(t, "notice.again") if item.again or item.early else None
            why = say(t, "notice.late", instant=t.instant(late)) if late is not None else None
            view = replace(view, text=lines([again, why, view.text]))
        return person, view

    async def send_digest(self, who: DeliveryAddress) -> bool:
        """Whether what is due for one recipient was settled: sent as one message, put off, or withdrawn."""
        desk, now = self._application.desk, self._now()
        async with desk.db.write() as conn:
            items = await deliveries.claim_digest(conn, who, now, self._claim())
        if not items:
            return False
        try:
            async with desk.db.read() as conn:
                person = await people.person(conn, who.person_id) if who.person_id is not None else None
                held = await self._held(conn, items, person, now)
                ready = [item for item in items if item.id not in {i for ids in held.values() for i in ids}]
                letter = await self._letter(conn, ready, person, now) if ready else None
            told = [item for item in ready if letter is not None and item.id in letter.true]
            view = self._digest(person, letter, _late_since(told, now)) if letter is not None and told else None
        except Exception:
            await self._put_off(items, now + OUTAGE_PAUSE)
            raise
        chat_id = who.chat_id if person is None else person.telegram_id
        if person is not None and not person.reachable:
            chat_id = None
        await self._release(held, letter, items, now, is_reachable=bool(chat_id))
        if view is not None and chat_id:
            await self._send(told, who, chat_id, view)
        return True

    def _digest(self, person: Person | None, letter: Letter, late_since: datetime | None) -> View:
        return digest_view(self._translator(person), replace(letter.digest, late_since=late_since))

    async def _letter(
        self, conn: Connection, items: Sequence[OutboxItem], person: Person | None, now: datetime
    ) -> Letter:
        """What is told now; notices that may have been sent before only while one of them speaks of a red row."""
        letter = await read_letter(self._application.desk, conn, items, person, now)
        again = [item for item in items if item.again and item.id in letter.true]
        if not again or await _holds_red(conn, again):
            return letter
        rest, told = [item for item in items if item not in again], tuple(item.id for item in again)
        if not rest:
            return replace(letter, true=(), untrue=(*letter.untrue, *told))
        letter = await read_letter(self._application.desk, conn, rest, person, now)
        return replace(letter, untrue=(*letter.untrue, *told))

    async def _held(
        self, conn: Connection, items: Sequence[OutboxItem], person: Person | None, now: datetime
    ) -> dict[datetime, list[int]]:
        """The notices whose digest is not now, by when it is: a day off, too early, too late."""
        minute = DIGEST_MINUTE if person is None else person.digest_minute
        held: dict[datetime, list[int]] = {}
        for item in items:
            book = await self._application.desk.books.of(conn, item.locality_id)
            until = held_until(book.calendar, now, minute)
            if until is not None:
                held.setdefault(until, []).append(item.id)
        return held

    async def _release(
        self,
        held: dict[datetime, list[int]],
        letter: Letter | None,
        items: Sequence[OutboxItem],
        now: datetime,
        *,
        is_reachable: bool,
    ) -> None:
        untrue = letter.untrue if letter is not None else ()
        # True, but nobody could hear it: it failed, and is not told when the person is back weeks later.
        unheard = letter.true if letter is not None and not is_reachable else ()
        if not held and not untrue and not unheard:
            return
        # Moved from today to another day a notice is not late; only one that an outage held up is.
        missed = {item.id for item in items if item.due_at is not None and day_of(item.due_at) < day_of(now)}
        past_end = {i.id for i in items if i.due_at is not None and now - i.due_at > GRACE}
        async with self._application.desk.db.write() as conn:
            for until, ids in held.items():
                late = [each for each in ids if each in missed or (each in past_end and day_of(until) > day_of(now))]
                await deliveries.put_off(conn, late, until)
                await deliveries.move_to(conn, [each for each in ids if each not in late], until)
            # What may have been sent before stays unknown: nobody can say that it was not heard.
            doubtful = {item.id for item in items if item.again}.intersection(untrue)
            await deliveries.settle(conn, doubtful, "unknown")
            await deliveries.settle(conn, set(untrue) - doubtful, "withdrawn")
            await deliveries.settle(conn, unheard, "failed")

    async def _send(self, items: Sequence[OutboxItem], who: DeliveryAddress, chat_id: int, view: View) -> None:
        try:
            message_id = await self._application.sender.impatient().send(chat_id, view)
        except RetryAfter as wait:
            await self._put_off(items, self._now() + timedelta(seconds=seconds_of(wait)))
            return
        except BadRequest as refused:
            log.error("notice %s refused: %s", items[0].id, described(refused))
            await self._cannot_go(items, who, chat_id, for_good=refused_forever(refused))
            return
        except TelegramError as outage:
            log.warning("notice %s waits: %s", items[0].id, described(outage))
            pause = min(OUTAGE_PAUSE * 2 ** min(items[0].attempts, 6), LONGEST_PAUSE)
            if maybe_delivered(outage):
                async with self._application.desk.db.write() as conn:
                    await _not_known_to_have_gone(conn, items, self._now() + OUTAGE_PAUSE)
            else:
                await self._put_off(items, self._now() + pause)
            return
        if message_id is None:
            await self._cannot_go(items, who, chat_id, for_good=True)
            return
        now = self._now()
        late = [item.id for item in items if item.due_at is not None and now - item.due_at > GRACE]
        async with self._application.desk.db.write() as conn:
            await deliveries.sent(conn, [item.id for item in items], message_id, now, late=late)

    async def _cannot_go(
        self, items: Sequence[OutboxItem], who: DeliveryAddress, chat_id: int, *, for_good: bool
    ) -> None:
        async with self._application.desk.db.write() as conn:
            await deliveries.settle(conn, [item.id for item in items], "failed")
            if for_good and who.person_id is not None:
                await person_is_gone(conn, who.person_id, self._now())
            elif for_good:
                await chat_is_gone(self._application.desk, conn, chat_id, items, self._now())

    async def _put_off(self, items: Sequence[OutboxItem], until: datetime) -> None:
        async with self._application.desk.db.write() as conn:
            await deliveries.put_off(conn, [item.id for item in items], until)

    async def _settle(self, ids: Collection[int], state: str) -> None:
        async with self._application.desk.db.write() as conn:
            await deliveries.settle(conn, ids, state)

    async def settle_abandoned(self) -> None:
        """Settle what a process claimed and never finished."""
        db, before = self._application.desk.db, self._now() - LEASE
        async with db.read() as conn:
            if not await deliveries.abandoned(conn, before):
                return
        async with db.write() as conn:
            left: dict[tuple[object, ...], list[OutboxItem]] = {}
            for item in await deliveries.abandoned(conn, before):
                if await deliveries.take_over(conn, item):
                    whole = (item.person_id, item.chat_id, item.claim) if item.claim else (item.id,)
                    left.setdefault(whole, []).append(item)
            for items in left.values():
                await _not_known_to_have_gone(conn, items, self._now())

    def _translator(self, person: Person | None) -> Translator:
        return translator(person.language if person else self._application.settings.language)

    def _claim(self) -> str:
        return f"{self._name}:{next(self._numbers)}"

    def _now(self) -> datetime:
        return self._application.clock.now()


async def _not_known_to_have_gone(conn: Connection, items: Sequence[OutboxItem], again_at: datetime) -> None:
    ids = [item.id for item in items]
    if await _holds_red(conn, items):
        await deliveries.put_off(conn, ids, again_at, again=True)
    else:
        await deliveries.settle(conn, ids, "unknown")


async def _holds_red(conn: Connection, items: Sequence[OutboxItem]) -> bool:
    """Whether missing these costs more than hearing them twice."""
    about = {item.assignment_id for item in items if item.assignment_id is not None}
    return any(item.rule in RED_RULES for item in items) or bool(await deliveries.red_among(conn, about))


def _late_since(items: Sequence[OutboxItem], now: datetime) -> datetime | None:
    return min((item.due_at for item in items if item.due_at is not None and now - item.due_at > GRACE), default=None)
