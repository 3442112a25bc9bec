"""Migrations: forth, back and forth again, and the tables they make are those of the program."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.storage.engine.database import Database, migrate
from bot.storage.engine.migrate import migrate_back
from bot.storage.engine.steps import current_revision, head_revision
from bot.storage.engine.tables import metadata
from bot.storage.outbox import inbox
from bot.storage.outbox.inbox import IncomingUpdate
from bot.storage.records import plans, questions
from bot.storage.records.questions import StoredQuestion

from .conftest import found_locality

pytestmark = pytest.mark.asyncio


def names(conn: Connection) -> set[str]:
    return set(inspect(conn).get_table_names()) - {"alembic_version"}


async def test_migrations_go_up_down_and_up(empty_url: str) -> None:
    for step, wanted in (("up", set(metadata.tables)), ("down", set()), ("up", set(metadata.tables))):
        await (migrate(empty_url) if step == "up" else migrate_back(empty_url))
        database = await Database.open(empty_url)
        async with database.read() as conn:
            assert await conn.run_sync(names) == wanted
            assert await current_revision(conn) == (head_revision() if step == "up" else None)
        await database.close()


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    database = await Database.open(database_url)
    async with database.read() as conn:
        assert await current_revision(conn) == head_revision()
    await database.close()


async def test_an_empty_database_stands_at_no_step(empty_url: str) -> None:
    database = await Database.open(empty_url)
    async with database.read() as conn:
        assert await current_revision(conn) is None
    await database.close()


async def test_the_tables_of_the_program_are_those_of_the_migrations(database: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(conn), metadata))

    async with database.read() as conn:
        assert await conn.run_sync(differences) == []


async def test_a_plan_that_is_there_keeps_the_standing_office_of_its_locality(empty_url: str) -> None:
    await migrate(empty_url, "0002")
    database = await Database.open(empty_url)
    async with database.write() as conn:
        for slug, office in (("a", 7), ("b", None)):
            place = {"slug": slug, "name": slug, "kind": "xã", "province": "X", "office": office}
            await conn.execute(
                text(
                    "INSERT INTO localities (slug, name, kind, province, standing_office_id, settings, reporting) "
                    "VALUES (:slug, :name, :kind, :province, :office, '{}', '{}')"
                ),
                place,
            )
        await conn.execute(
            text(
                "INSERT INTO plans "
                "(locality_id, year, number, title, issuer, issued_on, issued_on_as_printed, loaded_at) "
                "SELECT id, 2026, '1', 'T', 'I', '2026-03-01', '01/3/2026', '2026-03-01T00:00:00.000000Z' "
                "FROM localities"
            )
        )
    await database.close()
    await migrate(empty_url)
    database = await Database.open(empty_url)
    async with database.read() as conn:
        found = await conn.execute(
            text(
                "SELECT slug, plans.standing_office_id FROM plans "
                "JOIN localities ON localities.id = locality_id ORDER BY slug"
            )
        )
        assert [tuple(row) for row in found] == [("a", 7), ("b", None)]
    await database.close()


async def test_updates_that_are_there_are_numbered_as_they_came_and_keep_the_key_of_their_effects(
    empty_url: str,
) -> None:
    """What took effect before the step and was cut off before it was done is known by the key it had."""
    await migrate(empty_url, "0008")
    rows = [
        # update, received, state, text: numbers had begun anew before the third.
        (900, "2026-05-01", "done", None),
        (901, "2026-05-01", "pending", "một"),
        (5, "2026-06-01", "pending", "hai"),
        (7, "2026-06-01", "failed", "ba"),
    ]
    await _execute(
        empty_url,
        *(
            "INSERT INTO inbox (bot_id, update_id, owner, payload, received_at, state) VALUES "
            f"(3, {number}, 70, {'NULL' if words is None else repr(words)}, '{day}T00:00:00.000000Z', '{state}')"
            for number, day, state, words in reversed(rows)
        ),
    )
    await migrate(empty_url)
    database = await Database.open(empty_url)
    async with database.write() as conn:
        items = await inbox.pending(conn, 3)
        assert [(item.number, item.update_id, item.payload, item.key) for item in items] == [
            (2, 901, "một", "3-901"),
            (3, 5, "hai", "3-5"),
        ]
        at = datetime(2026, 6, 1, 1, tzinfo=UTC)
        stored = await inbox.store(conn, 3, [IncomingUpdate(5, 70, "hai"), IncomingUpdate(900, 70, "bốn")], at)
        assert stored.again == (5,) and [(item.number, item.key) for item in stored.new] == [(5, "u5-900")]
        assert (await inbox.counts(conn)) == {"pending": 3, "done": 1, "failed": 1}
    await database.close()
    # And back: of two updates with one number the newer stays.
    await migrate_back(empty_url, "0008")
    await migrate(empty_url)
    database = await Database.open(empty_url)
    async with database.read() as conn:
        found = (await conn.execute(text("SELECT update_id, payload FROM inbox ORDER BY update_id"))).all()
        assert [tuple(row) for row in found] == [(5, "hai"), (7, "ba"), (900, "bốn"), (901, "một")]
    await database.close()


async def _execute(url: str, *statements: str) -> None:
    database = await Database.open(url)
    async with database.write() as conn:
        for words in statements:
            await conn.execute(text(words))
    await database.close()


async def test_questions_that_are_there_keep_their_numbers(empty_url: str) -> None:
    await migrate(empty_url, "0008")
    await _execute(
        empty_url,
        "INSERT INTO localities (slug, name, kind, province, settings, reporting) "
        "VALUES ('a', 'A', 'xã', 'X', '{}', '{}')",
        *(
            "INSERT INTO questions (id, locality_id, chat_id, telegram_id, reading, asked_at) "
            f"VALUES ({number}, 1, 70, 70, '{{\"n\": {number}}}', '2026-06-01T00:00:00.000000Z')"
            for number in (4, 9)
        ),
    )
    await migrate(empty_url)
    database = await Database.open(empty_url)
    async with database.read() as conn:
        for number in (4, 9):
            found = await questions.question(conn, number)
            assert found is not None and found.reading == {"n": number}
    await database.close()


async def test_numbers_of_what_is_deleted_are_not_given_again(database: Database) -> None:
    """All of it is deleted at times: only so does the engine remember how far it has counted."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    async with database.write() as conn:
        place = await found_locality(conn)
        asked = StoredQuestion(place, 70, 70, {}, at)
        numbers, questioned = [], []
        for update_id in (1, 2, 3):
            [item] = (await inbox.store(conn, 3, [IncomingUpdate(update_id, 70, "x")], at)).new
            numbers.append(item.number)
            questioned.append(await questions.keep(conn, asked))
            await inbox.done(conn, item.number, at)
            assert await inbox.drop_done(conn, at + timedelta(days=1), 10) == 1
            assert await questions.purge(conn, at + timedelta(days=1), 10) == 1
    assert numbers == sorted(set(numbers)) and questioned == sorted(set(questioned))


async def test_of_two_localities_loaded_under_one_identity_the_first_keeps_it(empty_url: str) -> None:
    await migrate(empty_url, "0008")
    database = await Database.open(empty_url)
    places = [
        ("a", "Bình Thành"),
        ("b", unicodedata.normalize("NFD", "BÌNH  THÀNH")),
        ("c", "Bình Thạnh"),
    ]
    async with database.write() as conn:
        for slug, name in places:
            insert = "INSERT INTO localities (slug, name, kind, province, settings, reporting) "
            await conn.execute(
                text(insert + "VALUES (:slug, :name, 'xã', 'Thái Nguyên', '{}', '{}')"), {"slug": slug, "name": name}
            )
    await database.close()
    await migrate(empty_url)
    database = await Database.open(empty_url)
    async with database.write() as conn:
        found = await conn.execute(text("SELECT slug, identity IS NULL FROM localities ORDER BY id"))
        assert [(slug, bool(none)) for slug, none in found] == [("a", False), ("b", True), ("c", False)]
        wanted = [(await plans.locality_by_slug(conn, slug), slug) for slug in "ac"]
        for place, slug in wanted:
            assert place is not None
            again = {"name": place.name.upper(), "kind": "xã", "province": "thái nguyên"}
            assert await plans.save_locality(conn, slug="z", **again) == place.id, slug
    await database.close()
