"""Whose update it is: the person where there is one, else the chat. Read from the raw update, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS_WITHOUT_CHAT = {"poll", "update_id"}


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
