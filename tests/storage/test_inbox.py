"""The inbox: nothing that comes is lost, nothing is kept twice, and what it is numbered with is never given again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text

from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.outbox import inbox
from bot.storage.outbox.inbox import InboxItem, IncomingUpdate, Stored

from .conftest import NOW

LATER = NOW + timedelta(hours=1)
WEEK = timedelta(days=7)


async def store(database: Database, *updates: IncomingUpdate, bot_id: int = 1, at: datetime = NOW) -> Stored:
    async with database.write() as conn:
        return await inbox.store(conn, bot_id, updates, at)


async def pending(database: Database, bot_id: int = 1) -> tuple[InboxItem, ...]:
    async with database.read() as conn:
        return await inbox.pending(conn, bot_id)


def ids(stored: Stored) -> list[int]:
    return [item.update_id for item in stored.new]


async def test_an_update_that_comes_twice_is_kept_once(database: Database) -> None:
    first = await store(database, IncomingUpdate(7, 70, "a"), IncomingUpdate(5, 50, "b"), IncomingUpdate(7, 70, "a"))
    assert ids(first) == [7, 5] and first.again == ()
    second = await store(database, IncomingUpdate(7, 70, "a"), IncomingUpdate(8, 80, "c"))
    assert (ids(second), second.again) == ([8], (7,))
    assert ids(await store(database, IncomingUpdate(7, 70, "other bot"), bot_id=2)) == [7]
    assert await store(database) == Stored()
    found = await pending(database)
    assert found == (*first.new, *second.new)
    assert [(item.update_id, item.owner, item.payload, item.attempts) for item in found] == [
        (7, 70, "a", 0),
        (5, 50, "b", 0),
        (8, 80, "c", 0),
    ]


async def test_what_is_known_and_not_done_is_named(database: Database) -> None:
    [first, second] = (await store(database, IncomingUpdate(7, 70, "a"), IncomingUpdate(8, 70, "b"))).new
    async with database.write() as conn:
        await inbox.done(conn, first.number, NOW)
        await inbox.failed(conn, second.number, NOW, "KeyError", final=False)
    again = await store(database, IncomingUpdate(8, 70, "b"), IncomingUpdate(7, 70, "a"))
    assert set(again.again) == {7, 8}
    assert [(item.number, item.key, item.attempts) for item in again.waiting] == [(second.number, second.key, 1)]


async def test_a_batch_is_numbered_in_its_order_whatever_its_size(database: Database) -> None:
    batch = [IncomingUpdate(number, 1, "x") for number in reversed(range(2500))]
    stored = await store(database, *batch)
    assert ids(stored) == [each.update_id for each in batch]
    numbers = [item.number for item in stored.new]
    assert numbers == sorted(numbers) and len({item.key for item in stored.new}) == 2500


@pytest.mark.parametrize("first", [3, 700, 701, 5_000])
async def test_numbers_that_begin_anew_are_new_updates_behind_the_earlier_ones(database: Database, first: int) -> None:
    before = [IncomingUpdate(number, 70, f"cũ {number}", NOW) for number in (700, 701, 702)]
    anew = [IncomingUpdate(number, 70, f"mới {number}", NOW + WEEK) for number in (first, first + 1, first + 2)]
    earlier = await store(database, *before)
    later = await store(database, *anew, at=NOW + WEEK)
    assert ids(later) == [each.update_id for each in anew] and later.again == ()
    assert [item.payload for item in await pending(database)] == [each.payload for each in (*before, *anew)]
    assert len({item.key for item in (*earlier.new, *later.new)}) == 6


async def test_a_third_count_is_told_from_the_two_before(database: Database) -> None:
    for year in range(3):
        at = NOW + timedelta(days=365 * year)
        assert ids(await store(database, IncomingUpdate(7, 70, f"{year}", at), at=at)) == [7]
        assert (await store(database, IncomingUpdate(7, 70, f"{year}", at), at=at + timedelta(hours=1))).again == (7,)
    assert [item.payload for item in await pending(database)] == ["0", "1", "2"]


@pytest.mark.parametrize(("hours", "is_new"), [(-49, True), (-47, False), (0, False), (47, False), (49, True)])
@pytest.mark.parametrize("told", [True, False], ids=["Telegram's time", "our time"])
async def test_within_48_hours_it_is_that_update_again(
    database: Database, hours: int, is_new: bool, told: bool
) -> None:
    then = NOW + timedelta(hours=hours)
    await store(database, IncomingUpdate(7, 70, "a", NOW if told else None))
    # Where Telegram says when, what our clock says meanwhile is not heeded.
    ours = NOW + timedelta(days=400) if told else then
    stored = await store(database, IncomingUpdate(7, 70, "b", then if told else None), at=ours)
    assert (ids(stored), stored.again) == (([7], ()) if is_new else ([], (7,)))


@pytest.mark.parametrize("days", [-400, -3, 3, 400])
async def test_a_jump_of_our_clock_makes_nothing_new_of_a_press_that_comes_again(database: Database, days: int) -> None:
    """The press of a button bears no time, but its text is the same to the last sign."""
    [press] = (await store(database, IncomingUpdate(7, 70, '{"callback_query":{"id":"1"}}'))).new
    again = await store(database, IncomingUpdate(7, 70, press.payload), at=NOW + timedelta(days=days))
    assert (again.new, again.again) == ((), (7,))


async def test_words_that_were_erased_do_not_make_it_new(database: Database) -> None:
    [item] = (await store(database, IncomingUpdate(7, 70, "MẬT", NOW))).new
    async with database.write() as conn:
        await inbox.done(conn, item.number, NOW)
        await inbox.erase_payload(conn, item.number)
    again = await store(database, IncomingUpdate(7, 70, "MẬT", NOW), at=NOW + timedelta(days=90))
    assert (again.new, again.again, again.waiting) == ((), (7,), ())


async def test_what_comes_after_its_row_was_deleted_is_new(database: Database) -> None:
    [item] = (await store(database, IncomingUpdate(7, 70, "a", NOW))).new
    async with database.write() as conn:
        await inbox.done(conn, item.number, NOW)
        assert await inbox.drop_done(conn, LATER, 10) == 1
    [again] = (await store(database, IncomingUpdate(7, 70, "a", NOW), at=LATER)).new
    assert again.number > item.number and again.key != item.key


async def test_the_same_file_put_back_by_hand_gives_no_key_twice(database: Database) -> None:
    """A copy of the file knows nothing of what was numbered since; Telegram goes on counting."""
    await store(database, IncomingUpdate(7, 70, "a"))
    [lost] = (await store(database, IncomingUpdate(8, 70, "b"))).new
    async with database.write() as conn:
        await conn.execute(delete(t.inbox).where(t.inbox.c.update_id == 8))
        if conn.dialect.name == "postgresql":
            await conn.execute(text("SELECT setval(pg_get_serial_sequence('inbox', 'id'), 1)"))
        else:
            await conn.execute(text("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'inbox'"))
    [item] = (await store(database, IncomingUpdate(9, 70, "c"))).new
    assert item.number == lost.number and item.key != lost.key


async def test_an_update_is_done_or_set_aside(database: Database) -> None:
    [first, second, third] = (await store(database, *(IncomingUpdate(n, 1, "x") for n in (1, 2, 3)))).new
    async with database.write() as conn:
        await inbox.done(conn, first.number, NOW)
        assert await inbox.failed(conn, second.number, NOW, "KeyError", final=False) == 1
        assert await inbox.failed(conn, second.number, NOW, "KeyError", final=False) == 2
        assert [item.attempts for item in await inbox.pending(conn, 1)] == [2, 0]
        assert await inbox.failed(conn, second.number, NOW, "KeyError", final=True) == 3
        assert await inbox.counts(conn) == {"pending": 1, "done": 1, "failed": 1}
        assert [item.number for item in await inbox.pending(conn, 1)] == [third.number]
        waits = [await inbox.is_pending(conn, item.number) for item in (first, second, third)]
        assert waits == [False, False, True]


async def test_the_words_of_done_updates_are_forgotten(database: Database) -> None:
    [first, second, third] = (await store(database, *(IncomingUpdate(n, 1, "x") for n in (1, 2, 3)))).new
    async with database.write() as conn:
        await inbox.done(conn, first.number, NOW)
        await inbox.done(conn, second.number, LATER)
        assert await inbox.purge(conn, LATER, 10) == 1
        assert await inbox.purge(conn, LATER, 10) == 0
        await inbox.erase_payload(conn, second.number)
        await inbox.erase_payload(conn, third.number)
        assert await inbox.pending(conn, 1) == ()
        assert await inbox.purge(conn, LATER + timedelta(days=1), 10) == 0


async def test_done_updates_are_forgotten_piece_by_piece_the_oldest_first(database: Database) -> None:
    stored = await store(database, *(IncomingUpdate(n, 1, "x") for n in range(6)))
    waits, failed, *done = stored.new
    async with database.write() as conn:
        await inbox.failed(conn, failed.number, NOW, "KeyError", final=True)
        for minutes, item in enumerate(reversed(done)):
            await inbox.done(conn, item.number, NOW + timedelta(minutes=minutes))
        assert await inbox.purge(conn, LATER, 2) == 2
        assert [await inbox.drop_done(conn, LATER, 3) for _ in range(3)] == [3, 1, 0]
        left = (await conn.scalars(select(t.inbox.c.id).order_by(t.inbox.c.id))).all()
        assert left == [waits.number, failed.number]


@pytest.mark.parametrize("days", [0, 30], ids=["new", "begun anew"])
async def test_two_processes_that_store_one_batch_at_once_keep_it_once(postgresql_url: str, days: int) -> None:
    """Both read that it is not known; the second waits for the first to end, and finds it there."""
    at = NOW + timedelta(days=days)
    mine, theirs = await Database.open(postgresql_url), await Database.open(postgresql_url)
    try:
        if days:
            await store(mine, IncomingUpdate(7, 70, "cũ", NOW), IncomingUpdate(8, 70, "cũ", NOW))
        batch = (IncomingUpdate(7, 70, "a", at), IncomingUpdate(8, 70, "b", at))
        read, both = [], asyncio.Event()

        def has_read(*given: Any) -> None:
            if given[2].startswith("SELECT inbox.id"):
                read.append(1)
            if len(read) == 2:
                both.set()

        for database in (mine, theirs):
            event.listen(database._writing.sync_engine, "after_cursor_execute", has_read)

        async def stored(database: Database) -> Stored:
            async with database.write() as conn:
                result = await inbox.store(conn, 1, batch, at)
                # The first holds its rows back until the second has looked for them.
                await both.wait()
                return result

        one, other = await asyncio.gather(stored(mine), stored(theirs))
        assert sorted([ids(one), ids(other)]) == [[], [7, 8]]
        items = await pending(mine)
        assert [(i.update_id, i.payload) for i in items if i.payload != "cũ"] == [(7, "a"), (8, "b")]
    finally:
        await mine.close()
        await theirs.close()


async def test_two_processes_that_share_updates_keep_each_once(postgresql_url: str) -> None:
    """Telegram posts to both; what one has answered too late comes to the other."""
    mine, theirs = await Database.open(postgresql_url), await Database.open(postgresql_url)
    try:
        for n, order in enumerate(permutations((1, 2, 3))):
            batch = [IncomingUpdate(n * 10 + each, 70, "x", NOW) for each in order]
            results = await asyncio.gather(store(mine, *batch), store(theirs, *batch[:2]), store(mine, *batch[1:]))
            taken = sorted(update_id for result in results for update_id in ids(result))
            assert taken == sorted(each.update_id for each in batch)
    finally:
        await mine.close()
        await theirs.close()


@pytest.mark.parametrize("name", ["store", "pending", "purge", "drop_done"])
async def test_postgresql_can_go_by_an_index(postgresql_database: Database, name: str) -> None:
    works: dict[str, Any] = {
        "store": lambda conn: inbox.store(conn, 1, [IncomingUpdate(1, 70, "x"), IncomingUpdate(2, 70, "x")], NOW),
        "pending": lambda conn: inbox.pending(conn, 1),
        "purge": lambda conn: inbox.purge(conn, NOW, 10),
        "drop_done": lambda conn: inbox.drop_done(conn, NOW, 10),
    }
    ran: list[tuple[str, Any]] = []
    async with postgresql_database.write() as conn:
        event.listen(conn.sync_connection, "before_cursor_execute", lambda *given: ran.append((given[2], given[3])))
        await works[name](conn)
    event_free = [pair for pair in ran if pair[0].startswith(("SELECT inbox", "INSERT", "UPDATE", "DELETE"))]
    assert event_free
    async with postgresql_database.write() as conn:
        # On a table of a few pages reading it whole is the quickest way.
        await conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for words, values in event_free:
            told = [row[0] for row in (await conn.exec_driver_sql(f"EXPLAIN {words}", values)).all()]
            assert not [line for line in told if "Seq Scan on inbox" in line], told
