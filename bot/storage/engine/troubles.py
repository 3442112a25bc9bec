"""What an error of the machine means to the operator: a sentence instead of the name of a class."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from bot.domain.errors import DatabaseBusy, DatabaseFull, TienDoError
from bot.storage.engine.engines import NO_SUCH_DATABASE, sqlstate_of

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: "database_in_use",
    sqlite3.SQLITE_LOCKED: "database_in_use",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_IOERR: "database_unreadable",
    sqlite3.SQLITE_CANTOPEN: "database_unreadable",
    sqlite3.SQLITE_PERM: "database_unreadable",
    sqlite3.SQLITE_READONLY: "database_read_only",
    sqlite3.SQLITE_NOTADB: "database_damaged",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
}


def trouble(error: BaseException) -> TienDoError | None:
    """What the operator reads of an error; none where it is none of the machine's."""
    for one in _causes(error):
        named = _named(one)
        if named is not None:
            return named
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        driver = getattr(error, "orig", None)
        error = driver if isinstance(driver, BaseException) else error.__cause__


def _named(error: BaseException) -> TienDoError | None:
    if isinstance(error, DatabaseBusy):
        return TienDoError("database_in_use")
    if isinstance(error, DatabaseFull):
        return TienDoError("disk_full")
    if isinstance(error, sqlite3.Error):
        key = _OF_SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        return None if key is None else TienDoError(key)
    if sqlstate_of(error) == NO_SUCH_DATABASE:
        return TienDoError("database_not_created")
    return _of_files(error) if isinstance(error, OSError) else None


def _of_files(error: OSError) -> TienDoError | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TienDoError("disk_full")
    if error.filename is None:
        return None
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return TienDoError("not_permitted", path=error.filename)
    return TienDoError("file_refused", path=error.filename, why=error.strerror)
