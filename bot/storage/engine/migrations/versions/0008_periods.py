"""Reporting periods: closed and opened again, chased, and walks that people have left half way."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from bot.storage.engine.columns import instant, json, new_metadata, own_id, ref, short, words

revision = "0008"
down_revision = "0007"

metadata = new_metadata()
for name in ("localities", "plans", "people"):
    Table(name, metadata, own_id())
period_marks = Table(
    "period_marks",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("plan_id", "plans.id"),
    short("ask"),
    short("period"),
    Column("is_closing", Boolean, nullable=False),
    Column("closes_on", Date, nullable=False),
    instant("at"),
    ref("person_id", "people.id"),
    words("reason", null=True),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_period_marks_plan", "plan_id"),
    Index("ix_period_marks_person", "person_id"),
)

period_chases = Table(
    "period_chases",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("plan_id", "plans.id"),
    short("ask"),
    short("period"),
    instant("at"),
    ref("person_id", "people.id"),
    Column("units", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    json("silent"),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_period_chases_period", "plan_id", "ask", "period"),
    Index("ix_period_chases_person", "person_id"),
)
period_walks = Table(
    "period_walks",
    metadata,
    ref("person_id", "people.id", primary_key=True),
    ref("locality_id", "localities.id", primary_key=True),
    json("draft"),
    instant("updated_at"),
    Index("ix_period_walks_locality", "locality_id"),
)


def upgrade() -> None:
    """Make the tables."""
    for table in (period_marks, period_chases, period_walks):
        table.create(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    for table in ("period_walks", "period_chases", "period_marks"):
        op.drop_table(table)
