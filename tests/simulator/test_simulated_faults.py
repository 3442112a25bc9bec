"""Telegram's bad days, and the pace it allows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from tests.simulator.callers import Api, MovedClock


async def test_a_429_strikes_once_and_says_how_long_to_wait(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    server.faults.next("sendMessage", lan.id, status=429, retry_after=7)

    await bot.get_me()
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(lan.id, "một")
    await bot.send_message(lan.id, "hai")

    assert caught.value.retry_after == timedelta(seconds=7)
    assert lan.texts() == ["hai"]
    assert [call.status for call in server.faults.calls_of("sendMessage")] == [429, 200]


async def test_a_blocked_bot_is_forbidden_to_write_until_it_is_let_in(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    lan.block()

    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(lan.id, "x")
    blocked, *_ = await bot.get_updates()
    assert blocked.my_chat_member and blocked.my_chat_member.new_chat_member.status == "kicked"

    lan.start()
    await bot.send_message(lan.id, "lại chào")
    _, back, started = await bot.get_updates()
    assert back.my_chat_member and back.my_chat_member.new_chat_member.status == "member"
    assert started.message and started.message.text == "/start"


async def test_a_chat_can_be_forbidden_with_any_words(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    server.faults.forbid(lan.id, "user is deactivated")

    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(lan.id, "x")
    server.faults.allow(lan.id)
    await bot.send_message(lan.id, "x")


async def test_a_server_error_does_nothing(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    server.faults.server_error("sendMessage", times=2, status=502)

    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(lan.id, "x")
    assert lan.texts() == []


async def test_a_lost_response_leaves_the_message_standing(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson
) -> None:
    server.faults.lose_response("sendMessage")

    with pytest.raises(NetworkError):
        await bot.send_message(lan.id, "một")

    assert lan.texts() == ["một"]
    assert server.faults.calls_of("sendMessage")[0].status is None
    await bot.send_message(lan.id, "hai")


async def test_a_lost_request_leaves_nothing(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    server.faults.lose_request()

    with pytest.raises(NetworkError):
        await bot.send_message(lan.id, "một")
    assert lan.texts() == []


async def test_a_group_that_became_a_supergroup_says_so(
    bot: ExtBot[None], server: Running, lan: SimulatedPerson
) -> None:
    group = ChatGroup.created(lan.chats, "Tổ", lan)
    group.add_bot(lan)
    server.faults.migrate(group.id, -1001234567890123)

    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")

    sent = await bot.send_message(caught.value.new_chat_id, "x")
    assert sent.chat.type == "supergroup"
    services = [update.message for update in await bot.get_updates() if update.message][-2:]
    assert [service.migrate_to_chat_id for service in services] == [-1001234567890123, None]


async def test_a_bot_thrown_out_of_a_group_is_forbidden(bot: ExtBot[None], lan: SimulatedPerson) -> None:
    group = ChatGroup.created(lan.chats, "Tổ", lan)
    group.add_bot(lan)
    group.remove_bot(lan)

    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "x")


async def test_a_delayed_call_waits_for_the_test(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    barrier = server.faults.delay("sendMessage")

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        sending = group.create_task(bot.send_message(lan.id, "một"))
        await barrier.reached()
        assert (lan.texts(), sending.done()) == ([], False)
        barrier.let_go()

    assert lan.texts() == ["một"]


async def test_any_status_with_any_words_can_be_given(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    server.faults.next(status=400, description="Bad Request: not enough rights")

    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.send_message(lan.id, "x")


async def test_cleared_faults_do_not_strike(bot: ExtBot[None], server: Running, lan: SimulatedPerson) -> None:
    server.faults.next(times=5)
    server.faults.clear()

    await bot.send_message(lan.id, "x")


async def test_one_chat_takes_a_short_burst_and_then_one_a_second(
    api: Api, server: Running, lan: SimulatedPerson, clock: MovedClock
) -> None:
    server.faults.strict = True

    for _ in range(3):
        assert (await api("sendMessage", chat_id=lan.id, text="x"))["ok"]
    refused = await api("sendMessage", chat_id=lan.id, text="x")
    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    clock.move(seconds=3)
    assert (await api("sendMessage", chat_id=lan.id, text="x"))["ok"]


async def test_a_group_takes_20_messages_a_minute(
    api: Api, server: Running, lan: SimulatedPerson, clock: MovedClock
) -> None:
    group = ChatGroup.created(lan.chats, "Tổ", lan)
    group.add_bot(lan)
    server.faults.strict = True

    for _ in range(20):
        assert (await api("sendMessage", chat_id=group.id, text="x"))["ok"]
        clock.move(seconds=1)
    refused = await api("sendMessage", chat_id=group.id, text="x")
    assert refused["parameters"] == {"retry_after": 40}


async def test_all_chats_together_take_30_messages_a_second(
    api: Api, server: Running, lan: SimulatedPerson, clock: MovedClock
) -> None:
    server.faults.strict = True
    people = [SimulatedPerson.named(lan.chats, f"Người {n}") for n in range(31)]
    for person in people:
        person.open_chat()

    answers = [await api("sendMessage", chat_id=person.id, text="x") for person in people]

    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    clock.move(seconds=1)
    assert (await api("sendMessage", chat_id=people[-1].id, text="x"))["ok"]
