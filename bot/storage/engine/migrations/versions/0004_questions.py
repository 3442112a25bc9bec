"""Questions as they were read: for the pages of an answer, and for the question that goes on from it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Table

from bot.storage.engine.columns import instant, json, new_metadata, own_id, ref

revision = "0004"
down_revision = "0003"

metadata = new_metadata()
Table("localities", metadata, own_id())
questions = Table(
    "questions",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    json("reading"),
    instant("asked_at"),
    Index("ix_questions_asked_by", "telegram_id", "chat_id", "id"),
    Index("ix_questions_asked_at", "asked_at"),
)


def upgrade() -> None:
    """Make the table."""
    questions.create(op.get_bind())


def downgrade() -> None:
    """Drop it."""
    op.drop_table("questions")
