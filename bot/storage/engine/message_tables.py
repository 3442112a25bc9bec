"""The tables of what comes in and what goes out: updates, open dialogues, notices, and what notices heed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.engine.columns import instant, json, metadata, own_id, partial, ref, short, words

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
