"""The tables. Values of state, kind and role are short strings that are never renamed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.types import Exact, Id, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, null: bool = False, primary_key: bool = False) -> Column[Any]:
    return Column(name, Id, ForeignKey(target), nullable=null, primary_key=primary_key, autoincrement=False)


def _words(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=null)


def _short(name: str, length: int = 40, *, null: bool = False, primary_key: bool = False) -> Column[Any]:
    return Column(name, String(length), nullable=null, primary_key=primary_key)


def _json(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Json, nullable=null)


def _instant(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=null)


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


localities = Table(
    "localities",
    metadata,
    _id(),
    Column("slug", String(40), nullable=False, unique=True),
    _words("name"),
    _short("kind"),
    _words("province"),
    # No foreign key: units point here, and SQLite cannot add the second half of a circle later.
    Column("standing_office_id", Id, nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    _json("settings"),
    _json("reporting"),
)

plans = Table(
    "plans",
    metadata,
    _id(),
    _ref("locality_id", "localities.id"),
    Column("year", Integer, nullable=False),
    _words("number"),
    _words("title"),
    _words("issuer"),
    Column("issued_on", Date, nullable=False),
    _words("issued_on_as_printed"),
    _words("breaks_off", null=True),
    Column("in_use_on", Date, nullable=True),
    _instant("loaded_at"),
    UniqueConstraint("locality_id", "year"),
)

units = Table(
    "units",
    metadata,
    _id(),
    _ref("locality_id", "localities.id"),
    _words("name"),
    _short("kind"),
    Column("position", Integer, nullable=False),
    _instant("ended_at", null=True),
    UniqueConstraint("locality_id", "name"),
)

unit_aliases = Table(
    "unit_aliases",
    metadata,
    _ref("locality_id", "localities.id", primary_key=True),
    Column("folded", Text, primary_key=True),
    _ref("unit_id", "units.id"),
    _words("alias"),
    Index("ix_unit_aliases_unit_id", "unit_id"),
)

unit_groups = Table(
    "unit_groups",
    metadata,
    _id(),
    _ref("locality_id", "localities.id"),
    _words("name"),
    _json("aliases"),
    UniqueConstraint("locality_id", "name"),
)

unit_group_members = Table(
    "unit_group_members",
    metadata,
    _ref("group_id", "unit_groups.id", primary_key=True),
    _ref("unit_id", "units.id", primary_key=True),
    Column("proposed", Boolean, nullable=False),
)

rows = Table(
    "rows",
    metadata,
    _id(),
    _ref("plan_id", "plans.id"),
    _ref("locality_id", "localities.id"),
    _short("code", 8),
    _short("kind"),
    Column("position", Integer, nullable=False),
    _words("reference"),
    _words("group_text", null=True),
    _words("parent", null=True),
    _words("name"),
    _words("output", null=True),
    _words("kpi", null=True),
    _words("lead_as_printed", null=True),
    _words("tracker_as_printed", null=True),
    _words("coordinating_as_printed", null=True),
    _words("note", null=True),
    _json("target", null=True),
    _words("deadline_as_printed", null=True),
    _short("deadline_kind"),
    Column("starts_on", Date, nullable=True),
    Column("due_on", Date, nullable=True),
    _json("milestones"),
    _json("doubts"),
    _words("folded"),
    _instant("removed_at", null=True),
    UniqueConstraint("plan_id", "code"),
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    _ref("row_id", "rows.id"),
    _ref("plan_id", "plans.id"),
    _ref("locality_id", "localities.id"),
    _ref("unit_id", "units.id"),
    _short("role"),
    Column("proposed", Boolean, nullable=False),
    _instant("ended_at", null=True),
    # From here on: the fold of the events, kept for speed.
    _short("state"),
    Column("percent", Exact, nullable=False),
    Column("value", Exact, nullable=True),
    _json("share", null=True),
    _json("below"),
    Column("report_id", Id, nullable=True),
    _ref("reporter_id", "people.id", null=True),
    Column("reported_on", Date, nullable=True),
    Column("sent_on", Date, nullable=True),
    Column("due_when_sent", Date, nullable=True),
    Column("due_on", Date, nullable=True),
    _json("served"),
    _json("served_late"),
    _json("milestones_met"),
    Column("returned_since_report", Boolean, nullable=False),
    _json("undo", null=True),
    _json("before_closing", null=True),
    _short("colour", null=True),
    _json("reasons"),
    Column("next_change_on", Date, nullable=True),
    Index("ix_assignments_locality_role_state", "locality_id", "role", "state"),
    Index("ix_assignments_plan_role", "plan_id", "role"),
    Index("ix_assignments_unit_role", "unit_id", "role"),
    Index("ix_assignments_next_change", "locality_id", "next_change_on", **_partial("ended_at IS NULL")),
    Index("uq_assignments_running", "row_id", "unit_id", "role", unique=True, **_partial("ended_at IS NULL")),
)

events = Table(
    "events",
    metadata,
    _id(),
    _ref("assignment_id", "assignments.id"),
    _ref("locality_id", "localities.id"),
    _instant("at"),
    _short("kind"),
    _ref("person_id", "people.id", null=True),
    _json("body"),
    Column("key", Text, nullable=False, unique=True),
    Index("ix_events_assignment", "assignment_id", "id"),
    Index("ix_events_locality_at", "locality_id", "at"),
    Index("ix_events_person", "person_id"),
)

files = Table(
    "files",
    metadata,
    _short("sha256", 64, primary_key=True),
    Column("size", BigInteger, nullable=False),
    _words("mime"),
    _instant("created_at"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    _ref("locality_id", "localities.id"),
    _ref("assignment_id", "assignments.id", null=True),
    _ref("person_id", "people.id"),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    _words("name"),
    _words("mime"),
    Column("size", BigInteger, nullable=False),
    _instant("at"),
    Column("key", Text, nullable=False, unique=True),
    _json("findings"),
    _words("transport_ref", null=True),
    _ref("event_id", "events.id", null=True),
    Index("ix_evidence_sha256", "sha256"),
    Index("ix_evidence_assignment", "assignment_id"),
    Index("ix_evidence_person", "person_id"),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("telegram_id", BigInteger, nullable=True, unique=True),
    _words("full_name", null=True),
    _short("language", 8),
    _ref("current_locality_id", "localities.id", null=True),
    Column("reachable", Boolean, nullable=False),
    _instant("joined_at"),
    _instant("erased_at", null=True),
)

memberships = Table(
    "memberships",
    metadata,
    _id(),
    _ref("person_id", "people.id"),
    _ref("locality_id", "localities.id"),
    _ref("unit_id", "units.id"),
    _short("role"),
    _instant("since"),
    _instant("ended_at", null=True),
    _ref("ended_by", "people.id", null=True),
    Index("ix_memberships_locality", "locality_id"),
    Index("ix_memberships_person", "person_id"),
    Index("uq_memberships_running", "person_id", "unit_id", "role", unique=True, **_partial("ended_at IS NULL")),
)

invitations = Table(
    "invitations",
    metadata,
    _short("code", 64, primary_key=True),
    _ref("locality_id", "localities.id"),
    _ref("unit_id", "units.id"),
    _short("role"),
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default=text("0")),
    _instant("expires_at"),
    _instant("revoked_at", null=True),
    _ref("created_by", "people.id", null=True),
    _instant("created_at"),
    Index("ix_invitations_locality", "locality_id", "expires_at"),
)

invitation_uses = Table(
    "invitation_uses",
    metadata,
    _id(),
    Column("code", String(64), ForeignKey("invitations.code"), nullable=False),
    _ref("person_id", "people.id"),
    _instant("at"),
    Index("ix_invitation_uses_code", "code"),
    Index("ix_invitation_uses_person", "person_id"),
)

join_attempts = Table(
    "join_attempts",
    metadata,
    _id(),
    Column("telegram_id", BigInteger, nullable=False),
    _instant("at"),
    Index("ix_join_attempts_telegram_at", "telegram_id", "at"),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    _short("kind"),
    _json("draft"),
    _instant("updated_at"),
    _instant("answer_due_at", null=True),
    Index("ix_dialogues_telegram", "telegram_id"),
    Index("ix_dialogues_answer_due", "answer_due_at", **_partial("answer_due_at IS NOT NULL")),
)

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", BigInteger, nullable=False),
    _words("payload", null=True),
    _instant("received_at"),
    _short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _instant("done_at", null=True),
    _words("fault", null=True),
    Index("ix_inbox_pending", "bot_id", "update_id", **_partial("state = 'pending'")),
    Index("ix_inbox_kept", "done_at", **_partial("payload IS NOT NULL AND done_at IS NOT NULL")),
    Index("ix_inbox_owner", "owner"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _ref("locality_id", "localities.id"),
    _ref("person_id", "people.id", null=True),
    Column("chat_id", BigInteger, nullable=True),
    _short("rule"),
    _ref("assignment_id", "assignments.id", null=True),
    _ref("event_id", "events.id", null=True),
    _words("occasion"),
    _json("payload"),
    Column("urgent", Boolean, nullable=False),
    _instant("not_before"),
    _instant("created_at"),
    _short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _instant("sent_at", null=True),
    Column("message_id", BigInteger, nullable=True),
    Index("ix_outbox_state_not_before", "state", "not_before"),
    Index("ix_outbox_locality_state", "locality_id", "state"),
    Index("ix_outbox_person", "person_id"),
)

audit = Table(
    "audit",
    metadata,
    _ref("locality_id", "localities.id", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _instant("at"),
    _ref("actor_id", "people.id", null=True),
    _words("action"),
    _json("subject"),
    _short("previous", 64),
    _short("hash", 64),
)

day_exceptions = Table(
    "day_exceptions",
    metadata,
    _id(),
    _ref("locality_id", "localities.id", null=True),
    Column("day", Date, nullable=False),
    _short("kind"),
    _words("name"),
    _words("source"),
    UniqueConstraint("locality_id", "day"),
    # A unique pair lets NULL stand beside NULL, so the days of the whole country need their own rule.
    Index("uq_day_exceptions_country", "day", unique=True, **_partial("locality_id IS NULL")),
)
