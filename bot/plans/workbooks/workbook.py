"""Reading a filled-in workbook into a plan file; every mistake names its sheet and row, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.plan.codes import INDICATOR, TASK, RowCode
from bot.domain.plan.deadlines import DeadlineKind, read_time_limit
from bot.domain.plan.words import fold
from bot.plans.names import Directory
from bot.plans.problems import PlanFileError, Problem
from bot.plans.reader import problems_of, read_plan
from bot.plans.schema import GroupPart, PlanFile, TargetPart, UnitPart
from bot.plans.slugs import slug_of
from bot.plans.targets import doubts_of_target, read_target
from bot.plans.workbooks import sheets
from bot.plans.workbooks.cells import RawRow, RawSheet, read_cells
from bot.plans.workbooks.lines import Line, Reading, cell_name, lines_of
from bot.plans.workbooks.sheets import Column

_PERIODS = ("month", "quarter", "half", "year")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\s*[/.-]\s*(\d{1,2}))?(?:\s*[/.-]\s*\d{4})?")
_NO_TEAMS = ("", "khong", "0")
_ROMAN = re.compile(r"^([IVXLC]+|[A-Z]|\d+(?:\.\d+)*)\s*[.):-]\s*")


def read_workbook(path: Path) -> PlanFile:
    """The plan in a workbook made by ``write_template`` and filled in.

    Rows marked as example, empty rows and rows that only hold a group's heading are passed over; codes are given in
    order. Nothing is calculated: a formula is a mistake. Raises BadInput where the file cannot be read at all
    (``workbook_damaged``, ``workbook_too_large``, ``workbook_too_long``), else PlanFileError with every mistake.
    """
    reading = Reading(read_cells(path))
    facts = _facts(reading)
    units = _units(reading)
    groups = _groups(reading, units)
    directory = Directory(units, groups)
    _check_directory(reading, directory, facts["standing_office"])
    tasks = [_task(reading, n, line, directory) for n, line in enumerate(lines_of(reading, sheets.TASKS), start=1)]
    indicators = [
        _indicator(reading, n, line, directory) for n, line in enumerate(lines_of(reading, sheets.INDICATORS), start=1)
    ]
    if not tasks and not indicators and not reading.problems:
        reading.refuse(sheets.TASKS.name, "no_rows")
    facts.update(units=units, groups=groups, rows=(*indicators, *tasks), doubts=tuple(reading.doubts))
    return _checked(reading, facts)


def _checked(reading: Reading, content: dict[str, Any]) -> PlanFile:
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


def _facts(reading: Reading) -> dict[str, Any]:
    raw = reading.raw.get(fold(sheets.FACTS.name), RawSheet())
    rows = {fold(row.texts[0]): row for row in raw.rows_below(0) if len(row.texts) > 1}
    if not raw.rows:
        reading.refuse(sheets.FACTS.name, "sheet_missing", sheet=sheets.FACTS.name)
    if raw.rows and raw.hidden:
        reading.doubt("sheet_hidden", sheet=sheets.FACTS.name)
    hidden = [fact.heading for fact in sheets.FACTS.columns if (row := rows.get(fold(fact.heading))) and row.hidden]
    if hidden:
        reading.doubt("facts_hidden", sheet=sheets.FACTS.name, facts=", ".join(hidden))
    cells = {fact.key: _fact_in(reading, fact, rows.get(fold(fact.heading)), raw) for fact in sheets.FACTS.columns}
    reading.places["standing_office"] = sheets.FACTS.line(_fact("standing_office"))
    kind = next((word for word in sheets.LOCALITY_KINDS if fold(word) == fold(cells["kind"])), None)
    if cells["kind"] and kind is None:
        reading.refuse(sheets.FACTS.line(_fact("kind")), "kind_unknown", given=cells["kind"])
    return {
        "locality": {
            "slug": slug_of(cells["name"]),
            "name": cells["name"],
            "kind": kind,
            "province": cells["province"],
        },
        "plan": _plan_head(reading, cells),
        "standing_office": cells["standing_office"],
        "before_is_inclusive": fold(cells["inclusive"]) in (fold(sheets.YES), "x"),
        "reporting": _reporting(reading, cells),
    }


def _fact_in(reading: Reading, fact: Column, row: RawRow | None, raw: RawSheet) -> str:
    """The text of a fact; nothing where it is missing, or stands in a cell that cannot be taken as it is."""
    text = row.texts[1] if row else ""
    if row is not None and 1 in row.broken:
        reading.refuse(sheets.FACTS.line(fact), "cell_error", given=text)
        return ""
    if row is not None and 1 in row.formulas:
        reading.refuse(sheets.FACTS.line(fact), "cell_formula", cell=cell_name(1, row.number), given=text[:80])
        return ""
    if fact.needed and not text and raw.rows:
        reading.refuse(sheets.FACTS.line(fact), "field_missing", column=fact.heading)
    return text


def _fact(key: str) -> Column:
    return next(fact for fact in sheets.FACTS.columns if fact.key == key)


def _plan_head(reading: Reading, cells: dict[str, str]) -> dict[str, Any]:
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


def _day(reading: Reading, key: str, text: str) -> date | None:
    if not text:
        return None
    limit = read_time_limit(text, year=2026, issued_on=date(2026, 1, 1))
    if limit.kind is DeadlineKind.DATE:
        return limit.due_on
    reading.refuse(sheets.FACTS.line(_fact(key)), "date_unread", given=text)
    return None


def _reporting(reading: Reading, cells: dict[str, str]) -> dict[str, Any]:
    def asked(of: str) -> tuple[dict[str, Any], ...]:
        periods = (_period(reading, f"{of}_{kind}", kind, cells) for kind in _PERIODS)
        return tuple(period for period in periods if period)

    due_on = _day(reading, "once", cells["once"])
    once = [{"name": sheets.ONCE_NAME, "due_on": due_on, "as_printed": cells["once"]}] if due_on else []
    return {"units": asked("units"), "office": asked("office"), "once": once}


def _period(reading: Reading, key: str, kind: str, cells: dict[str, str]) -> dict[str, Any] | None:
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


def _units(reading: Reading) -> tuple[UnitPart, ...]:
    kinds = {fold(word): kind for word, kind in sheets.UNIT_KINDS.items()}
    units: list[UnitPart] = []
    for line in lines_of(reading, sheets.UNITS):
        name, kind = line.get("name"), line.get("kind")
        if kind and fold(kind) not in kinds:
            reading.refuse(line.place("kind"), "unit_kind_unknown", given=kind)
        if not name or not _is_new(reading, line, name):
            continue
        part = {"name": name, "kind": kinds.get(fold(kind or ""), "other"), "aliases": line.many("aliases")}
        units.append(UnitPart.model_validate(part))
    return tuple(units)


def _check_directory(reading: Reading, directory: Directory, standing_office: str) -> None:
    for spelling, names in directory.ambiguous:
        reading.refuse(reading.places[names[0]], "alias_ambiguous", spelling=spelling, names=", ".join(names))
    office = directory.find(standing_office)
    if standing_office and (office is None or office.is_group):
        reading.refuse(reading.places["standing_office"], "unit_unknown", name=standing_office)


def _is_new(reading: Reading, line: Line, name: str) -> bool:
    if name in reading.places:
        reading.refuse(line.place("name"), "name_repeated", name=name)
        return False
    reading.places[name] = line.place("name")
    return True


def _groups(reading: Reading, units: Iterable[UnitPart]) -> tuple[GroupPart, ...]:
    directory = Directory(units)
    groups: list[GroupPart] = []
    for line in lines_of(reading, sheets.GROUPS):
        name = line.get("name")
        for member in line.many("members"):
            if directory.find(member) is None:
                reading.refuse(line.place("members"), "member_unknown", name=member)
        if name and _is_new(reading, line, name):
            groups.append(
                GroupPart(name=name, aliases=line.many("aliases"), members=line.many("members"), proposed=False)
            )
    return tuple(groups)


def _task(reading: Reading, number: int, line: Line, directory: Directory) -> dict[str, Any]:
    keys = ("group", "name", "output", "kpi", "lead", "coordinating", "deadline", "note")
    row = _row(reading, RowCode(TASK, number).bare, "task", line, keys)
    _check_names(reading, line, directory, ("lead",))
    teams = None if fold(line.cells.get("teams", "")) in _NO_TEAMS else "plan"
    return row | {"teams": teams, "doubts": tuple(line.doubts)}


def _indicator(reading: Reading, number: int, line: Line, directory: Directory) -> dict[str, Any]:
    row = _row(reading, RowCode(INDICATOR, number).bare, "indicator", line, ("group", "name", "doer", "tracker"))
    _check_names(reading, line, directory, ("doer", "tracker"))
    printed, unit, exact = line.get("target"), line.get("unit") or "", "target" in line.figures
    target = read_target(printed, unit, exact=exact) if printed else None
    if printed and target is None:
        reading.refuse(line.place("target"), "target_unread", given=printed)
    if target is not None:
        for key in doubts_of_target(target, unit, exact=exact):
            line.doubt(key, printed=target.printed, value=_figures(target), unit=target.unit)
    return row | {"target": target.model_dump() if target else None, "doubts": tuple(line.doubts)}


def _figures(target: TargetPart) -> str:
    return "–".join(f"{value.normalize():f}".replace(".", ",") for value in target.values)


def _row(reading: Reading, code: str, kind: str, line: Line, keys: tuple[str, ...]) -> dict[str, Any]:
    reading.places[code] = line.sheet.place(line.row)
    group = _ROMAN.match(line.get("group") or "")
    parts = [part for part in (group and group[1], line.get("number")) if part]
    reference = " · ".join(parts) or code
    return {"code": code, "kind": kind, "reference": reference, **{key: line.get(key) for key in keys}}


def _check_names(reading: Reading, line: Line, directory: Directory, keys: tuple[str, ...]) -> None:
    for key in keys:
        for name in directory.resolve(line.get(key) or "").unknown:
            reading.refuse(line.place(key), "lead_unknown", name=name)
