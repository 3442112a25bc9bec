"""The child process that opens a PDF or an office file.

``python -m bot.evidence.probe FILE CONTAINER MEMORY_BYTES SECONDS [TRUST_ROOTS]``

It bounds itself before it loads anything heavy, prints one JSON object without a word of the file's text, and ends.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.evidence import office


def look(path: Path, container: str, trust_roots: Path | None) -> dict[str, Any]:
    """The report on a file whose first bytes say ``pdf``, ``zip`` or ``ole``; empty when it is none of ours."""
    if container == "zip":
        return office.read_package(path) or {}
    if container == "ole":
        from bot.evidence import legacy

        return legacy.read_compound(path) or {}
    # Loaded only where they are used: no file pays for the libraries of another.
    from bot.evidence import pdfs

    return pdfs.read_pdf(path, trust_roots)


def bound_this_process(memory_bytes: int, seconds: int) -> None:
    """From here on this process can neither take more memory or time, nor write a file."""
    import resource

    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def main(arguments: list[str]) -> int:
    """Exit code 0 with a report on stdout, or anything else without one."""
    path, container, memory_bytes, seconds, *roots = arguments
    bound_this_process(int(memory_bytes), int(seconds))
    report = look(Path(path), container, Path(roots[0]) if roots else None)
    sys.stdout.write(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
