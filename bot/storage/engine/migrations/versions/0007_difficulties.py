"""Difficulties that units raise, and what is said of them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Index, Table, Text

from bot.storage.engine.columns import instant, new_metadata, own_id, partial, ref, short, words

revision = "0007"
down_revision = "0006"

metadata = new_metadata()
# What the new tables point to; only the numbers matter here.
for name in ("localities", "plans", "rows", "assignments", "units", "people"):
    Table(name, metadata, own_id())

difficulties = Table(
    "difficulties",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("plan_id", "plans.id"),
    ref("row_id", "rows.id"),
    ref("assignment_id", "assignments.id"),
    ref("unit_id", "units.id"),
    ref("to_unit_id", "units.id", null=True),
    ref("person_id", "people.id"),
    short("category"),
    instant("at"),
    short("level"),
    short("state"),
    instant("next_look_at", null=True),
    Index("ix_difficulties_plan_at", "plan_id", "at"),
    Index("ix_difficulties_row", "row_id"),
    Index("ix_difficulties_person", "person_id"),
    Index("ix_difficulties_next_look", "next_look_at", **partial("next_look_at IS NOT NULL")),
    sqlite_autoincrement=True,
)

difficulty_entries = Table(
    "difficulty_entries",
    metadata,
    own_id(),
    ref("difficulty_id", "difficulties.id"),
    ref("locality_id", "localities.id"),
    short("kind"),
    instant("at"),
    ref("person_id", "people.id", null=True),
    ref("unit_id", "units.id", null=True),
    short("level", null=True),
    words("text", null=True),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_difficulty_entries_difficulty", "difficulty_id", "id"),
    Index("ix_difficulty_entries_person", "person_id"),
)


def upgrade() -> None:
    """Add the tables, and to each file which entry carries it."""
    for table in (difficulties, difficulty_entries):
        table.create(op.get_bind(), checkfirst=False)
    # SQLite takes a reference only together with its column.
    op.add_column("evidence", ref("difficulty_entry_id", "difficulty_entries.id", null=True), inline_references=True)
    carried = partial("difficulty_entry_id IS NOT NULL")
    op.create_index("ix_evidence_difficulty_entry", "evidence", ["difficulty_entry_id"], **carried)


def downgrade() -> None:
    """Drop what was added."""
    op.drop_index("ix_evidence_difficulty_entry", "evidence")
    op.drop_column("evidence", "difficulty_entry_id")
    for table in (difficulty_entries, difficulties):
        table.drop(op.get_bind(), checkfirst=False)
