"""Backup and restore: one archive of the database and the evidence, taken while the bot runs."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.domain.errors import BadInput
from bot.storage.archive import archive
from bot.storage.archive.dump import TABLES, dump_table, is_empty, load_table, number_beyond
from bot.storage.engine.database import Database, current_revision, head_revision, migrate
from bot.storage.engine.engines import dialect_of
from bot.storage.engine.tables import files
from bot.storage.engine.types import instant_text
from bot.storage.records.files import FileStore


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a backup came to. ``missing`` are hashes of evidence that was gone or damaged on the disk."""

    revision: str
    at: str
    files: int
    missing: tuple[str, ...]


def _summary(manifest: archive.Manifest) -> BackupSummary:
    held = sum(name.startswith("files/") for name in manifest.members)
    return BackupSummary(manifest.revision, manifest.at, held, manifest.missing)


async def backup(db_url: str, files_root: Path, target: Path, now: datetime) -> BackupSummary:
    """What the new archive at ``target`` holds: the database as of one moment, and the evidence it speaks of.

    It is compressed where the name ends in .gz or .tgz. Raises BadInput("no_database") where there is none.
    """
    if await asyncio.to_thread(_is_nowhere, db_url):
        raise BadInput("no_database")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        revision, evidence = await _dump(db_url, Path(folder))
        manifest = await asyncio.to_thread(
            lambda: archive.write(
                target, Path(folder), FileStore(files_root), evidence, revision=revision, at=instant_text(now)
            )
        )
    return _summary(manifest)


def _is_nowhere(db_url: str) -> bool:
    if dialect_of(db_url) != "sqlite":
        return False
    path = Path(make_url(db_url).database or "")
    return not path.exists() or path.stat().st_size == 0


async def _dump(db_url: str, folder: Path) -> tuple[str, tuple[str, ...]]:
    database = await Database.open(db_url, readers=1)
    try:
        # One reading transaction sees one moment, however long it takes; nobody waits for it.
        async with database.read() as conn:
            revision = await current_revision(conn)
            if revision is None:
                raise BadInput("no_database")
            if revision != head_revision():
                raise BadInput("backup_other_revision")
            for table in TABLES:
                await dump_table(conn, table, folder / f"{table.name}.jsonl")
            hashes = tuple((await conn.execute(select(files.c.sha256).order_by(files.c.sha256))).scalars())
            return revision, hashes
    finally:
        await database.close()


async def verify(source: Path) -> BackupSummary:
    """What an archive holds, after every hash in it was checked. Raises BadInput("backup_damaged")."""
    return _summary(await asyncio.to_thread(archive.verify, source))


async def restore(source: Path, db_url: str, files_root: Path) -> BackupSummary:
    """What was brought back, after every hash in the archive was checked.

    Raises BadInput and touches nothing: restore_target_not_empty, backup_damaged, backup_not_found, and
    backup_other_revision where the archive was made by a program with other tables (restore with that one, then
    migrate).
    """
    await _refuse_unless_empty(db_url, files_root)
    manifest = await asyncio.to_thread(archive.verify, source)
    wanted = {f"tables/{table.name}.jsonl" for table in TABLES}
    if manifest.revision != head_revision() or manifest.version != 1:
        raise BadInput("backup_other_revision")
    if wanted != {name for name in manifest.members if name.startswith("tables/")}:
        raise BadInput("backup_damaged")
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        await asyncio.to_thread(archive.extract, source, manifest, Path(folder), FileStore(files_root))
        await _load(db_url, Path(folder), datetime.fromisoformat(manifest.at))
    return _summary(manifest)


async def _refuse_unless_empty(db_url: str, files_root: Path) -> None:
    kept = files_root / "files"
    if await asyncio.to_thread(lambda: kept.exists() and any(path.is_file() for path in kept.rglob("*"))):
        raise BadInput("restore_target_not_empty")
    if await asyncio.to_thread(_is_nowhere, db_url):
        return
    database = await Database.open(db_url, readers=1)
    try:
        async with database.read() as conn:
            if not await is_empty(conn):
                raise BadInput("restore_target_not_empty")
    finally:
        await database.close()


async def _load(db_url: str, folder: Path, at: datetime) -> None:
    await migrate(db_url)
    database = await Database.open(db_url, readers=1)
    try:
        async with database.write() as conn:
            for table in TABLES:
                await load_table(conn, table, folder / f"{table.name}.jsonl")
            await number_beyond(conn, at)
    finally:
        await database.close()
