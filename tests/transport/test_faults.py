"""Faults of ours, of Telegram and of the disk: each has one answer, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import DatabaseBusy, DatabaseFull
from bot.reminders.jobs import keep_house
from bot.storage.records import people
from bot.transport.screen.visit import Visit
from tests.town import Town
from tests.transport.village import echo, inbox_rows, listen, member


async def test_after_the_third_failure_an_update_is_set_aside_and_the_person_told(town: Town) -> None:
    an = await member(town)
    tried = []

    async def broken(visit: Visit, text: str) -> None:
        tried.append((text, town.clock.now()))
        if text == "lỗi":
            raise ZeroDivisionError("Nguyễn Văn An")
        await echo(visit, text)

    listen(town, broken)
    an.send_text("lỗi")
    an.send_text("tiếp")
    await town.settle()
    first, second, third, after = tried
    assert [entry[0] for entry in tried] == ["lỗi", "lỗi", "lỗi", "tiếp"]
    assert second[1] - first[1] == timedelta(seconds=1)
    assert third[1] - second[1] == timedelta(seconds=10)
    assert after[1] == third[1]
    assert "trục trặc" in an.texts()[0]
    assert an.texts()[1:] == ["tiếp"]
    rows = inbox_rows(town)
    assert [(row[1], row[2]) for row in rows] == [("failed", 3), ("done", 0)]
    assert "ZeroDivisionError" in str(rows[0][3])
    assert "Nguyễn" not in str(rows[0][3])


async def test_failures_are_counted_over_a_restart(town: Town) -> None:
    an = await member(town)

    async def broken(visit: Visit, text: str) -> None:
        raise ZeroDivisionError

    listen(town, broken)
    an.send_text("lỗi")
    while not town.clock.asleep:
        await town.clock.changed.wait()
        town.clock.changed.clear()
    await town.kill()
    assert [(row[1], row[2]) for row in inbox_rows(town)] == [("pending", 1)]
    town.app = town._built()
    listen(town, broken)
    await town.start()
    await town.settle()
    assert [(row[1], row[2]) for row in inbox_rows(town)] == [("failed", 3)]


async def test_an_outage_of_a_minute_loses_nothing_and_counts_as_no_attempt(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.server_error("sendMessage", times=6)
    start = town.clock.now()
    an.send_text("một")
    an.send_text("hai")
    await town.settle()
    assert an.texts() == ["một", "hai"]
    assert town.clock.now() - start >= timedelta(seconds=60)
    assert [(row[1], row[2]) for row in inbox_rows(town)] == [("done", 0), ("done", 0)]


async def test_a_lost_answer_repeats_one_message_at_most(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.lose_response("sendMessage")
    an.send_text("một")
    await town.settle()
    assert an.texts() in (["một"], ["một", "một"])
    assert [row[1] for row in inbox_rows(town)] == ["done"]


async def test_retry_after_is_waited_for_to_the_letter(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.next("sendMessage", status=429, retry_after=7)
    start = town.clock.now()
    an.send_text("một")
    await town.settle()
    assert an.texts() == ["một"]
    first, second = town.server.faults.calls_of("sendMessage")
    assert second.at - first.at == timedelta(seconds=7)
    assert town.clock.now() - start == timedelta(seconds=7)


async def test_a_long_retry_after_takes_no_slot(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.next("sendMessage", status=429, retry_after=200)
    an.send_text("một")
    await town.settle()
    first, second = town.server.faults.calls_of("sendMessage")
    assert second.at - first.at == timedelta(seconds=200)
    assert an.texts() == ["một"]


async def test_whoever_blocks_the_bot_is_unreachable_until_they_write_again(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.forbid(an.id)
    an.send_text("một")
    await town.settle()
    assert not await _reachable(town, an.id)
    assert [row[1] for row in inbox_rows(town)] == ["done"]
    assert len(town.server.faults.calls_of("sendMessage")) == 1
    town.server.faults.allow(an.id)
    an.send_text("hai")
    await town.settle()
    assert await _reachable(town, an.id)
    an.block()
    await town.settle()
    assert not await _reachable(town, an.id)
    an.unblock()
    await town.settle()
    assert await _reachable(town, an.id)


async def _reachable(town: Town, telegram_id: int) -> bool:
    async with town.db.read() as conn:
        person = await people.person_by_telegram(conn, telegram_id)
    assert person is not None
    return person.reachable


@pytest.mark.parametrize(("trouble", "said"), [(DatabaseBusy, "đang bận"), (DatabaseFull, "đã đầy")])
async def test_a_crowded_database_is_told_once_and_waited_out(town: Town, trouble: type[Exception], said: str) -> None:
    an = await member(town)
    left = 4

    async def crowded(visit: Visit, text: str) -> None:
        nonlocal left
        left -= 1
        if left:
            raise trouble
        await echo(visit, text)

    listen(town, crowded)
    an.send_text("một")
    await town.settle()
    told, answer = an.texts()
    assert said in told
    assert answer == "một"
    assert [(row[1], row[2]) for row in inbox_rows(town)] == [("done", 0)]


async def test_updates_that_cannot_be_stored_are_not_confirmed(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    write, refused = town.db.write, 0

    def full():
        nonlocal refused
        if refused < 2:
            refused += 1
            raise DatabaseFull
        return write()

    town.app.desk.db.write = full  # type: ignore[method-assign]
    an.send_text("một")
    # PTB's polling waits a real second before it asks again, so the polls are made by hand.
    await town.app.updater.stop()
    town.app.desk.db.write = write  # type: ignore[method-assign]
    await town.app.take_updates()
    await town.settle()
    assert refused >= 1
    assert an.texts() == ["một"]


async def test_a_chat_that_is_gone_for_good_ends_the_update(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    town.server.faults.next("sendMessage", status=400, description="Bad Request: chat not found")
    an.send_text("một")
    await town.settle()
    assert [(row[1], row[2]) for row in inbox_rows(town)] == [("done", 0)]


async def test_words_are_erased_a_week_after_an_update_is_done(town: Town) -> None:
    an = await member(town)
    listen(town, echo)
    an.send_text("riêng")
    await town.settle()
    town.clock.move_by(days=6)
    await keep_house(town.app)
    assert inbox_rows(town)[0][4] is not None
    town.clock.move_by(days=2)
    await keep_house(town.app)
    assert inbox_rows(town)[0][4] is None


async def test_an_error_in_a_job_is_logged_without_its_message(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await town.app.process_error(update=None, error=ZeroDivisionError("Nguyễn Văn An"))
    assert "ZeroDivisionError" in caplog.text
    assert "Nguyễn" not in caplog.text
