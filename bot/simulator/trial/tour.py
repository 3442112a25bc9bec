"""The guided tour: eight things to do, each by someone of the first locality, and noticing when it was done.

Whoever does it counts, and however they do it, so that nobody is stuck who follows the tour as another person or by
other buttons. Most steps are seen in the database, so that only what was really done is ticked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.people import Role
from bot.domain.work.events import Appraisal, Report
from bot.handlers.entry.commands import command_of
from bot.services.core.desk import Desk
from bot.services.rows.list_rows import ListName
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.trial.cast import TrialLocality
from bot.storage.outbox import watching
from bot.transport.screen.buttons import decode
from bot.views.parts.actions import Action
from bot.views.parts.view import Press

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
WATCHING = ("tinhtrang", "status")
LEADS_TO_A_REPORT = (Action.REPORT, Action.PERIOD, Action.CARD, Action.OPEN_LIST)
"""Buttons under a reminder behind which one reports."""
LEADS_TO_A_REPORT_BY_WORD = ("baocao", "viec")


@dataclass(frozen=True, slots=True)
class _Pressed:
    user_id: int
    message_id: int


class Tour:
    """How far the tour of one world is. ``told`` hears of every step the moment it is done.

    ``roles`` are those somebody has now, by the Telegram id.
    """

    def __init__(self, chats: Chats, roles: Callable[[int], Collection[Role]], told: Callable[[str], None]) -> None:
        self.done: set[str] = set()
        self._chats = chats
        self._roles = roles
        self._told = told
        self._places: list[TrialLocality] = []
        self._since: datetime | None = None
        self._event_id = 0
        self._appraised: set[int] = set()
        self._asked: dict[int, str] = {}
        """Steps to be done by the bot's next answer, by the chat."""
        self._pressed: list[_Pressed] = []
        self._from_reminder: set[int] = set()
        """Who went on from a reminder."""

    async def begin(self, desk: Desk, places: list[TrialLocality], now: datetime) -> None:
        """Count what happens from now on."""
        async with desk.db.read() as conn:
            self._event_id = await watching.newest_event(conn)
        self._places, self._since = places, now

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
            self._heard_press(decode(details["data"]), details["user_id"], details["message_id"])
        elif what == "message":
            self._heard_message(details["chat_id"], details["message_id"])

    def _heard_press(self, press: Press | None, user_id: int, message_id: int) -> None:
        if press is None:
            return
        first = press.args[0] if press.args else ""
        if press.action == Action.MENU:
            self._heard_command(first, user_id)
        elif press.action == Action.OPEN_LIST and first == ListName.RED:
            self._asked[user_id] = "ask"
        if press.action in LEADS_TO_A_REPORT or (press.action == Action.MENU and first in LEADS_TO_A_REPORT_BY_WORD):
            self._pressed.append(_Pressed(user_id, message_id))

    def _heard_message(self, chat_id: int, message_id: int) -> None:
        message = self._chats.chats[chat_id].messages[message_id]
        if message.sent_by(self._chats.bot.id):
            step = self._asked.pop(chat_id, None)
            if step is not None:
                self._finish(step)
            return
        command = command_of(message.body.get("text"))
        if command is not None:
            self._heard_command(command.word, chat_id)

    def _heard_command(self, word: str, user_id: int) -> None:
        """A command, typed or on a button, is done with the bot's answer; in a private chat that is the person's."""
        if word in ASKING:
            self._asked[user_id] = "ask"
        elif word in WATCHING and Role.OFFICE in self._roles(user_id):
            self._asked[user_id] = "chase"

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
            if "ask" not in self.done and await watching.a_question_was_answered(conn, self._since):
                self._finish("ask")
            if "chase" not in self.done and await watching.somebody_was_chased(conn, self._since):
                self._finish("chase")
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
