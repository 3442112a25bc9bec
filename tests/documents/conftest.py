"""A desk on an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.book import Books
from bot.services.desk import Desk
from bot.storage.database import Database
from bot.storage.files import FileStore


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """A desk."""
    return Desk(db=sqlite_database, files=FileStore(tmp_path / "files"), books=Books())
