"""The town of the journeys: the five plans of seeds/, loaded once for all tests and copied for each."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio

from bot.plans.reader import read_yaml
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.storage.engine.database import Database, migrate
from bot.storage.records.files import FileStore
from tests.town import MONDAY, Town, town_on

SEEDS = Path(__file__).parents[2] / "seeds"


async def _seed(folder: Path) -> None:
    url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
    await migrate(url)
    db = await Database.open(url)
    try:
        desk = Desk(db=db, files=FileStore(folder), books=Books())
        for path in sorted(SEEDS.glob("*.yaml")):
            await load(desk, read_yaml(path), now=MONDAY, in_use=True)
    finally:
        await db.close()


@pytest.fixture(scope="session")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _seed(folder)).result()
    return folder


@pytest.fixture
def data_dir(_seeded: Path, tmp_path: Path) -> Path:
    """A data folder of one's own, with the five plans in use."""
    folder = tmp_path / "data"
    shutil.copytree(_seeded, folder)
    return folder


@pytest_asyncio.fixture
async def town(data_dir: Path) -> AsyncIterator[Town]:
    """A running bot on Monday 15/06/2026, 08:00."""
    async with town_on(data_dir) as town:
        yield town
