"""Chasing, snoozing, muting, binding a group, the status, and what a day would bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.plan.plan import UnitRole
from bot.domain.work.ladder import Rule
from bot.reminders.preview import plan_day
from bot.services.people.choose_digest_hour import set_digest_minute
from bot.services.reminding.delivery_status import delivery_status
from bot.services.reminding.mute import mute, mutes, see_mute
from bot.services.reminding.nudge import nudge
from bot.services.reminding.snooze import snooze
from bot.services.units.bind_team_chat import bind_team_chat, teams_of, unbind_team_chat
from bot.storage.outbox import outbox, team_chats
from bot.storage.outbox.outbox import Notice
from bot.storage.records import events, plans
from tests.reminders.hamlet import DIVISION, EMPTY, OFFICE, POLICE, TEAM, Hamlet, local

GROUP = -700


async def in_june(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", teams=[TEAM])
    await hamlet.use()
    await hamlet.report("NV01", 60)


async def test_a_chase_goes_to_officers_and_head_at_once_in_working_hours(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    done = await nudge(
        hamlet.desk,
        await hamlet.visitor("Văn phòng"),
        assignment_id=hamlet.ids["NV01"],
        now=hamlet.clock.now(),
        key="k",
    )
    assert (done.told, done.at) == (2, hamlet.clock.now())
    await hamlet.work()
    assert [each.who for each in await hamlet.told(rules=["nudge"])] == ["An", "Hải"]
    again = await nudge(
        hamlet.desk,
        await hamlet.visitor("Văn phòng"),
        assignment_id=hamlet.ids["NV01"],
        now=hamlet.clock.now(),
        key="k",
    )
    assert again.at == done.at
    await hamlet.work()
    assert len(await hamlet.told(rules=["nudge"])) == 2


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-06-05 16:59", "2026-06-05 16:59"),
        ("2026-06-05 17:00", "2026-06-08 07:00"),  # Friday evening
        ("2026-06-06 10:00", "2026-06-08 07:00"),
        ("2026-06-08 06:59", "2026-06-08 07:00"),
    ],
)
async def test_outside_of_working_hours_a_chase_waits_for_seven(hamlet: Hamlet, now: str, at: str) -> None:
    await in_june(hamlet)
    hamlet.clock.move_to(local(now))
    office = await hamlet.visitor("Văn phòng")
    done = await nudge(hamlet.desk, office, assignment_id=hamlet.ids["NV01"], now=local(now), key="k")
    assert done.at == local(at)
    await hamlet.up_until(at)
    await hamlet.work()
    assert {sent.at for sent in hamlet.messages("Hải")} == {local(at)}


async def test_a_chase_that_was_answered_before_it_left_is_not_sent(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    hamlet.clock.move_to(local("2026-06-01 18:00"))
    office = await hamlet.visitor("Văn phòng")
    await nudge(hamlet.desk, office, assignment_id=hamlet.ids["NV01"], now=hamlet.clock.now(), key="k")
    await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-02 10:00")
    assert await hamlet.states("nudge") == ["withdrawn", "withdrawn"]


async def test_only_the_office_chases_and_only_what_is_open(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    now = hamlet.clock.now()
    with pytest.raises(NotAllowed):
        await nudge(hamlet.desk, await hamlet.visitor("An"), assignment_id=hamlet.ids["NV01"], now=now, key="k")
    await hamlet.report("NV01", 100)
    with pytest.raises(TransitionRefused):
        await nudge(hamlet.desk, await hamlet.visitor("Văn phòng"), assignment_id=hamlet.ids["NV01"], now=now, key="k")


async def test_tomorrow_it_comes_again_where_it_is_still_true_a_week_later_too(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    async with hamlet.db.read() as conn:
        an = hamlet.people["An"]
        item = await outbox.item_by_key(conn, f"due_in_14:a{hamlet.ids['NV01']}:p{an}:2026-06-30:14")
    assert item is not None
    await hamlet.up_until("2026-06-18 10:00")
    for _ in range(2):
        done = await snooze(hamlet.desk, await hamlet.visitor("An"), outbox_id=item.id, now=hamlet.clock.now())
        assert done.at == local("2026-06-19 07:30")
    await hamlet.up_until("2026-06-19 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["due_in_14"], who=["An"])] == [16, 19]
    with pytest.raises(NotFound):
        await snooze(hamlet.desk, await hamlet.visitor("Hải"), outbox_id=item.id, now=hamlet.clock.now())
    await snooze(hamlet.desk, await hamlet.visitor("An"), outbox_id=item.id, now=hamlet.clock.now())
    await hamlet.report("NV01", 100)
    await hamlet.up_until("2026-06-22 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["due_in_14"], who=["An"])] == [16, 19]


@pytest.mark.parametrize(
    ("pressed", "again"),
    [
        ("2026-06-19 10:00", "2026-06-22 07:30"),  # on Friday: on Monday
        ("2026-06-20 10:00", "2026-06-22 07:30"),
        ("2026-06-21 23:59", "2026-06-22 07:30"),
        ("2026-06-22 06:00", "2026-06-23 07:30"),  # today's digest is still to come, and is not tomorrow's
        ("2026-08-28 10:00", "2026-09-03 07:30"),  # over the National Day, with Monday 31/08 off in exchange
    ],
)
async def test_tomorrow_is_the_next_working_day(hamlet: Hamlet, pressed: str, again: str) -> None:
    await hamlet.row("NV01", "30/9/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    async with hamlet.db.write() as conn:
        notice = Notice(
            "old", hamlet.place, "due_in_14", "2026-09-30:14", local("2026-06-02 07:30"), hamlet.people["An"]
        )
        await outbox.queue_all(conn, [notice], hamlet.clock.now())
        item = await outbox.item_by_key(conn, "old")
    assert item is not None
    done = await snooze(hamlet.desk, await hamlet.visitor("An"), outbox_id=item.id, now=local(pressed))
    assert done.at == local(again)


async def test_tomorrow_again_repeats_what_there_is_to_do_and_no_news(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "Quý III/2026")
    await hamlet.row("NV02", "5/6/2026", OFFICE)
    await hamlet.use()
    await hamlet.report("NV02", 60, "Văn phòng")
    await hamlet.up_until("2026-06-08 10:00")  # Monday: the board, and NV02 is overdue
    async with hamlet.db.read() as conn:
        found = await outbox.item_by_key(
            conn, f"turned_red:a{hamlet.ids['NV02']}:p{hamlet.people['Văn phòng']}:2026-06-05:overdue:2026-06-06"
        )
    assert found is not None
    await snooze(hamlet.desk, await hamlet.visitor("Văn phòng"), outbox_id=found.id, now=hamlet.clock.now())
    await hamlet.up_until("2026-06-09 10:00")
    on_9 = [each for each in await hamlet.told(who=["Văn phòng"]) if each.day == date(2026, 6, 9)]
    assert [(each.rule, each.code) for each in on_9] == [("overdue_3", "NV02"), ("turned_red", "NV02")]
    assert "Bảng tiến độ" not in hamlet.messages("Văn phòng")[-1].text


async def test_the_board_counts_a_row_of_several_units_once(hamlet: Hamlet) -> None:
    first = await hamlet.row("NV01", "5/6/2026")
    async with hamlet.db.write() as conn:
        lead = await events.standing(conn, first)
        assert lead is not None
        row = await plans.row(conn, lead[0].row_id)
        assert row is not None
        await events.add_assignment(conn, row, UnitRole.LEAD, replace(lead[1], unit_id=hamlet.units[DIVISION]))
    await hamlet.use()
    await hamlet.up_until("2026-06-08 10:00")
    text = hamlet.messages("Chỉ đạo")[-1].text
    assert "Việc chưa hoàn thành: 🔴 1\n" in text
    assert "• Công an: 🔴 1" in text and "• Phòng Văn hóa: 🔴 1" in text


async def test_a_mute_silences_warnings_until_its_day(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    an = await hamlet.visitor("An")
    async with hamlet.db.read() as conn:
        row = (await hamlet.desk.books.of(conn, hamlet.place)).by_code["NV01"].id
    assert (await see_mute(hamlet.desk, an, row_id=row)).until is None
    await mute(hamlet.desk, an, row_id=row, until=date(2026, 6, 25))
    assert [each.until for each in await mutes(hamlet.desk, an, today=date(2026, 6, 25))] == [date(2026, 6, 25)]
    await hamlet.up_until("2026-06-26 10:00")
    assert [each.rule for each in await hamlet.told(who=["An"])] == ["due_in_3"]
    await mute(hamlet.desk, an, row_id=row, until=None)
    assert await mutes(hamlet.desk, an, today=date(2026, 6, 25)) == ()
    with pytest.raises(NotFound):
        await mute(hamlet.desk, an, row_id=10_000, until=None)


async def test_an_hour_outside_of_the_day_is_refused(hamlet: Hamlet) -> None:
    an = await hamlet.visitor("An")
    for minute in (0, 359, 1021):
        with pytest.raises(BadInput):
            await set_digest_minute(hamlet.desk, an, minute=minute, now=hamlet.clock.now())


async def test_a_group_is_bound_by_a_member_of_the_team_alone(hamlet: Hamlet) -> None:
    team, now = hamlet.units[TEAM], hamlet.clock.now()
    member, stranger = await hamlet.visitor("Tổ viên"), await hamlet.visitor("An")
    assert [each.unit.name for each in await teams_of(hamlet.desk, member)] == [TEAM]
    with pytest.raises(NotAllowed):
        await bind_team_chat(hamlet.desk, stranger, unit_id=team, chat_id=GROUP, now=now)
    for _ in range(2):
        assert (await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP, now=now)).unit.id == team
    await bind_team_chat(hamlet.desk, member, unit_id=team, chat_id=GROUP - 1, now=now)
    async with hamlet.db.read() as conn:
        assert [chat.chat_id for chat in (await team_chats.chats_in(conn, hamlet.place)).values()] == [GROUP - 1]
    with pytest.raises(NotAllowed):
        await unbind_team_chat(hamlet.desk, stranger, chat_id=GROUP - 1, now=now)
    assert len(await unbind_team_chat(hamlet.desk, member, chat_id=GROUP - 1, now=now)) == 1
    assert await unbind_team_chat(hamlet.desk, member, chat_id=GROUP - 1, now=now) == ()


async def test_the_office_sees_what_became_of_the_notices(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.up_until("2026-06-15 18:00")
    hamlet.down_until("2026-06-16 12:00")
    await hamlet.work()
    await hamlet.up_until("2026-06-23 01:00")
    hamlet.clock.move_to(local("2026-06-23 08:30"))
    found = await delivery_status(hamlet.desk, await hamlet.visitor("Văn phòng"), now=hamlet.clock.now())
    assert found.deliveries.late >= 2
    assert found.deliveries.waiting >= 2
    assert found.unsent_for == timedelta(hours=1)
    assert found.unreachable == ()
    with pytest.raises(NotAllowed):
        await delivery_status(hamlet.desk, await hamlet.visitor("An"), now=hamlet.clock.now())


async def test_what_a_day_would_bring_is_what_it_brings(hamlet: Hamlet) -> None:
    await in_june(hamlet)
    await hamlet.row("NV02", "12/6/2026", POLICE)
    await hamlet.row("NV03", "Quý III/2026", EMPTY)
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(1, 40)]
    foretold = {}
    await hamlet.up_until("2026-06-01 10:30")
    for day in days:
        planned = await plan_day(hamlet.desk, hamlet.place, day)
        names = {person_id: name for name, person_id in hamlet.people.items()}
        foretold[day] = sorted(
            (names[each.person], each.rule.value, each.code or "") for each in planned if each.person is not None
        )
    await hamlet.up_until(f"{days[-1]} 18:00")
    told = await hamlet.told()
    for day in days:
        happened = sorted((each.who, each.rule, each.code or "") for each in told if each.day == day)
        assert foretold[day] == happened, day


async def test_a_day_can_be_asked_for_before_the_plan_is_in_use_and_anybody_has_joined(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026", EMPTY)
    planned = await plan_day(hamlet.desk, None, date(2026, 6, 29))
    found = [each for each in planned if each.code == "NV01"]
    assert [(each.rule, each.person, each.role, each.recipient_unit) for each in found] == [
        (Rule.DUE_IN_1, None, Role.OFFICER, EMPTY)
    ]
    assert found[0].at == local("2026-06-29 07:30")
    assert await plan_day(hamlet.desk, hamlet.place, date(2026, 6, 28)) == ()
    assert await hamlet.states() == []
