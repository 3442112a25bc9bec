"""A whole python-telegram-bot application against the simulated Bot API."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from bot.simulator.telegram.api.server import Running
from bot.simulator.telegram.chats.people import SimulatedPerson
from tests.telegram_contract import assert_valid_calls

SERVER = """
import asyncio, sys
from datetime import UTC, datetime
from bot.simulator.telegram.api.server import serve
from bot.simulator.telegram.chats.state import Chats
asyncio.run(serve(Chats(lambda: datetime(2026, 3, 2, tzinfo=UTC)), int(sys.argv[1])))
"""


async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    keyboard = InlineKeyboardMarkup.from_button(InlineKeyboardButton("Nhận", callback_data="v1:ok"))
    await update.message.reply_html("<b>Chào</b>", reply_markup=keyboard)


async def accept(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("Đã nhận")
    await update.callback_query.edit_message_text("Xong")


@asynccontextmanager
async def application(server: Running) -> AsyncIterator[None]:
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": bare})

    builder = Application.builder().token(server.chats.bot.token).base_url(server.base_url)
    app = builder.request(request()).get_updates_request(request()).job_queue(None).build()
    app.add_handlers([CommandHandler("start", start), CallbackQueryHandler(accept)])
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling()
        try:
            yield
        finally:
            await app.updater.stop()
            await app.stop()


async def test_an_application_serves_a_person_over_long_polls_and_restarts(
    server: Running, lan: SimulatedPerson
) -> None:
    changed = asyncio.Event()
    lan.chats.listeners.append(lambda _what, _details: changed.set())

    async def sees(text: str) -> None:
        while text not in lan.texts():
            changed.clear()
            await changed.wait()

    async with asyncio.timeout(10):
        async with application(server):
            lan.start()
            await sees("Chào")
        lan.press("Nhận")
        async with application(server):
            await sees("Xong")

    assert (lan.toasts(), lan.buttons(), lan.chats.updates.pending()) == (["Đã nhận"], [], [])
    assert_valid_calls(server.calls)


async def test_a_server_of_its_own_runs_until_it_is_told_to_stop() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, str(port))
    url = f"http://127.0.0.1:{port}/simulator/chats"
    try:
        async with asyncio.timeout(20):
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=9), trust_env=False) as client:
                assert (await client.get(url)).json() == []
            process.send_signal(signal.SIGINT)
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
