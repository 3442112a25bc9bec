"""The look at a file before it is kept: refused, or described by its findings.

Photographs are read here by their headers. PDFs and office files are opened in a child process with bounds on time and
memory, so that no made-up file can hold or kill the bot.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sys
from asyncio import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import EvidenceRefused
from bot.evidence.findings import Findings
from bot.evidence.kinds import (
    ACCEPTED,
    ARCHIVES,
    HEAD_BYTES,
    OTHER_PICTURES,
    REFUSED_ENDINGS,
    WITH_MACROS,
    container_of,
    ending_of,
    said_to_be,
)
from bot.evidence.pictures import read_picture
from bot.evidence.secrecy import marking_in, marking_in_name

_MEGABYTE = 1 << 20
_ANSWER_BYTES = 1 << 17
_HOME = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one look may cost: seconds and bytes of memory of the child process, and pixels of a picture."""

    seconds: float = 15.0
    memory_bytes: int = 512 * _MEGABYTE
    max_pixels: int = 250_000_000


DEFAULT_BOUNDS = Bounds()


async def inspect(
    path: Path,
    *,
    name: str,
    declared_mime: str | None,
    caption: str | None,
    max_bytes: int,
    trust_roots: Path | None = None,
    bounds: Bounds = DEFAULT_BOUNDS,
    slots: asyncio.Semaphore | None = None,
) -> Findings:
    """What the file at ``path`` is; the caller removes it when it is refused.

    ``name`` and ``caption`` are what the sender wrote, ``trust_roots`` a folder of root certificates. ``slots`` bounds
    how many child processes run at once; a photograph needs none. Damaged and encrypted files come back ``unreadable``.

    Raises:
        EvidenceRefused: ``marked_secret``, ``file_empty``, ``file_too_large`` (megabytes), ``file_type_refused``,
            ``file_not_what_it_says`` (said), ``file_with_macros``, ``file_is_archive``, ``picture_kind_refused``
            (picture) or ``image_too_large`` (megapixels).
    """
    if marking_in_name(name) or marking_in(caption or ""):
        raise EvidenceRefused("marked_secret")
    size, container = await asyncio.to_thread(_glance, path)
    if not size:
        raise EvidenceRefused("file_empty")
    if size > max_bytes:
        raise EvidenceRefused("file_too_large", megabytes=max(1, max_bytes // _MEGABYTE))
    ending = ending_of(name)
    if ending in REFUSED_ENDINGS:
        raise EvidenceRefused("file_type_refused")
    if ending in WITH_MACROS:
        raise EvidenceRefused("file_with_macros")
    said = said_to_be(name, declared_mime)
    if container in ACCEPTED and ACCEPTED[container].kind == "photo":
        findings = await asyncio.to_thread(_photo, path, container, size, said, bounds)
    elif container in ("pdf", "zip", "ole"):
        async with slots or contextlib.nullcontext():
            report = await _probe(path, container, trust_roots, bounds)
        findings = _paper(report, container, size, said)
    else:
        raise _unaccepted(container or ending, said)
    if said is not None and ACCEPTED[said].kind != findings.kind:
        raise _refusal(said)
    return findings


def _glance(path: Path) -> tuple[int, str | None]:
    with path.open("rb") as file:
        return path.stat().st_size, container_of(file.read(HEAD_BYTES))


def _refusal(said: str | None) -> EvidenceRefused:
    return EvidenceRefused("file_not_what_it_says", said=said) if said else EvidenceRefused("file_type_refused")


def _unaccepted(kind: str, said: str | None) -> EvidenceRefused:
    """The refusal of a kind that is not kept, with a hint what to send instead where it is one that people have."""
    if kind in OTHER_PICTURES and (said is None or ACCEPTED[said].kind == "photo"):
        return EvidenceRefused("picture_kind_refused", picture=OTHER_PICTURES[kind])
    if kind in ARCHIVES and said is None:
        return EvidenceRefused("file_is_archive")
    return _refusal(said)


def _photo(path: Path, extension: str, size: int, said: str | None, bounds: Bounds) -> Findings:
    picture = read_picture(path, extension)
    if picture is None:
        raise _refusal(said)
    if picture.width * picture.height > bounds.max_pixels:
        raise EvidenceRefused("image_too_large", megapixels=bounds.max_pixels // 1_000_000)
    return Findings(
        mime=ACCEPTED[extension].mime,
        kind="photo",
        extension=extension,
        size=size,
        width=picture.width,
        height=picture.height,
        taken_at=picture.taken_at,
        unreadable=not picture.whole,
    )


def _paper(report: Mapping[str, Any] | None, container: str, size: int, said: str | None) -> Findings:
    """The findings out of the child's report; without one, a PDF is still a PDF and anything else was never opened."""
    if report is None:
        report = {"extension": "pdf", "unreadable": True} if container == "pdf" else {}
    if report.get("marked"):
        raise EvidenceRefused("marked_secret")
    if report.get("macros") and (said is None or ACCEPTED[said].kind == "office"):
        raise EvidenceRefused("file_with_macros")
    extension = report.get("extension")
    if extension == "encrypted" and said is not None and ACCEPTED[said].kind == "office":
        extension = said
    if extension not in ACCEPTED:
        raise _unaccepted(container, said)
    accepted = ACCEPTED[extension]
    described = {key: report.get(key) for key in ("pages", "signatures", "unreadable")}
    return Findings.from_json(
        {"mime": accepted.mime, "kind": accepted.kind, "extension": extension, "size": size, **described}
    )


async def _probe(path: Path, container: str, trust_roots: Path | None, bounds: Bounds) -> dict[str, Any] | None:
    """The child's report, or None when it crashed, ran out of its bounds or said nothing that can be read."""
    child = await asyncio.create_subprocess_exec(
        *_command(path, container, trust_roots, bounds),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Nothing of ours is handed down: neither the token nor the address of the database.
        env={"PYTHONPATH": str(_HOME), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        limit=_ANSWER_BYTES,
    )
    try:
        async with asyncio.timeout(bounds.seconds):
            said = await _everything(child)
            code = await child.wait()
    except TimeoutError:
        return None
    finally:
        await _end(child)
    if code != 0:
        return None
    with contextlib.suppress(ValueError):
        report = json.loads(said)
        return report if isinstance(report, dict) else None
    return None


def _command(path: Path, container: str, trust_roots: Path | None, bounds: Bounds) -> list[str]:
    seconds = max(1, math.ceil(bounds.seconds))
    roots = [str(trust_roots.absolute())] if trust_roots else []
    # -P keeps the working directory off the child's path: a file lying there must not be imported as a library.
    child = [sys.executable, "-P", "-B", "-m", "bot.evidence.probe"]
    return [*child, str(path.absolute()), container, str(bounds.memory_bytes), str(seconds), *roots]


async def _everything(child: subprocess.Process) -> bytes:
    said = b""
    while child.stdout and len(said) < _ANSWER_BYTES and (more := await child.stdout.read(_ANSWER_BYTES)):
        said += more
    return said


async def _end(child: subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await asyncio.shield(child.wait())
