"""What has become untrue between queueing and sending is never sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy import update

from bot.domain.people.people import Role
from bot.domain.work.events import Closing, Reopening
from bot.storage.engine import tables as t
from bot.storage.records import events, people, plans
from tests.reminders.hamlet import DIVISION, POLICE, Hamlet, local


async def completed(hamlet: Hamlet) -> None:
    await hamlet.report("NV01", 100)


async def accepted(hamlet: Hamlet) -> None:
    await hamlet.accept("NV01", await hamlet.report("NV01", 100))


async def extended(hamlet: Hamlet) -> None:
    await hamlet.extend("NV01", date(2026, 9, 30))


async def closed(hamlet: Hamlet) -> None:
    await hamlet.record("NV01", Closing("Rút"), "Văn phòng")


async def ended(hamlet: Hamlet) -> None:
    async with hamlet.db.write() as conn:
        await events.end_assignment(conn, hamlet.ids["NV01"], hamlet.clock.now())


async def removed(hamlet: Hamlet) -> None:
    async with hamlet.db.write() as conn:
        for held in await people.memberships_in(conn, hamlet.place):
            if held.person_id == hamlet.people["An"]:
                await people.end_membership(conn, held.id, hamlet.clock.now(), None)


async def muted(hamlet: Hamlet) -> None:
    from bot.services.reminding.mute import mute

    async with hamlet.db.read() as conn:
        book = await hamlet.desk.books.of(conn, hamlet.place)
    row = book.by_code["NV01"].id
    await mute(hamlet.desk, await hamlet.visitor("An"), row_id=row, until=date(2026, 6, 16))


@pytest.mark.parametrize("change", [completed, accepted, extended, closed, ended, removed, muted])
async def test_a_warning_that_is_untrue_is_withdrawn(
    hamlet: Hamlet, change: Callable[[Hamlet], Awaitable[None]]
) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-16 06:30")
    assert await hamlet.states("due_in_14") == ["queued"]
    await change(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    assert await hamlet.told(rules=["due_in_14"], who=["An"]) == []
    assert (await hamlet.states("due_in_14"))[0] == "withdrawn"
    assert not [sent for sent in hamlet.messages("An") if sent.at > local("2026-06-16 00:00")]


async def test_what_is_still_true_goes_out_without_what_is_not(hamlet: Hamlet) -> None:
    for code in ("NV01", "NV02"):
        await hamlet.row(code, "30/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-16 06:30")
    await completed(hamlet)
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.code for each in await hamlet.told(rules=["due_in_14"])] == ["NV02"]
    text = hamlet.messages("An")[-1].text
    assert "Còn 14 ngày" in text
    assert text.count("<b>NV02</b>") == 1


async def test_a_red_light_is_told_although_the_row_is_muted(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-11 06:00")
    await muted(hamlet)
    await hamlet.up_until("2026-06-11 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["turned_red"], who=["An"])] == [2, 11]


async def test_a_unit_renamed_before_sending_is_told_by_its_new_name(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026", DIVISION)
    await hamlet.use()
    await hamlet.up_until("2026-06-15 06:30")
    async with hamlet.db.write() as conn:
        await plans.rename_unit(conn, hamlet.units[DIVISION], "Phòng Mới")
        await plans.bump_version(conn, hamlet.place)
    await hamlet.up_until("2026-06-15 10:00")
    assert "Phòng Mới" in hamlet.messages("Văn phòng")[-1].text


async def test_a_report_withdrawn_before_the_digest_brings_the_warning_back(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    hamlet.clock.move_to(local("2026-06-15 23:55"))
    report = await hamlet.report("NV01", 100)
    hamlet.clock.move_to(local("2026-06-16 00:01"))
    await hamlet.work()
    hamlet.clock.move_to(local("2026-06-16 00:05"))
    await hamlet.withdraw("NV01", report)
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["An"]


async def test_a_reopened_task_is_warned_of_by_its_new_limit(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await accepted(hamlet)
    await hamlet.up_until("2026-06-15 10:00")
    await hamlet.record("NV01", Reopening("Bổ sung", date(2026, 6, 30)), "Văn phòng")
    await hamlet.up_until("2026-06-16 10:00")
    assert [each.rule for each in await hamlet.told(who=["An"]) if each.rule.startswith("due")] == ["due_in_14"]


async def test_a_holiday_added_on_the_same_morning_moves_the_digest(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.report("NV01", 60)
    await hamlet.up_until("2026-06-23 06:30")
    await hamlet.day_off(date(2026, 6, 23))
    await hamlet.up_until("2026-06-24 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["due_in_7"])] == [24]
    # That is no delay of ours.
    assert "muộn" not in hamlet.messages("An")[-1].text


async def test_a_clock_set_back_an_hour_tells_nothing_twice_and_loses_nothing(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    for words in ("2026-06-11 00:10", "2026-06-10 23:10", "2026-06-11 00:10", "2026-06-11 07:30"):
        hamlet.clock.move_to(local(words))
        await hamlet.work()
    hamlet.clock.move_to(local("2026-06-11 06:30"))
    await hamlet.work()
    await hamlet.up_until("2026-06-12 10:00")
    assert [each.day.day for each in await hamlet.told(rules=["turned_red"], who=["An"])] == [11]
    assert len([sent for sent in hamlet.messages("An") if sent.at >= local("2026-06-10 12:00")]) == 1


async def test_a_new_officer_before_the_digest_is_told_and_one_after_it_is_not(hamlet: Hamlet) -> None:
    await hamlet.row("NV01", "30/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-16 06:30")
    await hamlet.join("Sớm", POLICE, Role.OFFICER)
    await hamlet.up_until("2026-06-16 10:00")
    await hamlet.join("Muộn", POLICE, Role.OFFICER)
    await hamlet.up_until("2026-06-19 10:00")
    assert [each.who for each in await hamlet.told(rules=["due_in_14"])] == ["An", "Sớm"]
    assert "Muộn" not in {each.who for each in await hamlet.told()}


async def test_without_an_office_member_nothing_breaks_and_the_unit_is_told(hamlet: Hamlet) -> None:
    async with hamlet.db.write() as conn:
        await conn.execute(
            update(t.memberships).where(t.memberships.c.role == "office").values(ended_at=local("2026-06-01 10:00"))
        )
    await hamlet.row("NV01", "10/6/2026")
    await hamlet.use()
    await hamlet.up_until("2026-06-16 10:00")
    assert await hamlet.told(rules=["overdue_3"]) == []
    assert [each.day.day for each in await hamlet.told(rules=["turned_red"], who=["An"])] == [2, 11]
