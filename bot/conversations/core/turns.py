"""What an update leads to in a dialogue, and how it is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.conversations.core.dialogue import Conversation, Draft
from bot.conversations.core.held import Held, held_by
from bot.conversations.core.scene import Scene, Sent, Typed
from bot.domain.errors import TienDoError
from bot.domain.people.dialogue import Dialogue
from bot.i18n import Translator
from bot.views.parts.html import Html, lines, say
from bot.views.parts.keys import Keys
from bot.views.parts.view import Button, View
from bot.views.words.refused_files import refused_lines

RESUME = "resume"
Running = tuple[Conversation[Any, Any], Draft]
"""A dialogue that can be read, with its draft."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an update led to. ``dialogue`` is what is stored from now on; none ends the open one.

    ``view`` none means that the answer waits (an album that is not quiet yet). ``card``: the view is the card of the
    dialogue, whose message id is kept. ``stale``: the button belonged to a dialogue that is over. ``outdated``: it
    belonged to an older card of the dialogue; nothing was done, and the view is the newest.
    """

    dialogue: Dialogue | None
    view: View | None
    card: bool = False
    stale: bool = False
    outdated: bool = False
    released: tuple[Typed | Sent, ...] = ()
    """Messages that had been held and are now to be read as if no dialogue were open."""
    told: tuple[Html, ...] = ()
    """What stands above the card: problems, files that were not taken."""
    aside: tuple[Dialogue, ...] = ()
    """Drafts that this update has put aside."""


def stored(
    scene: Scene, running: Running, *, held: Held | None = None, answer_due_at: datetime | None = None
) -> Dialogue:
    """The dialogue as it is stored, under the token of what it says now."""
    conversation, draft = running
    return Dialogue(
        chat_id=scene.visitor.chat_id,
        telegram_id=scene.visitor.telegram_id,
        kind=conversation.kind,
        draft=dumped(draft, held),
        updated_at=scene.now,
        answer_due_at=answer_due_at,
    )


def dumped(draft: Draft, held: Held | None = None) -> dict[str, Any]:
    """The draft as it is stored, with the messages it holds."""
    return {**draft.marked(held).model_dump(mode="json"), **({} if held is None else {"held": held})}


def says_something(dialogue: Dialogue, draft: Draft) -> bool:
    """Whether anything would be lost with a dialogue: of its draft, or of messages it holds."""
    holds = held_by(dialogue) or {}
    return draft.worth_keeping or bool(holds.get("said") or holds.get("before"))


def above(told: Iterable[Html], view: View) -> View:
    """The view with sentences above it."""
    heads = list(told)
    return replace(view, text=lines([*heads, "", view.text])) if heads else view


def refusal(t: Translator, problem: TienDoError) -> Html:
    """The sentence of an error."""
    return say(t, f"error.{problem.key}", **problem.figures)


def refused(t: Translator, draft: Draft) -> tuple[Html, ...]:
    """What is still to be told of files that were not taken."""
    return (refused_lines(t, draft.refused),) if draft.refused else ()


def name(t: Translator, running: Running) -> str:
    """What a dialogue is called where it is offered to be gone on with."""
    conversation, draft = running
    return t(conversation.name_key, code=draft.subject_code or "").strip()


def way_back(t: Translator, running: Running) -> Button:
    """The button that leads back to a draft which rests or was put aside."""
    draft = running[1]
    label = t("button.resume", name=draft.short_name or name(t, running))
    return Keys(t, draft.token, draft.subject).key(label, RESUME)
