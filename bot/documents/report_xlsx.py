"""The workbook of a period, for work and for re-entry into the national system; never run inside the bot."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.documents.palette import FILLS
from bot.documents.texts import (
    answer_words,
    asked_words,
    clean,
    colour_name,
    limit_words,
    period_in_words,
    reasons,
    result_words,
    source_words,
    status,
)
from bot.domain.alerts import Colour
from bot.domain.lifecycle import DEFAULT_ZONE
from bot.domain.progress import whole_percent
from bot.domain.scores import TaskClass
from bot.i18n import Translator
from bot.services.answer import UnitScore
from bot.services.period_report import PeriodReport, Raised, ReportRow

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_HEAD_ROW = 4
_FONT = "Times New Roman"
_FORMULA_SIGNS = ("=", "+", "-", "@")
_DAY = "dd/mm/yyyy"


@dataclass(frozen=True, slots=True)
class _Column:
    """Key of the heading, width in signs, what of a line stands in it, and the colour that fills it."""

    key: str
    width: int
    value: Callable[[Any], object]
    fill: Callable[[Any], Colour | None] = lambda line: None


def write_xlsx(report: PeriodReport, t: Translator) -> bytes:
    """The workbook: all rows, indicators, ranking, difficulties, and the figures of the whole on the first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _summary(book, report, t)
    _sheet(book, report, t, "rows", _row_columns(report, t), report.rows)
    _sheet(book, report, t, "indicators", _indicator_columns(report, t), report.indicators)
    _sheet(book, report, t, "ranking", _ranking_columns(t), report.ranking)
    _sheet(book, report, t, "difficulties", _difficulty_columns(t), report.difficulties)
    book.properties.title = clean(_title(report, t))
    book.properties.creator = clean(report.office)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _title(report: PeriodReport, t: Translator) -> str:
    return t("doc.xlsx.title", period=period_in_words(t, report.period), place=report.overview.source.place)


def _row_columns(report: PeriodReport, t: Translator) -> list[_Column]:
    def colour(row: ReportRow) -> Colour:
        return row.shown.verdict.colour

    return [
        _Column("code", 8, lambda row: row.shown.row.code),
        _Column("kind", 10, lambda row: t(f"doc.kind.{row.shown.row.kind.value}")),
        _Column("reference", 16, lambda row: row.shown.row.reference),
        _Column("group", 26, lambda row: row.shown.row.group),
        _Column("name", 52, lambda row: row.shown.row.name),
        _Column("lead", 26, lambda row: "; ".join(row.units)),
        _Column("limit", 15, lambda row: row.due_on or limit_words(t, row)),
        _Column("percent", 9, lambda row: whole_percent(row.shown.verdict.percent)),
        _Column("status", 20, lambda row: status(t, row)),
        _Column("colour", 16, lambda row: colour_name(t, colour(row)), colour),
        _Column("reason", 30, lambda row: "; ".join(reasons(t, row, report.day))),
        _Column("class", 20, lambda row: t(f"doc.class.{row.task_class.value}") if row.task_class else None),
        _Column("note", 36, lambda row: _note(row)),
        _Column("evidence", 11, lambda row: row.evidence),
        _Column("receipts", 16, lambda row: ", ".join(map(str, row.receipts))),
    ]


def _note(row: ReportRow) -> str | None:
    return f"{row.note_unit}: {row.note}" if row.note and row.note_unit else row.note


def _indicator_columns(report: PeriodReport, t: Translator) -> list[_Column]:
    return [
        _Column("code", 8, lambda row: row.shown.row.code),
        _Column("reference", 16, lambda row: row.shown.row.reference),
        _Column("indicator", 60, lambda row: row.shown.row.name),
        _Column("lead", 30, lambda row: "; ".join(row.units)),
        _Column("target", 22, lambda row: row.shown.row.target.as_printed if row.shown.row.target else None),
        _Column("result", 22, lambda row: result_words(t, row)),
        _Column("percent_met", 12, lambda row: whole_percent(row.shown.verdict.percent)),
        _Column(
            "indicator_class",
            18,
            lambda row: t(f"doc.indicator.{row.indicator_class.value}") if row.indicator_class else status(t, row),
            lambda row: row.shown.verdict.colour,
        ),
        _Column("note", 40, _note),
        _Column("receipts", 16, lambda row: ", ".join(map(str, row.receipts))),
    ]


def _ranking_columns(t: Translator) -> list[_Column]:
    def value(name: str) -> Callable[[UnitScore], object]:
        return lambda each: getattr(each, name)

    return [
        _Column("place", 8, value("place")),
        _Column("unit", 60, value("unit")),
        _Column("score", 10, lambda each: float(each.score)),
        _Column("grade", 16, lambda each: t(f"grade.{each.grade.value}")),
        _Column("red", 14, value("red")),
        _Column("leads", 14, value("leads")),
    ]


def _difficulty_columns(t: Translator) -> list[_Column]:
    def of(each: Raised) -> str:
        return t(f"doc.difficulty.{each.difficulty.state.value}")

    return [
        _Column("number", 8, lambda each: each.difficulty.id),
        _Column("code", 8, lambda each: each.code),
        _Column("unit", 30, lambda each: each.unit),
        _Column("raised", 13, lambda each: each.difficulty.at.astimezone(DEFAULT_ZONE).date()),
        _Column("category", 18, lambda each: t(f"doc.category.{each.difficulty.category.value}")),
        _Column("text", 60, lambda each: each.difficulty.text),
        _Column("asked", 28, lambda each: asked_words(t, each)),
        _Column("difficulty_state", 18, of),
        _Column("answer", 44, answer_words),
    ]


def _summary(book: Workbook, report: PeriodReport, t: Translator) -> None:
    from openpyxl.styles import PatternFill

    sheet = _begun(book, report, t, "summary", [44, 14, 14])
    overview = report.overview
    tasks = sum(overview.classes.values())
    lines: list[tuple[list[object], Colour | None]] = [
        ([t("doc.head.class"), t("doc.head.tasks"), t("doc.head.share")], None)
    ]
    for each in TaskClass:
        count = overview.classes[each]
        share = round(100 * count / tasks, 1) if tasks else None
        lines.append(([t(f"doc.class.{each.value}"), count, share], None))
    lines += [([t("doc.xlsx.total"), tasks], None), ([t("doc.xlsx.closed"), overview.closed], None), ([], None)]
    lines.append(([t("doc.xlsx.colours"), t("doc.head.rows")], None))
    lines += [([colour_name(t, colour), overview.colours[colour]], colour) for colour in Colour]
    lines += [([], None), ([t("doc.xlsx.indicators"), t("doc.head.indicators")], None)]
    lines += [([t(f"doc.indicator.{each.value}"), n], None) for each, n in overview.indicator_classes.items()]
    for number, (values, colour) in enumerate(lines, _HEAD_ROW):
        for column, value in enumerate(values, 1):
            cell = _put(sheet, number, column, value, head=values[1:] != [] and isinstance(values[1], str))
            if colour is not None and column == 1:
                cell.fill = PatternFill("solid", start_color=FILLS[colour])


def _begun(book: Workbook, report: PeriodReport, t: Translator, name: str, widths: Sequence[int]) -> Worksheet:
    """A sheet with its title and what it was made from, set up for A4 landscape."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(t(f"doc.sheet.{name}"))
    for number, (text, size, is_bold) in enumerate(
        [(_title(report, t), 14, True), (t(f"doc.sheet_title.{name}"), 12, True), (_made_from(report, t), 9, False)], 1
    ):
        cell = _put(sheet, number, 1, text)
        cell.font = Font(name=_FONT, size=size, bold=is_bold, italic=not is_bold)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(widths))
        sheet.row_dimensions[number].height = 20 if is_bold else _height(text, sum(widths))
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _set_up(sheet)
    return sheet


def _height(text: str, width: int) -> float:
    return 13.0 * (1 + len(text) // max(1, int(width * 1.25)))


def _made_from(report: PeriodReport, t: Translator) -> str:
    return source_words(t, report.overview.source)


def _set_up(sheet: Worksheet) -> None:
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P/&N", size=9))


def _sheet(
    book: Workbook, report: PeriodReport, t: Translator, name: str, columns: Sequence[_Column], lines: Iterable[Any]
) -> None:
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    sheet = _begun(book, report, t, name, [column.width for column in columns])
    for number, column in enumerate(columns, 1):
        _put(sheet, _HEAD_ROW, number, t(f"doc.head.{column.key}"), head=True)
    fills = {colour: PatternFill("solid", start_color=FILLS[colour]) for colour in Colour}
    row = _HEAD_ROW
    for row, line in enumerate(lines, _HEAD_ROW + 1):
        for number, column in enumerate(columns, 1):
            cell = _put(sheet, row, number, column.value(line))
            colour = column.fill(line)
            if colour is not None:
                cell.fill = fills[colour]
    sheet.freeze_panes = f"{'C' if name == 'rows' else 'B'}{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(columns))}{row}"


def _put(sheet: Worksheet, row: int, column: int, value: object, *, head: bool = False) -> Cell:
    """A cell with a value; a text stays a text whatever sign it begins with, also where somebody edits it later."""
    styles = _styles()
    cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
    if isinstance(value, str):
        text = clean(value)
        cell.value = text
        if text.lstrip().startswith(_FORMULA_SIGNS):
            cell.data_type = "s"
            cell.quotePrefix = True
    elif value is not None:
        cell.value = value  # type: ignore[assignment]
    cell.font = styles["head" if head else "font"]
    cell.alignment = styles["middle" if head else "top"]
    if head:
        cell.fill = styles["fill"]
    if row >= _HEAD_ROW:
        cell.border = styles["border"]
    if cell.is_date:
        cell.number_format = _DAY
    return cell


@cache
def _styles() -> dict[str, Any]:
    # One object of each: a workbook of thousands of cells compares them otherwise.
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="999999")
    return {
        "font": Font(name=_FONT, size=11),
        "head": Font(name=_FONT, size=11, bold=True),
        "fill": PatternFill("solid", start_color="E7E6E6"),
        "top": Alignment(vertical="top", wrap_text=True),
        "middle": Alignment(vertical="center", horizontal="center", wrap_text=True),
        "border": Border(left=thin, right=thin, top=thin, bottom=thin),
    }
