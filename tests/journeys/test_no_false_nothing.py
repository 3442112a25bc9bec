"""What is there is never denied: other roles, what cannot be, words that played no part, units and order of rows."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables as t
from tests.journeys.test_asking import exported
from tests.journeys.test_questions import codes, team_group
from tests.journeys.test_reminders import morning
from tests.town import POLICE, Town, committee, office, officer, press, say

TEAM = "Tổ công nghệ số cộng đồng"


async def team_member(town: Town) -> SimulatedPerson:
    return await town.join("ba-ngoi", TEAM, Role.TEAM, name="Phạm Thị Dung")


async def all_codes(town: Town, person: SimulatedPerson) -> list[str]:
    """The codes on all pages of the newest answer."""
    seen = codes(person)
    while "▶" in person.buttons():
        await press(town, person, "▶")
        seen += codes(person)
    return seen


@pytest.mark.parametrize("asked", ["việc của tổ tôi có gì?", "tổ có việc gì?", "tổ mình có những việc nào"])
async def test_a_team_that_leads_nothing_sees_what_it_coordinates_and_who_leads(town: Town, asked: str) -> None:
    member = await team_member(town)
    answer = await say(town, member, asked)
    assert re.match(r"📋 \d+ việc · đơn vị anh/chị phối hợp \(không chủ trì việc nào\)", answer)
    assert "🤝 Chủ trì: " in answer
    asked_for = await all_codes(town, member)
    assert "🤝 Đơn vị anh/chị phối hợp · chủ trì: " in await say(town, member, "/viec")
    assert asked_for == await all_codes(town, member) != []


async def test_a_team_asks_in_its_group_for_its_own_work(town: Town) -> None:
    member, group = await team_group(town)
    member.say_in(group, "/hoi tổ có việc gì?")
    await town.settle()
    assert "phối hợp (không chủ trì việc nào)" in group.last().text and "🤝 Chủ trì: " in group.last().text
    member.say_in(group, "/hoi tuần này tổ có việc gì?")
    await town.settle()
    assert "phối hợp (không chủ trì việc nào) · đến hạn từ ngày 15/06/2026" in group.last().text


async def test_what_a_unit_is_doing_is_all_that_it_has_not_done(town: Town) -> None:
    person = await committee(town, "Ban Chỉ đạo", slug="ba-ngoi")
    rows = await exported(town, "ba-ngoi")
    own = {c for c, row in rows.items() if any("MTTQ" in unit for unit in row["lead"])}
    answer = await say(town, person, "MTTQ đang làm những gì?")
    assert answer.startswith(f"📋 {len(own)} việc chưa xong · Ủy ban MTTQ")
    assert set(await all_codes(town, person)) == own


async def test_a_unit_without_any_part_is_said_to_have_none(town: Town) -> None:
    person = await committee(town)
    answer = await say(town, person, "việc của đơn vị tôi")
    assert answer == "Đơn vị anh/chị không chủ trì, cũng không phối hợp việc nào trong kế hoạch năm 2026."
    assert await press(town, person, "Xem rộng hơn") != answer


async def test_late_in_completing_is_open_and_past_its_limit(town: Town) -> None:
    person = await committee(town)
    rows = await exported(town)
    late = {c for c, row in rows.items() if "overdue" in row["reasons"] and row["kind"] == "task"}
    answer = await say(town, person, "nhiệm vụ nào chậm hoàn thành?")
    assert answer.startswith(f"🔴 {len(late)} nhiệm vụ quá hạn") and set(await all_codes(town, person)) == late != set()


async def test_what_is_soon_due_and_red_is_named_beside_what_is_yellow(town: Town) -> None:
    person, an = await committee(town), await officer(town)
    await morning(town, "2026-06-16T07:31:00+07:00")
    await morning(town, "2026-06-24T07:31:00+07:00")
    in_the_morning = set(re.findall(r"NV\d+", an.last().text.split("Sắp đến hạn")[1]))
    answer = await say(town, person, "việc nào của Công an sắp đến hạn?")
    assert set(re.findall(r"NV\d+", answer)) == in_the_morning != set()
    assert answer.startswith("🔴 4 việc sắp đến hạn, đều đang đỏ: NV07, NV24")
    await say(town, an, "NV07 90%")
    await press(town, an, "Gửi báo cáo")
    answer = await say(town, person, "việc nào sắp đến hạn?")
    assert answer.startswith("📋 1 việc sắp đến hạn") and "🔴 Ngoài ra có 7 việc đỏ cũng sắp đến hạn: NV06" in answer
    about = await say(town, person, "việc nào về công dân số sắp đến hạn?")
    assert "NV25" in about and "NV06" not in about, "what stands beside is of the same topic"
    assert "không thể vừa" not in await say(town, person, "việc đỏ sắp đến hạn")
    assert "NV24" in await all_codes(town, person)


async def test_what_is_closed_is_not_without_a_limit(town: Town) -> None:
    keeper = await office(town, "Phòng Văn hóa - Xã hội", slug="ba-ngoi")
    before = await say(town, keeper, "có bao nhiêu việc chưa có thời hạn?")
    await say(town, keeper, "NV30")
    await press(town, keeper, "Gia hạn, thay đổi")
    await press(town, keeper, "Đóng nhiệm vụ")
    await say(town, keeper, "Tỉnh đã giao Công an tỉnh đầu tư")
    await press(town, keeper, "Đóng")
    assert await say(town, keeper, "có bao nhiêu việc chưa có thời hạn?") == before
    assert "NV30" not in await all_codes(town, keeper)
    assert "NV30" in await say(town, keeper, "nhiệm vụ nào đã đóng?")


@pytest.mark.parametrize("asked", ["chỉ tiêu nào đạt rồi?", "chỉ tiêu nào đạt yêu cầu?", "chỉ tiêu nào đạt mục tiêu?"])
async def test_what_has_been_reached_is_not_everything(town: Town, asked: str) -> None:
    person = await committee(town)
    assert await say(town, person, asked) == "Không có chỉ tiêu nào hoàn thành · phường Bình Lộc."


@pytest.mark.parametrize(
    ("asked", "said", "buttons"),
    [
        ("việc đỏ đã hoàn thành", "Một việc không thể vừa “hoàn thành” vừa “đỏ”.", ["Việc hoàn thành", "Việc đỏ"]),
        (
            "nhiệm vụ chờ thẩm định bị quá hạn",
            "Một nhiệm vụ không thể vừa “chờ thẩm định” vừa “quá hạn”.",
            ["Nhiệm vụ chờ thẩm định", "Nhiệm vụ quá hạn"],
        ),
        ("chỉ tiêu vàng quá hạn", "Một chỉ tiêu không thể vừa “quá hạn” vừa “cần chú ý”.", None),
        ("việc đến hạn năm 2028", "nằm ngoài năm của kế hoạch đang theo dõi (2026)", ["Xem rộng hơn"]),
        ("việc đạt trên 100%", "Tỷ lệ hoàn thành chỉ từ 0% đến 100%", ["Xem rộng hơn"]),
        ("NV98 và NV99 thế nào", "Kế hoạch năm 2026 không có mã NV98, NV99.", ["Xem rộng hơn"]),
    ],
)
async def test_what_cannot_be_is_said_and_never_answered_with_nothing(
    town: Town, asked: str, said: str, buttons: list[str] | None
) -> None:
    person = await committee(town)
    answer = await say(town, person, asked)
    assert said in answer and "Không có" not in answer
    assert buttons is None or person.buttons() == buttons
    await press(town, person, person.buttons()[0])


async def test_a_code_that_is_not_there_is_named_beside_those_that_are(town: Town) -> None:
    person = await committee(town)
    answer = await say(town, person, "NV01 và NV99 thế nào")
    assert answer.startswith("📋 1 việc") and answer.endswith("Kế hoạch năm 2026 không có mã NV99.")


@pytest.mark.parametrize(
    ("asked", "unused"),
    [
        ("NV07 tháng 5 thế nào", "tháng 5"),
        ("đơn vị nào chậm nhất trong tháng 5", "trong tháng 5"),
        ("ai chưa báo cáo về chuyển đổi số tháng 6", "chuyển đổi số"),
        ("tuần này ai chưa báo cáo", "tuần này"),
        ("sóng yếu lắm, nhiệm vụ nào đang đỏ?", "sóng yếu lắm"),
    ],
)
async def test_words_that_played_no_part_are_named(town: Town, asked: str, unused: str) -> None:
    person = await committee(town)
    assert (await say(town, person, asked)).endswith(f"ℹ️ Chưa dùng đến: “{unused}”.")
    async with town.db.read() as conn:
        kept = (await conn.execute(select(t.questions.c.reading))).scalars().all()
    assert unused not in str(kept), "never the words"


async def test_a_word_that_is_not_known_is_named_and_not_searched_for(town: Town) -> None:
    person = await committee(town)
    answer = await say(town, person, "nhiệm vụ nào về blốcchên đang đỏ")
    assert answer.startswith("Xin lỗi, chưa hiểu câu này: chưa rõ “blốcchên”.") and len(person.buttons()) == 3


async def test_a_question_read_whole_names_no_words(town: Town) -> None:
    person = await committee(town)
    for asked in ("nhiệm vụ nào đang đỏ hôm nay?", "Công an còn bao nhiêu việc chưa xong ạ", "NV07 tới đâu rồi em"):
        assert "Chưa dùng đến" not in await say(town, person, asked)


async def test_red_rows_stand_in_one_order_with_their_units_whole(town: Town) -> None:
    an, boss = await officer(town), await office(town)
    for person in (an, boss):
        await say(town, person, "/do")
        listed = await all_codes(town, person)
        await say(town, person, "việc nào đang đỏ?")
        assert await all_codes(town, person) == listed != []
    shown = await say(town, boss, "/do")
    units = re.findall(r"^   (?!↳)(.+)$", shown, re.MULTILINE)
    assert units and re.findall(r"^   (?!↳)(.+)$", await say(town, boss, "việc nào đỏ"), re.MULTILINE) == units


async def test_a_row_of_many_leads_says_how_many_are_not_named(town: Town) -> None:
    person = await committee(town, "Ban Chỉ đạo", slug="ba-ngoi")
    rows = await exported(town, "ba-ngoi")
    many = next(code for code, row in rows.items() if len(row["lead"]) > 5 and row["colour"] == "red")
    await say(town, person, "việc nào đang đỏ?")
    text = person.last().text
    while many not in text:
        await press(town, person, "▶")
        text = person.last().text
    assert re.search(rf"{many} .*\n   .+ và {len(rows[many]['lead']) - 2} đơn vị khác", text)


async def test_what_is_due_stands_in_the_order_of_the_deadlines(town: Town) -> None:
    person = await committee(town)
    await say(town, person, "/han 01/06-31/08")
    listed = await all_codes(town, person)
    await say(town, person, "việc đến hạn từ 1/6 đến 31/8")
    assert await all_codes(town, person) == listed != []


async def test_the_police_lead_and_are_answered_as_before(town: Town) -> None:
    person = await committee(town)
    assert f"{POLICE} chủ trì" in await say(town, person, "việc của công an")
