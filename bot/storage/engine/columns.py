"""The columns tables are put together from; steps of migrations use them too, so they never change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, String, Text, text

from bot.storage.engine.types import Id, Instant, Json


def new_metadata() -> MetaData:
    """An empty set of tables whose constraints are named the same way on both engines."""
    return MetaData(
        naming_convention={
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def own_id() -> Column[int]:
    """A row's own number."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def ref(name: str, target: str, *, null: bool = False, primary_key: bool = False) -> Column[Any]:
    """The number of a row elsewhere, which must exist."""
    return Column(name, Id, ForeignKey(target), nullable=null, primary_key=primary_key, autoincrement=False)


def words(name: str, *, null: bool = False) -> Column[Any]:
    """Text of any length."""
    return Column(name, Text, nullable=null)


def short(name: str, length: int = 40, *, null: bool = False, primary_key: bool = False) -> Column[Any]:
    """A short string."""
    return Column(name, String(length), nullable=null, primary_key=primary_key)


def json(name: str, *, null: bool = False) -> Column[Any]:
    """A JSON value."""
    return Column(name, Json, nullable=null)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """A moment."""
    return Column(name, Instant, nullable=null)


def partial(condition: str) -> dict[str, Any]:
    """What limits an index to the rows for which ``condition`` holds, written in SQL both engines read."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


metadata = new_metadata()
"""All tables of the program; bot.storage.engine.tables names them."""
