"""The queue of updates: strictly in order for each owner, owners side by side.

An item is handed out only when no earlier one of the same owner is in hand, so a hundred messages of one person take
one slot, not all of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from telegram import Update

from bot.transport.receiving.ticket import AlbumAnswer, QueuedItem, Ticket


class OrderedQueue(asyncio.Queue[Any]):
    """PTB's update queue. What is in it is stored already; `Inbox` alone adds to it, each update under our number.

    PTB's updater puts each update once more after `Inbox` has taken it; that is left unheard. Anything else put by
    PTB is its stop sentinel: what has not begun is dropped then, as it is stored and comes again at the next start.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tickets: dict[int | AlbumAnswer, Ticket] = {}
        self._busy: set[int] = set()
        self._behind: dict[int, deque[QueuedItem]] = {}
        self._ready: deque[object] = deque()
        self._stopped = False

    # asyncio.Queue is made to be changed through these four (as its own PriorityQueue does).

    def _init(self, maxsize: int) -> None:
        self._ready = deque()

    def _put(self, item: object) -> None:
        self._ready.append(item)

    def _get(self) -> object:
        return self._ready.popleft()

    def qsize(self) -> int:
        """How many items could be handed out now."""
        return len(self._ready)

    def empty(self) -> bool:
        """Whether nothing can be handed out now."""
        return not self._ready

    async def put(self, item: object) -> None:
        """For PTB only, see the class."""
        if isinstance(item, Update | AlbumAnswer):
            return
        self._drop_waiting()
        self.put_nowait(item)

    def reopen(self) -> None:
        """Be empty and take items again, after a stop."""
        self._tickets.clear()
        self._busy.clear()
        self._behind.clear()
        self._stopped = False

    def add(self, ticket: Ticket) -> None:
        """Take an item in; it waits behind the earlier ones of its owner."""
        if self._stopped or _name(ticket.item) in self._tickets:
            return
        self._tickets[_name(ticket.item)] = ticket
        if ticket.owner in self._busy:
            self._behind.setdefault(ticket.owner, deque()).append(ticket.item)
        else:
            self._busy.add(ticket.owner)
            self.put_nowait(ticket.item)

    def ticket(self, item: object) -> Ticket | None:
        """What is known of an item that is in hand or waits."""
        return self._tickets.get(_name(item)) if isinstance(item, Update | AlbumAnswer) else None

    def again(self, ticket: Ticket) -> None:
        """Hand out an item once more; its owner's later items have waited meanwhile."""
        if not self._stopped:
            self.put_nowait(ticket.item)

    def release(self, ticket: Ticket) -> None:
        """The item is finished; the next one of its owner may go."""
        self._tickets.pop(_name(ticket.item), None)
        behind = self._behind.get(ticket.owner)
        if behind:
            self.put_nowait(behind.popleft())
            return
        self._behind.pop(ticket.owner, None)
        self._busy.discard(ticket.owner)

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """Everything taken in and not finished, whether in hand or waiting."""
        return tuple(self._tickets.values())

    def _drop_waiting(self) -> None:
        self._stopped = True
        while self._ready:
            self._ready.popleft()
            self.task_done()
        for behind in self._behind.values():
            for item in behind:
                self._tickets.pop(_name(item), None)
        self._behind.clear()


def _name(item: QueuedItem) -> int | AlbumAnswer:
    return item.update_id if isinstance(item, Update) else item
