"""Updates: offsets, long polls, one poller, the webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from telegram import Update
from telegram.error import Conflict
from telegram.ext import ExtBot

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from tests.simulator.callers import Api, MovedClock


async def test_updates_stay_until_the_next_offset_confirms_them(api: Api, lan: SimulatedPerson) -> None:
    for text in ("một", "hai", "ba"):
        lan.send_text(text)

    first = (await api("getUpdates", limit=2))["result"]
    again = (await api("getUpdates"))["result"]
    rest = (await api("getUpdates", offset=first[-1]["update_id"] + 1))["result"]

    assert [u["message"]["text"] for u in first] == ["một", "hai"]
    assert [u["update_id"] for u in again] == [first[0]["update_id"] + n for n in range(3)]
    assert rest == again[2:]
    assert (await api("getUpdates"))["result"] == rest


async def test_a_negative_offset_counts_from_the_end(api: Api, lan: SimulatedPerson) -> None:
    for text in ("một", "hai", "ba"):
        lan.send_text(text)

    assert [u["message"]["text"] for u in (await api("getUpdates", offset=-1))["result"]] == ["ba"]
    assert len((await api("getUpdates"))["result"]) == 1


async def test_a_long_poll_wakes_when_something_happens(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson
) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=30))
        await _until(lambda: server.polling.waiting)
        lan.send_text("/start@tiendo_bot abc 😀")

    (update,) = poll.result()
    assert update.message and update.message.entities[0].type == "bot_command"
    assert update.message.entities[0].length == len("/start@tiendo_bot")
    assert update.effective_user and update.effective_user.language_code == "vi"


async def test_a_second_poller_ends_the_first(bot: ExtBot[None], server: Running, api: Api) -> None:
    async with asyncio.timeout(5):
        first = asyncio.ensure_future(bot.get_updates(timeout=30))
        await _until(lambda: server.polling.waiting)
        second = await api("getUpdates")
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first

    assert second["ok"]


async def test_a_poll_whose_caller_has_gone_takes_nothing(api: Api, server: Running, lan: SimulatedPerson) -> None:
    lan.send_text("một")
    confirmed = lan.chats.updates.next_id
    async with asyncio.timeout(5):
        poll = asyncio.ensure_future(api("getUpdates", offset=confirmed, timeout=30))
        await _until(lambda: server.polling.waiting)
        poll.cancel()
        await _until(lambda: not server.polling.waiting)

    lan.chats.updates.duplicate_last()

    assert [u["message"]["text"] for u in (await api("getUpdates", offset=confirmed))["result"]] == ["một"]


async def test_an_old_update_is_forgotten_after_a_day(api: Api, lan: SimulatedPerson, clock: MovedClock) -> None:
    lan.send_text("hôm qua")
    clock.move(hours=25)
    lan.send_text("hôm nay")

    assert [u["message"]["text"] for u in (await api("getUpdates"))["result"]] == ["hôm nay"]


async def test_only_the_allowed_kinds_arrive(api: Api, lan: SimulatedPerson) -> None:
    await api("getUpdates", allowed_updates=["callback_query"])
    lan.send_text("không")
    lan.press_stale("v1:x", 5)
    await api("getUpdates")
    lan.send_text("vẫn không")

    (update,) = (await api("getUpdates"))["result"]
    assert update["callback_query"]["data"] == "v1:x"
    assert update["callback_query"]["message"] == {
        "chat": lan.chat.described(),
        "message_id": 5,
        "date": 0,
    }


async def test_an_update_comes_twice_on_demand(api: Api, lan: SimulatedPerson) -> None:
    lan.send_text("một")
    (first,) = (await api("getUpdates"))["result"]
    await api("getUpdates", offset=first["update_id"] + 1)

    lan.chats.updates.duplicate_last()

    assert (await api("getUpdates", offset=first["update_id"] + 1))["result"] == [first]
    assert (await api("getUpdates", offset=first["update_id"] + 1))["result"] == []


@pytest.mark.parametrize("first", [5_000, 1_900_000_000])
async def test_numbers_can_begin_anew_and_an_offset_of_before_confirms_nothing(
    api: Api, lan: SimulatedPerson, first: int
) -> None:
    lan.send_text("một")
    [before] = (await api("getUpdates"))["result"]
    offset = before["update_id"] + 1
    assert (await api("getUpdates", offset=offset))["result"] == []
    lan.chats.updates.begin_anew(first)
    lan.send_text("hai")
    for _ in range(2):
        [after] = (await api("getUpdates", offset=offset))["result"]
        assert (after["update_id"], after["message"]["text"]) == (first, "hai")
    assert (await api("getUpdates", offset=first + 1))["result"] == []
    assert lan.chats.updates.pending() == []


async def test_any_update_can_be_forged(bot: ExtBot[None], chats: Chats) -> None:
    chats.updates.skip_ids(1000)
    forged = chats.updates.inject({"callback_query": {"id": "1", "from": _user(), "chat_instance": "1", "data": "'"}})

    (update,) = await bot.get_updates()
    assert update.update_id == forged["update_id"]
    assert update.callback_query and update.callback_query.data == "'"


async def test_every_kind_of_message_is_read_by_the_library(
    bot: ExtBot[None], lan: SimulatedPerson, jpeg: bytes
) -> None:
    first = lan.send_text("trả lời", reply_to=lan.send_text("hỏi").id)
    lan.edit(first.id, "sửa https://a.vn")
    lan.send_photo(jpeg, "ảnh #mot")
    lan.send_document(b"%PDF", "kế hoạch.pdf", "application/pdf")
    for act in (lan.send_sticker, lan.send_voice, lan.send_video, lan.send_location, lan.send_poll):
        act()
    lan.send_contact(own=False)
    lan.block()
    lan.unblock()
    ChatGroup.created(lan.chats, "Tổ", lan).add_bot(lan)

    updates = await bot.get_updates()

    assert all(isinstance(update, Update) for update in updates)
    assert not any(update.message and update.message.api_kwargs for update in updates)
    kinds = [
        next(k for k in ("message", "edited_message", "my_chat_member") if getattr(update, k)) for update in updates
    ]
    assert kinds == ["message"] * 2 + ["edited_message"] + ["message"] * 8 + ["my_chat_member"] * 3 + ["message"]
    assert updates[4].message and updates[4].message.document
    assert updates[4].message.document.file_name == "kế hoạch.pdf"


async def test_privacy_mode_keeps_talk_in_groups_from_the_bot(api: Api, lan: SimulatedPerson) -> None:
    group = ChatGroup.created(lan.chats, "Tổ", lan)
    group.add_bot(lan)
    sent = await api("sendMessage", chat_id=group.id, text="chào")
    await api("getUpdates", offset=lan.chats.updates.next_id)

    lan.say_in(group, "chuyện riêng")
    lan.say_in(group, "/help@other_bot")
    lan.say_in(group, "/help")
    lan.say_in(group, "@tiendo_bot ơi")
    lan.say_in(group, "vâng", reply_to=sent["result"]["message_id"])
    group.promote_bot(lan)
    lan.say_in(group, "giờ thì nghe")

    texts = [u["message"]["text"] for u in (await api("getUpdates"))["result"] if "message" in u]
    assert texts == ["/help", "@tiendo_bot ơi", "vâng", "giờ thì nghe"]


async def test_a_webhook_gets_updates_with_its_secret_until_it_takes_them(api: Api, lan: SimulatedPerson) -> None:
    async with asyncio.timeout(5):
        lan.send_text("trước")
        hook = _Hook([500, 200])
        async with await asyncio.start_server(hook, "127.0.0.1", 0) as listener:
            url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
            assert (await api("setWebhook", url=url, secret_token="s3cret_-"))["result"] is True
            lan.send_text("sau")
            await hook.got(3)
            lan.chats.updates.duplicate_last()
            await hook.got(4)
            await _until(lambda: not lan.chats.updates.pending())

            assert [u["message"]["text"] for u in hook.updates] == ["trước", "trước", "sau", "sau"]
            assert set(hook.secrets) == {"s3cret_-"}
            info = (await api("getWebhookInfo"))["result"]
            assert (info["url"], info["pending_update_count"]) == (url, 0)
            assert "500" in info["last_error_message"]
            said = await api.refusal("getUpdates")
            assert said.startswith("Conflict: can't use getUpdates method while webhook is active")
            await api("deleteWebhook")
    assert (await api("getUpdates"))["ok"]


async def test_a_webhook_must_be_on_loopback_with_a_plain_secret(api: Api) -> None:
    assert "loopback" in await api.refusal("setWebhook", url="https://example.org/")
    said = await api.refusal("setWebhook", url="http://127.0.0.1:1/", secret_token="bí mật")
    assert said == "Bad Request: secret token contains unallowed characters"


class _Hook:
    """The bot's end of a webhook, answering with the statuses in turn, the last one for ever."""

    def __init__(self, statuses: list[int]) -> None:
        self.statuses = statuses
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self._changed = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        self.updates.append(json.loads(await reader.readexactly(int(headers["content-length"]))))
        self.secrets.append(headers["x-telegram-bot-api-secret-token"])
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        writer.write(f"HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        self._changed.set()

    async def got(self, count: int) -> None:
        while len(self.updates) < count:
            self._changed.clear()
            await self._changed.wait()


def _user() -> dict[str, Any]:
    return {"id": 1, "is_bot": False, "first_name": "Ai"}


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0)
