"""The workbook in which an office fills in where every lead assignment stood before the plan was used.

Written and read without calculating anything. ``python -m bot.plans.opening_workbook write|read`` is the child process
that does either, as openpyxl is slow and what comes back is from outside.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import BadInput
from bot.domain.plan.words import fold
from bot.domain.work.progress import Share, Target
from bot.language.reports.numbers import Reading, read_percent, read_value
from bot.language.time.days import read_day
from bot.plans.cells import RawRow, read_cells
from bot.plans.names import Directory
from bot.plans.problems import Problem
from bot.plans.sheets import OPENING, OPENING_HINT, OPENING_TITLE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD_ROW = 3
"""Above the headings stand the title and how to fill it in."""
READ_BOUNDS = (512 << 20, 30)
"""Bytes of memory and seconds of work that reading a workbook from outside may take."""
_FILLED = ("percent", "value", "completed_on", "source")
_GREY, _BLUE, _YELLOW = "FFF2F2F2", "FFDDEBF7", "FFFFF2CC"


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One lead assignment as it stands in the workbook, in words."""

    code: str
    name: str
    unit: str
    limit: str
    target: str
    present: str


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the plan as the reader needs it: what it measures, and its lead units with their assignments' ids."""

    target: Target | None
    leads: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OpeningEntry:
    """What was filled in for one assignment; ``where`` names its row ("Mức ban đầu, dòng 7")."""

    where: str
    code: str
    assignment_id: int
    percent: Decimal | None = None
    value: Decimal | None = None
    share: Share | None = None
    completed_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningSheet:
    """A filled-in workbook: what can be taken, and the mistakes of the other rows."""

    entries: tuple[OpeningEntry, ...]
    problems: tuple[Problem, ...]


def title_of(*, kind: str, name: str, province: str, year: int) -> str:
    """The line at the top, by which a workbook of another commune or year is known."""
    return OPENING_TITLE.format(kind=kind, name=name, province=province, year=year)


def write_opening(title: str, lines: Sequence[OpeningLine]) -> bytes:
    """The workbook (.xlsx) with one row for every line, the last four columns to be filled in."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Worksheet = book.create_sheet(OPENING.name, 0)
    del book[book.sheetnames[1]]
    head: Any = sheet.cell(1, 1, title)
    head.font = Font(bold=True, size=13)
    sheet.cell(2, 1, OPENING_HINT).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(OPENING.columns))
    sheet.row_dimensions[2].height = 34
    for number, column in enumerate(OPENING.columns, start=1):
        to_fill = column.key in _FILLED
        head = sheet.cell(HEAD_ROW, number, column.heading)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor=_YELLOW if to_fill else _BLUE)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        for row, line in enumerate(lines, start=HEAD_ROW + 1):
            _write_cell(sheet, row, number, getattr(line, column.key, None), to_fill=to_fill)
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write_cell(sheet: Worksheet, row: int, number: int, text: str | None, *, to_fill: bool) -> None:
    from openpyxl.styles import Alignment, PatternFill

    cell: Any = sheet.cell(row, number, text or None)
    # Text, so that what is typed stays as typed, and a name that begins with "=" is no formula.
    cell.number_format = "@"
    if text:
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if not to_fill:
        cell.fill = PatternFill("solid", fgColor=_GREY)


def read_opening(
    sheets: Mapping[str, Sequence[RawRow]],
    *,
    title: str,
    known: Mapping[str, Known],
    directory: Directory,
    year: int,
) -> OpeningSheet:
    """What the office filled in. Rows whose last four cells are empty are passed over.

    ``known`` holds the rows of the plan by code. Raises BadInput ``opening_sheet_foreign`` for a workbook that is not
    this plan's, ``opening_sheet_empty`` where nothing was filled in.
    """
    rows = sheets.get(fold(OPENING.name)) or next(iter(sheets.values()), ())
    head = next((row for row in rows if _columns(row).keys() >= {"code", "unit"}), None)
    if head is None or not any(fold(title) == fold(text) for row in rows for text in row.texts):
        raise BadInput("opening_sheet_foreign")
    columns = _columns(head)
    reading = _Reading(known, directory, year)
    for row in rows:
        if row.number > head.number:
            reading.take(row, {key: row.texts[n] for key, n in columns.items() if n < len(row.texts) and row.texts[n]})
    if not reading.entries and not reading.problems:
        raise BadInput("opening_sheet_empty")
    return OpeningSheet(tuple(reading.entries), tuple(reading.problems))


def _columns(row: RawRow) -> dict[str, int]:
    headings = {fold(column.heading): column.key for column in OPENING.columns}
    return {headings[fold(text)]: n for n, text in enumerate(row.texts) if fold(text) in headings}


class _Refused(Exception):
    def __init__(self, key: str, **figures: object) -> None:
        self.key = key
        self.figures = figures


class _Reading:
    """The rows read so far, and what was wrong with them."""

    def __init__(self, known: Mapping[str, Known], directory: Directory, year: int) -> None:
        self.entries: list[OpeningEntry] = []
        self.problems: list[Problem] = []
        self._known = known
        self._directory = directory
        self._year = year
        self._seen: dict[int, int] = {}

    def take(self, row: RawRow, cells: Mapping[str, str]) -> None:
        """Read one row; its first mistake is noted."""
        if not any(key in cells for key in _FILLED):
            return
        code = cells.get("code", "").strip().upper()
        where = OPENING.place(row.number) + (f" ({code})" if code else "")
        try:
            self._refuse_broken(row)
            known, assignment_id = self._assignment(code, cells, row.number)
            self.entries.append(self._entry(where, code, assignment_id, known, cells))
        except _Refused as refused:
            self.problems.append(Problem(where, refused.key, refused.figures))

    def _refuse_broken(self, row: RawRow) -> None:
        if row.broken:
            raise _Refused("cell_error", given=row.texts[row.broken[0]])

    def _assignment(self, code: str, cells: Mapping[str, str], number: int) -> tuple[Known, int]:
        known = self._known.get(code)
        if known is None:
            raise _Refused("opening_code", given=code or "–")
        unit = cells.get("unit", "")
        entry = self._directory.find(unit) if unit else None
        only = next(iter(known.leads.values())) if len(known.leads) == 1 and not unit else None
        assignment_id = known.leads.get(entry.name) if entry is not None else only
        if assignment_id is None:
            raise _Refused("opening_unit", given=unit or "–", code=code)
        earlier = self._seen.setdefault(assignment_id, number)
        if earlier != number:
            raise _Refused("opening_twice", row=earlier)
        return known, assignment_id

    def _entry(self, where: str, code: str, assignment_id: int, known: Known, cells: Mapping[str, str]) -> OpeningEntry:
        percent, value, share = self._amount(known.target, cells)
        day, source = cells.get("completed_on"), cells.get("source")
        completed_on = read_day(day, self._year) if day else None
        if day and completed_on is None:
            raise _Refused("opening_day", given=day)
        if completed_on is None and percent is None and value is None:
            raise _Refused("opening_only_source")
        return OpeningEntry(where, code, assignment_id, percent, value, share, completed_on, source)

    @staticmethod
    def _amount(target: Target | None, cells: Mapping[str, str]) -> tuple[Decimal | None, Decimal | None, Share | None]:
        percent, value = cells.get("percent"), cells.get("value")
        if target is None:
            if value:
                raise _Refused("opening_value_of_task", given=value)
            found = read_percent(percent) if percent else None
            if percent and (found is None or not 0 <= found <= 100):
                raise _Refused("opening_percent", given=percent)
            return found, None, None
        if percent:
            raise _Refused("opening_percent_of_indicator", given=percent)
        reading = read_value(value, target) if value else None
        if value and not isinstance(reading, Reading):
            raise _Refused("opening_value", given=value, target=target.as_printed)
        return (None, reading.value, reading.share) if isinstance(reading, Reading) else (None, None, None)


def raw_rows(answer: Mapping[str, Any]) -> dict[str, tuple[RawRow, ...]]:
    """The rows that the child process has read. Raises BadInput where it refused the file."""
    if "refused" in answer:
        raise BadInput(str(answer["refused"]), **answer.get("figures", {}))
    return {
        name: tuple(RawRow(row["number"], tuple(row["texts"]), tuple(row["broken"])) for row in rows)
        for name, rows in answer["sheets"].items()
    }


def main(arguments: Collection[str]) -> int:
    """``read FILE``: its cells as JSON. ``write``: a workbook on stdout, of the JSON on stdin."""
    from bot.evidence.probe import bound_this_process

    verb, *rest = arguments
    if verb == "write":
        asked = json.load(sys.stdin)
        lines = [OpeningLine(**line) for line in asked["lines"]]
        sys.stdout.buffer.write(write_opening(asked["title"], lines))
        return 0
    bound_this_process(*READ_BOUNDS)
    try:
        found = read_cells(Path(rest[0]))
        answer: dict[str, Any] = {"sheets": {name: [asdict(row) for row in rows] for name, rows in found.items()}}
    except BadInput as refused:
        answer = {"refused": refused.key, "figures": refused.figures}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
