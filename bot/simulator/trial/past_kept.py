"""The past is the same each time for one version of the program: it is lived through once, kept, and copied.

What is kept is a cache, as compiled modules are: it can be removed at any time, and another version never uses it.
`prepare` makes it beforehand, so that the first start is as quick as the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import MovedClock
from bot.services.core.hours import day_of, day_start
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.trial.cast import TrialLocality, stage

PROGRAM = Path(__file__).resolve().parents[2]
SEEDS = PROGRAM.parent / "seeds"


def cache_folder() -> Path | None:
    """Where this user's programs keep what can be made again; none where there is no such place."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tiendo-demo"
    except RuntimeError:
        return None


def eve_of(start: datetime) -> datetime:
    """The last minute of the day before: until then the past of a trial goes."""
    return day_start(day_of(start)) - timedelta(minutes=1)


async def prepare(start: datetime) -> None:
    """Keep the past of a trial that starts then, unless it is kept already."""
    with tempfile.TemporaryDirectory(prefix="tiendo-demo-") as scratch:
        folder, places = Path(scratch), stage(Chats(MovedClock(start)))
        url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
        await bring_past(url, folder, places, eve_of(start), cache_folder())


async def bring_past(
    url: str, folder: Path, places: Sequence[TrialLocality], until: datetime, cache: Path | None
) -> None:
    """Fill a data folder with the past up to ``until``: out of ``cache`` where it is there, else lived through.

    ``url`` is the database inside the folder.
    """
    kept = None if cache is None else cache / await asyncio.to_thread(_name, until)
    if kept is not None and await asyncio.to_thread(_copied, kept, folder):
        return
    from bot.simulator.trial.past import live_through

    await live_through(url, folder, places, until)
    if kept is not None:
        await asyncio.to_thread(_keep, folder, kept)


def _name(until: datetime) -> str:
    return f"{_version()}-{until.astimezone(UTC):%Y%m%dT%H%M}"


def _version() -> str:
    """A mark of the program and its data as they are on the disk."""
    mark = hashlib.blake2b(digest_size=8)
    for path in sorted([*PROGRAM.rglob("*.py"), *SEEDS.rglob("*.yaml")]):
        known = path.stat()
        mark.update(f"{path}:{known.st_mtime_ns}:{known.st_size}\n".encode())
    return mark.hexdigest()


def _copied(kept: Path, folder: Path) -> bool:
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    except (OSError, shutil.Error):
        # Another process may just have thrown it away: nothing half copied may stay.
        for half in folder.iterdir():
            shutil.rmtree(half) if half.is_dir() else half.unlink()
        return False
    return True


def _keep(folder: Path, kept: Path) -> None:
    fresh = kept.with_name(f"new-{secrets.token_hex(4)}")
    # A disk that is full or may not be written to costs the next start some seconds, no more.
    with suppress(OSError, shutil.Error):
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(folder, fresh)
        fresh.rename(kept)
    shutil.rmtree(fresh, ignore_errors=True)
    version = kept.name.partition("-")[0]
    for old in kept.parent.glob("*-*"):
        if not old.name.startswith((version, "new-")):
            shutil.rmtree(old, ignore_errors=True)
