"""A dialogue as it is stored between two messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class DialogueKind(StrEnum):
    """All kinds of dialogues. A value is never renamed: it stands in the rows of dialogues that are open."""

    REPORT = "report"
    PERIOD_WALK = "period_walk"
    UNIT_REPORT = "unit_report"
    MILESTONE = "milestone"
    APPRAISE = "appraise"
    REOPEN = "reopen"
    DIFFICULTY = "difficulty"
    DIFFICULTY_WORDS = "difficulty_words"
    """The one in which committee members, who report for no unit, may give files."""
    PERIOD_REOPEN = "period_reopen"
    DAY_OFF = "day_off"
    OPENING = "opening"
    OPENING_FILE = "opening_file"
    LIMIT = "limit"
    UNITS = "units"
    EXTEND = "extend"
    DECIDE = "decide"
    CHANGE = "change"
    NEW_TASK = "new_task"
    INVITE = "invite"
    JOIN = "join"
    """The one that somebody without a membership may have."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue's draft. ``answer_due_at`` is the instant at which an answer held back is owed (an album)."""

    chat_id: int
    telegram_id: int
    kind: str
    draft: dict[str, Any]
    updated_at: datetime
    answer_due_at: datetime | None = None
