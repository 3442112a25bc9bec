"""The trial: the real bot on scratch data, the five plans in use since March, people of every role, and a page.

Nothing leaves the machine: the Bot API is the simulator's, the data folder is a new one that is removed at the end,
and no setting of the environment is looked at.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from bot.domain.errors import BadInput, TienDoError, TransitionRefused
from bot.i18n import Translator, translator
from bot.simulator.telegram.api.server import HOST, bound, serving
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.trial.page_events import Events
from bot.simulator.trial.page_guard import ANYWHERE, Guard, is_loopback
from bot.simulator.trial.page_routes import page_routes
from bot.simulator.trial.past_kept import cache_folder
from bot.simulator.trial.travel import Step, goal_of
from bot.simulator.trial.world import World

log = logging.getLogger(__name__)
FARTHEST = timedelta(days=400)
"""Of one move: a plan's year and what comes after it."""


class Trial:
    """What the page talks to: one world after another, each from the same start. ``url`` is its own address."""

    def __init__(self, url: str, start: datetime, cache: Path | None = None) -> None:
        self.events = Events(lambda: self._world.run if self._world else "")
        self.ready = asyncio.Event()
        """Set once there is a world to look at."""
        self.app = Starlette(routes=[*page_routes(self), Mount("/", self._of_world)])
        self._url = url
        self._start = start
        self._cache = cache
        self._worlds: dict[str, World] = {}
        self._world: World | None = None
        self._move: asyncio.Task[None] | None = None
        self._resetting: asyncio.Task[None] | None = None

    @property
    def world(self) -> World:
        """The world the page shows."""
        assert self._world is not None
        return self._world

    @property
    def moving(self) -> bool:
        """Whether the clock is on its way."""
        return self._move is not None

    async def open(self) -> None:
        """Make the first world and let the page in."""
        await self._begin()
        self.ready.set()

    async def end(self) -> None:
        """End everything that runs."""
        if self._resetting is not None:
            self._resetting.cancel()
            await asyncio.gather(self._resetting, return_exceptions=True)
        await self._halt()
        for world in list(self._worlds.values()):
            await self._end(world)

    def close(self) -> None:
        """Send home every page that listens and every bot that polls."""
        self.events.close()
        for world in self._worlds.values():
            world.api.close()

    def described(self) -> Json:
        """Everything a page needs when it is opened."""
        return {**self.world.described(), "moving": self.moving}

    async def move_by(self, step: Step) -> datetime:
        """Where the clock is on its way to. Raises as ``move_to``, and where the bot is down or no limit is left."""
        self._check_still()
        if self.world.keeper.application is None:
            raise TransitionRefused("trial_bot_down")
        async with self.world.keeper.bot() as bot:
            goal = await goal_of(step, bot, self.world.clock.now())
        return self.move_to(goal)

    def move_to(self, goal: datetime) -> datetime:
        """Where the clock is on its way to.

        Raises BadInput for a time past or years ahead, TransitionRefused while it moves.
        """
        self._check_still()
        now = self.world.clock.now()
        if goal <= now:
            raise BadInput("trial_backwards")
        if goal > now + FARTHEST:
            raise BadInput("trial_too_far", days=FARTHEST.days)
        self._move = asyncio.get_running_loop().create_task(self._go(goal))
        return goal

    def reset(self) -> None:
        """Begin anew from the start. Raises TransitionRefused while that is being done."""
        if self._resetting is not None:
            raise TransitionRefused("trial_busy")
        self._resetting = asyncio.get_running_loop().create_task(self._reset())

    def _check_still(self) -> None:
        if self.moving or self._resetting is not None:
            raise TransitionRefused("trial_busy")

    async def _go(self, goal: datetime) -> None:
        world = self.world
        try:
            await world.traveller.go(goal, lambda: world.tell_clock(moving=True))
        except Exception as fault:
            log.error("the clock stopped on its way: %s", type(fault).__name__)
        finally:
            self._move = None
            world.tell_clock(moving=False)

    async def _reset(self) -> None:
        try:
            await self._halt()
            old = self.world
            await self._begin()
            await self._end(old)
        except Exception as fault:
            log.error("not begun anew: %s", type(fault).__name__)
        finally:
            self._resetting = None

    async def _halt(self) -> None:
        if self._move is not None:
            self.world.traveller.halt()
            await asyncio.wait({self._move})

    async def _begin(self) -> None:
        world = World(self._url, self._start, self._cache)
        # Its bot has to be answered before the page shows it.
        self._worlds[world.chats.bot.token] = world
        try:
            await world.begin()
        except BaseException:
            await self._end(world)
            raise
        if self._world is not None:
            self._world.events = None
        self._world, world.events = world, self.events
        self.events.tell("reset", run=world.run)

    async def _end(self, world: World) -> None:
        await world.end()
        world.api.close()
        del self._worlds[world.chats.bot.token]

    async def _of_world(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The Bot API and the chats: a bot speaks to the world of its token, everybody else to the one shown."""
        token = scope["path"].partition("/bot")[2].partition("/")[0]
        world = self._worlds.get(token)
        if world is None:
            await self.ready.wait()
            world = self.world
        await world.api.app(scope, receive, send)


async def run_trial(*, port: int, host: str, start: datetime, language: str, unused: tuple[str, ...] = ()) -> None:
    """Run until SIGINT or SIGTERM; ``unused`` are settings of the environment that are left alone, to be said.

    Raises TienDoError (``port_taken``, ``port_refused``, ``host_unknown``) where the address cannot be had.
    """
    t = translator(language)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with _listener(port, host) as listener:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        shown = f"[{host}]" if ":" in host else host
        own = HOST if host in ANYWHERE else shown
        trial = Trial(f"http://{own}:{port}", start, cache_folder())
        async with serving(Guard(trial.app, host), listener, trial.close):
            opening = loop.create_task(trial.open())
            stopping = loop.create_task(stop.wait())
            try:
                await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if opening.done():
                    opening.result()
                    print(_told(t, trial, f"http://{own}:{port}", host, unused), flush=True)
                    await stopping
            finally:
                for task in (opening, stopping):
                    task.cancel()
                await asyncio.gather(opening, stopping, return_exceptions=True)
                await trial.end()


def _listener(port: int, host: str) -> socket.socket:
    try:
        return bound(port, host)
    except socket.gaierror as unknown:
        raise TienDoError("host_unknown", host=host) from unknown
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise TienDoError("port_taken", port=port, other=port + 1 if port < 65535 else port - 1) from refused
        if refused.errno in (errno.EACCES, errno.EPERM):
            raise TienDoError("port_refused", port=port) from refused
        raise TienDoError("host_unknown", host=host) from refused


def _told(t: Translator, trial: Trial, url: str, host: str, unused: tuple[str, ...]) -> str:
    lines = [t("cli.demo", url=url), t("cli.demo_scratch"), t("cli.demo_clock", at=t.instant(trial.world.clock.now()))]
    if unused:
        lines.append(t("cli.demo_unused", names=", ".join(unused)))
    if not is_loopback(host):
        lines.append(t("cli.demo_open", host=host))
    return "\n".join([*lines, t("cli.demo_stop")])
