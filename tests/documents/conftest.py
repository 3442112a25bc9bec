"""A desk on an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """A desk."""
    return Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books())
