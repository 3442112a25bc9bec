"""`invite`: the code, and the link once the bot's name is known."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from bot.storage.outbox import bot_name
from tests.cli.conftest import Command
from tests.cli.running import Ended, process
from tests.cli.test_commands import bot_running, heard

INVITE = ("invite", "binh-loc", "--unit", "Công an phường", "--role", "officer")


def printed(done: Ended) -> tuple[str, str | None]:
    """The code and the link."""
    assert (done.code, done.err) == (0, "")
    code, *link = done.out.splitlines()
    assert len(link) <= 1
    return code, link[0] if link else None


@pytest.fixture
def data_dir(command: Command, tmp_path: Path) -> Path:
    assert command("seed", "binh-loc").code == 0
    return tmp_path / "data"


async def test_the_link_is_printed_where_the_bot_can_be_asked_and_later_where_it_cannot(data_dir: Path) -> None:
    chats = Chats(SystemClock())
    async with running(chats) as server:
        known = {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}
        code, link = printed(await asyncio.to_thread(process, data_dir, *INVITE, **known))
    assert link == f"https://t.me/{chats.bot.username}?start={code}"
    for settings in ({}, known):
        code, link = printed(await asyncio.to_thread(process, data_dir, *INVITE, **settings))
        assert link == f"https://t.me/{chats.bot.username}?start={code}"
    # A link to a bot of another token would invite people to the wrong one.
    other = {"TIENDO_TOKEN": "77:other", "TIENDO_API_URL": "http://127.0.0.1:9"}
    assert printed(await asyncio.to_thread(process, data_dir, *INVITE, **other))[1] is None


async def test_the_name_is_known_once_the_bot_ran(data_dir: Path) -> None:
    chats = Chats(SystemClock())
    async with running(chats) as server, bot_running(data_dir, server):
        an = SimulatedPerson.named(chats, "An")
        an.start("KHONGCO1")
        await heard(chats, an, lambda: len(an.texts()) == 1)
    code, link = printed(await asyncio.to_thread(process, data_dir, *INVITE))
    assert link == f"https://t.me/{chats.bot.username}?start={code}"


def test_without_a_name_it_is_the_code_alone(data_dir: Path, command: Command) -> None:
    assert printed(command(*INVITE))[1] is None
    assert printed(command(*INVITE, TOKEN="1:abc", API_URL="http://127.0.0.1:9"))[1] is None


@pytest.mark.parametrize("held", ["", "{", "[]", "7", '{"name": "x"}', '{"id": 8, "name": "x"}', b"\xff\xfe"])
def test_a_file_that_says_no_name_is_no_name(tmp_path: Path, held: str | bytes) -> None:
    (tmp_path / "bot.json").write_bytes(held if isinstance(held, bytes) else held.encode())
    assert bot_name.kept(tmp_path, 7) is None


def test_a_name_that_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    bot_name.keep(tmp_path / "nowhere", 7, "x")
    (tmp_path / "bot.json").mkdir()
    bot_name.keep(tmp_path, 7, "x")
    assert bot_name.kept(tmp_path, 7) is None
    (tmp_path / "bot.json").rmdir()
    bot_name.keep(tmp_path, 7, "tiendo_bot")
    assert json.loads((tmp_path / "bot.json").read_text()) == {"id": 7, "name": "tiendo_bot"}
    assert (bot_name.kept(tmp_path), bot_name.kept(tmp_path, 7), bot_name.kept(tmp_path, 8)) == (
        "tiendo_bot",
        "tiendo_bot",
        None,
    )
