"""What units ask and the office decides, as both sides meet it in the chat: limits, hand-overs, closings, new tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import BadInput, NotFound
from bot.domain.people.people import Role
from bot.domain.people.requests import Request, RequestState
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Closing, Extension, HandOver, Report
from bot.domain.work.lifecycle import State
from bot.plans.reader import read_yaml
from bot.services.asking.ask import answer_to, read_on
from bot.services.core.board import Lead, leads
from bot.services.core.book import Book
from bot.services.plan.load_plan import load
from bot.services.rows.export_plan import export
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.records import audit, events, people, plans
from tests import at_rest, notices
from tests.evidence.made_files import pdf
from tests.town import Town, press, say

SLUG = "ba-ngoi"
OFFICE, POLICE, ECONOMY = "Phòng Văn hóa - Xã hội", "Công an phường", "Phòng Kinh tế, Hạ tầng và Đô thị"
SEED = Path(__file__).parents[2] / "seeds" / f"{SLUG}.yaml"


async def book_of(town: Town) -> Book:
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None
        return await town.app.desk.books.of(conn, place.id)


async def leads_of(town: Town, code: str) -> list[Lead]:
    book = await book_of(town)
    async with town.db.read() as conn:
        assert await audit.verify(conn, book.locality.id) is None
        found = await leads(conn, book, book.today(town.clock.now()))
    return [lead for lead in found if lead.row.code == code]


async def asked(town: Town) -> list[Request]:
    book = await book_of(town)
    assert book.plan is not None
    async with town.db.read() as conn:
        return await at_rest.requests_of(conn, book.plan.id)


async def bodies(town: Town, code: str) -> list[Any]:
    lead = (await leads_of(town, code))[0]
    async with town.db.read() as conn:
        return [event.body for event in await events.events_of(conn, lead.assignment.id)]


async def find(town: Town, wanted: Callable[[dict[str, Any]], bool]) -> str:
    """The first row of the plan that is wanted."""
    data = await export(town.app.desk, SLUG, None, town.clock.now())
    return next(row["code"] for row in data["rows"] if wanted(row))


async def dated(town: Town, unit: str, *, before: str = "2026-12-31") -> str:
    """A task this unit alone leads, with a limit before the end of the year."""
    return await find(
        town,
        lambda row: (
            row["lead"] == [unit]
            and row["kind"] == "task"
            and (row["due_on"] or "9") < before
            and row["deadline_kind"] not in ("continuous", "external_open")
        ),
    )


async def turn(town: Town, person: SimulatedPerson, to: str, month: str) -> None:
    """Turn the calendar to a month."""
    for _ in range(12):
        if month in person.buttons():
            return
        await press(town, person, to)
    raise AssertionError(f"no {month} in {person.buttons()}")


async def ask_until(town: Town, person: SimulatedPerson, code: str, day: str, reason: str) -> str:
    """The whole of asking, with a typed day."""
    await say(town, person, f"/giahan {code}")
    await say(town, person, day)
    await say(town, person, reason)
    return await press(town, person, "Gửi đề nghị")


async def test_a_unit_asks_by_calendar_and_the_office_grants_with_one_tap(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    truong = await town.join(SLUG, POLICE, Role.HEAD, name="Phạm Văn Trưởng")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    before = (await leads_of(town, code))[0]
    assert before.standing.due_on is not None

    calendar = await say(town, an, f"/giahan {code.lower()}")
    assert "gia hạn đến ngày nào" in calendar and code in calendar
    assert "T2" in an.buttons() and "CN" in an.buttons() and "Hủy" in an.buttons()
    await turn(town, an, "▶", "Tháng 9/2026")
    assert "Vì sao cần gia hạn" in await press(town, an, "15")
    card = await say(town, an, "Chờ kinh phí <b>đợt 2</b> & thiết bị")
    assert "→ 15/09/2026" in card.replace("<b>", "") and "đợt 2" in card
    assert ha.texts() == []
    receipt = await press(town, an, "Gửi đề nghị")
    assert "Đã gửi đề nghị đến 1 người" in receipt and "Đang chờ cơ quan thường trực" in receipt

    notice = ha.last().text
    assert "Có đề nghị cần quyết định" in notice and "Nguyễn Văn An" in notice and "<b>đợt 2</b> & thiết bị" in notice
    assert ha.buttons()[:2] == ["Đồng ý đến 15/09/2026", "Từ chối"]
    assert "Đang chờ quyết định gia hạn đến 15/09/2026" in await say(town, ha, f"/nhiemvu {code}")
    await press(town, ha, "Đồng ý đến 15/09/2026")
    assert "Đỗ Thị Hà đã đồng ý gia hạn đến 15/09/2026" in ha.texts()[0]
    for person in (an, truong):
        assert "Đề nghị đã được đồng ý" in person.last().text and "15/09/2026" in person.last().text

    after = (await leads_of(town, code))[0]
    assert after.standing.due_on == date(2026, 9, 15)
    assert (await bodies(town, code))[-1] == Extension(date(2026, 9, 15), "Chờ kinh phí <b>đợt 2</b> & thiết bị")
    changed = await say(town, an, f"/nhiemvu {code}")
    old = before.standing.due_on
    assert f"Thời hạn: {old:%d/%m/%Y} → 15/09/2026" in changed
    assert "Đỗ Thị Hà" in changed and f"theo đề nghị của {POLICE}" in changed and "Chờ kinh phí" in changed
    assert "1 thay đổi của" in await press(town, an, "Thay đổi (1)")
    # Weeks later the old buttons say how it went; the decision stands.
    town.clock.move_by(days=30)
    for verb in ("yes", "no", "date"):
        ha.press_stale(f"v1:rq:{verb}:{(await asked(town))[0].id}", ha.last().id)
        await town.settle()
        assert "đã đồng ý gia hạn" in ha.last().text and ha.unanswered() == []
    assert [each.state for each in await asked(town)] == [RequestState.GRANTED]


async def test_the_light_and_the_reminders_follow_at_once(town: Town) -> None:
    code = await find(
        town,
        lambda row: row["lead"] == [POLICE] and row["kind"] == "task" and row["reasons"] == ["overdue"],
    )
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    assert (await leads_of(town, code))[0].verdict.colour is Colour.RED
    await ask_until(town, an, code, "31/10", "Chờ hướng dẫn của tỉnh")
    await press(town, ha, "Đồng ý đến 31/10/2026")
    after = (await leads_of(town, code))[0]
    assert after.standing.due_on == date(2026, 10, 31) and "overdue" not in after.verdict.reasons
    async with town.db.read() as conn:
        kept = await at_rest.light(conn, after.assignment.id)
    assert kept.colour is after.verdict.colour and kept.reasons == after.verdict.reasons


async def test_the_office_grants_another_day_or_refuses_with_a_reason(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "30/11", "Chờ máy chủ")
    assert "Đồng ý gia hạn đến ngày nào" in await press(town, ha, "Đồng ý, chọn ngày khác")
    assert "Tháng 11/2026" in ha.buttons()
    assert "đã qua" in await say(town, ha, "1/2/2026")
    assert "sau ngày cuối của năm" in await say(town, ha, "1/2/2027")
    await turn(town, ha, "◀", "Tháng 10/2026")
    decided = await press(town, ha, "20")
    assert "đồng ý gia hạn đến 20/10/2026" in decided
    for read in (decided, an.last().text):
        assert read.startswith(f"✅ {code} được gia hạn đến 20/10/2026 (đề nghị: 30/11/2026)\n")
        assert "Hạn cũ: " in read and read.count("30/11/2026") == 1
    assert (await leads_of(town, code))[0].standing.due_on == date(2026, 10, 20)

    await ask_until(town, an, code, "30/11", "Chờ máy chủ lần 2")
    await press(town, ha, "Từ chối")
    told = await say(town, ha, "Máy chủ đã bàn giao ngày 10/6")
    assert "đã từ chối" in told and "Máy chủ đã bàn giao" in told
    assert "không được đồng ý" in an.last().text and "Máy chủ đã bàn giao" in an.last().text
    assert (await leads_of(town, code))[0].standing.due_on == date(2026, 10, 20)


async def test_of_two_who_decide_one_wins_and_the_other_hears_of_it(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình")
    await ask_until(town, an, code, "31/10", "Chờ hướng dẫn")
    ha.press("Đồng ý đến 31/10/2026")
    binh.press("Đồng ý đến 31/10/2026")
    await town.settle()
    assert ha.unanswered() == binh.unanswered() == []
    winner = (await asked(town))[0].decided_by
    async with town.db.read() as conn:
        name = (await people.people(conn, {winner or 0}))[winner or 0].full_name
    for person in (ha, binh):
        assert f"{name} đã đồng ý gia hạn đến 31/10/2026" in person.last().text
    assert sum(isinstance(body, Extension) for body in await bodies(town, code)) == 1
    assert sum("Đề nghị đã được đồng ý" in text for text in an.texts()) == 1
    # A refusal that was being typed meanwhile changes nothing.
    await ask_until(town, an, code, "30/11", "Chờ thêm")
    await press(town, binh, "Từ chối")
    ha.press("Đồng ý đến 30/11/2026")
    await town.settle()
    late = await say(town, binh, "Không có lý do")
    assert "Đỗ Thị Hà đã đồng ý" in late
    assert (await leads_of(town, code))[0].standing.due_on == date(2026, 11, 30)


async def test_what_cannot_be_a_new_limit_is_said_and_nothing_typed_is_lost(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    due = (await leads_of(town, code))[0].standing.due_on
    assert due is not None
    await say(town, an, f"/giahan {code}")
    present = max(due, date(2026, 6, 15))
    for typed, said in (
        ("khi nào xong thì xong", "Chưa đọc được ngày"),
        ("1/5/2026", "đã qua"),
        ("30/9/2025", "đã qua"),
        ("31/1/2027", "sau ngày cuối của năm kế hoạch (31/12/2026)"),
        (f"{present:%d/%m/%Y}", "Hạn hiện tại đã là" if due >= date(2026, 6, 15) else "Vì sao"),
    ):
        assert said in await say(town, an, typed), typed
    if "Vì sao" in an.last().text:
        await press(town, an, "Chọn ngày khác")
    await say(town, an, "30 tháng 10")
    assert "30/10/2026" in an.last().text
    assert "dài quá" in await say(town, an, "x" * 1001)
    long = "Khó khăn " * 70 + "\u202eđảo chữ\u202c\x07"
    told = await say(town, an, long)
    assert "\u202e" not in told and "\x07" not in told and "Gửi đề nghị" in an.buttons()
    await town.restart()
    assert "Đã ghi nhận đề nghị" in await press(town, an, "Gửi đề nghị")
    kept = (await asked(town))[0].reason
    assert len(kept) > 600 and "\u202e" not in kept and "\x07" not in kept
    assert "đã có đề nghị" in await say(town, an, f"/giahan {code}") or "Rút đề nghị" in an.buttons()
    assert "đã rút" in await press(town, an, "Rút đề nghị")
    assert [each.state for each in await asked(town)] == [RequestState.WITHDRAWN]


async def test_a_dialogue_left_by_huy_or_idle_sends_nothing(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    await say(town, an, f"/giahan {code}")
    await say(town, an, "30/10")
    await say(town, an, "/huy")
    assert await asked(town) == []
    await say(town, an, f"/giahan {code}")
    await say(town, an, "30/10")
    town.clock.move_by(minutes=31)
    idle = await say(town, an, "Chờ kinh phí")
    assert f"đề nghị gia hạn {code}" in idle
    await press(town, an, an.buttons()[0])
    assert "Chờ kinh phí" in an.last().text and "Gửi đề nghị" in an.buttons()


async def test_what_can_have_no_other_limit_says_why(town: Town) -> None:
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    data = await export(town.app.desk, SLUG, None, town.clock.now())
    own = [row for row in data["rows"] if POLICE in row["lead"]]
    for kind, said in (("continuous", "thường xuyên"), ("plan_year", "kế hoạch kết thúc ngày 31/12/2026")):
        code = next((row["code"] for row in own if row["deadline_kind"] == kind), None)
        if code is not None:
            text = await say(town, an, f"/giahan {code}")
            assert said in (an.toasts()[-1] if an.toasts() else text) or said in text
    foreign = await dated(town, OFFICE)
    assert f"{foreign} do" in await say(town, an, f"/giahan {foreign}")
    assert "không có mã" in (await say(town, an, "/giahan NV99")).lower() or "NV99" in an.last().text


async def test_the_office_s_own_row_is_decided_by_the_committee(town: Town) -> None:
    code = await dated(town, OFFICE)
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình")
    minh = await town.join(SLUG, OFFICE, Role.COMMITTEE, name="Lê Văn Minh")
    assert "Đang chờ Ban Chỉ đạo" in await ask_until(town, ha, code, "31/10", "Chờ hướng dẫn")
    assert binh.texts() == []
    number = (await asked(town))[0].id
    binh.send_text("/dexuat")
    await town.settle()
    binh.press_stale(f"v1:rq:yes:{number}", binh.last().id)
    await town.settle()
    assert "Ban Chỉ đạo" in (binh.toasts() or [binh.last().text])[-1]
    assert (await asked(town))[0].state is RequestState.ASKED
    assert "Lê Văn Minh đã đồng ý" in await press(town, minh, "Đồng ý đến 31/10/2026")
    assert (await leads_of(town, code))[0].standing.due_on == date(2026, 10, 31)


async def test_who_lost_the_role_between_asking_and_deciding_does_not_decide(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "31/10", "Chờ hướng dẫn")
    await press(town, ha, "Từ chối")
    async with town.db.write() as conn:
        found = await people.person_by_telegram(conn, ha.id)
        assert found is not None
        own = [
            m for m in await people.memberships_in(conn, (await book_of(town)).locality.id) if m.person_id == found.id
        ]
        await people.end_membership(conn, own[0].id, town.clock.now(), None)
    await town.join_also(ha, SLUG, ECONOMY, Role.OFFICER, name="Đỗ Thị Hà")
    told = await say(town, ha, "Không cần thiết")
    assert "cơ quan thường trực quyết định" in told
    ha.press_stale(f"v1:rq:yes:{(await asked(town))[0].id}", ha.last().id)
    await town.settle()
    assert (await asked(town))[0].state is RequestState.ASKED
    assert (await leads_of(town, code))[0].standing.due_on != date(2026, 10, 31)


async def test_what_was_asked_in_the_evening_is_told_at_seven_and_not_once_it_is_untrue(town: Town) -> None:
    first = await dated(town, POLICE)
    second = await find(
        town,
        lambda row: row["lead"] == [ECONOMY] and row["kind"] == "task" and (row["due_on"] or "9") < "2026-12-31",
    )
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    dung = await town.join(SLUG, ECONOMY, Role.OFFICER, name="Trần Văn Dũng")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    town.clock.move_to(datetime.fromisoformat("2026-06-15T18:30:00+07:00"))
    receipt = await ask_until(town, an, first, "31/10", "Chờ hướng dẫn")
    assert "07:00 16/06/2026" in receipt
    await ask_until(town, dung, second, "31/10", "Chờ thiết bị")
    assert ha.texts() == []
    await press(town, an, "Rút đề nghị")
    town.clock.move_to(datetime.fromisoformat("2026-06-16T07:00:00+07:00"))
    for companion in town.app.companions:
        companion.wake()
    await town.settle()
    assert [second in text for text in ha.texts() if "cần quyết định" in text] == [True]
    async with town.db.read() as conn:
        kept = await notices.states(conn, (await book_of(town)).locality.id)
    assert kept["withdrawn"] == 1


async def test_a_task_is_handed_on_and_what_the_old_unit_asked_lapses(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    dung = await town.join(SLUG, ECONOMY, Role.OFFICER, name="Trần Văn Dũng")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "31/10", "Chờ hướng dẫn")
    number = (await asked(town))[0].id
    await say(town, ha, f"/nhiemvu {code}")
    await press(town, ha, "Gia hạn, thay đổi")
    assert "Giao cho đơn vị nào" in await press(town, ha, "Giao đơn vị khác")
    assert "Không có đơn vị nào tên" in await say(town, ha, "Phòng không có thật")
    assert "Vì sao chuyển đơn vị" in await say(town, ha, "phong kinh te, ha tang va do thi")
    await say(town, ha, "Quyết định số 15/QĐ-UBND")
    assert f"{POLICE} → {ECONOMY}" in await press(town, ha, "Giao")
    assert "giao việc này cho" in dung.last().text and "15/QĐ-UBND" in dung.last().text
    assert f"giao cho {ECONOMY}" in an.last().text
    lead = (await leads_of(town, code))[0]
    assert (await book_of(town)).unit_name(lead.standing.unit_id) == ECONOMY
    assert isinstance((await bodies(town, code))[-1], HandOver)
    card = await say(town, an, f"/nhiemvu {code}")
    assert f"Đơn vị chủ trì: {POLICE} → {ECONOMY}" in card and "Đỗ Thị Hà" in card and "15/QĐ-UBND" in card
    # The old unit asks no more, and what it asked is over.
    ha.press_stale(f"v1:rq:yes:{number}", ha.last().id)
    await town.settle()
    assert "không còn hiệu lực" in ha.last().text
    assert (await asked(town))[0].state is RequestState.LAPSED
    assert f"{code} do {ECONOMY}" in await say(town, an, f"/giahan {code}")
    assert "Đã gửi đề nghị" in await ask_until(town, dung, code, "30/11", "Mới nhận việc")


async def test_of_a_row_led_by_many_one_part_is_handed_on_and_the_rest_closed_but_the_office_s_own(town: Town) -> None:
    code = await find(town, lambda row: {OFFICE, POLICE, ECONOMY} <= set(row["lead"]) and row["kind"] == "task")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    minh = await town.join(SLUG, OFFICE, Role.COMMITTEE, name="Lê Văn Minh")
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    parts = await leads_of(town, code)
    await say(town, ha, f"/dexuat {code}")
    assert sum(any(unit in label for label in ha.buttons()) for unit in (OFFICE, POLICE, ECONOMY)) == 3
    await press(town, ha, f"🔴 {POLICE}")
    assert "Giao đơn vị khác" in ha.buttons() and "Đóng nhiệm vụ" not in ha.buttons()
    await press(town, ha, "Giao đơn vị khác")
    assert "Không có đơn vị nào tên" in await say(town, ha, ECONOMY)
    assert not any(ECONOMY in label for label in ha.buttons())
    to = next(label for label in ha.buttons() if label not in ("◀", "▶", "Hủy"))
    await press(town, ha, to)
    await say(town, ha, "Phân công lại")
    assert f"{POLICE} → {to}" in await press(town, ha, "Giao")
    assert f"giao cho {to}" in an.last().text

    await say(town, ha, f"/dexuat {code}")
    await press(town, ha, "Đóng nhiệm vụ")
    await say(town, ha, "Tỉnh rút nhiệm vụ")
    await press(town, ha, "Đóng")
    book = await book_of(town)
    still = [book.unit_name(each.standing.unit_id) for each in await leads_of(town, code) if each.is_open]
    assert still == [OFFICE] and len(parts) == len(await leads_of(town, code))
    await say(town, minh, f"/dexuat {code}")
    await press(town, minh, "Đóng nhiệm vụ")
    await say(town, minh, "Tỉnh rút nhiệm vụ")
    await press(town, minh, "Đóng")
    assert not any(each.is_open for each in await leads_of(town, code))
    card = await say(town, an, f"/nhiemvu {code}")
    assert card.count("🔒 Đã đóng") == 3 and f"… và {len(parts) - 2} thay đổi trước đó" in card
    assert f"Thay đổi ({len(parts) + 1})" in an.buttons()
    pages = await press(town, an, f"Thay đổi ({len(parts) + 1})")
    while "▶" in an.buttons():
        pages += await press(town, an, "▶")
    assert f"Đơn vị chủ trì: {POLICE} → {to}" in pages and pages.count("Lý do: ") == len(parts) + 1


async def test_a_task_is_closed_while_it_is_reported_and_opened_again(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await say(town, an, f"{code} 40% đã khảo sát xong 12 điểm")
    assert "Gửi báo cáo" in an.buttons()
    await say(town, ha, f"/dexuat {code}")
    await press(town, ha, "Đóng nhiệm vụ")
    assert "Có thể mở lại" in await say(town, ha, "UBND tỉnh rút nhiệm vụ tại Công văn 99/UBND")
    assert f"Đã đóng {code}" in await press(town, ha, "Đóng")
    assert "đã được đóng" in an.last().text and "99/UBND" in an.last().text
    assert isinstance((await bodies(town, code))[-1], Closing)
    await press(town, an, "Gửi báo cáo")
    assert any("đã đóng nên không báo cáo được" in text and "khảo sát xong 12 điểm" in text for text in an.texts())
    assert (await leads_of(town, code))[0].standing.state is State.CLOSED
    await say(town, ha, f"/nhiemvu {code}")
    assert "🔒 Đã đóng" in ha.last().text and "Mở lại" in ha.buttons()
    await press(town, ha, "Mở lại")
    await say(town, ha, "Tỉnh giao lại")
    assert (await leads_of(town, code))[0].standing.state is State.NOT_REPORTED
    assert "được mở lại" in an.last().text
    assert "🔓 Đã mở lại" in await say(town, ha, f"/nhiemvu {code}"), "with the limit it had"
    # What had been typed is still there, and goes out now.
    await say(town, an, "và 2 điểm mới")
    await press(town, an, "Gửi báo cáo")
    after = (await leads_of(town, code))[0].standing
    assert (after.state, int(after.percent)) == (State.IN_PROGRESS, 40)
    note = next(body.note for body in await bodies(town, code) if isinstance(body, Report))
    assert note is not None and "khảo sát xong 12 điểm" in note and "2 điểm mới" in note


async def test_the_office_adds_a_task_that_is_everywhere_and_stays_when_the_plan_is_loaded_again(town: Town) -> None:
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    earlier = town.clock.now()
    town.clock.move_by(minutes=5)
    await say(town, ha, "/dexuat")
    await press(town, ha, "➕ Thêm nhiệm vụ")
    await say(town, ha, "Tổ chức tuần lễ <chuyển đổi số>\u202e phường Ba Ngòi")
    assert "Đơn vị nào chủ trì" in ha.last().text
    await say(town, ha, "cong an phuong")
    assert "chưa đọc được thời hạn" in (await say(town, ha, "lúc nào cũng được")).lower()
    assert "đã qua" in await say(town, ha, "tháng 3/2026")
    await say(town, ha, "30/9")
    await press(town, ha, "Không có sản phẩm riêng")
    card = await say(town, ha, "Công văn 123/UBND-VHXH")
    assert "30/09/2026" in card and "123/UBND-VHXH" in card
    added = await press(town, ha, "Thêm vào kế hoạch")
    assert "Đã thêm NV41 vào kế hoạch" in added and "tuần lễ <chuyển đổi số>" in added
    assert "Kế hoạch có thêm nhiệm vụ" in an.last().text and "NV41" in an.last().text

    for words in ("/nhiemvu nv41", "/tim tuần lễ chuyển đổi số", "/han tháng 9", "tháng 9 có gì đến hạn"):
        assert "NV41" in await say(town, an, words), words
    await say(town, an, "/viec")
    assert "NV41" in await press(town, an, "▶")
    card = await say(town, an, "/nhiemvu nv41")
    assert "Nhiệm vụ bổ sung trong năm" in card and "Đỗ Thị Hà" in card and "123/UBND-VHXH" in card
    await say(town, an, "NV41 20%")
    await press(town, an, "Gửi báo cáo")

    now = await export(town.app.desk, SLUG, None, town.clock.now())
    shown = next(row for row in now["rows"] if row["code"] == "NV41")
    assert (shown["due_on"], shown["percent"], shown["lead"], shown["colour"]) == ("2026-09-30", 20, [POLICE], "green")
    assert shown["starts_on"] == "2026-06-15"
    then = await export(town.app.desk, SLUG, earlier, town.clock.now())
    assert "NV41" not in {row["code"] for row in then["rows"]}

    report = await load(town.app.desk, read_yaml(SEED), now=town.clock.now())
    assert (report.added, report.changed, report.absent) == ((), (), ())
    after = await export(town.app.desk, SLUG, None, town.clock.now())
    assert [row for row in after["rows"] if row["code"] == "NV41"] == [shown]
    assert len(after["rows"]) == len(now["rows"])


async def test_before_it_was_added_a_task_is_in_no_answer(town: Town) -> None:
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    early = town.clock.now()
    town.clock.move_by(minutes=10)
    await say(town, ha, "/dexuat")
    await press(town, ha, "➕ Thêm nhiệm vụ")
    for words in ("Mở lớp tập huấn", "cong an phuong", "30/9", "Kế hoạch", "Công văn 12"):
        await say(town, ha, words)
    await press(town, ha, "Thêm vào kế hoạch")
    book = await book_of(town)
    async with town.db.read() as conn:
        held = await people.memberships_in(conn, book.locality.id)
        for question in ("NV41 tới đâu rồi", "Công an phường chủ trì việc gì"):
            reading, _ = read_on(question, book.directory, date(2026, 6, 15), None)
            now = await answer_to(conn, book, reading, held, now=town.clock.now(), known_at=town.clock.now())
            assert "NV41" in now.codes, question
            try:
                then = (await answer_to(conn, book, reading, held, now=early, known_at=early)).codes
            except NotFound:
                then = ()
            assert "NV41" not in then, question


async def test_a_file_with_another_task_under_the_code_of_an_added_one_is_not_loaded(town: Town) -> None:
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await say(town, ha, "/dexuat")
    await press(town, ha, "➕ Thêm nhiệm vụ")
    for words in ("Mở lớp tập huấn", "cong an phuong", "Thường xuyên", "Kế hoạch", "Công văn 12"):
        await say(town, ha, words)
    await press(town, ha, "Thêm vào kế hoạch")
    before = await export(town.app.desk, SLUG, None, town.clock.now())
    file = read_yaml(SEED)
    last = next(row for row in file.rows if row.code == "NV40")
    longer = file.model_copy(
        update={"rows": (*file.rows, last.model_copy(update={"code": "NV41", "name": "Việc khác"}))}
    )
    with pytest.raises(BadInput) as refused:
        await load(town.app.desk, longer, now=town.clock.now())
    assert refused.value.key == "code_of_added_task" and refused.value.figures["code"] == "NV41"
    assert await export(town.app.desk, SLUG, None, town.clock.now()) == before


async def test_a_limit_the_office_sets_is_told_and_answers_what_was_asked(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "30/11", "Chờ máy chủ")
    await say(town, ha, f"/giahan {code}")
    await say(town, ha, "31/10/2026")
    await say(town, ha, "Công văn 77")
    assert [(each.state, each.granted_on) for each in await asked(town)] == [(RequestState.GRANTED, date(2026, 10, 31))]
    assert "đồng ý gia hạn đến 31/10/2026" in an.last().text
    await say(town, ha, f"/giahan {code}")
    await say(town, ha, "15/9/2026")
    await say(town, ha, "Công văn 78")
    assert "có thời hạn mới: 15/09/2026" in an.last().text and "Công văn 78" in an.last().text


async def test_what_is_agreed_to_in_words_stays_listed_until_it_is_carried_out(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    binh = await town.join(SLUG, OFFICE, Role.OFFICE, name="Trần Thị Bình")
    await say(town, an, f"/dexuat {code}")
    await press(town, an, "Đề xuất thay đổi khác")
    await say(town, an, "Đổi sản phẩm thành Báo cáo khảo sát")
    own = await press(town, an, "Gửi đề nghị")
    warned = "anh/chị sẽ phải tự thực hiện trong kế hoạch"
    assert warned in ha.last().text, "said before it is agreed to"
    assert warned not in own, "the unit does not carry it out"
    agreed = await press(town, ha, "Đồng ý")
    assert "Đã đồng ý, chưa thực hiện" in agreed and "Đã đồng ý, chưa thực hiện" in an.last().text
    assert "☑️ Đã thực hiện" not in an.buttons()
    assert "Đồng ý đề xuất của Công an phường, chưa thực hiện" in await say(town, an, f"/nhiemvu {code}")

    listed = await say(town, binh, "/dexuat")
    assert "1 đề xuất đã đồng ý, chưa thực hiện" in listed and f"📌 {code} · đề xuất thay đổi" in listed
    await press(town, binh, f"{code} · đề xuất thay đổi")
    done = await press(town, binh, "☑️ Đã thực hiện")
    assert "Trần Thị Bình ghi nhận đã thực hiện lúc" in done and "☑️ Đã thực hiện" not in binh.buttons()
    assert "Không có đề nghị nào đang chờ" in await say(town, ha, "/dexuat")
    assert "chưa thực hiện" not in await say(town, an, f"/nhiemvu {code}")


async def test_a_limit_set_back_to_itself_is_no_change(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    for day in ("31/10/2026", "15/11/2026"):
        await say(town, ha, f"/giahan {code}")
        await say(town, ha, day)
        await say(town, ha, "Công văn 77")
    before, heard = await bodies(town, code), len(an.texts())
    await say(town, ha, f"/giahan {code}")
    told = await say(town, ha, "15/11/2026")
    assert f"{code} đang có thời hạn 15/11/2026, không có gì thay đổi" in told
    assert await bodies(town, code) == before and len(an.texts()) == heard
    assert "Công văn" in await say(town, ha, "16/11/2026") or "văn bản" in ha.last().text, "the question stays open"
    await say(town, ha, "Công văn 78")
    assert "16/11/2026" in an.last().text and len(await bodies(town, code)) == len(before) + 1


async def test_a_unit_proposes_a_task_and_a_change_and_the_office_decides(town: Town) -> None:
    code = await dated(town, POLICE)
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    await say(town, an, "/dexuat")
    await press(town, an, "➕ Đề xuất nhiệm vụ mới")
    await say(town, an, "Lắp camera an ninh tại 12 điểm")
    await say(town, an, "cong an phuong")
    await say(town, an, "Quý IV")
    await say(town, an, "Biên bản nghiệm thu")
    await say(town, an, "Nghị quyết số 5 của HĐND phường")
    assert "Đã gửi đề nghị đến 1 người" in await press(town, an, "Gửi đề nghị")
    assert "Lắp camera" in ha.last().text
    assert "với mã NV41" in await press(town, ha, "Đồng ý")
    assert "với mã NV41" in an.last().text
    task = (await leads_of(town, "NV41"))[0]
    assert (task.standing.due_on, task.row.output) == (date(2026, 12, 31), "Biên bản nghiệm thu")

    await say(town, an, f"/dexuat {code}")
    await press(town, an, "Đề nghị đóng")
    await say(town, an, "Trùng với nhiệm vụ của tỉnh")
    await press(town, an, "Gửi đề nghị")
    assert f"Đề nghị đóng {code}" in ha.last().text
    await press(town, ha, "Đồng ý")
    closed = (await leads_of(town, code))[0]
    assert closed.standing.state is State.CLOSED
    assert sum("Trùng với" in text for text in an.texts() if "được đồng ý" in text) == 1

    other = await find(
        town, lambda row: row["lead"] == [POLICE] and row["kind"] == "task" and row["state"] == "not_reported"
    )
    await say(town, an, f"/dexuat {other}")
    await press(town, an, "Đề xuất thay đổi khác")
    await say(town, an, "Đổi tên sản phẩm thành Kế hoạch")
    await press(town, an, "Gửi đề nghị")
    await press(town, ha, "Đồng ý")
    assert "Đồng ý đề xuất của" in await say(town, an, f"/nhiemvu {other}")


async def test_the_office_sets_the_day_of_an_open_schedule_from_the_calendar(town: Town) -> None:
    code = await find(town, lambda row: row["deadline_kind"] == "external_open" or row["due_on"] is None)
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    minh = await town.join(SLUG, OFFICE, Role.COMMITTEE, name="Lê Văn Minh")
    own = OFFICE in [(await book_of(town)).unit_name(lead.standing.unit_id) for lead in await leads_of(town, code)]
    who = minh if own else ha
    assert "Thời hạn là ngày nào" in await say(town, who, f"/giahan {code}")
    await turn(town, who, "▶", "Tháng 9/2026")
    await press(town, who, "30")
    await say(town, who, "Kế hoạch số 55 của UBND tỉnh")
    assert any(lead.standing.due_on == date(2026, 9, 30) for lead in await leads_of(town, code))


async def test_a_completed_or_awaiting_task_is_not_extended(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "31/10", "Chờ hướng dẫn")
    an.send_document(pdf("xong"), name="xong.pdf", mime="application/pdf", caption=f"{code} 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    ha.press("Đồng ý đến 31/10/2026")
    await town.settle()
    assert "đang chờ thẩm định" in ([*ha.toasts(), ha.last().text])[0]
    assert (await asked(town))[0].state is RequestState.ASKED
    assert "đang chờ thẩm định" in await say(town, an, f"/giahan {code}")
