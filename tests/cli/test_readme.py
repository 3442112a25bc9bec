"""What the README tells to type works as it stands there."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path

import pytest
import typer

from bot.__main__ import app
from bot.clock import SystemClock
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from tests.cli.running import HOME
from tests.cli.test_commands import heard

README = (HOME / "README.md").read_text("utf-8")
PROGRAM = ".venv/bin/python -m bot"
INSTALLS = ("python3 -m venv", ".venv/bin/python -m pip install")
"""Reaches a package registry: left out here, and held against the Makefile, which every clone goes through."""
CLICK = typer.main.get_command(app)


def blocks(heading: str) -> list[list[str]]:
    """The lines of each block of commands below a heading."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, heading
    return [block.strip().splitlines() for block in re.findall(r"```\n(.*?)```", section, re.DOTALL)]


def bare(line: str) -> str:
    """A line without its comment."""
    return re.sub(r"\s+# .*", "", line).strip()


def test_what_is_installed_is_what_make_installs() -> None:
    make = (HOME / "Makefile").read_text("utf-8")
    (_, stands_for), (running_it,) = blocks("Two commands on a fresh machine"), blocks("Running it")[:1]
    installs = [bare(line) for line in stands_for if line.startswith(INSTALLS)]
    assert len(installs) == 4
    assert [bare(line) for line in running_it if line.startswith(INSTALLS)] == installs
    for line in installs[1:]:
        words = line.partition("pip install ")[2]
        assert f"$(PIP_INSTALL) {words}" in make
        for name in re.findall(r"requirements\S*\.txt", words):
            assert (HOME / name).is_file()
    assert [bare(line) for line in stands_for[4:]] == [f"{PROGRAM} demo --prepare", f"{PROGRAM} demo"]


async def test_running_it_works_line_by_line(tmp_path: Path) -> None:
    lines = [bare(line) for line in blocks("Running it")[0]]
    assert lines[0] == "python3 -m venv .venv" and lines[-1] == f"{PROGRAM} run"
    chats = Chats(SystemClock())
    typed = [line.replace("…", chats.bot.token) for line in lines if not line.startswith(INSTALLS)]
    assert sum(line.startswith(PROGRAM) for line in typed) == 4
    # What installing leaves behind: the environment, and this program in it.
    (tmp_path / ".venv").symlink_to(sys.prefix)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TIENDO_")}
    async with running(chats) as server:
        env = {**plain, "PYTHONPATH": str(HOME), "TIENDO_API_URL": server.url}
        shell = ["bash", "-ec", "\n".join([*typed[:-1], f"exec {typed[-1]}"])]
        process = await create_subprocess_exec(*shell, cwd=tmp_path, env=env, stdout=PIPE, stderr=PIPE)
        try:
            an = SimulatedPerson.named(chats, "An")
            an.start("KHONGCO1")
            await heard(chats, an, lambda: len(an.texts()) == 1)
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                out, err = (told.decode() for told in await process.communicate())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert (process.returncode, "Traceback" in out + err, chats.bot.token in out + err) == (0, False, False)
    code = re.search(rf"^([A-Z0-9]{{8}})\nhttps://t\.me/{chats.bot.username}\?start=\1$", out, re.MULTILINE)
    assert code is not None and "\nfail " not in out and "\nok api " in out
    assert (tmp_path / "data" / "tiendo.db").is_file()


def commands_named() -> list[str]:
    """Everything of the form `python -m bot …` in the README, in blocks and in sentences."""
    found = re.findall(r"^(?:\S*python) -m bot (.*)$|`(?:\S*python) -m bot ([^`]+)`", README, re.MULTILINE)
    return [bare(block or sentence) for block, sentence in found]


@pytest.mark.parametrize("typed", commands_named())
def test_every_command_named_is_one_and_has_these_options(typed: str) -> None:
    assert "STEP" not in typed
    words = shlex.split(typed)
    one = CLICK.commands[words[0]]  # type: ignore[attr-defined]
    # Parsed as it is when it is called; what it does is tested elsewhere.
    one.make_context(words[0], words[1:])


def test_whoever_follows_it_calls_the_python_of_the_environment() -> None:
    assert len(commands_named()) >= 9
    assert re.findall(r"(?<!\.venv/bin/)\bpython -m bot", README) == []


def test_the_table_names_every_command_with_its_options() -> None:
    section = README.partition("### Commands")[2].partition("###")[0]
    first = " ".join(line.split("|")[1] for line in section.replace("\\|", "/").splitlines() if line.startswith("|"))
    for name, one in CLICK.commands.items():  # type: ignore[attr-defined]
        assert re.search(rf"`{name}\b", first), name
        for parameter in one.params:
            if parameter.param_type_name == "option" and "--help" not in parameter.opts:
                assert parameter.opts[0] in section, (name, parameter.opts)
