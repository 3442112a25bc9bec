"""Once the clock is right: what a wrong one has worked out, sent or put off is worked out anew (docs/decisions/0014).

One transaction, and safe to run twice: afterwards nothing is dated later than now but what people have done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from bot.clock import MOST_APART
from bot.domain.work.ladder import AT_ONCE, Rule
from bot.domain.work.lights_told import LightsTold, read_light
from bot.domain.work.occasions import RedLight
from bot.services.core.book import renewed
from bot.services.core.desk import Desk
from bot.services.core.hours import DAY, DIGEST_MINUTE, day_of, day_start, next_digest
from bot.services.plan.start_reminding import start_reminding
from bot.services.reminding.snooze import SNOOZED
from bot.storage.engine.database import Connection
from bot.storage.outbox import put_right as stored
from bot.storage.outbox.dated_ahead import PUT_RIGHT
from bot.storage.outbox.put_right import DelayedNotice, Misled
from bot.storage.records import audit, plans

DEEDS = frozenset(rule.value for rule in AT_ONCE)
NEVER = date(2000, 1, 1)
"""The day of use counts as seen in any case."""
LONGEST_MUTE = timedelta(days=30)


async def put_right(desk: Desk, now: datetime) -> bool:
    """Whether a wrong clock has been here. What people did keeps its date: the standing office sets that right."""
    limit, today = now + MOST_APART, day_of(now)
    async with desk.db.read() as conn:
        if not await stored.is_anything_ahead(conn, limit, today):
            return False
    async with desk.db.write() as conn:
        places = [place.id for place in await plans.localities(conn)]
        await _use_from_today(desk, conn, now)
        misled = await stored.take_back(conn, DEEDS, SNOOZED, limit, now)
        for each in await stored.waiting_beyond(conn, limit):
            await _bring_forward(desk, conn, each, now)
        await stored.unlight(conn, limit)
        await _unsee(conn, places, misled, limit, now)
        await _forget_lights(conn, misled, today)
        await stored.look_at_all(conn, now)
        await stored.let_in(conn, limit, now, today + LONGEST_MUTE)
        for place in places:
            await audit.append(conn, place, now, None, PUT_RIGHT, {})
    return True


async def _use_from_today(desk: Desk, conn: Connection, now: datetime) -> None:
    """Plans that were put in use under the wrong clock are in use: from today, as far as is known."""
    today = day_of(now)
    for plan_id, locality_id, year in await stored.used_from(conn, today):
        await plans.set_in_use(conn, plan_id, today)
        book = await renewed(conn, await desk.books.of(conn, locality_id, year))
        await start_reminding(conn, book, now)
        await audit.append(conn, locality_id, now, None, "plan_in_use", {"plan": plan_id})


async def _bring_forward(desk: Desk, conn: Connection, each: DelayedNotice, now: datetime) -> None:
    """What waits is due as it was meant, the latest with the next digest; what goes at once waits for nothing."""
    last = now
    if not each.urgent:
        calendar = (await desk.books.of(conn, each.locality_id)).calendar
        # What was put off until tomorrow is not in a digest of today.
        after = day_start(day_of(now) + DAY) if each.key.startswith(SNOOZED) else now
        last = next_digest(calendar, after, DIGEST_MINUTE if each.minute is None else each.minute)
    await stored.bring_forward(conn, each.id, min(each.due_at, last))


async def _unsee(
    conn: Connection, places: Iterable[int], misled: Collection[Misled], limit: datetime, now: datetime
) -> None:
    """Look again from the last day on that was seen by the right clock; what was told since is known by its key."""
    worked_out = await stored.last_worked_out(conn, DEEDS, SNOOZED, limit)
    today = day_of(now)
    for place in places:
        own = [each for each in misled if each.locality_id == place]
        last = worked_out.get(place)
        seen = NEVER if last is None else min(today, day_of(last)) - DAY
        about = {each.assignment_id for each in own if each.assignment_id is not None}
        await stored.unsee(conn, place, seen, today, about, round_too=bool(own))


async def _forget_lights(conn: Connection, misled: Iterable[Misled], today: date) -> None:
    """A light that was told too early, or is said to have been told later than today, is news when it burns."""
    early: dict[int, list[RedLight]] = {}
    for each in misled:
        light = read_light(each.occasion) if each.rule == Rule.TURNED_RED else None
        if light is not None and each.assignment_id is not None:
            early.setdefault(each.assignment_id, []).append(light)
    for assignment_id, told in (await stored.lights_told(conn)).items():
        kept = _kept(told, early.get(assignment_id, ()), today)
        if kept != told:
            await stored.keep_lights_told(conn, assignment_id, kept)


def _kept(told: LightsTold, early: Collection[RedLight], today: date) -> LightsTold:
    """What is remembered still; of a light that came again, that it was told first."""
    lit = {each.light for each in early}
    return LightsTold(
        {light: day for light, day in told.first.items() if day <= today and light not in early},
        {light: day for light, day in told.burning.items() if day <= today and light not in lit},
    )
