"""Appraising, as reporters, appraisers and the office meet it in the chat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.domain.people.people import Role
from bot.domain.work.events import Appraisal, Report
from bot.domain.work.lifecycle import State
from bot.services.rows.export_plan import export
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.records import audit, events, plans
from tests.evidence.made_files import pdf
from tests.town import Town, press, say

POLICE, OFFICE = "Công an phường", "Văn phòng Đảng ủy"
CULTURE = "Phòng Văn hóa - Xã hội"
CODE = "NV05"


async def row_of(town: Town, code: str, slug: str = "binh-loc") -> dict[str, Any]:
    data = await export(town.app.desk, slug, None, town.clock.now())
    return next(row for row in data["rows"] if row["code"] == code)


async def led_by(town: Town, unit: str, slug: str = "binh-loc") -> str:
    """A task that this unit alone leads."""
    data = await export(town.app.desk, slug, None, town.clock.now())
    return next(row["code"] for row in data["rows"] if row["lead"] == [unit] and row["kind"] == "task")


async def sends_complete(town: Town, person: SimulatedPerson, code: str) -> None:
    person.send_document(
        pdf(f"Báo cáo {code} {town.clock.now()}"), name="bao-cao.pdf", mime="application/pdf", caption=f"{code} 100%"
    )
    await town.settle()
    assert "Gửi báo cáo" in person.buttons(), person.last().text
    await press(town, person, "Gửi báo cáo")


async def happened(town: Town, code: str, slug: str = "binh-loc") -> list[Any]:
    async with town.db.read() as conn:
        locality = await plans.locality_by_slug(conn, slug)
        assert locality
        book = await town.app.desk.books.of(conn, locality.id)
        assert book.plan
        row = book.by_code[code]
        found = await events.events_of_plan(conn, book.plan.id)
        ids = [a.id for a in await events.assignments_of_row(conn, row.id)]
        assert await audit.verify(conn, locality.id) is None
    return [event.body for one in ids for event in found.get(one, ())]


async def test_returned_turns_red_is_reported_again_and_accepted(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    truong = await town.join("binh-loc", POLICE, Role.HEAD, name="Phạm Văn Trưởng")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await sends_complete(town, an, code)
    assert (await row_of(town, code))["state"] == "awaiting_appraisal"
    town.clock.move_by(days=3)
    queue = await say(town, tho, "/thamdinh")
    assert queue.startswith("⏳ 1 báo cáo chờ thẩm định") and "chờ 3 ngày" in queue and code in queue
    card = await press(town, tho, f"{code} · {POLICE}")
    assert "Báo cáo: 100%" in card and "Nguyễn Văn An" in card and "bao-cao.pdf – PDF" in card and "1 trang" in card
    assert any(m.body.get("document") and m.options.get("protect_content") for m in tho.messages())
    await press(town, tho, "Trả lại")
    assert {"Thiếu chữ ký", "Ảnh mờ, không đọc được", "Lý do khác"} <= set(tho.buttons())
    assert f"Đã trả lại {code}" in await press(town, tho, "Thiếu chữ ký")
    row = await row_of(town, code)
    assert (row["state"], row["colour"], row["percent"]) == ("returned", "red", 0) and "returned" in row["reasons"]
    for person in (an, truong):
        assert f"Báo cáo hoàn thành {code} được trả lại" in person.last().text
        assert "Lý do: Thiếu chữ ký" in person.last().text
        assert {"Báo cáo", "Chi tiết"} <= set(person.buttons())
    assert "Đã trả lại: Thiếu chữ ký" in await press(town, an, "Chi tiết")
    await sends_complete(town, an, code)
    assert "chờ thẩm định" in await say(town, tho, "/thamdinh")
    await press(town, tho, f"{code} · {POLICE}")
    assert f"Đã chấp nhận {code}" in await press(town, tho, "Chấp nhận")
    assert f"Báo cáo hoàn thành {code} đã được chấp nhận" in an.last().text
    assert "được trả lại" in truong.last().text
    assert (await row_of(town, code))["state"] == "completed"
    kinds = [type(body) for body in await happened(town, code)]
    assert kinds == [Report, Appraisal, Report, Appraisal]
    assert "Hiện không có báo cáo nào" in await say(town, tho, "/thamdinh")


async def test_a_reason_may_be_typed_and_cancelling_goes_back_to_the_report(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await sends_complete(town, an, code)
    await say(town, tho, "/thamdinh")
    await press(town, tho, f"{code} · {POLICE}")
    await press(town, tho, "Trả lại")
    assert "Chấp nhận" not in tho.buttons()
    await press(town, tho, "Hủy")
    assert {"Chấp nhận", "Trả lại"} <= set(tho.buttons())
    await press(town, tho, "Trả lại")
    await press(town, tho, "Lý do khác")
    assert "dài quá" in await say(town, tho, "x" * 1001)
    assert "Đã trả lại" in await say(town, tho, "Số liệu <b>& bảng 2</b> chưa khớp")
    assert "Lý do: Số liệu <b>& bảng 2</b> chưa khớp" in an.last().text
    bodies = await happened(town, code)
    assert bodies[-1].reason == "Số liệu <b>& bảng 2</b> chưa khớp"


async def test_of_two_appraisers_the_second_reads_what_the_first_decided(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await sends_complete(town, an, code)
    for judge in (tho, ha):
        await say(town, judge, "/thamdinh")
        await press(town, judge, f"{code} · {POLICE}")
    await press(town, ha, "Trả lại")
    tho.press("Chấp nhận")
    ha.press("Thiếu số liệu")
    await town.settle()
    assert [type(body) for body in await happened(town, code)] == [Report, Appraisal]
    winner, loser = (tho, ha) if "Đã chấp nhận" in tho.last().text else (ha, tho)
    assert ("Lê Thị Thơ" if winner is tho else "Đỗ Thị Hà") in loser.last().text
    assert "Chấp nhận" not in loser.buttons()
    assert tho.unanswered() == ha.unanswered() == []
    told = [text for text in an.texts() if f"Báo cáo hoàn thành {code}" in text]
    assert len(told) == 1


async def test_nobody_appraises_the_own_report_or_that_of_the_own_unit(town: Town) -> None:
    code = await led_by(town, CULTURE)
    an = await town.join("binh-loc", CULTURE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await sends_complete(town, an, code)
    said = await say(town, tho, "/thamdinh")
    assert "Hiện không có báo cáo nào" in said and "Không tính 1 báo cáo" in said
    await say(town, ha, "/thamdinh")
    ha_data = [button["callback_data"] for button in ha.last().buttons]
    for data in [*ha_data, *(data.replace(":open", ":accept") for data in ha_data)]:
        tho.press_stale(data, tho.last().id)
        await town.settle()
    assert "không thẩm định báo cáo của chính mình" in " ".join(tho.toasts() + tho.texts())
    an.press_stale(ha_data[0].replace(":open", ":accept"), an.last().id)
    await town.settle()
    assert (await row_of(town, code))["state"] == "awaiting_appraisal"
    assert "Chấp nhận" not in tho.buttons()


async def test_where_the_office_itself_reported_and_nobody_else_can_a_committee_member_judges(town: Town) -> None:
    code = await led_by(town, OFFICE)
    ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    chu = await town.join("binh-loc", "Ban Chỉ đạo 57 phường", Role.COMMITTEE, name="Võ Văn Chủ")
    await sends_complete(town, ha, code)
    await say(town, chu, "/thamdinh")
    await press(town, chu, f"{code} · {OFFICE}")
    assert "Đã chấp nhận" in await press(town, chu, "Chấp nhận")
    assert (await row_of(town, code))["state"] == "completed"


async def test_with_an_appraiser_left_the_committee_does_not_judge(town: Town) -> None:
    code = await led_by(town, OFFICE)
    ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    chu = await town.join("binh-loc", "Ban Chỉ đạo 57 phường", Role.COMMITTEE, name="Võ Văn Chủ")
    await sends_complete(town, ha, code)
    assert "1 báo cáo khác đang do" in await say(town, chu, "/thamdinh")


async def test_officers_have_no_queue(town: Town) -> None:
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert "không có quyền" in await say(town, an, "/thamdinh")


async def test_the_queue_has_pages_and_the_oldest_comes_first(town: Town) -> None:
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    data = await export(town.app.desk, "binh-loc", None, town.clock.now())
    tasks = [r for r in data["rows"] if r["kind"] == "task" and len(r["lead"]) == 1 and r["lead"] != [CULTURE]][:10]
    for unit in sorted({row["lead"][0] for row in tasks}):
        await town.join_also(an, "binh-loc", unit, Role.OFFICER, name="Nguyễn Văn An")
    codes = [row["code"] for row in tasks]
    assert len(codes) > 8
    for code in codes:
        await sends_complete(town, an, code)
        town.clock.move_by(minutes=5)
    await say(town, tho, "/thamdinh")
    seen = [label.split(" · ")[0] for label in tho.buttons() if label != "▶"]
    await press(town, tho, "▶")
    seen += [label.split(" · ")[0] for label in tho.buttons() if label != "◀"]
    assert seen == codes


async def test_a_return_at_night_is_told_at_six_in_the_morning(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await sends_complete(town, an, code)
    town.clock.move_to(datetime.fromisoformat("2026-06-15T21:30:00+07:00"))
    await say(town, tho, "/thamdinh")
    await press(town, tho, f"{code} · {POLICE}")
    await press(town, tho, "Trả lại")
    await press(town, tho, "Thiếu số liệu")
    assert "được trả lại" not in an.last().text
    for clock_time, told in (("05:59:50", False), ("06:00:00", True)):
        town.clock.move_to(datetime.fromisoformat(f"2026-06-16T{clock_time}+07:00"))
        for companion in town.app.companions:
            companion.wake()
        await town.settle()
        assert ("được trả lại" in an.last().text) is told
    assert "được trả lại" in an.last().text


async def test_a_file_used_before_is_told_to_the_appraiser(town: Town) -> None:
    an = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    data = await export(town.app.desk, "binh-loc", None, town.clock.now())
    codes = [r["code"] for r in data["rows"] if r["kind"] == "task" and r["lead"] == [OFFICE]][:2]
    same = pdf("cùng một tệp")
    for code in codes:
        an.send_document(same, name="chung.pdf", mime="application/pdf", caption=f"{code} 100%")
        await town.settle()
        await press(town, an, "Gửi báo cáo")
    await say(town, tho, "/thamdinh")
    card = await press(town, tho, f"{codes[1]} · ")
    assert f"đã dùng cho {codes[0]} ngày 15/06/2026" in card


async def test_the_office_reopens_with_a_reason_and_a_new_limit(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await sends_complete(town, an, code)
    await say(town, ha, "/thamdinh")
    await press(town, ha, f"{code} · {POLICE}")
    await press(town, ha, "Chấp nhận")
    town.clock.move_to(datetime.fromisoformat("2027-01-05T08:00:00+07:00"))
    await say(town, ha, f"/nhiemvu {code}")
    assert "Mở lại" in ha.buttons()
    assert "Hoàn thành đúng hạn" in ha.last().text or "Hoàn thành trễ hạn" in ha.last().text
    await press(town, ha, "Mở lại")
    assert "gõ hạn mới" in await say(town, ha, "Số liệu sai")
    assert "Chưa đọc được ngày" in await say(town, ha, "khi nào xong thì thôi")
    assert "hạn mới" in await say(town, ha, "1/1/2027")
    assert "Đã mở lại" in await say(town, ha, "31/3/2027")
    row = await row_of(town, code)
    assert (row["state"], row["due_on"]) == ("in_progress", "2027-03-31")
    await say(town, an, f"/nhiemvu {code}")
    assert "Mở lại" not in an.buttons() and "Báo cáo" in an.buttons()
    assert "→ 31/03/2027" in an.last().text and "Lý do: Số liệu sai" in an.last().text


async def test_a_row_shows_its_files_to_those_who_may_see_them(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tu = await town.join("binh-loc", CULTURE, Role.OFFICER, name="Trần Thị Tư")
    await sends_complete(town, an, code)
    await say(town, an, f"/nhiemvu {code}")
    shown = await press(town, an, "Minh chứng (1 tệp)")
    assert "bao-cao.pdf – PDF" in shown and "Không có chữ ký số" in shown
    files = [button["callback_data"] for m in an.messages() for button in m.buttons if "Minh chứng" in button["text"]]
    await say(town, tu, f"/nhiemvu {code}")
    assert not any("Minh chứng" in label for label in tu.buttons())
    tu.press_stale(files[0], tu.last().id)
    await town.settle()
    assert not any(m.body.get("document") for m in tu.messages())


async def test_an_english_appraiser_reads_english_and_the_reporter_vietnamese(town: Town) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ann = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Ann Nguyen", language="en")
    await sends_complete(town, an, code)
    assert "report awaits appraisal" in await say(town, ann, "/appraise")
    await press(town, ann, f"{code} · ")
    await press(town, ann, "Return")
    assert "Returned" in await press(town, ann, "Signature missing")
    assert "Lý do: Thiếu chữ ký" in an.last().text
    assert isinstance((await happened(town, code))[-1], Appraisal)


@pytest.mark.parametrize("which", ["withdrawn", "reported again"])
async def test_a_case_that_has_moved_on_says_so(town: Town, which: str) -> None:
    code = await led_by(town, POLICE)
    an = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    tho = await town.join("binh-loc", CULTURE, Role.APPRAISER, name="Lê Thị Thơ")
    await sends_complete(town, an, code)
    await say(town, tho, "/thamdinh")
    await press(town, tho, f"{code} · {POLICE}")
    town.clock.move_by(minutes=2)
    await press(town, an, "Thu hồi")
    if which == "reported again":
        await sends_complete(town, an, code)
    assert "không còn chờ thẩm định" in await press(town, tho, "Chấp nhận")
    state = State.AWAITING if which == "reported again" else State.NOT_REPORTED
    assert (await row_of(town, code))["state"] == state.value
