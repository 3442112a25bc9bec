"""Slugs: the short names by which the command line knows localities. Two communes often fold to the same one."""

from __future__ import annotations

import re

from bot.domain.plan.words import fold

LONGEST = 40
_SECOND = "-2"
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """The slug of a name: "Bình Thạnh" gives ``binh-thanh``, and so does "Bình Thành"."""
    return _cut(_OTHER.sub("-", fold(name)), LONGEST)


def slugs(wanted: str, province: str) -> tuple[str, ...]:
    """The slugs a locality may go by, in this order, as those before are another's."""
    longer = _cut(f"{wanted}-{slug_of(province)}", LONGEST)
    second = _cut(longer, LONGEST - len(_SECOND)) + _SECOND
    return tuple(dict.fromkeys((wanted, longer, second)))


def _cut(slug: str, length: int) -> str:
    return slug.strip("-")[:length].strip("-")
