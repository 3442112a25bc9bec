"""How the units of a row are named in one line: in the order in which the plan has them, whole."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Translator

UNITS_NAMED = 2


def units_words(t: Translator, names: Sequence[str], *, most: int = UNITS_NAMED) -> str:
    """The names, each once and in their order; past ``most`` how many others there are ("A, B và 4 đơn vị khác")."""
    each = list(dict.fromkeys(names))
    named, more = ", ".join(each[:most]), len(each) - most
    return t.count("units.more", more, units=named) if more > 0 else named
