"""One who works for two localities: one message of the morning, each locality by its own days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from bot.domain.people.people import Role
from bot.domain.plan.calendar import DayException, DayKind
from bot.reminders.preview import plan_day
from bot.storage.engine import tables as t
from bot.storage.records import people, plans
from tests.reminders.hamlet import POLICE, Hamlet, local


@asynccontextmanager
async def next_door(hamlet: Hamlet) -> AsyncIterator[None]:
    """Within it the hamlet stands for a second locality, in which An works for the police too."""
    before = (hamlet.place, hamlet.plan, dict(hamlet.units), dict(hamlet.ids))
    if not hasattr(hamlet, "door"):
        hamlet.ids = {}
        await hamlet.settle("ban")
        async with hamlet.db.write() as conn:
            unit = hamlet.units[POLICE]
            await people.add_membership(conn, hamlet.people["An"], hamlet.place, unit, Role.OFFICER, hamlet.clock.now())
    else:
        hamlet.place, hamlet.plan, hamlet.units, hamlet.ids = hamlet.door
    try:
        yield
    finally:
        hamlet.door = (hamlet.place, hamlet.plan, hamlet.units, hamlet.ids)  # type: ignore[attr-defined]
        hamlet.place, hamlet.plan, hamlet.units, hamlet.ids = before


async def both(hamlet: Hamlet, printed: str = "30/6/2026") -> None:
    """NV01 here and NV02 next door, due on the same day, reported far enough."""
    await hamlet.row("NV01", printed)
    await hamlet.use()
    await hamlet.report("NV01", 60)
    async with next_door(hamlet):
        await hamlet.row("NV02", printed)
        await hamlet.use()
        await hamlet.report("NV02", 60)


async def test_on_a_day_both_work_one_message_names_both(hamlet: Hamlet) -> None:
    await both(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    (sent,) = hamlet.messages("An")
    assert sent.text.count("📍") == 2
    assert "<b>NV01</b>" in sent.text and "<b>NV02</b>" in sent.text


async def test_a_day_off_of_one_leaves_the_other_s_message_and_moves_its_own(hamlet: Hamlet) -> None:
    await both(hamlet)
    await hamlet.up_until("2026-06-23 06:30")
    await hamlet.day_off(date(2026, 6, 23))
    await hamlet.up_until("2026-06-24 10:00")
    told = [(each.day.day, each.code) for each in await hamlet.told(rules=["due_in_7"], who=["An"])]
    assert told == [(23, "NV02"), (24, "NV01")]
    last, moved = hamlet.messages("An")[-2:]
    assert "NV01" not in last.text and "📍" not in last.text
    assert "NV02" not in moved.text and "muộn" not in moved.text


async def test_a_day_off_known_before_moves_the_warning_forward_in_that_locality_alone(hamlet: Hamlet) -> None:
    await both(hamlet)
    await hamlet.up_until("2026-06-19 10:00")
    await hamlet.day_off(date(2026, 6, 23))
    await hamlet.up_until("2026-06-24 10:00")
    told = [(each.day.day, each.code) for each in await hamlet.told(rules=["due_in_7"], who=["An"])]
    assert told == [(22, "NV01"), (23, "NV02")]


async def test_who_leaves_one_locality_is_told_of_the_other_alone(hamlet: Hamlet) -> None:
    await both(hamlet)
    await hamlet.up_until("2026-06-16 06:30")
    async with hamlet.db.write() as conn:
        for held in await people.memberships_in(conn, hamlet.place):
            if held.person_id == hamlet.people["An"]:
                await people.end_membership(conn, held.id, hamlet.clock.now(), None)
    await hamlet.up_until("2026-06-16 10:00")
    (sent,) = hamlet.messages("An")
    assert sent.at == local("2026-06-16 07:30")
    assert "NV01" not in sent.text and "<b>NV02</b>" in sent.text


async def test_a_day_off_added_when_the_message_has_gone_changes_nothing_more_that_day(hamlet: Hamlet) -> None:
    await both(hamlet)
    await hamlet.up_until("2026-06-23 08:00")
    await hamlet.day_off(date(2026, 6, 23))
    await hamlet.up_until("2026-06-25 18:00")
    told = [(each.day.day, each.code) for each in await hamlet.told(rules=["due_in_7"], who=["An"])]
    assert told == [(23, "NV01"), (23, "NV02")]


async def test_a_saturday_worked_in_one_of_them_is_a_day_of_messages_there(hamlet: Hamlet) -> None:
    await both(hamlet, "27/6/2026")  # a Saturday
    await hamlet.up_until("2026-06-25 10:00")
    async with hamlet.db.write() as conn:
        await plans.save_day(conn, hamlet.place, DayException(date(2026, 6, 27), DayKind.WORK, "Làm bù", "UBND"))
        await plans.bump_version(conn, hamlet.place)
    await hamlet.up_until("2026-06-28 10:00")
    told = [(each.day.day, each.rule, each.code) for each in await hamlet.told(who=["An"]) if each.day.day > 25]
    assert told == [(26, "due_in_1", "NV01"), (26, "due_today", "NV02"), (27, "due_today", "NV01")]


async def test_what_is_foretold_of_all_is_what_is_foretold_of_each(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "31/5/2026")
    await hamlet.use()
    async with next_door(hamlet):
        await hamlet.row("NV02", "31/5/2026")
        await hamlet.use()
        async with hamlet.db.write() as conn:
            earlier = t.plans.update().where(t.plans.c.id == hamlet.plan).values(issued_on=date(2026, 2, 1))
            await conn.execute(earlier)
            await plans.bump_version(conn, hamlet.place)
        door = hamlet.place
    for day in (date(2026, 5, 25), date(2026, 5, 29)):
        each = [planned for place in (hamlet.place, door) for planned in await plan_day(hamlet.desk, place, day)]
        assert {one.locality_id for one in each} == {hamlet.place, door}
        found = await plan_day(hamlet.desk, None, day)
        assert sorted(found, key=repr) == sorted(each, key=repr), day
