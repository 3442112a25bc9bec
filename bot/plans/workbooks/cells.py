"""The raw content of a workbook: every cell as the text a person sees, nothing calculated (openpyxl stays here)."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import BadInput
from bot.domain.plan.words import fold, harmless
from bot.plans.workbooks.sheet_layout import Layout, read_layout

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 1000
MAX_COLUMNS = 30
MAX_CELL = 4000
_NOT_DATE = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
# A formula typed into a cell that is formatted as text is kept as text; "=80%" and "=> giữ nguyên" are none.
_FORMULA = re.compile(
    r"=[\s+(-]*(?:\$?[A-Za-z]{1,3}\$?\d+\b|[A-Za-z][\w.]*\s*\(|[\w.]+!|'[^']*'!|\d[\d.,%\s]*[-+*/^&]\s*[\d$(A-Za-z])"
)
_FIGURES = 15
"""Digits of a figure that mean something: as many as the programs keep; what stands behind them is noise."""
_SMALLEST = Decimal("0.000001")
"""What a figure that was once computed is rounded to."""
# What openpyxl and the parsers below it raise on files that are no workbooks, or were cut or altered.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number as the program shows it, its texts from the first column on. Columns count from 0."""

    number: int
    texts: tuple[str, ...]
    broken: tuple[int, ...] = ()
    """Columns that hold an error value such as #REF!."""
    formulas: tuple[int, ...] = ()
    """Columns that hold a formula, also one that was typed as text."""
    figures: tuple[int, ...] = ()
    """Columns that hold a number and no text: their commas can only be decimal ones."""
    covered: tuple[tuple[int, int], ...] = ()
    """Columns whose cell is merged with those above it, each with the row in which their value stands."""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The rows of a sheet that hold something, and what of it people do not see."""

    rows: tuple[RawRow, ...] = ()
    hidden: bool = False
    hidden_columns: tuple[int, ...] = ()

    def rows_below(self, head: int) -> tuple[RawRow, ...]:
        """The rows below the row of this number; a value of merged cells, if it stands there too, in all its rows."""
        body = {row.number: row for row in self.rows if row.number > head}
        return tuple(_spread(row, body) for row in body.values())


def _spread(row: RawRow, body: Mapping[int, RawRow]) -> RawRow:
    covered = tuple((n, first) for n, first in row.covered if first in body and body[first].texts[n])
    texts = list(row.texts)
    for n, first in covered:
        texts[n] = body[first].texts[n]

    def taken(kind: str) -> tuple[int, ...]:
        own = set(getattr(row, kind)) - {n for n, _ in covered}
        return tuple(sorted(own | {n for n, first in covered if n in getattr(body[first], kind)}))

    return replace(
        row,
        texts=tuple(texts),
        covered=covered,
        broken=taken("broken"),
        formulas=taken("formulas"),
        figures=taken("figures"),
    )


def read_cells(path: Path) -> Mapping[str, RawSheet]:
    """The sheets of a workbook by their folded names.

    Raises BadInput: ``workbook_missing``, ``workbook_too_large``, ``workbook_too_long``, ``workbook_damaged``.
    """
    if not path.is_file():
        raise BadInput("workbook_missing", file=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise BadInput("workbook_too_large", most_mb=MAX_BYTES // 1024 // 1024)
    try:
        _refuse_bombs(path)
        return _read(path)
    except _DAMAGE as error:
        raise BadInput("workbook_damaged", file=path.name) from error


def _refuse_bombs(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
            raise BadInput("workbook_too_large", most_mb=MAX_BYTES // 1024 // 1024)


def _read(path: Path) -> Mapping[str, RawSheet]:
    from openpyxl import load_workbook

    # Not data_only: what a formula once came to may be stale, and nothing here is ever calculated.
    with warnings.catch_warnings():
        # It warns of what it does not keep, such as styles and lists; nothing of that is read here.
        warnings.simplefilter("ignore")
        # An open file: given a path it looks at the ending, which a file kept by its hash does not have.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            return {fold(name): _sheet(book, name) for name in book.sheetnames}


def _sheet(book: Workbook, name: str) -> RawSheet:
    sheet: Any = book[name]
    if not hasattr(sheet, "iter_rows"):
        return RawSheet()
    with sheet._get_source() as source:
        layout = read_layout(source, most_rows=MAX_ROWS + 1, most_columns=MAX_COLUMNS)
    # The size a file states may be wrong; the rows themselves are counted.
    sheet.reset_dimensions()
    hidden = getattr(sheet, "sheet_state", "visible") != "visible"
    return RawSheet(tuple(_rows(sheet, layout)), hidden, tuple(sorted(layout.hidden_columns)))


def _rows(sheet: Any, layout: Layout) -> Iterable[RawRow]:
    for number, cells in enumerate(sheet.iter_rows(max_row=max(layout.last_row, 1), max_col=MAX_COLUMNS), start=1):
        texts = tuple(text_of(cell.value, getattr(cell, "number_format", "") or "") for cell in cells)
        if any(texts) and number > MAX_ROWS + 1:
            raise BadInput("workbook_too_long", most=MAX_ROWS)
        if any(texts):
            yield RawRow(
                number,
                texts,
                broken=tuple(n for n, cell in enumerate(cells) if _type(cell) == "e"),
                formulas=tuple(n for n, cell in enumerate(cells) if _type(cell) == "f" or _FORMULA.match(texts[n])),
                figures=tuple(n for n, cell in enumerate(cells) if _is_figure(cell.value)),
                covered=layout.covered.get(number, ()),
                hidden=number in layout.hidden_rows,
            )


def _type(cell: Any) -> str:
    return str(getattr(cell, "data_type", ""))


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def text_of(value: object, number_format: str = "") -> str:
    """What a person sees in a cell; dates as d/m/yyyy, figures with a decimal comma, formulas as they were typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, datetime | date):
        # "4/2026" becomes the first of April once Excel has seen it; a format without a day says so.
        has_day = "d" in _NOT_DATE.sub("", number_format.lower()) or not number_format
        return (f"{value.day}/" if has_day else "") + f"{value.month}/{value.year}"
    if isinstance(value, int | float | Decimal):
        return _figure(value, number_format)
    # A formula over several cells comes as an object, as a rule with its text inside.
    text = str(getattr(value, "text", None) or "=") if hasattr(value, "ref") else str(value)
    return "\n".join(" ".join(line.split()) for line in harmless(text).splitlines()).strip()


def _figure(value: float | Decimal, number_format: str) -> str:
    figure = Decimal(f"{value:.{_FIGURES}g}") if isinstance(value, float) else Decimal(value)
    if not figure.is_finite():
        return str(figure)
    is_percent = "%" in number_format
    figure = figure * 100 if is_percent else figure
    if abs(figure) > _SMALLEST and figure != figure.to_integral_value():
        figure = round(figure, -int(_SMALLEST.adjusted()))
    return f"{figure.normalize():f}".replace(".", ",") + ("%" if is_percent else "")
