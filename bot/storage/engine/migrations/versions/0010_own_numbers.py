"""Updates get a number of ours, as Telegram begins its own anew; numbers of what is deleted are not given again."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint, text

from bot.storage.engine.columns import instant, json, new_metadata, own_id, partial, ref, short, words

revision = "0010"
down_revision = "0009"

metadata = new_metadata()
Table("localities", metadata, own_id())
inbox = Table(
    "inbox",
    metadata,
    own_id(),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("nth", Integer, nullable=False, server_default=text("0")),
    Column("owner", BigInteger, nullable=False),
    words("payload", null=True),
    instant("received_at"),
    instant("said_at", null=True),
    short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("done_at", null=True),
    words("fault", null=True),
    words("old_key", null=True),
    UniqueConstraint("bot_id", "update_id", "nth"),
    Index("ix_inbox_pending", "bot_id", "id", **partial("state = 'pending'")),
    Index("ix_inbox_kept", "done_at", **partial("payload IS NOT NULL AND done_at IS NOT NULL")),
    Index("ix_inbox_done", "done_at", **partial("state = 'done'")),
    Index("ix_inbox_owner", "owner"),
    sqlite_autoincrement=True,
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
    sqlite_autoincrement=True,
)
before = new_metadata()
Table("localities", before, own_id())
old_inbox = Table(
    "inbox",
    before,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", BigInteger, nullable=False),
    words("payload", null=True),
    instant("received_at"),
    short("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    instant("done_at", null=True),
    words("fault", null=True),
    Index("ix_inbox_pending", "bot_id", "update_id", **partial("state = 'pending'")),
    Index("ix_inbox_kept", "done_at", **partial("payload IS NOT NULL AND done_at IS NOT NULL")),
    Index("ix_inbox_owner", "owner"),
)
old_questions = Table(
    "questions",
    before,
    own_id(),
    ref("locality_id", "localities.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    json("reading"),
    instant("asked_at"),
    Index("ix_questions_asked_by", "telegram_id", "chat_id", "id"),
    Index("ix_questions_asked_at", "asked_at"),
)
KEPT = "bot_id, update_id, owner, payload, received_at, state, attempts, done_at, fault"
# An update that took effect and was cut off before it was done is known by the key it had.
OLD_KEY = "CASE WHEN state = 'pending' THEN CAST(bot_id AS TEXT) || '-' || CAST(update_id AS TEXT) END"
NEWEST = "WHERE id IN (SELECT max(id) FROM moved GROUP BY bot_id, update_id)"
ASKED = "id, locality_id, chat_id, telegram_id, reading, asked_at"


def upgrade() -> None:
    """Number the updates in the order they came; add what housekeeping finds the old by."""
    rebuild(inbox, f"{KEPT}, old_key", f"{KEPT}, {OLD_KEY}", "ORDER BY received_at, bot_id, update_id")
    if op.get_bind().dialect.name == "sqlite":
        rebuild(questions, ASKED, ASKED, "ORDER BY id")
    op.create_index("ix_join_attempts_at", "join_attempts", ["at"])
    op.create_index("ix_dialogues_idle", "dialogues", ["updated_at"])


def downgrade() -> None:
    """Take them away; of updates with one number the newest stays."""
    op.drop_index("ix_dialogues_idle", table_name="dialogues")
    op.drop_index("ix_join_attempts_at", table_name="join_attempts")
    if op.get_bind().dialect.name == "sqlite":
        rebuild(old_questions, ASKED, ASKED, "ORDER BY id")
    rebuild(old_inbox, KEPT, KEPT, f"{NEWEST} ORDER BY id")


def rebuild(table: Table, columns: str, values: str, ending: str) -> None:
    """Make the table in its new shape, with what it held."""
    op.execute(f"CREATE TABLE moved AS SELECT * FROM {table.name}")
    op.drop_table(table.name)
    table.create(op.get_bind())
    op.execute(f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM moved {ending}")
    op.drop_table("moved")
