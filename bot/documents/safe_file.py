"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from bot.domain.errors import TienDoError


class NotWritten(TienDoError):
    """A file could not be written; what lay in its place lies there still."""


def write_whole(path: Path, content: bytes) -> None:
    """Write under another name beside the place, then move there. Raises NotWritten, and leaves nothing behind then."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:100]}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as refused:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        full = refused.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        key = "no_room_for_file" if full else "file_not_written"
        raise NotWritten(key, path=path, why=refused.strerror or type(refused).__name__) from refused
