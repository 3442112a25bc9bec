"""Drafts put aside: begun, not finished, and something else is in hand. None of them is dropped in silence.

They stand in the row of the open dialogue, under ``aside``, and so are stored in one commit with it. When it ends, the
newest of them is the open one again, as old as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.people.dialogue import Dialogue
from bot.domain.people.visitor import Visitor

RESTS = timedelta(hours=24)
FORGOTTEN = timedelta(days=30)
"""As long as files wait that no report carries."""
_ASIDE = "aside"


def rests(visitor: Visitor, now: datetime) -> bool:
    """Whether a member's dialogue has stood idle for so long that what is said now is not meant for it."""
    dialogue = visitor.dialogue
    return dialogue is not None and bool(visitor.memberships) and now - dialogue.updated_at > RESTS


def is_forgotten(dialogue: Dialogue, now: datetime) -> bool:
    """Whether it is offered no more."""
    return now - dialogue.updated_at > FORGOTTEN


def beneath(dialogue: Dialogue | None, now: datetime) -> tuple[Dialogue, ...]:
    """The drafts that were put aside for this dialogue, the newest first."""
    if dialogue is None:
        return ()
    kept = (
        replace(
            dialogue,
            kind=one["kind"],
            draft=one["draft"],
            updated_at=datetime.fromisoformat(one["updated_at"]),
            answer_due_at=None,
        )
        for one in dialogue.draft.get(_ASIDE, ())
    )
    return tuple(each for each in kept if not is_forgotten(each, now))


def alone(dialogue: Dialogue) -> Dialogue:
    """The dialogue without what was put aside for it."""
    return replace(dialogue, draft={name: value for name, value in dialogue.draft.items() if name != _ASIDE})


def on_top_of(dialogue: Dialogue | None, drafts: Iterable[Dialogue]) -> Dialogue | None:
    """What is stored where these drafts are put aside for a dialogue; for none, the newest of them is open again."""
    ordered = sorted(drafts, key=lambda each: each.updated_at, reverse=True)
    if dialogue is None:
        return on_top_of(ordered[0], ordered[1:]) if ordered else None
    if not ordered:
        return alone(dialogue)
    kept = [{"kind": d.kind, "draft": d.draft, "updated_at": d.updated_at.isoformat()} for d in ordered]
    return replace(dialogue, draft={**dialogue.draft, _ASIDE: kept})
