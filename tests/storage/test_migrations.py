"""Migrations: forth, back and forth again, and the tables they make are those of the program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.storage.engine.database import Database, migrate
from bot.storage.engine.migrate import migrate_back
from bot.storage.engine.steps import head_revision, look_through
from bot.storage.engine.tables import metadata
from bot.storage.outbox import inbox
from bot.storage.outbox.inbox import IncomingUpdate
from bot.storage.records import questions
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
            assert (await conn.run_sync(look_through)).step == (head_revision() if step == "up" else None)
        await database.close()


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    database = await Database.open(database_url)
    async with database.read() as conn:
        assert (await conn.run_sync(look_through)).step == head_revision()
    await database.close()


async def test_an_empty_database_stands_at_no_step(empty_url: str) -> None:
    database = await Database.open(empty_url)
    async with database.read() as conn:
        assert (await conn.run_sync(look_through)).step is None
    await database.close()


async def test_the_tables_of_the_program_are_those_of_the_migrations(database: Database) -> None:
    def differences(conn: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(conn), metadata))

    async with database.read() as conn:
        assert await conn.run_sync(differences) == []


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
