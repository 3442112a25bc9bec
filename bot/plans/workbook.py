"""Reading a filled-in workbook into a plan file; every mistake names its sheet and row, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.plan.codes import INDICATOR, TASK, RowCode
from bot.domain.plan.deadlines import DeadlineKind, read_time_limit
from bot.domain.plan.words import fold
from bot.plans import sheets
from bot.plans.cells import MAX_CELL, RawRow, read_cells
from bot.plans.names import Directory
from bot.plans.problems import PlanFileError, Problem
from bot.plans.reader import problems_of, read_plan
from bot.plans.schema import GroupPart, PlanFile, UnitPart
from bot.plans.sheets import Column, Sheet
from bot.plans.targets import read_target

_PERIODS = ("month", "quarter", "half", "year")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\s*[/.-]\s*(\d{1,2}))?(?:\s*[/.-]\s*\d{4})?")
_SLUG_LENGTH = 40
_HEAD_WITHIN = 10
_NO_TEAMS = ("", "khong", "0")
_ROMAN = re.compile(r"^([IVXLC]+|[A-Z]|\d+(?:\.\d+)*)\s*[.):-]\s*")


@dataclass
class _Line:
    """One row of a table, by the keys of its columns."""

    sheet: Sheet
    row: int
    cells: dict[str, str]

    def get(self, key: str) -> str | None:
        return self.cells.get(key) or None

    def many(self, key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"[;\n]", self.cells.get(key, "")) if part.strip())

    def place(self, key: str) -> str:
        return self.sheet.place(self.row, next(column for column in self.sheet.columns if column.key == key))


@dataclass
class _Reading:
    """What has been read so far, and what was wrong with it."""

    raw: Mapping[str, tuple[RawRow, ...]]
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Where each code, unit and group stands, for problems found later."""

    def refuse(self, where: str, key: str, **figures: object) -> None:
        self.problems.append(Problem(where, key, figures))


def read_workbook(path: Path) -> PlanFile:
    """The plan in a workbook made by ``write_template`` and filled in.

    Rows marked as example, empty rows and rows that only hold a group's heading are passed over; codes are given in
    order. Nothing is calculated: a formula is the text that was typed. Raises BadInput where the file cannot be read
    at all (``workbook_damaged``, ``workbook_too_large``, ``workbook_too_long``), else PlanFileError with every mistake.
    """
    reading = _Reading(read_cells(path))
    facts = _facts(reading)
    units = _units(reading)
    groups = _groups(reading, units)
    directory = Directory(units, groups)
    _check_directory(reading, directory, facts["standing_office"])
    tasks = [_task(reading, n, line, directory) for n, line in enumerate(_lines(reading, sheets.TASKS), start=1)]
    indicators = [
        _indicator(reading, n, line, directory) for n, line in enumerate(_lines(reading, sheets.INDICATORS), start=1)
    ]
    if not tasks and not indicators and not reading.problems:
        reading.refuse(sheets.TASKS.name, "no_rows")
    facts.update(units=units, groups=groups, rows=(*indicators, *tasks))
    return _checked(reading, facts)


def _checked(reading: _Reading, content: dict[str, Any]) -> PlanFile:
    if reading.problems:
        raise PlanFileError(reading.problems)
    try:
        file = PlanFile.model_validate(content)
        read_plan(file)
    except ValidationError as error:
        raise PlanFileError(problems_of(error, content)) from error
    except PlanFileError as error:
        placed = [Problem(reading.places.get(p.where, p.where), p.key, p.figures) for p in error.problems]
        raise PlanFileError(placed) from error
    return file


def _lines(reading: _Reading, sheet: Sheet) -> list[_Line]:
    rows = reading.raw.get(fold(sheet.name))
    if not rows:
        if sheet.needed:
            reading.refuse(sheet.name, "sheet_missing", sheet=sheet.name)
        return []
    first = _head_of(sheet, rows)
    head, body = rows[first], rows[first + 1 :]
    columns = _columns(reading, sheet, head)
    lines, group = [], ""
    for row in body:
        if any(fold(text).startswith(fold(sheets.EXAMPLE_MARK)) for text in row.texts):
            continue
        cells = {column.key: row.texts[n] for n, column in columns.items() if n < len(row.texts) and row.texts[n]}
        # A group is printed once, above its rows or in the first of them.
        group = cells.get("group", group) if sheet in (sheets.TASKS, sheets.INDICATORS) else ""
        if not cells or set(cells) == {"group"}:
            continue
        _check_cells(reading, sheet, row, columns, cells)
        lines.append(_Line(sheet, row.number, cells | ({"group": group} if group else {})))
    return lines


def _head_of(sheet: Sheet, rows: tuple[RawRow, ...]) -> int:
    # A commune may write a title above its table.
    headings = {fold(column.heading) for column in sheet.columns}
    known = [len(headings & {fold(text) for text in row.texts}) for row in rows[:_HEAD_WITHIN]]
    return known.index(max(known)) if max(known) > 1 else 0


def _columns(reading: _Reading, sheet: Sheet, head: RawRow) -> dict[int, Column]:
    headings = {fold(column.heading): column for column in sheet.columns}
    columns = {n: headings[fold(text)] for n, text in enumerate(head.texts) if fold(text) in headings}
    for column in sheet.columns:
        if column.needed and column not in columns.values():
            reading.refuse(sheet.place(head.number), "column_missing", column=column.heading)
    return columns


def _check_cells(
    reading: _Reading, sheet: Sheet, row: RawRow, columns: dict[int, Column], cells: dict[str, str]
) -> None:
    for n, column in columns.items():
        if n in row.broken:
            reading.refuse(sheet.place(row.number, column), "cell_error", given=row.texts[n])
        elif len(cells.get(column.key, "")) > MAX_CELL:
            reading.refuse(sheet.place(row.number, column), "cell_too_long", most=MAX_CELL)
        elif column.needed and column.key not in cells:
            reading.refuse(sheet.place(row.number, column), "field_missing", column=column.heading)


def _facts(reading: _Reading) -> dict[str, Any]:
    rows = reading.raw.get(fold(sheets.FACTS.name), ())
    given = {fold(row.texts[0]): row.texts[1] for row in rows if len(row.texts) > 1}
    broken = {fold(row.texts[0]) for row in rows if 1 in row.broken}
    cells = {fact.key: given.get(fold(fact.heading), "") for fact in sheets.FACTS.columns}
    if not rows:
        reading.refuse(sheets.FACTS.name, "sheet_missing", sheet=sheets.FACTS.name)
    else:
        for fact in sheets.FACTS.columns:
            if fold(fact.heading) in broken:
                reading.refuse(sheets.FACTS.line(fact), "cell_error", given=cells[fact.key])
            elif fact.needed and not cells[fact.key]:
                reading.refuse(sheets.FACTS.line(fact), "field_missing", column=fact.heading)
    reading.places["standing_office"] = sheets.FACTS.line(_fact("standing_office"))
    kind = next((word for word in sheets.LOCALITY_KINDS if fold(word) == fold(cells["kind"])), None)
    if cells["kind"] and kind is None:
        reading.refuse(sheets.FACTS.line(_fact("kind")), "kind_unknown", given=cells["kind"])
    return {
        "locality": {
            "slug": _slug(cells["name"]),
            "name": cells["name"],
            "kind": kind,
            "province": cells["province"],
        },
        "plan": _plan_head(reading, cells),
        "standing_office": cells["standing_office"],
        "before_is_inclusive": fold(cells["inclusive"]) in (fold(sheets.YES), "x"),
        "reporting": _reporting(reading, cells),
    }


def _fact(key: str) -> Column:
    return next(fact for fact in sheets.FACTS.columns if fact.key == key)


def _slug(name: str) -> str:
    return fold(name).replace(" ", "-")[:_SLUG_LENGTH].strip("-")


def _plan_head(reading: _Reading, cells: dict[str, str]) -> dict[str, Any]:
    year = cells["year"]
    if year and not (year.isdecimal() and 2024 <= int(year) <= 2100):
        reading.refuse(sheets.FACTS.line(_fact("year")), "year_out_of_range", given=year)
    issued_on = _day(reading, "issued_on", cells["issued_on"])
    return {
        "number": cells["number"],
        "title": cells["title"],
        "issuer": cells["issuer"],
        "year": int(year) if year.isdecimal() else 0,
        "issued_on": issued_on,
        "issued_on_as_printed": cells["issued_on"],
    }


def _day(reading: _Reading, key: str, text: str) -> date | None:
    if not text:
        return None
    limit = read_time_limit(text, year=2026, issued_on=date(2026, 1, 1))
    if limit.kind is DeadlineKind.DATE:
        return limit.due_on
    reading.refuse(sheets.FACTS.line(_fact(key)), "date_unread", given=text)
    return None


def _reporting(reading: _Reading, cells: dict[str, str]) -> dict[str, Any]:
    def asked(of: str) -> tuple[dict[str, Any], ...]:
        periods = (_period(reading, f"{of}_{kind}", kind, cells) for kind in _PERIODS)
        return tuple(period for period in periods if period)

    due_on = _day(reading, "once", cells["once"])
    once = [{"name": sheets.ONCE_NAME, "due_on": due_on, "as_printed": cells["once"]}] if due_on else []
    return {"units": asked("units"), "office": asked("office"), "once": once}


def _period(reading: _Reading, key: str, kind: str, cells: dict[str, str]) -> dict[str, Any] | None:
    text = cells[key]
    if not text or fold(text) == fold(sheets.NO):
        return None
    period: dict[str, Any] = {"kind": kind, "as_printed": text}
    if fold(text) in ("x", fold(sheets.YES)):
        return period
    found = _DAY_MONTH.fullmatch(text.strip())
    day, month = (int(found[1]), int(found[2]) if found[2] else None) if found else (0, None)
    # A month fits where the period has one due day in the year.
    sound = 1 <= day <= 31 and (month is None or (1 <= month <= 12 and kind in ("half", "year")))
    if not sound:
        reading.refuse(sheets.FACTS.line(_fact(key)), "period_unread", given=text)
        return None
    return period | {"due_day": day, "due_month": month}


def _units(reading: _Reading) -> tuple[UnitPart, ...]:
    kinds = {fold(word): kind for word, kind in sheets.UNIT_KINDS.items()}
    units: list[UnitPart] = []
    for line in _lines(reading, sheets.UNITS):
        name, kind = line.get("name"), line.get("kind")
        if kind and fold(kind) not in kinds:
            reading.refuse(line.place("kind"), "unit_kind_unknown", given=kind)
        if not name or not _is_new(reading, line, name):
            continue
        part = {"name": name, "kind": kinds.get(fold(kind or ""), "other"), "aliases": line.many("aliases")}
        units.append(UnitPart.model_validate(part))
    return tuple(units)


def _check_directory(reading: _Reading, directory: Directory, standing_office: str) -> None:
    for spelling, names in directory.ambiguous:
        reading.refuse(reading.places[names[0]], "alias_ambiguous", spelling=spelling, names=", ".join(names))
    office = directory.find(standing_office)
    if standing_office and (office is None or office.is_group):
        reading.refuse(reading.places["standing_office"], "unit_unknown", name=standing_office)


def _is_new(reading: _Reading, line: _Line, name: str) -> bool:
    if name in reading.places:
        reading.refuse(line.place("name"), "name_repeated", name=name)
        return False
    reading.places[name] = line.place("name")
    return True


def _groups(reading: _Reading, units: Iterable[UnitPart]) -> tuple[GroupPart, ...]:
    directory = Directory(units)
    groups: list[GroupPart] = []
    for line in _lines(reading, sheets.GROUPS):
        name = line.get("name")
        for member in line.many("members"):
            if directory.find(member) is None:
                reading.refuse(line.place("members"), "member_unknown", name=member)
        if name and _is_new(reading, line, name):
            groups.append(
                GroupPart(name=name, aliases=line.many("aliases"), members=line.many("members"), proposed=False)
            )
    return tuple(groups)


def _task(reading: _Reading, number: int, line: _Line, directory: Directory) -> dict[str, Any]:
    keys = ("group", "name", "output", "kpi", "lead", "coordinating", "deadline", "note")
    row = _row(reading, RowCode(TASK, number).bare, "task", line, keys)
    _check_names(reading, line, directory, ("lead",))
    return row | {"teams": None if fold(line.cells.get("teams", "")) in _NO_TEAMS else "plan"}


def _indicator(reading: _Reading, number: int, line: _Line, directory: Directory) -> dict[str, Any]:
    row = _row(reading, RowCode(INDICATOR, number).bare, "indicator", line, ("group", "name", "doer", "tracker"))
    _check_names(reading, line, directory, ("doer", "tracker"))
    printed = line.get("target")
    target = read_target(printed, line.get("unit") or "") if printed else None
    if printed and target is None:
        reading.refuse(line.place("target"), "target_unread", given=printed)
    return row | {"target": target.model_dump() if target else None}


def _row(reading: _Reading, code: str, kind: str, line: _Line, keys: tuple[str, ...]) -> dict[str, Any]:
    reading.places[code] = line.sheet.place(line.row)
    group = _ROMAN.match(line.get("group") or "")
    parts = [part for part in (group and group[1], line.get("number")) if part]
    reference = " · ".join(parts) or code
    return {"code": code, "kind": kind, "reference": reference, **{key: line.get(key) for key in keys}}


def _check_names(reading: _Reading, line: _Line, directory: Directory, keys: tuple[str, ...]) -> None:
    for key in keys:
        for name in directory.resolve(line.get(key) or "").unknown:
            reading.refuse(line.place(key), "lead_unknown", name=name)
