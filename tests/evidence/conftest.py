"""The look at bytes that have just arrived."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.evidence.findings import Findings
from bot.evidence.inspect import inspect
from tests.evidence.looking import MAX, Look


@pytest.fixture
def look(tmp_path: Path) -> Look:
    async def _look(content: bytes, name: str = "", mime: str | None = None, **said: object) -> Findings:
        path = tmp_path / "arrived"
        path.write_bytes(content)
        options: dict[str, Any] = {"caption": None, "max_bytes": MAX} | said
        return await inspect(path, name=name, declared_mime=mime, **options)

    return _look
