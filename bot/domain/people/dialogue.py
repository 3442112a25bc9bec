"""A dialogue as it is stored between two messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue's draft. ``answer_due_at`` is the instant at which an answer held back is owed (an album)."""

    chat_id: int
    telegram_id: int
    kind: str
    draft: dict[str, Any]
    updated_at: datetime
    answer_due_at: datetime | None = None
