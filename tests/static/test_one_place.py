"""What is one rule stands in one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"


@pytest.mark.parametrize(
    ("stands", "where"),
    [
        (r"ZoneInfo\(\"Asia/Ho_Chi_Minh\"\)", ["domain/work/lifecycle.py"]),
        (r"\(State\.NOT_REPORTED, State\.IN_PROGRESS, State\.RETURNED\)", ["domain/work/lifecycle.py"]),
        (r"def (can_be_chased|takes_reports?|_takes_reports?|is_with_unit)\(", ["services/core/board.py"]),
        (r"def read_day\(", ["language/time/days.py"]),
        (r"Action\.DIALOGUE, ", ["views/parts/keys.py"]),
        (r"def period_words\(|def period_in_words\(", ["views/words/periods.py"]),
    ],
)
def test_it_stands_once(stands: str, where: list[str]) -> None:
    found = [path for path in BOT.rglob("*.py") for _ in re.findall(stands, path.read_text(encoding="utf-8"))]
    assert [path.relative_to(BOT).as_posix() for path in found] == where
