"""Where coverage is not measured: on Python 3.11 being traced slows down everything that runs, libraries above all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


def measure_again() -> None:
    """Begin to measure anew where a test took the trace with it: a greenlet that is thrown away can."""
    measured = Coverage.current()
    if measured is not None and sys.gettrace() is None:
        measured.stop()
        measured.start()


@contextmanager
def unmeasured() -> Iterator[None]:
    """A block that coverage does not look into."""
    if Coverage.current() is None:
        yield
        return
    here, elsewhere = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.settrace(here)
        threading.settrace(elsewhere)  # type: ignore[arg-type]
