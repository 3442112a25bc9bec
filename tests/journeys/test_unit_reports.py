"""What whole units owe, as people meet it: reminded, a tap, words or a file, a receipt, and reminded no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select, text

from bot.domain.people.people import Role
from bot.plans.reader import read_yaml
from bot.reminders.jobs import look_at_what_is_due
from bot.services.plan.load_plan import load
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from bot.storage.engine import tables as t
from bot.storage.records import audit, plans
from tests.evidence.made_files import pdf
from tests.town import Town, officer, press, say, town_on

SLUG, BA_NGOI = "binh-loc", "ba-ngoi"
POLICE, OFFICE, CULTURE = "Công an phường", "Văn phòng Đảng ủy", "Phòng Văn hóa - Xã hội"
QUARTER, PLAN = "quý III/2026", "Kế hoạch thực hiện của cơ quan, đơn vị"
OPENS = "2026-09-03"
"""The first two days of September are days off, and so is the day before them."""
NEAR = ("2026-09-25", "2026-09-28", "2026-09-30", "2026-10-01")
MARCH = datetime.fromisoformat("2026-03-10T08:00:00+07:00")


@pytest_asyncio.fixture
async def march(sqlite_path: Path) -> AsyncIterator[Town]:
    """A running bot in March, with no plan yet."""
    async with town_on(sqlite_path.parent, at=MARCH) as town:
        yield town


async def use(town: Town, slug: str) -> None:
    """Load a plan of seeds/ and put it in use now."""
    seeds = Path(__file__).parents[2] / "seeds"
    await load(town.app.desk, read_yaml(seeds / f"{slug}.yaml"), now=town.clock.now(), in_use=True)


async def send(town: Town, person: SimulatedPerson, name: str = "ke hoach.pdf", caption: str | None = None) -> str:
    person.send_document(pdf(f"Văn bản {name}"), name, "application/pdf", caption)
    await town.settle()
    return person.last().text


async def morning(town: Town, day: str) -> None:
    town.clock.move_to(datetime.fromisoformat(f"{day}T07:31:00+07:00"))
    await look_at_what_is_due(town.app)
    await town.settle()


async def mornings(town: Town, person: SimulatedPerson, days: Iterable[str]) -> str:
    """All that the messages of these mornings say."""
    before = len(person.texts())
    for day in days:
        await morning(town, day)
    return "\n".join(person.texts()[before:])


async def recorded(town: Town) -> list[tuple[str, str, str, bool, bool, str | None, int]]:
    """The reports of units: unit, ask, period, late, nothing new, note, files; every audit trail holds."""
    r, u, e = t.unit_reports.c, t.units.c, t.evidence.c
    files = select(e.id).where(e.unit_report_id == r.id).correlate(t.unit_reports)
    async with town.db.read() as conn:
        for place in await plans.localities(conn):
            assert await audit.verify(conn, place.id) is None
        rows = await conn.execute(
            select(r.id, u.name, r.ask, r.period, r.late, r.nothing_new, r.note)
            .join_from(t.unit_reports, t.units)
            .order_by(r.id)
        )
        return [(*row[1:], len((await conn.execute(files.where(r.id == row[0]))).all())) for row in rows.all()]


async def test_a_quarter_is_reported_by_a_tap_and_a_file_and_nobody_is_reminded_of_it_again(town: Town) -> None:
    an, binh = await officer(town), await officer(town, CULTURE, "Lê Thị Bình")
    assert QUARTER not in await mornings(town, an, ["2026-08-28"])
    told = await mornings(town, an, [OPENS])
    assert f"Mở kỳ báo cáo tháng 9/2026, {QUARTER}: " in told
    assert f"cần gửi báo cáo tổng hợp {QUARTER}, hạn 30/09" in told and told.count(QUARTER) == 2
    digest = an.last()
    card = await press(town, an, f"Báo cáo {QUARTER}")
    assert card.startswith(f"Báo cáo tổng hợp {QUARTER}") and POLICE in card and "Hạn gửi: 30/09/2026" in card
    assert "Gửi báo cáo" not in an.buttons()
    await say(town, an, "Đã cấp 1.200 tài khoản định danh")
    card = await send(town, an, "bao cao quy.pdf", "Kèm báo cáo của đơn vị")
    assert "Đã cấp 1.200 tài khoản định danh\nKèm báo cáo của đơn vị" in card and "Đã nhận đủ 1 tệp" in card
    receipt = await press(town, an, "Gửi báo cáo")
    assert receipt.startswith(f"Đã ghi nhận · báo cáo tổng hợp {QUARTER}") and "đúng hạn" in receipt
    words = "Đã cấp 1.200 tài khoản định danh\nKèm báo cáo của đơn vị"
    assert await recorded(town) == [(POLICE, "summary", "2026-Q3", False, False, words, 1)]
    heard = len(binh.texts())
    told = await mornings(town, an, NEAR)
    assert "tháng 9/2026" in told and QUARTER not in told, "the month's reports are still owed"
    assert QUARTER in "\n".join(binh.texts()[heard:]), "another unit is"
    assert "Đơn vị đã gửi 1 báo cáo" in await press(town, an, f"Báo cáo {QUARTER}", digest)


async def test_nothing_new_is_one_tap_before_it_is_sent(town: Town) -> None:
    an = await officer(town)
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    assert "Không phát sinh" in await press(town, an, "Không phát sinh")
    assert "Không phát sinh" in await press(town, an, "Gửi báo cáo")
    assert await recorded(town) == [(POLICE, "summary", "2026-Q3", False, True, None, 0)]
    assert QUARTER not in await mornings(town, an, NEAR)


async def test_words_take_the_place_of_nothing_new_and_may_be_taken_out_again(town: Town) -> None:
    an = await officer(town)
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    await press(town, an, "Không phát sinh")
    card = await say(town, an, "Có một việc mới")
    assert "Có một việc mới" in card and "Không phát sinh" not in card
    await press(town, an, "Sửa")
    assert "Gửi báo cáo" not in an.buttons()
    card = await press(town, an, "Xóa nội dung")
    assert "Có một việc mới" not in card and "Không phát sinh" in an.buttons()
    assert "Không có gì được ghi nhận" in await press(town, an, "Hủy")
    assert await recorded(town) == []


async def test_late_it_is_taken_until_it_closes_and_then_no_more(town: Town) -> None:
    an, binh = await officer(town), await officer(town, CULTURE, "Lê Thị Bình")
    told = await mornings(town, an, ["2026-10-01"])
    assert f"Kỳ báo cáo tháng 9/2026, {QUARTER} đã quá hạn 30/09: " in told and "nhận đến 10/10" in told
    late, theirs = an.last(), binh.last()
    card = await press(town, an, f"Báo cáo {QUARTER}")
    assert "Đã quá hạn 30/09/2026" in card and "nhận đến hết 10/10/2026" in card
    await say(town, an, "Đã làm xong")
    assert "gửi trễ hạn" in await press(town, an, "Gửi báo cáo")
    assert await recorded(town) == [(POLICE, "summary", "2026-Q3", True, False, "Đã làm xong", 0)]
    town.clock.move_to(datetime.fromisoformat("2026-10-11T08:00:00+07:00"))
    await press(town, binh, f"Báo cáo {QUARTER}", theirs)
    assert "nay đã đóng" in binh.toasts()[-1]
    assert "Đơn vị đã gửi 1 báo cáo" in await press(town, an, f"Báo cáo {QUARTER}", late)
    assert "Gửi bổ sung" not in an.buttons()


async def test_a_plan_of_its_own_is_met_with_a_file_and_with_nothing_less(march: Town) -> None:
    await use(march, SLUG)
    an, binh = await officer(march), await officer(march, CULTURE, "Lê Thị Bình")
    assert f"{PLAN}: cần gửi, hạn 04/04" in await mornings(march, an, ["2026-03-11"])
    card = await press(march, an, "Báo cáo: Kế hoạch thực hiện")
    assert card.startswith(PLAN) and "minh chứng" in card
    assert {"Gửi báo cáo", "Không phát sinh"} & set(an.buttons()) == set()
    card = await say(march, an, "Kế hoạch số 15")
    assert "Kế hoạch số 15" in card and "minh chứng" in card and "Gửi báo cáo" not in an.buttons()
    assert "Đã nhận đủ 1 tệp" in await send(march, an)
    assert f"Đã ghi nhận · {PLAN}" in await press(march, an, "Gửi báo cáo")
    assert await recorded(march) == [(POLICE, "once", "2026-04-04", False, False, "Kế hoạch số 15", 1)]
    heard = len(binh.texts())
    near = ("2026-03-30", "2026-04-02", "2026-04-03", "2026-04-06")
    assert PLAN not in await mornings(march, an, near)
    told = binh.texts()[heard:]
    assert [PLAN in each for each in told] == [True] * 4
    assert f"{PLAN} đã quá hạn 04/04: chưa gửi, vẫn nhận đến hết 14/04" in told[-1]


async def test_a_plan_that_was_due_before_the_plan_is_in_use_is_not_owed(town: Town) -> None:
    an = await officer(town)
    assert PLAN not in await mornings(town, an, ["2026-06-16", "2026-06-17"])


async def test_the_office_owes_its_own_report_upward_and_no_summary_to_itself(march: Town) -> None:
    await use(march, BA_NGOI)
    binh = await march.join(BA_NGOI, CULTURE, Role.OFFICE, name="Trần Thị Bình")
    an = await officer(march, CULTURE, slug=BA_NGOI)
    told = await mornings(march, binh, ["2026-06-01"])
    # Its own rows are due on the day of one of its reports to the level above: one line.
    assert "Mở kỳ báo cáo quý II/2026, 6 tháng đầu năm 2026: " in told
    assert "cần gửi báo cáo 6 tháng đầu năm 2026 lên cấp trên, hạn 19/06" in told
    assert "Báo cáo quý II/2026 lên cấp trên: cần gửi, hạn 24/06" in told
    assert "tổng hợp" not in told
    assert "lên cấp trên" not in an.last().text, "an officer of the same unit has nothing to do with it"
    data = next(b["callback_data"] for b in binh.last().buttons if b["text"] == "Báo cáo quý II/2026")
    await press(march, binh, "Báo cáo quý II/2026")
    assert "Không phát sinh" not in binh.buttons()
    await say(march, binh, "Báo cáo số 45/BC-UBND ngày 20/6/2026")
    assert "Đã ghi nhận · báo cáo quý II/2026 lên cấp trên" in await press(march, binh, "Gửi báo cáo")
    an.press_stale(data, an.last().id)
    await march.settle()
    assert "không gửi thay được" in an.toasts()[-1]
    assert [row[:3] for row in await recorded(march)] == [(CULTURE, "upward", "2026-Q2")]
    told = await mornings(march, binh, ["2026-06-19", "2026-06-22", "2026-06-24", "2026-06-25"])
    assert "quý II/2026 lên cấp trên" not in told and "6 tháng đầu năm 2026 lên cấp trên" in told


async def test_half_a_year_of_ba_ngoi_comes_before_the_fifth_of_june(march: Town) -> None:
    await use(march, BA_NGOI)
    an = await officer(march, POLICE, slug=BA_NGOI)
    told = await mornings(march, an, ["2026-06-01", "2026-06-02", "2026-06-04", "2026-06-05"])
    half = "Báo cáo tổng hợp 6 tháng đầu năm 2026"
    assert [f"{half}{rest}" in told for rest in (": cần gửi, hạn 04/06", ": chưa gửi, hạn 04/06")] == [True, True]
    assert f"{half} đã quá hạn 04/06: chưa gửi, vẫn nhận đến hết 14/06" in told


async def test_who_reads_evidence_reads_the_report_and_others_do_not(town: Town) -> None:
    an, tho = await officer(town), await town.join(SLUG, OFFICE, Role.APPRAISER, name="Lê Thị Thơ")
    cuong = await officer(town, CULTURE, "Lê Văn Cường")
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    await send(town, an, "bao cao quy.pdf", "Số liệu <b>&quý</b>")
    await press(town, an, "Gửi báo cáo")
    data = next(b["callback_data"] for b in an.last().buttons if "Xem ĐV" in b["text"])
    for person, may in ((an, True), (tho, True), (cuong, False)):
        before = len(person.messages())
        person.press_stale(data, an.last().id)
        await town.settle()
        shown = [m for m in person.messages()[before:] if m.sent_by(town.chats.bot.id)]
        assert any(m.body.get("document") and m.options.get("protect_content") for m in shown) is may
        assert any("Số liệu <b>&quý</b>" in m.text for m in shown) is may
    assert "không có quyền" in cuong.toasts()[-1]


async def test_a_secrecy_mark_takes_an_album_out_of_the_report_which_stays_open(town: Town) -> None:
    an = await officer(town)
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    await say(town, an, "Số liệu quý")
    docs = [Doc(pdf(f"Phụ lục {n}"), f"pl{n}.pdf", "application/pdf") for n in range(3)]
    an.send_album(docs, "Tài liệu (TỐI MẬT)", caption_on=2)
    await town.settle()
    assert "dấu mật" in an.last().text
    await press(town, an, "Gửi báo cáo", next(m for m in reversed(an.messages()) if "Số liệu quý" in m.text))
    assert await recorded(town) == [(POLICE, "summary", "2026-Q3", False, False, "Số liệu quý", 0)]
    async with town.db.read() as conn:
        assert (await conn.execute(select(t.files.c.sha256))).all() == []
        kept = (await conn.execute(text("SELECT count(*) FROM inbox WHERE payload LIKE '%MẬT%'"))).scalar()
    assert kept == 0


async def test_two_officers_at_once_are_told_of_each_other_before_a_second_report_stands(town: Town) -> None:
    an, binh = await officer(town), await officer(town, name="Lê Thị Bình")
    await morning(town, OPENS)
    for person in (an, binh):
        await press(town, person, f"Báo cáo {QUARTER}")
        await say(town, person, f"Báo cáo của {person.user.id}")
    await press(town, an, "Gửi báo cáo")
    told = await press(town, binh, "Gửi báo cáo")
    assert "đơn vị đã có người gửi" in told and "gửi bổ sung" in told
    assert len(await recorded(town)) == 1
    assert "Đã ghi nhận" in await press(town, binh, "Gửi báo cáo")
    assert [row[5] for row in await recorded(town)] == [f"Báo cáo của {p.user.id}" for p in (an, binh)]


async def test_a_card_of_a_report_long_sent_answers_with_what_was_sent(town: Town) -> None:
    an = await officer(town)
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    card = an.last()
    data = next(b["callback_data"] for b in card.buttons if b["text"] == "Hủy")
    await press(town, an, "Không phát sinh")
    await press(town, an, "Gửi báo cáo")
    await town.restart()
    an.press_stale(data, card.id)
    await town.settle()
    assert "Đơn vị đã gửi 1 báo cáo" in an.last().text
    await press(town, an, "Gửi bổ sung")
    assert "Lần này là gửi bổ sung" in await say(town, an, "Thêm số liệu")
    await press(town, an, "Gửi báo cáo")
    assert len(await recorded(town)) == 2


async def test_a_quick_report_meanwhile_is_asked_about_and_not_swallowed(town: Town) -> None:
    an = await officer(town)
    await morning(town, OPENS)
    await press(town, an, f"Báo cáo {QUARTER}")
    await say(town, an, "Số liệu quý")
    assert "việc mới" in await say(town, an, "NV07 60%")
    go_on, _ = an.buttons()
    card = await press(town, an, go_on)
    assert "Số liệu quý\nNV07 60%" in card


async def test_a_button_pressed_too_late_says_the_day_as_people_write_it(march: Town) -> None:
    await use(march, BA_NGOI)
    an = await officer(march, slug=BA_NGOI)
    march.clock.move_to(datetime.fromisoformat("2026-06-03T09:00:00+07:00"))
    await say(march, an, "/kybaocao")
    await press(march, an, "Để sau")
    [label] = [label for label in an.buttons() if "6 tháng đầu năm 2026" in label]
    offered = an.last()
    march.clock.move_to(datetime.fromisoformat("2026-07-01T09:00:00+07:00"))
    await press(march, an, label, offered)
    assert an.toasts()[-1].startswith("Báo cáo này chỉ nhận đến hết ngày 14/06/2026, nay đã đóng.")
