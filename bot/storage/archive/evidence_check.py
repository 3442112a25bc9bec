"""Whether every file of evidence is on the disk and holds what its name says."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from sqlalchemy import bindparam, func, select

from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore

_PAGE = 200
f, e = t.files.c, t.evidence.c
_NEXT = (
    select(f.sha256, func.min(e.name).label("name"))
    .outerjoin(t.evidence, e.sha256 == f.sha256)
    .where(f.sha256 > bindparam("after"))
    .group_by(f.sha256)
    .order_by(f.sha256)
    .limit(_PAGE)
)
_STILL = select(f.sha256).where(f.sha256 == bindparam("sha256"))


class FileState(Enum):
    """How a file is."""

    WHOLE = auto()
    MISSING = auto()
    CHANGED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class Looked:
    """A file of evidence: its hash, a name it was sent under, and how it is."""

    sha256: str
    name: str | None
    state: FileState


async def look_at_evidence(database: Database, files: FileStore) -> AsyncIterator[Looked]:
    """Every file there should be, one after another; each is read in pieces, and so is the list of them."""
    after = ""
    while True:
        async with database.read() as conn:
            page = (await conn.execute(_NEXT, {"after": after})).all()
        for sha256, name in page:
            state = await asyncio.to_thread(_state_of, files.path_of(sha256), sha256)
            # One that no report carries may have been wiped meanwhile.
            if state is FileState.WHOLE or await _is_wanted(database, sha256):
                yield Looked(sha256, name, state)
        if len(page) < _PAGE:
            return
        after = page[-1].sha256


def _state_of(path: Path, sha256: str) -> FileState:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return FileState.MISSING
    except OSError:
        return FileState.UNREADABLE
    return FileState.WHOLE if found == sha256 else FileState.CHANGED


async def _is_wanted(database: Database, sha256: str) -> bool:
    async with database.read() as conn:
        return await conn.scalar(_STILL, {"sha256": sha256}) is not None
