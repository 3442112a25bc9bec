"""Cards that were overtaken: their buttons do nothing but show the newest card, whatever the dialogue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.reminders.jobs import look_at_what_is_due
from bot.simulator.telegram.chats.people import Person
from bot.simulator.telegram.chats.state import Message
from bot.storage.engine import tables
from tests.faults.deeds import all_done, draft, happened, officer, photo, press, reports, say
from tests.journeys.test_periods import june
from tests.town import Town

__all__ = ["june"]


async def press_on(town: Town, person: Person, label: str, card: Message) -> str:
    """The newest message once this button of an older message has been answered."""
    person.press(label, card)
    await town.settle()
    assert person.unanswered() == []
    return person.last().text


async def test_the_button_of_an_old_summary_sends_nothing_and_shows_the_newest(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    old = an.last()
    assert "→ 70%" in await say(town, an, "NV07 70%")
    newest = await press_on(town, an, "Gửi báo cáo", old)
    assert "đã cũ" in newest and "→ 70%" in newest and an.last().id != old.id
    assert "đã cũ" in an.toasts()[-1]
    assert await happened(town) == []
    assert "Đã ghi nhận" in await press_on(town, an, "Gửi báo cáo", an.last())
    assert [r.percent for r in await reports(town)] == [70]
    await all_done(town)


async def test_every_button_of_an_old_card_leaves_the_newest_as_it_is(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    old = an.last()
    await say(town, an, "đã trình ký")
    for label in ("Gửi báo cáo", "Sửa", "Hủy"):
        shown = await press_on(town, an, label, old)
        assert "→ 60%" in shown and "đã trình ký" in shown
    assert (await draft(town, an) or {})["note"] == "đã trình ký"
    await press_on(town, an, "Gửi báo cáo", an.last())
    assert [r.note for r in await reports(town)] == ["đã trình ký"]


async def test_a_card_that_was_not_told_of_the_album_yet_does_not_send_it(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    old = an.last()
    an.send_album([photo(), photo()])
    an.press("Gửi báo cáo", old)
    await town.settle()
    assert await happened(town) == [] and "Đã nhận đủ 2 tệp" in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert [len(r.files) for r in await reports(town)] == [2]


async def test_two_quick_taps_on_one_card_change_that_card_and_add_none(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/baocao NV07")
    card, before = an.last(), len(an.texts())
    data = next(b["callback_data"] for b in card.buttons if b["text"] == "25%")
    an.press("25%", card)
    an.press_stale(data, card.id)
    await town.settle()
    assert an.unanswered() == [] and len(an.texts()) == before
    assert "→ 25%" in an.last().text and "đã cũ" not in an.last().text
    await press(town, an, "Gửi báo cáo")
    assert [r.percent for r in await reports(town)] == [25]


async def test_a_copy_of_a_card_sent_before_a_crash_still_sends_what_it_shows(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await town.kill()
    await town.start_anew()
    await town.settle()
    assert "Đã ghi nhận" in await press(town, an, "Gửi báo cáo")
    assert [r.percent for r in await reports(town)] == [60]


async def test_an_old_question_whether_to_go_on_lets_nothing_go(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await say(town, an, "NV13 30% đã xong khung")
    first = an.last()
    await say(town, an, "NV14 20%")
    asked = await press_on(town, an, "Việc mới", first)
    assert "việc mới" in asked and "NV07" in asked
    held = (await draft(town, an) or {})["held"]
    assert len(held["said"]) == 2


async def test_an_old_card_of_a_whole_units_report_sends_nothing(town: Town) -> None:
    an = await officer(town)
    town.clock.move_to(datetime.fromisoformat("2026-09-03T07:31:00+07:00"))
    await look_at_what_is_due(town.app)
    await town.settle()
    await press(town, an, "Báo cáo quý III/2026")
    await say(town, an, "Kết quả chung tốt")
    old = an.last()
    await say(town, an, "Còn hai việc chậm")
    shown = await press_on(town, an, "Gửi báo cáo", old)
    assert "đã cũ" in shown and "Còn hai việc chậm" in shown
    async with town.db.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.unit_reports)) == 0


async def test_keeping_all_the_rest_on_an_old_card_of_the_walk_keeps_nothing(june: Town) -> None:
    an = await june.join("ba-ngoi", "Công an phường", Role.OFFICER, name="Nguyễn Văn An")
    await say(june, an, "/kybaocao")
    old = an.last()
    await say(june, an, "30%")
    shown = await press_on(june, an, "Giữ nguyên tất cả còn lại", old)
    assert "đã cũ" in shown and "30%" in shown
    kept = await draft(june, an) or {}
    assert not kept["at_end"] and not any(item["said"] for item in kept["items"])
    assert await happened(june, "NV24", "ba-ngoi") == []
    await press_on(june, an, "Ghi, sang việc tiếp", an.last())
    assert [item["said"] for item in (await draft(june, an) or {})["items"]].count("report") == 1


async def test_an_old_card_of_an_extension_does_not_ask(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "/giahan NV07")
    await say(town, an, "30/9/2026")
    await say(town, an, "Chờ thẩm định của tỉnh")
    old = an.last()
    await say(town, an, "Chờ ý kiến của Sở Tư pháp")
    shown = await press_on(town, an, "Gửi đề nghị", old)
    assert "đã cũ" in shown and "Sở Tư pháp" in shown
    async with town.db.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.requests)) == 0
