"""The workbook a commune fills in with its plan; ``workbook.read_workbook`` reads it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.plans.workbooks import sheets

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


STYLED_ROWS = 150
_HEAD_FILL = "FFDDEBF7"
_EXAMPLE_FILL = "FFFFF2CC"


def write_template(path: Path) -> None:
    """Write an empty workbook (.xlsx) to ``path``: five sheets with headings, lists to choose from and an example line.

    Overwrites what is there.
    """
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    lists = _Lists(book)
    _write_facts(book.create_sheet(sheets.FACTS.name, 0), lists)
    for index, table in enumerate(sheets.TABLES, start=1):
        _write_table(book.create_sheet(table.name, index), table, lists)
    book.save(path)


class _Lists:
    """The hidden sheet with the words to choose from; a list inside a rule could hold no commas."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.create_sheet(sheets.LISTS_SHEET)
        self._sheet.sheet_state = "hidden"
        self._used: dict[tuple[str, ...], str] = {}

    def offer(self, sheet: Worksheet, cells: str, choices: tuple[str, ...]) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        if choices not in self._used:
            column = len(self._used) + 1
            for row, word in enumerate(choices, start=1):
                self._sheet.cell(row, column, word)
            letter = get_column_letter(column)
            self._used[choices] = f"'{sheets.LISTS_SHEET}'!${letter}$1:${letter}${len(choices)}"
        rule = DataValidation(type="list", formula1=self._used[choices], allow_blank=True, showErrorMessage=True)
        rule.add(cells)
        sheet.add_data_validation(rule)


def _write_facts(sheet: Worksheet, lists: _Lists) -> None:
    from openpyxl.styles import Alignment, Font

    _write_head(sheet, sheets.FACT_HEADINGS, (42, 60, 70))
    for row, fact in enumerate(sheets.FACTS.columns, start=2):
        sheet.cell(row, 1, fact.heading).font = Font(bold=fact.needed)
        sheet.cell(row, 2).number_format = "@"
        sheet.cell(row, 3, fact.example).font = Font(italic=True, color="FF7F7F7F")
        for column in (1, 2, 3):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        if fact.choices:
            lists.offer(sheet, f"B{row}", fact.choices)


def _write_table(sheet: Worksheet, table: sheets.Sheet, lists: _Lists) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    headings = [column.heading for column in table.columns]
    widths = [column.width for column in table.columns]
    _write_head(sheet, (*headings, sheets.MARK_HEADING), (*widths, 24))
    for number, column in enumerate(table.columns, start=1):
        sheet.cell(2, number, column.example or None).fill = PatternFill("solid", fgColor=_EXAMPLE_FILL)
        for row in range(2, STYLED_ROWS + 1):
            cell = sheet.cell(row, number)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # Text, so that "4/2026" and "15-17" stay as typed and are not turned into dates.
            cell.number_format = "@"
        if column.choices:
            letter = get_column_letter(number)
            lists.offer(sheet, f"{letter}2:{letter}1001", column.choices)
    sheet.cell(2, len(headings) + 1, sheets.EXAMPLE_MARK).fill = PatternFill("solid", fgColor=_EXAMPLE_FILL)


def _write_head(sheet: Worksheet, headings: tuple[str, ...], widths: tuple[int, ...]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        cell = sheet.cell(1, number, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEAD_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
