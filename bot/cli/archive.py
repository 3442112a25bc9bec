"""`backup`, `restore` and `migrate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.house import WrongUse, make_data_dir, note, now, require_writable, run, say, settings, words


def backup(file: Annotated[Path, typer.Argument()]) -> None:
    """Write one archive of database and evidence; the bot may go on running."""
    from bot.storage.archive.backup import backup as write

    if not file.absolute().parent.is_dir():
        raise WrongUse("no_such_folder", path=file.absolute().parent)
    require_writable(file)
    chosen = settings()
    run(_require_one(chosen.database))
    summary = run(write(chosen.database, chosen.data_dir, file.resolve(), now()))
    say("cli.backed_up", path=file, files=summary.files)
    for sha256 in summary.missing:
        note("cli.evidence_missing", sha256=sha256)


async def _require_one(url: str) -> None:
    from bot.storage.engine.steps import SchemaPlace, look

    if (await look(url)).place is SchemaPlace.NOWHERE:
        raise WrongUse("no_database")


def restore(file: Annotated[Path, typer.Argument()]) -> None:
    """Bring an archive back into an empty place, after checking every hash in it."""
    from bot.storage.archive.backup import restore as read

    if not file.is_file():
        raise WrongUse("no_such_file", path=file)
    chosen = settings()
    make_data_dir(chosen.data_dir)
    summary = run(read(file, chosen.database, chosen.data_dir))
    at = words().instant(datetime.fromisoformat(summary.at), ZoneInfo(chosen.timezone))
    say("cli.restored" if summary.evidence else "cli.restored_rows", path=file, files=summary.files, at=at)
    for sha256 in summary.missing:
        note("cli.evidence_missing", sha256=sha256)


def migrate(
    to: Annotated[
        str | None, typer.Option(metavar="STEP", help="Another step than the newest, also an earlier one.")
    ] = None,
) -> None:
    """Take the database to the newest step of its tables, after writing a backup of it; end the bot before."""
    from bot.storage.archive.upgrade import upgrade
    from bot.storage.engine.steps import steps

    if to is not None and to not in steps():
        raise WrongUse("no_such_step", step=to, known=", ".join(steps()))
    chosen = settings()
    make_data_dir(chosen.data_dir)
    done = run(upgrade(chosen.database, chosen.data_dir, now(), to))
    if done.backup is not None:
        say("cli.saved_first", path=done.backup)
    if done.moved.before == done.moved.after:
        say("cli.migrated_already", step=done.moved.after)
    elif done.moved.before is None:
        say("cli.migrated_new", step=done.moved.after)
    else:
        key = "cli.migrated_back" if done.moved.is_back else "cli.migrated"
        say(key, before=done.moved.before, step=done.moved.after)
