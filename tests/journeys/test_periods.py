"""A reporting period as people meet it: the walk of a unit, the office's view, the chase, closing and opening again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select

from bot.domain.people.people import Role
from bot.domain.plan.duties import ReportingRules
from bot.domain.plan.plan import UnitRole
from bot.domain.work.events import Body, Closing, HandOver, Report
from bot.plans.reader import read_yaml
from bot.reminders.jobs import look_at_what_is_due
from bot.services.core import ledger
from bot.services.core.book import Book
from bot.services.people.erase_person import erase_person
from bot.services.plan.load_plan import load
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.engine import tables as t
from bot.storage.records import audit, events, plans
from tests.evidence.made_files import pdf
from tests.town import Town, press, say, town_on

SLUG = "ba-ngoi"
POLICE, CULTURE, PARTY = "Công an phường", "Phòng Văn hóa - Xã hội", "Văn phòng HĐND và UBND phường"
QUARTER = "quý II/2026"
MARCH = datetime.fromisoformat("2026-03-10T08:00:00+07:00")
OPEN, DUE, LATE = "2026-06-10", "2026-06-19", "2026-06-22"
"""The second quarter of Ba Ngòi is due before the 20th of its last month and closes ten days after."""


@pytest_asyncio.fixture
async def june(sqlite_path: Path) -> AsyncIterator[Town]:
    """A running bot in June, Ba Ngòi in use since March."""
    async with town_on(sqlite_path.parent, at=MARCH) as town:
        seeds = Path(__file__).parents[2] / "seeds"
        await load(town.app.desk, read_yaml(seeds / f"{SLUG}.yaml"), now=town.clock.now(), in_use=True)
        move(town, OPEN)
        yield town


def move(town: Town, day: str, clock: str = "09:00") -> None:
    town.clock.move_to(datetime.fromisoformat(f"{day}T{clock}:00+07:00"))


async def officer(
    town: Town, unit: str = CULTURE, name: str = "Nguyễn Văn An", role: Role = Role.OFFICER
) -> SimulatedPerson:
    return await town.join(SLUG, unit, role, name=name)


async def bosses(town: Town) -> SimulatedPerson:
    return await town.join(SLUG, CULTURE, Role.OFFICE, name="Trần Thị Bình")


async def book_of(town: Town) -> Book:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None and await audit.verify(conn, place.id) is None
        return await town.app.desk.books.of(conn, place.id)


async def reported(town: Town) -> dict[str, Report]:
    """The reports of the town's rows by code (of several leads the last), as they stand in the database."""
    book = await book_of(town)
    async with town.db.read() as conn:
        assert book.plan is not None
        codes = {each.id: book.rows[each.row_id].code for each in await events.assignments(conn, book.plan.id)}
        happened = await events.events_of_plan(conn, book.plan.id)
    found = {codes[each]: one.body for each, all_ in happened.items() for one in all_}
    return {code: body for code, body in found.items() if isinstance(body, Report)}


async def happens(town: Town, code: str, unit: str, body: Body) -> None:
    """Something that happens to a unit's part of a row, without the chat."""
    book = await book_of(town)
    async with town.db.write() as conn:
        held = await events.assignments_of_row(conn, book.by_code[code].id)
        own = next(e for e in held if e.role is UnitRole.LEAD and book.unit_name(e.unit_id) == unit)
        key = f"test:{code}:{body.kind}:{town.clock.now()}"
        await ledger.record(conn, book, own.id, body, person_id=None, now=town.clock.now(), key=key)


async def audited(town: Town, action: str) -> int:
    async with town.db.read() as conn:
        return len((await conn.execute(select(t.audit.c.seq).where(t.audit.c.action == action))).all())


def progress(card: str) -> str:
    """The code of the row that is asked about, with the progress of the walk."""
    found = re.search(r"· (\d+/\d+) .*?((?:NV|CT)\d+)", card, re.DOTALL)
    assert found is not None, card
    return f"{found.group(2)} {found.group(1)}"


# --- the walk


async def test_a_unit_walks_through_all_it_owes_and_sends_it_once(june: Town) -> None:
    an = await officer(june, POLICE)
    assert progress(await say(june, an, "/kybaocao")) == "NV24 1/12"
    card = await press(june, an, "50%")
    assert "Tiến độ: 0% → 50%" in card and "Gửi báo cáo" not in card
    await say(june, an, "Đã trình dự thảo")
    assert progress(await press(june, an, "Ghi, sang việc tiếp")) == "NV23 2/12"
    assert progress(await press(june, an, "Giữ nguyên (0%)")) == "NV17 3/12"
    assert progress(await press(june, an, "Không phát sinh")) == "CT12 4/12"
    assert "Giữ nguyên (" not in " ".join(an.buttons()), "an indicator without a value has nothing to keep"
    assert progress(await press(june, an, "Bỏ qua")) == "NV03 5/12"
    end = await press(june, an, "Giữ nguyên tất cả còn lại (8)")
    assert "Cập nhật: 1 · Giữ nguyên: 9 · Không phát sinh: 1 · Bỏ qua: 1" in end and "Trang 1/2" in end
    assert await reported(june) == {}, "nothing is a report before all is sent"
    data, end_card = data_of(an, "📤 Gửi báo cáo (11)"), an.last().id
    told = await press(june, an, "Gửi báo cáo (11)")
    assert told.startswith("✅ Đã ghi nhận 11 báo cáo") and "NV24" in told and "đúng hạn" in told
    assert f"Báo cáo {QUARTER}: còn 1 việc chưa báo cáo" in told
    assert "Báo cáo 6 tháng đầu năm 2026" in an.buttons(), "what the unit as a whole owes is offered"
    found = await reported(june)
    assert len(found) == 11 and {body.period for body in found.values()} == {"2026-Q2"}
    assert (found["NV24"].percent, found["NV24"].note) == (50, "Đã trình dự thảo")
    assert (found["NV23"].unchanged, found["NV23"].nothing_new) == (True, False)
    assert (found["NV17"].unchanged, found["NV17"].nothing_new) == (True, True)
    assert "CT12" not in found
    receipt = an.last()
    an.press_stale(data, end_card)
    await june.settle()
    assert progress(an.last().text) == "CT12 1/1", "pressed again it sends nothing, and shows what is owed now"
    assert len(await reported(june)) == 11
    assert progress(await press(june, an, "Báo cáo phần còn thiếu", receipt)) == "CT12 1/1"
    await say(june, an, "/huy")
    assert "Đã thu hồi" in await press(june, an, "Thu hồi NV24", receipt)
    assert progress(await say(june, an, "/kybaocao")).endswith("1/2"), "it is owed again"


async def test_a_walk_that_was_left_is_gone_on_with_after_a_restart_too(june: Town) -> None:
    an = await officer(june, POLICE)
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên (0%)")
    await press(june, an, "25%")
    await say(june, an, "Đang làm")
    await june.restart()
    assert "Tiến độ: 0% → 25%" in await say(june, an, "/kybaocao"), "the row in hand stands as it was"
    assert "Đã lưu tạm 1/12 việc" in await press(june, an, "Để sau")
    assert "Tình trạng" not in await say(june, an, "/viec")
    card = await say(june, an, "/kybaocao")
    assert progress(card) == "NV23 2/12" and "Ghi chú: Đang làm" in card
    await say(june, an, "/huy")
    assert progress(await say(june, an, "/kybaocao")) == "NV23 2/12", "leaving drops nothing"
    await say(june, an, "/baocao NV03")
    await press(june, an, "Bỏ, làm việc mới")
    await press(june, an, "Hủy")
    assert progress(await say(june, an, "/kybaocao")) == "NV23 2/12"
    await press(june, an, "Tổng hợp")
    assert "Đã bỏ" in await press(june, an, "Bỏ hết")
    assert progress(await say(june, an, "/kybaocao")) == "NV24 1/12"
    assert await reported(june) == {}


async def test_a_second_tap_says_nothing_of_the_next_row(june: Town) -> None:
    an = await officer(june, POLICE)
    await say(june, an, "/kybaocao")
    data = data_of(an, "Giữ nguyên (0%)")
    for _ in range(3):
        an.press_stale(data, an.last().id)
        await june.settle()
    assert progress(an.last().text) == "NV23 2/12"


async def test_what_has_become_impossible_is_said_and_the_rest_is_sent(june: Town) -> None:
    an, colleague = await officer(june, POLICE), await officer(june, POLICE, "Lê Thị Cúc")
    await say(june, an, "/kybaocao")
    await press(june, an, "50%")
    await press(june, an, "Ghi, sang việc tiếp")
    await press(june, an, "Giữ nguyên tất cả còn lại")
    await say(june, colleague, "NV24 60%")
    await press(june, colleague, "Gửi báo cáo")
    culture = next(u for u in (await book_of(june)).units.values() if u.name == CULTURE)
    await happens(june, "NV17", POLICE, HandOver(culture.id, "Phân công lại"))
    await happens(june, "NV23", POLICE, Closing("Cấp trên rút"))
    end = await say(june, an, "/kybaocao")
    assert "Đồng nghiệp đã báo cáo NV24" in end and "NV17 đã chuyển cho đơn vị khác" in end and "NV23 đã đóng" in end
    told = await press(june, an, "Gửi báo cáo (9)")
    assert told.startswith("✅ Đã ghi nhận 9 báo cáo") and "3 việc không gửi được" in told
    assert "Đồng nghiệp đã báo cáo NV24" in told and "NV17 đã chuyển" in told and "NV23 đã đóng" in told
    assert (await reported(june))["NV24"].percent == 60


async def test_a_row_that_moved_is_shown_as_it_stands_and_said_anew(june: Town) -> None:
    an = await officer(june, POLICE)
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên tất cả còn lại")
    await happens(june, "NV24", POLICE, Report(Decimal(30)))
    move(june, OPEN, "09:05")
    end = await say(june, an, "/kybaocao")
    assert "NV24 vừa có thay đổi" in end and "Gửi báo cáo (11)" in " ".join(an.buttons())
    await press(june, an, "NV24")
    card = await press(june, an, "Xem và báo cáo lại")
    assert "hiện tại: 30%" in card
    await press(june, an, "Giữ nguyên (30%)")
    assert "12 báo cáo" in await press(june, an, "Gửi báo cáo (12)")


async def test_nothing_said_of_a_row_is_lost_by_keeping_the_rest(june: Town) -> None:
    an = await officer(june, POLICE)
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên (0%)")
    an.send_document(pdf("Dự thảo"), "du thao.pdf", "application/pdf")
    await june.settle()
    card = await press(june, an, "Giữ nguyên (0%)")
    assert progress(card) == "NV23 2/12" and "Đã nhận đủ 1 tệp" in card, "the file goes with it, after a last look"
    assert progress(await press(june, an, "Ghi, sang việc tiếp")) == "NV17 3/12"
    an.send_document(pdf("Danh sách"), "danh sach.pdf", "application/pdf")
    await june.settle()
    await press(june, an, "Tổng hợp")
    await press(june, an, "NV24")
    await say(june, an, "60")
    end = await press(june, an, "Giữ nguyên tất cả còn lại")
    assert "0% → 60%" in end and "0% → 0% · 1 tệp" in end
    assert "Cập nhật: 2 · Giữ nguyên: 8 · Không phát sinh: 1 · Chưa nhập: 1" in end, "NV17 holds a file still"
    await press(june, an, "NV24")
    await say(june, an, "Đã họp")
    await press(june, an, "Tổng hợp")
    await press(june, an, "= NV03")
    await press(june, an, "50%")
    assert "Chưa nhập: 2" in await press(june, an, "Tổng hợp"), "begun after all, it is not sent as unchanged"
    await press(june, an, "NV03")
    await press(june, an, "Ghi, sang việc tiếp")
    await press(june, an, "Bỏ qua")
    assert "11 báo cáo" in await press(june, an, "Gửi báo cáo (11)")
    found = await reported(june)
    assert (found["NV24"].percent, found["NV24"].note, found["NV03"].percent) == (60, "Đã họp", 50)
    assert len(found["NV23"].files) == 1 and found["NV23"].unchanged and "NV17" not in found
    assert found["CT12"].nothing_new, "an indicator without a value has nothing to keep"


async def test_who_reports_for_two_units_that_lead_one_row_sees_whose_part_it_is(june: Town) -> None:
    an = await officer(june, POLICE)
    await june.join_also(an, SLUG, PARTY, Role.HEAD, name="Nguyễn Văn An")
    await say(june, an, "/kybaocao")
    end = await press(june, an, "Giữ nguyên tất cả còn lại")
    assert f"NV24 · {POLICE}" in end and f"NV24 · {PARTY[:12]}" in end and "NV17 · Tập huấn" in end
    assert f"= NV24 · {POLICE}" in an.buttons() and "= NV17" in an.buttons()
    told = await press(june, an, "Gửi báo cáo")
    assert told.count("NV24") == 1 and f"Thu hồi NV24 · {POLICE}" in an.buttons()


async def test_what_was_said_to_a_walk_that_stood_idle_is_not_lost(june: Town) -> None:
    an = await officer(june, POLICE)
    await say(june, an, "/kybaocao")
    await press(june, an, "50%")
    move(june, OPEN, "09:40")
    assert "đã được giữ lại" in await say(june, an, "Đã trình dự thảo")
    assert "Đã trình dự thảo" in await say(june, an, "/kybaocao")
    move(june, OPEN, "10:20")
    await say(june, an, "Chờ ký duyệt")
    assert "đang làm dở" in await say(june, an, "/baocao NV17"), "another command asks first"
    card = await press(june, an, "Tiếp tục")
    assert "Đã trình dự thảo\nChờ ký duyệt" in card
    assert "hay là việc mới" in await say(june, an, "NV17 30%")
    assert "hay là việc mới" in await say(june, an, "/kybaocao"), "it may be another matter"


async def test_the_walks_of_two_localities_and_of_two_periods_are_kept_apart(june: Town) -> None:
    seeds = Path(__file__).parents[2] / "seeds"
    june.clock.move_by(minutes=1)
    await load(june.app.desk, read_yaml(seeds / "binh-loc.yaml"), now=MARCH, in_use=True)
    an = await officer(june, POLICE)
    await june.join_also(an, "binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert QUARTER in await say(june, an, "/kybaocao")
    await press(june, an, "50%")
    await say(june, an, "/caidat")
    await press(june, an, "Bình Lộc")
    assert "đang làm dở" in await say(june, an, "/kybaocao"), "the walk of the other locality is not this one's"
    assert "tháng 6/2026" in await press(june, an, "Bỏ")
    await press(june, an, "50%")
    move(june, "2026-06-25")
    assert "→ 50%" in await say(june, an, "/kybaocao"), "it rests, and is gone on with"
    move(june, "2026-07-13")
    assert "tháng 7/2026" in await say(june, an, "/kybaocao"), "June has closed meanwhile"
    await press(june, an, "25%")
    assert "tháng 6/2026" in await press(june, an, "Tiếp tục báo cáo kỳ"), "what was said of it waits"
    assert "→ 50%" in an.last().text
    assert "tháng 7/2026" in await press(june, an, "Tiếp tục báo cáo kỳ") and "→ 25%" in an.last().text
    assert "→ 25%" in await say(june, an, "/kybaocao")


async def test_all_done_needs_its_file_and_less_than_before_its_reason(june: Town) -> None:
    an = await officer(june, POLICE)
    await happens(june, "NV24", POLICE, Report(Decimal(40)))
    await say(june, an, "/kybaocao")
    await press(june, an, "25%")
    assert "Ghi, sang việc tiếp" not in " ".join(an.buttons())
    await say(june, an, "Đếm nhầm kỳ trước")
    assert progress(await press(june, an, "Ghi, sang việc tiếp")).startswith("NV23")
    card = await press(june, an, "100%")
    assert "minh chứng" in card and "Ghi, sang việc tiếp" not in " ".join(an.buttons())
    an.send_document(pdf("Quyết định"), "quyet dinh.pdf", "application/pdf")
    await june.settle()
    assert "Đã nhận đủ 1 tệp" in an.last().text
    await press(june, an, "Ghi, sang việc tiếp")
    end = await press(june, an, "Tổng hợp")
    assert "0% → 100% · 1 tệp" in end and "40% → 25%" in end
    await press(june, an, "Gửi báo cáo (2)")
    found = await reported(june)
    assert found["NV24"].reason == "Đếm nhầm kỳ trước" and len(found["NV23"].files) == 1


# --- the office


async def test_the_office_sees_who_has_reported_and_chases_the_rest_once(june: Town) -> None:
    an, head = await officer(june, POLICE), await officer(june, POLICE, "Phạm Văn Hùng", Role.HEAD)
    dung, office = await officer(june, "Đoàn Thanh niên phường", "Vũ Thị Dung"), await bosses(june)
    await say(june, dung, "/kybaocao")
    await press(june, dung, "Giữ nguyên tất cả còn lại")
    await press(june, dung, "Gửi báo cáo")
    seen = await say(june, office, "/kybaocao")
    assert (
        seen.startswith(f"🗓 Báo cáo tiến độ {QUARTER}") and "7 đơn vị: ✅ đúng hạn 1 · 🕓 trễ 0 · ❌ chưa đủ 6" in seen
    )
    assert "❌ Công an phường · 12 chưa báo cáo\n   ↳ thiếu CT12, NV03" in seen
    view = office.last()
    told = await press(june, office, "Đôn đốc 6 đơn vị")
    assert "Đã đôn đốc 1 đơn vị" in told and "nhắn tới 2 người" in told, "nobody has joined the others"
    assert "Chưa có ai tham gia" in told and "Công an" not in told
    office.press_stale(f"v1:kb:chase:{(await book_of(june)).locality.id}:progress:2026-Q2:0", view.id)
    await june.settle()
    assert "Đã đôn đốc 1 đơn vị" in office.last().text, "pressed twice it is one chase"
    for person in (an, head):
        chased = [text for text in person.texts() if "đôn đốc báo cáo tiến độ" in text]
        assert len(chased) == 1 and "Còn 12 việc chưa báo cáo" in chased[0] and "Hạn: 19/06/2026" in chased[0]
    assert not [text for text in dung.texts() if "đôn đốc" in text], "who has reported is left alone"
    assert "📣 Đã đôn đốc 1 lần" in await press(june, office, "Xem kỳ báo cáo")
    assert "Hôm nay đã đôn đốc kỳ này lúc 09:0" in await press(june, office, "Đôn đốc 6 đơn vị")
    assert len([text for text in an.texts() if "đôn đốc" in text]) == 1
    assert "Đã đôn đốc 1 đơn vị" in await press(june, office, "Đôn đốc lần nữa")
    assert len([text for text in an.texts() if "đôn đốc" in text]) == 2
    assert await audited(june, "period_chased") == 2
    assert progress(await press(june, an, "Báo cáo kỳ này")) == "NV24 1/12"


async def test_a_chase_that_has_become_untrue_by_morning_is_not_sent(june: Town) -> None:
    an, office = await officer(june, POLICE), await bosses(june)
    move(june, OPEN, "19:00")
    await say(june, office, "/kybaocao")
    assert "Đang ngoài giờ làm việc" in await press(june, office, "Đôn đốc 7 đơn vị")
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên tất cả còn lại")
    await press(june, an, "Gửi báo cáo")
    move(june, "2026-06-11", "07:01")
    await look_at_what_is_due(june.app)
    await june.settle()
    assert not [text for text in an.texts() if "đôn đốc" in text]


async def test_a_duty_of_whole_units_is_seen_chased_and_met_like_a_period(june: Town) -> None:
    an, office = await officer(june, POLICE), await bosses(june)
    await say(june, office, "/kybaocao")
    seen = await press(june, office, "◀ 6 tháng đầu năm 2026")
    assert "báo cáo tổng hợp 6 tháng đầu năm 2026" in seen.lower() and "❌ Công an phường · chưa báo cáo" in seen
    assert "6 đơn vị" in seen, "the office sums up nothing for itself"
    await press(june, office, "Đôn đốc 6 đơn vị")
    assert "đôn đốc báo cáo tổng hợp" in an.last().text
    assert "Báo cáo tổng hợp 6 tháng đầu năm 2026" in await press(june, an, "Báo cáo 6 tháng đầu năm 2026")
    await press(june, an, "Không phát sinh")
    await press(june, an, "Gửi báo cáo")
    assert "🕓 Công an phường · trễ hạn" in await press(june, office, "Xem kỳ báo cáo")


async def test_chased_too_often_a_person_hears_of_it_in_the_morning(june: Town) -> None:
    an, office = await officer(june, POLICE), await bosses(june)
    await say(june, office, "/kybaocao")
    await press(june, office, "Đôn đốc 7 đơn vị")
    for _ in range(5):
        await press(june, office, "Xem kỳ báo cáo")
        await press(june, office, "Đôn đốc 7 đơn vị")
        await press(june, office, "Đôn đốc lần nữa")
    assert len([text for text in an.texts() if "đôn đốc báo cáo" in text]) == 5
    move(june, "2026-06-11", "07:31")
    heard = len(an.texts())
    await look_at_what_is_due(june.app)
    await june.settle()
    (morning,) = an.texts()[heard:]
    assert "Kỳ báo cáo quý II/2026" in morning and "còn 12 việc chưa báo cáo" in morning
    assert progress(await press(june, an, "Báo cáo kỳ này")) == "NV24 1/12"


async def test_nobody_is_reminded_of_a_period_that_was_closed_before_the_morning(june: Town) -> None:
    an, binh, office = await officer(june, POLICE), await officer(june, CULTURE), await bosses(june)
    move(june, "2026-06-22", "00:10")
    await look_at_what_is_due(june.app)
    await june.settle()
    await say(june, office, "/kybaocao")
    await press(june, office, "Đóng kỳ")
    await press(june, office, "Đóng kỳ ngay")
    move(june, "2026-06-22", "07:31")
    await look_at_what_is_due(june.app)
    await june.settle()
    for person in (an, binh):
        assert "Kỳ báo cáo" not in "\n".join(person.texts())


async def test_a_closed_period_takes_no_report_and_can_be_opened_again_for_a_while(june: Town) -> None:
    an, office = await officer(june, POLICE), await bosses(june)
    await say(june, office, "/kybaocao")
    assert "Đóng kỳ" not in " ".join(office.buttons()), "units still have until the due day"
    move(june, LATE)
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên tất cả còn lại")
    seen = await say(june, office, "/kybaocao")
    assert "Đã quá hạn, còn nhận báo cáo trễ đến hết 29/06/2026" in seen
    assert "Còn 7 đơn vị chưa báo cáo đủ" in await press(june, office, "Đóng kỳ")
    assert "Đã đóng báo cáo tiến độ" in await press(june, office, "Đóng kỳ ngay")
    end = await say(june, an, "/kybaocao")
    assert "không còn tính cho kỳ này" in end
    told = await press(june, an, "Vẫn gửi báo cáo (12)")
    assert "Không tính cho quý II/2026 vì kỳ này đã đóng" in told
    assert {body.period for body in (await reported(june)).values()} == {None}
    assert "đã đóng lúc" in (await say(june, office, "/kybaocao")).lower()
    await press(june, office, "Mở lại kỳ")
    assert "phải từ 22/06/2026" in await say(june, office, "1/6")
    assert "gõ lý do" in await say(june, office, "26/6")
    heard = len(an.texts())
    told = await say(june, office, "Mất điện diện rộng")
    assert "Đã mở lại báo cáo tiến độ quý II/2026 đến hết 26/06/2026" in told and "Lý do: Mất điện" in told
    assert "đã mở lại báo cáo tiến độ" in "\n".join(an.texts()[heard:])
    await say(june, an, "NV24 60%")
    assert "Kỳ báo cáo: quý II/2026 (gửi trễ hạn" in an.last().text
    assert "gửi trễ hạn" in await press(june, an, "Gửi báo cáo")
    assert (await reported(june))["NV24"].late
    move(june, "2026-06-27")
    seen = await say(june, office, "/kybaocao")
    assert "đợt mở lại kết thúc hết ngày 26/06/2026" in seen and "Lý do: Mất điện diện rộng" in seen
    assert "1 trễ · 11 chưa báo cáo" in seen
    assert (await audited(june, "period_closed"), await audited(june, "period_reopened")) == (1, 1)
    await say(june, an, "NV24 61%")
    assert "Kỳ báo cáo" not in an.last().text
    await press(june, an, "Hủy")
    await say(june, an, "NV03 10%")
    assert "quý II/2026 đã đóng nên báo cáo này không còn tính" in an.last().text


async def test_who_missed_a_period_is_told_that_it_has_closed(june: Town) -> None:
    an, hoa = await officer(june, POLICE), await officer(june, "Trung tâm Phục vụ hành chính công", "Phạm Thị Hoa")
    await say(june, an, "/kybaocao")
    await press(june, an, "Giữ nguyên tất cả còn lại")
    await press(june, an, "Gửi báo cáo")
    move(june, "2026-07-02")
    told = await say(june, hoa, "/kybaocao")
    assert f"Báo cáo {QUARTER} đã đóng, còn 14 việc không có báo cáo" in told and "mở ngày 01/09/2026" in told
    assert "đã đóng" not in await say(june, an, "/kybaocao"), "who has reported has missed nothing"
    move(june, "2026-09-02")
    assert progress(await say(june, hoa, "/kybaocao")).endswith("1/14"), "a new period is what counts then"


async def test_old_reports_keep_the_period_they_served(june: Town) -> None:
    an, office = await officer(june, POLICE), await bosses(june)
    move(june, LATE)
    await say(june, an, "NV24 60%")
    await press(june, an, "Gửi báo cáo")
    await say(june, office, "/kybaocao")
    await press(june, office, "Đóng kỳ")
    await press(june, office, "Đóng kỳ ngay")
    assert "1 trễ · 11 chưa báo cáo" in await press(june, office, "Xem kỳ báo cáo")
    assert (await reported(june))["NV24"].period == "2026-Q2"


async def test_a_closed_period_is_spoken_of_only_where_the_report_counts_for_none(june: Town) -> None:
    an = await officer(june, POLICE)
    closed = "đã đóng nên báo cáo này không còn tính"
    move(june, "2026-07-02")
    assert f"🔒 {QUARTER} {closed}" in await say(june, an, "NV24 60%")
    assert f"🔒 {QUARTER} {closed}" in await press(june, an, "Gửi báo cáo")
    move(june, "2026-09-02")
    asked = await say(june, an, "NV17 60%")
    sent = await press(june, an, "Gửi báo cáo")
    assert closed not in asked + sent and "quý III/2026" in asked and "quý III/2026" in sent


async def test_other_periods_and_places_answer_clearly(june: Town) -> None:
    office, boss = await bosses(june), await officer(june, CULTURE, "Ngô Văn Giang", Role.COMMITTEE)
    assert "trước khi ban hành kế hoạch" in await say(june, office, "/kybaocao quý IV năm 2025")
    assert "sau năm kế hoạch (2026)" in await say(june, office, "/kybaocao 2027-Q1")
    assert "trước khi đưa kế hoạch vào sử dụng" in await say(june, office, "/kybaocao quý I")
    assert "không yêu cầu báo cáo kỳ đó" in await say(june, office, "/kybaocao 9 tháng đầu năm")
    assert f"Báo cáo tiến độ {QUARTER}" in await say(june, office, "/kybaocao tháng 5"), "months are part of quarters"
    assert "Chưa rõ kỳ nào" in await say(june, office, "/kybaocao chuyện khác")
    assert "Chưa mở, mở ngày 01/09/2026" in await say(june, office, "/kybaocao quý III")
    assert QUARTER in await press(june, office, "◀ quý II/2026")
    assert f"Báo cáo tiến độ {QUARTER}" in await say(june, boss, "/kybaocao")
    assert not any("Đôn đốc" in label or "Đóng" in label for label in boss.buttons())
    an = await officer(june, POLICE)
    for verb in ("chase", "closed", "see", "close", "reopen"):
        an.press_stale(f"v1:kb:{verb}:{(await book_of(june)).locality.id}:progress:2026-Q2:0", 1)
        await june.settle()
    assert await audited(june, "period_closed") == await audited(june, "period_chased") == 0


async def test_a_period_ahead_reproaches_nobody_and_who_closed_one_may_be_gone(june: Town) -> None:
    office, second = await bosses(june), await june.join(SLUG, CULTURE, Role.OFFICE, name="Đỗ Thị Hà")
    ahead = await say(june, office, "/kybaocao quý III")
    assert "Chưa mở" in ahead and "7 đơn vị phải báo cáo" in ahead and f"⚪ {POLICE}" in ahead
    assert "❌" not in ahead and "chưa báo cáo" not in ahead
    move(june, LATE)
    await say(june, second, "/kybaocao")
    await press(june, second, "Đóng kỳ")
    await press(june, second, "Đóng kỳ ngay")
    await erase_person(june.app.desk, telegram_id=second.id, now=june.clock.now())
    assert "🔒 Đã đóng lúc 09:00 22/06/2026 · –" in await say(june, office, "/kybaocao")


async def test_a_locality_without_reports_says_so(june: Town) -> None:
    office, an = await bosses(june), await officer(june, POLICE)
    async with june.db.write() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None
        await plans.set_settings(conn, place.id, reporting=ReportingRules())
        await plans.bump_version(conn, place.id)
    for person in (office, an):
        assert "không quy định kỳ báo cáo" in await say(june, person, "/kybaocao")
    assert "Xếp hạng" in await say(june, office, "/xephang")


# --- the ranking


async def test_the_ranking_opens_every_figure_and_agrees_with_the_question(june: Town) -> None:
    office, an = await bosses(june), await officer(june, POLICE)
    await say(june, an, "NV24 60%")
    await press(june, an, "Gửi báo cáo")
    shown = await say(june, office, "/xephang")
    assert shown.startswith(f"🏆 Xếp hạng {QUARTER}") and "1. " in shown
    asked = await say(june, office, "xếp hạng các đơn vị")
    assert re.findall(r"(\d+(?:,\d+)?) điểm", shown) == re.findall(r"(\d+(?:,\d+)?) điểm", asked)
    await say(june, office, "/xephang")
    card = await press(june, office, "Công an phường")
    assert "Việc được tính điểm" in " ".join(office.buttons()) and "Hạng" in card
    rows = await press(june, office, "Đang đỏ")
    assert "🔴" in rows and "NV17" in rows
    await press(june, office, "◀") if "◀" in office.buttons() else None
    assert "điểm" in await press(june, office, "Quay lại")
    assert "6 tháng đầu năm 2026" in await press(june, office, "Kỳ báo cáo đúng hạn")
    await press(june, office, "Quay lại")
    await press(june, office, "Bảng xếp hạng")
    proposed = await press(june, office, "Đề xuất biểu dương")
    assert "Nhắc nhở: 2 đơn vị" in proposed and "việc quá hạn" in proposed and "kỳ báo cáo không gửi" in proposed
    assert "Phê bình: chỉ đề xuất sau khi kỳ kết thúc (hết ngày 30/06/2026)" in proposed
    assert "Chưa có người tham gia nên không xét: " in proposed
    await press(june, office, "Bảng xếp hạng")
    assert "Xếp hạng năm 2026" in await press(june, office, "Năm 2026")
    for words in ("cả năm", "năm", "năm nay", "2026"):
        assert "Xếp hạng năm 2026" in await say(june, office, f"/xephang {words}"), words
    assert "Xếp hạng quý I/2026" in await say(june, office, "/xephang quý I")
    assert "chưa bắt đầu" in await say(june, office, "/xephang quý IV")
    assert "trước khi ban hành" in await say(june, office, "/xephang 2025")
    refused = await say(june, an, "/xephang")
    assert "điểm" not in refused and "Ban Chỉ đạo" in refused


def data_of(person: SimulatedPerson, label: str) -> str:
    """What a button of the newest message carries."""
    keyboard = person.last().body["reply_markup"]["inline_keyboard"]
    return str(next(b["callback_data"] for row in keyboard for b in row if b["text"] == label))
