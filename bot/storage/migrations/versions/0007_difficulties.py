"""Difficulties that units raise, and what is said of them."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop them."""
