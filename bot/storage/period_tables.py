"""The table of reporting periods that the standing office has closed or opened again."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Table, Text

from bot.storage.columns import instant, metadata, own_id, ref, short, words

# Rows are only ever added: the newest of a period holds.
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
