"""45 days of the five plans about the half-year: for every day and person what was sent is what the slow model says.

The whole year is lived through by `python -m tests.soak --only year`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reminders.year import HALF_YEAR, live_through, summary
from tests.reminders.year_verdict import verdict


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.unmeasured
async def test_about_the_half_year_everyone_is_told_what_the_slow_model_says_on_every_day(tmp_path: Path) -> None:
    lived = await live_through(tmp_path, season=HALF_YEAR)
    for name, figure in summary(lived):
        print(f"{name}: {figure}")
    assert verdict(lived, HALF_YEAR) == []
