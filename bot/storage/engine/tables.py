"""The tables. Values of state, kind and role are short strings that are never renamed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.engine.columns import instant, json, metadata, own_id, partial, ref, short, words
from bot.storage.engine.difficulty_tables import difficulties, difficulty_entries
from bot.storage.engine.message_tables import dialogues, flips, inbox, mutes, outbox, questions, team_chats
from bot.storage.engine.period_tables import period_chases, period_marks, period_walks
from bot.storage.engine.request_tables import requests, requests_done
from bot.storage.engine.types import Exact, Id

__all__ = [
    "assignments",
    "audit",
    "day_exceptions",
    "dialogues",
    "difficulties",
    "difficulty_entries",
    "events",
    "evidence",
    "files",
    "flips",
    "inbox",
    "invitation_uses",
    "invitations",
    "join_attempts",
    "localities",
    "memberships",
    "metadata",
    "mutes",
    "outbox",
    "people",
    "period_chases",
    "period_marks",
    "period_walks",
    "plans",
    "questions",
    "requests",
    "requests_done",
    "rows",
    "team_chats",
    "unit_aliases",
    "unit_group_members",
    "unit_groups",
    "unit_reports",
    "units",
]

localities = Table(
    "localities",
    metadata,
    own_id(),
    Column("slug", String(40), nullable=False, unique=True),
    words("name"),
    short("kind"),
    words("province"),
    # No foreign key: units point here, and SQLite cannot add the second half of a circle later.
    Column("standing_office_id", Id, nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    json("settings"),
    json("reporting"),
    # Once a working day, and at once after the version has moved on: periods, appraisal waiting, the Monday board.
    instant("next_round_at", null=True),
    Column("round_until", Date, nullable=True),
    Column("round_version", Integer, nullable=True),
    # Kind, name and province made comparable; none only where two had been loaded under one before it was kept.
    words("identity", null=True),
    Index("ix_localities_next_round", "next_round_at", **partial("next_round_at IS NOT NULL")),
    Index("uq_localities_identity", "identity", unique=True),
)

plans = Table(
    "plans",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    Column("year", Integer, nullable=False),
    words("number"),
    words("title"),
    words("issuer"),
    Column("issued_on", Date, nullable=False),
    words("issued_on_as_printed"),
    words("breaks_off", null=True),
    Column("in_use_on", Date, nullable=True),
    # Of this plan: the next year's may name another unit long before it is in use.
    Column("standing_office_id", Id, nullable=True),
    instant("loaded_at"),
    UniqueConstraint("locality_id", "year"),
)

units = Table(
    "units",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    words("name"),
    short("kind"),
    Column("position", Integer, nullable=False),
    instant("ended_at", null=True),
    UniqueConstraint("locality_id", "name"),
)

unit_aliases = Table(
    "unit_aliases",
    metadata,
    ref("locality_id", "localities.id", primary_key=True),
    Column("folded", Text, primary_key=True),
    ref("unit_id", "units.id"),
    words("alias"),
    Index("ix_unit_aliases_unit_id", "unit_id"),
)

unit_groups = Table(
    "unit_groups",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    words("name"),
    json("aliases"),
    UniqueConstraint("locality_id", "name"),
)

unit_group_members = Table(
    "unit_group_members",
    metadata,
    ref("group_id", "unit_groups.id", primary_key=True),
    ref("unit_id", "units.id", primary_key=True),
    Column("proposed", Boolean, nullable=False),
)

rows = Table(
    "rows",
    metadata,
    own_id(),
    ref("plan_id", "plans.id"),
    ref("locality_id", "localities.id"),
    short("code", 8),
    short("kind"),
    Column("position", Integer, nullable=False),
    words("reference"),
    words("group_text", null=True),
    words("parent", null=True),
    words("name"),
    words("output", null=True),
    words("kpi", null=True),
    words("lead_as_printed", null=True),
    words("tracker_as_printed", null=True),
    words("coordinating_as_printed", null=True),
    words("note", null=True),
    json("target", null=True),
    words("deadline_as_printed", null=True),
    short("deadline_kind"),
    Column("starts_on", Date, nullable=True),
    Column("due_on", Date, nullable=True),
    json("milestones"),
    json("doubts"),
    words("folded"),
    instant("removed_at", null=True),
    instant("added_at", null=True),
    UniqueConstraint("plan_id", "code"),
)

assignments = Table(
    "assignments",
    metadata,
    own_id(),
    ref("row_id", "rows.id"),
    ref("plan_id", "plans.id"),
    ref("locality_id", "localities.id"),
    ref("unit_id", "units.id"),
    ref("first_unit_id", "units.id"),
    short("role"),
    Column("proposed", Boolean, nullable=False),
    instant("ended_at", null=True),
    # From here on: the fold of the events, kept for speed.
    short("state"),
    Column("percent", Exact, nullable=False),
    Column("value", Exact, nullable=True),
    json("share", null=True),
    json("below"),
    Column("report_id", Id, nullable=True),
    ref("reporter_id", "people.id", null=True),
    Column("reported_on", Date, nullable=True),
    Column("sent_on", Date, nullable=True),
    Column("due_when_sent", Date, nullable=True),
    Column("due_on", Date, nullable=True),
    json("served"),
    json("served_late"),
    json("milestones_met"),
    Column("returned_since_report", Boolean, nullable=False),
    Column("owes_from", Date, nullable=True),
    json("undo", null=True),
    json("before_closing", null=True),
    short("colour", null=True),
    json("reasons"),
    Column("next_change_on", Date, nullable=True),
    # When the tick has to look again: the next colour by time, the next step of the ladder; until when it has looked.
    instant("next_alert_at", null=True),
    instant("next_reminder_at", null=True),
    Column("reminded_until", Date, nullable=True),
    json("red_told", null=True),
    Index("ix_assignments_locality_role_state", "locality_id", "role", "state"),
    Index("ix_assignments_plan_role", "plan_id", "role"),
    Index("ix_assignments_unit_role", "unit_id", "role"),
    Index("ix_assignments_next_change", "locality_id", "next_change_on", **partial("ended_at IS NULL")),
    # Over all localities: a tick with nothing due reads no row, however many there are.
    Index("ix_assignments_next_alert", "next_alert_at", **partial("ended_at IS NULL")),
    Index("ix_assignments_next_reminder", "next_reminder_at", **partial("ended_at IS NULL")),
    Index("uq_assignments_running", "row_id", "unit_id", "role", unique=True, **partial("ended_at IS NULL")),
)

events = Table(
    "events",
    metadata,
    own_id(),
    ref("assignment_id", "assignments.id"),
    ref("locality_id", "localities.id"),
    instant("at"),
    short("kind"),
    ref("person_id", "people.id", null=True),
    json("body"),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_events_assignment", "assignment_id", "id"),
    Index("ix_events_locality_at", "locality_id", "at"),
    Index("ix_events_person", "person_id"),
)

# What a whole unit has reported: a summary of a period, the office's report upward, a document asked for once. Rows
# are only ever added; a later one of the same duty stands beside the first.
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

files = Table(
    "files",
    metadata,
    short("sha256", 64, primary_key=True),
    Column("size", BigInteger, nullable=False),
    words("mime"),
    instant("created_at"),
)

evidence = Table(
    "evidence",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    ref("assignment_id", "assignments.id", null=True),
    ref("person_id", "people.id"),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    words("name"),
    words("mime"),
    Column("size", BigInteger, nullable=False),
    instant("at"),
    Column("key", Text, nullable=False, unique=True),
    json("findings"),
    words("transport_ref", null=True),
    ref("event_id", "events.id", null=True),
    ref("unit_report_id", "unit_reports.id", null=True),
    ref("difficulty_entry_id", "difficulty_entries.id", null=True),
    Index("ix_evidence_sha256", "sha256"),
    Index("ix_evidence_assignment", "assignment_id"),
    Index("ix_evidence_person", "person_id"),
    Index("ix_evidence_unit_report", "unit_report_id", **partial("unit_report_id IS NOT NULL")),
    Index("ix_evidence_difficulty_entry", "difficulty_entry_id", **partial("difficulty_entry_id IS NOT NULL")),
    # Evidence can be dropped from a draft; its number must never come to mean another file.
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    own_id(),
    Column("telegram_id", BigInteger, nullable=True, unique=True),
    words("full_name", null=True),
    short("language", 8),
    ref("current_locality_id", "localities.id", null=True),
    Column("reachable", Boolean, nullable=False),
    instant("joined_at"),
    instant("erased_at", null=True),
    Column("digest_minute", Integer, nullable=False, server_default=text("450")),
    instant("unreachable_at", null=True),
)

memberships = Table(
    "memberships",
    metadata,
    own_id(),
    ref("person_id", "people.id"),
    ref("locality_id", "localities.id"),
    ref("unit_id", "units.id"),
    short("role"),
    instant("since"),
    instant("ended_at", null=True),
    ref("ended_by", "people.id", null=True),
    Index("ix_memberships_locality", "locality_id"),
    Index("ix_memberships_person", "person_id"),
    Index("uq_memberships_running", "person_id", "unit_id", "role", unique=True, **partial("ended_at IS NULL")),
)

invitations = Table(
    "invitations",
    metadata,
    short("code", 64, primary_key=True),
    ref("locality_id", "localities.id"),
    ref("unit_id", "units.id"),
    short("role"),
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default=text("0")),
    instant("expires_at"),
    instant("revoked_at", null=True),
    ref("created_by", "people.id", null=True),
    instant("created_at"),
    Index("ix_invitations_locality", "locality_id", "expires_at"),
)

invitation_uses = Table(
    "invitation_uses",
    metadata,
    own_id(),
    Column("code", String(64), ForeignKey("invitations.code"), nullable=False),
    ref("person_id", "people.id"),
    instant("at"),
    Index("ix_invitation_uses_code", "code"),
    Index("ix_invitation_uses_person", "person_id"),
)

join_attempts = Table(
    "join_attempts",
    metadata,
    own_id(),
    Column("telegram_id", BigInteger, nullable=False),
    instant("at"),
    Index("ix_join_attempts_telegram_at", "telegram_id", "at"),
    Index("ix_join_attempts_at", "at"),
)

audit = Table(
    "audit",
    metadata,
    ref("locality_id", "localities.id", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    instant("at"),
    ref("actor_id", "people.id", null=True),
    words("action"),
    json("subject"),
    short("previous", 64),
    short("hash", 64),
)

day_exceptions = Table(
    "day_exceptions",
    metadata,
    own_id(),
    ref("locality_id", "localities.id", null=True),
    Column("day", Date, nullable=False),
    short("kind"),
    words("name"),
    words("source"),
    UniqueConstraint("locality_id", "day"),
    # A unique pair lets NULL stand beside NULL, so the days of the whole country need their own rule.
    Index("uq_day_exceptions_country", "day", unique=True, **partial("locality_id IS NULL")),
)
