"""`report`: the documents of a period, written to a file."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.house import (
    WrongUse,
    locality_id,
    now,
    open_desk,
    read_instant,
    require_writable,
    run,
    say,
    settings,
    words,
)

if TYPE_CHECKING:
    from bot.services.results.period_report import PeriodReport


class ReportFormat(StrEnum):
    """What the report is written as."""

    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"


def report(
    slug: Annotated[str, typer.Argument()],
    period: Annotated[str, typer.Option(metavar="PERIOD", help="2026-06, 2026-Q2, 2026-H1, 2026-9M or 2026.")],
    format: Annotated[ReportFormat, typer.Option(help="The report, the workbook, or the picture of the whole.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write.")],
    at: Annotated[str | None, typer.Option(metavar="ISO-TIME", help="What was known and true then.")] = None,
) -> None:
    """Write the report of a period, from what is known now or was known when the period was over."""
    from bot.documents.make import render
    from bot.documents.safe_file import write_whole
    from bot.services.results.make_document import DocumentFormat as Made

    require_writable(out)
    found = run(_report(slug, period, None if at is None else read_instant(at)))
    # What the office signs and files is in Vietnamese; a picture is in the language of the operator.
    language = settings().language if format is ReportFormat.PNG else "vi"
    write_whole(out, render(found, Made(format.value), language))
    say("cli.written", path=out)


async def _report(slug: str, name: str, at: datetime | None) -> PeriodReport:
    from bot.domain.errors import BadInput, TransitionRefused
    from bot.services.results.period_report import period_report, require_period

    async with open_desk() as desk:
        async with desk.db.read() as conn:
            place = await locality_id(conn, slug)
        try:
            return await period_report(desk, place, require_period(name), now=now(), at=at)
        except (BadInput, TransitionRefused) as wrong:
            # A period or an instant that cannot be meant.
            days = {name: words().day(day) for name, day in wrong.figures.items() if isinstance(day, date)}
            raise WrongUse(wrong.key, **{**wrong.figures, **days}) from wrong
