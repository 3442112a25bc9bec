"""What a card showed, in a few signs on its button: pressed when something else is true, it does nothing."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from bot.domain.errors import TransitionRefused

_SIGNS = 6


class ShownMoved(TransitionRefused):
    """What the card showed has changed since: it is to be looked at again."""

    def __init__(self) -> None:
        super().__init__("shown_moved")


def mark_of(*shown: object) -> str:
    """The mark of what is shown; plain values, whose representation says all of them."""
    return urlsafe_b64encode(hashlib.sha256(repr(shown).encode()).digest())[:_SIGNS].decode()


def require_shown(seen: str | None, now: str) -> None:
    """Raises ShownMoved where a button carries another mark (``seen``) than that of what is true now."""
    if seen is not None and seen != now:
        raise ShownMoved
