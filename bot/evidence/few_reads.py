"""A file as a library is given it that walks what a file says of itself, however often and long it says."""

from __future__ import annotations

import io

_MOST_READS, _MOST_BYTES = 20_000, 1 << 20


class FewReads(io.BufferedReader):
    """A file that breaks off (OSError) when it is asked too often or for too much.

    Five kilobytes can hold a library for seconds, and sixty for a quarter of an hour.
    """

    _reads, _bytes = _MOST_READS, _MOST_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file."""
        part = super().read(self._bytes if size is None or size < 0 else min(size, self._bytes))
        self._reads, self._bytes = self._reads - 1, self._bytes - len(part)
        if self._reads <= 0 or self._bytes <= 0:
            raise OSError("asked too often")
        return part
