"""The filled-in lines of a table, by the keys of its columns, and what about the sheet itself is wrong or doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.plan.words import fold
from bot.plans.problems import Problem
from bot.plans.schema import DoubtPart
from bot.plans.workbooks import sheets
from bot.plans.workbooks.cells import MAX_CELL, RawRow, RawSheet
from bot.plans.workbooks.sheets import Column, Sheet

_HEAD_WITHIN = 10
_SHOWN = 80


@dataclass
class Line:
    """One row of a table. ``starts`` tells of merged cells in which row their value stands."""

    sheet: Sheet
    row: int
    cells: dict[str, str]
    starts: dict[str, int]
    figures: frozenset[str]
    """Keys of the cells that hold a number and no text."""
    doubts: list[DoubtPart] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        """The text of a cell, none where it is empty."""
        return self.cells.get(key) or None

    def many(self, key: str) -> tuple[str, ...]:
        """The parts of a cell that lists several things."""
        return tuple(part.strip() for part in re.split(r"[;\n]", self.cells.get(key, "")) if part.strip())

    def place(self, key: str) -> str:
        """Where a cell stands, in words."""
        column = next(column for column in self.sheet.columns if column.key == key)
        return self.sheet.place(self.starts.get(key, self.row), column)

    def doubt(self, key: str, **figures: str | int) -> None:
        """Note something for the standing office."""
        self.doubts.append(DoubtPart(key=key, figures=figures))


@dataclass
class Reading:
    """What has been read so far, and what was wrong or doubtful."""

    raw: Mapping[str, RawSheet]
    problems: list[Problem] = field(default_factory=list)
    doubts: list[DoubtPart] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Where each code, unit and group stands, for problems found later."""

    def refuse(self, where: str, key: str, **figures: object) -> None:
        """Note a mistake; the one in merged cells is met in every row and noted once."""
        problem = Problem(where, key, figures)
        if problem not in self.problems:
            self.problems.append(problem)

    def doubt(self, key: str, **figures: str | int) -> None:
        """Note something about the file for the standing office."""
        self.doubts.append(DoubtPart(key=key, figures=figures))


def lines_of(reading: Reading, sheet: Sheet) -> list[Line]:
    """The lines of a table that are filled in.

    Passed over are example lines, empty ones, those that only hold a group's heading, and those that hold nothing but
    their part of merged cells. A group is printed once, above its rows or in the first of them.
    """
    raw = reading.raw.get(fold(sheet.name), RawSheet())
    if not raw.rows:
        if sheet.needed:
            reading.refuse(sheet.name, "sheet_missing", sheet=sheet.name)
        return []
    head = _head_of(sheet, raw.rows)
    columns = _columns(reading, sheet, head)
    lines, group, formulas = [], "", _Formulas(sheet, columns)
    for row in raw.rows_below(head.number):
        if any(fold(text).startswith(fold(sheets.EXAMPLE_MARK)) for text in row.texts):
            continue
        line = _line(sheet, row, columns)
        if not line.cells.keys() - line.starts.keys() - {"group"}:
            group = line.cells.get("group", group)
            continue
        _check_cells(reading, line, row, columns)
        formulas.take(line, row)
        if sheet in (sheets.TASKS, sheets.INDICATORS):
            group = line.cells.get("group", group)
            line.cells |= {"group": group} if group else {}
        lines.append(line)
    formulas.refuse(reading)
    _note_hidden(reading, raw, columns, lines)
    _note_merged_names(lines)
    return lines


def cell_name(column: int, row: int) -> str:
    """A cell as the program names it: D12; columns count from 0."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row}"


def _head_of(sheet: Sheet, rows: tuple[RawRow, ...]) -> RawRow:
    # A commune may write a title above its table.
    headings = {fold(column.heading) for column in sheet.columns}
    known = [len(headings & {fold(text) for text in row.texts}) for row in rows[:_HEAD_WITHIN]]
    return rows[known.index(max(known)) if max(known) > 1 else 0]


def _columns(reading: Reading, sheet: Sheet, head: RawRow) -> dict[int, Column]:
    headings = {fold(column.heading): column for column in sheet.columns}
    columns = {n: headings[fold(text)] for n, text in enumerate(head.texts) if fold(text) in headings}
    for column in sheet.columns:
        if column.needed and column not in columns.values():
            reading.refuse(sheet.place(head.number), "column_missing", column=column.heading)
    return columns


def _line(sheet: Sheet, row: RawRow, columns: Mapping[int, Column]) -> Line:
    def keys(numbers: Iterable[int]) -> Iterable[str]:
        return (columns[n].key for n in numbers if n in columns)

    cells = {column.key: row.texts[n] for n, column in columns.items() if n < len(row.texts) and row.texts[n]}
    starts = {columns[n].key: first for n, first in row.covered if n in columns}
    return Line(sheet, row.number, cells, starts, frozenset(keys(row.figures)))


def _check_cells(reading: Reading, line: Line, row: RawRow, columns: Mapping[int, Column]) -> None:
    """Note what no cell may hold, and take it out of the line, so that it is not read as what it is not."""
    for n, column in columns.items():
        text = line.cells.get(column.key, "")
        if n in row.broken:
            reading.refuse(line.place(column.key), "cell_error", given=text)
        elif len(text) > MAX_CELL:
            reading.refuse(line.place(column.key), "cell_too_long", most=MAX_CELL)
        elif column.needed and not text:
            reading.refuse(line.place(column.key), "field_missing", column=column.heading)
        if n in row.broken or n in row.formulas:
            line.cells.pop(column.key, None)


class _Formulas:
    """The formulas of a table. A column of them is one mistake, however many rows it has."""

    def __init__(self, sheet: Sheet, columns: Mapping[int, Column]) -> None:
        self._sheet = sheet
        self._columns = columns
        self._runs: dict[int, list[tuple[int, int, str]]] = {}

    def take(self, line: Line, row: RawRow) -> None:
        """Note those of a line."""
        for n in row.formulas:
            if n in self._columns and n not in row.broken:
                at = line.starts.get(self._columns[n].key, line.row)
                runs = self._runs.setdefault(n, [])
                if runs and at <= runs[-1][1] + 1:
                    runs[-1] = (runs[-1][0], max(at, runs[-1][1]), runs[-1][2])
                else:
                    runs.append((at, at, row.texts[n]))

    def refuse(self, reading: Reading) -> None:
        """Refuse them by the names of their cells."""
        for n, runs in self._runs.items():
            for first, last, text in runs:
                cell = cell_name(n, first) + (f":{cell_name(n, last)}" if last > first else "")
                where = self._sheet.place(first, self._columns[n])
                reading.refuse(where, "cell_formula", cell=cell, given=text[:_SHOWN])


def _note_hidden(reading: Reading, raw: RawSheet, columns: Mapping[int, Column], lines: list[Line]) -> None:
    if not lines:
        return
    sheet = lines[0].sheet
    if raw.hidden:
        reading.doubt("sheet_hidden", sheet=sheet.name)
    unseen = [column.heading for n, column in columns.items() if n in raw.hidden_columns]
    if unseen:
        reading.doubt("columns_hidden", sheet=sheet.name, columns=", ".join(unseen))
    numbers = {row.number for row in raw.rows if row.hidden}
    hidden = [line for line in lines if line.row in numbers]
    if sheet in (sheets.TASKS, sheets.INDICATORS):
        for line in hidden:
            line.doubt("row_hidden", sheet=sheet.name, row=line.row)
    elif hidden:
        reading.doubt("rows_hidden", sheet=sheet.name, rows=", ".join(str(line.row) for line in hidden))


def _note_merged_names(lines: list[Line]) -> None:
    """One name over several rows may be several tasks, or one with several products."""
    together: dict[int, list[Line]] = {}
    for line in lines:
        together.setdefault(line.starts.get("name", line.row), []).append(line)
    for same in together.values():
        if len(same) > 1:
            for line in same:
                line.doubt("name_merged", rows=f"{same[0].row}–{same[-1].row}")
