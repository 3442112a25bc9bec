"""Reminders as people meet them: the message of the morning, its buttons, chasing, muting, groups, the state of it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from bot.domain.people.people import Role
from bot.domain.plan.plan import UnitKind
from bot.reminders.jobs import look_at_what_is_due
from bot.services.units import assign_teams
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.storage.outbox import deliveries, team_chats
from bot.storage.records import audit, events, people, plans
from tests.town import Town, office, officer, press, say

SLUG = "binh-loc"
POLICE, OFFICE, CULTURE = "Công an phường", "Văn phòng Đảng ủy", "Phòng Văn hóa - Xã hội"
RED_MORNING = "2026-07-01T07:31:00+07:00"
"""On 30/06 four tasks of the police were due; the next morning they are overdue."""
THREE = {"Báo cáo", "Chi tiết", "Nhắc lại ngày mai"}


async def morning(town: Town, instant: str) -> None:
    town.clock.move_to(datetime.fromisoformat(instant))
    await look_at_what_is_due(town.app)
    await town.settle()


async def place(town: Town) -> int:
    async with town.db.read() as conn:
        found = await plans.locality_by_slug(conn, SLUG)
        assert found is not None
        assert await audit.verify(conn, found.id) is None
        return found.id


def digests(person: SimulatedPerson) -> list[str]:
    return [text for text in person.texts() if text.startswith(("Sáng ", "Chiều ", "Wednesday ", "Thursday "))]


def offers(person: SimulatedPerson, message: Any = None) -> set[str]:
    """Which of the three buttons of a reminder a message carries."""
    return {word for word in THREE for label in person.buttons(message) if word in label}


async def test_the_morning_brings_one_message_red_first_with_the_three_buttons(town: Town) -> None:
    an = await officer(town)
    await morning(town, RED_MORNING)
    assert len(digests(an)) == 1
    first, *_ = digests(an)[0].splitlines()
    assert first.startswith("Sáng thứ Tư 01/07/2026 · ") and "việc đỏ" in first
    assert "Quá hạn 1 ngày" in digests(an)[0] and "NV07" in digests(an)[0]
    assert offers(an) == THREE
    await morning(town, "2026-07-01T09:00:00+07:00")
    assert len(digests(an)) == 1, "once"


async def test_what_was_red_already_is_called_warned_of_anew_and_not_newly_red(town: Town) -> None:
    an, binh = await officer(town), await office(town)
    await morning(town, "2026-06-30T07:31:00+07:00")
    was_red = set(re.findall(r"🔴 (NV\d+)", await say(town, an, "việc đỏ của đơn vị tôi")))
    await morning(town, RED_MORNING)
    told = digests(an)[-1]
    assert "🔴 5 việc đỏ · 4 việc có cảnh báo đỏ mới" in told and "\nCảnh báo đỏ mới\n" in told
    assert {"NV07", "NV24", "NV25", "NV27"} <= was_red
    assert "mới đỏ" not in told and "Vừa chuyển" not in digests(binh)[-1]


async def test_on_a_day_off_nobody_hears_anything(town: Town) -> None:
    an = await officer(town)
    await morning(town, "2026-06-20T09:00:00+07:00")
    assert digests(an) == []


async def test_from_a_reminder_a_report_takes_three_taps(town: Town) -> None:
    an = await officer(town)
    await morning(town, RED_MORNING)
    label = next(label for label in an.buttons() if label.startswith("Báo cáo"))
    code = label.split()[-1]
    await press(town, an, label)
    await press(town, an, "50%")
    receipt = await press(town, an, "Gửi báo cáo")
    assert "Đã ghi nhận" in receipt and code in receipt
    async with town.db.read() as conn:
        book = await town.app.desk.books.of(conn, await place(town))
        found = [s for a, s in await events.standings(conn, book.plan.id) if a.row_id == book.by_code[code].id]  # type: ignore[union-attr]
    assert 50 in [standing.percent for standing in found]


async def test_a_week_later_every_button_still_answers_with_how_things_stand(town: Town) -> None:
    an = await officer(town)
    await morning(town, RED_MORNING)
    message = an.last()
    await say(town, an, "NV07 80%")
    await press(town, an, "Gửi báo cáo")
    town.clock.move_to(datetime.fromisoformat("2026-07-09T10:00:00+07:00"))
    for label in an.buttons(message):
        before = len(an.messages())
        await press(town, an, label, message)
        toasts = [toast for toast in an.toasts() if toast]
        assert len(an.messages()) > before or toasts, label
        if label.startswith("Báo cáo"):
            await say(town, an, "/huy")
    assert "80%" in await press(town, an, "NV07", message)


async def test_tomorrow_the_same_message_comes_again_while_it_is_true(town: Town) -> None:
    an = await officer(town)
    await morning(town, RED_MORNING)
    await press(town, an, "Nhắc lại ngày mai")
    assert "02/07/2026" in an.toasts()[-1]
    await press(town, an, "Nhắc lại ngày mai")
    await morning(town, "2026-07-02T07:31:00+07:00")
    assert len(digests(an)) == 2
    assert digests(an)[1].startswith("Sáng thứ Năm 02/07/2026") and "NV07" in digests(an)[1]


async def test_nobody_puts_off_the_message_of_another(town: Town) -> None:
    an, cuong = await officer(town), await officer(town, CULTURE, "Lê Văn Cường")
    await morning(town, RED_MORNING)
    data = an.last().buttons[-1]["callback_data"]
    cuong.press_stale(data, cuong.last().id)
    await town.settle()
    assert "Không tìm thấy" in cuong.toasts()[-1]


async def test_the_office_chases_a_unit_that_hears_at_once_who_asks_and_why(town: Town) -> None:
    binh, an = await office(town), await officer(town)
    shown = await say(town, binh, "/dondoc nv7")
    assert POLICE in shown and "Nguyễn Văn An" in shown and an.texts() == []
    question = binh.last()
    send = question.buttons[0]["callback_data"]
    assert "Đã gửi đôn đốc" in await press(town, binh, "Gửi đôn đốc")
    binh.press_stale(send, question.id)
    await town.settle()
    assert len(an.texts()) == 1, "a second tap on the same question chases nobody twice"
    assert "Cơ quan thường trực phường Bình Lộc đôn đốc" in an.last().text and "NV07" in an.last().text
    assert offers(an) == THREE
    async with town.db.read() as conn:
        assert (await deliveries.status(conn, await place(town), town.clock.now())).sent == 1


async def test_a_chase_in_the_evening_waits_for_working_hours(town: Town) -> None:
    binh, an = await office(town), await officer(town)
    town.clock.move_to(datetime.fromisoformat("2026-06-15T20:00:00+07:00"))
    await say(town, binh, "/dondoc NV07")
    assert "07:00 16/06/2026" in await press(town, binh, "Gửi đôn đốc")
    assert an.texts() == []
    await morning(town, "2026-06-16T07:00:30+07:00")
    assert "đôn đốc" in an.last().text


async def test_a_row_of_several_units_asks_which_and_one_without_members_says_so(town: Town) -> None:
    binh, an = await office(town), await officer(town)
    assert "Đôn đốc đơn vị nào" in await say(town, binh, "/nudge NV27")
    question = binh.last()
    assert "chưa có ai tham gia" in await press(town, binh, CULTURE, question)
    assert not [label for label in binh.buttons() if "Gửi" in label]
    await press(town, binh, POLICE, question)
    assert "Chưa gửi đôn đốc" in await press(town, binh, "Hủy")
    assert an.texts() == []


async def test_what_waits_for_the_appraisers_is_not_chased(town: Town) -> None:
    binh = await office(town)
    assert "/dondoc NV07" in await say(town, binh, "/dondoc")
    assert "Không tìm thấy mã NV999" in await say(town, binh, "/dondoc NV999")


@pytest.mark.parametrize("command", ["/dondoc NV07", "/dondoc", "/tinhtrang", "/lich"])
async def test_officers_have_no_right_to_what_the_office_does(town: Town, command: str) -> None:
    an = await officer(town)
    assert "không có quyền" in await say(town, an, command)


async def test_forged_buttons_do_nothing(town: Town) -> None:
    an, binh = await officer(town), await office(town)
    await say(town, an, "/viec")
    for data in ("v1:n:send:1", "v1:n:ask:1", "v1:n:x:1", "v1:n", "v1:z:99", "v1:z", "v1:z:²", "v1:e:on:1:5000"):
        an.press_stale(data, an.last().id)
        await town.settle()
    for data in ("v1:e:on:99999:7", "v1:e", "v1:b:bind:1", "v1:b", "v1:g:hour:1", "v1:g:hour:x"):
        an.press_stale(data, an.last().id)
        await town.settle()
    assert an.unanswered() == [] and binh.texts() == []


async def test_a_muted_task_is_not_warned_of_but_red_is_told(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/nhiemvu NV07")
    await press(town, an, "Tắt nhắc")
    assert "vẫn báo" in await press(town, an, "1 tháng")
    assert "NV07" in await say(town, an, "/caidat") and "Bật nhắc NV07" in " ".join(an.buttons())
    await morning(town, RED_MORNING)
    assert "NV07" in digests(an)[-1]
    await say(town, an, "/caidat")
    await press(town, an, "Bật nhắc NV07")
    assert "Đang tắt nhắc" not in await say(town, an, "/caidat")


async def test_the_hour_of_the_morning_can_be_chosen(town: Town) -> None:
    an = await officer(town)
    assert "07:30" in await say(town, an, "/caidat")
    await press(town, an, "09:00")
    assert "✓ 09:00" in an.buttons()
    await morning(town, RED_MORNING)
    assert digests(an) == []
    await morning(town, "2026-07-01T09:00:30+07:00")
    assert len(digests(an)) == 1 and "đến muộn" not in digests(an)[0]


async def test_a_late_message_says_so(town: Town) -> None:
    an = await officer(town)
    await morning(town, "2026-07-01T06:00:00+07:00")
    await town.stop()
    town.clock.move_to(datetime.fromisoformat("2026-07-01T14:00:00+07:00"))
    await town.start_anew()
    await town.settle()
    assert len(digests(an)) == 1
    assert digests(an)[0].startswith("Chiều thứ Tư") and "đến muộn" in digests(an)[0]


async def test_the_state_of_the_reminders_counts_and_names_who_cannot_be_reached(town: Town) -> None:
    binh, an = await office(town), await officer(town)
    await morning(town, RED_MORNING)
    async with town.db.write() as conn:
        person = await people.person_by_telegram(conn, an.id)
        assert person is not None
        await people.set_reachable(conn, person.id, False, town.clock.now())
    shown = await say(town, binh, "/tinhtrang")
    async with town.db.read() as conn:
        counts = await deliveries.status(conn, await place(town), town.clock.now())
    assert f"Đã gửi: {counts.sent} lượt nhắc" in shown and counts.sent > 0
    assert "Nguyễn Văn An" in shown and "Lần rà soát gần nhất" in shown
    assert "Không có tin nào quá giờ gửi" in shown
    assert "👥 Thành viên" in binh.buttons()


async def test_english_speakers_are_reminded_in_english(town: Town) -> None:
    ann, binh = await officer(town, language="en", name="Ann Nguyen"), await office(town, language="en")
    await morning(town, RED_MORNING)
    assert digests(ann)[0].startswith("Wednesday morning 01/07/2026 · ")
    assert {"Remind me tomorrow"} <= set(ann.buttons())
    assert (await say(town, binh, "/status")).startswith("📮 Reminders")
    assert "It reaches: Ann Nguyen" in await say(town, binh, "/nudge NV07")
    assert "Message on working mornings: 07:30" in await say(town, ann, "/settings")


# Groups


async def a_team(town: Town) -> tuple[SimulatedPerson, int, int]:
    """A member of a community team that coordinates NV07."""
    async with town.db.write() as conn:
        locality = await place_in(conn)
        unit_id = await plans.save_unit(conn, locality, "Tổ CNSCĐ khu phố 1", UnitKind.COMMUNITY_TEAM, (), 99)
        await plans.bump_version(conn, locality)
    return await town.join(SLUG, "Tổ CNSCĐ khu phố 1", Role.TEAM, name="Phạm Văn Dũng"), unit_id, locality


async def place_in(conn: Any) -> int:
    found = await plans.locality_by_slug(conn, SLUG)
    assert found is not None
    return found.id


async def said_in(town: Town, person: SimulatedPerson, group: ChatGroup, text: str) -> str:
    person.say_in(group, text)
    await town.settle()
    return group.last().text


async def bound(town: Town, locality: int) -> dict[int, int]:
    async with town.db.read() as conn:
        return {unit: chat.chat_id for unit, chat in (await team_chats.chats_in(conn, locality)).items()}


async def test_a_team_binds_its_group_and_ends_it(town: Town) -> None:
    dung, unit, locality = await a_team(town)
    group = ChatGroup.created(town.chats, "Tổ CNSCĐ", dung)
    group.add_bot(dung)
    await town.settle()
    assert "đã kết nối với Tổ CNSCĐ khu phố 1" in await said_in(town, dung, group, "/ketnoi")
    assert await bound(town, locality) == {unit: group.id}
    assert "thôi nhận" in await said_in(town, dung, group, "/ketnoi huy")
    assert await bound(town, locality) == {}
    assert "chưa kết nối" in await said_in(town, dung, group, "/ketnoi hủy")


async def test_a_bound_group_is_told_without_names_and_buttons_instead_of_the_members(town: Town) -> None:
    dung, unit, locality = await a_team(town)
    binh, an = await office(town), await officer(town)
    async with town.db.read() as conn:
        row = (await town.app.desk.books.of(conn, locality)).by_code["NV07"]
        visitor = await people.visitor(conn, binh.id, binh.id)
    await assign_teams.set_work(
        town.app.desk, visitor, row_id=row.id, team_id=unit, coordinates=True, now=town.clock.now()
    )
    group = ChatGroup.created(town.chats, "Tổ CNSCĐ", dung)
    group.add_bot(dung)
    await said_in(town, dung, group, "/ketnoi")
    await morning(town, RED_MORNING)
    told = group.last()
    assert told.text.startswith("Sáng thứ Tư 01/07/2026") and "NV07" in told.text and POLICE in told.text
    assert "Nguyễn" not in told.text and told.buttons == []
    assert digests(dung) == [] and len(digests(an)) == 1


async def test_others_cannot_bind_a_group_and_other_commands_stay_private(town: Town) -> None:
    dung, _, locality = await a_team(town)
    an, stranger = await officer(town), town.person("Người lạ")
    group = ChatGroup.created(town.chats, "Nhóm", dung, an, stranger)
    group.add_bot(dung)
    await town.settle()
    for person in (an, stranger):
        assert "Chỉ thành viên của tổ" in await said_in(town, person, group, "/ketnoi")
    assert "nhắn riêng" in await said_in(town, an, group, "/viec")
    before = len(group.texts())
    await said_in(town, an, group, "chào mọi người")
    assert len(group.texts()) == before
    assert await bound(town, locality) == {}
    assert "trong nhóm" in await say(town, dung, "/ketnoi")


async def test_one_of_several_teams_is_chosen_by_its_member_alone(town: Town) -> None:
    dung, unit, locality = await a_team(town)
    an = await officer(town)
    async with town.db.write() as conn:
        await plans.save_unit(conn, locality, "Tổ CNSCĐ khu phố 2", UnitKind.COMMUNITY_TEAM, (), 100)
        await plans.bump_version(conn, locality)
    await town.join_also(dung, SLUG, "Tổ CNSCĐ khu phố 2", Role.TEAM, name="Phạm Văn Dũng")
    group = ChatGroup.created(town.chats, "Nhóm", dung, an)
    group.add_bot(dung)
    await town.settle()
    await said_in(town, dung, group, "/ketnoi")
    an.press("Tổ CNSCĐ khu phố 1", group=group)
    await town.settle()
    assert await bound(town, locality) == {}
    dung.press("Tổ CNSCĐ khu phố 1", group=group)
    await town.settle()
    assert await bound(town, locality) == {unit: group.id}


async def test_a_group_that_throws_the_bot_out_is_bound_no_more_and_one_that_moves_is_followed(town: Town) -> None:
    dung, unit, locality = await a_team(town)
    group = ChatGroup.created(town.chats, "Nhóm", dung)
    group.add_bot(dung)
    await town.settle()
    await said_in(town, dung, group, "/ketnoi")
    moved = group.migrate(-1_001_234_567_890)
    await town.settle()
    assert await bound(town, locality) == {unit: moved.id}
    moved.remove_bot(dung)
    await town.settle()
    assert await bound(town, locality) == {}
