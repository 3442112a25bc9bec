"""The yardstick: the least python-telegram-bot can do. It answers each text with itself and keeps nothing.

The same HTTP, pool and slots as the bot has: argv holds the address, the token, the slots and the connections.
"""

from __future__ import annotations

import os
import ssl
import sys
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Update
from telegram.ext import Application, MessageHandler, filters
from telegram.request import HTTPXRequest


async def echo(update: Update, context: Any) -> None:
    """Say what was said."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(url: str, token: str, slots: int, connections: int) -> None:
    """Poll until SIGTERM."""

    def request(size: int) -> HTTPXRequest:
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return HTTPXRequest(connection_pool_size=size, httpx_kwargs={"trust_env": False, "verify": bare})

    application = (
        Application.builder()
        .token(token)
        .base_url(f"{url}/bot")
        .request(request(connections))
        .get_updates_request(request(1))
        .concurrent_updates(slots)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(poll_interval=0.0, timeout=20)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
