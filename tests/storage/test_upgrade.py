"""A database that goes to another step: a backup first, all or nothing, and what happens when it is cut off."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import alembic.command  # noqa: F401 - so that no child spends its time on reading it
import pytest
from sqlalchemy import Engine, event

from bot.domain.errors import DatabaseBusy, TienDoError
from bot.storage.archive import backup
from bot.storage.archive.archive import verify
from bot.storage.archive.dump import dump_table, tables_of
from bot.storage.archive.upgrade import FOLDER, upgrade
from bot.storage.engine.database import Database
from bot.storage.engine.migrate import Migrated, change_of_tables, migrate
from bot.storage.engine.steps import SchemaPlace, head_revision, look, steps
from tests.storage.conftest import World, build_world

NOW = datetime(2026, 6, 15, 1, 0, 5, tzinfo=UTC)
pytestmark = pytest.mark.skipif(len(steps()) < 2, reason="there is one step only")
STRIDE = 29
"""How many points lie between two at which a child is killed; most read the shape of one table after another."""
OLD = steps()[-2] if len(steps()) > 1 else ""


async def contents(url: str, at: Path) -> dict[str, str]:
    """Every row of every table as a backup writes it, whatever step and engine."""
    folder = at / "contents"
    folder.mkdir(exist_ok=True)
    database = await Database.open(url)
    held = {}
    async with database.read() as conn:
        for table in await tables_of(conn):
            await dump_table(conn, table, folder / table.name)
            held[table.name] = (folder / table.name).read_text("utf-8")
    await database.close()
    return held


@pytest.fixture
def old_url(database_url: str, tmp_path: Path) -> str:
    """A database at the step before the newest, with something in it."""

    async def fill() -> None:
        database = await Database.open(database_url)
        async with database.write() as conn:
            await build_world(conn)
        await database.close()
        await migrate(database_url, OLD)

    asyncio.run(fill())
    (tmp_path / "data").mkdir()
    return database_url


def archives(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "data" / FOLDER).glob("*"))


async def test_it_is_backed_up_first_and_comes_back_at_its_step(old_url: str, tmp_path: Path) -> None:
    before = await contents(old_url, tmp_path)
    done = await upgrade(old_url, tmp_path / "data", NOW)
    assert done.moved == Migrated(OLD, head_revision())
    assert done.backup == tmp_path / "data" / "backups" / f"20260615T010005Z-step-{OLD}.tar.gz"
    assert archives(tmp_path) == [done.backup] and done.backup.stat().st_mode & 0o077 == 0
    summary = verify(done.backup)
    assert (summary.revision, summary.evidence, summary.missing) == (OLD, False, ())

    assert (await upgrade(old_url, tmp_path / "data", NOW)).backup is None

    url = f"sqlite+aiosqlite:///{tmp_path / 'again.db'}"
    await backup.restore(done.backup, url, tmp_path / "data")
    await migrate(url, OLD)
    assert await contents(url, tmp_path) == before


async def test_a_new_database_needs_no_backup(empty_url: str, tmp_path: Path) -> None:
    done = await upgrade(empty_url, tmp_path, NOW)
    assert (done.moved, done.backup) == (Migrated(None, head_revision()), None)
    assert not (tmp_path / FOLDER).exists()


async def test_going_back_is_backed_up_too(database_url: str, world: World, tmp_path: Path) -> None:
    before = await contents(database_url, tmp_path)
    done = await upgrade(database_url, tmp_path, NOW, OLD)
    assert done.moved.is_back and done.backup is not None
    url = f"sqlite+aiosqlite:///{tmp_path / 'again.db'}"
    await backup.restore(done.backup, url, tmp_path)
    assert await contents(url, tmp_path) == before


async def test_only_the_newest_backups_of_this_kind_stay(
    old_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.archive.upgrade.KEPT", 3)
    folder = tmp_path / "data" / FOLDER
    folder.mkdir()
    (folder / "mine.tar.gz").touch()
    for n in range(5):
        await upgrade(old_url, tmp_path / "data", NOW + timedelta(days=n), OLD if n % 2 else None)
    names = [path.name for path in archives(tmp_path)]
    assert names[-1] == "mine.tar.gz" and len(names) == 4 and names[0].startswith("20260617")


def nothing_was_changed(old_url: str, tmp_path: Path, before: object, refused: TienDoError) -> None:
    assert refused.key == "upgrade_not_saved"
    assert asyncio.run(contents(old_url, tmp_path)) == before
    assert not [path for path in tmp_path.rglob("*") if ".backup-" in path.name or path.suffix == ".part"]


def test_without_a_place_for_the_backup_nothing_is_migrated(old_url: str, tmp_path: Path) -> None:
    before = asyncio.run(contents(old_url, tmp_path))
    (tmp_path / "data" / FOLDER).write_text("no folder")
    with pytest.raises(TienDoError) as caught:
        asyncio.run(upgrade(old_url, tmp_path / "data", NOW))
    nothing_was_changed(old_url, tmp_path, before, caught.value)


def test_on_a_full_disk_nothing_is_migrated(old_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = asyncio.run(contents(old_url, tmp_path))

    def full(handle: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TienDoError) as caught:
        asyncio.run(upgrade(old_url, tmp_path / "data", NOW))
    nothing_was_changed(old_url, tmp_path, before, caught.value)


async def test_who_comes_second_waits_and_has_nothing_to_do(old_url: str, tmp_path: Path) -> None:
    done = await asyncio.gather(*(upgrade(old_url, tmp_path / "data", NOW + timedelta(seconds=n)) for n in range(3)))
    assert sorted(one.moved.before or "" for one in done) == [OLD, head_revision(), head_revision()]
    assert len(archives(tmp_path)) == 1


async def test_who_waits_too_long_is_told_so(old_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.engine.engines.sqlite_engine.__kwdefaults__", {"busy_ms": 50, "durable": True})
    monkeypatch.setattr("bot.storage.engine.engines.postgresql_engine.__kwdefaults__", {"size": 1, "busy_ms": 50})
    async with change_of_tables(old_url):
        with pytest.raises(DatabaseBusy):
            await upgrade(old_url, tmp_path / "data", NOW)
    assert (await look(old_url)).step == OLD and archives(tmp_path) == []


def killed(n: int, work: Callable[[], Awaitable[object]]) -> bool:
    """Do the work in a process that is killed at its n-th statement, commit, or change of a name; whether it was."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _arm(n)
            asyncio.run(work())  # type: ignore[arg-type]
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _arm(n: int) -> None:
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == n:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    # What Python does to files is told before it is done.
    sys.addaudithook(lambda what, _: count() if what in ("os.rename", "os.remove", "os.mkdir", "os.rmdir") else None)


def test_killed_at_any_point_the_next_start_finds_the_whole_of_one_step(old_url: str, tmp_path: Path) -> None:
    before = asyncio.run(contents(old_url, tmp_path))
    data_dir, n = tmp_path / "data", 3
    while killed(n, partial(upgrade, old_url, data_dir, NOW + timedelta(seconds=n))):
        found = asyncio.run(look(old_url))
        if found.place is SchemaPlace.OLDER:
            assert found.step == OLD and asyncio.run(contents(old_url, tmp_path)) == before
        n += STRIDE
    assert n > 100
    assert asyncio.run(look(old_url)).place is SchemaPlace.NEWEST
    kept = archives(tmp_path)
    assert kept and all(verify(path).revision == OLD for path in kept)
    asyncio.run(migrate(old_url, OLD))
    assert asyncio.run(contents(old_url, tmp_path)) == before


def test_killed_while_it_is_made_it_is_made_by_the_next(empty_url: str) -> None:
    n = 1
    while killed(n, lambda: migrate(empty_url)):
        assert asyncio.run(look(empty_url)).place in (SchemaPlace.NOWHERE, SchemaPlace.NEWEST)
        n += STRIDE
    assert n > 100 and asyncio.run(look(empty_url)).place is SchemaPlace.NEWEST


def test_killed_while_restoring_it_can_be_done_again(old_url: str, empty_url: str, tmp_path: Path) -> None:
    if old_url.partition(":")[0] != empty_url.partition(":")[0]:
        pytest.skip("each engine once")
    asyncio.run(backup.backup(old_url, tmp_path / "data", tmp_path / "b.tar", NOW))
    n = 1
    while killed(n, lambda: backup.restore(tmp_path / "b.tar", empty_url, tmp_path / "new")):
        n += STRIDE
        if asyncio.run(look(empty_url)).place is SchemaPlace.NEWEST:
            break
    assert n > 100
    asyncio.run(migrate(empty_url, OLD))
    assert asyncio.run(contents(empty_url, tmp_path)) == asyncio.run(contents(old_url, tmp_path))
