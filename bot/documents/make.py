"""The child process that makes a document of a period: ``python -m bot.documents.make``, asked on standard input.

It reads the database itself, so that neither reading a year nor loading the libraries holds up the bot. On standard
output: one line of JSON (the figures, ``Overview``), then the file.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.i18n import translator
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.results.make_document import DocumentFormat
from bot.services.results.period_report import PeriodReport, period_report, require_period
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore

KINDNESS = 10
"""Steps of niceness: the bot goes first where both want the processor."""


def render(report: PeriodReport, format: DocumentFormat, language: str) -> bytes:
    """The report as a file of this format."""
    t = translator(language)
    if format is DocumentFormat.DOCX:
        from bot.documents.report_docx import write_docx

        return write_docx(report, t)
    if format is DocumentFormat.XLSX:
        from bot.documents.report_xlsx import write_xlsx

        return write_xlsx(report, t)
    from bot.documents.overview_png import write_png

    return write_png(report.overview, t)


async def _report(asked: dict[str, Any]) -> PeriodReport:
    database = await Database.open(asked["database"], readers=1)
    try:
        desk = Desk(db=database, files=FileStore(Path(asked["data_dir"])), books=Books())
        at = datetime.fromisoformat(asked["at"]) if asked["at"] else None
        now = datetime.fromisoformat(asked["now"])
        return await period_report(desk, asked["locality_id"], require_period(asked["period"]), now=now, at=at)
    finally:
        await database.close()


def main() -> None:
    """Read what is asked, write the answer."""
    os.nice(KINDNESS)
    # The process ends soon: collecting garbage would only cost time.
    gc.disable()
    asked = json.load(sys.stdin)
    report = asyncio.run(_report(asked))
    content = render(report, DocumentFormat(asked["format"]), asked["language"])
    sys.stdout.buffer.write(json.dumps(report.overview.dumped()).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
