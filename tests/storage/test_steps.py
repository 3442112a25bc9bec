"""Which step a database stands at, what is refused, and that looking and refusing change nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import __version__
from bot.domain.errors import BadInput, TienDoError
from bot.storage.engine.database import Database
from bot.storage.engine.migrate import Migrated, migrate
from bot.storage.engine.steps import SchemaPlace, SchemaState, head_revision, look, require_newest, steps
from bot.storage.engine.troubles import trouble
from tests.conftest import PostgresServer

TWO_STEPS = pytest.mark.skipif(len(steps()) < 2, reason="there is one step only")


async def run(url: str, *statements: str) -> None:
    """Do what some other version, or another program, would have done."""
    database = await Database.open(url)
    async with database.write() as conn:
        for statement in statements:
            await conn.execute(text(statement))
    await database.close()


async def put_at(url: str, step: str, version: str | None = None) -> None:
    """As a version of the program that knows this step leaves it."""
    said = "NULL" if version is None else f"'{version}'"
    await run(url, f"UPDATE alembic_version SET version_num = '{step}', program = {said}")


async def refusal(url: str, to: str | None = None) -> TienDoError:
    with pytest.raises(TienDoError) as caught:
        await migrate(url, to)
    return caught.value


async def test_nowhere_is_made_at_the_newest_step_and_signed(empty_url: str) -> None:
    assert await look(empty_url) == SchemaState(SchemaPlace.NOWHERE)
    with pytest.raises(TienDoError, match="no_database"):
        require_newest(await look(empty_url))
    assert await migrate(empty_url) == Migrated(None, head_revision())
    assert await look(empty_url) == SchemaState(SchemaPlace.NEWEST, head_revision(), __version__)
    require_newest(await look(empty_url))


@TWO_STEPS
async def test_a_database_goes_to_any_step_and_back(empty_url: str) -> None:
    await migrate(empty_url, steps()[0])
    assert await look(empty_url) == SchemaState(SchemaPlace.OLDER, steps()[0], __version__)
    for before, after in (*zip(steps(), steps()[1:], strict=False), (head_revision(), steps()[0])):
        moved = await migrate(empty_url, after)
        assert (moved, moved.is_back) == (Migrated(before, after), after < before)
    with pytest.raises(TienDoError, match="database_older") as caught:
        require_newest(await look(empty_url))
    assert caught.value.figures == {"step": steps()[0], "newest": head_revision()}


async def test_a_step_nobody_knows_is_refused_naming_those_there_are(database_url: str) -> None:
    with pytest.raises(BadInput, match="no_such_step") as caught:
        await migrate(database_url, "0000")
    assert head_revision() in str(caught.value.figures["known"])
    assert (await look(database_url)).place is SchemaPlace.NEWEST


@pytest.mark.parametrize(
    ("step", "version", "place", "key", "named"),
    [
        ("9001", "7.3.1", SchemaPlace.NEWER, "database_newer", "7.3.1"),
        ("9001", None, SchemaPlace.NEWER, "database_newer_unsigned", None),
        ("0001", None, SchemaPlace.FOLDED, "database_folded", "0.1.0"),
        ("0011", "0.1.0", SchemaPlace.FOLDED, "database_folded", "0.1.0"),
    ],
)
async def test_a_step_of_another_version_is_refused_naming_the_version(
    database_url: str, step: str, version: str | None, place: SchemaPlace, key: str, named: str | None
) -> None:
    await put_at(database_url, step, version)
    found = await look(database_url)
    assert found == SchemaState(place, step, version)
    for to in (None, steps()[0]):
        refused = await refusal(database_url, to)
        assert (refused.key, refused.figures.get("version")) == (key, named)
    with pytest.raises(TienDoError, match=key):
        require_newest(found)
    assert await look(database_url) == found


def test_steps_are_only_added_from_the_folded_one_on() -> None:
    assert steps()[0] == "0100"


async def test_a_database_that_never_was_signed_says_no_version(database_url: str) -> None:
    await run(database_url, "ALTER TABLE alembic_version DROP COLUMN program")
    assert await look(database_url) == SchemaState(SchemaPlace.NEWEST, head_revision(), None)


async def test_tables_of_another_program_are_left_alone(empty_url: str) -> None:
    await run(empty_url, "CREATE TABLE customers (id INTEGER)", "INSERT INTO customers VALUES (7)")
    assert (await look(empty_url)).place is SchemaPlace.FOREIGN
    assert (await refusal(empty_url)).key == "database_foreign"
    # Not even an empty table of steps makes it ours.
    await run(empty_url, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    assert (await refusal(empty_url)).key == "database_foreign"


def test_looking_at_a_file_of_another_program_changes_not_a_byte(tmp_path: Path) -> None:
    path = tmp_path / "khach-hang.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE customers (id INTEGER)")
    conn.close()
    before = path.read_bytes()
    for _ in range(2):
        assert asyncio.run(refusal(f"sqlite+aiosqlite:///{path}")).key == "database_foreign"
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == ["khach-hang.db"]


@pytest.mark.parametrize("content", [b"mot trang van ban\n" * 500, b"SQLite format 3\x00" + b"\xff" * 4000])
async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tiendo.db"
    path.write_bytes(content)
    for work in (look, migrate):
        with pytest.raises(sqlite3.DatabaseError) as caught:
            await work(f"sqlite+aiosqlite:///{path}")
        told = trouble(caught.value)
        assert told is not None and told.key == "database_damaged"
    assert path.read_bytes() == content and [one.name for one in tmp_path.iterdir()] == ["tiendo.db"]


async def test_looking_makes_no_file(tmp_path: Path) -> None:
    for url in (f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", f"sqlite+aiosqlite:///{tmp_path / 'no' / 'none.db'}"):
        assert (await look(url)).place is SchemaPlace.NOWHERE
    (tmp_path / "zero.db").touch()
    assert (await look(f"sqlite+aiosqlite:///{tmp_path / 'zero.db'}")).place is SchemaPlace.NOWHERE
    assert [path.name for path in tmp_path.iterdir()] == ["zero.db"]


async def test_a_server_without_that_database_and_no_server_at_all(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.url("nobody_made_this")
    assert (await look(url)).place is SchemaPlace.NOWHERE
    with pytest.raises(Exception) as caught:
        await migrate(url)
    told = trouble(caught.value)
    assert told is not None and told.key == "database_not_created"
    for away in ("postgresql+asyncpg://nobody@127.0.0.1:9/x", f"postgresql+asyncpg://nobody@/x?host={tmp_path}"):
        with pytest.raises(TienDoError, match="database_unreachable"):
            await look(away)


async def test_two_who_make_one_database_at_once_make_it_once(empty_url: str) -> None:
    moved = await asyncio.gather(*(migrate(empty_url) for _ in range(3)))
    assert sorted(one.before or "" for one in moved) == ["", head_revision(), head_revision()]
    assert (await look(empty_url)).place is SchemaPlace.NEWEST
