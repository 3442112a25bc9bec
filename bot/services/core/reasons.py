"""Why something was decided or is asked for, as it is kept and shown to others."""

from __future__ import annotations

from bot.domain.errors import BadInput
from bot.domain.plan.words import tidy

LONGEST_REASON = 1000


def clean_reason(reason: str) -> str:
    """The reason in one line without signs that hide. Raises BadInput where it is empty or past 1,000 signs."""
    words = tidy(reason)
    if not words:
        raise BadInput("reason_needed")
    if len(words) > LONGEST_REASON:
        raise BadInput("reason_too_long", limit=LONGEST_REASON)
    return words
