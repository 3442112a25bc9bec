"""Reminders: when to look at an assignment again, what flipped, rounds of localities, mutes, chats of teams."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, false, text

from bot.storage.engine.columns import instant, json, new_metadata, own_id, partial, ref, short

revision = "0002"
down_revision = "0001"

# The least instant of the one width: whatever carries it is looked at by the next tick.
AT_ONCE = "2000-01-01T00:00:00.000000Z"

ADDED = {
    "localities": lambda: (
        instant("next_round_at", null=True),
        Column("round_until", Date, nullable=True),
        Column("round_version", Integer, nullable=True),
    ),
    "assignments": lambda: (
        instant("next_alert_at", null=True),
        instant("next_reminder_at", null=True),
        Column("reminded_until", Date, nullable=True),
        json("red_told", null=True),
    ),
    "people": lambda: (
        Column("digest_minute", Integer, nullable=False, server_default=text("450")),
        instant("unreachable_at", null=True),
    ),
    "outbox": lambda: (
        instant("due_at", null=True),
        instant("claimed_at", null=True),
        short("claim", null=True),
        Column("again", Boolean, nullable=False, server_default=false()),
        Column("late", Boolean, nullable=False, server_default=false()),
    ),
}
INDEXES = (
    ("ix_localities_next_round", "localities", ["next_round_at"], "next_round_at IS NOT NULL"),
    ("ix_assignments_next_alert", "assignments", ["next_alert_at"], "ended_at IS NULL"),
    ("ix_assignments_next_reminder", "assignments", ["next_reminder_at"], "ended_at IS NULL"),
    ("ix_outbox_due", "outbox", ["state", "urgent", "not_before"], None),
    ("ix_outbox_person_state", "outbox", ["person_id", "state", "sent_at"], None),
    ("ix_outbox_chat_state", "outbox", ["chat_id", "state"], None),
    ("ix_outbox_assignment_rule", "outbox", ["assignment_id", "rule"], None),
)

metadata = new_metadata()
# What the new tables point to; only the numbers matter here.
for name in ("localities", "units", "rows", "assignments", "people"):
    Table(name, metadata, own_id())

flips = Table(
    "flips",
    metadata,
    own_id(),
    ref("assignment_id", "assignments.id"),
    ref("locality_id", "localities.id"),
    instant("at"),
    Column("day", Date, nullable=False),
    short("before", null=True),
    short("after"),
    json("reasons"),
    Index("ix_flips_locality_day", "locality_id", "day"),
    Index("ix_flips_assignment", "assignment_id", "id"),
)

mutes = Table(
    "mutes",
    metadata,
    ref("person_id", "people.id", primary_key=True),
    ref("row_id", "rows.id", primary_key=True),
    Column("until", Date, nullable=False),
)

team_chats = Table(
    "team_chats",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("unit_id", "units.id"),
    Column("chat_id", BigInteger, nullable=False),
    ref("bound_by", "people.id"),
    instant("at"),
    instant("ended_at", null=True),
    Index("ix_team_chats_locality", "locality_id"),
    Index("ix_team_chats_chat", "chat_id"),
    Index("uq_team_chats_running", "unit_id", unique=True, **partial("ended_at IS NULL")),
)
NEW = [flips, mutes, team_chats]


def upgrade() -> None:
    """Add the columns and tables; everything that runs is looked at by the first tick."""
    for table, columns in ADDED.items():
        for column in columns():
            op.add_column(table, column)
    for name, table, columns, condition in INDEXES:
        op.create_index(name, table, columns, **(partial(condition) if condition else {}))
    metadata.create_all(op.get_bind(), tables=NEW, checkfirst=False)
    op.execute(
        f"UPDATE assignments SET next_alert_at = '{AT_ONCE}', next_reminder_at = '{AT_ONCE}' "
        "WHERE ended_at IS NULL AND role = 'lead'"
    )
    op.execute(f"UPDATE localities SET next_round_at = '{AT_ONCE}'")


def downgrade() -> None:
    """Drop what was added."""
    metadata.drop_all(op.get_bind(), tables=NEW, checkfirst=False)
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    for table, columns in ADDED.items():
        for column in columns():
            op.drop_column(table, column.name)
