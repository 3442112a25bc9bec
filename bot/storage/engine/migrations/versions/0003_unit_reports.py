"""Reports of whole units: summaries of a period, the office's reports upward, documents asked for once."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Index, Table, Text

from bot.storage.engine.columns import instant, new_metadata, own_id, partial, ref, short, words

revision = "0003"
down_revision = "0002"

metadata = new_metadata()
# What the new table points to; only the numbers matter here.
for name in ("localities", "plans", "units", "people"):
    Table(name, metadata, own_id())

unit_reports = Table(
    "unit_reports",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("plan_id", "plans.id"),
    ref("unit_id", "units.id"),
    short("ask"),
    short("period"),
    instant("at"),
    ref("person_id", "people.id"),
    Column("late", Boolean, nullable=False),
    Column("nothing_new", Boolean, nullable=False),
    words("note", null=True),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_unit_reports_duty", "plan_id", "unit_id", "ask", "period"),
    Index("ix_unit_reports_person", "person_id"),
)


def upgrade() -> None:
    """Add the table, and to each file which of these reports carries it."""
    unit_reports.create(op.get_bind(), checkfirst=False)
    # SQLite takes a reference only together with its column.
    op.add_column("evidence", ref("unit_report_id", "unit_reports.id", null=True), inline_references=True)
    carried = partial("unit_report_id IS NOT NULL")
    op.create_index("ix_evidence_unit_report", "evidence", ["unit_report_id"], **carried)


def downgrade() -> None:
    """Drop what was added."""
    op.drop_index("ix_evidence_unit_report", "evidence")
    op.drop_column("evidence", "unit_report_id")
    unit_reports.drop(op.get_bind(), checkfirst=False)
