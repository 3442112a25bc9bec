"""What `run` and `migrate` do to a database of another step: write it down, then take the steps."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import TienDoError
from bot.storage.engine.migrate import Migrated, migrate

FOLDER = "backups"
KEPT = 10
"""Backups of this kind in the folder; older ones are removed once a new one is written."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done, and the backup written before it."""

    moved: Migrated
    backup: Path | None


async def upgrade(url: str, data_dir: Path, now: datetime, to: str | None = None) -> Upgraded:
    """Take a database to a step, by default the newest, after writing it into an archive in the data folder.

    Raises what `migrate` does, and TienDoError("upgrade_not_saved") where the archive could not be written; the
    database is as it was then.
    """
    saved: list[Path] = []

    async def first(step: str) -> None:
        saved.append(await _saved(url, data_dir, now, step))

    moved = await migrate(url, to, first=first)
    return Upgraded(moved, saved[0] if saved else None)


async def _saved(url: str, data_dir: Path, now: datetime, step: str) -> Path:
    from bot.storage.archive.backup import backup

    folder = data_dir / FOLDER
    target = folder / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-step-{step}.tar.gz"
    try:
        await asyncio.to_thread(_tidied, folder)
        # Migrating touches no evidence, which may be a hundred times as much.
        await backup(url, data_dir, target, now, evidence=False)
        await asyncio.to_thread(_thinned, folder)
    except OSError as refused:
        raise TienDoError(
            "upgrade_not_saved", folder=folder, why=refused.strerror or type(refused).__name__
        ) from refused
    return target


def _tidied(folder: Path) -> None:
    """The folder, without what a backup leaves that was cut off; nobody else writes here now."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for half in folder.glob(".backup-*"):
        shutil.rmtree(half)
    for half in folder.glob("*.part"):
        half.unlink()


def _thinned(folder: Path) -> None:
    for old in sorted(folder.glob("*-step-*.tar.gz"))[:-KEPT]:
        old.unlink()
