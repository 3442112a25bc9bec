"""Words that come with a file which is refused: the words stay and are asked about, unless a secrecy mark is why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select, text

from bot.domain.people.people import Role
from bot.reminders.jobs import look_at_what_is_due
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from bot.storage.engine import tables
from tests.evidence.made_files import pdf, png_header
from tests.faults.deeds import POLICE, all_done, books, draft, happened, officer, photo, reports
from tests.journeys.test_periods import june
from tests.town import Town, press, say

__all__ = ["june"]

PROGRAM = Doc(b"MZ" + bytes(300), "bao cao.exe", "application/octet-stream")
CAPTION = "NV07 60% đã trình dự thảo"
Refused = Callable[[SimulatedPerson, str], object]


async def sent(town: Town, person: SimulatedPerson, doc: Doc, caption: str | None = None) -> str:
    """The newest message once this document has been answered."""
    person.send_document(doc.content, doc.name, doc.mime, caption, size=doc.size)
    await town.settle()
    return person.last().text


@pytest.mark.parametrize(
    ("doc", "told"),
    [
        (Doc(b"x", "phim.mp4", "video/mp4", 60_000_000), "quá lớn"),
        (Doc(b"x", "lon.pdf", "application/pdf", 60_000_000), "quá lớn"),
        (PROGRAM, "bao cao.exe"),
        (Doc(b"", "rong.pdf", "application/pdf"), "Tệp rỗng"),
        (Doc(b"khong phai PDF", "gia.pdf", "application/pdf"), "không đúng với đuôi .pdf"),
        (Doc(png_header(30_000, 30_000), "to.png", "image/png"), "triệu điểm ảnh"),
    ],
)
async def test_a_quick_report_whose_file_is_refused_is_on_its_card_and_not_sent(
    town: Town, doc: Doc, told: str
) -> None:
    an = await officer(town)
    before = len(an.texts())
    card = await sent(town, an, doc, CAPTION)
    assert len(an.texts()) == before + 1, "the refusal and the card are one answer"
    assert told in card and doc.name in card and "0% → 60%" in card and "đã trình dự thảo" in card
    assert await happened(town) == [] and (await books(town)).evidence == 0
    assert "Đã ghi nhận" in await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert (report.percent, report.note, report.files) == (60, "đã trình dự thảo", ())
    await all_done(town)


async def test_the_caption_of_a_video_is_no_less_than_that_of_a_file(town: Town) -> None:
    an = await officer(town)
    an.send_video(caption=CAPTION)
    await town.settle()
    assert "không được nhận" in an.last().text and "0% → 60%" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert [r.note for r in await reports(town)] == ["đã trình dự thảo"]


async def test_a_file_whose_size_only_telegram_knows_is_too_large_and_no_fault_of_ours(town: Town) -> None:
    an = await officer(town)
    town.server.faults.next("getFile", status=400, description="Bad Request: file is too big")
    card = await sent(town, an, Doc(pdf("Một"), "mot.pdf", "application/pdf"), CAPTION)
    assert "mot.pdf" in card and "quá lớn" in card and "0% → 60%" in card
    await all_done(town)


async def test_a_hundred_percent_whose_file_is_refused_asks_for_another(town: Town) -> None:
    an = await officer(town)
    card = await sent(town, an, PROGRAM, "NV07 100% đã ban hành")
    assert "bao cao.exe" in card and "minh chứng" in card and "Gửi báo cáo" not in an.buttons()
    await sent(town, an, Doc(pdf("Quy chế"), "quy che.pdf", "application/pdf"))
    assert "Đã nhận đủ 1 tệp" in an.last().text and "bao cao.exe" not in an.last().text
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert (report.percent, report.note, len(report.files)) == (100, "đã ban hành", 1)


async def test_a_caption_that_lacks_something_is_asked_about(town: Town) -> None:
    an = await officer(town)
    asked = await sent(town, an, PROGRAM, "NV07 đã trình dự thảo")
    assert "bao cao.exe" in asked and "NV07" in asked and "25%" in " ".join(an.buttons())
    await press(town, an, "25%")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert report.percent == 25 and "đã trình dự thảo" in (report.note or "")


async def test_a_caption_that_is_no_report_becomes_the_note_of_the_report_to_come(town: Town) -> None:
    an = await officer(town)
    asked = await sent(town, an, PROGRAM, "Biên bản họp ngày 5/6")
    assert "bao cao.exe" in asked and "NV07" in asked
    await press(town, an, "NV07")
    await press(town, an, "25%")
    assert "Biên bản họp ngày 5/6" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert [r.note for r in await reports(town)] == ["Biên bản họp ngày 5/6"]


async def test_a_caption_that_is_a_question_is_answered(town: Town) -> None:
    an = await officer(town)
    before = len(an.texts())
    answer = await sent(town, an, PROGRAM, "nhiệm vụ nào đang đỏ?")
    assert len(an.texts()) == before + 1 and "bao cao.exe" in answer and "🔴" in answer
    assert await draft(town, an) is None


async def test_a_caption_inside_an_open_report_is_its_note(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    card = await sent(town, an, PROGRAM, "đã họp hai lần")
    assert "bao cao.exe" in card and "đã họp hai lần" in card and "→ 60%" in card
    card = await sent(town, an, PROGRAM, "NV07 70%")
    assert "→ 70%" in card and "đã họp hai lần" in card
    await press(town, an, "Gửi báo cáo")
    assert [(r.percent, r.note) for r in await reports(town)] == [(70, "đã họp hai lần")]


async def test_a_caption_for_another_task_inside_an_open_report_is_asked_about(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    asked = await sent(town, an, PROGRAM, "NV13 30% đã xong khung")
    assert "bao cao.exe" in asked and "NV07" in asked and "việc mới" in asked
    card = await press(town, an, "Việc mới")
    assert "NV13" in card and "→ 30%" in card and "bao cao.exe" not in card
    await press(town, an, "Gửi báo cáo")
    assert await reports(town) == [] and [r.percent for r in await reports(town, "NV13")] == [30]


async def test_a_caption_to_a_report_that_stands_idle_is_kept(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(hours=2)
    asked = await sent(town, an, PROGRAM, "đã trình ký")
    assert "bao cao.exe" in asked and "đang làm dở" in asked
    card = await press(town, an, "Tiếp tục")
    assert "đã trình ký" in card and "bao cao.exe" not in card


@pytest.mark.parametrize("caption_on", [0, 1, 2])
async def test_an_album_with_one_refused_file_keeps_the_good_ones_and_the_caption(town: Town, caption_on: int) -> None:
    an = await officer(town)
    before = len(an.texts())
    an.send_album([Doc(pdf("Một"), "mot.pdf", "application/pdf"), PROGRAM, photo()], CAPTION, caption_on=caption_on)
    await town.settle()
    assert len(an.texts()) == before + 1, "an album gets one answer"
    card = an.last().text
    assert "bao cao.exe" in card and "Đã nhận đủ 2 tệp" in card and "0% → 60%" in card
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert (report.percent, report.note, len(report.files)) == (60, "đã trình dự thảo", 2)


async def test_an_album_of_which_nothing_is_taken_names_each_in_one_answer(town: Town) -> None:
    an = await officer(town)
    other = Doc(b"MZ" + bytes(400), "khac.exe", "application/octet-stream")
    an.send_album([PROGRAM, other])
    await town.settle()
    [told] = an.texts()
    assert "bao cao.exe" in told and "khac.exe" in told
    assert await draft(town, an) is None and (await books(town)).evidence == 0


async def test_an_album_of_refused_files_inside_a_report_names_each_above_its_card(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    before = len(an.texts())
    other = Doc(b"MZ" + bytes(400), "khac.exe", "application/octet-stream")
    an.send_album([PROGRAM, other, photo()])
    await town.settle()
    assert len(an.texts()) == before + 1
    card = an.last().text
    assert "bao cao.exe" in card and "khac.exe" in card and "Đã nhận đủ 1 tệp" in card


async def test_an_album_of_refused_files_does_not_undo_that_nothing_is_new(town: Town) -> None:
    an = await officer(town)
    town.clock.move_to(datetime.fromisoformat("2026-09-03T07:31:00+07:00"))
    await look_at_what_is_due(town.app)
    await town.settle()
    await press(town, an, "Báo cáo quý III/2026")
    await press(town, an, "Không phát sinh")
    an.send_album([PROGRAM, Doc(b"", "rong.pdf", "application/pdf")])
    await town.settle()
    assert "bao cao.exe" in an.last().text and "rong.pdf" in an.last().text and "Không phát sinh" in an.last().text


async def test_an_album_survives_a_restart_with_its_refusals(town: Town) -> None:
    an = await officer(town)
    an.send_album([Doc(pdf("Một"), "mot.pdf", "application/pdf"), PROGRAM], CAPTION, caption_on=1)
    await town.kill()
    await town.start_anew()
    await town.settle()
    card = an.last().text
    assert "bao cao.exe" in card and "Đã nhận đủ 1 tệp" in card and "0% → 60%" in card


# --- other dialogues


async def test_the_words_with_a_refused_file_stay_in_a_difficulty(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/vuongmac NV07")
    await press(town, an, "Kinh phí")
    card = await sent(town, an, PROGRAM, "Chưa có kinh phí thuê máy chủ")
    assert "bao cao.exe" in card and "Chưa có kinh phí thuê máy chủ" in card
    await press(town, an, "Gửi")
    async with town.db.read() as conn:
        words = (await conn.execute(text("SELECT text FROM difficulty_entries"))).scalars().all()
    assert words == ["Chưa có kinh phí thuê máy chủ"]


async def test_the_words_with_a_refused_file_stay_in_the_walk_of_a_period(june: Town) -> None:
    an = await june.join("ba-ngoi", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    await say(june, an, "/kybaocao")
    card = await sent(june, an, PROGRAM, "30% đã trình dự thảo")
    assert "bao cao.exe" in card and "→ 30%" in card and "đã trình dự thảo" in card


async def test_the_words_with_a_refused_file_stay_in_a_milestone(town: Town) -> None:
    binh = await officer(town, "Phòng Văn hóa - Xã hội")
    await say(town, binh, "/nhiemvu NV04")
    await press(town, binh, "ạt mốc")
    card = await sent(town, binh, PROGRAM, "Đề án đã ban hành")
    assert "bao cao.exe" in card and "Đề án đã ban hành" in card
    await press(town, binh, "Xác nhận đã đạt mốc")
    assert (await happened(town, "NV04"))[0].body.note == "Đề án đã ban hành"  # type: ignore[union-attr]


@pytest.mark.parametrize("good", [True, False])
async def test_where_no_files_are_taken_the_words_with_one_are_asked_about(town: Town, good: bool) -> None:
    an = await officer(town)
    await say(town, an, "/giahan NV07")
    await say(town, an, "30/9/2026")
    doc = Doc(pdf("Công văn"), "cong van.pdf", "application/pdf") if good else PROGRAM
    asked = await sent(town, an, doc, "Chờ thẩm định của tỉnh")
    assert "Chờ thẩm định của tỉnh" in asked and ("bao cao.exe" in asked) is not good
    card = await press(town, an, "Dùng lời này")
    assert "Lý do: Chờ thẩm định của tỉnh" in card
    await press(town, an, "Gửi đề nghị")
    async with town.db.read() as conn:
        assert await conn.scalar(select(tables.requests.c.reason)) == "Chờ thẩm định của tỉnh"


async def test_words_with_a_file_decide_nothing_before_they_are_meant(town: Town) -> None:
    an, binh = await officer(town), await officer(town, "Văn phòng Đảng ủy", "Trần Thị Bình", Role.OFFICE)
    await say(town, an, "/giahan NV07")
    await say(town, an, "30/9/2026")
    await say(town, an, "Chờ thẩm định của tỉnh")
    await press(town, an, "Gửi đề nghị")
    await say(town, binh, "/dexuat")
    await press(town, binh, "NV07")
    await press(town, binh, "Từ chối")
    await sent(town, binh, PROGRAM, "Chưa có văn bản của tỉnh")
    async with town.db.read() as conn:
        assert await conn.scalar(select(tables.requests.c.state)) == "asked"
    assert "Vì sao không đồng ý" in await press(town, binh, "Không dùng")
    assert "Chưa đủ căn cứ" in await say(town, binh, "Chưa đủ căn cứ")
    async with town.db.read() as conn:
        assert await conn.scalar(select(tables.requests.c.answer)) == "Chưa đủ căn cứ"


async def test_who_reports_for_no_unit_keeps_the_question_that_came_with_a_file(town: Town) -> None:
    chair = await officer(town, "Ban Chỉ đạo", "Lê Văn Chủ", Role.COMMITTEE)
    chair.send_photo(photo(), "NV07 tới đâu rồi?")
    await town.settle()
    [answer] = chair.texts()
    assert "không gửi báo cáo hay minh chứng được" in answer and "Chủ trì: Công an phường" in answer
    assert chair.unanswered() == [] and (await books(town)).evidence == 0


# --- a secrecy mark


@pytest.mark.parametrize(
    ("doc", "caption"),
    [
        (Doc(b"MZ" + bytes(300), "TỐI MẬT phuong an.exe", "application/octet-stream"), CAPTION),
        (PROGRAM, "NV07 60% tài liệu TUYỆT MẬT"),
        (Doc(b"x", "lon.pdf", "application/pdf", 60_000_000), "NV07 60% (TỐI MẬT)"),
        (Doc(pdf("TUYỆT MẬT\nPhương án tác chiến"), "phuong an.pdf", "application/pdf"), CAPTION),
    ],
)
@pytest.mark.parametrize("with_report", [True, False])
async def test_of_what_is_marked_secret_nothing_stays_but_the_fact(
    town: Town, doc: Doc, caption: str, with_report: bool
) -> None:
    an = await officer(town)
    if with_report:
        await say(town, an, "NV13 30% đã xong khung")
    before = await draft(town, an)
    told = await sent(town, an, doc, caption)
    assert "qua văn thư cơ quan" in told and "60%" not in told
    assert await draft(town, an) == before and (await books(town)).evidence == 0
    async with town.db.read() as conn:
        payloads = (await conn.execute(text("SELECT payload FROM inbox"))).scalars().all()
        assert await conn.scalar(text("SELECT count(*) FROM audit WHERE action = 'secret_refused'")) == 1
    assert "NV07" not in " ".join(str(each) for each in payloads)


async def test_the_secret_caption_of_a_video_leaves_nothing(town: Town) -> None:
    an = await officer(town)
    an.send_video(caption="NV07 60% (TỐI MẬT)")
    await town.settle()
    assert "qua văn thư cơ quan" in an.last().text and await draft(town, an) is None
    async with town.db.read() as conn:
        payloads = (await conn.execute(text("SELECT payload FROM inbox"))).scalars().all()
    assert "NV07" not in " ".join(str(each) for each in payloads)


async def test_a_member_of_the_committee_leaves_no_secret_words_either(town: Town) -> None:
    chair = await officer(town, "Ban Chỉ đạo", "Lê Văn Chủ", Role.COMMITTEE)
    chair.send_photo(photo(), "NV07 thế nào (TUYỆT MẬT)")
    await town.settle()
    assert "qua văn thư cơ quan" in chair.last().text
    async with town.db.read() as conn:
        payloads = (await conn.execute(text("SELECT payload FROM inbox"))).scalars().all()
        assert await conn.scalar(select(func.count()).select_from(tables.questions)) == 0
    assert "NV07" not in " ".join(str(each) for each in payloads)


async def test_an_album_marked_secret_by_a_later_caption_leaves_no_name_of_a_refused_file(town: Town) -> None:
    an = await officer(town)
    an.send_album([PROGRAM, photo(), photo()], "Tài liệu (TỐI MẬT)", caption_on=2)
    await town.settle()
    assert await draft(town, an) is None and (await books(town)).evidence == 0
    assert "bao cao.exe" not in "\n".join(an.texts())


async def test_a_secret_album_is_not_left_behind_in_what_an_idle_report_holds(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(hours=1)
    an.send_album([photo(), photo(), photo()], "Tài liệu (TỐI MẬT)", caption_on=2)
    await town.settle()
    assert (await books(town)).evidence == 0 and (await books(town)).files == 0
    await say(town, an, "đã họp")
    card = await press(town, an, "Tiếp tục")
    assert "đã họp" in card and "→ 60%" in card and "chưa có tệp nào" in card
