"""Asking by command, as members meet it: my work, deadlines, what is red, a card, a search."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.people.people import Role
from bot.domain.plan.words import fold
from bot.services.rows.export_plan import export
from bot.storage.records import plans
from tests.town import Town, officer, press, say

POLICE, OFFICE = "Công an phường", "Văn phòng Đảng ủy"
CULTURE = "Phòng Văn hóa - Xã hội"
FORGED = (
    "v1:c:999999",
    "v1:c:",
    "v1:f:²",
    "v1:f:999999",
    "v1:l",
    "v1:l:do:x:1:0",
    "v1:l:do:0:1:99999",
    "v1:l:do:0:1",
    "v1:l:nope:0:1",
    "v1:l:han:0:1:0:zz",
    "v1:l:han:0:1:0",
    "v1:l:tim:0:1:",
    "v1:l:viec:99999999999999999999:1",
    "v1:a:1:1:accept",
    "v1:a:x:1:open",
    "v1:o:999999",
)


async def exported(town: Town, slug: str = "binh-loc") -> dict[str, dict[str, Any]]:
    data = await export(town.app.desk, slug, None, town.clock.now())
    return {row["code"]: row for row in data["rows"]}


async def test_the_red_list_opens_with_the_light_and_the_count_of_the_export(town: Town) -> None:
    an = await officer(town)
    first = (await say(town, an, "/do")).splitlines()[0]
    red = [row for row in (await exported(town)).values() if row["colour"] == "red"]
    assert first == f"🔴 {len(red)} việc đỏ · phường Bình Lộc"


async def test_a_row_of_the_red_list_tells_why_and_its_button_shows_the_card(town: Town) -> None:
    an = await officer(town)
    shown = await say(town, an, "/do")
    assert "↳ " in shown
    label = an.buttons()[0]
    code = label.split()[-1]
    card = await press(town, an, label)
    row = (await exported(town))[code]
    assert card.startswith(f"🔴 {code} · {row['reference']}")
    assert str(row["name"]) in card
    assert shown in an.texts(), "the list stays"


async def test_pages_hold_eight_rows_and_turn_both_ways(town: Town) -> None:
    an = await officer(town)
    seen: list[str] = []
    await say(town, an, "/do")
    before = len(an.messages())
    while True:
        codes = [label.split()[-1] for label in an.buttons() if label.split()[-1][:2] in ("NV", "CT")]
        assert 1 <= len(codes) <= 8
        seen += codes
        if "▶" not in an.buttons():
            break
        await press(town, an, "▶")
    red = {code for code, row in (await exported(town)).items() if row["colour"] == "red"}
    assert len(seen) == len(set(seen)) and set(seen) == red
    assert len(an.messages()) == before
    while "◀" in an.buttons():
        await press(town, an, "◀")
    assert [label.split()[-1] for label in an.buttons()][: len(seen[:8])] == seen[:8]


@pytest.mark.parametrize("words", ["Phòng Văn hóa - Xã hội", "phong vhxh", "VH-XH", "phòng văn hóa"])
async def test_the_red_list_of_a_unit_goes_by_any_spelling(town: Town, words: str) -> None:
    an = await officer(town)
    first = (await say(town, an, f"/do {words}")).splitlines()[0]
    red = [
        row
        for row in (await exported(town)).values()
        if any((each["unit"], each["role"], each["colour"]) == (CULTURE, "lead", "red") for each in row["assignments"])
    ]
    assert first == f"🔴 {len(red)} việc đỏ · {CULTURE}"


async def test_a_unit_nobody_knows_is_said_so_and_several_are_asked_about(town: Town) -> None:
    an = await officer(town)
    assert "Không có đơn vị nào" in await say(town, an, "/do phòng trên trời")
    assert "chọn đơn vị nào" in await say(town, an, "/do phòng")
    assert len(an.buttons()) >= 2
    first = an.buttons()[0]
    assert first in await press(town, an, first)


async def test_only_my_unit_and_back(town: Town) -> None:
    an = await officer(town, CULTURE)
    whole = await say(town, an, "/do")
    own = await press(town, an, "Chỉ đơn vị tôi")
    assert CULTURE in own.splitlines()[0]
    assert await press(town, an, "Toàn địa bàn") == whole


async def test_a_unit_without_red_rows_reads_a_kind_sentence_and_the_wider_list(town: Town) -> None:
    an = await officer(town, CULTURE)
    red = {
        each["unit"]
        for row in (await exported(town)).values()
        for each in row["assignments"]
        if each["colour"] == "red"
    }
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, "binh-loc")
        assert place
        calm = next(unit.name for unit in await plans.units(conn, place.id) if unit.name not in red)
    said = await say(town, an, f"/do {calm}")
    assert "không có việc đỏ" in said
    assert "Toàn địa bàn" in an.buttons()


async def test_deadlines_spell_out_their_days_in_the_first_line(town: Town) -> None:
    an = await officer(town)
    assert "quá hạn hoặc đến hạn từ nay đến hết ngày 15/07/2026" in (await say(town, an, "/han")).splitlines()[0]
    assert "đến hạn từ ngày 01/06/2026 đến hết ngày 30/06/2026" in (await say(town, an, "/han tháng 6")).splitlines()[0]
    assert "từ ngày 01/04/2026 đến hết ngày 30/06/2026" in (await say(town, an, "/han quy II")).splitlines()[0]
    assert "30/2" not in await say(town, an, "/han 30/2")
    assert "không có trên lịch" in an.last().text
    assert "Chưa đọc được khoảng thời gian" in await say(town, an, "/han linh tinh")


async def test_deadlines_list_what_falls_due_in_the_span_and_their_pages_agree(town: Town) -> None:
    an = await officer(town)
    due = {
        code
        for code, row in (await exported(town)).items()
        if row["due_on"] and date(2026, 4, 1) <= date.fromisoformat(str(row["due_on"])) <= date(2026, 6, 30)
    }
    await say(town, an, "/han quý II")
    seen: set[str] = set()
    while True:
        seen |= {label.split()[-1] for label in an.buttons() if label.split()[-1][:2] in ("NV", "CT")}
        if "▶" not in an.buttons():
            break
        await press(town, an, "▶")
    assert seen == due


async def test_a_milestone_is_listed_by_its_own_day(town: Town) -> None:
    an = await officer(town)
    assert "Mốc: " in await say(town, an, "/han quý I")


async def test_my_work_is_the_open_work_of_my_unit_most_urgent_first(town: Town) -> None:
    an = await officer(town)
    said = await say(town, an, "/viec")
    rows = [row for row in (await exported(town)).values() if POLICE in row["lead"]]
    assert said.splitlines()[0] == f"📋 {len(rows)} việc chưa xong · {POLICE}"
    lights = [line[0] for line in said.splitlines() if " · " in line and line[0] in "🔴🟡🟢⚪"]
    assert lights == sorted(lights, key="🔴🟡⚪🟢".index)


async def test_a_team_reads_the_rows_it_coordinates(town: Town) -> None:
    ba = await town.join("phuoc-binh", "Tổ công nghệ số cộng đồng khu phố 1", Role.TEAM, name="Lê Thị Ba")
    assert "phối hợp" in await say(town, ba, "/viec")
    assert ba.buttons()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_a_search_takes_words_with_and_without_diacritics_in_both_forms(town: Town, form: str) -> None:
    an = await officer(town)
    with_signs = await say(town, an, unicodedata.normalize(form, "/tim dịch vụ công trực tuyến"))
    assert with_signs == await say(town, an, "/tim dich vu cong truc tuyen")
    assert with_signs.startswith("🔎 ")


async def test_a_search_that_finds_nothing_offers_fewer_words(town: Town) -> None:
    an = await officer(town)
    assert "Không tìm thấy" in await say(town, an, "/tim dịch vụ vũtrụ")
    await press(town, an, "Tìm “dich”")
    assert an.last().text.startswith("🔎 ")
    assert "gõ từ cần tìm" in await say(town, an, "/tim")


async def test_a_very_long_search_says_that_it_was_cut(town: Town) -> None:
    an = await officer(town)
    said = await say(town, an, "/tim chuyển đổi số dịch vụ công trực tuyến toàn trình hồ sơ điện tử cán bộ công chức")
    assert "chỉ tìm theo những từ đầu" in said or "Không tìm thấy" in said


@pytest.mark.parametrize("typed", ["NV05", "nv5", "NV 05", "nv05/2026"])
async def test_a_card_goes_by_the_code_as_people_type_it(town: Town, typed: str) -> None:
    an = await officer(town)
    row = (await exported(town))["NV05"]
    said = await say(town, an, f"/nhiemvu {typed}")
    assert str(row["name"]) in said and "NV05 · " in said
    assert f"Thời hạn: {row['deadline_as_printed']}" in said


async def test_the_card_says_what_is_printed_beside_a_lead_that_is_our_proposal(town: Town) -> None:
    an = await town.join("phuoc-binh", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    two = await say(town, an, "/nhiemvu CT17")
    assert "Chủ trì: Công an phường\n↳ Kế hoạch ghi: Văn phòng HĐND &UBND, Công an phường\n" in two
    assert "Phối hợp: Văn phòng HĐND và UBND phường" in two and "Theo dõi, đánh giá: Công an phường" in two
    group = await say(town, an, "/nhiemvu NV08")
    assert "↳ Kế hoạch ghi: Các cơ quan, đơn vị (các đơn vị trên là đề xuất, chờ" in group
    assert "Kế hoạch ghi" not in await say(town, an, "/nhiemvu CT16"), "just who leads is printed"
    ba = await officer(town)
    assert "↳ Kế hoạch không ghi đơn vị chủ trì" in await say(town, ba, "/nhiemvu CT01")


async def test_codes_that_are_none_are_answered(town: Town) -> None:
    an = await officer(town)
    assert "NV99" in await say(town, an, "/nhiemvu NV99")
    assert "gõ mã sau lệnh" in await say(town, an, "/nhiemvu")
    assert (await say(town, an, "/nhiemvu dịch vụ công")).startswith("🔎 ")


async def test_a_code_of_two_localities_asks_which(town: Town) -> None:
    an = await officer(town)
    await town.join_also(an, "ba-ngoi", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    assert "nhiều địa bàn" in await say(town, an, "/nhiemvu NV05")
    card = await press(town, an, "NV05 · phường Ba Ngòi")
    assert str((await exported(town, "ba-ngoi"))["NV05"]["name"]) in card
    assert "Địa bàn: phường Ba Ngòi" in card


async def test_a_list_of_yesterday_turns_to_what_is_true_today_and_in_its_own_locality(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/han")
    town.clock.move_to(datetime.fromisoformat("2026-06-16T08:00:00+07:00"))
    await press(town, an, "▶")
    assert "16/07/2026" in an.last().text.splitlines()[0]


async def test_another_localitys_rows_cannot_be_pressed_for(town: Town) -> None:
    an = await officer(town)
    khanh = await officer(town, slug="ba-ngoi")
    await say(town, khanh, "/do")
    foreign = [button["callback_data"] for button in khanh.last().buttons]
    shown = await say(town, an, "/do")
    before = len(an.messages())
    for data in [*foreign, *FORGED]:
        an.press_stale(data, an.last().id)
        await town.settle()
    assert an.unanswered() == []
    names = {row["name"] for row in (await exported(town, "ba-ngoi")).values()}
    assert not any(str(name)[:40] in text for name in names for text in an.texts()[before - 1 :])
    assert shown in an.texts()


async def test_english_speakers_read_english(town: Town) -> None:
    ann = await town.join("binh-loc", POLICE, Role.OFFICER, name="Ann Nguyen", language="en")
    first = (await say(town, ann, "/red")).splitlines()[0]
    assert first.startswith("🔴 ") and first.endswith("red items · phường Bình Lộc")
    assert "overdue or due by 15/07/2026" in await say(town, ann, "/deadlines")
    assert "Deadline: " in await say(town, ann, "/task NV05")
    assert "matches for" in await say(town, ann, "/find cong dan")
    assert "open items" in await say(town, ann, "/mytasks")


async def test_a_name_with_markup_is_shown_as_it_is(town: Town) -> None:
    async with town.db.write() as conn:
        locality = await plans.locality_by_slug(conn, "binh-loc")
        assert locality
        plan = await plans.plan_of(conn, locality.id)
        assert plan
        row = next(r for r in await plans.rows(conn, plan.id) if r.code == "NV05")
        name = "Ban hành <b>&</b> phổ biến <script> " + "rất dài " * 70
        await plans.save_row(
            conn, replace(row, name=name.strip(), output="x" * 3000, kpi="y" * 3000), folded=fold(name)
        )
        await plans.bump_version(conn, locality.id)
    an = await officer(town)
    said = await say(town, an, "/nhiemvu NV05")
    assert "Ban hành <b>&</b> phổ biến <script> rất dài" in said and said.count("rất dài") == 70
    assert len(said.encode("utf-16-le")) // 2 <= 4096
    assert "Ban hành <b>&</b> phổ biến" in await say(town, an, "/tim rất dài")
