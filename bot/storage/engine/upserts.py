"""INSERT … ON CONFLICT, which both engines know but SQLAlchemy offers only for one engine at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Insert


class Upsert:
    """One insert, built once for each engine.

    ``conflict`` names the columns of the unique key (none: of any); ``update`` those taken over from the new values
    where the key exists (none: the old row stays). ``returning`` names columns to give back; an insert that changed
    nothing gives no row. ``where`` is the condition of a partial unique index.
    """

    def __init__(
        self,
        table: Table,
        conflict: Sequence[str],
        update: Collection[str] = (),
        *,
        returning: Sequence[str] = (),
        where: ColumnElement[bool] | None = None,
    ) -> None:
        columns = [table.c[name] for name in returning]
        lite, post = sqlite.insert(table), postgresql.insert(table)
        if update:
            lite = lite.on_conflict_do_update(
                index_elements=conflict, index_where=where, set_={name: lite.excluded[name] for name in update}
            )
            post = post.on_conflict_do_update(
                index_elements=conflict, index_where=where, set_={name: post.excluded[name] for name in update}
            )
        else:
            lite = lite.on_conflict_do_nothing(index_elements=conflict or None, index_where=where)
            post = post.on_conflict_do_nothing(index_elements=conflict or None, index_where=where)
        self._built: dict[str, Any] = {
            "sqlite": lite.returning(*columns) if columns else lite,
            "postgresql": post.returning(*columns) if columns else post,
        }

    def on(self, conn: AsyncConnection) -> Insert:
        """The statement for the engine of this connection."""
        statement: Insert = self._built[conn.dialect.name]
        return statement
