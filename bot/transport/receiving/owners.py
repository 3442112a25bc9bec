"""Whose update it is and when it was sent. Read from the raw update, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_KINDS_WITHOUT_CHAT = {"poll", "update_id"}
_LAST_SECOND = 4_000_000_000
"""In 2096: what bears a later time was not dated by Telegram."""


def owner_of(raw: Mapping[str, Any]) -> int:
    """The id of the person who caused the update, else of its chat, else 0."""
    for kind, body in raw.items():
        if kind in _KINDS_WITHOUT_CHAT or not isinstance(body, Mapping):
            continue
        for holder in ("from", "user", "voter", "actor_chat", "chat"):
            found = body.get(holder)
            if isinstance(found, Mapping) and isinstance(found.get("id"), int):
                return int(found["id"])
    return 0


def said_at(raw: Mapping[str, Any]) -> datetime | None:
    """When the update was sent or edited by Telegram's clock; none where it does not say (the press of a button)."""
    for body in raw.values():
        stamp = (body.get("edit_date") or body.get("date")) if isinstance(body, Mapping) else None
        if isinstance(stamp, int) and 0 < stamp < _LAST_SECOND:
            return datetime.fromtimestamp(stamp, UTC)
    return None
