"""A person who talks with a dialogue through the real engine and a real database, without any transport."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Scene, Sent, Typed
from bot.conversations.core.turns import Turn
from bot.conversations.reporting.milestone import MILESTONE
from bot.conversations.reporting.report import REPORT
from bot.domain.errors import TienDoError
from bot.domain.people.visitor import Visitor
from bot.i18n import translator
from bot.storage.outbox import dialogues
from bot.views.parts.view import Button, View
from tests.services.works import NOW, Work

ENGINE = Engine((REPORT, MILESTONE))
_UPDATES = count(1)


@dataclass
class Talk:
    """One person in one chat. ``view`` is the last answer; ``crash`` loses what the next update would commit."""

    work: Work
    visitor: Visitor
    language: str = "vi"
    now: datetime = NOW
    view: View | None = None
    crash: bool = False
    seen: list[str] = field(default_factory=list)
    key: str = ""

    async def scene(self, *, same_update: bool = False) -> Scene:
        """The scene of a new update, or of the last one come again."""
        self.visitor = await self.work.ward.visitor(self.visitor.telegram_id)
        if not same_update:
            self.key = f"talk:{next(_UPDATES)}"
        return Scene(self.work.desk, self.visitor, translator(self.language), self.now, self.key)

    async def take(self, turn: Turn | None) -> View | None:
        """Keep what the turn has come to, as the transport does once its answer is out."""
        assert turn is not None and not turn.stale
        if turn.view is not None:
            self.view = turn.view
            self.seen.append(self.text)
        if self.crash:
            self.crash = False
            return turn.view
        async with self.work.desk.db.write() as conn:
            if turn.dialogue is None:
                await dialogues.end(conn, self.visitor.chat_id, self.visitor.telegram_id)
            else:
                await dialogues.save(conn, turn.dialogue)
        return turn.view

    async def say(self, text: str) -> str:
        """The answer to a message."""
        await self.take(await ENGINE.hear(await self.scene(), Typed(text)))
        return self.text

    async def send(self, *evidence: int, caption: str | None = None, album: str | None = None) -> str | None:
        """The answer to files; none where it waits for an album."""
        view = await self.take(await ENGINE.hear(await self.scene(), Sent(evidence, caption, album)))
        return None if view is None else self.text

    async def press(self, label: str, *, same_update: bool = False) -> str:
        """The answer to the button whose label begins so."""
        return await self.press_button(self.button(label), same_update=same_update)

    async def press_button(self, button: Button, *, same_update: bool = False) -> str:
        """The answer to a button, also one of an older card."""
        assert button.press is not None
        token, _, verb, *value = button.press.args
        scene = await self.scene(same_update=same_update)
        await self.take(await ENGINE.press(scene, token, verb, ":".join(value)))
        return self.text

    async def quiet(self) -> str:
        """The answer once the album is quiet."""
        self.now += timedelta(seconds=2)
        scene = await self.scene()
        assert scene.visitor.dialogue is not None and scene.visitor.dialogue.answer_due_at is not None
        assert scene.visitor.dialogue.answer_due_at <= self.now
        stored = replace(scene.visitor.dialogue, answer_due_at=None)
        await self.take(await ENGINE.answer_of(scene, stored))
        return self.text

    def button(self, label: str) -> Button:
        """The button whose label begins so."""
        found = [button for button in self._buttons() if button.label.startswith(label)]
        assert found, (label, self.labels)
        return found[0]

    def _buttons(self) -> Iterable[Button]:
        assert self.view is not None
        return [button for row in self.view.buttons for button in row]

    @property
    def labels(self) -> list[str]:
        """What the buttons say."""
        return [button.label for button in self._buttons()]

    @property
    def text(self) -> str:
        """What is read, without tags."""
        assert self.view is not None
        return html.unescape(re.sub(r"<[^>]+>", "", self.view.text))


async def refusal_of(work: object) -> str:
    """The key of the error some work raises."""
    try:
        await work  # type: ignore[misc]
    except TienDoError as problem:
        return problem.key
    raise AssertionError("nothing was refused")
