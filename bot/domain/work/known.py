"""What was known at an instant, of things told one after the other.

Their order is that in which they were told. One that bears a later date than one told after it was dated by a clock
that was wrong; it was told no later than that one, and hides nothing behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything that was told at an instant."""

    @property
    def at(self) -> datetime:
        """When it was told, by the clock of that time."""


T = TypeVar("T", bound=Dated)


def known_since(told: Sequence[Dated]) -> list[datetime]:
    """Since when each has been known at the latest, in the order given."""
    return list(accumulate(reversed([each.at for each in told]), min))[::-1]


def known_by(told: Iterable[T], at: datetime) -> tuple[T, ...]:
    """Those that were known at an instant."""
    every = tuple(told)
    return every[: sum(since <= at for since in known_since(every))]
