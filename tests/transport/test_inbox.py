"""No update is lost, none takes effect twice, and each person is heard in order."""

from __future__ import annotations

import asyncio

import pytest

from bot.transport.receiving.ticket import AlbumAnswer
from bot.transport.screen.visit import Visit
from tests.town import Town, town_on
from tests.transport.village import echo, inbox_rows, listen, member


async def test_an_update_is_stored_before_it_is_confirmed(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    seen: list[tuple[int, int]] = []
    store = town.app.inbox.receive

    async def watched(raws):
        before = len(town.chats.updates.pending())
        updates = await store(raws)
        seen.append((before, len(inbox_rows(town))))
        return updates

    town.app.inbox.receive = watched  # type: ignore[method-assign]
    an.send_text("một")
    await town.settle()
    assert (1, 1) in seen  # still unconfirmed at Telegram when the row was there
    assert an.texts() == ["một"]
    assert [row[1] for row in inbox_rows(town)] == ["done"]


async def test_what_was_stored_and_not_handled_is_handled_after_a_kill(town: Town) -> None:
    an = await member(town)
    reached = asyncio.Event()

    async def stuck(visit: Visit, text: str) -> None:
        reached.set()
        await asyncio.Event().wait()

    listen(town, stuck)
    an.send_text("một")
    an.send_text("hai")
    await reached.wait()
    await town.kill()
    assert [row[1] for row in inbox_rows(town)] == ["pending", "pending"]
    town.app = town._built()
    listen(town, echo)
    await town.start()
    await town.settle()
    assert an.texts() == ["một", "hai"]


async def test_the_same_update_twice_is_handled_once(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    an.send_text("một")
    await town.settle()
    town.chats.updates.duplicate_last()
    await town.settle()
    assert an.texts() == ["một"]
    assert len(inbox_rows(town)) == 1


async def test_one_persons_messages_keep_their_order_while_others_go_on(town: Town) -> None:
    an, binh = await member(town, "An"), await member(town, "Bình")
    gate = asyncio.Event()
    order: list[str] = []

    async def slow_for_an(visit: Visit, text: str) -> None:
        if text == "an 1":
            await gate.wait()
        order.append(text)
        await echo(visit, text)
        if text == "bình 3":
            gate.set()

    listen(town, slow_for_an)
    for number in (1, 2, 3):
        an.send_text(f"an {number}")
        binh.send_text(f"bình {number}")
    await town.settle()
    assert [text for text in order if text.startswith("an")] == ["an 1", "an 2", "an 3"]
    assert [text for text in order if text.startswith("bình")] == ["bình 1", "bình 2", "bình 3"]
    assert order.index("bình 3") < order.index("an 1")


async def test_a_burst_of_one_person_takes_one_slot_only(data_dir) -> None:
    async with town_on(data_dir, slots=2) as town:
        an, binh = await member(town, "An"), await member(town, "Bình")
        free = asyncio.Event()

        async def held_for_an(visit: Visit, text: str) -> None:
            if text == "an":
                await free.wait()
            else:
                free.set()
            await echo(visit, text)

        listen(town, held_for_an)
        for _ in range(30):
            an.send_text("an")
        binh.send_text("bình")
        await town.settle()
        assert binh.texts() == ["bình"]
        assert len(an.texts()) == 30


async def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest_for_the_next_start(town: Town) -> None:
    an = await member(town)
    begun, free = asyncio.Event(), asyncio.Event()

    async def held(visit: Visit, text: str) -> None:
        begun.set()
        await free.wait()
        await echo(visit, text)

    listen(town, held)
    an.send_text("một")
    an.send_text("hai")
    await begun.wait()
    stopping = asyncio.ensure_future(town.stop())
    while not town.app.inbox.queue._stopped:
        await asyncio.sleep(0)
    free.set()
    await stopping
    assert an.texts() == ["một"]
    assert [row[1] for row in inbox_rows(town)] == ["done", "pending"]
    town.app = town._built()
    listen(town, echo)
    await town.start()
    await town.settle()
    assert an.texts() == ["một", "hai"]


async def test_updates_of_one_number_of_telegrams_are_both_handled_in_the_order_they_came(town: Town) -> None:
    """Telegram began its numbers anew while the first ones waited still; the later ones bear lower numbers too."""
    an = await member(town)

    async def stuck(visit: Visit, text: str) -> None:
        await asyncio.Event().wait()

    listen(town, stuck)
    first = town.chats.updates.next_id
    for number, text in ((first, "một"), (first + 1, "hai"), (first, "ba"), (5, "bốn")):
        if text == "ba":
            town.clock.move_by(days=9)
        town.chats.updates.begin_anew(number)
        an.send_text(text)
        await _stored(town)
    await town.kill()
    assert [row[:2] for row in inbox_rows(town)] == [(n, "pending") for n in (first, first + 1, first, 5)]
    town.app = town._built()
    listen(town, echo)
    await town.start()
    await town.settle()
    assert an.texts() == ["một", "hai", "ba", "bốn"]
    assert {row[1] for row in inbox_rows(town)} == {"done"}


async def _stored(town: Town) -> None:
    """Return once Telegram has nothing more for the bot, whatever it is stuck in."""
    while town.chats.updates.pending() or not town.server.polling.waiting:
        await asyncio.sleep(0.001)


async def test_an_update_that_comes_after_it_was_forgotten_is_a_new_one(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    an.send_text("một")
    await town.settle()
    town.clock.move_by(days=30, seconds=1)
    await town.keep_house()
    assert inbox_rows(town) == []
    town.chats.updates.duplicate_last()
    await town.settle()
    assert an.texts() == ["một", "một"]
    assert len(inbox_rows(town)) == 1


@pytest.mark.parametrize("days", [-400, 400])
async def test_a_clock_that_jumps_makes_nothing_new_of_what_comes_again(town: Town, days: int) -> None:
    an = await member(town)
    listen(town, echo)
    an.send_text("một")
    await town.settle()
    again = town.chats.updates._last
    assert again is not None
    town.clock.move_by(days=days)
    await town.app.inbox.receive([again])
    await town.settle()
    assert an.texts() == ["một"]
    assert len(inbox_rows(town)) == 1


async def test_answers_owed_to_albums_are_told_apart_whatever_the_clock_says(town: Town) -> None:
    answers = [AlbumAnswer(1, 70), AlbumAnswer(1, 71), AlbumAnswer(2, 71)]
    for answer in answers:
        town.app.inbox.owe_answer(answer)
    keys = {ticket.key for ticket in town.app.inbox.queue.tickets}
    assert len(keys) == len(answers)
    await town.settle()
