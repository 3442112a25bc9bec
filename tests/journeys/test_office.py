"""The standing office at work: opening a plan, units, groups and teams, as it meets them in the chat."""

from __future__ import annotations

import io
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import State
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.records import audit, plans
from tests import notices
from tests.town import Town, say
from tests.town import press_newest as press

OFFICE, POLICE = "Phòng Văn hóa - Xã hội", "Công an phường"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD_ROW, PERCENT, DAY, SOURCE = 3, 7, 9, 10


async def book_of(town: Town, slug: str) -> Book:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, slug)
        assert place is not None
        return await town.app.desk.books.of(conn, place.id)


async def leads_of(town: Town, slug: str, code: str) -> list[Lead]:
    book = await book_of(town, slug)
    async with town.db.read() as conn:
        found = await leads(conn, book, book.today(town.clock.now()))
    return [lead for lead in found if lead.row.code == code]


@pytest_asyncio.fixture
async def opening(town: Town) -> Town:
    """The town with the plan of Ba Ngòi not yet in use."""
    async with town.db.write() as conn:
        place = await plans.locality_by_slug(conn, "ba-ngoi")
        assert place is not None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None
        await plans.set_in_use(conn, plan.id, None)
        await plans.bump_version(conn, place.id)
    return town


@pytest_asyncio.fixture
async def office(town: Town) -> SimulatedPerson:
    """Someone of Ba Ngòi's standing office."""
    return await town.join("ba-ngoi", OFFICE, Role.OFFICE, name="Trần Thị Bình")


async def test_a_plan_is_opened_from_the_red_list_to_its_use(opening: Town, office: SimulatedPerson) -> None:
    town = opening
    status = await say(town, office, "/khoitao")
    assert "40 nhiệm vụ, 12 chỉ tiêu" in status
    assert "Chưa đưa vào theo dõi" in status
    assert "dừng sau nhiệm vụ 25" in status
    assert "🔴 Đỏ ngay nếu theo dõi từ hôm nay: 40 việc" in status

    page = await press(town, office, "Việc sẽ đỏ ngay")
    assert page.startswith("🔴 40 việc sẽ đỏ ngay")
    assert len([label for label in office.buttons() if label[:2] in ("NV", "CT")]) == 8
    assert "▶" in office.buttons()
    await press(town, office, "▶")
    assert "◀" in office.buttons()

    # One row with one unit: a percent by button.
    await say(town, office, "/khoitao nv1")
    assert "25%" in office.buttons() and "Hủy" in office.buttons()
    assert "Đã đặt mức ban đầu của NV01" in await press(town, office, "10%")
    opened = (await leads_of(town, "ba-ngoi", "NV01"))[0]
    assert (opened.standing.percent, opened.verdict.colour) == (10, Colour.RED)

    # One row, completed before: a day and a document, each asked again where it cannot be read.
    await say(town, office, "/khoitao nv 2")
    await press(town, office, "Đã hoàn thành trước khi dùng")
    assert "Chưa đọc được ngày" in await say(town, office, "hôm kia")
    assert "tương lai" in await say(town, office, "1/12/2026")
    assert "Căn cứ là văn bản nào" in await say(town, office, "15/3")
    assert "hoàn thành 15/03/2026" in await say(town, office, "Quyết định số 12/QĐ-UBND")
    done = (await leads_of(town, "ba-ngoi", "NV02"))[0]
    assert (done.standing.state, done.verdict.colour) == (State.COMPLETED, Colour.DONE)

    # Several units: one of them, then all at once.
    await say(town, office, "/khoitao NV03")
    assert "chọn bằng nút" in await say(town, office, "40")
    await press(town, office, POLICE)
    await press(town, office, "50%")
    percents = {lead.standing.unit_id: int(lead.standing.percent) for lead in await leads_of(town, "ba-ngoi", "NV03")}
    assert sorted(percents.values()) == [0, 0, 0, 0, 0, 0, 50]
    await press(town, office, "Đặt lại")
    await press(town, office, "Tất cả đơn vị (7)")
    await say(town, office, "62,5")
    assert {str(lead.standing.percent) for lead in await leads_of(town, "ba-ngoi", "NV03")} == {"62.50"}

    await press(town, office, "Về khởi tạo")
    asked = await press(town, office, "Đưa kế hoạch vào theo dõi")
    assert "sẽ đỏ ngay từ hôm nay" in asked
    assert "Hủy" in office.buttons()
    used = await press(town, office, "Đưa vào theo dõi")
    assert "đã được đưa vào theo dõi từ ngày 15/06/2026" in used
    book = await book_of(town, "ba-ngoi")
    assert book.plan is not None and str(book.plan.in_use_on) == "2026-06-15"
    assert any(rules.duties for rules in book.rules.values())
    async with town.db.read() as conn:
        assert await audit.verify(conn, book.locality.id) is None
        # Opening a plan has sent nothing to anybody.
        assert not await notices.states(conn, book.locality.id)

    # Too late for an opening; reports and colours go on from it.
    assert "không đặt mức ban đầu được nữa" in await say(town, office, "/khoitao NV01")
    officer = await town.join("ba-ngoi", OFFICE, Role.OFFICER, name="Nguyễn Văn An")
    await say(town, officer, "NV01 90%")
    await press(town, officer, "Gửi báo cáo")
    after = (await leads_of(town, "ba-ngoi", "NV01"))[0]
    assert (after.standing.percent, after.verdict.colour) == (90, Colour.GREEN)


async def test_a_hundred_percent_asks_for_the_day_and_an_indicator_keeps_its_value(
    opening: Town, office: SimulatedPerson
) -> None:
    town = opening
    await say(town, office, "/khoitao CT02")
    assert "hoàn thành ngày nào" in (await say(town, office, "100")).lower()
    await say(town, office, "1/6/2026")
    await say(town, office, "Báo cáo 15/BC-UBND")
    standing = (await leads_of(town, "ba-ngoi", "CT02"))[0].standing
    assert (standing.state, standing.value) == (State.COMPLETED, 100)
    await say(town, office, "/khoitao CT03")
    assert "50%" in await say(town, office, "45/90")


async def test_every_step_of_an_opening_can_be_left(opening: Town, office: SimulatedPerson) -> None:
    town = opening
    for steps in ((), ("Đã hoàn thành trước khi dùng",)):
        await say(town, office, "/khoitao NV01")
        for step in steps:
            await press(town, office, step)
        assert "chưa thay đổi gì" in await press(town, office, "Hủy")
    await say(town, office, "/khoitao NV01")
    await press(town, office, "Đã hoàn thành trước khi dùng")
    await say(town, office, "15/3")
    assert "chưa thay đổi gì" in await press(town, office, "Hủy")
    assert (await leads_of(town, "ba-ngoi", "NV01"))[0].standing.state is State.NOT_REPORTED


def document_of(town: Town, person: SimulatedPerson) -> tuple[str, bytes]:
    """The newest document the bot has sent to someone."""
    for message in reversed(person.messages()):
        document: dict[str, Any] | None = message.body.get("document")
        if document is not None and message.sent_by(town.chats.bot.id):
            return document["file_name"], town.chats.files.known(document["file_id"]).content
    raise AssertionError("no document")


async def test_many_rows_are_opened_by_a_workbook(opening: Town, office: SimulatedPerson) -> None:
    town = opening
    await say(town, office, "/khoitao")
    assert "điền các cột màu vàng" in (await press(town, office, "Điền bằng bảng tính")).lower()
    name, content = document_of(town, office)
    assert name == "muc-ban-dau-ba-ngoi-2026.xlsx"

    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows: dict[str, int] = {}
    for row in range(HEAD_ROW + 1, sheet.max_row + 1):
        rows.setdefault(str(sheet.cell(row, 1).value), row)
    sheet.cell(rows["NV01"], PERCENT, 45)
    sheet.cell(rows["NV02"], DAY, "15/3/2026")
    sheet.cell(rows["NV02"], SOURCE, "Quyết định 12/QĐ-UBND")
    sheet.cell(rows["NV04"], PERCENT, "150")
    sheet.cell(rows["NV06"], DAY, "15/3/2026")
    sheet.cell(rows["CT01"], PERCENT, "30")
    saved = io.BytesIO()
    book.save(saved)

    assert "gửi lại bảng tính" in await say(town, office, "xong rồi")
    office.send_document(b"%PDF-1.4\n%%EOF", "lac.pdf", "application/pdf")
    await town.settle()
    assert "Không mở được bảng tính lac.pdf" in office.last().text
    office.send_document(saved.getvalue(), name, XLSX)
    await town.settle()
    shown = office.last().text
    assert "Sẽ đặt: 2 dòng" in shown
    assert "3 dòng cần sửa" in shown
    for code, why in (("NV04", "từ 0 đến 100"), ("NV06", "thiếu căn cứ"), ("CT01", "cột Giá trị")):
        line = next(line for line in shown.splitlines() if code in line)
        assert f"dòng {rows[code]}" in line and why in line
    assert (await leads_of(town, "ba-ngoi", "NV01"))[0].standing.percent == 0

    assert "Đã đặt mức ban đầu cho 2 dòng" in await press(town, office, "Áp dụng 2 dòng")
    assert (await leads_of(town, "ba-ngoi", "NV01"))[0].standing.percent == 45
    assert (await leads_of(town, "ba-ngoi", "NV02"))[0].standing.state is State.COMPLETED


async def test_a_row_without_a_limit_is_given_one(town: Town, office: SimulatedPerson) -> None:
    await say(town, office, "/khoitao")
    await press(town, office, "Đặt thời hạn")
    assert "NV40" in office.buttons()
    await press(town, office, "NV40")
    assert "đã qua" in await say(town, office, "1/1/2026")
    await say(town, office, "30/9/2026")
    assert "Thời hạn của NV40: 30/09/2026" in await say(town, office, "Công văn số 45/SKHCN")
    office_unit = (await book_of(town, "ba-ngoi")).locality.standing_office_id
    for lead in await leads_of(town, "ba-ngoi", "NV40"):
        mine = lead.standing.unit_id == office_unit
        assert (lead.standing.due_on is None) is mine
    committee = await town.join("ba-ngoi", OFFICE, Role.COMMITTEE, name="Lê Văn Cường")
    await say(town, committee, "/khoitao")
    assert not any("vào theo dõi" in label for label in committee.buttons())
    await press(town, committee, "Đặt thời hạn")
    await press(town, committee, "▶")
    await press(town, committee, "NV40")
    await say(town, committee, "30/9/2026")
    await say(town, committee, "Thông báo số 3-TB/BCĐ")
    assert all(str(lead.standing.due_on) == "2026-09-30" for lead in await leads_of(town, "ba-ngoi", "NV40"))


async def test_doubtful_rows_lead_to_their_cards_and_groups(town: Town, office: SimulatedPerson) -> None:
    await say(town, office, "/khoitao")
    assert "Đơn vị chủ trì là đề xuất" in await press(town, office, "Việc cần xem lại")
    await press(town, office, "Đơn vị chủ trì là đề xuất")
    assert "NV03" in office.buttons()
    assert "nhóm đơn vị" in await press(town, office, "Mở danh sách nhóm")
    await say(town, office, "/khoitao")
    assert POLICE in await press(town, office, "Đơn vị chưa có người")


@pytest.mark.parametrize("command", ["/khoitao", "/donvi", "/setup", "/units", "/khoitao NV01"])
async def test_an_officer_is_refused(opening: Town, command: str) -> None:
    officer = await opening.join("ba-ngoi", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert "không có quyền" in await say(opening, officer, command)


async def test_an_officer_who_forges_a_button_changes_nothing(opening: Town) -> None:
    officer = await opening.join("ba-ngoi", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    book = await book_of(opening, "ba-ngoi")
    assert book.plan is not None
    group, unit = book.groups[0].id, next(iter(book.units))
    for data in (
        f"v1:s:use:{book.plan.id}",
        "v1:s:file",
        f"v1:u:confirm:{group}",
        f"v1:u:left:{group}:{unit}",
        f"v1:u:end:{unit}",
        "v1:u:new",
        "v1:u:workok:0",
        "v1:u:unit:99999999999999999999",
        "v1:s:row:x",
        "v1:u:nothing",
    ):
        officer.press_stale(data, 1)
        await opening.settle()
    assert officer.unanswered() == []
    assert (await book_of(opening, "ba-ngoi")).version == book.version


async def test_a_second_office_member_s_old_button_shows_what_stands_now(
    opening: Town, office: SimulatedPerson
) -> None:
    second = await opening.join("ba-ngoi", OFFICE, Role.OFFICE, name="Phạm Văn Dũng")
    await say(opening, second, "/khoitao")
    await press(opening, second, "Đưa kế hoạch vào theo dõi")
    await say(opening, office, "/khoitao")
    await press(opening, office, "Đưa kế hoạch vào theo dõi")
    await press(opening, office, "Đưa vào theo dõi")
    version = (await book_of(opening, "ba-ngoi")).version
    assert "từ ngày 15/06/2026" in await press(opening, second, "Đưa vào theo dõi")
    assert (await book_of(opening, "ba-ngoi")).version == version


async def test_a_group_is_confirmed(town: Town) -> None:
    office = await town.join("binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Trần Thị Bình")
    assert "nhóm có thành viên đề xuất" in await say(town, office, "/donvi")
    await press(town, office, "Nhóm (")
    shown = await press(town, office, "Các phòng, ban")
    assert "NV23" in shown and shown.count("đề xuất") == 5
    assert "Đã xác nhận" in await press(town, office, "Xác nhận thành viên đề xuất")
    assert "Xác nhận thành viên đề xuất" not in office.buttons()
    assert not any(lead.assignment.proposed for lead in await leads_of(town, "binh-loc", "NV23"))


async def test_a_new_school_joins_its_group_and_leads_at_once(town: Town) -> None:
    office = await town.join("phuoc-binh", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    school = "Trường Tiểu học <b>&Phước Bình"
    await say(town, office, "/donvi")
    await press(town, office, "Thêm đơn vị")
    await say(town, office, school)
    assert "Đã thêm đơn vị" in await press(town, office, "Trường học")
    await say(town, office, "/donvi")
    await press(town, office, "Nhóm (")
    await press(town, office, "▶") if "Các trường học trên địa bàn" not in " ".join(office.buttons()) else None
    await press(town, office, "Các trường học")
    await press(town, office, "Thêm thành viên")
    while school not in office.buttons():
        await press(town, office, "▶")
    shown = await press(town, office, school)
    assert "Nhận chủ trì từ nay: NV25" in shown
    officer = await town.join("phuoc-binh", school, Role.OFFICER, name="Nguyễn Văn An")
    assert "NV25" in await say(town, officer, "/viec")
    # And leaves again.
    await press(town, office, f"✕ {school}")
    assert "Hủy" in office.buttons()
    assert "Thôi chủ trì: NV25" in await press(town, office, "Đưa ra khỏi nhóm")
    assert len(await leads_of(town, "phuoc-binh", "NV25")) == 1


async def test_a_unit_is_renamed_called_otherwise_and_cannot_end(town: Town, office: SimulatedPerson) -> None:
    await say(town, office, "/donvi")
    await press(town, office, POLICE)
    await press(town, office, "Đổi tên")
    assert "đã là tên gọi của Phòng Văn hóa - Xã hội" in await say(town, office, "Phòng VHXH")
    shown = await say(town, office, "Công an Ba Ngòi")
    assert "Công an Ba Ngòi" in shown and POLICE in shown
    officer = await town.join("ba-ngoi", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert "Công an Ba Ngòi" in await say(town, officer, "/start")
    await press(town, office, "Tên gọi khác")
    assert "Đội CA" in await say(town, office, "Đội CA")
    await press(town, office, "Bỏ tên gọi khác")
    while "✕ Đội CA" not in office.buttons():
        await press(town, office, "▶")
    assert "Đội CA" not in await press(town, office, "✕ Đội CA")
    office.press("Đưa ra khỏi danh mục")
    await town.settle()
    assert any("còn chủ trì" in toast for toast in office.toasts())


async def test_teams_are_added_and_what_they_coordinate_is_confirmed(town: Town, office: SimulatedPerson) -> None:
    await say(town, office, "/donvi")
    await press(town, office, "Tổ CNSCĐ (1)")
    await press(town, office, "Thêm nhiều tổ")
    assert "Mỗi lần thêm từ 1 đến 100 tổ" in await say(town, office, "500 tổ dân phố")
    shown = await say(town, office, "14 tổ dân phố")
    assert "Tổ công nghệ số cộng đồng tổ dân phố 12" in shown and "… và 2 tổ khác" in shown
    assert "Đã thêm 14 tổ" in await press(town, office, "✅ Thêm")
    work = await press(town, office, "Việc tổ phối hợp")
    assert "15 Tổ công nghệ số cộng đồng" in work and "đề xuất" in work
    assert "đề xuất" not in await press(town, office, "Xác nhận tất cả đề xuất")
    first = next(label for label in office.buttons() if label.startswith("✕ "))
    await press(town, office, first)
    assert first not in office.buttons()
    await press(town, office, "Thêm việc")
    row = next(label for label in office.buttons() if label.startswith("+ "))
    await press(town, office, row)
    await press(town, office, "Quay lại")
    code = row.removeprefix("+ ")
    book = await book_of(town, "ba-ngoi")
    from bot.storage.records import events

    async with town.db.read() as conn:
        given = await events.assignments_of_row(conn, book.by_code[code].id)
    assert sum(book.units[each.unit_id].kind.value == "community_team" for each in given) == 15


async def test_the_office_works_in_english(opening: Town) -> None:
    office = await opening.join("ba-ngoi", OFFICE, Role.OFFICE, name="Trần Thị Bình", language="en")
    assert "Red at once if used today: 40 items" in await say(opening, office, "/setup")
    await press(opening, office, "Red at once")
    await say(opening, office, "/setup NV01")
    assert "The opening of NV01 is set" in await press(opening, office, "25%")
    assert "units" in await say(opening, office, "/units")


async def test_a_restart_loses_no_opening_in_the_making(opening: Town, office: SimulatedPerson) -> None:
    await say(opening, office, "/khoitao NV01")
    await press(opening, office, "Đã hoàn thành trước khi dùng")
    await say(opening, office, "15/3/2026")
    await opening.restart()
    assert "Đã đặt mức ban đầu" in await say(opening, office, "Số 12/QĐ-UBND")
