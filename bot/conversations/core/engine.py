"""Loads the open dialogue, advances it, and says what is to be stored and shown.

Nothing is committed here: the transport stores ``Turn.dialogue`` together with the "done" mark of the update, after
the answer has gone out, so that a crash replays the update from where the dialogue was:
docs/architecture.md#one-message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bot.conversations.core import aside, held, turns
from bot.conversations.core.dialogue import Conversation, Draft, Step
from bot.conversations.core.files_draft import FilesDraft
from bot.conversations.core.held import Held, held_by
from bot.conversations.core.scene import Pressed, Said, Scene, Sent, Typed
from bot.conversations.core.turns import RESUME, Running, Turn, above, refusal, says_something, stored
from bot.domain.errors import DatabaseBusy, DatabaseFull, TienDoError
from bot.domain.people.dialogue import Dialogue
from bot.i18n import Translator
from bot.views.parts.html import Html, say
from bot.views.parts.keys import Keys
from bot.views.parts.view import Buttons, View
from bot.views.words.refused_files import refused_lines

Drafts = tuple[Dialogue, ...]
IDLE = timedelta(minutes=30)
ALBUM_QUIET = timedelta(seconds=1.5)
WAYS_BACK = 3
"""How many drafts that were put aside are offered at once."""
_CROWDED = (DatabaseBusy, DatabaseFull)
"""Errors that no dialogue answers: the transport tries the whole update again."""


class Engine:
    """The dialogues by kind."""

    def __init__(self, conversations: tuple[Conversation[Any, Any], ...]) -> None:
        self._by_kind: Mapping[str, Conversation[Any, Any]] = {c.kind: c for c in conversations}
        self._by_draft = {c.draft_type: c for c in conversations}

    async def open(self, scene: Scene, draft: Draft, *, said: Said | None = None) -> Turn:
        """Begin the dialogue of this draft; an open one in which something was said is asked about first.

        One that rests is put aside instead.
        """
        conversation = self._by_draft[type(draft)]
        top = scene.visitor.dialogue
        running = self._running(top)
        if top is not None and running is not None and self._is_in_the_way(scene, top, running[1], draft.token):
            following = {"kind": conversation.kind, "draft": draft.model_dump(mode="json"), "said": held.dump(said)}
            turn = self._ask(scene, running, held.OPEN_ALREADY, held.before_opening(held_by(top), following))
            return self._settled(scene, turn, (*self._followed(top), *aside.beneath(top, scene.now)))
        rests = top is not None and not self.is_open(scene)
        beneath = self._put_aside(scene) if rests else aside.beneath(top, scene.now)
        if said is not None:
            turn = await self._advance(scene, conversation, draft, said)
        else:
            turn = await self._show(scene, conversation, draft)
        return self._settled(scene, turn, beneath)

    def _is_in_the_way(self, scene: Scene, top: Dialogue, draft: Draft, token: str) -> bool:
        return self.is_open(scene) and says_something(top, draft) and not draft.has_token_of(token)

    async def hear(self, scene: Scene, said: Said) -> Turn | None:
        """What the open dialogue makes of a message or file; none where no dialogue is open."""
        top = scene.visitor.dialogue
        if top is None or not self.is_open(scene):
            return None
        return self._settled(scene, await self._heard(scene, top, said), aside.beneath(top, scene.now))

    async def _heard(self, scene: Scene, top: Dialogue, said: Said) -> Turn:
        running, holds = self._running(top), held_by(top)
        if running is None:
            released = () if isinstance(said, Pressed) else (said,)
            return Turn(None, View(say(scene.t, "dialogue.lost")), released=released)
        if holds is not None and not (holds["why"] == held.CAPTION and isinstance(said, Typed)):
            # Several messages may come before the question is answered (an album): all are kept.
            return self._ask(scene, running, holds["why"], held.with_more(holds, said))
        if scene.now - top.updated_at > IDLE:
            return self._ask(scene, running, held.IDLE, {"said": held.dump(said)})
        return await self._advance(scene, *running, said)

    async def press(self, scene: Scene, token: str, verb: str, value: str) -> Turn:
        """What a dialogue makes of its button: the open one, or one that was put aside and is the open one from now on.

        ``stale`` where the button is of neither.
        """
        found = self._of_token(scene, token)
        if found is None:
            return Turn(scene.visitor.dialogue, None, stale=True)
        is_top = found is scene.visitor.dialogue
        drafts = aside.beneath(found, scene.now) if is_top else self._put_aside(scene)
        beneath = tuple(each for each in drafts if each != found)
        on_top = replace(scene, visitor=replace(scene.visitor, dialogue=found))
        turn = await self._pressed(on_top, found, Pressed(verb, value), token)
        return self._settled(scene, turn, beneath)

    async def _pressed(self, scene: Scene, found: Dialogue, said: Pressed, token: str) -> Turn:
        running, holds = self._running(found), held_by(found)
        assert running is not None  # it was found by the token of its draft
        if said.verb == RESUME:
            return await self._gone_on(scene, running, holds)
        # While a message is held the card itself is as it was; what it says is asked first.
        is_old = token not in (running[1].token, running[1].marked().token)
        if holds is not None and (is_old or said.verb not in (held.GO_ON, held.LEAVE)):
            return replace(self._ask(scene, running, holds["why"], holds), outdated=is_old)
        if holds is not None:
            return await self._choose(scene, running, found, said.verb)
        if is_old:
            return replace(await self._show(scene, *running), outdated=True)
        return await self._advance(scene, *running, said)

    def ask_whether_new(self, scene: Scene, said: Typed | Sent) -> Turn | None:
        """The question "Ghi chú cho NV12, hay việc mới?" about a message; none where no dialogue is open."""
        top = scene.visitor.dialogue
        running = self._running(top)
        if running is None:
            return None
        # What is held already stays: the one question is then about all of it.
        holds = held_by(top) or {"why": held.NOTE_OR_NEW, "said": []}
        turn = self._ask(scene, running, holds["why"], held.with_more(holds, said))
        return self._settled(scene, turn, aside.beneath(top, scene.now))

    async def answer_of(self, scene: Scene, stored: Dialogue) -> Turn | None:
        """The card of a dialogue whose album has become quiet; none where it cannot be read."""
        running = self._running(stored)
        if running is None:
            return None
        draft = running[1]
        if isinstance(draft, FilesDraft) and draft.is_empty and draft.refused and draft.card_message_id is None:
            # It was begun by this album, of which nothing was taken.
            turn = Turn(None, View(refused_lines(scene.t, draft.refused)))
        else:
            turn = await self._show(scene, *running)
        return self._settled(scene, turn, aside.beneath(stored, scene.now))

    async def go_on(self, scene: Scene, draft: Draft) -> Turn:
        """The dialogue of a draft where it was, with what was said since it stood idle."""
        return await self.press(scene, draft.token, RESUME, "")

    async def _gone_on(self, scene: Scene, running: Running, holds: Held | None) -> Turn:
        if holds is not None and holds["why"] in (held.NOTE_OR_NEW, held.CAPTION):
            # What was said may be another matter: only the answer to the question says.
            return self._ask(scene, running, holds["why"], holds)
        return await self._advance_all(scene, *running, held.load(holds["said"]) if holds else [])

    def ways_back(self, scene: Scene) -> Buttons:
        """Buttons that lead to what was begun and not finished: a dialogue that rests, and those put aside."""
        top = scene.visitor.dialogue
        running = self._running(top)
        offered = aside.beneath(top, scene.now)
        if top is None or running is None or aside.is_forgotten(top, scene.now):
            return self._buttons(scene.t, offered)
        if says_something(top, running[1]) or running[1].subject_code:
            offered = (top, *offered)
        return self._buttons(scene.t, offered)

    def subject_code(self, scene: Scene) -> str | None:
        """The code the open dialogue speaks of."""
        running = self._running(scene.visitor.dialogue)
        return running[1].subject_code if running else None

    def draft(self, scene: Scene) -> Draft | None:
        """The draft of the open dialogue; none where none is open, or it cannot be read any more."""
        running = self._running(scene.visitor.dialogue)
        return running[1] if running else None

    def drafts(self, scene: Scene) -> tuple[Draft, ...]:
        """The drafts that can be gone on with: of the open dialogue, and those put aside."""
        found = (self._running(each) for each in self._known(scene))
        return tuple(running[1] for running in found if running is not None)

    def without_album(self, scene: Scene, album: str) -> tuple[Dialogue | None, Collection[int]]:
        """What is stored once nothing of an album stays with the open dialogue, and the files that came in it."""
        top = scene.visitor.dialogue
        running = self._running(top)
        if top is None or running is None:
            return top, frozenset()
        draft, files, holds = running[1], set[int](), held_by(top)
        if isinstance(draft, FilesDraft) and draft.album == album:
            files.update(draft.album_files)
            draft = draft.without_album()
        if holds is not None:
            holds, gone = held.without_album(holds, album)
            files.update(gone)
        stays = not isinstance(draft, FilesDraft) or not draft.is_empty or holds is not None
        left = replace(top, draft=turns.dumped(draft, holds), answer_due_at=None) if stays else None
        return aside.on_top_of(left, aside.beneath(top, scene.now)), files

    async def leave(self, scene: Scene) -> tuple[str, Dialogue | None]:
        """The open dialogue is left: the key of what is said of it (it is dropped, or kept by it), and what is open."""
        top = scene.visitor.dialogue
        running = self._running(top)
        told = "dialogue.left" if running is None else await self._leave(scene, running)
        return told, aside.on_top_of(None, aside.beneath(top, scene.now))

    async def _leave(self, scene: Scene, running: Running) -> str:
        if running[0].leave is None:
            return "dialogue.left"
        await running[0].leave(scene, running[1])
        return "dialogue.kept"

    def is_open(self, scene: Scene) -> bool:
        """Whether a dialogue is open, to which what is said now is an answer."""
        return scene.visitor.dialogue is not None and not aside.rests(scene.visitor, scene.now)

    def takes_album(self, scene: Scene) -> bool:
        """Whether the files of an album, of which some are not taken, get one answer together."""
        top = scene.visitor.dialogue
        running = self._running(top)
        if top is None or not self.is_open(scene):
            return True
        awake = held_by(top) is None and scene.now - top.updated_at <= IDLE
        return running is not None and running[0].takes_files and awake

    # --- what was begun before

    def _running(self, stored: Dialogue | None) -> Running | None:
        if stored is None or stored.kind not in self._by_kind:
            return None
        conversation, holds = self._by_kind[stored.kind], held_by(stored)
        if holds is not None and not held.is_readable(holds):
            return None
        try:
            return conversation, conversation.draft_type.model_validate(stored.draft)
        except ValidationError:
            return None

    def _known(self, scene: Scene) -> Drafts:
        top = scene.visitor.dialogue
        return () if top is None else (top, *aside.beneath(top, scene.now))

    def _of_token(self, scene: Scene, token: str) -> Dialogue | None:
        for each in self._known(scene):
            running = self._running(each)
            if running is not None and running[1].has_token_of(token):
                return each
        return None

    def _put_aside(self, scene: Scene) -> Drafts:
        """The drafts that wait once something else is in hand."""
        top = scene.visitor.dialogue
        running, before = self._running(top), aside.beneath(top, scene.now)
        if top is None or running is None or aside.is_forgotten(top, scene.now):
            return before
        return (aside.alone(top), *before) if says_something(top, running[1]) else before

    def _settled(self, scene: Scene, turn: Turn, beneath: Drafts) -> Turn:
        """The turn with the drafts that were put aside, and buttons under its card that lead to them."""
        view = turn.view
        if view is not None and (turn.card or turn.dialogue is None):
            view = replace(view, buttons=(*view.buttons, *self._buttons(scene.t, (*turn.aside, *beneath))))
        return replace(turn, dialogue=aside.on_top_of(turn.dialogue, (*turn.aside, *beneath)), view=view)

    def _buttons(self, t: Translator, offered: Drafts) -> Buttons:
        known = [running for each in offered if (running := self._running(each)) is not None]
        return tuple((turns.way_back(t, running),) for running in known[:WAYS_BACK])

    def _followed(self, top: Dialogue) -> Drafts:
        """The dialogue that was to be opened instead of this one, as a draft that is put aside."""
        following = (held_by(top) or {}).get("next")
        if following is None:
            return ()
        kept = replace(top, kind=following["kind"], draft=following["draft"], answer_due_at=None)
        running = self._running(kept)
        return (kept,) if running is not None and running[1].worth_keeping else ()

    # --- what is said now

    async def _advance(self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, said: Said) -> Turn:
        if isinstance(said, Sent) and said.caption and not conversation.takes_files:
            told = (refused_lines(scene.t, said.refused),) if said.refused else ()
            return self._ask(scene, (conversation, draft), held.CAPTION, {"said": held.dump(Typed(said.caption))}, told)
        if isinstance(said, Sent) and said.refused:
            draft = draft.but(refused=(*draft.refused, *said.refused))
        try:
            facts = await conversation.gather(scene, draft)
            nothing = isinstance(said, Sent) and not said.evidence and not said.caption
            step: Step[Any] = Step(draft) if nothing else conversation.advance(draft, said, facts)
        except _CROWDED:
            raise
        except TienDoError as problem:
            # What it speaks of has gone (a person removed, a task closed): end it clearly.
            return _gone(scene.t, draft, problem)
        if step.command is not None:
            return await self._perform(scene, conversation, step)
        if step.draft is None:
            return Turn(None, View(say(scene.t, step.farewell or "dialogue.left")))
        if isinstance(said, Sent) and said.album is not None and step.problem is None:
            due = scene.now + ALBUM_QUIET
            return Turn(stored(scene, (conversation, step.draft), answer_due_at=due), None)
        return await self._show(scene, conversation, step.draft, step.problem)

    async def _perform(self, scene: Scene, conversation: Conversation[Any, Any], step: Step[Any]) -> Turn:
        draft = None if step.draft is None else step.draft.marked()
        try:
            outcome = await conversation.perform(scene, draft, step.command)
        except _CROWDED:
            raise
        except TienDoError as problem:
            if draft is None:
                return Turn(None, View(refusal(scene.t, problem)))
            return await self._show(scene, conversation, draft, problem)
        kept = None if outcome.draft is None else stored(scene, (conversation, outcome.draft))
        return Turn(kept, outcome.view, card=outcome.draft is not None)

    async def _show(
        self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, problem: TienDoError | None = None
    ) -> Turn:
        try:
            facts = await conversation.gather(scene, draft)
        except _CROWDED:
            raise
        except TienDoError as gone:
            return _gone(scene.t, draft, gone)
        told = turns.refused(scene.t, draft)
        if problem is not None:
            told = (*told, refusal(scene.t, problem))
        draft = draft.but(refused=()).marked()
        view = above(told, conversation.show(scene.t, draft, facts))
        return Turn(stored(scene, (conversation, draft)), view, card=True, told=told)

    async def _advance_all(
        self, scene: Scene, conversation: Conversation[Any, Any], draft: Draft, kept: list[Said]
    ) -> Turn:
        """The card after messages that were held, one after the other, with all that is to be said of them."""
        turn = await self._show(scene, conversation, draft)
        told: list[Html] = []
        for number, said in enumerate(kept):
            if turn.dialogue is None:
                # It has ended over what was said first: the rest is read as new.
                return replace(turn, released=held.messages(kept[number:]))
            now = conversation.draft_type.model_validate(turn.dialogue.draft)
            holds = held_by(turn.dialogue)
            if holds is not None:
                return self._ask(scene, (conversation, now), holds["why"], held.with_more(holds, *kept[number:]))
            told += turn.told
            turn = await self._advance(scene, conversation, now, said)
        if turn.view is None and turn.dialogue is not None:
            turn = await self._show(scene, conversation, conversation.draft_type.model_validate(turn.dialogue.draft))
        return replace(turn, view=above(told, turn.view)) if turn.view is not None else turn

    # --- what is asked first

    def _ask(self, scene: Scene, running: Running, key: str, holds: Held, told: tuple[Html, ...] = ()) -> Turn:
        holds = {**holds, "why": key}
        kept = stored(scene, running, held=holds)
        t, draft = scene.t, running[1].marked(holds)
        figures = {"name": turns.name(t, running), "words": held.words_of(holds)}
        stay, leave = held.ANSWERS[key]
        rows = (
            Keys(t, draft.token, draft.subject).key(t(stay, **figures), held.GO_ON),
            Keys(t, draft.token, draft.subject).key(t(leave), held.LEAVE),
        )
        refused = held.refused_in(holds)
        told = (*told, refused_lines(t, refused)) if refused else told
        return Turn(kept, above(told, View(say(t, key, **figures), (rows,))))

    async def _choose(self, scene: Scene, running: Running, found: Dialogue, verb: str) -> Turn:
        holds = held_by(found) or {}
        said, asked = held.told(held.load(holds["said"])), holds.get("before")
        if verb == held.GO_ON and asked is not None:
            turn = self._ask(scene, running, asked["why"], asked)
            return replace(turn, aside=self._followed(found))
        if verb == held.GO_ON:
            return replace(await self._advance_all(scene, *running, said), aside=self._followed(found))
        if holds["why"] == held.CAPTION:
            return await self._show(scene, *running)
        left = await self._leave(scene, running)
        following = holds.get("next")
        if following is None:
            return Turn(None, View(say(scene.t, left)), released=held.messages(said))
        opened = self._running(replace(found, kind=following["kind"], draft=following["draft"]))
        if opened is None:
            return Turn(None, View(say(scene.t, "dialogue.lost")), released=held.messages(said))
        turn = await self._advance_all(scene, *opened, held.load(following["said"]))
        unclear = [] if asked is None else held.told(held.load(asked["said"]))
        return replace(turn, released=(*turn.released, *held.messages(unclear)))


def _gone(t: Translator, draft: Draft, problem: TienDoError) -> Turn:
    return Turn(None, above(turns.refused(t, draft), View(refusal(t, problem))))
