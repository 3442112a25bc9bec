"""Settings, logs, webhook, start and stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path

import httpx
import pytest

from bot.app import build_application, run
from bot.clock import SystemClock
from bot.i18n import translator
from bot.settings import Settings, SettingsError, load_settings
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import BotUser, Chats
from bot.transport.logs import JsonLines, Redact
from bot.transport.receiving import webhook
from tests.town import Town, quick_request, town_on
from tests.transport.village import echo, inbox_rows, listen, member

SECRET = "a-secret_of_the_webhook"
TOKEN = "123456789:AAHsomething_very_secret_here-12345"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"token": "no token"}, "TIENDO_TOKEN"),
        ({"token_file": "/nowhere"}, "TIENDO_TOKEN_FILE"),
        ({"api_url": "telegram"}, "TIENDO_API_URL"),
        ({"webhook_secret": "khoá"}, "TIENDO_WEBHOOK_SECRET"),
        ({"webhook_listen": "8443"}, "TIENDO_WEBHOOK_LISTEN"),
        ({"database_url": "mysql://x"}, "TIENDO_DATABASE_URL"),
        ({"timezone": "Asia/Nowhere"}, "TIENDO_TIMEZONE"),
        ({"language": "fr"}, "TIENDO_LANGUAGE"),
        ({"slots": 0}, "TIENDO_SLOTS"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(given: dict[str, object], name: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_settings(_env_file=None, **given)
    for language in ("vi", "en"):
        sentence = translator(language)(f"error.{wrong.value.key}", **wrong.value.figures)
        assert name in sentence
        assert not any(str(value) in sentence for value in given.values() if len(str(value)) > 4)


def test_a_missing_token_is_a_sentence_too() -> None:
    with pytest.raises(SettingsError) as wrong:
        build_application(Settings(_env_file=None))
    assert "TIENDO_TOKEN" in translator("vi")(f"error.{wrong.value.key}", **wrong.value.figures)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("TIENDO_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("TIENDO_MAX_FILE_MB", "500")
    chosen = load_settings(_env_file=None)
    assert chosen.require_token() == TOKEN
    assert chosen.max_file_bytes == 20 << 20  # Telegram's own server hands out no more
    assert load_settings(_env_file=None, local_api=True).max_file_bytes == 500 << 20
    assert TOKEN not in repr(chosen)


async def test_the_token_is_in_no_line_of_the_log(data_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    redact = Redact(TOKEN)
    record = logging.LogRecord("httpx", logging.INFO, "x", 1, "POST %s", (f"https://api/bot{TOKEN}/getMe",), None)
    assert redact.filter(record)
    assert TOKEN not in record.getMessage()
    assert TOKEN not in JsonLines().format(record)
    with caplog.at_level(logging.DEBUG):
        async with town_on(data_dir) as town:
            an = await member(town)
            listen(town, echo)
            an.send_text("riêng tư")
            await town.settle()
            token = town.settings.require_token()
    assert caplog.text
    assert token not in caplog.text
    assert "riêng tư" not in caplog.text


async def test_updates_posted_with_the_secret_are_stored_before_the_answer(data_dir: Path) -> None:
    port = _free_port()
    url = f"http://127.0.0.1:{port}/hook"
    async with town_on(data_dir, webhook_url=url, webhook_secret=SECRET, webhook_listen=f"127.0.0.1:{port}") as town:
        an = await member(town)
        listen(town, echo)
        an.send_text("một")
        await town.settle()
        assert an.texts() == ["một"]
        before = inbox_rows(town)
        raw = {"update_id": 1, "message": {"message_id": 1}}
        async with httpx.AsyncClient(trust_env=False) as client:
            header = "X-Telegram-Bot-Api-Secret-Token"
            assert (await client.post(url, json=raw)).status_code == 403
            assert (await client.post(url, json=raw, headers={header: "wrong"})).status_code == 403
            assert (await client.post(url, json=raw, headers={header: "khoá".encode()})).status_code == 403
            for elsewhere in ("x", "/", "/x"):
                posted = await client.post(f"{url}{elsewhere}", json=raw, headers={header: SECRET})
                assert posted.status_code == 404
            assert (await client.get(url, headers={header: SECRET})).status_code == 405
            assert (await client.post(url, content=b"[]", headers={header: SECRET})).status_code == 400
            assert (await client.post(url, content=b"[" * 500_000, headers={header: SECRET})).status_code == 400
            assert (await client.post(url, content=b"{" * 2_000_000, headers={header: SECRET})).status_code == 413
            assert inbox_rows(town) == before
            assert (await client.post(url, json=raw, headers={header: SECRET})).status_code == 200
            assert len(inbox_rows(town)) == len(before) + 1


async def test_an_update_that_comes_in_pieces_is_taken_and_half_a_one_is_not(data_dir: Path) -> None:
    port, known = _free_port(), signal.getsignal(signal.SIGTERM)
    settings = {"webhook_secret": SECRET, "webhook_listen": f"127.0.0.1:{port}"}
    async with town_on(data_dir, webhook_url=f"http://127.0.0.1:{port}/hook", **settings) as town:
        assert signal.getsignal(signal.SIGTERM) is known
        raw = b'{"update_id": 1, "message": {"message_id": 1}}'
        head = (
            f"POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
            f"Content-Length: {len(raw)}\r\n\r\n"
        ).encode()
        for pieces, stored in (((raw[:20],), 0), ((raw[:5], raw[5:20], raw[20:]), 1)):
            reading, writing = await asyncio.open_connection("127.0.0.1", port)
            for piece in (head, *pieces):
                writing.write(piece)
                await writing.drain()
                await asyncio.sleep(0.02)
            if stored:
                assert (await reading.readline()).startswith(b"HTTP/1.1 200")
            writing.close()
            await writing.wait_closed()
            await asyncio.sleep(0.05)
            assert len(inbox_rows(town)) == stored


async def test_who_stalls_in_the_middle_of_an_update_keeps_nobody_from_ending_the_bot(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SLOWEST_BODY", 0.2)
    port = _free_port()
    settings = {"webhook_secret": SECRET, "webhook_listen": f"127.0.0.1:{port}"}
    async with town_on(data_dir, webhook_url=f"http://127.0.0.1:{port}/hook", **settings) as town:
        reading, writing = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
        writing.write(f"{head}Content-Length: 99\r\n\r\n{{".encode())
        await writing.drain()
        async with asyncio.timeout(5):
            assert (await reading.readline()).startswith(b"HTTP/1.1 408")
            await town.stop()
        writing.close()
        assert not inbox_rows(town)


def test_a_webhook_without_a_secret_is_refused() -> None:
    from bot.transport.receiving.webhook import Webhook

    with pytest.raises(SettingsError):
        Webhook(None, Settings(_env_file=None, webhook_url="https://x.vn/h"))  # type: ignore[arg-type]


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def test_the_bot_waits_for_telegram_at_the_start_and_ends_at_sigterm(tmp_path: Path) -> None:
    chats = Chats(SystemClock())
    async with running(chats) as server:
        server.faults.server_error("getMe")
        settings = Settings(_env_file=None, token=chats.bot.token, api_url=server.url, data_dir=tmp_path / "new")
        application = build_application(settings, request=quick_request)
        work = asyncio.ensure_future(run(application))
        lan = SimulatedPerson.named(chats, "Lan")
        answered = asyncio.Event()
        chats.listeners.append(lambda what, _: answered.set() if what == "message" and lan.texts() else None)
        lan.send_text("xin chào")
        await answered.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await work
        assert "chưa được mời" in lan.texts()[0]
        assert not application.running


async def test_a_token_telegram_does_not_know_is_said_so(tmp_path: Path) -> None:
    from bot.app import WrongToken

    chats = Chats(SystemClock(), BotUser(token="1234:other"))
    async with running(chats) as server:
        settings = Settings(_env_file=None, token="1234:wrong", api_url=server.url, data_dir=tmp_path)
        with pytest.raises(WrongToken):
            await run(build_application(settings, request=quick_request))


async def test_a_token_revoked_while_running_ends_the_program_and_is_said_so(tmp_path: Path) -> None:
    from bot.app import WrongToken

    chats = Chats(SystemClock())
    async with running(chats) as server:
        settings = Settings(
            _env_file=None, token=chats.bot.token, api_url=server.url, data_dir=tmp_path, poll_seconds=0
        )
        work = asyncio.ensure_future(run(build_application(settings, request=quick_request)))
        lan = SimulatedPerson.named(chats, "Lan")
        answered = asyncio.Event()
        chats.listeners.append(lambda what, _: answered.set() if what == "message" and lan.texts() else None)
        lan.send_text("xin chào")
        await answered.wait()
        server.faults.next("getUpdates", status=401, description="Unauthorized")
        with pytest.raises(WrongToken):
            await work


async def test_updates_are_asked_for_by_an_explicit_list(town: Town) -> None:
    await town.settle()
    asked = [c for c in town.server.calls if c.method == "getUpdates"]
    assert all(
        set(c.params["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}
        for c in asked
    )
