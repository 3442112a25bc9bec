"""`run` and `demo`. Imports are kept inside: most commands need no Telegram."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from bot.cli.house import WrongUse, make_data_dir, read_instant, settings, words
from bot.domain.work.lifecycle import DEFAULT_ZONE

DEMO_START = "2026-06-15T08:00"
HOST = "127.0.0.1"
YEARS = range(2025, 2031)
"""In which a trial of the plans of 2026 makes sense."""
NEVER_IN_A_TRIAL = ("TIENDO_TOKEN", "TIENDO_TOKEN_FILE", "TIENDO_DATABASE_URL")


def run() -> None:
    """Run the bot: long polling, or webhook where TIENDO_WEBHOOK_URL is set."""
    import asyncio
    import gc

    # Imported modules are never garbage. Looking for some among them takes a sixth of the start; frozen below, they are
    # left out of every later search too.
    gc.disable()
    from bot.app import build_application
    from bot.app import run as run_bot
    from bot.transport.logs import set_up_logging

    chosen = settings()
    set_up_logging(chosen)
    application = build_application(chosen)
    make_data_dir(chosen.data_dir)
    gc.freeze()
    gc.enable()
    asyncio.run(run_bot(application))


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on; others than this machine's own warn.")] = HOST,
    at: Annotated[str, typer.Option(metavar="ISO-TIME", help="What the clock of the trial shows.")] = DEMO_START,
    prepare: Annotated[bool, typer.Option("--prepare", help="Only make what the first start would have to.")] = False,
) -> None:
    """Try the bot without a token, on scratch data: a page with the five plans and people of every role."""
    import asyncio
    import gc

    start = read_instant(at, DEFAULT_ZONE)
    if start.year not in YEARS:
        raise WrongUse("no_instant", text=at)
    if prepare:
        from bot.simulator.trial import past_kept

        asyncio.run(past_kept.prepare(start))
        return
    gc.disable()
    from bot.simulator.trial.trial import run_trial

    gc.freeze()
    gc.enable()
    asyncio.run(run_trial(port=port, host=host, start=start, language=words().language, unused=_given()))


def _given() -> tuple[str, ...]:
    """The settings of a real bot that are set, in the environment or in a .env file."""
    from pydantic_settings import DotEnvSettingsSource

    from bot.settings import Settings

    names = {*os.environ, *(name.upper() for name in DotEnvSettingsSource(Settings).env_vars)}
    return tuple(name for name in NEVER_IN_A_TRIAL if name in names)
