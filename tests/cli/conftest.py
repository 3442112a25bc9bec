"""Commands called in this process, as the operator calls them in one of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import house
from tests.cli.test_commands import Ended

Command = Callable[..., Ended]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """`command("export", "binh-loc", DATA_DIR=…)` is what the command prints and its exit code.

    It runs in a folder where no .env lies; settings are named without their TIENDO_.
    """
    here = tmp_path / "here"
    here.mkdir()

    def called(*words: object, **settings: object) -> Ended:
        with monkeypatch.context() as patch:
            patch.chdir(here)
            patch.setattr(sys, "argv", ["tiendo", *map(str, words)])
            for name, value in {"DATA_DIR": tmp_path / "data", **settings}.items():
                patch.setenv(f"TIENDO_{name}", str(value))
            house.settings.cache_clear()
            capfd.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                house.settings.cache_clear()
        told = capfd.readouterr()
        assert "Traceback" not in told.out + told.err
        return Ended(code, told.out, told.err)

    return called
