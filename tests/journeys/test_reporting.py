"""Reporting as people do it, on the real plans, over HTTP: what they read, and what the database holds."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from bot.domain.people.people import Role
from bot.domain.work.events import Event, MilestoneMet, Report, Withdrawal
from bot.domain.work.progress import Share
from bot.simulator.telegram.chats.people import Doc
from bot.storage.engine import tables
from bot.storage.records import events, plans
from tests.evidence.made_files import pdf, png_header
from tests.town import Town, officer, press, say

_SHADES = count(1)
POLICE, OFFICE, DIVISION = "Công an phường", "Văn phòng Đảng ủy", "Phòng Văn hóa - Xã hội"


def photo() -> bytes:
    """A picture nobody has sent before."""
    shade = next(_SHADES)
    made = io.BytesIO()
    Image.new("RGB", (640, 480), (shade % 256, shade // 256, 90)).save(made, "JPEG", comment=str(shade))
    return made.getvalue()


async def happened(town: Town, code: str, slug: str = "binh-loc") -> list[Event]:
    """All that happened to the rows of this code."""
    async with town.db.read() as conn:
        locality = await plans.locality_by_slug(conn, slug)
        assert locality is not None
        plan = await plans.plan_of(conn, locality.id)
        assert plan is not None
        row = next(row for row in await plans.rows(conn, plan.id) if row.code == code)
        found = await events.events_of_plan(conn, plan.id)
        return [e for a in await events.assignments_of_row(conn, row.id) for e in found.get(a.id, ())]


async def reports(town: Town, code: str) -> list[Report]:
    """The reports of a row."""
    return [event.body for event in await happened(town, code) if isinstance(event.body, Report)]


async def stored(town: Town) -> tuple[int, int]:
    """How many evidence rows there are, and how many files on the disk."""
    async with town.db.read() as conn:
        rows = await conn.scalar(select(func.count()).select_from(tables.evidence))
    root: Path = town.app.desk.files.root
    return int(rows or 0), sum(path.is_file() for folder in ("files", "tmp") for path in (root / folder).rglob("*"))


async def test_a_report_with_an_album_of_three_photos(town: Town) -> None:
    an = await officer(town)
    listed = await say(town, an, "/baocao")
    assert "NV07" in listed and "NV03" not in listed
    assert "25%" in await press(town, an, "NV07") or "25%" in an.buttons()
    await press(town, an, "25%")
    before = len(an.texts())
    an.send_album([photo(), photo(), photo()], "Ảnh hội nghị")
    await town.settle()
    assert len(an.texts()) == before + 1, "an album gets one answer"
    assert "Đã nhận đủ 3 tệp" in an.last().text and "Ảnh hội nghị" in an.last().text
    receipt = await press(town, an, "Gửi báo cáo")
    assert "Đã ghi nhận" in receipt and "NV07" in receipt and "0% → 25%" in receipt and "Thu hồi" in an.buttons()
    [report] = await reports(town, "NV07")
    assert report.percent == 25 and len(report.files) == 3 and report.note == "Ảnh hội nghị"
    assert await stored(town) == (3, 3)


async def test_a_hundred_percent_needs_evidence_and_a_pdf_is_taken(town: Town) -> None:
    an = await officer(town)
    card = await say(town, an, "/baocao nv7 100")
    assert "minh chứng" in card and "Gửi báo cáo" not in an.buttons()
    an.send_document(pdf("Quy chế bảo vệ dữ liệu"), "quy che.pdf", "application/pdf")
    await town.settle()
    assert "Đã nhận đủ 1 tệp" in an.last().text
    receipt = await press(town, an, "Gửi báo cáo")
    assert "Đã ghi nhận" in receipt and "⏳" in receipt and "thẩm định" in receipt
    [report] = await reports(town, "NV07")
    assert report.percent == 100 and len(report.files) == 1
    assert "đang chờ thẩm định" in await say(town, an, "/baocao NV07")


async def test_earlier_files_are_chosen_again(town: Town) -> None:
    an = await officer(town)
    an.send_document(pdf("Biên bản"), "bien ban.pdf", "application/pdf", caption="NV07 60%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    await say(town, an, "/baocao NV07 100%")
    assert "Gửi báo cáo" not in an.buttons()
    await press(town, an, "bien ban.pdf")
    await press(town, an, "Gửi báo cáo")
    first, second = await reports(town, "NV07")
    assert first.files == second.files and second.percent == 100
    assert await stored(town) == (1, 1)


@pytest.mark.parametrize("words", ["NV07 60%", "nv7 xong 60", "NV-07: 60%"])
async def test_a_quick_report_is_saved_only_from_its_card(town: Town, words: str) -> None:
    an = await officer(town)
    card = await say(town, an, words)
    assert "→ 60%" in card and await reports(town, "NV07") == []
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert report.percent == 60


async def test_a_quick_report_as_the_caption_of_a_photo(town: Town) -> None:
    an = await officer(town)
    an.send_photo(photo(), "NV07 60% đã trình dự thảo lần 2")
    await town.settle()
    assert "→ 60%" in an.last().text and "Đã nhận đủ 1 tệp" in an.last().text
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert report.note == "đã trình dự thảo lần 2" and len(report.files) == 1


@pytest.mark.parametrize("caption_on", [0, 1, 2])
async def test_the_caption_may_sit_on_any_item_of_the_album(town: Town, caption_on: int) -> None:
    an = await officer(town)
    an.send_album([photo(), photo(), photo()], "nv7 40%", caption_on=caption_on)
    await town.settle()
    assert len(an.texts()) == 1
    assert "→ 40%" in an.last().text and "Đã nhận đủ 3 tệp" in an.last().text


async def test_files_first_ask_for_their_task(town: Town) -> None:
    an = await officer(town)
    an.send_album([photo(), Doc(pdf("Kế hoạch"), "ke hoach.pdf", "application/pdf")])
    await town.settle()
    assert "Đã nhận đủ 2 tệp" in an.last().text and "Gắn vào nhiệm vụ nào?" in an.last().text
    await press(town, an, "NV13")
    await press(town, an, "10%")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV13")
    assert len(report.files) == 2


async def test_an_ambiguous_quick_report_is_asked_about(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60% hay 70%")
    assert an.buttons()[:2] == ["60%", "70%"]
    assert "→ 70%" in await press(town, an, "70%")


async def test_the_value_and_the_share_of_an_indicator(town: Town) -> None:
    binh = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    asked = await say(town, binh, "/baocao ct15")
    assert "≥ 80%" in asked and "25%" not in binh.buttons()
    assert "8.100/9.000 (90%) / chỉ tiêu 80% (đạt)" in await say(town, binh, "8100/9000")
    assert "Báo cáo đạt chỉ tiêu phải kèm minh chứng" in binh.last().text and "100%" not in binh.last().text
    card = await say(town, binh, "CT15 76,5%")
    assert "76,5% / chỉ tiêu 80%" in card
    await press(town, binh, "Gửi báo cáo")
    await say(town, binh, "ct15 7650/9000")
    binh.send_photo(photo())
    await town.settle()
    assert "Đã ghi nhận" in await press(town, binh, "Gửi báo cáo")
    assert "76,5% → 7.650/9.000 (85%) / chỉ tiêu 80% (đạt)" in binh.last().text
    shown = await say(town, binh, "/nhiemvu ct15")
    assert "Chờ thẩm định · 85% / chỉ tiêu 80% (đạt)" in shown and "Kết quả: 7.650/9.000 (85%)" in shown
    first, second = await reports(town, "CT15")
    assert (first.value, first.percent, first.share) == (Decimal("76.5"), Decimal("95.62"), None)
    assert (second.value, second.percent, second.share) == (85, 100, Share(Decimal(7650), Decimal(9000)))


async def test_a_lower_percent_asks_for_its_reason(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    card = await say(town, an, "NV07 40%")
    assert "lý do" in card and "Gửi báo cáo" not in an.buttons()
    await say(town, an, "Tỉnh yêu cầu làm lại")
    assert "60% → 40%" in await press(town, an, "Gửi báo cáo")
    assert [(r.percent, r.reason) for r in await reports(town, "NV07")] == [
        (60, None),
        (40, "Tỉnh yêu cầu làm lại"),
    ]


@pytest.mark.parametrize(("words", "told"), [("150", "từ 0 đến 100"), ("abc", "Chưa đọc được tỷ lệ"), (" ", None)])
async def test_what_is_no_percent(town: Town, words: str, told: str | None) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    answer = await say(town, an, words) if told else an.last().text
    assert (told or "") in answer and "25%" in an.buttons()
    assert await happened(town, "NV07") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [("/baocao NV07 150", "từ 0 đến 100"), ("/baocao NV07 abc", "Chưa đọc được"), ("NV07 150%", "từ 0")],
)
async def test_a_percent_that_cannot_be_taken_leads_to_its_step(town: Town, words: str, told: str) -> None:
    an = await officer(town)
    assert told in await say(town, an, words) and "25%" in an.buttons()
    assert await happened(town, "NV07") == []


async def test_a_withdrawal_within_and_after_fifteen_minutes(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 30%")
    await press(town, an, "Gửi báo cáo")
    town.clock.move_by(minutes=14)
    assert "Đã thu hồi" in await press(town, an, "Thu hồi")
    assert [type(event.body) for event in await happened(town, "NV07")] == [Report, Withdrawal]
    await say(town, an, "NV07 50%")
    await press(town, an, "Gửi báo cáo")
    town.clock.move_by(minutes=16)
    await press(town, an, "Thu hồi")
    assert "Không thu hồi được nữa" in an.toasts()[-1]
    assert len(await happened(town, "NV07")) == 3


@pytest.mark.parametrize(
    ("content", "name", "mime", "size", "told"),
    [
        (b"x", "lon.pdf", "application/pdf", 25_000_000, "tối đa 20 MB"),
        (b"", "rong.pdf", "application/pdf", None, "Tệp rỗng"),
        (b"khong phai PDF", "gia.pdf", "application/pdf", None, "không đúng với đuôi .pdf"),
        (b"MZ" + bytes(300), "anh.jpg", "image/jpeg", None, "không đúng với đuôi .jpg"),
        (png_header(30_000, 30_000), "to.png", "image/png", None, "triệu điểm ảnh"),
    ],
)
async def test_a_file_that_is_refused_changes_nothing(
    town: Town, content: bytes, name: str, mime: str, size: int | None, told: str
) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_document(content, name, mime, size=size)
    await town.settle()
    assert told in an.last().text
    assert await stored(town) == (0, 0)
    assert "chưa có tệp nào" in await say(town, an, "ghi chú thêm")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert report.files == ()


async def test_a_caption_of_1024_signs(town: Town) -> None:
    an = await officer(town)
    caption = ("NV07 60% " + "Đã họp với các khu phố. " * 60)[:1024].strip()
    an.send_photo(photo(), caption)
    await town.settle()
    assert "→ 60%" in an.last().text
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert report.note and report.note.startswith("Đã họp") and len(report.note) > 900


@pytest.mark.parametrize(
    ("content", "name", "caption"),
    [
        (pdf("Kế hoạch"), "TỐI MẬT phuong an.pdf", None),
        (pdf("Kế hoạch"), "phuong an.pdf", "NV07 60% tài liệu TUYỆT MẬT"),
        (pdf("TUYỆT MẬT\nPhương án tác chiến"), "phuong an.pdf", None),
    ],
)
async def test_a_secrecy_mark_is_refused_and_not_stored(
    town: Town, content: bytes, name: str, caption: str | None
) -> None:
    an = await officer(town)
    an.send_document(content, name, "application/pdf", caption)
    await town.settle()
    assert "qua văn thư cơ quan" in an.last().text
    assert await stored(town) == (0, 0)
    async with town.db.read() as conn:
        actions = (await conn.execute(text("SELECT action FROM audit"))).scalars().all()
        kept = (await conn.execute(text("SELECT payload FROM inbox"))).scalars().all()
    assert "secret_refused" in actions
    assert [message for message in an.messages() if not message.sent_by(town.chats.bot.id)] == []
    assert "phuong an" not in " ".join(str(payload) for payload in kept)


@pytest.mark.parametrize("caption_on", [0, 1, 2])
async def test_a_secrecy_mark_in_its_caption_bars_the_whole_album(town: Town, caption_on: int) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    an.send_album([photo(), photo(), photo()], "Tài liệu (TỐI MẬT)", caption_on=caption_on)
    await town.settle()
    told = [words for words in an.texts() if "qua văn thư cơ quan" in words]
    assert len(told) == 1
    assert await stored(town) == (1, 1)
    assert "Đã nhận đủ 1 tệp" in await say(town, an, "ghi chú")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert len(report.files) == 1


async def test_a_secret_album_without_a_dialogue_leaves_none_behind(town: Town) -> None:
    an = await officer(town)
    an.send_album([photo(), photo()], "(MẬT)", caption_on=1)
    await town.settle()
    assert await stored(town) == (0, 0)
    async with town.db.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.dialogues)) == 0


async def test_two_officers_at_once(town: Town) -> None:
    an, binh = await officer(town), await officer(town, name="Trần Thị Bình")
    await say(town, an, "NV07 60%")
    await say(town, binh, "NV07 50%")
    an.press("Gửi báo cáo")
    binh.press("Gửi báo cáo")
    await town.settle()
    receipts = ["Đã ghi nhận" in person.last().text for person in (an, binh)]
    assert sorted(receipts) == [False, True]
    second = binh if receipts[0] else an
    assert "vừa có thay đổi" in second.last().text
    assert len(await reports(town, "NV07")) == 1


async def test_a_double_tap_is_one_report(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.press("Gửi báo cáo")
    an.press("Gửi báo cáo")
    await town.settle()
    assert an.unanswered() == []
    assert len(await reports(town, "NV07")) == 1


async def test_a_dialogue_left_for_a_day_is_gone_on_with(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(hours=24)
    assert "đang làm dở" in await say(town, an, "đã trình ký")
    await press(town, an, "Tiếp tục")
    assert "đã trình ký" in an.last().text
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert report.note == "đã trình ký"


async def test_a_restart_in_the_middle_of_a_dialogue_loses_nothing(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    an.send_photo(photo())
    await town.settle()
    await town.restart()
    await press(town, an, "50%")
    await town.restart()
    assert "Đã nhận đủ 1 tệp" in await say(town, an, "đã họp")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town, "NV07")
    assert (report.percent, report.note, len(report.files)) == (50, "đã họp", 1)


async def test_a_message_for_another_task_inside_a_dialogue_is_asked_about(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    asked = await say(town, an, "NV13 30% đã xong khung")
    assert "NV07" in asked and "việc mới" in asked
    await press(town, an, "Việc mới")
    assert "NV13" in an.last().text and "→ 30%" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert await reports(town, "NV07") == [] and len(await reports(town, "NV13")) == 1


async def test_other_units_work_and_other_localities_codes(town: Town) -> None:
    an = await officer(town)
    assert "do Phòng Văn hóa - Xã hội chủ trì" in await say(town, an, "/baocao NV03")
    assert "do Phòng Văn hóa - Xã hội chủ trì" in await say(town, an, "NV03 60%")
    assert "Không tìm thấy mã NV40" in await say(town, an, "/baocao NV40")
    assert await happened(town, "NV03") == []


async def test_a_code_of_two_localities_asks_which(town: Town) -> None:
    an = await officer(town, DIVISION)
    await town.join_also(an, "dong-phu", DIVISION, Role.OFFICER, name="Nguyễn Văn An")
    assert "trong các việc sau" in await say(town, an, "/baocao NV05 20%")
    await press(town, an, "xã Đồng Phú")
    assert "xã Đồng Phú" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert await reports(town, "NV05") == [] and len(await happened(town, "NV05", "dong-phu")) == 1


async def test_a_milestone_is_met(town: Town) -> None:
    binh = await officer(town, DIVISION)
    await say(town, binh, "/nhiemvu NV04")
    await press(town, binh, "ạt mốc")
    await say(town, binh, "Đề án đã ban hành ngày 28/3")
    await press(town, binh, "Xác nhận đã đạt mốc")
    assert "Đã ghi nhận" in binh.last().text
    [event] = await happened(town, "NV04")
    assert event.body == MilestoneMet(0, "Đề án đã ban hành ngày 28/3", ())


async def test_a_secret_album_is_taken_out_of_a_milestone_that_is_being_confirmed(town: Town) -> None:
    binh = await officer(town, DIVISION)
    await say(town, binh, "/nhiemvu NV04")
    await press(town, binh, "ạt mốc")
    binh.send_album([photo(), photo()], "Tài liệu (TỐI MẬT)", caption_on=1)
    await town.settle()
    assert await stored(town) == (0, 0)
    await say(town, binh, "Đề án đã ban hành")
    await press(town, binh, "Xác nhận đã đạt mốc")
    assert (await happened(town, "NV04"))[0].body == MilestoneMet(0, "Đề án đã ban hành", ())


async def test_all_of_it_in_english(town: Town) -> None:
    ann = await town.join("binh-loc", POLICE, Role.OFFICER, name="Ann Lee", language="en")
    assert "Which one do you report on?" in await say(town, ann, "/report")
    await press(town, ann, "NV07")
    await press(town, ann, "100%")
    ann.send_photo(photo())
    await town.settle()
    assert "Recorded" in await press(town, ann, "Send report")
    assert not [words for words in ann.texts() if "anh/chị" in words]
    assert len(await reports(town, "NV07")) == 1


async def test_a_percent_that_was_reported_never_stands_beside_not_reported(town: Town) -> None:
    an = await officer(town)
    assert "Đỏ · Chưa báo cáo · 0%" in await say(town, an, "/nhiemvu NV13")
    await say(town, an, "NV13 0%")
    await press(town, an, "Gửi báo cáo")
    assert "Chưa thực hiện" in an.last().text
    card = await say(town, an, "/nhiemvu NV13")
    assert "Đỏ · Chưa thực hiện · 0%" in card and "Chưa báo cáo" not in card
    assert "Mới đạt 0%, dưới" in card and "— một nửa lộ trình — là đỏ" in card


async def test_green_under_its_line_says_that_it_is_not_red_yet(town: Town) -> None:
    an = await officer(town)
    found = re.search(r"dưới (\d+)% — một nửa", await say(town, an, "/nhiemvu NV13"))
    assert found is not None
    await say(town, an, f"NV13 {found[1]}%")
    await press(town, an, "Gửi báo cáo")
    assert "↳ Thấp hơn lộ trình, chưa đến ngưỡng đỏ" in await say(town, an, "/nhiemvu NV13")
    assert "Thấp hơn lộ trình, chưa đến ngưỡng đỏ" in await say(town, an, "vì sao NV13 không đỏ?")
