"""A town without plans: one unit is enough to see how messages travel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.town import Town, town_on
from tests.transport.village import settle_village


@pytest.fixture
def data_dir(sqlite_path: Path) -> Path:
    """A folder whose database holds one locality with one unit."""
    settle_village(sqlite_path)
    return sqlite_path.parent


@pytest_asyncio.fixture
async def town(data_dir: Path) -> AsyncIterator[Town]:
    """A running bot."""
    async with town_on(data_dir) as town:
        yield town
