"""What people do, and how one talks to the bot with curl."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ExtBot

from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.simulator.telegram.chats.state import Chats


def keys(*labels: str) -> InlineKeyboardMarkup:
    """One button a row, its data the label's length."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"v1:{len(label)}")] for label in labels])


async def test_a_person_presses_the_newest_button_with_the_text(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    old = await bot.send_message(lan.id, "cũ", reply_markup=keys("Xong", "Hủy bỏ"))
    new = await bot.send_message(lan.id, "mới", reply_markup=keys("Xong"))

    lan.press("Xong")
    lan.press("Hủy")
    lan.press("v1:6")
    lan.press("Xong", old.message_id)

    pressed = [update.callback_query for update in await bot.get_updates() if update.callback_query]
    numbers = [query.message.message_id for query in pressed if query.message]
    assert numbers == [new.message_id, old.message_id, old.message_id, old.message_id]
    assert pressed[1].data == "v1:6"


async def test_a_button_that_is_not_there_names_those_that_are(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    await bot.send_message(lan.id, "x", reply_markup=keys("Xong", "Hủy"))

    with pytest.raises(AssertionError, match=r"no button 'Lưu'; visible are \['Xong', 'Hủy'\]"):
        lan.press("Lưu")


async def test_a_press_in_a_group_belongs_to_who_pressed(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    minh = SimulatedPerson.named(lan.chats, "Minh")
    group = ChatGroup.created(lan.chats, "Tổ", lan, minh)
    group.add_bot(lan)
    await bot.send_message(group.id, "chọn", reply_markup=keys("Xong"))

    query = minh.press("Xong", group=group)
    await bot.answer_callback_query(query, "Cảm ơn anh")

    assert (minh.toasts(), lan.toasts(), group.texts()) == (["Cảm ơn anh"], [], ["chọn"])


async def test_a_start_link_carries_its_payload(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    lan.start("join_-9")

    (update,) = await bot.get_updates()
    assert update.message and update.message.text == "/start join_-9"
    with pytest.raises(AssertionError, match="no deep link"):
        lan.start("a" * 65)


async def test_two_servers_in_turn_serve_one_telegram(chats: Chats) -> None:
    for _ in range(2):
        async with running(chats) as server, httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{server.base_url}{chats.bot.token}/getMe")).json()["ok"]
    assert chats.listeners == []


async def test_a_server_goes_down_at_once_under_a_long_poll(chats: Chats) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(trust_env=False) as client:
        async with running(chats) as server:
            url = f"{server.base_url}{chats.bot.token}/getUpdates"
            poll = asyncio.ensure_future(client.get(url, params={"timeout": 40}))
            while not server.polling.waiting:
                await asyncio.sleep(0)
        assert (await poll).json() == {"ok": True, "result": []}


async def test_a_group_grows_and_becomes_a_supergroup(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    group = ChatGroup.created(lan.chats, "Tổ", lan)
    group.add_bot(lan)
    group.add(SimulatedPerson.named(lan.chats, "Minh"))

    assert await bot.get_chat_member_count(group.id) == 3
    larger = group.migrate(-1009)
    sent = await bot.send_message(larger.id, "chào")
    question = lan.say_in(larger, "/start")
    lan.edit(question.id, "/help", group=larger)

    assert (larger.texts()[-1], larger.last().id, question.id) == ("chào", sent.message_id, sent.message_id + 1)
    edited = (await bot.get_updates())[-1].edited_message
    assert edited and edited.text == "/help" and edited.chat.type == "supergroup"


async def test_a_bot_that_wrote_nothing_has_no_last_message(lan: SimulatedPerson) -> None:
    with pytest.raises(AssertionError, match="written nothing"):
        lan.last()
    with pytest.raises(AssertionError, match="no key 'Gửi'"):
        lan.tap("Gửi")


async def test_a_video_and_a_copy_go_out(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    sent = await bot.send_video(lan.id, b"moving", caption="phim", filename="a.mp4")
    copied = await bot.copy_message(lan.id, lan.id, sent.message_id)

    assert lan.last().id == copied.message_id
    assert lan.texts() == ["phim", "phim"]
