"""`export`: every row with its colour at an instant."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.house import WrongUse, locality_id, now, open_desk, read_instant, require_writable, run, say


class ExportFormat(StrEnum):
    """What the export is written as."""

    JSON = "json"
    XLSX = "xlsx"


def export(
    slug: Annotated[str, typer.Argument()],
    format: Annotated[ExportFormat, typer.Option()] = ExportFormat.JSON,
    at: Annotated[str | None, typer.Option(metavar="ISO-TIME", help="What was known and true then.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; JSON goes to standard output without it.")] = None,
) -> None:
    """Write every row of a plan with its colour at that instant."""
    if format is ExportFormat.XLSX and out is None:
        raise WrongUse("out_needed")
    if out is not None:
        require_writable(out)
    data = run(_export(slug, at))
    if format is ExportFormat.JSON:
        text = json.dumps(data, ensure_ascii=False, indent=1)
        if out is None:
            sys.stdout.write(text + "\n")
        else:
            from bot.documents.safe_file import write_whole

            write_whole(out, f"{text}\n".encode())
    else:
        from bot.documents.export_xlsx import write_xlsx

        assert out is not None
        write_xlsx(data, out)
    if out is not None:
        say("cli.written", path=out)


async def _export(slug: str, at: str | None) -> dict[str, Any]:
    from bot.services.rows.export_plan import export as rows_at

    instant = None if at is None else read_instant(at)
    async with open_desk() as desk:
        async with desk.db.read() as conn:
            await locality_id(conn, slug)
        return await rows_at(desk, slug, at=instant, now=now())
