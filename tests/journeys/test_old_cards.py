"""Cards that were overtaken: their buttons do nothing but show the newest card, whatever the dialogue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.domain.work.events import Extension
from bot.plans.reader import read_yaml
from bot.reminders.jobs import look_at_what_is_due
from bot.services.plan.load_plan import load
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Message
from bot.storage.engine import tables
from bot.storage.engine.database import migrate
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, POLICE, all_done, draft, happened, officer, photo, reports
from tests.journeys.test_periods import june
from tests.town import MONDAY, Town, press, say, town_on

__all__ = ["june"]
SEED = Path(__file__).parents[2] / "seeds" / "binh-loc.yaml"


@pytest_asyncio.fixture
async def opening(tmp_path: Path) -> AsyncIterator[Town]:
    """A running bot whose plan is loaded and not in use yet."""
    await migrate(f"sqlite+aiosqlite:///{tmp_path / 'tiendo.db'}")
    async with town_on(tmp_path) as town:
        await load(town.app.desk, read_yaml(SEED), now=MONDAY)
        yield town


async def press_on(town: Town, person: SimulatedPerson, label: str, card: Message) -> str:
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


async def test_an_old_card_of_a_change_changes_nothing(town: Town) -> None:
    ha = await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE)
    binh = await officer(town, OFFICE, "Trần Thị Bình", Role.OFFICE)
    for person in (ha, binh):
        await say(town, person, "/dexuat NV07")
        await press(town, person, "Giao đơn vị khác")
    await say(town, ha, CULTURE)
    await say(town, ha, "Theo Quyết định 12")
    await say(town, binh, "Văn phòng HĐND và UBND phường")
    await say(town, binh, "Theo Quyết định 13")
    await press(town, ha, "Giao")
    shown = await press(town, binh, "Giao")
    assert "vừa thay đổi" in shown
    assert [event.body.kind for event in await happened(town)] == ["hand_over"]
    await press(town, binh, "Giao")
    assert [event.body.kind for event in await happened(town)] == ["hand_over", "hand_over"]


async def test_typing_again_overtakes_a_card_in_every_dialogue(town: Town) -> None:
    ha = await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE)
    await say(town, ha, "/donvi")
    await press(town, ha, "Tổ CNSCĐ")
    await press(town, ha, "Thêm nhiều tổ")
    await say(town, ha, "Tổ một")
    old = ha.last()
    await say(town, ha, "Tổ hai")
    data = old.buttons[0]["callback_data"]
    ha.press_stale(data, old.id)
    await town.settle()
    assert "đã cũ" in ha.last().text and "Tổ hai" in ha.last().text
    async with town.db.read() as conn:
        names = (await conn.execute(select(tables.units.c.name))).scalars().all()
    assert not [name for name in names if name.endswith(("một", "hai"))]


# --- outside of dialogues: a button carries what was shown


async def test_a_report_withdrawn_and_sent_anew_is_not_accepted_by_the_old_button(town: Town) -> None:
    an, tho = await officer(town), await officer(town, CULTURE, "Lê Thị Thơ", Role.APPRAISER)
    an.send_document(pdf("Bản một"), "mot.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    receipt = an.last()
    await say(town, tho, "/thamdinh")
    await press(town, tho, "NV07")
    case = tho.last()
    await press_on(town, an, "Thu hồi", receipt)
    an.send_document(pdf("Bản hai"), "hai.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    tho.press("Chấp nhận", case)
    await town.settle()
    assert [event.body.kind for event in await happened(town)] == ["report", "withdrawal", "report"]
    assert "thu hồi" in " ".join([*tho.texts(), *tho.toasts()]).lower()


async def test_a_request_is_not_granted_once_the_work_has_changed(town: Town) -> None:
    an, ha = await officer(town), await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE)
    await say(town, an, "/giahan NV07")
    await say(town, an, "30/9/2026")
    await say(town, an, "Chờ thẩm định của tỉnh")
    await press(town, an, "Gửi đề nghị")
    await say(town, ha, "/dexuat")
    await press(town, ha, "NV07")
    card = ha.last()
    await say(town, ha, "/giahan NV07")
    await say(town, ha, "31/7/2026")
    await say(town, ha, "QĐ 12/QĐ-UBND")
    ha.press("Đồng ý đến", card)
    await town.settle()
    async with town.db.read() as conn:
        granted = await conn.scalar(select(tables.requests.c.granted_on))
    assert granted == date(2026, 7, 31), "the limit that was set has answered it"
    assert [event.body for event in await happened(town)] == [Extension(granted, "QĐ 12/QĐ-UBND")]
    shown = next(m for m in ha.messages() if m.id == card.id)
    assert "31/07/2026" in shown.text and "Đồng ý" not in " ".join(ha.buttons(shown))


async def test_a_chase_reaches_nobody_it_was_not_shown_for(town: Town) -> None:
    ha, an = await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE), await officer(town)
    thu = await officer(town, CULTURE, "Lê Thị Thu")
    await say(town, ha, "/dondoc NV07")
    ask = ha.last()
    await say(town, ha, "/dexuat NV07")
    await press(town, ha, "Giao đơn vị khác")
    await say(town, ha, CULTURE)
    await say(town, ha, "Theo Quyết định 12")
    await press(town, ha, "Giao")
    heard = (len(an.texts()), len(thu.texts()))
    ha.press("Gửi", ask)
    await town.settle()
    assert "vừa thay đổi" in ha.toasts()[-1] and (len(an.texts()), len(thu.texts())) == heard
    asked = next(m for m in ha.messages() if m.id == ask.id)
    assert "Lê Thị Thu" in asked.text
    ha.press("Gửi", asked)
    await town.settle()
    assert (len(an.texts()), len(thu.texts())) == (heard[0], heard[1] + 1)


async def test_a_chase_of_a_row_that_is_done_is_not_sent(town: Town) -> None:
    ha, an = await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE), await officer(town)
    await say(town, ha, "/dondoc NV07")
    ask = ha.last()
    an.send_document(pdf("Bản một"), "mot.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    heard = len(an.texts())
    ha.press("Gửi", ask)
    await town.settle()
    assert ha.unanswered() == [] and len(an.texts()) == heard


async def test_a_period_is_not_closed_by_a_button_from_before_it_was_opened_again(june: Town) -> None:
    ha = await june.join("ba-ngoi", "Phòng Văn hóa - Xã hội", Role.OFFICE, name="Đỗ Thị Hà")
    june.clock.move_to(datetime.fromisoformat("2026-06-22T09:00:00+07:00"))
    await say(june, ha, "/kybaocao")
    await press(june, ha, "Đóng kỳ")
    ask = ha.last()
    [data] = [b["callback_data"] for b in ask.buttons if ":closed:" in b["callback_data"]]
    await press(june, ha, "Đóng")
    await press(june, ha, "Mở lại")
    await say(june, ha, "25/6/2026")
    await say(june, ha, "Chờ đơn vị")
    ha.press_stale(data, ask.id)
    await june.settle()
    assert "vừa thay đổi" in ha.toasts()[-1]
    async with june.db.read() as conn:
        closings = await conn.scalar(select(func.count()).where(tables.period_marks.c.is_closing))
    assert closings == 1


async def test_a_plan_is_not_put_in_use_by_a_button_that_showed_something_else(opening: Town) -> None:
    ha = await opening.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await say(opening, ha, "/khoitao")
    await press(opening, ha, "Đưa kế hoạch vào")
    ask = ha.last()
    [data] = [b["callback_data"] for b in ask.buttons if ":use:" in b["callback_data"]]
    await opening.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha.press_stale(data, ask.id)
    await opening.settle()
    assert "vừa thay đổi" in ha.toasts()[-1]
    async with opening.db.read() as conn:
        assert await conn.scalar(select(tables.plans.c.in_use_on)) is None
    shown = next(m for m in ha.messages() if m.id == ask.id)
    [again] = [b["callback_data"] for b in shown.buttons if ":use:" in b["callback_data"]]
    ha.press_stale(again, ask.id)
    await opening.settle()
    async with opening.db.read() as conn:
        assert await conn.scalar(select(tables.plans.c.in_use_on)) is not None


async def test_a_group_is_not_confirmed_with_members_that_were_not_shown(opening: Town) -> None:
    ha = await opening.join("binh-loc", OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await say(opening, ha, "/donvi")
    await press(opening, ha, "Nhóm")
    ha.press(ha.buttons()[0])
    await opening.settle()
    card = ha.last()
    [data] = [b["callback_data"] for b in card.buttons if ":confirm:" in b["callback_data"]]
    await press(opening, ha, "✕")
    ha.press(next(label for label in ha.buttons() if "Hủy" not in label and "Quay lại" not in label))
    await opening.settle()
    ha.press_stale(data, card.id)
    await opening.settle()
    assert "vừa thay đổi" in ha.toasts()[-1]


async def test_a_day_off_that_has_become_a_day_of_work_is_not_taken_back(town: Town) -> None:
    ha = await officer(town, OFFICE, "Đỗ Thị Hà", Role.OFFICE)
    await say(town, ha, "/lich")
    await press(town, ha, "Ngày nghỉ")
    await say(town, ha, "20/7/2026 Hội làng")
    old = ha.last()
    [data] = [
        b["callback_data"]
        for b in old.buttons
        if ":remove:" in b["callback_data"] and "2026-07-20" in b["callback_data"]
    ]
    assert data.endswith(":off")
    ha.press_stale(data.replace(":off", ":work"), old.id)
    await town.settle()
    assert "20/07/2026" in ha.last().text and "Hội làng" in ha.last().text
    ha.press_stale(data, old.id)
    await town.settle()
    assert "Hội làng" not in ha.last().text
