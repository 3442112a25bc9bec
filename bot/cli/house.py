"""What most commands need: the words of the operator's language, and an open desk."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.domain.errors import TienDoError
from bot.i18n import Translator, translator
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.services.core.desk import Desk
    from bot.storage.engine.database import Connection

T = TypeVar("T")
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


class WrongUse(TienDoError):
    """The command was called with something that cannot be meant; exit code 2."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises SettingsError."""
    return load_settings()


def words() -> Translator:
    """The operator's language; Vietnamese where the settings cannot be read."""
    try:
        return translator(settings().language)
    except TienDoError:
        return translator("vi")


def say(key: str, **figures: object) -> None:
    """One line to standard output."""
    print(words()(key, **figures))


def note(key: str, **figures: object) -> None:
    """One line to standard error: what the caller should know, without being in the output."""
    print(words()(key, **figures), file=sys.stderr)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return SystemClock().now()


def run(work: Coroutine[Any, Any, T]) -> T:
    """What the work returns, run to its end."""
    return asyncio.run(work)


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """A desk on the database of the settings, brought to the newest tables first."""
    from bot.services.core.book import Books
    from bot.services.core.desk import Desk
    from bot.storage.engine.database import Database, migrate
    from bot.storage.records.files import FileStore

    chosen = settings()
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(chosen.database)
    database = await Database.open(chosen.database)
    try:
        yield Desk(
            db=database,
            files=FileStore(chosen.data_dir),
            books=Books(),
            max_file_bytes=chosen.max_file_bytes,
            trust_roots=chosen.trust_roots,
        )
    finally:
        await database.close()


async def locality_id(conn: Connection, slug: str) -> int:
    """The id of the locality of this slug. Raises WrongUse, naming those there are."""
    from bot.storage.records import plans

    found = await plans.locality_by_slug(conn, slug)
    if found is None:
        known = ", ".join(place.slug for place in await plans.localities(conn)) or "–"
        raise WrongUse("no_such_slug", slug=slug, known=known)
    return found.id


def read_instant(text: str, zone: ZoneInfo | None = None) -> datetime:
    """An instant written as ISO 8601; without a zone it is meant in ``zone``, else that of the settings.

    Raises WrongUse.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse("no_instant", text=text) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone or ZoneInfo(settings().timezone))
