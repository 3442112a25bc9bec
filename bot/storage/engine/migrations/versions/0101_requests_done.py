"""What was agreed to in words stays listed until somebody notes that it is carried out."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Table, Text, text

from bot.storage.engine.columns import instant, new_metadata, own_id, ref

revision = "0101"
down_revision = "0100"

metadata = new_metadata()
for name in ("requests", "localities", "people"):
    Table(name, metadata, own_id())
requests_done = Table(
    "requests_done",
    metadata,
    ref("request_id", "requests.id", primary_key=True),
    ref("locality_id", "localities.id"),
    instant("at"),
    ref("person_id", "people.id"),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_requests_done_locality", "locality_id"),
    Index("ix_requests_done_person", "person_id"),
)


def upgrade() -> None:
    """Make the table, and the index by which what was agreed to is found."""
    requests_done.create(op.get_bind())
    agreed = text("state = 'granted' AND kind = 'other'")
    op.create_index("ix_requests_agreed", "requests", ["locality_id"], sqlite_where=agreed, postgresql_where=agreed)


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_requests_agreed", "requests")
    op.drop_table("requests_done")
