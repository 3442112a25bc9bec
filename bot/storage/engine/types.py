"""Column types that mean the same on SQLite and PostgreSQL: instants, exact figures, JSON, ids."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, Numeric, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeEngine

_WIDTH = len("2026-03-01T00:00:00.000000Z")


class NaiveInstant(DontWrapMixin, ValueError):
    """An instant without a zone was given to the database; it could mean two different moments."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite keeps text of one width, so that the order of texts is the order of time."""

    impl = String(_WIDTH)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column each engine gets."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(_WIDTH))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What the driver is given. Raises NaiveInstant for a datetime without a zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveInstant("an instant needs a zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else instant_text(moment)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        moment: datetime = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


def instant_text(value: datetime) -> str:
    """The instant as text of one width ("2026-03-01T00:00:00.000000Z")."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Exact(TypeDecorator[Decimal]):
    """A figure kept to its last digit: NUMERIC on PostgreSQL, text on SQLite, which has only floats."""

    impl = String(40)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column each engine gets."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else String(40))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """What the driver is given."""
        return value if value is None or dialect.name == "postgresql" else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The figure as it was given."""
        return None if value is None else Decimal(value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON values; Python's None is SQL's NULL."""

Id = BigInteger().with_variant(Integer, "sqlite")
"""Ids. SQLite numbers rows by itself only where the column says INTEGER."""
