"""The tables of what units ask of the standing office, and of what it has carried out itself."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text

from bot.storage.engine.columns import instant, json, metadata, own_id, partial, ref, short, words

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
    # The updates that caused the asking and the decision: each takes effect once.
    Column("key", Text, nullable=False, unique=True),
    Column("decision_key", Text, nullable=True, unique=True),
    Index("ix_requests_plan", "plan_id", "id"),
    Index("ix_requests_agreed", "locality_id", **partial("state = 'granted' AND kind = 'other'")),
    Index("ix_requests_open", "locality_id", **partial("state = 'asked'")),
    Index("ix_requests_row", "row_id", **partial("row_id IS NOT NULL")),
    Index("ix_requests_person", "person_id"),
    Index("ix_requests_decided_by", "decided_by", **partial("decided_by IS NOT NULL")),
    # One question of a kind about an assignment at a time.
    Index(
        "uq_requests_open",
        "assignment_id",
        "kind",
        unique=True,
        **partial("state = 'asked' AND assignment_id IS NOT NULL"),
    ),
)

# Rows are only ever added: what was agreed to in words is carried out by people, once.
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
