"""The simulated Telegram in a process of its own, with people who send as fast as they are answered.

Orders come as lines of JSON on standard input, answers go out as lines of JSON: nothing of the load runs in the bot's
process. Each person has one message under way at a time, so the load never outruns the bot.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bot.clock import SystemClock
from bot.simulator.telegram.api.faults import Call
from bot.simulator.telegram.api.server import Running, running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats, Message

STALLED_SECONDS = 60.0
STEPS = {"p": "edit", "edit": "amount", "amount": "p"}
"""What is pressed next in the report dialogue: a percent, "Sửa", "Mức độ", a percent …"""


class _Forgetful(list[Call]):
    """The calls of a load are not kept: thousands of them are only memory here."""

    def append(self, call: Call, /) -> None:
        pass


class Load:
    """The people of one town, and who of them has been answered."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.chats = server.chats
        self.people: list[SimulatedPerson] = []
        self.polled_at = 0.0
        self.polled = asyncio.Event()
        self._heard: Callable[[str, dict[str, Any]], None] = lambda what, details: None
        self.chats.listeners.append(lambda what, details: self._heard(what, details))
        server.faults.calls = _Forgetful()
        server.polling.updates.take = self._noting(server.polling.updates.take)  # type: ignore[method-assign]

    def _noting(self, take: Callable[..., Any]) -> Callable[..., Any]:
        def taking(*given: Any, **named: Any) -> Any:
            if not self.polled.is_set():
                self.polled_at = time.monotonic()
                self.polled.set()
            return take(*given, **named)

        return taking

    def add_people(self, ids: list[int]) -> None:
        """Newcomers whose chats are open."""
        for number in ids:
            person = SimulatedPerson.named(self.chats, f"Người {number}", number)
            person.open_chat()
            self.people.append(person)

    async def run(self, kind: str, count: int, texts: list[str], ids: list[int] | None = None) -> dict[str, Any]:
        """Let everyone (or those of ``ids``) send until ``count`` updates are answered; what it took."""
        script = {"text": self._typing, "steps": self._stepping, "typed": self._reporting}[kind](texts)
        waiting: dict[int, float] = {}
        taken: list[float] = []
        done = asyncio.Event()
        sent = 0

        def send(person: SimulatedPerson) -> None:
            nonlocal sent
            if sent < count:
                sent += 1
                waiting[person.id] = time.perf_counter()
                script(person)

        by_id = {person.id: person for person in self.people if ids is None or person.id in set(ids)}

        def heard(what: str, details: dict[str, Any]) -> None:
            if what not in ("message", "edit"):
                return
            person = by_id.get(details["chat_id"])
            if person is None or person.id not in waiting:
                return
            message = person.chat.messages[details["message_id"]]
            if not message.sent_by(self.chats.bot.id):
                return
            taken.append(time.perf_counter() - waiting.pop(person.id))
            self._tidy(person, message)
            if len(taken) == count:
                done.set()
            else:
                # Within the bot's own call nothing further is done: the next message comes after its answer.
                asyncio.get_running_loop().call_soon(send, person)

        self._heard = heard
        own, begun = time.process_time(), time.perf_counter()
        for person in by_id.values():
            send(person)
        try:
            async with asyncio.timeout(STALLED_SECONDS + count / 20):
                await done.wait()
        finally:
            self._heard = lambda what, details: None
        seconds = time.perf_counter() - begun
        taken.sort()
        return {
            "seconds": seconds,
            "busy": (time.process_time() - own) / seconds,
            "median": taken[len(taken) // 2],
            "p95": taken[int(len(taken) * 0.95)],
        }

    def _tidy(self, person: SimulatedPerson, newest: Message) -> None:
        messages = person.chat.messages
        if len(messages) > 40:
            for number in [n for n in messages if n < newest.id - 100_000 or messages[n].text.startswith("/")][:20]:
                del messages[number]

    def _typing(self, texts: list[str]) -> Callable[[SimulatedPerson], None]:
        words = itertools.cycle(texts)
        return lambda person: void(person.send_text(next(words)))

    def _stepping(self, _: list[str]) -> Callable[[SimulatedPerson], None]:
        return self._press_next

    def _reporting(self, texts: list[str]) -> Callable[[SimulatedPerson], None]:
        figures: Iterator[str] = itertools.cycle(texts)
        return lambda person: void(person.send_text(next(figures)))

    def _press_next(self, person: SimulatedPerson) -> None:
        message = person.last()
        for button in message.buttons:
            data = button.get("callback_data", "")
            verb = data.split(":")[4] if data.count(":") >= 4 else ""
            if verb in STEPS and not (verb == "p" and data.endswith(":p:100")):
                self.chats.ask(person.user, data, message.body)
                return
        raise AssertionError(f"nothing to press in {message.text!r}: {[b['text'] for b in message.buttons]}")


def void(_: object) -> None:
    """Nothing."""


async def serve() -> None:
    """Answer orders until standard input ends."""
    loop = asyncio.get_running_loop()
    async with running(Chats(SystemClock())) as server:
        load = Load(server)
        _tell({"url": server.url, "token": server.chats.bot.token, "pid": os.getpid()})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(line)
            match order.pop("do"):
                case "people":
                    load.add_people(order["ids"])
                    _tell({})
                case "forget":
                    load.polled.clear()
                    _tell({})
                case "polled":
                    await load.polled.wait()
                    _tell({"at": load.polled_at})
                case "load":
                    _tell(await load.run(**order))


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
