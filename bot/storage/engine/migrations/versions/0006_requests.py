"""What is asked of the standing office: extensions, changes, new tasks; and since when a task added later stands."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Date, Index, Table, Text

from bot.storage.engine.columns import instant, json, new_metadata, own_id, partial, ref, short, words

revision = "0006"
down_revision = "0005"

metadata = new_metadata()
# What the new table points to; only the numbers matter here.
for name in ("localities", "plans", "rows", "assignments", "units", "people"):
    Table(name, metadata, own_id())

requests = Table(
    "requests",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("plan_id", "plans.id"),
    short("kind"),
    ref("row_id", "rows.id", null=True),
    ref("assignment_id", "assignments.id", null=True),
    ref("unit_id", "units.id"),
    ref("person_id", "people.id"),
    instant("at"),
    words("reason"),
    json("wish"),
    Column("due_then", Date, nullable=True),
    short("state"),
    instant("decided_at", null=True),
    ref("decided_by", "people.id", null=True),
    words("answer", null=True),
    Column("granted_on", Date, nullable=True),
    Column("key", Text, nullable=False, unique=True),
    Column("decision_key", Text, nullable=True, unique=True),
    Index("ix_requests_plan", "plan_id", "id"),
    Index("ix_requests_open", "locality_id", **partial("state = 'asked'")),
    Index("ix_requests_row", "row_id", **partial("row_id IS NOT NULL")),
    Index("ix_requests_person", "person_id"),
    Index("ix_requests_decided_by", "decided_by", **partial("decided_by IS NOT NULL")),
    Index(
        "uq_requests_open",
        "assignment_id",
        "kind",
        unique=True,
        **partial("state = 'asked' AND assignment_id IS NOT NULL"),
    ),
)


def upgrade() -> None:
    """Add the table, and to each row since when it stands in the plan; none of what was loaded with it."""
    requests.create(op.get_bind(), checkfirst=False)
    op.add_column("rows", instant("added_at", null=True))


def downgrade() -> None:
    """Drop what was added."""
    op.drop_column("rows", "added_at")
    requests.drop(op.get_bind(), checkfirst=False)
