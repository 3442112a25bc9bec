"""What a handler has in hand: who came, with what, and how to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from telegram import CallbackQuery, Chat, Update
from telegram.ext import CallbackContext

from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Scene
from bot.conversations.core.turns import Turn
from bot.domain.errors import TienDoError
from bot.domain.people.dialogue import Dialogue, DialogueKind
from bot.domain.plan.words import harmless
from bot.i18n import Translator, language_of, translator
from bot.storage.records import people
from bot.transport.receiving.ticket import AlbumAnswer, NextDialogue, QueuedItem, Ticket
from bot.transport.screen.menu import publish_menu
from bot.transport.sending.sender import TOAST_SIGNS
from bot.transport.works import Works
from bot.views.parts.html import Html, lines, plain, say
from bot.views.parts.view import Buttons, View


class Visit:
    """One update on its way through the handlers."""

    def __init__(self, application: Works, item: QueuedItem, ticket: Ticket) -> None:
        self.application = application
        self.item = item
        self.ticket = ticket
        self.toasted = False
        self.above: Html | None = None
        """What stands above the next message."""
        self.below: Buttons = ()
        """What stands under it."""
        self._said = 0

    @property
    def update_of(self) -> Update | None:
        """The update itself; none where an answer to an album is owed."""
        return self.item if isinstance(self.item, Update) else None

    @property
    def scene(self) -> Scene:
        """Who speaks, when, in which language; set by the gate."""
        if self.ticket.scene is None:
            raise RuntimeError("the gate has not let this visit in")
        return self.ticket.scene

    @scene.setter
    def scene(self, scene: Scene) -> None:
        self.ticket.scene = scene

    @property
    def engine(self) -> Engine:
        """The dialogues."""
        return self.application.engine

    @property
    def t(self) -> Translator:
        """The words of the person's language, also before the gate has opened."""
        if self.ticket.scene is not None:
            return self.ticket.scene.t
        user = self.item.effective_user if isinstance(self.item, Update) else None
        return translator(language_of(user.language_code if user else None))

    @property
    def query(self) -> CallbackQuery | None:
        """The press, where a button was pressed."""
        return self.item.callback_query if isinstance(self.item, Update) else None

    @property
    def chat(self) -> Chat | None:
        """The chat the update came from."""
        return self.item.effective_chat if isinstance(self.item, Update) else None

    @property
    def chat_id(self) -> int:
        """Where answers go."""
        if isinstance(self.item, AlbumAnswer):
            return self.item.chat_id
        where = self.item.effective_chat or self.item.effective_user
        return where.id if where is not None else 0

    @property
    def album(self) -> str | None:
        """The id of the album this message is an item of."""
        message = self.item.message if isinstance(self.item, Update) else None
        return message.media_group_id if message is not None else None

    async def say(self, view: View, *, subject: str = "") -> int | None:
        """The id of a new message that shows the view; none where the person cannot be reached.

        For a further item of an album it is the earlier answer (about ``subject``), changed.
        """
        return await self._answer(view, subject=subject)

    async def update(self, view: View) -> int | None:
        """The id of the message of the pressed button, which now shows the view; a new one where none was pressed."""
        query = self.query
        if query is None or query.message is None:
            return await self.say(view)
        message_id = query.message.message_id
        return await self._deliver(view, lambda: self.application.sender.edit(self.chat_id, message_id, view))

    async def toast(self, text: str, *, alert: bool = False) -> bool:
        """Answer the press with a notice (at most 200 signs); the first answer counts. Whether it was shown."""
        if self.query is None or self.toasted:
            return False
        self.toasted = True
        return await self.application.sender.answer(self.query.id, harmless(text) or None, alert=alert)

    async def tell(self, problem: TienDoError) -> None:
        """Say what went wrong: under a button as a notice that has to be read, else as a message."""
        sentence = say(self.t, f"error.{problem.key}", **problem.figures)
        notice = plain(sentence)
        if len(notice) <= TOAST_SIGNS and await self.toast(notice, alert=True):
            return
        await self._answer(View(sentence), subject=problem.key)

    async def show(self, turn: Turn, *, beside: bool = False) -> None:
        """Keep what a dialogue has come to and show its view; messages it lets go are read again as new ones.

        ``beside``: the message of the pressed button stays as it is.
        """
        if turn.stale:
            return
        dialogue = turn.dialogue
        # A turn says itself what stands around it.
        self.above, self.below = None, ()
        if turn.view is not None:
            pressed = self.query is not None and not turn.view.attachments and not beside
            message_id = await (self.update(turn.view) if pressed else self.say(turn.view))
            if turn.card and dialogue is not None and message_id is not None:
                dialogue = replace(dialogue, draft={**dialogue.draft, "card_message_id": message_id})
        before = self.scene.visitor.dialogue
        self.keep(dialogue)
        joins = dialogue is not None and dialogue.kind == DialogueKind.JOIN
        if before is not None and before.kind == DialogueKind.JOIN and not joins:
            # Whoever stood at the door may be in now.
            await self.publish_menu()
        for number, said in enumerate(turn.released, 1):
            self.scene = replace(self.scene, key=f"{self.ticket.key}-{number}")
            await self.application.reread(self, said)

    def keep(self, dialogue: Dialogue | None) -> None:
        """Store this dialogue together with the "done" mark of the update; none ends the open one."""
        self.ticket.kept = NextDialogue(dialogue)
        self.scene = replace(self.scene, visitor=replace(self.scene.visitor, dialogue=dialogue))

    def erase_words(self) -> None:
        """Have the stored text of this update erased as soon as it is done (a secrecy marking)."""
        self.ticket.erase = True

    async def publish_menu(self, telegram_id: int | None = None) -> None:
        """Set the command menu anew, of the person who writes or of another one, as the database has it now."""
        whose = self.scene.visitor.telegram_id if telegram_id is None else telegram_id
        async with self.scene.desk.db.read() as conn:
            visitor = await people.visitor(conn, whose, whose)
        await publish_menu(self.application.sender, visitor, self.application.routes.commands)

    async def _answer(self, view: View, *, subject: str) -> int | None:
        album, sender, chat_id = self.album, self.application.sender, self.chat_id
        text = view.text if self.above is None else lines([self.above, "", view.text])
        view = replace(view, text=text, buttons=(*view.buttons, *self.below))
        self.above, self.below = None, ()
        if album is None:
            return await self._deliver(view, lambda: sender.send(chat_id, view))
        shown = self.application.albums.answered_by(chat_id, album, subject)
        if shown is None:
            message_id = await self._deliver(view, lambda: sender.send(chat_id, view))
        else:
            message_id = await self._deliver(view, lambda: sender.edit(chat_id, shown, view))
        if message_id is not None:
            self.application.albums.answered(chat_id, album, message_id, subject)
        return message_id

    async def _deliver(self, view: View, send: Callable[[], Awaitable[int | None]]) -> int | None:
        # An answer of several messages may be cut off by an outage; what has arrived is not sent again.
        self._said += 1
        name = (self._said, _digest(view))
        if name in self.ticket.delivered:
            return self.ticket.delivered[name]
        message_id = await send()
        if message_id is not None:
            self.ticket.delivered[name] = message_id
        return message_id


def _digest(view: View) -> str:
    made = (view.picture and view.picture.name, view.document and view.document.name)
    shown = repr((view.text, view.buttons, view.attachments, *made))
    return hashlib.sha256(shown.encode()).hexdigest()


class Context(CallbackContext[Any, dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context; all it carries for us is the visit."""

    visit: Visit

    @classmethod
    def from_update(cls, update: object, application: Any) -> Context:
        """The context of an update or of an answer owed to an album."""
        context = super().from_update(update, application)
        if isinstance(update, Update | AlbumAnswer):
            ticket = application.inbox.queue.ticket(update) or Ticket(update, 0, uuid4().hex)
            context.visit = Visit(application, update, ticket)
        return context
