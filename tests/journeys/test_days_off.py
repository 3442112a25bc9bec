"""The standing office keeps the calendar of its locality."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.domain.people.people import Role
from bot.storage.records import audit, plans
from tests.town import Town, office, press, say

OFFICE, POLICE = "Văn phòng Đảng ủy", "Công an phường"


async def works(town: Town, day: date, slug: str = "binh-loc") -> bool:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, slug)
        assert place is not None
        assert await audit.verify(conn, place.id) is None
        return (await town.app.desk.books.of(conn, place.id)).calendar.is_working(day)


async def test_the_list_names_what_lies_ahead_and_where_it_is_known_from(town: Town) -> None:
    binh = await office(town)
    shown = await say(town, binh, "/lich")
    assert "Lịch nghỉ · phường Bình Lộc" in shown
    assert "02/09/2026" in shown and "lịch nghỉ lễ của Nhà nước" in shown
    assert "30/04/2026" not in shown, "that lies behind us"
    assert "chưa được xác nhận" not in shown


async def test_a_day_off_is_added_in_one_message_and_taken_back_by_its_button(town: Town) -> None:
    binh = await office(town)
    await say(town, binh, "/lich")
    await press(town, binh, "➕ Ngày nghỉ")
    shown = await say(town, binh, "ngày 17 tháng 6: Ngày hội của phường")
    assert shown.startswith("✅ Đã thêm ngày nghỉ thứ Tư 17/06/2026: Ngày hội của phường.")
    assert "địa bàn tự nhập" in shown
    assert not await works(town, date(2026, 6, 17))
    assert await works(town, date(2026, 6, 17), "phuoc-binh"), "of this locality alone"
    assert "Đã xóa thứ Tư 17/06/2026" in await press(town, binh, "Xóa 17/06/2026")
    assert await works(town, date(2026, 6, 17))


async def test_the_name_is_asked_for_where_only_the_day_was_typed(town: Town) -> None:
    binh = await office(town)
    await say(town, binh, "/lich")
    await press(town, binh, "➕ Ngày làm bù")
    assert "thứ Bảy 20/06/2026" in await say(town, binh, "20/6")
    await say(town, binh, "Làm bù")
    assert await works(town, date(2026, 6, 20))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("hôm nào cũng được", "Chưa đọc được ngày"),
        ("14/6/2026 Hội", "đã qua"),
        ("20/6/2026 Hội", "vốn đã là ngày nghỉ"),
        ("17/6/2029 Hội", "quá xa"),
        ("31/6/2026 Hội", "Chưa đọc được ngày"),
        ("30/6 - 1/7 Hội", "Chưa đọc được ngày"),
        ("17/6/2026 " + "Hội " * 50, "dài quá 120"),
    ],
)
async def test_what_is_no_day_off_is_said_so_and_the_question_stays(town: Town, typed: str, answer: str) -> None:
    binh = await office(town)
    await say(town, binh, "/lich")
    await press(town, binh, "➕ Ngày nghỉ")
    assert answer in await say(town, binh, typed)
    assert "Đã thêm ngày nghỉ" in await say(town, binh, "17/6 Hội")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("30.6", "30/06/2026"),
        ("ngày mai", "16/06/2026"),
        ("thứ sáu tuần sau", "26/06/2026"),
        ("17/7 nhé", "17/07/2026"),
    ],
)
async def test_the_day_is_read_as_people_say_it(town: Town, typed: str, day: str) -> None:
    binh = await office(town)
    await say(town, binh, "/lich")
    await press(town, binh, "➕ Ngày nghỉ")
    assert day in await say(town, binh, typed)
    assert f"{day}: Ngày hội" in await say(town, binh, "Ngày hội")


async def test_a_date_without_a_year_is_the_next_one(town: Town) -> None:
    binh = await office(town)
    await say(town, binh, "/lich")
    await press(town, binh, "➕ Ngày nghỉ")
    assert "05/02/2027" in await say(town, binh, "5/2 Lễ hội")


async def test_from_november_on_a_year_without_its_official_list_is_warned_of(town: Town) -> None:
    binh = await office(town)
    town.clock.move_to(datetime.fromisoformat("2026-11-02T08:00:00+07:00"))
    assert "Lịch nghỉ năm 2027 chưa được xác nhận" in await say(town, binh, "/lich")


async def test_officers_do_not_keep_the_calendar(town: Town) -> None:
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert "không có quyền" in await say(town, an, "/lich")
    for data in ("v1:y:off:1", "v1:y:remove:1:2026-09-02", "v1:y:page:1:0", "v1:y", "v1:y:remove:1:x", "v1:y:no:1"):
        before = len(an.texts())
        an.press_stale(data, an.last().id)
        await town.settle()
        assert an.unanswered() == []
        assert len(an.texts()) - before <= 1
    assert not await works(town, date(2026, 9, 2))


async def test_the_calendar_speaks_english(town: Town) -> None:
    binh = await office(town, language="en")
    shown = await say(town, binh, "/calendar")
    assert shown.startswith("🗓 Days off") and "Wednesday 02/09/2026 · off" in shown
