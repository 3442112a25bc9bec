"""Folders that are not there or may not be written to, and a database that may only be read: one sentence each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from bot.__main__ import app
from tests.cli.conftest import Command
from tests.cli.running import HOME, Ended
from tests.cli.test_databases import MAKING, READING, one_sentence, tree

# Root may write where nobody may, unless that is taken from it.
LIKE_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
OBEYS_MODES = pytest.mark.skipif(bool(LIKE_OTHERS) and shutil.which("setpriv") is None, reason="no setpriv here")


def every_command() -> Iterator[tuple[str, ...]]:
    click = typer.main.get_command(app)
    for name, one in click.commands.items():  # type: ignore[attr-defined]
        yield (name,)
        yield from ((name, below) for below in getattr(one, "commands", ()))


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_has_help_and_refuses_what_it_does_not_know(words: tuple[str, ...], command: Command) -> None:
    told = command(*words, "--help")
    assert (told.code, told.err) == (0, "") and re.search(r"Usage: .*" + " ".join(words), told.out)
    wrong = command(*words, "--khong-co")
    assert wrong.code == 2 and wrong.out == "" and "--khong-co" in wrong.err


@pytest.mark.parametrize("name", MAKING)
def test_a_data_folder_whose_parent_is_missing_is_not_made(name: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"")
    words = [word.format(archive=tmp_path / "b.tar") for word in MAKING[name]]
    before = tree(tmp_path)
    one_sentence(command(*words, DATA_DIR=tmp_path / "not" / "mounted"), 2, str(tmp_path / "not"), "TIENDO_DATA_DIR")
    assert tree(tmp_path) == before


def test_run_too_does_not_make_it(command: Command, tmp_path: Path) -> None:
    known = {"TOKEN": "1:abc", "API_URL": "http://127.0.0.1:9"}
    one_sentence(command("run", DATA_DIR=tmp_path / "not" / "mounted", **known), 2, "TIENDO_DATA_DIR")
    assert not (tmp_path / "not").exists()


WRITING = {
    "export": ("export", "binh-loc", "--out", "{out}"),
    "export xlsx": ("export", "binh-loc", "--format", "xlsx", "--out", "{out}"),
    "report": ("report", "binh-loc", "--period", "2026-03", "--format", "png", "--out", "{out}"),
    "template": ("seed", "--template", "{out}"),
    "backup": ("backup", "{out}"),
}


@pytest.mark.parametrize("name", WRITING)
def test_a_file_that_cannot_be_written_is_wrong_use(name: str, command: Command, tmp_path: Path) -> None:
    assert command("seed", "binh-loc").code == 0
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = tree(tmp_path)
    for out in (tmp_path / "not" / "there.bin", tmp_path / "folder", tmp_path / "file" / "below.bin"):
        one_sentence(command(*(word.format(out=out) for word in WRITING[name])), 2, str(tmp_path))
    assert tree(tmp_path) == before


@pytest.fixture
def obedient(tmp_path: Path) -> Iterator[Callable[..., Ended]]:
    """Commands of somebody who may do what the modes of files and folders say, and no more."""

    def called(*words: object) -> Ended:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TIENDO_")}
        env = {**plain, "PYTHONPATH": str(HOME), "TIENDO_DATA_DIR": str(tmp_path / "data")}
        command = [*LIKE_OTHERS, sys.executable, "-m", "bot", *map(str, words)]
        done = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, timeout=60, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    yield called
    for folder in (tmp_path, tmp_path / "data"):
        if folder.is_dir():
            folder.chmod(0o700)


@OBEYS_MODES
def test_what_may_not_be_written_to_is_named(obedient: Callable[..., Ended], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    one_sentence(obedient("seed", "binh-loc"), 1, str(tmp_path / "data"))
    tmp_path.chmod(0o700)
    (tmp_path / "data").mkdir(mode=0o500)
    one_sentence(obedient("migrate"), 1, "TIENDO_DATA_DIR")
    looked = obedient("check")
    assert looked.code == 1 and f"fail data-dir Không ghi được vào {tmp_path / 'data'}" in looked.out
    for words in (
        ("seed", "--template", tmp_path / "data" / "mau.xlsx"),
        ("export", "x", "--out", tmp_path / "data" / "x"),
    ):
        one_sentence(obedient(*words), 2, str(tmp_path / "data"))


@OBEYS_MODES
def test_a_database_that_may_only_be_read_is_named(
    obedient: Callable[..., Ended], command: Command, tmp_path: Path
) -> None:
    assert command("seed", "binh-loc").code == 0
    database = tmp_path / "data" / "tiendo.db"
    before = tree(tmp_path)
    database.chmod(0o400)
    one_sentence(obedient(*MAKING["invite"]), 1, "chỉ đọc được")
    assert obedient(*READING["ask"]).code == 0
    database.chmod(0o000)
    one_sentence(obedient("backup", tmp_path / "x.tar"), 1, "TIENDO_DATA_DIR")
    assert "\nfail database " in obedient("check").out
    database.chmod(0o600)
    assert tree(tmp_path) == before
