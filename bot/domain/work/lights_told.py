"""Which red lights of an assignment were told, and when first; read and written as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.work.occasions import LightReason, RedLight

_LIT = "lit:"


@dataclass(frozen=True, slots=True)
class LightsTold:
    """On which digest day each red light was told first, and which were red (``burning``) at the last look."""

    first: Mapping[RedLight, date] = field(default_factory=dict)
    burning: Mapping[LightReason, date] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.first or self.burning)

    @property
    def written(self) -> dict[str, str]:
        """The days as they are stored, by what names them."""
        first = {light.written: day.isoformat() for light, day in self.first.items()}
        return first | {f"{_LIT}{light.written}": day.isoformat() for light, day in self.burning.items()}

    @classmethod
    def read(cls, written: Mapping[str, str] | None) -> LightsTold:
        """What is stored of one assignment; none where nothing was told of it."""
        days = {name: date.fromisoformat(day) for name, day in (written or {}).items()}
        lit = {name.removeprefix(_LIT): day for name, day in days.items() if name.startswith(_LIT)}
        return cls(
            {RedLight.read(name, {}): day for name, day in days.items() if not name.startswith(_LIT)},
            {LightReason.read(name): day for name, day in lit.items()},
        )


def read_light(written: str) -> RedLight | None:
    """The red light that a stored notice told of; none where no version has written it so."""
    try:
        return RedLight.read(written, {})
    except ValueError:
        return None
