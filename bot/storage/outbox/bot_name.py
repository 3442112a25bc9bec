"""The bot's name as Telegram last told it, kept beside the data: links can be printed where nobody can be asked."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

_FILE = "bot.json"


def keep(data_dir: Path, bot_id: int, name: str) -> None:
    """Remember the name; nothing depends on it, so a disk that is full or may not be written to is no error."""
    place = data_dir / _FILE
    part = place.with_suffix(".part")
    with suppress(OSError):
        part.write_text(json.dumps({"id": bot_id, "name": name}), encoding="utf-8")
        os.replace(part, place)


def kept(data_dir: Path, bot_id: int | None = None) -> str | None:
    """The name last told, of this bot where one is named; none where it is not known."""
    try:
        held = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        return str(held["name"]) if bot_id in (None, held["id"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
