"""The workbook of a period, for work and for re-entry into the national system; never run inside the bot."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.documents.palette import CLASS_COLOURS, FILLS
from bot.documents.texts import (
    answer_words,
    asked_words,
    clean,
    colour_name,
    colour_of,
    limit_words,
    ranking_notes,
    reasons,
    result_words,
    source_words,
    state,
)
from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Colour
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.domain.work.numbers import plain_number
from bot.domain.work.progress import whole_percent
from bot.i18n import Translator
from bot.services.results.period_report import PeriodReport, Raised
from bot.services.results.report_rows import ReportRow
from bot.views.results.ranking import grade_words
from bot.views.words.amounts import target_words
from bot.views.words.periods import period_words
from bot.views.words.rows import row_progress_words

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_HEAD_ROW = 4
_FONT = "Times New Roman"
_FORMULA_SIGNS = ("=", "+", "-", "@")
_DAY = "dd/mm/yyyy"
_LINE, _HIGHEST = 13.5, 400.0
"""Points: the height of a line, and the most Excel gives a row."""
_NARROW = 12
"""Signs: a column up to this width holds codes, figures and single words, which stand in its middle."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Key of the heading, width in signs, what of a line stands in it, and the colour that fills it."""

    key: str
    width: int
    value: Callable[[Any], object]
    fill: Callable[[Any], Colour | None] = lambda line: None
    printed: bool = True


def write_xlsx(report: PeriodReport, t: Translator) -> bytes:
    """The workbook: the figures of the whole, all rows, indicators, ranking, difficulties."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _summary(book, report, t)
    _sheet(book, report, t, "rows", _row_columns(report, t), report.rows)
    _sheet(book, report, t, "indicators", _indicator_columns(t), report.indicators)
    _sheet(book, report, t, "ranking", _ranking_columns(t), report.ranking.units)
    _sheet(book, report, t, "difficulties", _difficulty_columns(t), report.difficulties)
    book.properties.title = clean(_title(report, t))
    book.properties.creator = clean(report.office)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _title(report: PeriodReport, t: Translator) -> str:
    return t("doc.xlsx.title", period=period_words(t, report.period, long=True), place=report.overview.source.place)


def _row_columns(report: PeriodReport, t: Translator) -> list[_Column]:
    def named(row: ReportRow) -> str | None:
        colour = colour_of(row)
        return colour and colour_name(t, colour)

    def percent(row: ReportRow) -> int | None:
        return whole_percent(row.shown.verdict.percent) if row.shown.row.kind is RowKind.TASK else None

    def result(row: ReportRow) -> str | None:
        return row_progress_words(t, row.shown) if row.shown.row.kind is RowKind.INDICATOR else None

    return [
        _Column("code", 7, lambda row: row.shown.row.code),
        _Column("reference", 12, lambda row: row.shown.row.reference),
        _Column("name", 36, lambda row: row.shown.row.name),
        _Column("lead", 22, lambda row: "; ".join(row.units)),
        _Column("limit", 12, lambda row: row.due_on or limit_words(t, row)),
        _Column("percent", 7, percent),
        _Column("value_and_target", 13, result),
        _Column("status", 16, lambda row: state(t, row)),
        _Column("colour", 12, named, colour_of),
        _Column("reason", 22, lambda row: "; ".join(reasons(t, row, report.day))),
        _Column("note", 26, _note),
        _Column("evidence", 9, lambda row: row.evidence),
        _Column("receipts", 11, _receipts),
        # To filter by; outside of what is printed.
        _Column("kind", 11, lambda row: t(f"doc.kind.{row.shown.row.kind.value}"), printed=False),
        _Column("group", 40, lambda row: row.shown.row.group, printed=False),
        _Column("class", 24, lambda row: row.task_class and t(f"doc.class.{row.task_class.value}"), printed=False),
    ]


def _note(row: ReportRow) -> str | None:
    return f"{row.note_unit}: {row.note}" if row.note and row.note_unit else row.note


def _receipts(row: ReportRow) -> str:
    return ", ".join(map(str, row.receipts))


def _indicator_columns(t: Translator) -> list[_Column]:
    def said(row: ReportRow) -> str:
        return t(f"doc.indicator.{row.indicator_class.value if row.indicator_class else 'closed'}")

    def colour(row: ReportRow) -> Colour | None:
        return CLASS_COLOURS[row.indicator_class] if row.indicator_class else None

    return [
        _Column("code", 7, lambda row: row.shown.row.code),
        _Column("reference", 13, lambda row: row.shown.row.reference),
        _Column("indicator", 50, lambda row: row.shown.row.name),
        _Column("lead", 26, lambda row: "; ".join(row.units)),
        _Column("target", 18, lambda row: target_words(t, row.shown.row.target) if row.shown.row.target else None),
        _Column("result", 18, lambda row: result_words(t, row)),
        _Column("percent_met", 10, lambda row: whole_percent(row.shown.verdict.percent)),
        _Column("indicator_class", 14, said, colour),
        _Column("note", 26, _note),
        _Column("receipts", 11, _receipts),
    ]


def _ranking_columns(t: Translator) -> list[_Column]:
    return [
        _Column("place", 8, lambda each: each.placed.place),
        _Column("before", 10, lambda each: each.before),
        _Column("unit", 52, lambda each: each.placed.unit),
        _Column("score", 9, lambda each: plain_number(each.placed.score)),
        _Column("grade", 13, lambda each: grade_words(t, each.placed.grade)),
        _Column("leads", 10, lambda each: each.placed.leads),
        _Column("on_time", 12, lambda each: len(each.on_time)),
        _Column("late", 12, lambda each: len(each.late)),
        _Column("red", 9, lambda each: each.placed.red),
        _Column("duties", 12, lambda each: f"{each.duties_on_time}/{len(each.duties)}"),
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
    overview = report.overview
    sheet = _begun(book, report, t, "summary", [44, 14, 14])
    followed = sum(overview.classes.values())
    classes = [
        (t(f"doc.class.{each.value}"), n, round(100 * n / followed, 1) if followed else None)
        for each, n in overview.classes.items()
    ]
    totals = [(t("doc.xlsx.total"), followed, None), (t("doc.xlsx.closed"), overview.closed, None)]
    colours = [(colour_name(t, colour), overview.colours[colour], None) for colour in Colour]
    colours.append((t("doc.closed_rows"), overview.closed_rows, None))
    met = [(t(f"doc.indicator.{each.value}"), n, None) for each, n in overview.indicator_classes.items()]
    met.append((t("doc.indicator.closed"), overview.closed_indicators, None))
    row = _HEAD_ROW
    for heads, lines, fills in (
        (("class", "tasks", "share"), classes + totals, ()),
        (("colours", "rows"), colours, tuple(Colour)),
        (("indicators_by_class", "indicators"), met, tuple(CLASS_COLOURS[each] for each in overview.indicator_classes)),
    ):
        for column, key in enumerate(heads, 1):
            _put(sheet, row, column, t(f"doc.head.{key}"), head=True)
        for place, line in enumerate(lines):
            row += 1
            for column, value in enumerate(line[: len(heads)], 1):
                _put(sheet, row, column, value)
            if place < len(fills):
                sheet.cell(row, 1).fill = _styles()[fills[place]]
        row += 2


def _begun(book: Workbook, report: PeriodReport, t: Translator, name: str, widths: Sequence[int]) -> Worksheet:
    """A sheet with its title and what it was made from, set up for A4 landscape."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(t(f"doc.sheet.{name}"))
    made_from = source_words(t, report.overview.source)
    heading = ". ".join(
        [t(f"doc.sheet_title.{name}"), *(ranking_notes(t, report.ranking) if name == "ranking" else ())]
    )
    across = min(len(widths), 12)
    for number, (text, size, is_bold) in enumerate(
        [(_title(report, t), 14, True), (heading, 12, True), (made_from, 9, False)], 1
    ):
        cell = _put(sheet, number, 1, text)
        cell.font = Font(name=_FONT, size=size, bold=is_bold, italic=not is_bold)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=across)
        sheet.row_dimensions[number].height = 20 if is_bold else 12.0 * _lines(text, int(1.2 * sum(widths[:across])))
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _set_up(sheet)
    return sheet


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
    from openpyxl.utils import get_column_letter

    sheet = _begun(book, report, t, name, [column.width for column in columns])
    heads = [t(f"doc.head.{column.key}") for column in columns]
    for number, head in enumerate(heads, 1):
        _put(sheet, _HEAD_ROW, number, head, head=True)
    most = max(_lines(head, column.width - 2) for head, column in zip(heads, columns, strict=True))
    sheet.row_dimensions[_HEAD_ROW].height = max(2, most) * _LINE
    row = _HEAD_ROW
    for row, line in enumerate(lines, _HEAD_ROW + 1):
        most = 1
        for number, column in enumerate(columns, 1):
            value = column.value(line)
            cell = _put(sheet, row, number, value, centred=column.width <= _NARROW)
            colour = column.fill(line)
            if colour is not None:
                cell.fill = _styles()[colour]
            if isinstance(value, str) and column.printed:
                most = max(most, _lines(value, column.width))
        # Programs other than Excel do not find the height of wrapped rows by themselves.
        sheet.row_dimensions[row].height = min(_HIGHEST, most * _LINE + 2)
    printed = sum(column.printed for column in columns)
    sheet.print_area = f"A1:{get_column_letter(printed)}{row}"
    sheet.freeze_panes = f"{'C' if name == 'rows' else 'B'}{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(columns))}{row}"


def _lines(text: str, width: int) -> int:
    """About how many lines a text takes in a column of some signs."""
    return sum(1 + int(len(part) / (width * 1.2)) for part in text.split("\n"))


def _put(sheet: Worksheet, row: int, column: int, value: object, *, head: bool = False, centred: bool = False) -> Cell:
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
    cell.alignment = styles["middle" if head else "centre" if centred or not isinstance(value, str) else "top"]
    if head:
        cell.fill = styles["fill"]
    if row >= _HEAD_ROW:
        cell.border = styles["border"]
    if cell.is_date:
        cell.number_format = _DAY
    return cell


@cache
def _styles() -> dict[str | Colour, Any]:
    # Cached: openpyxl compares style objects, which takes long where thousands of cells have their own.
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="999999")
    return {
        "font": Font(name=_FONT, size=10),
        "head": Font(name=_FONT, size=10, bold=True),
        "fill": PatternFill("solid", start_color="E7E6E6"),
        "top": Alignment(vertical="top", wrap_text=True),
        "centre": Alignment(vertical="top", horizontal="center", wrap_text=True),
        "middle": Alignment(vertical="center", horizontal="center", wrap_text=True),
        "border": Border(left=thin, right=thin, top=thin, bottom=thin),
        **{colour: PatternFill("solid", start_color=FILLS[colour]) for colour in Colour},
    }
