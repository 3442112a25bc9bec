"""Pages of a list: at most eight rows, turned with ◀ and ▶ (docs/rules/chat.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.views.parts.view import Button, Press

ROWS = 8
BACK, ON = "◀", "▶"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page. Numbers begin with 0; a number past the end reads as the last page."""

    rows: tuple[T, ...]
    number: int
    count: int


def page_of(rows: Sequence[T], number: int, size: int = ROWS) -> Page[T]:
    """One page of the rows."""
    count = max(1, -(-len(rows) // size))
    shown = min(max(number, 0), count - 1)
    return Page(tuple(rows[shown * size : (shown + 1) * size]), shown, count)


def turning(page: Page[T], press: Callable[[int], Press]) -> tuple[Button, ...]:
    """The buttons that turn the page; ``press`` says what a page's number presses."""
    back = [Button(BACK, press(page.number - 1))] if page.number > 0 else []
    on = [Button(ON, press(page.number + 1))] if page.number + 1 < page.count else []
    return (*back, *on)
