"""The token that ties the buttons of a card to its draft."""

from __future__ import annotations

import hashlib


def token_of(key: str) -> str:
    """The token of a dialogue that this update opens; the same when the update comes again."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]
