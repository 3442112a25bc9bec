"""The documents of a period, made by a child process for who may read them all: committee and standing office."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.domain.errors import NotAllowed, TienDoError
from bot.domain.people import people
from bot.domain.people.people import Ability
from bot.domain.people.visitor import Visitor
from bot.domain.plan.periods import CalendarPeriod
from bot.services.core.apart import done_apart
from bot.services.core.desk import Desk
from bot.services.core.guards import open_book
from bot.services.periods.see_period import read_period
from bot.services.results.period_figures import Overview, overview_from
from bot.services.results.period_report import book_of_period, current_period

_SECONDS = 60.0
_PASSED_ON = ("HOME", "PGPASSFILE", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT", "TZ")


class DocumentFormat(StrEnum):
    """What a document is written as. Stands in the data of buttons: never renamed."""

    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"


class DocumentFailed(TienDoError):
    """The child process ended without a document."""

    def __init__(self) -> None:
        super().__init__("document_failed")


@dataclass(frozen=True, slots=True)
class Made:
    """A finished document with its figures and the name it goes out under."""

    format: DocumentFormat
    content: bytes
    name: str
    overview: Overview


@dataclass(frozen=True, slots=True)
class WantedDocument:
    """A period whose documents the person may have."""

    locality_id: int
    period: CalendarPeriod
    slug: str


async def document_wanted(
    desk: Desk, visitor: Visitor, *, period: str | None, now: datetime, locality_id: int | None = None
) -> WantedDocument:
    """The period asked for, the running one where none is named.

    ``period`` is its short name or words ("quý II"). Raises NotAllowed for all but committee and standing office,
    NotFound for what is no period or no locality of theirs, and as `book_of_period` does.
    """
    async with desk.db.read() as conn:
        book = await open_book(desk, conn, visitor, locality_id)
        if not people.can(visitor.memberships, book.locality.id, Ability.OVERSEE):
            raise NotAllowed("no_right")
        chosen = current_period(book, now) if period is None else read_period(period, now, book)
        await book_of_period(desk, conn, book.locality.id, chosen, now)
    return WantedDocument(book.locality.id, chosen, book.locality.slug)


async def make_document(
    desk: Desk, wanted: WantedDocument, *, format: DocumentFormat, language: str, now: datetime
) -> Made:
    """The document, from what is known now or was known when the period was over. Raises DocumentFailed."""
    asked = {
        "database": desk.db.url,
        "data_dir": str(desk.files.root),
        "locality_id": wanted.locality_id,
        "period": wanted.period.key,
        "at": None,
        "now": now.isoformat(),
        "format": format.value,
        # What the office signs and files is in Vietnamese; a picture is in the language of who looks at it.
        "language": language if format is DocumentFormat.PNG else "vi",
    }
    async with desk.documents:
        said = await done_apart(
            "bot.documents.make",
            given=json.dumps(asked).encode(),
            seconds=_SECONDS,
            environment=_environment(desk.files.root),
        )
    head, _, content = said.partition(b"\n")
    if not content:
        raise DocumentFailed
    return Made(format, content, file_name(wanted.slug, wanted.period, format), overview_from(json.loads(head)))


def file_name(slug: str, period: CalendarPeriod, format: DocumentFormat) -> str:
    """The name of a document: bao-cao-ba-ngoi-2026-Q2.docx."""
    kind = "tong-quan" if format is DocumentFormat.PNG else "bao-cao"
    return f"{kind}-{slug}-{period.key}.{format.value}"


def _environment(data_dir: Path) -> dict[str, str]:
    """Neither token nor settings. The address of the database goes through standard input, where nobody sees it."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # One thread each: what is drawn here is small, and the bot wants the other cores.
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    fonts = {"MPLCONFIGDIR": str(data_dir.absolute() / "tmp" / "matplotlib")}
    return {**passed, **single, **fonts}
