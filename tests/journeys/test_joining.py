"""Joining, inviting and leaving, as people meet them in the chat."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.people.people import Membership, Role
from bot.services.people.invite import Invited, Seat, invite, unit_named
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.storage.outbox import dialogues
from bot.storage.records import people, plans
from tests.town import Town, press, say

POLICE, OFFICE = "Công an phường", "Văn phòng Đảng ủy"


async def invitation(
    town: Town, slug: str = "binh-loc", unit: str = POLICE, role: Role = Role.OFFICER, **how: int
) -> Invited:
    async with town.db.read() as conn:
        locality = await plans.locality_by_slug(conn, slug)
        assert locality is not None
        book = await town.app.desk.books.of(conn, locality.id)
    desk, now = town.app.desk, town.clock.now()
    return await invite(desk, None, seat=Seat(locality.id, unit_named(book, unit).id, role), now=now, **how)


async def memberships(town: Town, person: SimulatedPerson) -> tuple[Membership, ...]:
    async with town.db.read() as conn:
        return (await people.visitor(conn, person.id, person.id)).memberships


async def joins(town: Town, code: str, name: str, language_code: str = "vi") -> SimulatedPerson:
    person = town.person("An", language_code)
    person.start(code)
    await town.settle()
    await say(town, person, name)
    await press(town, person, "Đúng")
    return person


def menu_of(town: Town, person: SimulatedPerson) -> set[str]:
    """The words of the command menu in this chat."""
    menus = [menu for key, menu in town.chats.menus.items() if person.id in key]
    return {line["command"] for line in menus[-1]} if menus else set()


async def test_an_invited_officer_joins_and_takes_the_first_step(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("Telegram Name")
    person.start(code)
    await town.settle()
    greeting = person.last().text
    for words in ("họ và tên", "phường Bình Lộc", POLICE, "cán bộ", "91/2025"):
        assert words in greeting
    assert await memberships(town, person) == ()
    assert "Nguyễn Văn An" in await say(town, person, "nguyễn  văn an")
    assert person.buttons()[:2] == ["✅ Đúng", "✏️ Sửa"]
    welcome = await press(town, person, "Đúng")
    assert "Nguyễn Văn An" in welcome
    assert "Telegram Name" not in "".join(person.texts())
    assert person.buttons() == ["📋 Việc của đơn vị", "📝 Báo cáo"]
    held = await memberships(town, person)
    assert [m.role for m in held] == [Role.OFFICER]
    assert {"baocao", "caidat"} <= menu_of(town, person)
    assert not {"moi", "nguoi", "donvi"} & menu_of(town, person)
    work = await press(town, person, "Báo cáo")
    assert work != welcome


async def test_the_name_can_be_changed_until_it_is_right(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("An")
    person.start(code)
    await town.settle()
    assert "chữ số" in await say(town, person, "Nguyễn Văn 4n")
    assert "chưa đủ" in await say(town, person, "An")
    await say(town, person, "Nguyễn Văn Ân")
    await press(town, person, "Sửa")
    await say(town, person, "Nguyễn Văn An")
    await say(town, person, "dung")
    async with town.db.read() as conn:
        joined = await people.person_by_telegram(conn, person.id)
    assert joined is not None
    assert joined.full_name == "Nguyễn Văn An"


async def test_a_name_with_signs_of_html_is_shown_as_typed(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = await joins(town, code, "Trần <b>& Bình")
    assert "Trần <b>& Bình" in person.last().text
    assert "Trần <b>& Bình" in await say(town, person, "/start")


async def test_wrong_used_expired_and_revoked_codes_say_what_is_wrong(town: Town) -> None:
    used, old = (await invitation(town)).invitation.code, (await invitation(town, days=1)).invitation.code
    await joins(town, used, "Lê Thị Hoa")
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    revoked = (await invitation(town)).invitation.code
    await say(town, office, "/moi")
    await press(town, office, "Lời mời đang mở")
    await press(town, office, revoked)
    assert "Đã thu hồi" in await press(town, office, "Thu hồi lời mời")
    person = town.person("An")
    assert "không đúng" in await say(town, person, "/start ABCD2345")
    assert "đã dùng" in await say(town, person, f"/start {used}")
    assert "thu hồi" in await say(town, person, f"/start {revoked}")
    town.clock.move_by(days=1)
    assert "hết hạn" in await say(town, person, f"/start {old}")
    assert await memberships(town, person) == ()


async def test_an_invitation_that_runs_out_while_the_name_is_typed_says_so(town: Town) -> None:
    code = (await invitation(town, days=1)).invitation.code
    person = town.person("An")
    town.clock.move_by(hours=23, minutes=50)
    person.start(code)
    await town.settle()
    await say(town, person, "Nguyễn Văn An")
    town.clock.move_by(minutes=20)
    assert "hết hạn" in await press(town, person, "Đúng")
    assert await memberships(town, person) == ()


async def test_after_five_wrong_codes_even_a_right_one_waits(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("An")
    answers = [await say(town, person, f"/start SAI{n}") for n in range(7)]
    assert all("không đúng" in answer for answer in answers[:5])
    assert all("chờ một giờ" in answer for answer in answers[5:])
    assert "chờ một giờ" in await say(town, person, f"/start {code}")
    town.clock.move_by(minutes=61)
    assert "họ và tên" in await say(town, person, f"/start {code}")


async def test_who_is_not_invited_reads_one_sentence_and_nothing_else(town: Town) -> None:
    person = town.person("Ai đó")
    for text in ("/start", "xin chào", "/viec", "/trogiup", "NV01 60%", "/caidat", "/huy", "việc nào đang đỏ?"):
        person.send_text(text)
    person.send_photo(b"\xff\xd8\xff\xe0 no picture")
    await town.settle()
    told = person.texts()
    assert len(told) == 9
    assert set(told) == {told[0]}
    assert "chưa được mời" in told[0]
    assert told[0].rstrip(".").count(".") == 0
    assert all(person.buttons(m) == [] for m in person.messages() if m.sent_by(town.chats.bot.id))


async def test_an_english_phone_is_answered_in_english(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("Ann", "en-GB")
    assert "not been invited" in await say(town, person, "hello")
    assert "full name" in await say(town, person, f"/start {code}")
    await say(town, person, "Nguyễn Văn An")
    assert "you have joined" in await press(town, person, "Correct")
    assert "/mytasks" in await say(town, person, "/help")
    await say(town, person, "/settings")
    assert "Cài đặt" in await press(town, person, "Tiếng Việt")
    assert "/viec" in await say(town, person, "/trogiup")


async def test_the_office_invites_and_the_invited_comes_in_through_the_link(town: Town) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    await say(town, office, "/moi")
    assert len([label for label in office.buttons() if label not in ("▶", "Hủy", "Lời mời đang mở")]) == 8
    await say(town, office, "cong an phuong")
    await press(town, office, "Thủ trưởng")
    card = office.last()
    assert "photo" in card.body
    assert "1 người" in card.text
    assert "22/06/2026" in card.text
    link = next(word for word in card.text.split() if word.startswith("https://t.me/"))
    payload = parse_qs(urlsplit(link).query)["start"][0]
    head = await joins(town, payload, "Lê Văn Cường")
    assert [m.role for m in await memberships(town, head)] == [Role.HEAD]
    assert "dùng hết" in await say(town, town.person("Khác"), f"/start {payload}")


async def test_a_typed_code_is_read_with_spaces_and_small_letters(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("An")
    assert "họ và tên" in await say(town, person, f" {code[:4].lower()}-{code[4:].lower()} ")


async def test_a_head_invites_officers_of_the_own_unit_only(town: Town) -> None:
    head = await town.join("binh-loc", POLICE, Role.HEAD, name="Lê Văn Cường")
    asked = await say(town, head, "/moi")
    assert POLICE in asked
    assert "Cán bộ" in head.buttons()
    assert "Thủ trưởng đơn vị" not in head.buttons()
    await press(town, head, "Cán bộ")
    assert "Mã mời" in head.last().text
    officer = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    assert "không có quyền" in await say(town, officer, "/moi")
    assert "không có quyền" in await say(town, officer, "/nguoi")


async def test_one_use_left_and_two_people_who_confirm_at_once(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    pair = [town.person(name) for name in ("An", "Bình")]
    for person in pair:
        person.start(code)
    await town.settle()
    for person in pair:
        person.send_text("Nguyễn Văn An")
    await town.settle()
    for person in pair:
        person.press("Đúng")
    await town.settle()
    held = [len(await memberships(town, person)) for person in pair]
    assert sorted(held) == [0, 1]
    assert "đã dùng" in pair[held.index(0)].last().text


async def test_a_confirmation_that_comes_again_after_a_crash_gives_the_same_welcome(town: Town) -> None:
    code = (await invitation(town)).invitation.code
    person = town.person("An")
    person.start(code)
    await town.settle()
    await say(town, person, "Nguyễn Văn An")
    async with town.db.read() as conn:
        visitor = await people.visitor(conn, person.id, person.id)
    assert visitor.dialogue is not None
    await press(town, person, "Đúng")
    welcome = person.last().text
    async with town.db.write() as conn:
        # As after a crash between the service's commit and the "done" mark.
        await dialogues.save(conn, visitor.dialogue)
    data = f"v1:d:{visitor.dialogue.draft['token']}:0:yes"
    person.press_stale(data, person.last().id)
    await town.settle()
    assert person.last().text == welcome
    assert len(await memberships(town, person)) == 1


async def test_the_office_moves_a_person_and_the_tasks_stay(town: Town) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    officer = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    before = (await memberships(town, officer))[0]
    assert "Nguyễn Văn An" in await say(town, office, "/nguoi")
    await press(town, office, "Nguyễn Văn An")
    await press(town, office, "Đổi đơn vị")
    await press(town, office, OFFICE)
    assert "thuộc về đơn vị cũ" in office.last().text
    assert "hiện là cán bộ" in await press(town, office, "Đổi đơn vị")
    after = await memberships(town, officer)
    assert [m.role for m in after] == [Role.OFFICER]
    assert after[0].unit_id != before.unit_id
    await press(town, office, "Thành viên")
    await press(town, office, "Nguyễn Văn An")
    await press(town, office, "Đổi vai trò")
    await press(town, office, "Ban Chỉ đạo")
    await press(town, office, "Đổi vai trò")
    assert [m.role for m in await memberships(town, officer)] == [Role.COMMITTEE]


async def test_a_person_removed_in_the_middle_of_a_dialogue_is_answered_clearly(town: Town) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    head = await town.join("binh-loc", POLICE, Role.HEAD, name="Lê Văn Cường")
    await say(town, head, "/moi")
    card = head.last()
    await say(town, office, "/nguoi")
    await press(town, office, "Lê Văn Cường")
    await press(town, office, "Kết thúc vai trò")
    assert "Đã kết thúc" in await press(town, office, "Kết thúc vai trò")
    assert await memberships(town, head) == ()
    assert menu_of(town, head) <= {"start", "trogiup"}
    head.press("Cán bộ", card)
    await town.settle()
    assert any("chưa được mời" in words for words in [*head.toasts(), head.last().text])
    assert "chưa được mời" in await say(town, head, "60")
    async with town.db.read() as conn:
        locality = await plans.locality_by_slug(conn, "binh-loc")
        assert locality is not None
        assert await people.invitations_open(conn, locality.id, town.clock.now()) == ()


async def test_a_long_list_of_members_is_turned_page_by_page(town: Town) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    officers = [await town.join("binh-loc", POLICE, Role.OFFICER, name=f"Nguyễn Văn {name}") for name in "ABCDEGHIK"]
    await town.join_also(officers[0], "binh-loc", OFFICE, Role.APPRAISER, name="Nguyễn Văn A")
    officers[0].block()
    await town.settle()
    first = await say(town, office, "/nguoi")
    assert "10 người" in first
    assert "không nhận được tin" in first
    assert "▶" in office.buttons()
    assert "Nguyễn Văn K" in await press(town, office, "▶")
    await press(town, office, "◀")
    page = await press(town, office, "Nguyễn Văn A · thành viên Tổ Giúp việc")
    assert "đã bị chặn" in page.replace("cuộc trò chuyện ", "")
    assert "Vai trò khác" in page


async def test_the_last_member_of_the_office_cannot_be_removed(town: Town) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    await say(town, office, "/nguoi")
    await press(town, office, "Trần Thị Bình")
    await press(town, office, "Kết thúc vai trò")
    await press(town, office, "Kết thúc vai trò")
    assert "người cuối cùng" in office.toasts()[-1]
    assert len(await memberships(town, office)) == 1


async def test_a_person_of_two_localities_chooses_the_current_one(town: Town) -> None:
    person = await town.join("binh-loc", POLICE, Role.OFFICER, name="Nguyễn Văn An")
    code = (await invitation(town, "dong-phu", "Phòng Văn hóa - Xã hội", Role.APPRAISER)).invitation.code
    added = await say(town, person, code)
    assert "xã Đồng Phú" in added
    assert len(await memberships(town, person)) == 2
    assert "phường Bình Lộc" in (await say(town, person, "/start")).split("\n")[1]
    await say(town, person, "/caidat")
    assert "Địa bàn đang chọn: xã Đồng Phú" in await press(town, person, "xã Đồng Phú")
    assert "Chờ thẩm định" in (await say(town, person, "/start")) or "⏳ Chờ thẩm định" in person.buttons()
    assert "đã có vai trò" in await say(
        town, person, (await invitation(town, "dong-phu", "Phòng Văn hóa - Xã hội", Role.APPRAISER)).invitation.code
    )


@pytest.mark.parametrize(
    "data", ["v1:p:end:999999", "v1:p:show:abc", "v1:p:role:1:king", "v1:i:revoke:ABCD2345", "v1:g:language:fr", "v1:p"]
)
async def test_forged_buttons_change_nothing(town: Town, data: str) -> None:
    office = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Trần Thị Bình")
    await say(town, office, "/start")
    shown = len(office.texts())
    office.press_stale(data, office.last().id)
    await town.settle()
    assert office.unanswered() == []
    assert office.toasts()[-1:] or len(office.texts()) > shown
    assert len(await memberships(town, office)) == 1


async def test_cancelling_leaves_the_invitation_unused(town: Town) -> None:
    made = await invitation(town)
    person = town.person("An")
    person.start(made.invitation.code)
    await town.settle()
    assert "Đã dừng" in await press(town, person, "Hủy")
    assert "chưa được mời" in await say(town, person, "Nguyễn Văn An")
    async with town.db.read() as conn:
        kept = await people.invitation(conn, made.invitation.code)
    assert kept is not None
    assert kept.used == 0


async def test_a_code_left_for_a_week_asks_again_or_has_expired(town: Town) -> None:
    made = await invitation(town, days=30)
    person = town.person("An")
    person.start(made.invitation.code)
    await town.settle()
    town.clock.move_by(days=7)
    await say(town, person, "Nguyễn Văn An")
    assert any("Tiếp tục" in label for label in person.buttons())
    await press(town, person, "Tiếp tục")
    await press(town, person, "Đúng")
    assert len(await memberships(town, person)) == 1
