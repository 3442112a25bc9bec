"""What a button carries, checked before its handler is called: what fails inside is then a mistake of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.views.parts.press_numbers import is_number


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. ``may_lack``: it and all behind it may be left out."""

    fits: Callable[[str], bool]
    may_lack: bool = False


Shape = tuple[str | Argument, ...]
"""The arguments of a button, in order; a word stands for itself."""
NUMBER, WORD = Argument(is_number), Argument(bool)


def one_of(*words: str | Iterable[str]) -> Argument:
    """One of these words."""
    known = {word for each in words for word in ([each] if isinstance(each, str) else each)}
    return Argument(known.__contains__)


def maybe(part: str | Argument) -> Argument:
    """An argument that may be left out."""
    return replace(one_of(part) if isinstance(part, str) else part, may_lack=True)


def like(pattern: str) -> Argument:
    """An argument that a pattern describes."""
    known = re.compile(pattern)
    return Argument(lambda value: known.fullmatch(value) is not None)


def read_by(read: Callable[[str], object]) -> Argument:
    """An argument that can be read; what cannot raises ValueError."""

    def fits(value: str) -> bool:
        try:
            read(value)
        except ValueError:
            return False
        return True

    return Argument(fits)


DAY = read_by(date.fromisoformat)


def fit(args: Sequence[str], shapes: Collection[Shape]) -> bool:
    """Whether the arguments have one of these shapes."""
    return any(_has(args, shape) for shape in shapes)


def _has(args: Sequence[str], shape: Shape) -> bool:
    if len(args) > len(shape):
        return False
    lacking = shape[len(args) :]
    if lacking and not (isinstance(lacking[0], Argument) and lacking[0].may_lack):
        return False
    pairs = zip(shape, args, strict=False)
    return all(part.fits(value) if isinstance(part, Argument) else part == value for part, value in pairs)
