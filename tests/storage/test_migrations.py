"""Migrations: forth, back and forth again, and the tables they make are those of the program."""

from __future__ import annotations

import unicodedata

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.storage.engine.database import Database, current_revision, head_revision, migrate
from bot.storage.engine.migrate import migrate_back
from bot.storage.engine.tables import metadata
from bot.storage.records import plans

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
