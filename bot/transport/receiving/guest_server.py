"""A web server in the event loop of the bot, whose signals stay the bot's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


class GuestServer(uvicorn.Server):
    """It ends when it is told to (``should_exit``), not by itself at SIGTERM: the bot stops other things first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield


def guest_server(application: ASGIApp) -> GuestServer:
    """A server that says nothing of itself in the log."""
    return GuestServer(uvicorn.Config(application, ws="none", lifespan="off", log_config=None, access_log=False))
