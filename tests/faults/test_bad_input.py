"""The lines of the issue's "Bad input" that no other journey has whole: what people read, what the database holds."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from bot.storage.records import plans
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, TROUBLE, all_done, books, draft, happened, photo, reports
from tests.town import Town, officer, press, say

NO_PERCENT = ["\u2800", "\u200b", "%", "—", "\u00a0%\u00a0", "0x10", "²", "-5", "1e2", "∞", "NaN", "9" * 4000]


@pytest.mark.parametrize("words", NO_PERCENT, ids=range(len(NO_PERCENT)))
async def test_signs_that_say_no_percent_are_asked_about(town: Town, words: str) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    answer = await say(town, an, words)
    assert "Chưa đọc được tỷ lệ" in answer or "từ 0 đến 100" in answer
    assert "25%" in an.buttons() and len(answer) < 1000
    assert await happened(town) == []
    await all_done(town)


@pytest.mark.parametrize(
    ("slug", "unit", "code", "words", "told"),
    [
        ("binh-loc", OFFICE, "CT15", "45 hồ sơ", "Đơn vị tính chưa đúng"),
        ("binh-loc", OFFICE, "CT15", "83 tỷ", "Đơn vị tính chưa đúng"),
        ("binh-loc", OFFICE, "CT15", "120", "100"),
        ("ba-ngoi", None, "CT04", "80%", "Đơn vị tính chưa đúng"),
        ("phuoc-binh", None, "CT01", "80%", "mức"),
    ],
)
async def test_a_value_in_a_wrong_unit_is_not_taken(
    town: Town, slug: str, unit: str | None, code: str, words: str, told: str
) -> None:
    an = await leader_of(town, slug, code)
    await say(town, an, f"/baocao {code}")
    answer = await say(town, an, words)
    assert told.lower() in answer.lower(), answer
    assert "Gửi báo cáo" not in an.buttons()
    assert await happened(town, code, slug) == []
    quick = await say(town, an, f"{code} {words}")
    assert "Gửi báo cáo" not in an.buttons(), quick
    assert await happened(town, code, slug) == []
    await all_done(town)


async def leader_of(town: Town, slug: str, code: str) -> SimulatedPerson:
    """An officer of the unit that leads the row."""
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, slug)
        assert place is not None
        book = await town.app.desk.books.of(conn, place.id)
        row = next(row for row in book.rows.values() if row.code == code)
    from bot.services.rows.export_plan import export

    data = await export(town.app.desk, slug, None, town.clock.now())
    unit = next(r["lead"][0] for r in data["rows"] if r["code"] == row.code)
    return await town.join(slug, unit, Role.OFFICER, name="Nguyễn Văn An")


async def test_a_code_that_only_another_locality_has_is_not_known_here(town: Town) -> None:
    async with town.db.read() as conn:
        here = {r.code for r in (await book_of(town, conn, "binh-loc")).rows.values()}
        there = {r.code: r.name for r in (await book_of(town, conn, "ba-ngoi")).rows.values()}
    foreign = min(set(there) - here)
    an = await officer(town)
    for words in (f"{foreign} 60%", f"/baocao {foreign}", f"/nhiemvu {foreign}"):
        answer = await say(town, an, words)
        assert foreign in answer and there[foreign][:30] not in answer
        assert "Gửi báo cáo" not in an.buttons()
    assert await draft(town, an) is None
    assert await happened(town, foreign, "ba-ngoi") == []


async def book_of(town: Town, conn, slug: str):
    place = await plans.locality_by_slug(conn, slug)
    assert place is not None
    return await town.app.desk.books.of(conn, place.id)


async def test_signs_of_html_are_shown_as_typed_wherever_they_stand(town: Town) -> None:
    an = await officer(town, name='Trần <b>& "Bình"')
    tho = await officer(town, CULTURE, "Lê Thị Thơ", Role.APPRAISER)
    an.send_document(pdf("Biên bản"), "<b>&biên_bản*.pdf", "application/pdf", "NV07 100% Xong <i>& 'ký'</i> </b>")
    await town.settle()
    assert "Xong <i>& 'ký'</i> </b>" in an.last().text and "<b>&biên_bản*.pdf" in an.last().text
    await press(town, an, "Gửi báo cáo")
    await say(town, tho, "/thamdinh")
    case = await press(town, tho, "NV07")
    for shown in ('Trần <b>& "Bình"', "Xong <i>& 'ký'</i> </b>", "<b>&biên_bản*.pdf"):
        assert shown in case
    [report] = await reports(town)
    assert report.note == "Xong <i>& 'ký'</i> </b>"
    await all_done(town)


async def test_the_press_that_sends_a_report_delivered_twice_is_one_report(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    said = an.texts()
    town.chats.updates.duplicate_last()
    await town.settle()
    assert an.texts() == said and len(await reports(town)) == 1
    town.chats.updates.duplicate_last()
    await town.restart()
    await town.settle()
    assert an.texts() == said and len(await reports(town)) == 1
    await all_done(town)


async def test_a_file_delivered_twice_is_counted_once(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    town.chats.updates.duplicate_last()
    await town.settle()
    assert "Đã nhận đủ 1 tệp" in an.last().text
    assert ((await books(town)).evidence, (await books(town)).files) == (1, 1)


async def test_an_edited_message_changes_neither_card_nor_report(town: Town) -> None:
    an = await officer(town)
    typed = an.send_text("NV07 60%")
    await town.settle()
    before = await draft(town, an)
    an.edit(typed.id, "NV07 90%")
    await town.settle()
    assert "Sửa tin nhắn" in an.last().text and await draft(town, an) == before
    await press(town, an, "Gửi báo cáo")
    an.edit(typed.id, "NV07 95%")
    await town.settle()
    assert "Sửa tin nhắn" in an.last().text
    assert [r.percent for r in await reports(town)] == [60]


async def test_an_edited_caption_with_a_secrecy_mark_is_not_kept(town: Town) -> None:
    an = await officer(town)
    [sent] = an.send_photo(photo(), "NV07 60%")
    await town.settle()
    an.edit(sent.id, "NV07 60% tài liệu TUYỆT MẬT")
    await town.settle()
    assert "bí mật nhà nước" in an.last().text
    assert [m for m in an.messages() if not m.sent_by(town.chats.bot.id)] == []
    async with town.db.read() as conn:
        kept = (await conn.scalars(select(tables.inbox.c.payload))).all()
    assert "MẬT" not in " ".join(str(payload) for payload in kept)
    await all_done(town)


@pytest.mark.parametrize("kind", ["sticker", "voice", "location", "poll", "contact", "video"])
async def test_what_cannot_be_read_leaves_the_open_report_as_it_was(town: Town, kind: str) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    before = await draft(town, an)
    {
        "sticker": an.send_sticker,
        "voice": an.send_voice,
        "location": an.send_location,
        "poll": an.send_poll,
        "contact": an.send_contact,
        "video": an.send_video,
    }[kind]()
    await town.settle()
    assert "PDF" in an.last().text and len(an.texts()) == 2
    assert await draft(town, an) == before
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert (report.percent, report.files, report.note) == (60, (), None)


async def test_a_report_of_files_left_for_a_week_still_has_its_files(town: Town) -> None:
    from bot.reminders.jobs import keep_house

    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    town.clock.move_by(days=7)
    await keep_house(town.app)
    await say(town, an, "NV07 thế nào rồi?")
    assert "Đã nhận đủ 1 tệp" in await press(town, an, "Tiếp tục NV07")
    await say(town, an, "đã họp")
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert len(report.files) == 1 and report.note == "đã họp"
    assert (await books(town)).files == 1


# --- people


async def test_a_person_removed_in_the_middle_of_a_report_is_told_and_nothing_is_recorded(town: Town) -> None:
    office = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_photo(photo())
    await town.settle()
    await say(town, office, "/nguoi")
    await press(town, office, "Nguyễn Văn An")
    await press(town, office, "Kết thúc vai trò")
    await press(town, office, "Kết thúc vai trò")
    an.press("Gửi báo cáo")
    await town.settle()
    assert an.unanswered() == []
    assert "chưa được mời" in " ".join([*an.toasts(), an.last().text])
    an.send_photo(photo(), "NV07 70%")
    await town.settle()
    assert "chưa được mời" in an.last().text
    assert await happened(town) == [] and (await books(town)).evidence == 1
    await all_done(town)


async def test_a_person_moved_to_another_unit_in_the_middle_of_a_report_is_told(town: Town) -> None:
    office = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await say(town, office, "/nguoi")
    await press(town, office, "Nguyễn Văn An")
    await press(town, office, "Đổi đơn vị")
    await press(town, office, OFFICE)
    await press(town, office, "Đổi đơn vị")
    answer = await press(town, an, "Gửi báo cáo")
    assert "Công an phường" in answer + " ".join(an.toasts()) and TROUBLE not in answer
    assert await happened(town) == []
    await all_done(town)
