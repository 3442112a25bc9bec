"""What the trial asks of the database: when something is due next, and what happened meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.events import Report
from bot.domain.work.lifecycle import begin
from bot.storage.engine.database import Database
from bot.storage.outbox import deliveries, looks, outbox, watching
from bot.storage.outbox.looks import Flip
from bot.storage.outbox.outbox import Notice
from bot.storage.records import events
from bot.storage.records.events import StoredStanding
from tests import notices

from .conftest import NOW, TERMS, World

HOUR = timedelta(hours=1)


async def test_the_next_instant_is_the_first_of_all_that_lie_ahead(database: Database, world: World) -> None:
    async def then(after: object = NOW) -> object:
        async with database.read() as conn:
            return await looks.next_instant(conn, after)  # type: ignore[arg-type]

    assert await then() is None
    standing = begin(TERMS, world.units[0])
    async with database.write() as conn:
        await looks.save_round(conn, world.locality, None, 1, NOW + 4 * HOUR)
    assert await then() == NOW + 4 * HOUR
    async with database.write() as conn:
        kept = StoredStanding(world.assignment, standing, Colour.GREEN, (), date(2026, 6, 23), NOW + 3 * HOUR)
        await events.save_standings(conn, [kept])
    assert await then() == NOW + 3 * HOUR
    async with database.write() as conn:
        await outbox.queue_all(
            conn,
            [
                Notice("gone", world.locality, "due_in_7", "", NOW + HOUR, person_id=world.person),
                Notice("next", world.locality, "due_in_7", "", NOW + 2 * HOUR, person_id=world.person),
            ],
            NOW,
        )
        found = await outbox.item_by_key(conn, "gone")
        assert found is not None
        await deliveries.settle(conn, [found.id], "withdrawn")
    assert await then() == NOW + 2 * HOUR
    # What is due already is not ahead.
    assert await then(NOW + 2 * HOUR) == NOW + 3 * HOUR
    assert await then(NOW + 4 * HOUR) is None


async def test_the_next_limit_is_that_of_open_work(database: Database, world: World) -> None:
    async with database.read() as conn:
        assert await looks.next_limit(conn, date(2026, 6, 1)) == date(2026, 6, 30)
        assert await looks.next_limit(conn, date(2026, 6, 30)) is None
    async with database.write() as conn:
        await events.end_assignment(conn, world.assignment, NOW)
        assert await looks.next_limit(conn, date(2026, 6, 1)) is None


async def test_what_was_due_before_a_made_up_history_ends_counts_as_told(database: Database, world: World) -> None:
    async with database.write() as conn:
        told = [
            Notice(key, world.locality, "turned_red", "", at, person_id=world.person, assignment_id=world.assignment)
            for key, at in (("old", NOW - HOUR), ("now", NOW), ("later", NOW + HOUR))
        ]
        await outbox.queue_all(conn, told, NOW - 2 * HOUR)
        await outbox.told_before(conn, NOW)
        assert [item.key for item in await notices.waiting(conn)] == ["later"]
        assert (await notices.states(conn, world.locality))["sent"] == 2
        shown = await watching.newest_notices(conn, 2)
    assert [(one.rule, one.code, one.to, one.due_at, one.state) for one in shown] == [
        ("turned_red", "NV01", "Nguyễn Văn An", NOW, "sent"),
        ("turned_red", "NV01", "Nguyễn Văn An", NOW + HOUR, "queued"),
    ]


async def test_events_and_flips_are_seen_with_their_people_and_units(database: Database, world: World) -> None:
    async with database.write() as conn:
        before = await watching.newest_event(conn)
        saved = await events.insert_event(
            conn, world.assignment, world.locality, NOW, world.person, Report(Decimal(60)), "k"
        )
        flip = Flip(
            world.assignment, world.locality, NOW, date(2026, 6, 1), Colour.GREEN, Colour.RED, (Reason.OVERDUE,)
        )
        await looks.add_flips(conn, [flip])
        (seen,) = await watching.events_after(conn, before)
        assert (before, seen.telegram_id, seen.event) == (0, 700, saved)
        assert await watching.events_after(conn, saved.id) == ()
        (shown,) = await watching.newest_flips(conn, 5)
    assert (shown.code, shown.unit, shown.before, shown.after, shown.reasons) == (
        "NV01",
        "Phòng VH-XH",
        "green",
        "red",
        ("overdue",),
    )


async def test_what_was_told_is_known_by_its_event_and_by_its_message(database: Database, world: World) -> None:
    async with database.write() as conn:
        event = await events.insert_event(
            conn, world.assignment, world.locality, NOW, world.person, Report(Decimal(100)), "k"
        )
        notice = Notice(
            "k", world.locality, "accepted", "", NOW, person_id=world.person, event_id=event.id, urgent=True
        )
        digest = Notice("d", world.locality, "due_in_7", "", NOW, person_id=world.person)
        await outbox.queue_all(conn, [notice, digest], NOW)
        first, second = await notices.waiting(conn)
        assert not await watching.is_told(conn, [event.id])
        await deliveries.sent(conn, [first.id], 41, NOW)
        assert await watching.is_told(conn, [event.id])
        assert not await watching.is_told(conn, [])
        assert not await watching.a_digest_went_out(conn, NOW - HOUR)
        await deliveries.sent(conn, [second.id], 42, NOW)
        assert await watching.a_digest_went_out(conn, NOW - HOUR)
        assert not await watching.a_digest_went_out(conn, NOW)
        assert [await watching.is_reminder(conn, 700, number) for number in (41, 42, 43)] == [True, True, False]
        assert not await watching.is_reminder(conn, 701, 42)
