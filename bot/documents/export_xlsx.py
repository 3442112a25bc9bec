"""The export of a plan as a workbook; for the command line, never run inside the bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.domain.plan.words import harmless
from bot.domain.work.alerts import Colour
from bot.i18n import Translator, translator
from bot.views.words.rows import LIGHTS

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_000
_DATE_FORMAT = "dd/mm/yyyy"

Row = Mapping[str, Any]
# Key of the heading, width in signs, and what of a row stands in the column.
_COLUMNS: tuple[tuple[str, int, Callable[[Translator, Row], object]], ...] = (
    ("code", 8, lambda t, row: row["code"]),
    ("kind", 11, lambda t, row: t(f"kind.{row['kind']}")),
    ("reference", 16, lambda t, row: row["reference"]),
    ("group", 28, lambda t, row: row["group"]),
    ("parent", 28, lambda t, row: row["parent"]),
    ("name", 60, lambda t, row: row["name"]),
    ("output", 30, lambda t, row: row["output"]),
    ("kpi", 24, lambda t, row: row["kpi"]),
    ("target", 20, lambda t, row: row["target"]["as_printed"] if row["target"] else None),
    ("lead", 30, lambda t, row: "; ".join(row["lead"])),
    ("tracker", 26, lambda t, row: row["tracker_as_printed"]),
    ("coordinating", 30, lambda t, row: row["coordinating_as_printed"]),
    ("deadline_as_printed", 20, lambda t, row: row["deadline_as_printed"]),
    ("starts_on", 12, lambda t, row: _day(row["starts_on"])),
    ("due_on", 12, lambda t, row: _day(row["due_on"])),
    ("percent", 9, lambda t, row: row["percent"]),
    ("state", 18, lambda t, row: t(f"state.{row['state']}")),
    ("colour", 20, lambda t, row: f"{LIGHTS[Colour(row['colour'])]} {t('colour.' + row['colour'])}"),
    ("reasons", 34, lambda t, row: "; ".join(t(f"reason_short.{reason}") for reason in row["reasons"])),
    ("note", 24, lambda t, row: row["note"]),
)


def write_xlsx(data: Mapping[str, Any], path: Path, language: str = "vi") -> None:
    """Write what ``services.export_plan.export`` gave as one sheet: a frozen heading, a line for each row."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    t = translator(language)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(data["locality"]["name"])
    at = datetime.fromisoformat(data["at"])
    place = f"{data['locality']['kind']} {data['locality']['name']}"
    sheet.append([cell_text(t("export.title", locality=place, at=t.instant(at)))])
    sheet.append([t(f"export.{key}") for key, _, _ in _COLUMNS])
    for row in data["rows"]:
        sheet.append([_cell(value(t, row)) for _, _, value in _COLUMNS])
    sheet["A1"].font = Font(bold=True, size=13)
    for number, (_, width, _) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if cell.row == 2:
                cell.font = Font(bold=True)
            elif isinstance(cell.value, date):
                cell.number_format = _DATE_FORMAT
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(_COLUMNS))}{max(2, sheet.max_row)}"
    book.save(path)


def cell_text(text: str) -> str:
    """The text as no program will take it for a formula, without signs a workbook cannot hold."""
    whole = harmless(text)[:_LONGEST_CELL]
    return f"'{whole}" if whole.lstrip(" ").startswith(_FORMULA_SIGNS) else whole


def _cell(value: object) -> object:
    return cell_text(value) if isinstance(value, str) else value


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "export"
