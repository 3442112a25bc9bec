"""The tables as they were when the steps before this one were folded into it: a copy that later changes leave alone."""

from __future__ import annotations

from alembic import op
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
    false,
    text,
)

from bot.storage.engine.columns import instant, json, new_metadata, own_id, partial, ref, short, words
from bot.storage.engine.types import Exact, Id

revision = "0100"
down_revision = None

metadata = new_metadata()

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

dialogues = Table(
    "dialogues",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    short("kind"),
    json("draft"),
    instant("updated_at"),
    instant("answer_due_at", null=True),
    Index("ix_dialogues_telegram", "telegram_id"),
    Index("ix_dialogues_answer_due", "answer_due_at", **partial("answer_due_at IS NOT NULL")),
    Index("ix_dialogues_idle", "updated_at"),
)

questions = Table(
    "questions",
    metadata,
    own_id(),
    ref("locality_id", "localities.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    json("reading"),
    instant("asked_at"),
    Index("ix_questions_asked_by", "telegram_id", "chat_id", "id"),
    Index("ix_questions_asked_at", "asked_at"),
    # Old ones are deleted; a button that names one must never come to mean another.
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    own_id(),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    # Telegram begins its numbers anew after a quiet week: 0 for the first update of a number, 1 for the next.
    Column("nth", Integer, nullable=False, server_default=text("0")),
    Column("owner", BigInteger, nullable=False),
    words("payload", null=True),
    instant("received_at"),
    # When by Telegram's clock.
    instant("said_at", null=True),
    short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("done_at", null=True),
    words("fault", null=True),
    # Of updates from before they had a number of ours: what their effects were kept under.
    UniqueConstraint("bot_id", "update_id", "nth"),
    Index("ix_inbox_pending", "bot_id", "id", **partial("state = 'pending'")),
    Index("ix_inbox_kept", "done_at", **partial("payload IS NOT NULL AND done_at IS NOT NULL")),
    Index("ix_inbox_done", "done_at", **partial("state = 'done'")),
    Index("ix_inbox_owner", "owner"),
    # Done updates are deleted; what they have done stays, under their numbers.
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    Column("key", Text, nullable=False, unique=True),
    ref("locality_id", "localities.id"),
    ref("person_id", "people.id", null=True),
    Column("chat_id", BigInteger, nullable=True),
    short("rule"),
    ref("assignment_id", "assignments.id", null=True),
    ref("event_id", "events.id", null=True),
    words("occasion"),
    json("payload"),
    Column("urgent", Boolean, nullable=False),
    instant("not_before"),
    instant("created_at"),
    short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("sent_at", null=True),
    Column("message_id", BigInteger, nullable=True),
    # When it was meant to go, however often it was put off since; who has it in hand, and since when.
    instant("due_at", null=True),
    instant("claimed_at", null=True),
    short("claim", null=True),
    Column("again", Boolean, nullable=False, server_default=false()),
    # Whether it went out once already under a wrong clock, so that it comes marked on its day.
    Column("early", Boolean, nullable=False, server_default=false()),
    Column("late", Boolean, nullable=False, server_default=false()),
    Index("ix_outbox_state_not_before", "state", "not_before"),
    Index("ix_outbox_due", "state", "urgent", "not_before"),
    Index("ix_outbox_locality_state", "locality_id", "state"),
    Index("ix_outbox_person", "person_id"),
    Index("ix_outbox_person_state", "person_id", "state", "sent_at"),
    Index("ix_outbox_chat_state", "chat_id", "state"),
    Index("ix_outbox_assignment_rule", "assignment_id", "rule"),
)

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


def upgrade() -> None:
    """Make the tables."""
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Drop the tables and all they hold."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
