"""Loads the open dialogue, advances it, and says what is to be stored and shown.

Nothing is committed here: the transport stores ``Turn.dialogue`` together with the "done" mark of the update, after
the answer has gone out, so that a crash replays the update from where the dialogue was:
docs/architecture.md#the-way-of-one-message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.conversations.core.dialogue import Conversation, Draft, Step
from bot.conversations.core.scene import Pressed, Said, Scene, Sent, Typed
from bot.domain.errors import DatabaseBusy, DatabaseFull, TienDoError
from bot.domain.people.dialogue import Dialogue
from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.html import lines, say
from bot.views.parts.view import View, button

IDLE = timedelta(minutes=30)
ALBUM_QUIET = timedelta(seconds=1.5)
_TYPED = TypeAdapter(Typed)
_PRESSED = TypeAdapter(Pressed)
_SENT = TypeAdapter(Sent)
_CROWDED = (DatabaseBusy, DatabaseFull)
"""Errors that no dialogue answers: the transport tries the whole update again."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an update led to. ``dialogue`` is what is stored from now on; none ends the open one.

    ``view`` none means that the answer waits (an album that is not quiet yet). ``card``: the view is the card of the
    dialogue, whose message id is kept. ``stale``: the button belonged to a dialogue that is over.
    """

    dialogue: Dialogue | None
    view: View | None
    card: bool = False
    stale: bool = False
    released: tuple[Typed | Sent, ...] = ()
    """Messages that had been held and are now to be read as if no dialogue were open."""


class Engine:
    """The dialogues by kind."""

    def __init__(self, conversations: tuple[Conversation[Any, Any], ...]) -> None:
        self._by_kind: Mapping[str, Conversation[Any, Any]] = {c.kind: c for c in conversations}

    async def open(self, scene: Scene, kind: str, draft: Draft, *, said: Said | None = None) -> Turn:
        """Begin a dialogue with this draft; an open one that is worth keeping is asked about first."""
        running = self._running(scene.visitor.dialogue)
        if running is not None and running[1].worth_keeping and running[1].token != draft.token:
            waiting = {"kind": kind, "draft": draft.model_dump(mode="json"), "said": _dump(said)}
            return self._ask(scene, running, "dialogue.open_already", {"next": waiting, "said": _kept(scene)})
        conversation = self._by_kind[kind]
        if said is not None:
            return await self._advance(scene, conversation, draft, said)
        return await self._show(scene, conversation, draft)

    async def hear(self, scene: Scene, said: Said) -> Turn | None:
        """What the open dialogue makes of a message or file; none where no dialogue is open."""
        stored = scene.visitor.dialogue
        if stored is None:
            return None
        running = self._running(stored)
        if running is None:
            return Turn(None, View(say(scene.t, "dialogue.lost")))
        held = stored.draft.get("held")
        if held is not None and not isinstance(said, Pressed):
            # Several messages may come before the question is answered (an album): all are kept.
            return self._ask(scene, running, held["why"], {**held, "said": [*held["said"], *_dump(said)]})
        if scene.now - stored.updated_at > IDLE:
            return self._ask(scene, running, "dialogue.idle", {"said": _dump(said)})
        return await self._advance(scene, running[0], running[1], said)

    async def press(self, scene: Scene, token: str, verb: str, value: str) -> Turn:
        """What the open dialogue makes of a button; ``stale`` where the button is not of this dialogue."""
        stored = scene.visitor.dialogue
        running = self._running(stored) if stored is not None else None
        if stored is None or running is None or running[1].token != token:
            return Turn(stored, None, stale=True)
        held = stored.draft.get("held")
        if held is not None:
            if verb not in _CHOICES:
                return self._ask(scene, running, held["why"], held)
            return await self._choose(scene, running, verb, held)
        return await self._advance(scene, running[0], running[1], Pressed(verb, value))

    def ask_whether_new(self, scene: Scene, said: Typed | Sent) -> Turn | None:
        """The question "Ghi chú cho NV12, hay việc mới?" about a message; none where no dialogue is open."""
        running = self._running(scene.visitor.dialogue) if scene.visitor.dialogue else None
        if running is None:
            return None
        return self._ask(scene, running, "dialogue.note_or_new", {"said": _dump(said)})

    async def answer_of(self, scene: Scene, stored: Dialogue) -> Turn | None:
        """The card of a dialogue whose album has become quiet; none where it cannot be read."""
        running = self._running(stored)
        return None if running is None else await self._show(scene, running[0], running[1])

    async def go_on(self, scene: Scene) -> Turn | None:
        """The open dialogue where it was, with what was said since it stood idle; none where none can be read."""
        running = self._running(scene.visitor.dialogue)
        if scene.visitor.dialogue is None or running is None:
            return None
        held = scene.visitor.dialogue.draft.get("held")
        if held is not None and held["why"] == "dialogue.note_or_new":
            # Whether the message belongs to this dialogue is still asked: only the answer to that can say.
            return self._ask(scene, running, held["why"], held)
        return await self._advance_all(scene, running[0], running[1], _load(_kept(scene)))

    def subject_code(self, scene: Scene) -> str | None:
        """The code the open dialogue speaks of."""
        running = self._running(scene.visitor.dialogue) if scene.visitor.dialogue else None
        return running[1].subject_code if running else None

    def draft(self, scene: Scene) -> Draft | None:
        """The draft of the open dialogue; none where none is open, or it cannot be read any more."""
        running = self._running(scene.visitor.dialogue)
        return running[1] if running else None

    async def leave(self, scene: Scene) -> str:
        """Leave the open dialogue; the key of the sentence that says whether what was said is dropped or kept."""
        running = self._running(scene.visitor.dialogue)
        return "dialogue.left" if running is None else await self._leave(scene, running)

    async def _leave(self, scene: Scene, running: tuple[Conversation[Any, Any], Draft]) -> str:
        if running[0].leave is None:
            return "dialogue.left"
        await running[0].leave(scene, running[1])
        return "dialogue.kept"

    def is_open(self, scene: Scene) -> bool:
        """Whether a dialogue is open."""
        return scene.visitor.dialogue is not None

    def _running(self, stored: Dialogue | None) -> tuple[Conversation[Any, Any], Draft] | None:
        if stored is None or stored.kind not in self._by_kind:
            return None
        conversation = self._by_kind[stored.kind]
        try:
            return conversation, conversation.draft_type.model_validate(stored.draft)
        except ValidationError:
            return None

    async def _advance(self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, said: Said) -> Turn:
        try:
            facts = await conversation.gather(scene, draft)
            step: Step[Any] = conversation.advance(draft, said, facts)
        except _CROWDED:
            raise
        except TienDoError as problem:
            # What it speaks of has gone (a person removed, a task closed): end it clearly.
            return Turn(None, View(say(scene.t, f"error.{problem.key}", **problem.figures)))
        if step.command is not None:
            return await self._perform(scene, conversation, step)
        if step.draft is None:
            return Turn(None, View(say(scene.t, step.farewell or "dialogue.left")))
        if isinstance(said, Sent) and said.album is not None and step.problem is None:
            return Turn(_stored(scene, conversation, step.draft, answer_due_at=scene.now + ALBUM_QUIET), None)
        return await self._show(scene, conversation, step.draft, step.problem)

    async def _perform(self, scene: Scene, conversation: Conversation[Any, Any], step: Step[Any]) -> Turn:
        try:
            outcome = await conversation.perform(scene, step.draft, step.command)
        except _CROWDED:
            raise
        except TienDoError as problem:
            if step.draft is None:
                return Turn(None, View(say(scene.t, f"error.{problem.key}", **problem.figures)))
            return await self._show(scene, conversation, step.draft, problem)
        stored = None if outcome.draft is None else _stored(scene, conversation, outcome.draft)
        return Turn(stored, outcome.view, card=outcome.draft is not None)

    async def _show(
        self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, problem: TienDoError | None = None
    ) -> Turn:
        try:
            facts = await conversation.gather(scene, draft)
        except _CROWDED:
            raise
        except TienDoError as gone:
            return Turn(None, View(say(scene.t, f"error.{gone.key}", **gone.figures)))
        view = conversation.show(scene.t, draft, facts)
        if problem is not None:
            told = say(scene.t, f"error.{problem.key}", **problem.figures)
            view = replace(view, text=lines([told, "", view.text]))
        return Turn(_stored(scene, conversation, draft), view, card=True)

    def _ask(self, scene: Scene, running: tuple[Conversation[Any, Any], Draft], key: str, held: dict[str, Any]) -> Turn:
        conversation, draft = running
        name = _name(scene.t, conversation, draft)
        stay = button(scene.t("button.go_on", name=name), Action.DIALOGUE, draft.token, "0", "go_on")
        leave = button(scene.t(f"button.{_LEAVE[key]}"), Action.DIALOGUE, draft.token, "0", "leave")
        kept = {**draft.model_dump(mode="json"), "held": {**held, "why": key}}
        stored = Dialogue(
            chat_id=scene.visitor.chat_id,
            telegram_id=scene.visitor.telegram_id,
            kind=conversation.kind,
            draft=kept,
            updated_at=scene.now,
            answer_due_at=None,
        )
        return Turn(stored, View(say(scene.t, key, name=name), ((stay, leave),)))

    async def _choose(
        self, scene: Scene, running: tuple[Conversation[Any, Any], Draft], verb: str, held: dict[str, Any]
    ) -> Turn:
        following = held.get("next")
        if verb == "go_on":
            return await self._advance_all(scene, running[0], running[1], _load(held["said"]))
        left = await self._leave(scene, running)
        if following is not None:
            conversation = self._by_kind[following["kind"]]
            draft = conversation.draft_type.model_validate(following["draft"])
            return await self._advance_all(scene, conversation, draft, _load(following["said"]))
        released = tuple(said for said in _load(held["said"]) if not isinstance(said, Pressed))
        return Turn(None, View(say(scene.t, left)), released=released)

    async def _advance_all(
        self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, kept: list[Said]
    ) -> Turn:
        turn = await self._show(scene, conversation, draft)
        for said in kept:
            if turn.dialogue is None:
                break
            now = conversation.draft_type.model_validate(turn.dialogue.draft)
            turn = await self._advance(scene, conversation, now, said)
        if turn.view is None and turn.dialogue is not None:
            return await self._show(scene, conversation, conversation.draft_type.model_validate(turn.dialogue.draft))
        return turn


def _kept(scene: Scene) -> list[dict[str, Any]]:
    """What was said to the open dialogue while it was asked whether to go on with it."""
    held = (scene.visitor.dialogue.draft.get("held") if scene.visitor.dialogue else None) or {}
    return held["said"] if held.get("why") in ("dialogue.idle", "dialogue.open_already") else []


def _dump(said: Said | None) -> list[dict[str, Any]]:
    return [] if said is None else [{"type": type(said).__name__, **asdict(said)}]


def _load(kept: list[dict[str, Any]]) -> list[Said]:
    types: dict[str, TypeAdapter[Any]] = {"Typed": _TYPED, "Pressed": _PRESSED, "Sent": _SENT}
    return [types[one["type"]].validate_python({k: v for k, v in one.items() if k != "type"}) for one in kept]


_CHOICES = ("go_on", "leave")
_LEAVE = {
    "dialogue.open_already": "leave_for_new",
    "dialogue.idle": "leave",
    "dialogue.note_or_new": "new_matter",
}


def _name(t: Translator, conversation: Conversation[Any, Any], draft: Draft) -> str:
    return t(conversation.name_key, code=draft.subject_code or "").strip()


def _stored(
    scene: Scene, conversation: Conversation[Any, Any], draft: Draft, answer_due_at: datetime | None = None
) -> Dialogue:
    return Dialogue(
        chat_id=scene.visitor.chat_id,
        telegram_id=scene.visitor.telegram_id,
        kind=conversation.kind,
        draft=draft.model_dump(mode="json"),
        updated_at=scene.now,
        answer_due_at=answer_due_at,
    )
