"""The bot as a real process that is killed -9: at random instants, and in the middle of chosen calls to Telegram."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.simulator.telegram.api.faults import Call, Dropped, Faults
from bot.simulator.telegram.chats.state import Chats
from tests.bench.processes import ROOT, environment

TAKING_UPDATES = ("getUpdates", "setWebhook")
"""The calls by which a bot says that it has begun."""
METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "getFile", "getUpdates", "sendMediaGroup")
START_SECONDS = 30
STOP_SECONDS = 40
PATIENCE_SECONDS = 10.0
"""How long a call chosen for a kill is waited for."""


class Traps(Faults):
    """Telegram's side: strikes the process while a call of the chosen method stands before or behind its deed."""

    def __init__(self, chats: Chats) -> None:
        super().__init__(chats)
        self.up = asyncio.Event()
        self.sprung = asyncio.Event()
        self._armed: tuple[str, bool, int] | None = None
        self.strike = lambda: None

    def arm(self, method: str, *, after: bool, nth: int) -> None:
        """Kill at the nth call of this method from now on."""
        self.sprung.clear()
        self._armed = (method, after, nth)

    def disarm(self) -> None:
        """Let every call pass."""
        self._armed = None

    async def before(self, call: Call) -> None:
        if call.method in TAKING_UPDATES:
            self.up.set()
        self._spring(call, after=False)
        await super().before(call)

    async def after(self, call: Call) -> None:
        self._spring(call, after=True)
        await super().after(call)

    def _spring(self, call: Call, *, after: bool) -> None:
        if self._armed is None or self._armed[:2] != (call.method, after):
            return
        method, _, left = self._armed
        self._armed = (method, after, left - 1) if left > 1 else None
        if self._armed is None:
            self.strike()
            self.sprung.set()
            raise Dropped


@dataclass
class Bot:
    """`python -m bot run`, started again after every kill."""

    url: str
    token: str
    data_dir: Path
    traps: Traps
    random: Random
    kills: Counter[str] = field(default_factory=Counter)
    child: asyncio.subprocess.Process | None = None
    methods: tuple[str, ...] = METHODS
    """The calls chosen for a kill."""
    more: dict[str, object] = field(default_factory=dict)
    """Further settings."""

    def command(self) -> list[str]:
        """What is started."""
        return ["-m", "bot", "run"]

    async def start(self) -> None:
        """Start it and wait until it takes updates."""
        given = {"api_url": self.url, "token": self.token, "data_dir": self.data_dir, "log_level": "WARNING"}
        env = environment(**given, **self.more)
        self.traps.up.clear()
        with (self.data_dir / "bot.log").open("ab") as log:
            self.child = await asyncio.create_subprocess_exec(
                sys.executable, *self.command(), cwd=ROOT, env=env, stdout=log, stderr=log
            )
        loop = asyncio.get_running_loop()
        begun = {loop.create_task(self.traps.up.wait()), loop.create_task(self.child.wait())}
        await asyncio.wait(begun, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for each in begun:
            each.cancel()
        # Killed before it had begun, it is only dead.
        if not self.traps.up.is_set() and self.child.returncode != -signal.SIGKILL:
            told = (self.data_dir / "bot.log").read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"the bot does not start: {told}")

    def kill(self) -> None:
        """SIGKILL, by the process's own id."""
        if self.child is not None and self.child.returncode is None:
            self.child.kill()

    async def kill_now_and_then(self, until: float) -> None:
        """Kill and start again until this instant of the loop's clock."""
        loop = asyncio.get_running_loop()
        self.traps.strike = self.kill
        while loop.time() < until:
            how = await self._one_kill()
            assert self.child is not None
            await self.child.wait()
            self.kills[how] += 1
            await asyncio.sleep(self.random.uniform(0, 0.5))
            await self.start()

    async def _one_kill(self) -> str:
        if self.random.random() < 0.5:
            await asyncio.sleep(self.random.uniform(0.0, 5.0))
            self.kill()
            return "at a random instant"
        method, after = self.random.choice(self.methods), self.random.random() < 0.6
        self.traps.arm(method, after=after, nth=self.random.randint(1, 6))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.traps.sprung.wait()
        except TimeoutError:
            self.traps.disarm()
            self.kill()
            return "at a random instant"
        return f"{'behind' if after else 'before'} {method}"

    async def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.traps.disarm()
        if self.child is None:
            return 0
        if self.child.returncode is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self.child.wait()
        except TimeoutError:
            self.kill()
            return await self.child.wait()
