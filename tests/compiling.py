"""A statement is made into SQL once a run, not once a database: hundreds of tests open one of their own.

SQLAlchemy keeps what it has made with each engine. Here all engines of a kind share it: they are set up alike, so the
SQL is the same.
"""

from __future__ import annotations

from typing import Any

from bot.storage.engine import engines


class _Compiled(dict[Any, Any]):
    """Statements made into SQL, by the kind of database in place of the one they were first made for."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (type(dialect), *rest)


def compile_once() -> None:
    """From now on engines share what they make."""
    create, options = engines.create_async_engine, {"compiled_cache": _Compiled()}

    def sharing(*args: Any, **settings: Any) -> Any:
        return create(*args, execution_options=options, **settings)

    engines.create_async_engine = sharing
