"""What a day would bring: the same people, the same silences, and the places where nobody is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from bot.domain.people.people import Role
from bot.domain.work.ladder import Rule
from bot.reminders.preview import Planned, plan_day
from bot.services.reminding.mute import mute
from bot.services.reminding.snooze import snooze
from bot.storage.engine import tables as t
from bot.storage.outbox import outbox
from bot.storage.records import people
from tests.reminders.hamlet import EMPTY, OFFICE, Hamlet, local


async def in_june(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)


async def foretold(hamlet: Hamlet, day: date) -> list[Planned]:
    return list(await plan_day(hamlet.desk, hamlet.place, day))


async def row_of(hamlet: Hamlet, code: str) -> int:
    async with hamlet.db.read() as conn:
        return (await hamlet.desk.books.of(conn, hamlet.place)).by_code[code].id


async def test_what_is_muted_is_not_foretold_unless_it_is_red(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    an = await hamlet.visitor("An")
    await mute(hamlet.desk, an, row_id=await row_of(hamlet, "NV01"), until=date(2026, 6, 24))
    assert await foretold(hamlet, date(2026, 6, 23)) == []
    assert [each.rule for each in await foretold(hamlet, date(2026, 6, 26))] == [Rule.DUE_IN_3]
    await hamlet.report("NV01", 5, reason="Rà soát lại")
    assert [each.rule for each in await foretold(hamlet, date(2026, 6, 23))] == [Rule.DUE_IN_7]


async def test_what_was_put_off_until_tomorrow_is_foretold_for_it_once(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-29 10:00")
    key = f"due_in_1:a{hamlet.ids['NV01']}:p{hamlet.people['An']}:2026-06-30:1"
    async with hamlet.db.read() as conn:
        item = await outbox.item_by_key(conn, key)
    assert item is not None
    await snooze(hamlet.desk, await hamlet.visitor("An"), outbox_id=item.id, now=hamlet.clock.now())
    found = await foretold(hamlet, date(2026, 6, 30))
    assert [(each.rule, each.code, each.person) for each in found] == [
        (Rule.DUE_IN_1, "NV01", hamlet.people["An"]),
        (Rule.DUE_TODAY, "NV01", hamlet.people["An"]),
    ]


async def test_who_cannot_be_reached_is_not_foretold_to_be_told(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    async with hamlet.db.write() as conn:
        await people.set_reachable(conn, hamlet.people["An"], False, hamlet.clock.now())
    assert await foretold(hamlet, date(2026, 6, 23)) == []


async def test_a_red_light_and_the_board_name_every_place_where_nobody_is(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "5/6/2026", EMPTY)
    await hamlet.use()
    async with hamlet.db.write() as conn:
        committee = t.memberships.c.role == "committee"
        await conn.execute(update(t.memberships).where(committee).values(ended_at=local("2026-06-01 10:00")))
    found = await foretold(hamlet, date(2026, 6, 8))
    nobody = {(each.rule, each.role, each.recipient_unit) for each in found if each.person is None}
    assert nobody == {
        (Rule.TURNED_RED, Role.OFFICER, EMPTY),
        (Rule.TURNED_RED, Role.HEAD, EMPTY),
        (Rule.MONDAY_BOARD, Role.COMMITTEE, ""),
    }
    assert [each.recipient_unit for each in found if each.rule is Rule.MONDAY_BOARD and each.person] == [OFFICE]


async def test_a_day_before_the_plan_was_put_in_use_is_told_as_if_it_had_been(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-11-25 10:00"))
    await in_june(hamlet)
    found = await foretold(hamlet, date(2026, 6, 29))
    assert [(each.rule, each.code) for each in found if each.code] == [(Rule.DUE_IN_1, "NV01")]
    assert await foretold(hamlet, date(2026, 11, 25)) == []


async def test_of_the_day_it_is_put_in_use_what_is_queued_is_foretold(hamlet: Hamlet) -> None:
    hamlet.clock.move_to(local("2026-06-16 06:00"))
    await in_june(hamlet)
    await hamlet.work()
    found = await foretold(hamlet, date(2026, 6, 16))
    assert [(each.rule, each.code, each.person) for each in found] == [(Rule.DUE_IN_14, "NV01", hamlet.people["An"])]
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.rule for each in await hamlet.told(who=["An"])] == ["due_in_14"]
