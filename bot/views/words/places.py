"""How places are called."""

from __future__ import annotations

from typing import Protocol

from bot.domain.plan.words import fold
from bot.i18n import Translator


class Place(Protocol):
    """What has the name and kind of a locality."""

    @property
    def name(self) -> str:
        """Bình Lộc."""

    @property
    def kind(self) -> str:
        """phường, xã or đặc khu."""


def place_words(t: Translator, place: Place) -> str:
    """The locality with its kind, as it stands inside a sentence."""
    key = f"place.{fold(place.kind).replace(' ', '_')}"
    return t(key, name=place.name) if t.has(key) else f"{place.kind} {place.name}"
