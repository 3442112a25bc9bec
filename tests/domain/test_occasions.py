"""What notices speak of: written and read to the same, and as every version before has written it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.duties import Ask
from bot.domain.work.alerts import Reason
from bot.domain.work.ladder import WARNINGS, Rule
from bot.domain.work.lights_told import LightsTold
from bot.domain.work.occasions import (
    KINDS,
    CutOff,
    DifficultyWord,
    InWeek,
    JudgedReport,
    LightOut,
    LightReason,
    LimitStep,
    Occasion,
    PeriodChase,
    PeriodStep,
    RedLight,
    ReportWaits,
    RequestAsked,
    RequestDecided,
    RowAdded,
    RowChange,
    RowChanged,
    RowChase,
    read,
)

BOT = Path(__file__).parents[2] / "bot"
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
NUMBERS = st.integers(0, 10**9)
PERIODS = st.sampled_from(["2026-06", "2026-Q2", "2026-H1", "2026-9M", "2026", "kế hoạch năm@2026-04-10"])
ASKS = st.sampled_from(Ask)
LIGHTS = st.builds(LightReason, st.none() | DAYS, st.sampled_from(Reason))
FIRST_LIGHTS = st.builds(RedLight, LIGHTS, DAYS)
STEPS = [rule for rule, kind in KINDS.items() if kind is PeriodStep]
LIMITS = [rule for rule, kind in KINDS.items() if kind is LimitStep]
OF_RULE: dict[Rule, st.SearchStrategy[Occasion]] = {
    **{rule: st.builds(LimitStep, DAYS, st.integers(0, 400), st.none() | st.integers(0, 30)) for rule in LIMITS},
    **{rule: st.builds(PeriodStep, NUMBERS, ASKS, PERIODS, st.just(rule)) for rule in STEPS},
    Rule.TURNED_RED: st.builds(RedLight, LIGHTS, DAYS, st.none() | DAYS),
    Rule.NO_LONGER_RED: st.builds(LightOut, NUMBERS, st.integers(0, 9)),
    Rule.APPRAISAL_WAITING: st.builds(ReportWaits, NUMBERS, st.sampled_from([2, 5])),
    Rule.UNREACHABLE: st.builds(CutOff, NUMBERS, DAYS),
    **dict.fromkeys((Rule.UNIT_EMPTY, Rule.MONDAY_BOARD), st.builds(InWeek, DAYS)),
    **dict.fromkeys((Rule.RETURNED, Rule.ACCEPTED), st.builds(JudgedReport, NUMBERS)),
    Rule.NUDGE: st.builds(RowChase, st.text()),
    Rule.PERIOD_NUDGE: st.builds(PeriodChase, NUMBERS, ASKS, PERIODS, st.text(), st.booleans()),
    Rule.DIFFICULTY: st.builds(DifficultyWord, NUMBERS, NUMBERS, st.booleans()),
    Rule.EXTENSION: st.builds(RequestAsked, NUMBERS, NUMBERS) | st.builds(RequestDecided, NUMBERS, NUMBERS),
    Rule.CHANGE: st.one_of(
        *(st.builds(kind, NUMBERS, NUMBERS) for kind in (RequestAsked, RequestDecided, RowChanged, RowAdded))
    ),
}


@pytest.mark.parametrize("rule", list(Rule))
@given(data=st.data())
def test_what_was_written_is_read_as_the_same(rule: Rule, data: st.DataObject) -> None:
    said = data.draw(OF_RULE[rule])
    found = read(rule.value, said.written, said.payload)
    assert (found, found.written, found.payload) == (said, said.written, said.payload)


@pytest.mark.parametrize("rule", list(Rule))
@given(data=st.data())
def test_different_occasions_of_a_rule_are_stored_differently(rule: Rule, data: st.DataObject) -> None:
    one, other = data.draw(OF_RULE[rule]), data.draw(OF_RULE[rule])
    assert (one == other) is ((one.written, one.payload) == (other.written, other.payload))


@given(first=st.dictionaries(FIRST_LIGHTS, DAYS), burning=st.dictionaries(LIGHTS, DAYS))
def test_the_lights_told_are_read_as_they_were_written(
    first: dict[RedLight, date], burning: dict[LightReason, date]
) -> None:
    told = LightsTold(first, burning)
    assert LightsTold.read(told.written) == told
    assert bool(told) is bool(told.written)
    assert LightsTold.read(None) == LightsTold()


LIMIT, FIRST = date(2026, 6, 30), date(2026, 7, 1)
OVERDUE, BEHIND = LightReason(LIMIT, Reason.OVERDUE), LightReason(None, Reason.BEHIND_ROADMAP)
STORED: list[tuple[str, str, dict[str, Any], Occasion]] = [
    *[(rule.value, f"2026-06-30:{days}", {}, LimitStep(LIMIT, days)) for days, rule in WARNINGS],
    ("due_in_7", "m3:2026-06-30:7", {}, LimitStep(LIMIT, 7, 3)),
    ("due_today", "m12:2026-06-30:0", {}, LimitStep(LIMIT, 0, 12)),
    ("overdue_3", "2026-06-30:3", {}, LimitStep(LIMIT, 3)),
    ("overdue_7", "2026-06-30:7", {}, LimitStep(LIMIT, 7)),
    ("overdue_weekly", "2026-06-30:21", {}, LimitStep(LIMIT, 21)),
    ("turned_red", "2026-06-30:overdue:2026-07-01", {}, RedLight(OVERDUE, FIRST)),
    ("turned_red", "None:behind_roadmap:2026-07-01", {}, RedLight(BEHIND, FIRST)),
    ("turned_red", "2026-06-30:overdue:2026-07-01~2026-07-09", {}, RedLight(OVERDUE, FIRST, date(2026, 7, 9))),
    ("no_longer_red", "812~0", {}, LightOut(812, 0)),
    ("appraisal_waiting", "312:5", {}, ReportWaits(312, 5)),
    (
        "period_open",
        "4:2026-06:open",
        {"unit": 4, "period": "2026-06", "ask": "progress"},
        PeriodStep(4, Ask.PROGRESS, "2026-06", Rule.PERIOD_OPEN),
    ),
    (
        "period_in_5",
        "4:summary:2026-Q2:period_in_5",
        {"unit": 4, "period": "2026-Q2", "ask": "summary"},
        PeriodStep(4, Ask.SUMMARY, "2026-Q2", Rule.PERIOD_IN_5),
    ),
    (
        "period_late",
        "4:upward:2026-06:late",
        {"unit": 4, "period": "2026-06", "ask": "upward"},
        PeriodStep(4, Ask.UPWARD, "2026-06", Rule.PERIOD_LATE),
    ),
    *[
        (
            rule.value,
            f"4:2026-06:{rule.value}",
            {"unit": 4, "period": "2026-06", "ask": "progress"},
            PeriodStep(4, Ask.PROGRESS, "2026-06", rule),
        )
        for rule in (Rule.PERIOD_IN_2, Rule.PERIOD_DUE)
    ],
    ("unreachable", "12:2026-06-30", {"person": 12}, CutOff(12, LIMIT)),
    ("unit_empty", "2026-06-29", {}, InWeek(date(2026, 6, 29))),
    ("monday_board", "2026-06-29", {}, InWeek(date(2026, 6, 29))),
    ("returned", "312", {}, JudgedReport(312)),
    ("accepted", "312", {}, JudgedReport(312)),
    ("nudge", "tg:1:77:0", {}, RowChase("tg:1:77:0")),
    (
        "period_nudge",
        "4:17:summary:2026-Q2:1",
        {"unit": 4, "period": "2026-Q2", "ask": "summary"},
        PeriodChase(4, Ask.SUMMARY, "2026-Q2", "17:summary:2026-Q2:1"),
    ),
    (
        "period_nudge",
        "4:tg:1:77:reopen",
        {"unit": 4, "period": "2026-06", "ask": "progress", "reopened": True},
        PeriodChase(4, Ask.PROGRESS, "2026-06", "tg:1:77:reopen", True),
    ),
    ("difficulty", "9", {"difficulty": 3}, DifficultyWord(9, 3)),
    ("difficulty", "9", {"difficulty": 3, "by_time": True}, DifficultyWord(9, 3, True)),
    ("extension", "asked:12", {"request": 12, "unit": 4}, RequestAsked(12, 4)),
    ("change", "decided:12", {"request": 12, "unit": 4}, RequestDecided(12, 4)),
    ("change", "event:312", {"unit": 4}, RowChanged(312, 4)),
    ("change", "added:55", {"unit": 4}, RowAdded(55, 4)),
]


@pytest.mark.parametrize(("rule", "written", "payload", "meant"), STORED)
def test_what_is_stored_already_keeps_its_meaning_and_its_words(
    rule: str, written: str, payload: dict[str, Any], meant: Occasion
) -> None:
    assert read(rule, written, payload) == meant
    assert (meant.written, meant.payload) == (written, payload)


def test_every_rule_has_an_example_above() -> None:
    assert {rule for rule, *_ in STORED} == {rule.value for rule in Rule}


def test_the_lights_stored_already_keep_their_meaning() -> None:
    stored = {"2026-06-30:overdue:2026-07-01": "2026-07-02", "lit:2026-06-30:overdue": "2026-07-02"}
    told = LightsTold({RedLight(OVERDUE, FIRST): date(2026, 7, 2)}, {OVERDUE: date(2026, 7, 2)})
    assert (LightsTold.read(stored), told.written) == (told, stored)


def test_what_was_asked_or_changed_is_told_apart_from_the_rest() -> None:
    of_rows = {type(meant) for rule, _, _, meant in STORED if rule in ("extension", "change")}
    assert all(issubclass(kind, RowChange) for kind in of_rows)
    assert not any(isinstance(meant, RowChange) for rule, _, _, meant in STORED if rule not in ("extension", "change"))


@pytest.mark.parametrize(
    ("rule", "written"),
    [("due_soon", "2026-06-30:7"), ("due_in_7", "2026-06-30"), ("change", "gone:3"), ("turned_red", "2026:x:y")],
)
def test_what_no_version_has_written_is_refused(rule: str, written: str) -> None:
    with pytest.raises(ValueError):
        read(rule, written, {})


TAKEN_APART = re.compile(
    r"occasion\w*\)?\.(?:split|r?partition|startswith|endswith|removeprefix)\b|payload(?:\.get\(|\[)[\"']"
    r"|f[\"'][^\"']*\{[^}]*occasion\}"
)


def test_nobody_else_takes_an_occasion_apart_or_reads_a_payload_by_its_words() -> None:
    found = [
        f"{path.relative_to(BOT.parent)}:{number}"
        for path in BOT.rglob("*.py")
        if "simulator" not in path.parts and path.name != "occasions.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if TAKEN_APART.search(line)
    ]
    assert found == []
