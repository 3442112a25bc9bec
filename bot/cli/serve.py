"""`run` and `demo`. Imports are kept inside: most commands need no Telegram."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.house import read_instant, settings

DEMO_START = "2026-06-15T08:00"


def run() -> None:
    """Run the bot: long polling, or webhook where TIENDO_WEBHOOK_URL is set."""
    import asyncio
    import gc

    # What is imported stays for good: searching it for garbage takes a sixth of the start, and some of every search
    # after it.
    gc.disable()
    from bot.app import build_application
    from bot.app import run as run_bot

    application = build_application(settings())
    gc.freeze()
    gc.enable()
    asyncio.run(run_bot(application))


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    at: Annotated[str, typer.Option(metavar="ISO-TIME", help="What the clock of the trial shows.")] = DEMO_START,
) -> None:
    """Try the bot without a token, on scratch data, with the five plans and people of every role."""
    import asyncio

    from bot.simulator.demo import run_demo

    asyncio.run(run_demo(port=port, start=read_instant(at), language=settings().language))
