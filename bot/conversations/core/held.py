"""Messages that are held until a question about them is answered; stored with the draft, under ``held``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter

from bot.conversations.core.scene import Pressed, Said, Sent, Typed
from bot.domain.people.dialogue import Dialogue
from bot.views.parts.html import shorten
from bot.views.words.refused_files import Refusal

Held = dict[str, Any]
"""``why``: the key of the question; ``said``: the messages; ``next``: a dialogue that is to be opened."""

OPEN_ALREADY, IDLE, NOTE_OR_NEW = "dialogue.open_already", "dialogue.idle", "dialogue.note_or_new"
CAPTION = "dialogue.caption_kept"
"""Words came with a file to a dialogue that takes no files."""
WORDS = 300
GO_ON, LEAVE = "go_on", "leave"
ANSWERS: Mapping[str, tuple[str, str]] = {
    OPEN_ALREADY: ("button.go_on", "button.leave_for_new"),
    IDLE: ("button.go_on", "button.leave"),
    NOTE_OR_NEW: ("button.go_on", "button.new_matter"),
    CAPTION: ("button.caption_use", "button.caption_drop"),
}
"""What the two buttons of a question say."""
_TYPES: Mapping[str, TypeAdapter[Any]] = {each.__name__: TypeAdapter(each) for each in (Typed, Pressed, Sent)}


def held_by(dialogue: Dialogue | None) -> Held | None:
    """What a dialogue holds."""
    return None if dialogue is None else dialogue.draft.get("held")


def dump(*said: Said | None) -> list[dict[str, Any]]:
    """Messages as they are stored."""
    return [{"type": type(each).__name__, **asdict(each)} for each in said if each is not None]


def load(kept: Iterable[dict[str, Any]]) -> list[Said]:
    """The messages that were stored."""
    return [_TYPES[one["type"]].validate_python({k: v for k, v in one.items() if k != "type"}) for one in kept]


def is_readable(held: Any) -> bool:
    """Whether what is stored as held is what this version can ask about."""
    try:
        load(held["said"])
        return held["why"] in ANSWERS and (held.get("before") is None or is_readable(held["before"]))
    except (LookupError, TypeError, ValueError):
        return False


def with_more(held: Held, *said: Said) -> Held:
    """What is held, and messages more."""
    return {**held, "said": [*held["said"], *dump(*said)]}


def before_opening(held: Held | None, following: dict[str, Any]) -> Held:
    """What is held while it is asked whether something else is to be opened.

    What waits for an answer to another question (``before``) is asked about again where the dialogue is gone on with.
    """
    if held is None:
        return {"said": [], "next": following}
    if held["why"] in (NOTE_OR_NEW, CAPTION):
        return {"said": [], "before": held, "next": following}
    return {**held, "next": following}


def words_of(held: Held) -> str:
    """The first words that are held."""
    said = (each for each in load(held["said"]) if isinstance(each, Typed))
    return next((shorten(each.text, WORDS) for each in said), "")


def messages(said: Iterable[Said]) -> tuple[Typed | Sent, ...]:
    """What of it was written or sent, not pressed."""
    return tuple(each for each in said if not isinstance(each, Pressed))


def refused_in(held: Held) -> tuple[Refusal, ...]:
    """The files of the messages held that were not taken."""
    return tuple(each for said in load(held["said"]) if isinstance(said, Sent) for each in said.refused)


def told(said: Iterable[Said]) -> list[Said]:
    """The messages once it has been told which of their files were not taken."""
    return [replace(each, refused=()) if isinstance(each, Sent) else each for each in said]


def without_album(held: Held, album: str) -> tuple[Held | None, tuple[int, ...]]:
    """What is held without what came in an album, and the files of that; none where nothing else was held."""
    said = load(held["said"])
    gone = [each for each in said if isinstance(each, Sent) and each.album == album]
    kept = dump(*(each for each in said if each not in gone))
    left = {**held, "said": kept} if kept or "next" in held else None
    return left, tuple(evidence for each in gone for evidence in each.evidence)
