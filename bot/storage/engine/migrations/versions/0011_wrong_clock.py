"""Notices that went out under a wrong clock, before their day."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("outbox", Column("early", Boolean, nullable=False, server_default=false()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("outbox", "early")
