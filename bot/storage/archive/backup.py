"""Backup and restore: one archive of the database and the evidence, taken while the bot runs."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.domain.errors import BadInput, TienDoError
from bot.storage.archive import archive
from bot.storage.archive.dump import dump_table, is_empty, load_table, number_beyond, tables_of
from bot.storage.engine.database import Connection, Database
from bot.storage.engine.migrate import change_of_tables, take_steps
from bot.storage.engine.steps import (
    LAST_BEFORE_FOLDING,
    SchemaPlace,
    SchemaState,
    head_revision,
    look,
    look_through,
    place_of,
    refuse_unknown,
    require_newest,
)
from bot.storage.engine.types import instant_text
from bot.storage.records.files import FileStore


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a backup came to. ``missing`` are hashes of evidence that was gone or damaged on the disk.

    ``evidence`` is whether files were to be in it at all.
    """

    revision: str
    at: str
    files: int
    missing: tuple[str, ...]
    evidence: bool = True


def _summary(manifest: archive.Manifest) -> BackupSummary:
    held = sum(name.startswith("files/") for name in manifest.members)
    return BackupSummary(manifest.revision, manifest.at, held, manifest.missing, manifest.evidence)


async def backup(db_url: str, files_root: Path, target: Path, now: datetime, *, evidence: bool = True) -> BackupSummary:
    """What the new archive at ``target`` holds: the database as of one moment, and the evidence it speaks of.

    Whatever step the database stands at, the archive is of that step. It is compressed where the name ends in .gz or
    .tgz. Raises TienDoError("no_database") where there is none, and for one that is not ours.
    """
    found = await look(db_url)
    if found.place is SchemaPlace.NOWHERE:
        raise TienDoError("no_database")
    if found.place is SchemaPlace.FOREIGN:
        refuse_unknown(found)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        found, hashes = await _dump(db_url, Path(folder))
        head = archive.Manifest(found.step or "", instant_text(now), program=found.version, evidence=evidence)
        store = FileStore(files_root)
        manifest = await asyncio.to_thread(archive.write, target, Path(folder), store, hashes if evidence else (), head)
    return _summary(manifest)


async def _dump(db_url: str, folder: Path) -> tuple[SchemaState, tuple[str, ...]]:
    database = await Database.open(db_url, readers=1)
    try:
        # One reading transaction sees one moment, however long it takes; nobody waits for it.
        async with database.read() as conn:
            found = await conn.run_sync(look_through)
            hashes: tuple[str, ...] = ()
            for table in await tables_of(conn):
                await dump_table(conn, table, folder / f"{table.name}.jsonl")
                if table.name == "files":
                    sha256 = table.c.sha256
                    hashes = tuple((await conn.execute(select(sha256).order_by(sha256))).scalars())
            return found, hashes
    finally:
        await database.close()


async def restore(source: Path, db_url: str, files_root: Path) -> BackupSummary:
    """What was brought back, after every hash in the archive was checked; an older one is taken to the newest step.

    Evidence of the same archive that lies there already may lie there: cut off, a restore can be done again. Raises
    BadInput and touches nothing: restore_target_not_empty, backup_damaged, backup_not_found, and backup_newer or
    backup_folded where this version of the program does not know the step.
    """
    await _refuse_unless_empty(db_url)
    manifest = await asyncio.to_thread(archive.verify, source)
    _refuse_unknown_step(manifest)
    if manifest.evidence:
        await asyncio.to_thread(_refuse_other_evidence, manifest, files_root / "files")
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        await asyncio.to_thread(archive.extract, source, manifest, Path(folder), FileStore(files_root))
        await _load(db_url, Path(folder), manifest)
    return _summary(manifest)


async def _refuse_unless_empty(db_url: str) -> None:
    found = await look(db_url)
    if found.place is SchemaPlace.NOWHERE:
        return
    require_newest(found)
    database = await Database.open(db_url, readers=1)
    try:
        async with database.read() as conn:
            await _require_empty(conn)
    finally:
        await database.close()


async def _require_empty(conn: Connection) -> None:
    if not await is_empty(conn):
        raise BadInput("restore_target_not_empty")


def _refuse_unknown_step(manifest: archive.Manifest) -> None:
    match place_of(manifest.revision):
        case SchemaPlace.NEWER:
            raise BadInput("backup_newer", step=manifest.revision, version=manifest.program or "–")
        case SchemaPlace.FOLDED:
            raise BadInput("backup_folded", step=manifest.revision, version=LAST_BEFORE_FOLDING)
    if manifest.version != 1:
        raise BadInput("backup_newer", step=manifest.revision, version=manifest.program or "–")


def _refuse_other_evidence(manifest: archive.Manifest, kept: Path) -> None:
    for path in kept.rglob("*"):
        if path.is_file() and archive.file_member(path.name) not in manifest.members:
            raise BadInput("restore_target_not_empty")


async def _load(db_url: str, folder: Path, manifest: archive.Manifest) -> None:
    async with change_of_tables(db_url) as conn:
        await _require_empty(conn)
        step = (await conn.run_sync(look_through)).step
        if step != manifest.revision:
            await conn.run_sync(take_steps, step, manifest.revision)
        tables = await tables_of(conn)
        if {f"tables/{table.name}.jsonl" for table in tables} != {
            m for m in manifest.members if m.startswith("tables/")
        }:
            raise BadInput("backup_damaged")
        for table in tables:
            await load_table(conn, table, folder / f"{table.name}.jsonl")
        if manifest.revision != head_revision():
            await conn.run_sync(take_steps, manifest.revision, head_revision())
        await number_beyond(conn, datetime.fromisoformat(manifest.at))
