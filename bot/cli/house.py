"""What most commands need: the words of the operator's language, and an open desk."""

from __future__ import annotations

import asyncio
import os
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


def program() -> str:
    """How the operator called this program, as sentences that name another command say it."""
    called = sys.argv[0]
    return f"{sys.orig_argv[0]} -m bot" if called.endswith("__main__.py") else called


def sentence(key: str, **figures: object) -> str:
    """A sentence in the operator's language; ``{program}`` in it is the program as it was called."""
    return words()(key, program=program(), **figures)


def say(key: str, **figures: object) -> None:
    """One line to standard output."""
    print(sentence(key, **figures))


def note(key: str, **figures: object) -> None:
    """One line to standard error: what the caller should know, without being in the output."""
    print(sentence(key, **figures), file=sys.stderr)


def sentence_of(error: Exception) -> str:
    """What the operator reads of an error."""
    from bot.storage.engine.troubles import trouble

    named = trouble(error) or error
    if isinstance(named, TienDoError):
        return sentence(f"error.{named.key}", **named.figures)
    return sentence("cli.failed", why=type(error).__name__)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return SystemClock().now()


def run(work: Coroutine[Any, Any, T]) -> T:
    """What the work returns, run to its end."""
    return asyncio.run(work)


def make_data_dir(folder: Path) -> None:
    """The data folder is there. Raises WrongUse where its parent is not: a disk may not be mounted."""
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise WrongUse("data_dir_nowhere", path=folder, parent=parent)
    folder.mkdir(exist_ok=True)


def require_writable(path: Path) -> None:
    """Nothing, where a file of this name can be written. Raises WrongUse."""
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise WrongUse("out_not_writable", path=path)


async def require_database(chosen: Settings, *, makes: bool) -> None:
    """Nothing, where the database stands at the newest step; one that is not there is made where the command makes it.

    Raises WrongUse("no_database"), and TienDoError naming what has to be done first.
    """
    from bot.storage.engine.migrate import migrate
    from bot.storage.engine.steps import SchemaPlace, look, require_newest

    found = await look(chosen.database)
    if found.place is not SchemaPlace.NOWHERE:
        require_newest(found)
    elif makes:
        make_data_dir(chosen.data_dir)
        await migrate(chosen.database)
    else:
        raise WrongUse("no_database")


@asynccontextmanager
async def open_desk(*, makes: bool = False, bot_name: str | None = None) -> AsyncIterator[Desk]:
    """A desk on the database of the settings; commands that begin things make it where there is none.

    Raises what `require_database` does.
    """
    from bot.services.core.book import Books
    from bot.services.core.desk import Desk
    from bot.storage.engine.database import Database
    from bot.storage.records.files import FileStore

    chosen = settings()
    await require_database(chosen, makes=makes)
    database = await Database.open(chosen.database)
    try:
        yield Desk(
            db=database,
            files=FileStore(chosen.data_dir),
            books=Books(),
            max_file_bytes=chosen.max_file_bytes,
            trust_roots=chosen.trust_roots,
            bot_name=bot_name,
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
