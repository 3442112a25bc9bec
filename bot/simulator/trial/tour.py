"""The guided tour: eight things to do, each by someone of the first locality, and noticing when it was done.

Whoever does it counts, so that nobody is stuck who follows the tour as another person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.people import Role
from bot.domain.work.events import Appraisal, Report
from bot.services.core.desk import Desk
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.trial.cast import Place
from bot.storage.outbox import watching
from bot.transport.screen.buttons import decode
from bot.views.parts.actions import Action

STEPS = ("report", "ask", "complete", "appraise", "heard", "morning", "from_reminder", "chase")
PLAYED_BY = {
    "report": Role.OFFICER,
    "ask": Role.COMMITTEE,
    "complete": Role.OFFICER,
    "appraise": Role.APPRAISER,
    "heard": Role.OFFICER,
    "morning": None,
    "from_reminder": Role.OFFICER,
    "chase": Role.OFFICE,
}
ROWS = {"report": "NV08", "complete": "NV26", "appraise": "NV06", "chase": "NV21"}
"""The row a step is best done with, as the made-up past leaves it (seeds/trial/binh-loc.yaml)."""
ASKING = ("do", "red")
CHASING = ("dondoc", "nudge", "tinhtrang", "status")
BEGINS_A_REPORT = {(Action.REPORT, None), (Action.MENU, "baocao")}


@dataclass(frozen=True, slots=True)
class _Pressed:
    user_id: int
    message_id: int


class Tour:
    """How far the tour of one world is. ``told`` hears of every step the moment it is done."""

    def __init__(self, chats: Chats, told: Callable[[str], None]) -> None:
        self.done: set[str] = set()
        self._chats = chats
        self._told = told
        self._places: list[Place] = []
        self._roles: dict[int, Role | None] = {}
        self._since: datetime | None = None
        self._event_id = 0
        self._appraised: set[int] = set()
        self._asked: dict[int, str] = {}
        """Steps to be done by the bot's next answer, by the chat."""
        self._pressed: list[_Pressed] = []
        self._from_reminder: set[int] = set()
        """Who has begun a report under a reminder."""

    async def begin(self, desk: Desk, places: list[Place], now: datetime) -> None:
        """Count what happens from now on."""
        async with desk.db.read() as conn:
            self._event_id = await watching.newest_event(conn)
        self._places, self._since = places, now
        self._roles = {actor.id: actor.part.role for place in places for actor in place.actors}

    def described(self) -> Json:
        """The steps in their order, each with who does it (none: the clock) and whether it was done."""
        first = self._places[0]
        steps = []
        for key in STEPS:
            role = PLAYED_BY[key]
            person = None if role is None else first.having(role).id
            done = key in self.done
            steps.append({"key": key, "person": person, "chat": person, "code": ROWS.get(key), "done": done})
        return {"steps": steps}

    def heard(self, what: str, details: Json) -> None:
        """Take note of what was said or pressed."""
        if what == "press":
            press = decode(details["data"])
            first = press.args[0] if press and press.args and press.action == Action.MENU else None
            if press and (press.action, first) in BEGINS_A_REPORT:
                self._pressed.append(_Pressed(details["user_id"], details["message_id"]))
        elif what == "message":
            self._heard_message(details["chat_id"], details["message_id"])

    def _heard_message(self, chat_id: int, message_id: int) -> None:
        message = self._chats.chats[chat_id].messages[message_id]
        if message.sent_by(self._chats.bot.id):
            step = self._asked.pop(chat_id, None)
            if step is not None:
                self._finish(step)
            return
        role, said = self._roles.get(chat_id), message.body.get("text", "")
        command = said.removeprefix("/").split(maxsplit=1)[0].lower() if said.startswith("/") else None
        if role is Role.OFFICE and command in CHASING:
            self._asked[chat_id] = "chase"
        elif command in ASKING or (role is Role.COMMITTEE and said and command is None):
            self._asked[chat_id] = "ask"

    async def look(self, desk: Desk) -> None:
        """Look in the database whether a step was done."""
        if self._since is None or len(self.done) == len(STEPS):
            return
        async with desk.db.read() as conn:
            pressed, self._pressed = self._pressed, []
            for one in pressed:
                if await watching.is_reminder(conn, one.user_id, one.message_id):
                    self._from_reminder.add(one.user_id)
            for seen in await watching.events_after(conn, self._event_id):
                self._event_id = seen.event.id
                self._happened(seen.telegram_id, seen.event.body, seen.event.id)
            if "heard" not in self.done and await watching.is_told(conn, self._appraised):
                self._finish("heard")
            if "morning" not in self.done and await watching.a_digest_went_out(conn, self._since):
                self._finish("morning")

    def _happened(self, telegram_id: int, body: object, event_id: int) -> None:
        if isinstance(body, Appraisal):
            self._appraised.add(event_id)
            self._finish("appraise")
        elif isinstance(body, Report):
            if telegram_id in self._from_reminder:
                self._finish("from_reminder")
            if body.percent >= 100:
                self._finish("complete")
            elif body.percent > 0 and body.files:
                self._finish("report")

    def _finish(self, step: str) -> None:
        if step not in self.done:
            self.done.add(step)
            self._told(step)
