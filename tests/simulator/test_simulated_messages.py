"""Messages, edits and callback answers over HTTP."""

from __future__ import annotations

import pytest
from telegram import (
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot.simulator.telegram.api.profile import menu_seen
from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from tests.simulator.callers import MovedClock
from tests.telegram_contract import assert_valid_calls

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Báo cáo", callback_data="v1:r:1")]])


async def test_a_message_with_buttons_comes_back_as_telegram_shapes_it(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = await bot.send_message(lan.id, "<b>Chào</b> chị", parse_mode="HTML", reply_markup=KEYBOARD)

    assert (sent.text, sent.chat.id, sent.from_user and sent.from_user.username) == ("Chào chị", 77, "tiendo_bot")
    assert sent.reply_markup == KEYBOARD
    assert lan.last().source == "<b>Chào</b> chị"
    assert lan.buttons() == ["Báo cáo"]


async def test_entities_are_counted_in_utf16_units(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = await bot.send_message(
        lan.id, '😀 <b>Xong 🎉</b> &lt;<a href="https://a.vn/?a=1&amp;b=2">x</a>&gt;', parse_mode="HTML"
    )

    assert sent.text == "😀 Xong 🎉 <x>"
    bold, link = sent.entities
    assert (bold.type, bold.offset, bold.length) == ("bold", 3, 7)
    assert (link.type, link.offset, link.length, link.url) == ("text_link", 12, 1, "https://a.vn/?a=1&b=2")
    assert sent.parse_entity(bold) == "Xong 🎉"


async def test_nested_tags_and_code_with_a_language_are_read(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    text = '<b>a<i>b</i></b> <pre><code class="language-python">x</code></pre> <tg-spoiler>s</tg-spoiler>'
    sent = await bot.send_message(lan.id, text, parse_mode="HTML")

    assert [(e.type, e.language) for e in sent.entities] == [
        (MessageEntity.BOLD, None),
        (MessageEntity.ITALIC, None),
        (MessageEntity.PRE, "python"),
        (MessageEntity.SPOILER, None),
    ]


async def test_space_around_a_text_is_trimmed_and_entities_move_with_it(
    bot: ExtBot[None], lan: SimulatedPerson
) -> None:
    sent = await bot.send_message(lan.id, "\n  <b>a </b>  ", parse_mode="HTML")

    assert sent.text == "a"
    assert (sent.entities[0].offset, sent.entities[0].length) == (0, 1)


async def test_an_edit_that_changes_nothing_is_refused(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = await bot.send_message(lan.id, "Một", reply_markup=KEYBOARD)

    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b></b>Một", lan.id, sent.message_id, parse_mode="HTML", reply_markup=KEYBOARD)
    edited = await bot.edit_message_text("Một", lan.id, sent.message_id)

    assert edited.reply_markup is None  # type: ignore[union-attr]
    assert edited.edit_date is not None  # type: ignore[union-attr]


async def test_the_reply_markup_alone_is_edited_once(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = await bot.send_message(lan.id, "Một", reply_markup=KEYBOARD)

    await bot.edit_message_reply_markup(lan.id, sent.message_id, reply_markup=None)

    assert lan.buttons() == []
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(lan.id, sent.message_id, reply_markup=None)


async def test_edits_need_a_message_of_the_bot_that_still_stands(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    theirs = lan.send_text("của tôi")
    mine = await bot.send_message(lan.id, "của bot")
    await bot.delete_message(lan.id, mine.message_id)

    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", lan.id, theirs.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", lan.id, mine.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(lan.id, mine.message_id)


async def test_a_caption_is_edited_and_a_text_has_none(bot: ExtBot[None], lan: SimulatedPerson, jpeg: bytes) -> None:
    photo = await bot.send_photo(lan.id, jpeg, caption="cũ")
    text = await bot.send_message(lan.id, "chữ")

    await bot.edit_message_caption(lan.id, photo.message_id, caption="<i>mới</i>", parse_mode="HTML")

    assert lan.texts() == ["mới", "chữ"]
    with pytest.raises(BadRequest, match="no caption in the message"):
        await bot.edit_message_caption(lan.id, text.message_id, caption="x")
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("x", lan.id, photo.message_id)


async def test_a_second_answer_to_a_callback_is_refused(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    await bot.send_message(lan.id, "Chọn", reply_markup=KEYBOARD)
    query = lan.press("Báo")
    assert lan.unanswered() == [query]

    await bot.answer_callback_query(query, "Đã ghi")

    assert (lan.toasts(), lan.unanswered()) == (["Đã ghi"], [])
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("0")


async def test_an_answer_after_16_minutes_is_too_late(
    bot: ExtBot[None], lan: SimulatedPerson, clock: MovedClock
) -> None:
    await bot.send_message(lan.id, "Chọn", reply_markup=KEYBOARD)
    query = lan.press("v1:r:1")
    clock.move(minutes=16)

    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query)


async def test_options_of_a_message_are_kept(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    first = lan.send_text("hỏi")
    sent = await bot.send_message(
        lan.id,
        "https://a.vn",
        protect_content=True,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(first.id),
    )

    assert sent.has_protected_content and sent.link_preview_options and sent.link_preview_options.is_disabled
    assert sent.reply_to_message and sent.reply_to_message.message_id == first.id
    assert lan.last().options == {"protect_content": True, "disable_notification": True}
    with pytest.raises(BadRequest, match="be replied not found"):
        await bot.send_message(lan.id, "x", reply_parameters=ReplyParameters(9999))
    with pytest.raises(BadRequest, match="can't be copied"):
        await bot.copy_message(lan.id, lan.id, sent.message_id)


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    rows: list[list[str | KeyboardButton]] = [["Việc của tôi", KeyboardButton("Gửi số", request_contact=True)]]
    await bot.send_message(lan.id, "Mời", reply_markup=ReplyKeyboardMarkup(rows))

    assert lan.keyboard() == ["Việc của tôi", "Gửi số"]
    assert lan.tap("Việc").text == "Việc của tôi"
    assert lan.tap("Gửi số").body["contact"]["user_id"] == lan.id
    await bot.send_message(lan.id, "Cảm ơn", reply_markup=ReplyKeyboardRemove())
    assert lan.keyboard() == []


async def test_messages_older_than_two_days_stay(bot: ExtBot[None], lan: SimulatedPerson, clock: MovedClock) -> None:
    sent = await bot.send_message(lan.id, "Một")
    clock.move(hours=49)

    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(lan.id, sent.message_id)


async def test_what_the_library_sends_is_what_the_bot_api_documents(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson, jpeg: bytes
) -> None:
    sent = await bot.send_message(lan.id, "123", parse_mode="HTML", reply_markup=KEYBOARD)
    await bot.edit_message_text("124", lan.id, sent.message_id)
    await bot.send_photo(lan.id, jpeg, caption="1")
    await bot.send_document(lan.id, b"x", filename="a.xlsx")
    await bot.send_chat_action(lan.id, "typing")
    await bot.set_my_commands([("start", "Bắt đầu")], language_code="vi")
    await bot.get_chat_member(lan.id, lan.id)

    assert_valid_calls(server.calls)
    assert server.faults.calls_of("sendMessage")[0].params["text"] == "123"


async def test_a_parameter_the_bot_api_does_not_know_is_found(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson
) -> None:
    await bot.send_message(lan.id, "Một", api_kwargs={"loud": True})

    with pytest.raises(AssertionError, match="loud"):
        assert_valid_calls(server.calls)


async def test_commands_show_in_the_narrowest_scope(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    await bot.set_my_commands([("start", "Start")])
    await bot.set_my_commands([("batdau", "Bắt đầu")], language_code="vi")
    assert [c["command"] for c in menu_seen(lan.chats, lan.user, lan.chat)] == ["batdau"]
    await bot.set_my_commands([("duyet", "Duyệt")], scope=BotCommandScopeChat(lan.id))
    assert [c["command"] for c in menu_seen(lan.chats, lan.user, lan.chat)] == ["duyet"]
    assert [c.command for c in await bot.get_my_commands(language_code="vi")] == ["batdau"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(lan.id))
    assert [c["command"] for c in menu_seen(lan.chats, lan.user, lan.chat)] == ["batdau"]
    await bot.set_my_description("Tiến độ", "vi")
    assert (await bot.get_my_description("vi")).description == "Tiến độ"


async def test_a_group_tells_its_members_until_the_bot_leaves(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    group = ChatGroup.created(lan.chats, "Tổ công tác", lan)
    group.add_bot(lan)

    assert (await bot.get_chat(group.id)).title == "Tổ công tác"
    assert (await bot.get_chat_member(group.id, lan.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    group.promote_bot(lan)
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member of the group"):
        await bot.send_message(group.id, "x")
