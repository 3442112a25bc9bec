"""A locality whose plan can be filled and put in use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.reminders.hamlet import Hamlet, a_hamlet


@pytest_asyncio.fixture
async def hamlet(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Hamlet]:
    """On SQLite, on Monday 01/06/2026, 10:00."""
    async with a_hamlet(sqlite_url, tmp_path, "2026-06-01 10:00") as made:
        yield made


@pytest_asyncio.fixture
async def monthly(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Hamlet]:
    """The same where units report every month."""
    async with a_hamlet(sqlite_url, tmp_path, "2026-05-29 10:00", month_reports=True) as made:
        yield made
