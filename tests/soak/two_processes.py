"""Two processes of the bot on one database, each killed again and again, and a book of all they send.

Both have a webhook, as several processes of one token must (polling allows one). Each speaks to Telegram at an address
of its own, so that one knows whose call it is.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import or_, select

from bot.reminders.deliver import LEASE
from bot.simulator.telegram.api.faults import Call
from bot.simulator.telegram.api.server import HOST
from bot.simulator.telegram.chats.state import Chats
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from tests.soak.killing import Bot, Traps

MOST_BEFORE_A_KILL = 4
"""Messages that pass before the one at which a process is killed."""
PAUSE_SECONDS = 1.0
AT_WORK_SECONDS = 0.3
"""Within which a process is killed that has just been given work."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that stands in a chat: the rows of the outbox its process had in hand for that chat then."""

    chat_id: int
    message_id: int
    text: str
    at: datetime
    rows: tuple[int, ...]


class Watch(Traps):
    """Telegram's side of one process: writes down which notices each message holds, then strikes."""

    def __init__(self, chats: Chats, name: str) -> None:
        super().__init__(chats)
        self.name = name
        """Of the process as it lives now."""
        self.db: Database | None = None
        self.received: list[Received] = []

    async def after(self, call: Call) -> None:
        if call.method == "sendMessage" and self.db is not None and call.chat_id is not None:
            rows = await in_hand(self.db, self.name, call.chat_id)
            said = call.result
            self.received.append(Received(call.chat_id, said["message_id"], said["text"], self.chats.now(), rows))
        await super().after(call)


async def in_hand(db: Database, name: str, chat_id: int) -> tuple[int, ...]:
    """The notices to a chat that a process has in hand."""
    o = t.outbox.c
    to_chat = or_(t.people.c.telegram_id == chat_id, o.chat_id == chat_id)
    statement = (
        select(o.id)
        .select_from(t.outbox.outerjoin(t.people, t.people.c.id == o.person_id))
        .where(o.state == "sending", o.claim.startswith(f"{name}:"), to_chat)
        .order_by(o.id)
    )
    async with db.read() as conn:
        return tuple((await conn.execute(statement)).scalars())


@dataclass
class Worker(Bot):
    """One of the two: lives, is killed, lives again under another name."""

    letter: str = "a"
    clock: Path = Path()
    up: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether it may live; not while the program is down."""
    given_work: asyncio.Event = field(default_factory=asyncio.Event)
    doomed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where it is to be killed soon."""
    life: int = 0

    @property
    def name(self) -> str:
        """As it stands in what this life claims."""
        return f"{self.letter}{self.life}"

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.child is not None and self.child.returncode is None

    def command(self) -> list[str]:
        return ["-m", "tests.soak.moved_run", str(self.clock), self.name]

    async def start(self) -> None:
        self.life += 1
        assert isinstance(self.traps, Watch)
        self.traps.name = self.name
        await super().start()

    async def start_anew(self) -> None:
        """Live once more, and be killed no more."""
        self.kill()
        if self.child is not None:
            await self.child.wait()
        await self.start()

    async def live_and_die(self) -> None:
        """Start, be killed, start again, until cancelled."""
        self.traps.strike = self.kill
        while True:
            await self.up.wait()
            if not self.is_alive:
                await self.start()
            how = await self._death()
            self.kills[how] += 1
            await asyncio.sleep(self.random.uniform(0, PAUSE_SECONDS))

    async def _death(self) -> str:
        assert self.child is not None
        loop = asyncio.get_running_loop()
        killing, dead = loop.create_task(self._one_kill()), loop.create_task(self.child.wait())
        try:
            await asyncio.wait({killing, dead}, return_when=asyncio.FIRST_COMPLETED)
            how = killing.result() if killing.done() else "both at once"
            await dead
        finally:
            killing.cancel()
            self.traps.disarm()
        return how

    async def _one_kill(self) -> str:
        await self.doomed.wait()
        self.doomed.clear()
        if self.random.random() < 0.4:
            self.given_work.clear()
            await self.given_work.wait()
            await asyncio.sleep(self.random.uniform(0, AT_WORK_SECONDS))
            self.kill()
            return "at work"
        return await super()._one_kill()


def worker(letter: str, url: str, watch: Watch, folder: Path, database_url: str, clock: Path, random: Random) -> Worker:
    """A process that has not begun."""
    port = _free_port()
    more: dict[str, object] = {
        "webhook_url": f"http://{HOST}:{port}/telegram",
        "webhook_listen": f"{HOST}:{port}",
        "webhook_secret": f"secret-of-{letter}",
        "database_url": database_url,
    }
    return Worker(
        url=url,
        token=watch.chats.bot.token,
        data_dir=folder,
        traps=watch,
        random=random,
        methods=("sendMessage",),
        more=more,
        letter=letter,
        clock=clock,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def is_at_rest(db: Database, now: datetime, alive: frozenset[str]) -> tuple[bool, bool]:
    """Whether the living have nothing to do, and whether the dead have left anything in hand.

    A recipient whose digest a dead process has in hand gets no other before its lease is over.
    """
    o = t.outbox.c
    due = select(o.state, o.person_id, o.chat_id, o.urgent, o.claim, o.claimed_at).where(
        or_(o.state == "sending", (o.state == "queued") & (o.not_before <= now))
    )
    async with db.read() as conn:
        found = (await conn.execute(due)).all()
    held = [row for row in found if row.state == "sending"]
    left = [row for row in held if row.claim.partition(":")[0] not in alive and row.claimed_at > now - LEASE]
    blocked = {(row.person_id, row.chat_id) for row in left if not row.urgent}
    waiting = [
        row for row in found if row.state == "queued" and (row.urgent or (row.person_id, row.chat_id) not in blocked)
    ]
    return len(held) == len(left) and not waiting, bool(left)
