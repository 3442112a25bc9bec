"""A difficulty as both sides meet it: raised, answered, asked further, settled; or not answered, and passed on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.domain.people.difficulties import Difficulty
from bot.domain.people.people import Role
from bot.reminders.jobs import look_at_what_is_due
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from bot.storage.engine import tables as t
from bot.storage.records import audit, difficulties, plans
from tests.evidence.made_files import pdf
from tests.town import Town, press, say
from tests.town import officer as member

SLUG = "binh-loc"
POLICE, OFFICE, CULTURE = "Công an phường", "Văn phòng Đảng ủy", "Phòng Văn hóa - Xã hội"
BUILDERS = "Phòng Kinh tế - Hạ tầng và Đô thị"
"""It coordinates NV06, which the culture division leads; NV07 of the police has no unit of its own beside it."""


async def at(town: Town, instant: str) -> None:
    town.clock.move_to(datetime.fromisoformat(f"2026-{instant}:00+07:00"))
    await look_at_what_is_due(town.app)
    await town.settle()


async def kept(town: Town) -> list[Difficulty]:
    """The difficulties of Bình Lộc; its audit trail holds."""
    async with town.db.read() as conn:
        place = await plans.locality_by_slug(conn, SLUG)
        assert place is not None and await audit.verify(conn, place.id) is None
        plan = await plans.plan_of(conn, place.id)
        assert plan is not None
        return await difficulties.of_plan(conn, plan.id)


async def notices(town: Town) -> list[tuple[str, str]]:
    """Name and state of every notice of a difficulty."""
    o, p = t.outbox.c, t.people.c
    async with town.db.read() as conn:
        asked = select(p.full_name, o.state).join_from(t.outbox, t.people).where(o.rule == "difficulty").order_by(o.id)
        return [(row[0], row[1]) for row in await conn.execute(asked)]


async def raise_one(
    town: Town, person: SimulatedPerson, words: str = "Thiếu kinh phí mua máy", code: str = "NV06"
) -> str:
    """The receipt of a difficulty put to the unit that coordinates NV06, or where there is none to the office."""
    await say(town, person, f"/vuongmac {code}")
    await press(town, person, "Kinh phí")
    if code == "NV06":
        await press(town, person, BUILDERS)
    await say(town, person, words)
    return await press(town, person, "Gửi vướng mắc")


async def test_it_is_raised_answered_asked_further_and_settled(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    first = await say(town, an, "/vuongmac")
    assert first.startswith("Vướng mắc gửi đến anh/chị · phường Bình Lộc: 0") and "Không có vướng mắc nào" in first
    await press(town, an, "Nêu vướng mắc")
    assert "thuộc loại nào" in await say(town, an, "nv6")
    assert {"Thể chế", "Kinh phí", "Nhân lực", "Hạ tầng", "Dữ liệu", "Phối hợp", "Khác"} < set(an.buttons())
    assert "gửi vướng mắc này đến đâu" in await press(town, an, "Kinh phí")
    card = await press(town, an, BUILDERS)
    assert f"Kinh phí · gửi đến: {BUILDERS}" in card and "Gửi vướng mắc" not in an.buttons()
    an.send_document(pdf("Dự toán"), "du toan.pdf", "application/pdf", "Chưa được cấp 50 triệu")
    await town.settle()
    card = await say(town, an, "Đề nghị bố trí trong quý III")
    assert "Chưa được cấp 50 triệu\nĐề nghị bố trí trong quý III" in card and "Đã nhận đủ 1 tệp" in card
    receipt = await press(town, an, "Gửi vướng mắc")
    assert (
        receipt.startswith("Đã ghi nhận vướng mắc VM1 · NV06") and "chậm nhất ngày 22/06/2026; quá ngày này" in receipt
    )
    for words in ("/vuongmac VM1", "/vuongmac vm 01"):
        assert "❗ Vướng mắc VM1 · chờ trả lời" in await say(town, an, words)
    told = binh.last()
    assert "Vướng mắc VM1 gửi đến anh/chị" in told.text and "Đề nghị bố trí trong quý III" in told.text
    assert "Phòng Văn hóa - Xã hội (Nguyễn Văn An)" in told.text and "Kèm 1 tệp" in told.text
    await press(town, binh, "Trả lời")
    assert "Gửi trả lời" not in binh.buttons()
    await say(town, binh, "Đã trình bổ sung dự toán")
    assert (await press(town, binh, "Gửi trả lời")).startswith("Đã ghi nhận câu trả lời cho VM1 · NV06")
    assert "Vướng mắc VM1 đã được trả lời" in an.last().text and "Đã trình bổ sung dự toán" in an.last().text
    await press(town, an, "Hỏi thêm")
    await say(town, an, "Khi nào thì có ạ, để đơn vị chủ động")
    if "việc mới" in an.last().text:
        await press(town, an, an.buttons()[0])
    await press(town, an, "Gửi")
    assert "hỏi thêm về vướng mắc VM1" in binh.last().text
    await press(town, an, "Đã giải quyết")
    assert "Đã ghi nhận: vướng mắc VM1 · NV06 đã được giải quyết" in await press(town, an, "Xác nhận")
    (found,) = await kept(town)
    assert [entry.kind.value for entry in found.entries] == ["raised", "answered", "followed", "settled"]
    assert [len(entry.files) for entry in found.entries] == [1, 0, 0, 0]
    assert await notices(town) == [("Lê Thị Bình", "sent"), ("Nguyễn Văn An", "sent"), ("Lê Thị Bình", "sent")]
    # A button of before says what is true now.
    before = len(binh.texts())
    await press(town, binh, "Trả lời", told)
    assert "đã được giải quyết" in binh.toasts()[-1] and "Vướng mắc VM1 · đã giải quyết" in binh.last().text
    assert len(binh.texts()) == before + 1


async def test_unanswered_it_goes_to_the_office_and_then_to_the_committee_each_told_once(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    head = await member(town, OFFICE, "Lê Văn Dũng", Role.COMMITTEE)
    await raise_one(town, an)
    assert binh.last().text.startswith("❗ Vướng mắc VM1") and office.texts() == []
    await at(town, "06-22T16:00")
    assert not any("VM1" in text for text in office.texts())
    await at(town, "06-23T06:00")
    assert not any("VM1" in text for text in office.texts()), "it is not seven yet"
    for _ in range(2):
        await at(town, "06-23T07:01")
        await town.restart()
    told = [text for text in office.texts() if "VM1" in text]
    assert len(told) == 1 and told[0].startswith("⬆️ Vướng mắc VM1 chưa được trả lời, chuyển đến anh/chị")
    assert "chuyển lên cơ quan thường trực (Văn phòng Đảng ủy)" in told[0]
    await at(town, "06-30T16:00")
    assert head.texts() == [] or not any("chuyển đến anh/chị" in text for text in head.texts())
    await at(town, "07-01T07:00")
    assert len([text for text in head.texts() if "chuyển đến anh/chị" in text]) == 1
    await at(town, "07-20T08:00")
    (found,) = await kept(town)
    assert [entry.level for entry in found.entries] == ["unit", "office", "committee"]
    assert [name for name, state in await notices(town) if state == "sent"] == [
        "Lê Thị Bình",
        "Trần Thị Chi",
        "Lê Văn Dũng",
    ]


async def test_answered_before_the_notice_goes_it_is_never_sent(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    await raise_one(town, an)
    first = binh.last()
    await at(town, "06-23T00:01")
    (found,) = await kept(town)
    assert found.level == "office" and office.texts() == []
    await press(town, binh, "Trả lời", first)
    await say(town, binh, "Đã cấp đủ")
    await press(town, binh, "Gửi trả lời")
    await at(town, "06-23T07:01")
    assert not any("VM1" in text for text in office.texts())
    assert await notices(town) == [
        ("Lê Thị Bình", "sent"),
        ("Trần Thị Chi", "withdrawn"),
        ("Nguyễn Văn An", "sent"),
    ]


async def test_after_a_long_outage_it_goes_up_one_level_and_is_told_once(town: Town) -> None:
    an, _ = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    head = await member(town, OFFICE, "Lê Văn Dũng", Role.COMMITTEE)
    await raise_one(town, an)
    await town.stop()
    town.clock.move_to(datetime.fromisoformat("2026-07-14T09:00:00+07:00"))
    await town.start_anew()
    await at(town, "07-14T09:01")
    assert len([text for text in office.texts() if "chuyển đến anh/chị" in text]) == 1
    assert not any("chuyển đến anh/chị" in text for text in head.texts())
    (found,) = await kept(town)
    assert [entry.level for entry in found.entries] == ["unit", "office"]


async def test_outside_working_hours_it_waits_for_seven_and_is_withdrawn_once_settled(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    await at(town, "06-15T19:00")
    await raise_one(town, an)
    await raise_one(town, an, "Thiếu người làm")
    assert binh.texts() == []
    await press(town, an, "Đã giải quyết")
    await press(town, an, "Xác nhận")
    await at(town, "06-16T07:00")
    assert len([text for text in binh.texts() if "Vướng mắc VM1" in text]) == 1
    assert not any("VM2" in text for text in binh.texts())


async def test_a_unit_nobody_has_joined_or_none_at_all_means_the_office(town: Town) -> None:
    an, lan = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, POLICE, "Phạm Thị Lan")
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    assert f"{BUILDERS} chưa có người tham gia nên vướng mắc được gửi đến cơ quan thường trực" in await raise_one(
        town, an
    )
    assert "VM1 gửi đến anh/chị" in office.last().text
    receipt = await raise_one(town, lan, code="NV07")
    assert "gửi đến: cơ quan thường trực (Văn phòng Đảng ủy)" in receipt
    assert "VM2 gửi đến anh/chị" in office.last().text
    assert [(found.level, found.to_unit_id is None) for found in await kept(town)] == [
        ("office", False),
        ("office", True),
    ]


async def test_a_unit_that_everybody_leaves_passes_it_on_at_once(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    binh, office = await member(town, BUILDERS, "Lê Thị Bình"), await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    await raise_one(town, an)
    await say(town, office, "/nguoi")
    await press(town, office, "Lê Thị Bình")
    await press(town, office, "Kết thúc")
    await press(town, office, "Kết thúc")
    await at(town, "06-15T10:00")
    assert "Vướng mắc VM1 chưa được trả lời, chuyển đến anh/chị" in office.last().text
    await say(town, binh, "/vuongmac")
    assert "VM1" not in binh.last().text


async def test_of_the_office_s_own_rows_the_committee_is_asked(town: Town) -> None:
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    head = await member(town, OFFICE, "Lê Văn Dũng", Role.COMMITTEE)
    receipt = await raise_one(town, office, code="NV01")
    assert "gửi đến: Ban Chỉ đạo" in receipt and "chậm nhất" not in receipt
    assert "VM1 gửi đến anh/chị" in head.last().text
    await press(town, head, "Trả lời")
    head.send_document(pdf("Kết luận"), "ket luan.pdf", "application/pdf", "Đồng ý bổ sung")
    await town.settle()
    assert "Đã nhận đủ 1 tệp" in head.last().text
    assert "Ban Chỉ đạo (Lê Văn Dũng)" in await press(town, head, "Gửi trả lời")
    assert "Đồng ý bổ sung" in office.last().text and "Kèm 1 tệp" in office.last().text
    # Without an answer open, a committee member still has nothing to attach a file to.
    head.send_document(pdf("Khác"), "khac.pdf", "application/pdf")
    await town.settle()
    assert "Đã nhận đủ" not in head.last().text


async def test_the_answer_goes_to_the_unit_where_the_raiser_has_left(town: Town) -> None:
    an, hoa = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, CULTURE, "Võ Thị Hoa", Role.HEAD)
    binh = await member(town, BUILDERS, "Lê Thị Bình")
    await raise_one(town, an)
    async with town.db.write() as conn:
        who = select(t.people.c.id).where(t.people.c.telegram_id == an.id).scalar_subquery()
        gone = update(t.memberships).where(t.memberships.c.person_id == who)
        await conn.execute(gone.values(ended_at=town.clock.now()))
    await press(town, binh, "Trả lời")
    await say(town, binh, "Đã cấp")
    await press(town, binh, "Gửi trả lời")
    assert "Vướng mắc VM1 đã được trả lời" in hoa.last().text
    assert not any("đã được trả lời" in text for text in an.texts())
    await press(town, hoa, "Đã giải quyết")
    assert "Đã ghi nhận" in await press(town, hoa, "Xác nhận")


async def test_files_are_for_both_units_and_those_who_read_all(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    lan = await member(town, POLICE, "Phạm Thị Lan")
    head = await member(town, OFFICE, "Lê Văn Dũng", Role.COMMITTEE)
    await say(town, an, "/vuongmac NV06")
    await press(town, an, "Dữ liệu")
    await press(town, an, BUILDERS)
    an.send_album(
        [Doc(pdf(f"Phụ lục {n}"), f"pl{n}.pdf", "application/pdf") for n in range(3)], "Thiếu <b>dữ liệu</b> &"
    )
    await town.settle()
    assert "Đã nhận đủ 3 tệp" in an.last().text
    await press(town, an, "Gửi vướng mắc")
    (found,) = await kept(town)
    assert len(found.files) == 3
    assert "Thiếu <b>dữ liệu</b> &" in binh.last().text
    data = next(b["callback_data"] for b in binh.last().buttons if "3 tệp" in b["text"])
    await say(town, lan, "/nhiemvu NV06")
    await press(town, lan, "Vướng mắc (1)")
    card = await press(town, lan, "VM1")
    assert "Kèm 3 tệp" in card and not any("tệp" in label for label in lan.buttons())
    for person, may in ((an, True), (binh, True), (head, True), (lan, False)):
        if not person.messages():
            await say(town, person, "/vuongmac")
        before = len(person.messages())
        person.press_stale(data, person.last().id)
        await town.settle()
        shown = [m for m in person.messages()[before:] if m.sent_by(town.chats.bot.id)]
        assert sum(bool(m.body.get("document") and m.options.get("protect_content")) for m in shown) in (
            (1, 3) if may else (0,)
        )
    assert "không có quyền" in lan.toasts()[-1]


async def test_the_card_of_the_task_tells_what_is_not_settled(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    assert "Khó khăn, vướng mắc" not in await say(town, an, "/nhiemvu NV06")
    await press(town, an, "Nêu vướng mắc")
    await press(town, an, "Nhân lực")
    await press(town, an, "Cơ quan thường trực")
    await say(town, an, "Thiếu 2 biên chế")
    await press(town, an, "Gửi vướng mắc")
    card = await say(town, an, "/nhiemvu NV06")
    assert "Khó khăn, vướng mắc: 1" in card and "❗ VM1 · Nhân lực · chờ trả lời: Thiếu 2 biên chế" in card
    await press(town, an, "Vướng mắc (1)")
    await press(town, an, "VM1")
    await press(town, an, "Đã giải quyết")
    await press(town, an, "Xác nhận")
    card = await say(town, an, "/nhiemvu NV06")
    assert "Khó khăn, vướng mắc: 1" in card and "VM1" not in card


async def test_a_draft_outlives_a_restart_asks_after_half_an_hour_and_can_be_left(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await say(town, an, "/vuongmac NV06")
    await press(town, an, "Hạ tầng")
    await town.restart()
    await press(town, an, "Cơ quan thường trực")
    await say(town, an, "Đường truyền chập chờn")
    await at(town, "06-15T09:30")
    assert "đang làm dở: vướng mắc đang viết" in await say(town, an, "nhất là buổi chiều")
    card = await press(town, an, an.buttons()[0])
    assert "Đường truyền chập chờn\nnhất là buổi chiều" in card
    await press(town, an, "Sửa")
    await press(town, an, "Chọn lại loại")
    assert "Dữ liệu · gửi đến" in await press(town, an, "Dữ liệu")
    await press(town, an, "Sửa")
    assert "Nội dung:" not in await press(town, an, "Xóa nội dung")
    stale = an.last()
    await say(town, an, "/huy")
    assert await kept(town) == []
    await press(town, an, "Hủy", stale)
    assert "NV06" in an.last().text and await kept(town) == []


async def test_who_has_not_seen_the_newest_word_is_shown_it_first(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    cuong = await member(town, BUILDERS, "Lê Văn Cường")
    await raise_one(town, an)
    for person in (binh, cuong):
        await press(town, person, "Trả lời")
        await say(town, person, f"Trả lời của {person.user.id}")
    await press(town, binh, "Gửi trả lời")
    told = await press(town, cuong, "Gửi trả lời")
    assert "Vừa có nội dung mới" in told and f"Trả lời của {binh.user.id}" in told
    assert "Đã ghi nhận" in await press(town, cuong, "Gửi trả lời")
    (found,) = await kept(town)
    assert len(found.entries) == 3


async def test_a_team_and_a_stranger_to_the_unit_cannot_speak(town: Town) -> None:
    an, binh = await member(town, CULTURE, "Nguyễn Văn An"), await member(town, BUILDERS, "Lê Thị Bình")
    lan = await member(town, POLICE, "Phạm Thị Lan")
    await raise_one(town, an)
    data = {b["text"]: b["callback_data"] for m in (an.last(), binh.last()) for b in m.buttons}
    await say(town, lan, "/viec")
    for label in ("Trả lời", "Hỏi thêm", "Đã giải quyết"):
        lan.press_stale(data[label], lan.last().id)
        await town.settle()
        assert "không có quyền" in lan.toasts()[-1]
    assert "đơn vị khác" in await say(town, lan, "/vuongmac NV06") or "chủ trì" in lan.last().text
    assert len(await kept(town)) == 1


async def test_a_task_that_is_done_takes_no_difficulty(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await raise_one(town, an)
    async with town.db.write() as conn:
        found = await conn.scalar(select(t.difficulties.c.assignment_id))
        done = update(t.assignments).where(t.assignments.c.id == found)
        await conn.execute(done.values(state="completed"))
    told = await say(town, an, "/vuongmac NV06")
    assert "NV06 đã hoàn thành hoặc đã đóng" in told and len(await kept(town)) == 1
    office = await member(town, OFFICE, "Trần Thị Chi", Role.OFFICE)
    await at(town, "06-23T07:01")
    assert not any("VM1" in text for text in office.texts()), "nobody is chased for what is done"
    assert "VM1" in await say(town, office, "/vuongmac")


async def test_a_thousand_are_read_eight_a_page(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await raise_one(town, an)
    (first,) = await kept(town)
    async with town.db.write() as conn:
        head = (await conn.execute(select(t.difficulties))).mappings().one()
        entry = (await conn.execute(select(t.difficulty_entries))).mappings().one()
        for number in range(2, 1001):
            own = {"text": "x" * 600 + "\u202e\x07<b>"}
            await conn.execute(t.difficulties.insert().values({**head, "id": number, "next_look_at": None}))
            values = {**entry, **own, "id": number, "difficulty_id": number, "key": f"k{number}"}
            await conn.execute(t.difficulty_entries.insert().values(values))
    told = await say(town, an, "/vuongmac")
    assert told.startswith("Vướng mắc của đơn vị anh/chị · phường Bình Lộc: 1000") and told.count("→") == 8
    assert "▶" in an.buttons() and "\u202e" not in told and "\x07" not in told
    told = await press(town, an, "▶")
    assert "VM992" in told and "VM993" not in told
    card = await say(town, an, "/nhiemvu NV06")
    assert "Khó khăn, vướng mắc: 1000" in card
    assert len(await kept(town)) == 1000 and first in await kept(town)


async def test_english_is_complete(town: Town) -> None:
    an = await town.join(SLUG, CULTURE, Role.OFFICER, name="Nguyễn Văn An", language="en")
    await say(town, an, "/difficulty NV06")
    await press(town, an, "Funds")
    await press(town, an, "The standing office")
    await say(town, an, "No money")
    assert (await press(town, an, "Send the difficulty")).startswith("Recorded: difficulty VM1 · NV06")


async def test_the_task_is_chosen_from_pages_or_by_its_code_and_files_can_be_taken_out(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await say(town, an, "/vuongmac")
    first = await press(town, an, "Nêu vướng mắc")
    assert "Vướng mắc ở việc nào?" in first and "▶" in an.buttons()
    assert await press(town, an, "▶") != first
    assert "NV07 không nằm trong các việc chưa xong" in await say(town, an, "NV07")
    assert "Vướng mắc ở việc nào?" in await say(town, an, "không có mã")
    await press(town, an, next(label for label in an.buttons() if "NV0" in label or "CT" in label))
    assert "thuộc loại nào" in an.last().text
    an.send_document(pdf("Một"), "mot.pdf", "application/pdf")
    await town.settle()
    an.send_document(pdf("Hai"), "hai.pdf", "application/pdf")
    await town.settle()
    assert "Đã nhận đủ 2 tệp" in an.last().text
    await press(town, an, "Khác")
    await say(town, an, "Chưa rõ quy định")
    await press(town, an, "Sửa")
    await press(town, an, "✕ mot.pdf")
    assert "Đã nhận đủ 1 tệp" in await press(town, an, "Quay lại")
    assert "Đã ghi nhận" in await press(town, an, "Gửi vướng mắc")
    (found,) = await kept(town)
    assert len(found.files) == 1 and found.category == "other"


async def test_words_too_long_are_refused_and_the_files_that_came_with_them_kept(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await say(town, an, "/vuongmac NV06")
    await press(town, an, "Khác")
    await press(town, an, "Cơ quan thường trực")
    await say(town, an, "x" * 1500)
    an.send_document(pdf("Một"), "mot.pdf", "application/pdf", "y" * 900)
    await town.settle()
    card = an.last().text
    assert "Đã nhận đủ 1 tệp" in card and "y" * 20 not in card
    await press(town, an, "Gửi vướng mắc")
    (found,) = await kept(town)
    assert (found.text, len(found.files)) == ("x" * 1500, 1)


async def test_a_code_of_two_localities_asks_which(town: Town) -> None:
    an = await member(town, CULTURE, "Nguyễn Văn An")
    await town.join_also(an, "ba-ngoi", CULTURE, Role.OFFICER, name="Nguyễn Văn An")
    await say(town, an, "/vuongmac NV04")
    labels = an.buttons()
    assert len(labels) == 2 and all(label.startswith("NV04 · Phòng Văn hóa") for label in labels)
    await press(town, an, next(label for label in labels if "Ba Ngòi" in label))
    assert "phường Ba Ngòi" in an.last().text and "thuộc loại nào" in an.last().text
