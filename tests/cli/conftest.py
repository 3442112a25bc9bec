"""A command, called with its data folder in the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import Ended, tiendo

Command = Callable[..., Ended]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """`command("export", "binh-loc", DATA_DIR=…)` is what the command prints and its exit code.

    Settings are named without their TIENDO_; the data folder need not be there, nor is it made.
    """

    (tmp_path / "here").mkdir()

    def called(*words: object, **settings: object) -> Ended:
        given = {f"TIENDO_{name}": str(value) for name, value in {"DATA_DIR": tmp_path / "data", **settings}.items()}
        return tiendo(tmp_path / "here" / "data", *map(str, words), **given)

    return called
