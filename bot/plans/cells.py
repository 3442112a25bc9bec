"""The raw content of a workbook: every cell as the text a person sees, nothing calculated (openpyxl stays here)."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import BadInput
from bot.domain.plan.words import fold

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS = 1000
MAX_COLUMNS = 30
MAX_CELL = 4000
_NOT_DATE = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
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
    """One row: its number as the program shows it, its texts from the first column on."""

    number: int
    texts: tuple[str, ...]
    broken: tuple[int, ...] = ()
    """Columns (from 0) that hold an error value such as #REF!."""


def read_cells(path: Path) -> Mapping[str, tuple[RawRow, ...]]:
    """The rows that hold something, by the folded name of their sheet.

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


def _read(path: Path) -> Mapping[str, tuple[RawRow, ...]]:
    from openpyxl import load_workbook

    # Not data_only: what a formula once came to may be stale, and nothing here is ever calculated.
    with warnings.catch_warnings():
        # It warns of what it does not keep, such as styles and lists; nothing of that is read here.
        warnings.simplefilter("ignore")
        # An open file: given a path it looks at the ending, which a file kept by its hash does not have.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
            return {fold(name): tuple(_rows(book, name)) for name in book.sheetnames}


def _rows(book: Workbook, name: str) -> Iterable[RawRow]:
    sheet: Any = book[name]
    if not hasattr(sheet, "iter_rows"):
        return
    if hasattr(sheet, "reset_dimensions"):
        # The size a file states may be wrong; the rows themselves are counted.
        sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS), start=1):
        texts = tuple(text_of(cell.value, getattr(cell, "number_format", "") or "") for cell in cells)
        if not any(texts):
            continue
        if number > MAX_ROWS + 1:
            raise BadInput("workbook_too_long", most=MAX_ROWS)
        broken = tuple(n for n, cell in enumerate(cells) if getattr(cell, "data_type", "") == "e")
        yield RawRow(number, texts, broken)


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
        return _figure(Decimal(str(value)), number_format)
    # An array formula comes as an object with its text inside.
    text = value if isinstance(value, str) else str(getattr(value, "text", value))
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _figure(value: Decimal, number_format: str) -> str:
    if not value.is_finite():
        return str(value)
    is_percent = "%" in number_format
    figure = (value * 100 if is_percent else value).normalize()
    return f"{figure:f}".replace(".", ",") + ("%" if is_percent else "")
