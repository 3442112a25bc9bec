"""Two plans of a locality side by side: each keeps the standing office that its document names."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from bot.storage.engine.types import Id

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; plans that are there were all loaded for the office their locality has now."""
    op.add_column("plans", Column("standing_office_id", Id, nullable=True))
    op.execute(
        "UPDATE plans SET standing_office_id = "
        "(SELECT standing_office_id FROM localities WHERE localities.id = plans.locality_id)"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("plans", "standing_office_id")
