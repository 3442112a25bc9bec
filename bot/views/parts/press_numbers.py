"""Numbers out of buttons. Anyone can send any callback data, so they are read here alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.errors import NotFound

_NUMBER = re.compile(r"[0-9]{1,15}")


def is_number(value: str) -> bool:
    """Whether a button carries a number."""
    return _NUMBER.fullmatch(value) is not None


def whole(value: str) -> int:
    """The number a button carries; 0, which is no id and the first page, for anything else."""
    return int(value) if is_number(value) else 0


def number(value: str) -> int:
    """The number a button carries. Raises NotFound for anything else, as for an id that does not exist."""
    if not is_number(value):
        raise NotFound("not_found")
    return int(value)


def number_at(args: Sequence[str], place: int) -> int:
    """As `number`, of the argument at a place; one that is missing is no number."""
    return number(args[place] if place < len(args) else "")
