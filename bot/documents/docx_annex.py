"""The annex of a report: every row of the plan in one table on landscape pages, and what all of it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.documents.docx_parts import WIDE_CM, Cell, body, centred, grid, landscape
from bot.documents.palette import FILLS
from bot.documents.texts import colour_of, in_line, lead_words, limit_words, reasons, source_words, status
from bot.i18n import Translator
from bot.services.results.period_report import PeriodReport
from bot.services.results.report_rows import ReportRow
from bot.views.words.periods import period_words
from bot.views.words.rows import row_progress_words

if TYPE_CHECKING:
    from docx.document import Document

_WIDTHS = (1.4, 2.5, 5.1, 3.2, 2.1, 2.6, 3.6, 2.7, 2.0)
_HEADS = ("code", "reference", "name", "lead", "limit", "progress", "status_and_reason", "note", "evidence_short")


def write_annex(document: Document, report: PeriodReport, t: Translator) -> None:
    """The annex on pages of its own."""
    assert abs(sum(_WIDTHS) - WIDE_CM) < 0.1
    landscape(document)
    centred(document, t("doc.annex.title"))
    centred(document, t("doc.annex.subject", place=report.overview.source.place))
    centred(document, t("doc.annex.with", period=period_words(t, report.period, long=True)), bold=False, italic=True)
    centred(document, "", size=6)
    grid(
        document,
        [t(f"doc.head.{key}") for key in _HEADS],
        _WIDTHS,
        [_line(t, report, row) for row in report.rows],
        size=10,
    )
    body(document, source_words(t, report.overview.source), italic=True)


def _line(t: Translator, report: PeriodReport, row: ReportRow) -> list[Cell]:
    printed, colour = row.shown.row, colour_of(row)
    why = reasons(t, row, report.day)
    evidence = str(row.evidence)
    if row.receipts:
        evidence = t("doc.receipts", n=row.evidence, numbers=", ".join(map(str, row.receipts)))
    note = in_line(row.note or "")
    return [
        Cell(printed.code, centred=True),
        Cell(in_line(printed.reference)),
        Cell(in_line(printed.name)),
        Cell(lead_words(t, row)),
        Cell(limit_words(t, row), centred=True),
        Cell(row_progress_words(t, row.shown), centred=True),
        Cell("\n".join([status(t, row), *why]), FILLS[colour] if colour else None),
        Cell(f"{in_line(row.note_unit)}: {note}" if row.note_unit and note else note),
        Cell(evidence, centred=True),
    ]
