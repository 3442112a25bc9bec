"""The whole plan year of the five plans, on the real tick and dispatcher, against the slow model."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.reminders.year import WHOLE_YEAR, live_through, summary
from tests.reminders.year_verdict import verdict


def soak(folder: Path) -> list[str]:
    """What is wrong with what people were told; `make test` holds 45 days of it."""
    lived = asyncio.run(live_through(folder, season=WHOLE_YEAR))
    print(f"{lived.seconds:.0f} s")
    for name, figure in summary(lived):
        print(f"  {name}: {figure}")
    return verdict(lived, WHOLE_YEAR)
