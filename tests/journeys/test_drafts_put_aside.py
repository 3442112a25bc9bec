"""What was begun and left: asked about within a day, put aside afterwards, and never dropped in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.reminders.jobs import keep_house
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, all_done, books, draft, happened, officer, photo, reports, visitor
from tests.journeys.test_joining import invitation
from tests.town import Town, press, say

BACK = "Tiếp tục NV07"
ASKED = "đang làm dở"


async def begin(town: Town, person: SimulatedPerson) -> None:
    """A report of NV07 with a note and a file, not sent."""
    await say(town, person, "NV07 60% đã trình")
    person.send_photo(photo())
    await town.settle()
    assert "Đã nhận đủ 1 tệp" in person.last().text


# --- the instants


@pytest.mark.parametrize(
    ("later", "asked"),
    [(timedelta(minutes=30), False), (timedelta(minutes=30, seconds=1), True), (timedelta(hours=24), True)],
)
@pytest.mark.parametrize("restart", [True, False])
async def test_within_a_day_a_sentence_goes_on_or_is_asked_about(
    town: Town, later: timedelta, asked: bool, restart: bool
) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    open_one = (await visitor(town, an)).dialogue
    assert open_one is not None
    if restart:
        await town.restart()
    town.clock.move_to(open_one.updated_at + later)
    answer = await say(town, an, "đã trình ký")
    assert (ASKED in answer) is asked
    card = await press(town, an, "Tiếp tục") if asked else answer
    assert "đã trình ký" in card and "→ 60%" in card


async def test_a_second_after_a_day_a_question_is_answered_and_the_report_waits(town: Town) -> None:
    an = await officer(town)
    await begin(town, an)
    open_one = (await visitor(town, an)).dialogue
    assert open_one is not None
    await town.restart()
    town.clock.move_to(open_one.updated_at + timedelta(hours=24, seconds=1))
    answer = await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert "🔴" in answer and ASKED not in answer and an.buttons()[-1] == BACK
    asked = an.last().id
    card = await press(town, an, BACK)
    assert "→ 60%" in card and "đã trình" in card and "Đã nhận đủ 1 tệp" in card
    assert an.last().id != asked and "🔴" in an.texts()[-2], "the answer stays"
    assert "đã ký" in await say(town, an, "đã ký"), "it is open again"
    await press(town, an, "Gửi báo cáo")
    [report] = await reports(town)
    assert (report.percent, report.note, len(report.files)) == (60, "đã trình\nđã ký", 1)
    await all_done(town)


async def test_what_was_held_while_it_was_asked_about_is_there_again(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(hours=2)
    assert ASKED in await say(town, an, "đã trình ký")
    town.clock.move_by(hours=25)
    assert "🔴" in await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert "đã trình ký" in await press(town, an, BACK)


async def test_a_card_is_not_sent_while_words_about_it_wait(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    card = an.last()
    town.clock.move_by(hours=2)
    await say(town, an, "đã trình ký")
    an.press("Gửi báo cáo", card)
    await town.settle()
    assert await happened(town) == [] and "đã cũ" not in " ".join([*an.texts(), *an.toasts()])
    assert "đã trình ký" in await press(town, an, "Tiếp tục")


async def test_a_name_typed_days_after_the_invitation_is_still_a_name(town: Town) -> None:
    binh = town.person("Bình")
    binh.start((await invitation(town)).invitation.code)
    await town.settle()
    town.clock.move_by(hours=30)
    assert ASKED in await say(town, binh, "Trần Thị Bình")
    assert "Trần Thị Bình" in await press(town, binh, "Tiếp tục")
    await press(town, binh, "Đúng")
    assert len((await visitor(town, binh)).memberships) == 1


# --- something new


async def test_a_quick_report_of_another_day_is_new_and_the_old_one_comes_back_after_it(town: Town) -> None:
    an = await officer(town)
    await begin(town, an)
    town.clock.move_by(days=3)
    card = await say(town, an, "NV13 30% đã xong khung")
    assert "NV13" in card and "→ 30%" in card and an.buttons()[-1] == BACK
    assert "ghi thêm" in await say(town, an, "ghi thêm")
    receipt = await press(town, an, "Gửi báo cáo")
    assert "Đã ghi nhận" in receipt and an.buttons()[-1] == BACK
    assert [r.note for r in await reports(town, "NV13")] == ["đã xong khung\nghi thêm"]
    assert "🔴" in await say(town, an, "nhiệm vụ nào đang đỏ?") and an.buttons()[-1] == BACK
    assert "→ 60%" in await press(town, an, BACK) and "Đã nhận đủ 1 tệp" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert BACK not in an.buttons() and await draft(town, an) is None
    assert [(r.percent, len(r.files)) for r in await reports(town)] == [(60, 1)]


async def test_the_old_one_is_gone_on_with_in_the_middle_of_the_new_one(town: Town) -> None:
    an = await officer(town)
    await begin(town, an)
    town.clock.move_by(days=3)
    await say(town, an, "NV13 30%")
    card = await press(town, an, BACK)
    assert "NV07" in card and "Tiếp tục NV13" in an.buttons()
    await say(town, an, "đã ký")
    await press(town, an, "Gửi báo cáo")
    assert [r.note for r in await reports(town)] == ["đã trình\nđã ký"]
    assert "NV13" in await say(town, an, "ghi chú của NV13") and "ghi chú của NV13" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert [(r.percent, r.note) for r in await reports(town, "NV13")] == [(30, "ghi chú của NV13")]


async def test_the_card_of_the_old_one_still_sends_what_it_shows(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    card = an.last()
    town.clock.move_by(days=3)
    await say(town, an, "NV13 30%")
    an.press("Gửi báo cáo", card)
    await town.settle()
    assert [r.percent for r in await reports(town)] == [60] and await reports(town, "NV13") == []
    assert "→ 30%" in await say(town, an, "ghi chú") and "ghi chú" in an.last().text


async def test_a_file_of_another_day_is_asked_about_as_new(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(days=2)
    an.send_album([photo(), photo()])
    await town.settle()
    assert "Đã nhận đủ 2 tệp" in an.last().text and BACK in an.buttons()
    await press(town, an, "NV13")
    await press(town, an, "25%")
    await press(town, an, "Gửi báo cáo")
    assert [len(r.files) for r in await reports(town, "NV13")] == [2]
    assert "chưa có tệp nào" in await press(town, an, BACK)


async def test_three_drafts_wait_for_each_other(town: Town) -> None:
    an = await officer(town)
    for code, percent in (("NV07", 60), ("NV13", 30), ("CT15", 0)):
        await say(town, an, f"/baocao {code}" if code == "CT15" else f"{code} {percent}%")
        town.clock.move_by(days=2)
    assert "🔴" in await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert an.buttons()[-2:] == ["Tiếp tục NV13", BACK]
    await press(town, an, BACK)
    assert "Tiếp tục NV13" in an.buttons()
    await press(town, an, "Hủy")
    assert await reports(town) == [] and an.buttons()[-1] == "Tiếp tục NV13"
    await press(town, an, "Tiếp tục NV13")
    await press(town, an, "Gửi báo cáo")
    assert [r.percent for r in await reports(town, "NV13")] == [30] and await draft(town, an) is None


async def test_what_was_left_can_be_cancelled_one_after_the_other(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(days=2)
    await say(town, an, "NV13 30%")
    assert "Đã dừng" in await say(town, an, "/huy") and an.buttons()[-1] == BACK
    assert "Đã dừng" in await say(town, an, "/huy") and BACK not in an.buttons()
    assert "không làm dở" in await say(town, an, "/huy")


async def test_a_list_nobody_chose_from_is_not_offered(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/baocao")
    town.clock.move_by(days=2)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert not [label for label in an.buttons() if label.startswith("Tiếp tục")]


async def test_a_question_about_a_row_can_be_gone_on_with(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    town.clock.move_by(days=2)
    await say(town, an, "60")
    assert an.buttons()[-1] == BACK
    await press(town, an, BACK)
    assert "→ 60%" in await say(town, an, "60")


async def test_the_button_of_a_report_that_was_sent_leads_to_its_task(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(days=2)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    old = an.last()
    await press(town, an, BACK)
    await press(town, an, "Gửi báo cáo")
    an.press(BACK, old)
    await town.settle()
    assert an.unanswered() == [] and "NV07" in an.last().text and "60%" in an.last().text
    assert len(await happened(town)) == 1


async def test_other_dialogues_wait_as_well(town: Town) -> None:
    binh = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    await say(town, binh, "/giahan NV07")
    await say(town, binh, "30/9/2026")
    town.clock.move_by(days=2)
    await say(town, binh, "nhiệm vụ nào đang đỏ?")
    [back] = [label for label in binh.buttons() if label.startswith("Tiếp tục")]
    assert "NV07" in back
    assert "Căn cứ là văn bản nào" in await press(town, binh, back)
    assert "30/09/2026" in await say(town, binh, "QĐ 12/QĐ-UBND")


async def test_in_english(town: Town) -> None:
    ann = await town.join("binh-loc", "Công an phường", Role.OFFICER, name="Ann Lee", language="en")
    await say(town, ann, "NV07 60%")
    town.clock.move_by(days=2)
    await say(town, ann, "which tasks are red?")
    assert ann.buttons()[-1] == "Go on with NV07"


# --- nothing that was held is lost


async def test_a_command_does_not_drop_what_a_question_holds(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    town.clock.move_by(hours=1)
    assert ASKED in await say(town, an, "60 đã trình")
    assert ASKED in await say(town, an, "/baocao NV13")
    card = await press(town, an, "Tiếp tục")
    assert "→ 60%" in card and "đã trình" in card


async def test_a_command_does_not_drop_a_message_nobody_has_said_of_whose_it_is(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    assert "việc mới" in await say(town, an, "NV13 30% đã xong khung")
    assert ASKED in await say(town, an, "/vuongmac NV07")
    assert "việc mới" in await press(town, an, "Tiếp tục")
    assert "→ 30%" in await press(town, an, "Việc mới")


async def test_a_report_begun_by_command_waits_where_the_open_one_is_gone_on_with(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    assert ASKED in await say(town, an, "/baocao NV13 30%")
    card = await press(town, an, "Tiếp tục: báo cáo NV07")
    assert "NV07" in card and an.buttons()[-1] == "Tiếp tục NV13"
    await press(town, an, "Gửi báo cáo")
    assert "→ 30%" in await say(town, an, "ghi chú của NV13")


async def test_a_draft_that_cannot_be_read_any_more_loses_no_message(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    async with town.db.write() as conn:
        await conn.execute(tables.dialogues.update().values(kind="gone"))
    await say(town, an, "NV13 30%")
    assert "không mở lại được" in an.texts()[-2] and "→ 30%" in an.last().text


# --- thirty days


async def test_files_wait_thirty_days_from_their_sending(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    an.send_document(pdf("Một"), "mot.pdf", "application/pdf")
    await town.settle()
    town.clock.move_by(days=20)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    await press(town, an, BACK)
    an.send_document(pdf("Hai"), "hai.pdf", "application/pdf")
    await town.settle()
    assert "Đã nhận đủ 2 tệp" in an.last().text
    town.clock.move_by(days=9, hours=23)
    await keep_house(town.app)
    assert (await books(town)).files == 2
    town.clock.move_by(hours=2)
    await keep_house(town.app)
    assert (await books(town)).files == 1
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    card = await press(town, an, BACK)
    assert "Đã nhận đủ 1 tệp" in card and "hai.pdf" in card and "mot.pdf" not in card
    await press(town, an, "Gửi báo cáo")
    assert [len(r.files) for r in await reports(town)] == [1]


async def test_the_count_of_files_that_wait_for_their_task_is_of_those_that_are_there(town: Town) -> None:
    an = await officer(town)
    an.send_photo(photo())
    await town.settle()
    town.clock.move_by(days=20)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    await press(town, an, "Tiếp tục báo cáo")
    an.send_photo(photo())
    await town.settle()
    assert "Đã nhận đủ 2 tệp" in an.last().text
    town.clock.move_by(days=11)
    await keep_house(town.app)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert "Đã nhận đủ 1 tệp" in await press(town, an, "Tiếp tục báo cáo")


async def test_a_milestone_can_be_confirmed_after_its_file_was_wiped(town: Town) -> None:
    binh = await officer(town, CULTURE)
    await say(town, binh, "/nhiemvu NV04")
    await press(town, binh, "ạt mốc")
    binh.send_photo(photo())
    await town.settle()
    town.clock.move_by(days=20)
    await say(town, binh, "nhiệm vụ nào đang đỏ?")
    await press(town, binh, "Tiếp tục xác nhận mốc")
    await say(town, binh, "Đề án đã ban hành")
    town.clock.move_by(days=11)
    await keep_house(town.app)
    await press(town, binh, "Xác nhận đã đạt mốc")
    assert "Đã ghi nhận" in binh.last().text and len(await happened(town, "NV04")) == 1


async def test_after_thirty_days_a_draft_is_gone(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    card = an.last()
    town.clock.move_by(days=29)
    await say(town, an, "NV13 30%")
    assert BACK in an.buttons()
    town.clock.move_by(days=1, hours=1)
    await say(town, an, "nhiệm vụ nào đang đỏ?")
    assert [label for label in an.buttons() if label.startswith("Tiếp tục")] == ["Tiếp tục NV13"]
    an.press("Gửi báo cáo", card)
    await town.settle()
    assert await happened(town) == [] and an.unanswered() == []
    town.clock.move_by(days=30)
    await keep_house(town.app)
    async with town.db.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.dialogues)) == 0
