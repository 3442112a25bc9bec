"""The workbook in which an office fills in where every lead assignment stood before the plan was used.

Written and read without calculating anything. ``python -m bot.plans.workbooks.opening_workbook write|read`` is the
child process that does either, as openpyxl is slow and what comes back is from outside.
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

from pydantic import TypeAdapter

from bot.domain.errors import BadInput
from bot.domain.plan.words import alike, fold
from bot.domain.work.progress import Comparator, Share, Target
from bot.language.reports.numbers import IndicatorValue, read_percent, read_value
from bot.language.time.days import read_day
from bot.plans.names import Directory
from bot.plans.problems import Problem
from bot.plans.workbooks.cells import RawRow, RawSheet, read_cells
from bot.plans.workbooks.lines import cell_name
from bot.plans.workbooks.sheets import OPENING, OPENING_HINT, OPENING_TITLE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD_ROW = 3
"""Above the headings stand the title and how to fill it in."""
READ_BOUNDS = (512 << 20, 30)
"""Bytes of memory and seconds of work that reading a workbook from outside may take."""
_MOST_NAMED = 80
_FILLED = ("percent", "value", "completed_on", "source")
_SHEETS = TypeAdapter(dict[str, RawSheet])
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
    """A row of the plan as the reader needs it: its text, what it measures, its lead units with their assignments."""

    name: str
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
    """A filled-in workbook: what can be taken, the mistakes of the other rows, and which filled-in rows are hidden."""

    entries: tuple[OpeningEntry, ...]
    problems: tuple[Problem, ...]
    hidden: tuple[int, ...] = ()


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
    sheets: Mapping[str, RawSheet],
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
    sheet = sheets.get(fold(OPENING.name)) or next(iter(sheets.values()), RawSheet())
    rows = sheet.rows
    head = next((row for row in rows if _columns(row).keys() >= {"code", "unit"}), None)
    # Accents tell communes apart: the workbook of phường Bình Thạnh is none of xã Bình Thành.
    if head is None or not any(alike(title) == alike(text) for row in rows for text in row.texts):
        raise BadInput("opening_sheet_foreign")
    columns = _columns(head)
    reading = _Reading(known, directory, year)
    for row in sheet.rows_below(head.number):
        reading.take(row, columns)
    if not reading.entries and not reading.problems:
        raise BadInput("opening_sheet_empty")
    return OpeningSheet(tuple(reading.entries), tuple(reading.problems), tuple(reading.hidden))


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
        self.hidden: list[int] = []
        self._known = known
        self._directory = directory
        self._year = year
        self._seen: dict[int, int] = {}

    def take(self, row: RawRow, columns: Mapping[str, int]) -> None:
        """Read one row; its first mistake is noted."""
        cells = {key: row.texts[n] for key, n in columns.items() if n < len(row.texts) and row.texts[n]}
        if not any(key in cells for key in _FILLED):
            return
        code = cells.get("code", "").strip().upper()
        where = OPENING.place(row.number) + (f" ({code})" if code else "")
        if row.hidden:
            self.hidden.append(row.number)
        try:
            self._refuse_uncertain(row, columns)
            known, assignment_id = self._assignment(code, cells, row.number)
            exact = frozenset(key for key, n in columns.items() if n in row.figures)
            self.entries.append(self._entry(where, code, assignment_id, known, cells, exact))
        except _Refused as refused:
            self.problems.append(Problem(where, refused.key, refused.figures))

    @staticmethod
    def _refuse_uncertain(row: RawRow, columns: Mapping[str, int]) -> None:
        if row.broken:
            raise _Refused("cell_error", given=row.texts[row.broken[0]])
        for n in row.formulas:
            if n in (columns[key] for key in ("code", "unit", *_FILLED) if key in columns):
                at = dict(row.covered).get(n, row.number)
                raise _Refused("cell_formula", cell=cell_name(n, at), given=row.texts[n][:80])

    def _assignment(self, code: str, cells: Mapping[str, str], number: int) -> tuple[Known, int]:
        known = self._known.get(code)
        if known is None:
            raise _Refused("opening_code", given=code or "–")
        name = cells.get("name")
        # Codes may have come to mean other rows since the workbook went out, or its columns were sorted apart.
        if name is not None and alike(name) != alike(known.name):
            raise _Refused("opening_other_text", given=name[:_MOST_NAMED], name=known.name[:_MOST_NAMED])
        unit = cells.get("unit", "")
        entry = self._directory.find(unit) if unit else None
        only = next(iter(known.leads.values())) if len(known.leads) == 1 and not unit else None
        assignment_id = known.leads.get(entry.name) if entry is not None else only
        if assignment_id is None:
            raise _Refused("opening_unit", given=unit or "–", code=code)
        earlier = self._seen.setdefault(assignment_id, number)
        if earlier != number:
            raise _Refused("opening_twice", row=earlier)
        if name is None:
            raise _Refused("opening_no_name", name=known.name[:_MOST_NAMED])
        return known, assignment_id

    def _entry(
        self,
        where: str,
        code: str,
        assignment_id: int,
        known: Known,
        cells: Mapping[str, str],
        exact: frozenset[str],
    ) -> OpeningEntry:
        percent = _percent(known.target, cells.get("percent"), exact="percent" in exact)
        reading = _value(known.target, cells.get("value"), exact="value" in exact)
        day, source = cells.get("completed_on"), cells.get("source")
        completed_on = read_day(day, self._year) if day else None
        if day and completed_on is None:
            raise _Refused("opening_day", given=day)
        if completed_on is None and percent is None and reading is None:
            raise _Refused("opening_only_source")
        value, share = (reading.value, reading.share) if reading else (None, None)
        return OpeningEntry(where, code, assignment_id, percent, value, share, completed_on, source)


def _percent(target: Target | None, given: str | None, *, exact: bool) -> Decimal | None:
    """``exact``: the cell holds a number, whose text has a decimal comma and nothing else."""
    if not given:
        return None
    if target is not None:
        raise _Refused("opening_percent_of_indicator", given=given)
    found = _exact(given) if exact else read_percent(given)
    if found is None or not 0 <= found <= 100:
        raise _Refused("opening_percent", given=given)
    if 0 < found <= 1 and "%" not in given:
        raise _Refused("opening_share", given=given)
    return found


def _value(target: Target | None, given: str | None, *, exact: bool) -> IndicatorValue | None:
    if not given:
        return None
    if target is None:
        raise _Refused("opening_value_of_task", given=given)
    is_plain = exact and target.comparator in (Comparator.AT_LEAST, Comparator.BETWEEN)
    if is_plain and "%" in given and not target.is_share:
        raise _Refused("opening_value", given=given, target=target.as_printed)
    reading = IndicatorValue(_exact(given)) if is_plain else read_value(given, target)
    if not isinstance(reading, IndicatorValue):
        raise _Refused("opening_value", given=given, target=target.as_printed)
    # A target of at most 1% tells that such a share is meant.
    if target.is_share and "%" not in given and reading.share is None and 0 < reading.value <= 1 < target.values[0]:
        raise _Refused("opening_share", given=given)
    return reading


def _exact(given: str) -> Decimal:
    return Decimal(given.rstrip("%").replace(",", "."))


def raw_sheets(answer: Mapping[str, Any]) -> dict[str, RawSheet]:
    """The sheets that the child process has read. Raises BadInput where it refused the file."""
    if "refused" in answer:
        raise BadInput(str(answer["refused"]), **answer.get("figures", {}))
    return _SHEETS.validate_python(answer["sheets"])


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
        answer: dict[str, Any] = {"sheets": {name: asdict(sheet) for name, sheet in found.items()}}
    except BadInput as refused:
        answer = {"refused": refused.key, "figures": refused.figures}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
