"""Reporting step by step, through the real engine and database: what is said, what is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.conversations.core.scene import Sent
from bot.conversations.reporting import milestone
from bot.conversations.reporting.report_draft import choose, draft_of_reading, new_draft
from bot.domain.people.people import Role
from bot.domain.work.events import Event, MilestoneMet, Report
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Share
from bot.services.reporting.list_work import find_work
from bot.services.reporting.quick_report import read_message
from bot.services.reporting.report_progress import SaidProgress, report
from bot.storage.engine.database import Database
from bot.storage.records import events, people
from tests.conversations.talks import ENGINE, Talk, refusal_of
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, a_photo, key, some_work


@pytest_asyncio.fixture
async def work(sqlite_database: Database, tmp_path: Path) -> Work:
    """The work of a ward."""
    return await some_work(a_desk(sqlite_database, tmp_path / "data"))


@pytest.fixture
def talk(work: Work) -> Talk:
    """The officer of its police."""
    return Talk(work, work.officer)


async def begin(talk: Talk, code: str | None = None) -> str:
    """/baocao, /baocao CODE."""
    scene = await talk.scene()
    draft = new_draft(scene)
    if code is not None:
        draft = choose(draft, await find_work(scene.desk, scene.visitor, code=code, now=scene.now))
    await talk.take(await ENGINE.open(scene, draft))
    return talk.text


async def quick(talk: Talk, text: str, *evidence: int) -> str:
    """A quick report in one message."""
    scene = await talk.scene()
    reading = await read_message(scene.desk, scene.visitor, text)
    assert reading is not None
    await talk.take(await ENGINE.open(scene, await draft_of_reading(scene, reading, evidence, text)))
    return talk.text


async def files_first(talk: Talk, *evidence: int, caption: str | None = None, album: str | None = None) -> str | None:
    """Files without a dialogue."""
    scene = await talk.scene()
    said = Sent(evidence, caption, album)
    view = await talk.take(await ENGINE.open(scene, new_draft(scene), said=said))
    return None if view is None else talk.text


async def reported(talk: Talk, code: str) -> list[Event]:
    """The events of a row."""
    async with talk.work.desk.db.read() as conn:
        return list(await events.events_of(conn, talk.work.by_code[code]))


async def standing(talk: Talk, code: str) -> object:
    """Where a row stands."""
    async with talk.work.desk.db.read() as conn:
        found = await events.standing(conn, talk.work.by_code[code])
    assert found is not None
    return found[1]


async def body(talk: Talk, code: str) -> Report:
    """The only report of a row."""
    [event] = await reported(talk, code)
    assert isinstance(event.body, Report)
    return event.body


async def test_command_task_percent_send(talk: Talk) -> None:
    text = await begin(talk)
    assert "6" in text and "NV01" in text and "NV02" not in text
    text = await talk.press(next(label for label in talk.labels if "NV01" in label))
    assert "Ban hành Quy chế <b>&" in text
    assert [b for b in talk.labels if b.endswith("%")] == ["0%", "10%", "25%", "50%", "75%", "90%", "100%"]
    assert "Giữ nguyên (0%)" in talk.labels and "Hủy" in talk.labels
    text = await talk.press("25%")
    assert "0% → 25%" in text and {"Gửi báo cáo", "Sửa", "Hủy"} <= set(talk.labels)
    assert await reported(talk, "NV01") == []
    text = await talk.press("Gửi báo cáo")
    assert "Đã ghi nhận" in text and "NV01" in text and "0% → 25%" in text
    assert "Thu hồi" in talk.labels and "Báo cáo việc khác" in talk.labels
    assert (await body(talk, "NV01")).percent == 25
    assert (await talk.scene()).visitor.dialogue is None


@pytest.mark.parametrize(
    ("typed", "percent"),
    [("60", "60"), ("60%", "60"), ("sáu mươi", "60"), ("62,5", "62.5"), ("đạt 60% rồi ạ", "60"), ("0", "0")],
)
async def test_a_percent_may_be_typed(talk: Talk, typed: str, percent: str) -> None:
    await begin(talk, "NV01")
    await talk.say(typed)
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV01")).percent == Decimal(percent)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("150", "từ 0 đến 100"), ("abc", "Chưa đọc được tỷ lệ"), ("", "Chưa đọc được tỷ lệ"), ("-5", "từ 0 đến 100"),
     ("+10", "Chưa đọc được tỷ lệ"), ("60-70", "Chưa đọc được tỷ lệ"), ("🙂", "Chưa đọc được tỷ lệ")],
)  # fmt: skip
async def test_what_is_no_percent_is_said_and_asked_again(talk: Talk, typed: str, told: str) -> None:
    await begin(talk, "NV01")
    text = await talk.say(typed)
    assert told in text and "25%" in talk.labels
    assert "→ 40%" in await talk.say("40")


async def test_a_percent_with_words_makes_the_words_its_note(talk: Talk) -> None:
    await begin(talk, "NV01")
    assert "Ghi chú: đã trình dự thảo lần 2" in await talk.say("60% đã trình dự thảo lần 2")


async def test_words_become_the_note_and_files_the_evidence(talk: Talk) -> None:
    await begin(talk, "NV01")
    await talk.press("50%")
    assert "Ghi chú: đã họp" in await talk.say("đã họp")
    assert "đã họp\nđã trình" in await talk.say("đã trình")
    photos = [(await talk.work.photo()).id for _ in range(3)]
    assert "Đã nhận đủ 1 tệp" in (await talk.send(photos[0]) or "")
    assert await talk.send(photos[1], album="a", caption="ảnh hội nghị") is None
    assert await talk.send(photos[2], album="a") is None
    text = await talk.quiet()
    assert "Đã nhận đủ 3 tệp" in text and "ảnh hội nghị" in text
    text = await talk.press("Gửi báo cáo")
    assert "Đã nhận đủ 3 tệp" in text
    sent = await body(talk, "NV01")
    assert sent.files == tuple(photos) and sent.note == "đã họp\nđã trình\nảnh hội nghị"


async def test_a_hundred_percent_without_evidence_cannot_be_sent(talk: Talk) -> None:
    await begin(talk, "NV01")
    text = await talk.press("100%")
    assert "minh chứng" in text and "Gửi báo cáo" not in talk.labels
    photo = await talk.work.photo()
    await talk.send(photo.id)
    text = await talk.press("Gửi báo cáo")
    assert "Đã ghi nhận" in text and "thẩm định" in text
    assert (await standing(talk, "NV01")).state is State.AWAITING  # type: ignore[attr-defined]


async def test_files_of_earlier_reports_may_be_chosen_again(talk: Talk) -> None:
    photo = await talk.work.photo(name="bien ban.png")
    await quick(talk, "NV01 40%", photo.id)
    await talk.press("Gửi báo cáo")
    await begin(talk, "NV01")
    await talk.press("100%")
    assert "Gửi báo cáo" not in talk.labels
    await talk.press("☐ bien ban.png · 15/06")
    assert "Gửi báo cáo" in talk.labels
    await talk.press("☑ bien ban.png")
    assert "Gửi báo cáo" not in talk.labels
    await talk.press("☐ bien ban.png")
    await talk.press("Gửi báo cáo")
    last = (await reported(talk, "NV01"))[-1].body
    assert isinstance(last, Report) and last.files == (photo.id,) and last.percent == 100


async def test_a_lower_percent_asks_for_its_reason_first(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    await talk.press("Gửi báo cáo")
    await begin(talk, "NV01")
    text = await talk.press("25%")
    assert "lý do" in text and "Gửi báo cáo" not in talk.labels
    text = await talk.say("tỉnh đổi yêu cầu")
    assert "Lý do giảm: tỉnh đổi yêu cầu" in text
    assert "Ghi chú: làm lại từ đầu" in await talk.say("làm lại từ đầu")
    await talk.press("Gửi báo cáo")
    last = (await reported(talk, "NV01"))[-1].body
    assert isinstance(last, Report) and (last.reason, last.note) == ("tỉnh đổi yêu cầu", "làm lại từ đầu")


async def test_unchanged_is_a_report(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    await talk.press("Gửi báo cáo")
    await begin(talk, "NV01")
    assert "Giữ nguyên: 40%" in await talk.press("Giữ nguyên (40%)")
    await talk.press("Gửi báo cáo")
    last = (await reported(talk, "NV01"))[-1].body
    assert isinstance(last, Report) and last.unchanged and last.percent == 40


@pytest.mark.parametrize(
    ("code", "typed", "value", "shown"),
    [
        ("CT01", "83,5", "83.5", "83,5% / chỉ tiêu 80% (đạt)"),
        ("CT01", "4500/9000", "50", "4.500/9.000 (50%) / chỉ tiêu 80%"),
        ("CT02", "hạng 20", "20", "hạng 20 / chỉ tiêu hạng 10"),
        ("CT03", "trung bình", "3", "Trung bình / chỉ tiêu Khá"),
        ("CT04", "600 người", "600", "600 người / chỉ tiêu 1.200 người"),
    ],
)
async def test_an_indicator_asks_for_its_value(talk: Talk, code: str, typed: str, value: str, shown: str) -> None:
    text = await begin(talk, code)
    assert "Chỉ tiêu:" in text and "25%" not in talk.labels
    assert shown in await talk.say(typed)
    if "Gửi báo cáo" not in talk.labels:
        await talk.send((await talk.work.photo()).id)
    await talk.press("Gửi báo cáo")
    assert (await body(talk, code)).value == Decimal(value)


async def test_a_share_keeps_both_figures_and_levels_have_buttons(talk: Talk) -> None:
    await begin(talk, "CT01")
    await talk.say("4500/9000")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "CT01")).share == Share(Decimal(4500), Decimal(9000))
    await begin(talk, "CT03")
    assert talk.labels[:6] == ["Kém", "Yếu", "Trung bình", "Khá", "Tốt", "Xuất sắc"]
    await talk.press("Yếu")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "CT03")).value == 2


@pytest.mark.parametrize(
    ("code", "typed", "told"),
    [
        ("CT01", "150", "không được quá 100"),
        ("CT01", "abc", "Chưa đọc được giá trị"),
        ("CT01", "5 tỷ", "Đơn vị tính chưa đúng"),
        ("CT01", "9000/7650", "Phân số chưa đúng"),
        ("CT02", "60%", "Đơn vị tính chưa đúng"),
        ("CT02", "0", "Thứ hạng"),
        ("CT03", "4", "Mức phải là"),
        ("CT04", "1/2", "không tính theo tỷ lệ"),
    ],
)
async def test_what_is_no_value_is_said_and_asked_again(talk: Talk, code: str, typed: str, told: str) -> None:
    await begin(talk, code)
    assert told in await talk.say(typed)
    assert await reported(talk, code) == []


async def test_the_card_can_be_changed(talk: Talk) -> None:
    first, second = await talk.work.photo(name="a.png"), await talk.work.photo(name="b.png")
    await quick(talk, "NV01 40% đã họp", first.id, second.id)
    await talk.press("Sửa")
    await talk.press("Đổi tỷ lệ")
    assert "Quay lại" in talk.labels
    assert "→ 75%" in await talk.press("75%")
    await talk.press("Sửa")
    assert "đã họp" not in await talk.press("Xóa ghi chú")
    await talk.press("Sửa")
    await talk.press("Bỏ bớt tệp")
    await talk.press("✕ a.png")
    text = await talk.press("Quay lại")
    assert "Đã nhận đủ 1 tệp" in text and "a.png" not in text
    await talk.press("Gửi báo cáo")
    sent = await body(talk, "NV01")
    assert (sent.percent, sent.note, sent.files) == (75, None, (second.id,))


async def test_cancel_leaves_nothing(talk: Talk) -> None:
    await begin(talk, "NV01")
    await talk.press("25%")
    assert "Không có gì được ghi nhận" in await talk.press("Hủy")
    assert await reported(talk, "NV01") == [] and (await talk.scene()).visitor.dialogue is None


async def test_a_quick_report_shows_the_card_and_is_not_saved_without_it(talk: Talk) -> None:
    text = await quick(talk, "nv7 xong 60")
    assert "NV07" in text and "→ 60%" in text and await reported(talk, "NV07") == []
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV07")).percent == 60


async def test_an_ambiguous_quick_report_asks_with_buttons(talk: Talk) -> None:
    text = await quick(talk, "NV07 60% hay 70%")
    assert "nhiều cách" in text and talk.labels[:2] == ["60%", "70%"]
    assert "→ 70%" in await talk.press("70%")


async def test_a_quick_report_without_a_figure_keeps_its_words(talk: Talk) -> None:
    await quick(talk, "NV07 đang trình lãnh đạo ký")
    assert "đang trình lãnh đạo ký" in await talk.press("50%")


async def test_several_codes_are_asked_about(talk: Talk) -> None:
    await quick(talk, "NV01 và NV07 đạt 60%")
    assert [label.split(" · ")[0].split()[-1] for label in talk.labels[:-1]] == ["NV01", "NV07"]


async def test_a_report_of_the_same_task_inside_the_card_changes_the_percent(talk: Talk) -> None:
    await quick(talk, "NV07 40%")
    text = await talk.say("nv7 60% đã trình ký")
    assert "→ 60%" in text and "Ghi chú: đã trình ký" in text


async def test_files_first_ask_for_their_task(talk: Talk) -> None:
    await quick(talk, "NV07 40%")
    await talk.press("Gửi báo cáo")
    photo = await talk.work.photo()
    text = await files_first(talk, photo.id) or ""
    assert "Đã nhận đủ 1 tệp" in text and "Gắn vào nhiệm vụ nào?" in text
    assert "NV07" in talk.labels[0]
    assert "Đã nhận đủ 1 tệp" in await talk.press(talk.labels[0])
    await talk.press("50%")
    await talk.press("Gửi báo cáo")
    last = (await reported(talk, "NV07"))[-1].body
    assert isinstance(last, Report) and last.files == (photo.id,)


async def test_the_caption_of_an_album_may_sit_on_any_item(talk: Talk) -> None:
    photos = [(await talk.work.photo()).id for _ in range(3)]
    assert await files_first(talk, photos[0], album="a") is None
    assert await talk.send(photos[1], album="a", caption="NV07 60% ảnh hội nghị") is None
    assert await talk.send(photos[2], album="a") is None
    text = await talk.quiet()
    assert "NV07" in text and "→ 60%" in text and "Đã nhận đủ 3 tệp" in text and "ảnh hội nghị" in text


async def test_the_caption_of_a_photo_is_a_quick_report(talk: Talk) -> None:
    photo = await talk.work.photo()
    text = await files_first(talk, photo.id, caption="nv1 100%") or ""
    assert "→ 100%" in text and "Gửi báo cáo" in talk.labels


async def test_a_caption_of_1024_signs_is_a_note(talk: Talk) -> None:
    photo = await talk.work.photo()
    words = "Đã tổ chức. " * 86
    text = await files_first(talk, photo.id, caption=words[:1024]) or ""
    assert "Gắn vào nhiệm vụ nào?" in text
    await talk.say("NV01")
    await talk.press("25%")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV01")).note == words[:1024].strip()


async def test_a_note_past_its_limit_is_refused_and_the_files_are_kept(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    await talk.say("a" * 1500)
    photo = await talk.work.photo()
    text = await talk.send(photo.id, caption="b" * 1000) or ""
    assert "tối đa 2000" in text and "Đã nhận đủ 1 tệp" in text and "bbb" not in text


async def test_the_same_file_used_before_is_told(talk: Talk) -> None:
    content = a_photo()
    first = await talk.work.give(content, "a.png")
    await quick(talk, "NV01 40%", first.id)
    await talk.press("Gửi báo cáo")
    again = await talk.work.give(content, "b.png")
    assert "b.png: tệp này đã dùng cho NV01 ngày 15/06/2026" in await quick(talk, "NV07 40%", again.id)


async def test_the_second_of_two_officers_sees_the_new_percent_and_is_asked_again(talk: Talk) -> None:
    await quick(talk, "NV01 50%")
    colleague = await talk.work.ward.member(Role.HEAD, talk.work.ward.police, "Trần Thị Bình")
    at = talk.work.by_code["NV01"]
    await report(talk.work.desk, colleague, assignment_id=at, said=SaidProgress(Decimal(60)), now=NOW, key=key())
    text = await talk.press("Gửi báo cáo")
    assert "vừa có thay đổi" in text and "60% → 50%" in text and "lý do" in text
    assert len(await reported(talk, "NV01")) == 1
    await talk.say("số liệu cũ sai")
    await talk.press("Gửi báo cáo")
    assert len(await reported(talk, "NV01")) == 2


async def test_a_colleagues_complete_report_stops_the_card(talk: Talk) -> None:
    await quick(talk, "NV01 50% đã họp")
    colleague = await talk.work.ward.member(Role.HEAD, talk.work.ward.police, "Trần Thị Bình")
    photo = await talk.work.photo(colleague)
    at = talk.work.by_code["NV01"]
    await report(
        talk.work.desk,
        colleague,
        assignment_id=at,
        said=SaidProgress(Decimal(100), files=(photo.id,)),
        now=NOW,
        key=key(),
    )
    text = await talk.press("Gửi báo cáo")
    assert "đang chờ thẩm định" in text and "Gửi báo cáo" not in talk.labels and "đã họp" in text
    await talk.press("Hủy")


async def test_the_same_update_twice_gives_the_same_receipt(talk: Talk) -> None:
    photo = await talk.work.photo()
    await quick(talk, "NV01 100%", photo.id)
    send = talk.button("Gửi báo cáo")
    talk.crash = True
    first = await talk.press_button(send)
    again = await talk.press_button(send, same_update=True)
    assert "Đã ghi nhận" in first and first == again
    assert len(await reported(talk, "NV01")) == 1


async def test_a_dialogue_left_for_a_day_goes_on(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    talk.now += timedelta(hours=24)
    text = await talk.say("đã trình ký")
    assert "đang làm dở: báo cáo NV01" in text
    assert "đã trình ký" in await talk.press("Tiếp tục")
    await talk.press("Gửi báo cáo")
    assert (await body(talk, "NV01")).note == "đã trình ký"


async def test_other_units_work_and_unknown_codes_are_told_apart(talk: Talk) -> None:
    await begin(talk)
    assert "do Phòng Văn hóa - Xã hội chủ trì" in await talk.say("NV02")
    assert "Không tìm thấy mã NV99" in await talk.say("nv 99")
    assert "Chưa rõ anh/chị báo cáo việc nào" in await talk.say("xin chào")
    assert await refusal_of(begin(talk, "NV02")) == "not_lead"
    assert await refusal_of(begin(talk, "NV55")) == "no_such_code"


async def test_a_code_of_two_localities_asks_which(talk: Talk) -> None:
    elsewhere = await some_work(talk.work.desk, "dong-phu", "Đồng Phú")
    assert talk.visitor.person is not None
    async with talk.work.desk.db.write() as conn:
        await people.add_membership(
            conn, talk.visitor.person.id, elsewhere.ward.id, elsewhere.ward.police, Role.OFFICER, NOW
        )
    assert "trong các việc sau" in await begin(talk, "NV01")
    text = await talk.press("NV01 · Công an phường · phường Đồng Phú")
    assert "NV01" in text
    assert "phường Đồng Phú" in await talk.press("25%")
    await talk.press("Gửi báo cáo")
    async with talk.work.desk.db.read() as conn:
        assert len(await events.events_of(conn, elsewhere.by_code["NV01"])) == 1
    assert await reported(talk, "NV01") == []


async def test_who_no_longer_reports_is_told_and_the_dialogue_ends(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    async with talk.work.desk.db.write() as conn:
        for held in talk.visitor.memberships:
            await people.end_membership(conn, held.id, NOW, None)
        assert talk.visitor.person is not None
        await people.add_membership(
            conn, talk.visitor.person.id, talk.work.ward.id, talk.work.ward.division, Role.OFFICER, NOW
        )
    text = await talk.press("Gửi báo cáo")
    assert "không thuộc đơn vị của anh/chị" in text and await reported(talk, "NV01") == []


async def test_forged_values_change_nothing(talk: Talk) -> None:
    await quick(talk, "NV01 40%")
    scene = await talk.scene()
    draft = scene.visitor.dialogue
    assert draft is not None
    for verb, value in (("earlier", "x"), ("earlier", "9" * 40), ("drop", ""), ("p", "1e9"), ("task", "3"), ("?", "")):
        await talk.take(await ENGINE.press(await talk.scene(), draft.draft["token"], verb, value))
        assert "0% → 40%" in talk.text
    await talk.press("Sửa")
    await talk.press("Đổi tỷ lệ")
    for value in ("abc", "1e9", "NaN", ""):
        await talk.take(await ENGINE.press(await talk.scene(), draft.draft["token"], "p", value))
        assert "25%" in talk.labels


async def test_a_milestone_is_confirmed_with_note_and_file(talk: Talk) -> None:
    scene = await talk.scene()
    draft = await milestone.begin(scene, talk.work.by_code["NV03"], 0)
    await talk.take(await ENGINE.open(scene, draft))
    assert "Mốc: Quý I/2026" in talk.text
    await talk.say("Đề án đã ban hành")
    photo = await talk.work.photo()
    assert "Đã nhận đủ 1 tệp" in (await talk.send(photo.id) or "")
    text = await talk.press("Xác nhận đã đạt mốc")
    assert "Đã ghi nhận" in text and "NV03" in text
    [event] = await reported(talk, "NV03")
    assert event.body == MilestoneMet(0, "Đề án đã ban hành", (photo.id,))
    assert await refusal_of(milestone.begin(await talk.scene(), talk.work.by_code["NV01"], 0)) == "no_such_milestone"


async def test_everything_is_said_in_english_too(talk: Talk) -> None:
    talk.language = "en"
    await begin(talk)
    await begin(talk, "NV01")
    await talk.press("100%")
    await talk.send((await talk.work.photo()).id)
    await talk.press("Edit")
    await talk.press("Back")
    assert "Recorded" in await talk.press("Send report")
    assert not [text for text in talk.seen if "anh/chị" in text]


def test_drafts_are_kept_only_where_something_would_be_lost(draft_like: Callable[..., object]) -> None:
    assert not draft_like().worth_keeping  # type: ignore[attr-defined]
    assert not draft_like(assignment_id=4, code="NV01").worth_keeping  # type: ignore[attr-defined]
    assert draft_like(files=(1,)).worth_keeping  # type: ignore[attr-defined]
    assert draft_like(unchanged=True).worth_keeping  # type: ignore[attr-defined]
    assert draft_like(note="a", code="NV01").subject_code == "NV01"  # type: ignore[attr-defined]


@pytest.fixture
def draft_like() -> Callable[..., object]:
    """Makes drafts."""
    from bot.conversations.reporting.report_draft import ReportDraft

    return lambda **said: ReportDraft(token="abc", **said)


@pytest.mark.parametrize("stage", ["task", "amount", "card", "edit", "files"])
async def test_every_step_takes_whatever_is_said_and_has_a_way_out(talk: Talk, stage: str) -> None:
    from bot.conversations.core.scene import Pressed, Typed
    from bot.conversations.reporting.report import advance, gather, show
    from bot.i18n import translator

    photo = await talk.work.photo()
    scene = await talk.scene()
    chosen = {"assignment_id": talk.work.by_code["NV01"], "code": "NV01", "percent": Decimal(40)}
    draft = new_draft(scene, files=(photo.id,), stage=stage, **(chosen if stage != "task" else {}))
    facts = await gather(scene, draft)
    view = show(translator("vi"), draft, facts)
    assert "Hủy" in [button.label for row in view.buttons for button in row]
    words = ("", "x", "NV01", "NV02 60%", "60", "?" * 4096, "NV07, NV01 60%", "\u0000", "Hủy")
    verbs = ("send", "edit", "amount", "note", "reason", "files", "drop", "earlier", "page", "p", "l", "same", "task")
    said = [Typed(text) for text in words] + [Sent((photo.id,), text, None) for text in words]
    for one in [*said, *(Pressed(verb, value) for verb in (*verbs, "back", "") for value in ("", "1", "-1", "ả", "²"))]:
        step = advance(draft, one, facts)
        assert step.draft is not None
        show(translator("vi"), step.draft, await gather(scene, step.draft))
    assert advance(draft, Pressed("cancel"), facts).draft is None
