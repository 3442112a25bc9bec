"""What is asked of the standing office: extensions, changes, new tasks."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop them."""
