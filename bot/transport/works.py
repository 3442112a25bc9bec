"""What the way of an update needs of the application, which is put together from these parts and more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from bot.clock import CheckedClock
from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Sent, Typed
from bot.services.core.desk import Desk
from bot.transport.receiving.albums import Albums
from bot.transport.receiving.bot import TiendoBot
from bot.transport.receiving.inbox import Inbox
from bot.transport.screen.routes import Routes
from bot.transport.sending.sender import Sender


class Works(Protocol):
    """The running application, as the processor and a visit see it."""

    clock: CheckedClock
    engine: Engine
    inbox: Inbox
    sender: Sender
    albums: Albums
    ticked_at: datetime | None

    @property
    def desk(self) -> Desk:
        """The database, the files and the books."""

    @property
    def bot(self) -> TiendoBot:
        """Who we are to Telegram."""

    @property
    def routes(self) -> Routes[Any]:
        """Where commands and buttons lead."""

    @property
    def reread(self) -> Callable[[Any, Typed | Sent], Awaitable[None]]:
        """Reads what a dialogue lets go as a new message, for a visit."""

    def something_was_committed(self) -> None:
        """Look whether notices were queued in the same transaction."""
