"""An invitation, as the office or a head gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people.people import Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation into one unit and role; ``created_by`` is none where the operator made it."""

    code: str
    locality_id: int
    unit_id: int
    role: Role
    uses: int
    expires_at: datetime
    created_by: int | None
    created_at: datetime
    used: int = 0
    revoked_at: datetime | None = None
