"""The documents of the five plans, opened by LibreOffice: each becomes a PDF, and pictures for a person to look at."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from pypdf import PdfReader

from bot.clock import MovedClock
from bot.documents.make import render
from bot.services.results.make_document import DocumentFormat
from bot.services.results.period_report import PeriodReport, period_report, require_period
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.trial.cast import stage
from bot.simulator.trial.past import live_through
from bot.storage.records import plans
from tests.bench.data import open_desk, url_of

BUILD = Path(__file__).resolve().parents[2] / "build" / "documents"
LIVED_UNTIL = datetime.fromisoformat("2026-06-14T23:59:00+07:00")
NOW = datetime(2026, 6, 15, 1, tzinfo=UTC)
PERIOD = "2026-Q2"
SECONDS = 180
A4_POINTS = 595


def soak(folder: Path) -> list[str]:
    """What is wrong with the documents; says so and checks nothing where LibreOffice is not there."""
    office = shutil.which("soffice")
    if office is None:
        print(
            "No LibreOffice here: the documents are not opened (apt-get install libreoffice-writer libreoffice-calc)."
        )
        return []
    begun, wrong = time.monotonic(), []
    BUILD.mkdir(parents=True, exist_ok=True)
    reports = asyncio.run(_reports(folder))
    for report in reports:
        slug = report.locality.slug
        for format in DocumentFormat:
            path = BUILD / f"{slug}.{format.value}"
            path.write_bytes(render(report, format, "vi"))
            if format is not DocumentFormat.PNG:
                wrong += [f"{path.name}: {why}" for why in _opened(office, path, folder, report)]
    print(f"{time.monotonic() - begun:.0f} s, {len(reports)} localities; the pictures are in {BUILD.name}/")
    return wrong


async def _reports(folder: Path) -> list[PeriodReport]:
    """One report a locality, after a made-up spring of the trial."""
    places = stage(Chats(MovedClock(LIVED_UNTIL)))
    await live_through(url_of(folder), folder, places, LIVED_UNTIL)
    desk = await open_desk(folder)
    try:
        async with desk.db.read() as conn:
            found = [locality.id for locality in await plans.localities(conn)]
        return [await period_report(desk, each, require_period(PERIOD), now=NOW) for each in found]
    finally:
        await desk.db.close()


def _opened(office: str, path: Path, folder: Path, report: PeriodReport) -> list[str]:
    """What LibreOffice makes of a document is what it should be."""
    made = BUILD / f"{path.stem}-{path.suffix[1:]}.pdf"
    refused = _converted(office, path, made, folder)
    if refused is not None:
        return [refused]
    if drawer := shutil.which("pdftoppm"):
        subprocess.run([drawer, "-r", "80", "-png", str(made), str(made.with_suffix(""))], check=True, timeout=SECONDS)
    pages = PdfReader(made).pages
    widths = [round(float(page.mediabox.width)) for page in pages]
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    wrong = [f"{row.shown.row.code} is missing" for row in report.rows if row.shown.row.code not in text]
    wrong += (
        []
        if report.overview.source.audit and report.overview.source.audit[1] in text.replace(" ", "")
        else ["no audit"]
    )
    if path.suffix == ".docx":
        wrong += [] if widths[0] == A4_POINTS and widths[-1] > A4_POINTS else [f"pages lie wrong: {widths}"]
        # The PDFs of LibreOffice spell most letters of Vietnamese in an order of their own; these words are plain.
        wrong += [] if "BÁO CÁO" in text and "Thành viên Ban" in text else ["head or foot is missing"]
    else:
        wrong += [] if min(widths) > A4_POINTS else [f"pages lie wrong: {widths}"]
    return wrong


def _converted(office: str, path: Path, target: Path, folder: Path) -> str | None:
    """Nothing where LibreOffice has turned the document into a PDF; else what it said."""
    home = f"-env:UserInstallation={(folder / 'office').absolute().as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ})
    except subprocess.TimeoutExpired:
        return f"LibreOffice takes more than {SECONDS} s"
    made = folder / f"{path.stem}.pdf"
    if done.returncode != 0 or not made.is_file():
        return f"LibreOffice cannot open it: {done.stderr.strip()[:200]}"
    shutil.move(made, target)
    return None
