"""What a sheet shows and hides, and which of its cells are one: read beside its cells, which come row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

_PIECE = 1 << 16
_VALUES = frozenset({"v", "is", "f"})
_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows count from 1, columns from 0. ``covered`` tells of a row which columns take their value from which row."""

    last_row: int = 0
    """The last row that holds a value, however many empty ones with a format follow."""
    hidden_rows: frozenset[int] = frozenset()
    """Also those that a filter leaves out."""
    hidden_columns: frozenset[int] = frozenset()
    covered: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def read_layout(source: IO[bytes], *, most_rows: int, most_columns: int) -> Layout:
    """The layout of the sheet whose XML is ``source``, as far as these bounds.

    Raises ValueError for what is no sheet.
    """
    reading = _Reading(most_rows, most_columns)
    try:
        while piece := source.read(_PIECE):
            reading.parser.Parse(piece, False)
    except expat.ExpatError as broken:
        raise ValueError(str(broken)) from broken
    return Layout(
        reading.last_row,
        frozenset(reading.hidden_rows),
        frozenset(reading.hidden_columns),
        {row: tuple(sorted(columns.items())) for row, columns in reading.covered.items()},
    )


class _Reading:
    def __init__(self, most_rows: int, most_columns: int) -> None:
        self.last_row = 0
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.covered: dict[int, dict[int, int]] = {}
        self._most_rows = most_rows
        self._most_columns = most_columns
        self._merges_left = most_rows * most_columns
        self._row = 0
        self._within = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, said: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "sheetData":
            self._within = True
        elif self._within and local == "row":
            self._row = int(said["r"]) if "r" in said else self._row + 1
            if _is_hidden(said, "ht") and self._row <= self._most_rows:
                self.hidden_rows.add(self._row)
        elif self._within and local in _VALUES:
            self.last_row = max(self.last_row, self._row)
        elif local == "col" and _is_hidden(said, "width"):
            first, last = int(said["min"]), min(int(said["max"]), self._most_columns)
            self.hidden_columns.update(range(first - 1, last))
        elif local == "mergeCell":
            self._merge(said["ref"])

    def _merge(self, ref: str) -> None:
        """The value of merged cells stands in the first of them; it is that of its column, not of those beside it."""
        from openpyxl.utils.cell import range_boundaries

        self._merges_left -= 1
        left, top, _, bottom = range_boundaries(ref)
        if self._merges_left < 0 or left is None or top is None or bottom is None:
            raise ValueError(ref)
        if left <= self._most_columns:
            for row in range(top + 1, min(bottom, self._most_rows) + 1):
                self.covered.setdefault(row, {})[left - 1] = top

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "sheetData":
            self._within = False

    def _doctype(self, *_declared: object) -> None:
        raise ValueError("a document type")


def _is_hidden(said: Mapping[str, str], measure: str) -> bool:
    return said.get("hidden", "").lower() in _TRUE or said.get(measure) in {"0", "0.0"}
