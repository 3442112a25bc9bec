"""The tables of reporting periods: closed and opened again, chased, and walks that people have left half way."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from bot.storage.engine.columns import instant, json, metadata, own_id, ref, short, words

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

# One row a chase of all units that had not reported.
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

# What a person has said of a period's reports and not sent yet.
period_walks = Table(
    "period_walks",
    metadata,
    ref("person_id", "people.id", primary_key=True),
    ref("locality_id", "localities.id", primary_key=True),
    json("draft"),
    instant("updated_at"),
    Index("ix_period_walks_locality", "locality_id"),
)
