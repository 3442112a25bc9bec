"""Evidence files, stored once by their content, and the rows that say whose they are."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import RowMapping, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import BadInput
from bot.domain.people.evidence import Evidence
from bot.storage.engine import tables as t
from bot.storage.engine.upserts import Upsert

_LEFTOVER = timedelta(days=1)


class FileStore:
    """A folder of files named by the sha256 of what they hold: files/ab/cd/<sha256>; unfinished ones in tmp/."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files = root / "files"
        self._temporary = root / "tmp"

    def path_of(self, sha256: str) -> Path:
        """Where the file of this hash lies. Raises BadInput for what is no hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise BadInput("no_such_file")
        return self._files / sha256[:2] / sha256[2:4] / sha256

    def temp_path(self) -> Path:
        """A name nobody else has, for a file still being written; its folder exists."""
        self._temporary.mkdir(parents=True, exist_ok=True)
        return self._temporary / uuid.uuid4().hex

    async def keep(self, temp: Path) -> tuple[str, int]:
        """Hash and size of the file at ``temp``, which is moved to its place and on the disk when this returns.

        Where the same content is kept already, ``temp`` is removed. Its writing must have ended.
        """
        return await asyncio.to_thread(self.keep_blocking, temp)

    def keep_blocking(self, temp: Path) -> tuple[str, int]:
        """What `keep` does, for callers that are on a thread of their own."""
        sha256, size = _hash_and_sync(temp)
        place = self.path_of(sha256)
        if place.is_file() and place.stat().st_size == size:
            temp.unlink()
            return sha256, size
        missing = [folder for folder in (place.parent, *place.parent.parents) if not folder.exists()]
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temp, place)
        # A new name is safe only once its folder is on the disk, and so on up for new folders.
        for folder in (place.parent, *(made.parent for made in missing)):
            _sync_folder(folder)
        return sha256, size

    async def verify(self, sha256: str) -> bool:
        """Whether the file is there and holds what its name says."""
        place = self.path_of(sha256)
        return await asyncio.to_thread(lambda: place.is_file() and _hash_of(place) == sha256)

    async def remove(self, sha256: str) -> None:
        """Take the content of this hash off the disk; nothing where it is gone already."""
        await asyncio.to_thread(self.path_of(sha256).unlink, missing_ok=True)

    async def sweep(self, now: datetime) -> int:
        """How many unfinished files, left more than a day ago, were removed."""
        return await asyncio.to_thread(self._sweep, (now - _LEFTOVER).timestamp())

    def _sweep(self, before: float) -> int:
        if not self._temporary.is_dir():
            return 0
        old = [path for path in self._temporary.iterdir() if path.is_file() and path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _hash_and_sync(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return sha256, os.fstat(file.fileno()).st_size


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


v = t.evidence.c
_COLUMNS = tuple(column for column in v if column.name != "key")
_EVIDENCE = select(*_COLUMNS).order_by(v.id)
_BY_KEY = _EVIDENCE.where(v.key == bindparam("key"))
_BY_IDS = _EVIDENCE.where(v.id.in_(bindparam("ids", expanding=True)))
_OF_ASSIGNMENT = _EVIDENCE.where(v.assignment_id == bindparam("assignment_id"))
_OF_UNIT_REPORT = _EVIDENCE.where(v.unit_report_id == bindparam("report_id"))
_CARRIED_BY_NONE = (v.event_id.is_(None), v.unit_report_id.is_(None), v.difficulty_entry_id.is_(None))
_USES = _EVIDENCE.where(v.sha256 == bindparam("sha256"), v.locality_id == bindparam("locality_id"))
_NAMED = select(v.id).where(v.sha256 == bindparam("sha256")).limit(1)
_ADD_FILE = Upsert(t.files, ["sha256"])
_ADD_EVIDENCE = Upsert(t.evidence, ["key"])


def _evidence(found: RowMapping) -> Evidence:
    return Evidence(**found)


async def add_file(conn: AsyncConnection, sha256: str, size: int, mime: str, at: datetime) -> None:
    """Write down a kept file; one already known stays as it is."""
    await conn.execute(_ADD_FILE.on(conn), {"sha256": sha256, "size": size, "mime": mime, "created_at": at})


async def add_evidence(conn: AsyncConnection, given: Evidence, key: str) -> Evidence:
    """The evidence as saved under this key, now or before. `add_file` comes first; ``given.id`` is not looked at."""
    values = asdict(given) | {"key": key}
    del values["id"]
    await conn.execute(_ADD_EVIDENCE.on(conn), values)
    return _evidence((await conn.execute(_BY_KEY, {"key": key})).mappings().one())


async def evidence(conn: AsyncConnection, ids: Collection[int]) -> tuple[Evidence, ...]:
    """The evidence of these ids, in the order they came; unknown ids are left out."""
    found = await conn.execute(_BY_IDS, {"ids": sorted(ids)})
    return tuple(_evidence(row) for row in found.mappings())


async def evidence_of(conn: AsyncConnection, assignment_id: int) -> tuple[Evidence, ...]:
    """The evidence of an assignment, in the order it came."""
    found = await conn.execute(_OF_ASSIGNMENT, {"assignment_id": assignment_id})
    return tuple(_evidence(row) for row in found.mappings())


async def evidence_of_unit_report(conn: AsyncConnection, report_id: int) -> tuple[Evidence, ...]:
    """The evidence that a report of a whole unit carries, in the order it came."""
    found = await conn.execute(_OF_UNIT_REPORT, {"report_id": report_id})
    return tuple(_evidence(row) for row in found.mappings())


async def uses_of(conn: AsyncConnection, locality_id: int, sha256: str) -> tuple[Evidence, ...]:
    """Where the same content was given in this locality."""
    found = await conn.execute(_USES, {"locality_id": locality_id, "sha256": sha256})
    return tuple(_evidence(row) for row in found.mappings())


async def attach(conn: AsyncConnection, evidence_ids: Collection[int], assignment_id: int, event_id: int) -> None:
    """Say which report carries the evidence; what an earlier report carries stays with that one."""
    where = (v.id.in_(evidence_ids), *_CARRIED_BY_NONE)
    await conn.execute(update(t.evidence).where(*where).values(assignment_id=assignment_id, event_id=event_id))


async def attach_to_unit_report(conn: AsyncConnection, evidence_ids: Collection[int], report_id: int) -> None:
    """Say which report of a whole unit carries the evidence."""
    where = (v.id.in_(evidence_ids), *_CARRIED_BY_NONE)
    await conn.execute(update(t.evidence).where(*where).values(unit_report_id=report_id))


async def attach_to_difficulty(conn: AsyncConnection, evidence_ids: Collection[int], entry_id: int) -> None:
    """Say which entry of a difficulty carries the evidence."""
    where = (v.id.in_(evidence_ids), *_CARRIED_BY_NONE)
    await conn.execute(update(t.evidence).where(*where).values(difficulty_entry_id=entry_id))


async def drop_evidence(conn: AsyncConnection, ids: Collection[int]) -> int:
    """How many of these were forgotten: those nothing carries yet. The file itself stays."""
    return (await conn.execute(delete(t.evidence).where(v.id.in_(ids), *_CARRIED_BY_NONE))).rowcount


async def drop_unattached(conn: AsyncConnection, before: datetime) -> frozenset[str]:
    """The hashes of the evidence forgotten: what came before this instant and nothing carries. The files stay."""
    where = (*_CARRIED_BY_NONE, v.assignment_id.is_(None), v.at < before)
    return frozenset((await conn.execute(delete(t.evidence).where(*where).returning(v.sha256))).scalars())


async def is_kept(conn: AsyncConnection, sha256: str) -> bool:
    """Whether a row says that the content of this hash is kept."""
    return await conn.scalar(select(t.files.c.sha256).where(t.files.c.sha256 == sha256)) is not None


async def drop_file(conn: AsyncConnection, sha256: str) -> bool:
    """Whether a file was forgotten that no evidence names any more; its content is removed by `FileStore.remove`."""
    if await conn.scalar(_NAMED, {"sha256": sha256}) is not None:
        return False
    return (await conn.execute(delete(t.files).where(t.files.c.sha256 == sha256))).rowcount > 0
