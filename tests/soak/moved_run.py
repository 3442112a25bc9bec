"""`python -m tests.soak.moved_run CLOCK NAME`: `python -m bot run` under a clock that stands in a file.

The ticker comes ten times a second instead of twice a minute, because time is moved and not waited for. NAME stands in
what the process claims, so that one can see who had a notice in hand.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.app import build_application, run
from bot.reminders import jobs
from bot.reminders.dispatcher import Dispatcher
from bot.settings import load_settings
from bot.transport.logs import set_up_logging
from tests.soak.clock_file import ClockFile


def main() -> None:
    """Run until SIGTERM."""
    path, name = sys.argv[1:]
    jobs.TICK = timedelta(seconds=0.1)
    settings = load_settings()
    set_up_logging(settings)
    application = build_application(settings, ClockFile(Path(path)))
    dispatcher = application.companions[0]
    assert isinstance(dispatcher, Dispatcher)
    dispatcher._deliverer._name = name
    asyncio.run(run(application))


if __name__ == "__main__":
    main()
