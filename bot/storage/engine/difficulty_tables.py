"""The tables of difficulties: each with where it stands, and what was said to it, which is only ever added to."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from bot.storage.engine.columns import instant, metadata, own_id, partial, ref, short, words

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
    # From here on: read off the entries, kept for speed.
    short("level"),
    short("state"),
    # When the tick has to look whether the next level is to be asked.
    instant("next_look_at", null=True),
    Index("ix_difficulties_plan_at", "plan_id", "at"),
    Index("ix_difficulties_row", "row_id"),
    Index("ix_difficulties_person", "person_id"),
    Index("ix_difficulties_next_look", "next_look_at", **partial("next_look_at IS NOT NULL")),
    # Its number is told to people; it must never come to mean another one.
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
