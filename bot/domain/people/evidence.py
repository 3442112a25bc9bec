"""A file that a person gave, and what carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file one person gave. ``event_id`` is the report of an assignment that carries it, ``unit_report_id`` the
    report of a whole unit, ``difficulty_entry_id`` what was said to a difficulty; one that nothing carries has none.
    """

    id: int
    locality_id: int
    person_id: int
    sha256: str
    name: str
    mime: str
    size: int
    at: datetime
    findings: dict[str, Any]
    transport_ref: str | None = None
    assignment_id: int | None = None
    event_id: int | None = None
    unit_report_id: int | None = None
    difficulty_entry_id: int | None = None

    @property
    def is_carried(self) -> bool:
        """Whether anything carries it."""
        return any(each is not None for each in (self.event_id, self.unit_report_id, self.difficulty_entry_id))
