"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.house import WrongUse, note, now, run, say, settings


def backup(file: Annotated[Path, typer.Argument()]) -> None:
    """Write one archive of database and evidence; the bot may go on running."""
    from bot.storage.archive.backup import backup as write

    if not file.resolve().parent.is_dir():
        raise WrongUse("no_such_folder", path=file.resolve().parent)
    chosen = settings()
    summary = run(write(chosen.database, chosen.data_dir, file.resolve(), now()))
    say("cli.backed_up", path=file, files=summary.files)
    for sha256 in summary.missing:
        note("cli.evidence_missing", sha256=sha256)


def restore(file: Annotated[Path, typer.Argument()]) -> None:
    """Bring an archive back into an empty place, after checking every hash in it."""
    from bot.storage.archive.backup import restore as read

    if not file.is_file():
        raise WrongUse("no_such_file", path=file)
    chosen = settings()
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    summary = run(read(file, chosen.database, chosen.data_dir))
    say("cli.restored", path=file, files=summary.files, at=summary.at)
    for sha256 in summary.missing:
        note("cli.evidence_missing", sha256=sha256)
