"""The corpus of questions, and how a reading is held against what was expected."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.domain.plan.calendar import WorkingCalendar
from bot.domain.plan.duties import duties_of_year
from bot.domain.plan.words import fold
from bot.language.asking.plain import plain_reading
from bot.language.asking.query import Query, Reading
from bot.language.names.directory import LocalityVocabulary, RowName
from bot.language.names.unit_names import UnitName
from bot.language.text.tokens import tokenise
from bot.language.time.span import SpanError
from bot.language.time.spans import DateSpan, span_at
from bot.plans.reader import read_plan, read_yaml

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
DEFAULTS: dict[str, Any] = {
    "colour": [],
    "reasons": [],
    "state": [],
    "unit": None,
    "unit_role": "any",
    "due_from": None,
    "due_to": None,
    "row_kind": "any",
    "codes": [],
    "words": [],
    "mine": False,
    "deadline_kind": [],
}
SETS = ("colour", "reasons", "state", "codes", "deadline_kind")


@cache
def directory(slug: str) -> LocalityVocabulary:
    """The directory of one of the five plans, read from its file alone."""
    plan = read_yaml(SEEDS / f"{slug}.yaml")
    read = read_plan(plan)
    units = [UnitName(n, unit.name, unit.aliases) for n, unit in enumerate(read.units, 1)]
    rows = [
        RowName(row.code, row.kind, " . ".join(filter(None, (row.name, row.parent, row.output, row.kpi, row.group))))
        for row in read.rows
    ]
    rule = read.reporting.progress
    duties = duties_of_year(rule, read.plan.year, WorkingCalendar()) if rule else ()
    return LocalityVocabulary(read.locality.name, read.plan.year, units, rows, duties)


def corpus(name: str) -> list[dict[str, Any]]:
    """The entries of a file beside this one."""
    return list(yaml.safe_load((HERE / name).read_text("utf-8")))


def first_span(text: str, today: date) -> tuple[DateSpan | SpanError, str] | None:
    """The first span of days in a sentence, tried at every place as questions do, and the words it was read from."""
    tokens = tokenise(text)
    for place in range(len(tokens)):
        found = span_at(tokens, place, today)
        if found is not None:
            return found[0], text[tokens[place].start : tokens[found[1] - 1].end]
    return None


def differences(expected: dict[str, Any], reading: Reading, slug: str) -> dict[str, tuple[Any, Any]]:
    """Where the whole reading differs from the expected one: (expected, found) by field."""
    found = plain_reading(reading, directory(slug))
    if expected["kind"] != found["kind"]:
        return {"kind": (expected["kind"], found["kind"])}
    wrong = {
        key: (expected.get(key), found.get(key))
        for key in ("order", "top", "period")
        if expected.get(key) != found.get(key)
    }
    wanted = {**DEFAULTS, **expected.get("filters", {})}
    if "filters" in found:
        keys = {**wanted, **found["filters"]}
        pairs = {key: (_comparable(key, wanted.get(key)), _comparable(key, found["filters"].get(key))) for key in keys}
        wrong |= {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    return wrong


def _comparable(key: str, value: Any) -> Any:
    if key in SETS:
        return sorted(value or ())
    if key == "words":
        return sorted(_written_out(fold(each)) for each in value or ())
    if key in ("due_from", "due_to"):
        return None if value is None else str(value)
    return value


def _written_out(words: str) -> str:
    for short, long in SHORT.items():
        words = words.replace(short, long)
    return words


SHORT = {
    "dvctt": "dich vu cong truc tuyen",
    "dvc": "dich vu cong",
    "tthc": "thu tuc hanh chinh",
    "cds": "chuyen doi so",
    "attt": "an toan thong tin",
}


def is_confident(reading: Reading) -> bool:
    """Whether it was answered without asking back."""
    return isinstance(reading, Query)
