"""The rows that the messages of the corpus speak of, and how a reading is held against what was expected."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.domain.work.progress import Comparator, Target
from bot.language.reports.outcomes import AmbiguousReport, QuickReport, RowHint
from bot.language.reports.reports import ReportOutcome

HERE = Path(__file__).parent


def target(unit: str, comparator: Comparator, *values: str) -> Target:
    return Target("", unit, comparator, tuple(Decimal(value) for value in values))


SHARE = target("%", Comparator.AT_LEAST, "90")
LEVEL = target("Thứ bậc", Comparator.LEVEL, "4")
RANK = target("Thứ bậc", Comparator.RANK, "10")
FIGURE = target("", Comparator.AT_LEAST, "0.8")
COUNT = target("người", Comparator.AT_LEAST, "1200")
RANGE = target("%", Comparator.BETWEEN, "15", "17")

ROWS: dict[str, RowHint] = {f"NV{number:02d}": RowHint("task") for number in range(1, 33)}
ROWS |= {f"CT{number:02d}": RowHint("indicator", SHARE) for number in range(1, 25)}
ROWS |= {
    code: RowHint("indicator", aim)
    for code, aim in {"CT01": LEVEL, "CT04": RANK, "CT07": FIGURE, "CT08": COUNT, "CT09": RANGE}.items()
}


def corpus(name: str) -> list[dict[str, Any]]:
    """The messages of a file beside this one."""
    with (HERE / name).open(encoding="utf-8") as file:
        return list(yaml.safe_load(file))


def is_seen(message: str) -> bool:
    """Which half a message belongs to: fixed by its text alone, before any rule was written."""
    return hashlib.sha256(message.encode()).digest()[0] % 2 == 0


def kind(outcome: ReportOutcome) -> str:
    return {QuickReport: "report", AmbiguousReport: "ambiguous"}.get(type(outcome), "none")


def is_right(expected: dict[str, Any], outcome: ReportOutcome) -> bool:
    """Whether the whole reading is as expected, not only its kind."""
    if kind(outcome) != expected["is"]:
        return False
    if outcome is None:
        return True
    if "code" in expected and outcome.code != expected["code"]:
        return False
    return not isinstance(outcome, QuickReport) or (
        _figures_right(expected, outcome) and _rest_right(expected, outcome)
    )


def is_dangerous(expected: dict[str, Any], outcome: ReportOutcome) -> bool:
    """Whether something would be put on the card that the message does not say: a wrong row, percent or value."""
    if not isinstance(outcome, QuickReport):
        return False
    return expected["is"] != "report" or outcome.code != expected["code"] or not _figures_right(expected, outcome)


def _figures_right(expected: dict[str, Any], outcome: QuickReport) -> bool:
    return outcome.percent == _decimal(expected.get("percent")) and outcome.value == _decimal(expected.get("value"))


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _rest_right(expected: dict[str, Any], outcome: QuickReport) -> bool:
    share = [outcome.share.part, outcome.share.whole] if outcome.share else None
    got = {"note": outcome.note, "implied": outcome.implied, "unchanged": outcome.unchanged, "share": share}
    got["level"] = outcome.level.value if outcome.level else None
    return all(got[name] == expected[name] for name in got if name in expected)
