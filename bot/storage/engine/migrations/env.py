"""What Alembic runs on the connection it is handed by bot.storage.engine.migrate."""

from __future__ import annotations

from alembic import context

from bot.storage.engine.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Both engines take back a step that failed half way.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
