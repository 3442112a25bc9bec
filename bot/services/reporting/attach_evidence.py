"""Take a file as evidence: measured, looked at, hashed and on the disk before anyone is told that it was received."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.domain.errors import DatabaseBusy, DatabaseFull, EvidenceRefused, NotAllowed
from bot.domain.people import people
from bot.domain.people.dialogue import DialogueKind
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.domain.plan.words import tidy
from bot.domain.work.events import Withdrawal
from bot.evidence.findings import Findings
from bot.evidence.inspect import inspect
from bot.evidence.secrecy import marking_in, marking_in_name
from bot.services.core.book import Book
from bot.services.core.desk import Desk, current_locality_id, require_person
from bot.services.core.guards import may_read
from bot.storage.engine.database import Connection
from bot.storage.records import audit, events, files, plans

SECRET = "marked_secret"  # noqa: S105 - the key of a sentence
MAX_NAME = 200
_MEGABYTE = 1 << 20
"""As Telegram counts: its limit of 20 MB is 20 × 1,048,576 bytes."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Use:
    """An earlier report that carries the same content: the row's code and the locality's day it was given."""

    code: str
    day: date


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file on the card, with the earlier uses of the same content."""

    evidence: Evidence
    used: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file somebody has sent that is not fetched yet: what is announced of it, and ``download``, which writes it to a
    path. ``size`` is in bytes; what is not announced is none.
    """

    name: str
    download: Callable[[Path], Awaitable[object]]
    mime: str | None = None
    size: int | None = None
    caption: str | None = None
    transport_ref: str | None = None


async def receive(desk: Desk, visitor: Visitor, offered: OfferedFile, *, now: datetime, key: str) -> Evidence:
    """The evidence as it was stored, once under ``key``; not attached to any report yet.

    It is fetched only once the size announced is known to be allowed. Raises NotAllowed for a person who reports for no
    unit, EvidenceRefused for what is not kept, DatabaseFull where the disk has no room; of a file marked secret only
    the fact is written down (Law 117/2025).
    """
    person = require_person(visitor)
    # What is marked in its name or caption is not even fetched.
    await refuse_marked(desk, visitor, name=offered.name, caption=offered.caption, now=now)
    locality_id = reporting_locality(visitor)
    _check_size(offered.size, desk.max_file_bytes)
    try:
        sha256, size, findings = await _fetched(desk, offered)
    except EvidenceRefused as refused:
        if refused.key == SECRET:
            await _note_refusal(desk, person, locality_id, now)
        raise
    given = Evidence(
        id=0,
        locality_id=locality_id,
        person_id=person.id,
        sha256=sha256,
        name=_short(offered.name, findings.extension),
        mime=findings.mime,
        size=size,
        at=now,
        findings=findings.to_json(),
        transport_ref=offered.transport_ref,
    )
    return await _write(desk, given, f"{key}:evidence")


async def _fetched(desk: Desk, offered: OfferedFile) -> tuple[str, int, Findings]:
    """Hash and size under which the content is kept, and what was found in it."""
    temp = desk.files.temp_path()
    try:
        await offered.download(temp)
        _check_size(temp.stat().st_size if temp.exists() else 0, desk.max_file_bytes)
        findings = await inspect(
            temp,
            name=offered.name,
            declared_mime=offered.mime,
            caption=offered.caption,
            max_bytes=desk.max_file_bytes,
            trust_roots=desk.trust_roots,
            slots=desk.probes,
        )
        return *await desk.files.keep(temp), findings
    except OSError as broken:
        if broken.errno in _NO_ROOM:
            raise DatabaseFull from broken
        raise
    finally:
        temp.unlink(missing_ok=True)


async def refuse_marked(desk: Desk, visitor: Visitor, *, name: str, caption: str | None, now: datetime) -> None:
    """Raises EvidenceRefused for a message whose file name or caption is marked secret; only the fact is kept."""
    if marking_in_name(name) or marking_in(caption or ""):
        await _note_refusal(desk, require_person(visitor), current_locality_id(visitor), now)
        raise EvidenceRefused(SECRET)


def reporting_locality(visitor: Visitor) -> int:
    """The locality a file is taken for: that of the open report, else the current one, else one reported in.

    Raises NotAllowed for a person who reports for no unit anywhere, unless he or she answers a difficulty.
    """
    current = current_locality_id(visitor)
    open_one = visitor.dialogue.draft.get("locality_id") if visitor.dialogue else None
    answers = visitor.dialogue is not None and visitor.dialogue.kind == DialogueKind.DIFFICULTY_WORDS
    if answers and isinstance(open_one, int) and may_read(visitor, open_one):
        return open_one
    for locality_id in (open_one, current, *(m.locality_id for m in visitor.memberships)):
        if isinstance(locality_id, int) and people.reporting_units(visitor.memberships, locality_id):
            return locality_id
    raise NotAllowed("no_reporting_unit")


async def given_files(
    conn: Connection, book: Book, ids: Collection[int], *, together: bool = True
) -> tuple[GivenFile, ...]:
    """The files of these ids in the order given, each with where the same content was used before.

    ``together``: they belong to one report, so that none of them is an earlier use of another.
    """
    found = {each.id: each for each in await files.evidence(conn, ids)}
    uses = _Uses(conn, book, frozenset(ids) if together else frozenset())
    return tuple([GivenFile(found[each], await uses.of(found[each])) for each in dict.fromkeys(ids) if each in found])


async def still_kept(conn: Connection, ids: Collection[int]) -> frozenset[int]:
    """Those of these files that are still there: one that no report carried for 30 days is wiped."""
    return frozenset(each.id for each in await files.evidence(conn, ids))


async def earlier_files(conn: Connection, assignment_id: int) -> tuple[Evidence, ...]:
    """The files that earlier reports of an assignment carry, the newest first, identical content once."""
    carried = [each for each in await files.evidence_of(conn, assignment_id) if each.event_id is not None]
    return tuple({each.sha256: each for each in reversed(carried)}.values())


async def forget(desk: Desk, visitor: Visitor, ids: Collection[int], *, now: datetime) -> int:
    """How many of the person's own files were wiped, from the disk too: only those that no report carries."""
    person = require_person(visitor)
    async with desk.db.write() as conn:
        own = [each for each in await files.evidence(conn, ids) if each.person_id == person.id and not each.is_carried]
        dropped = await files.drop_evidence(conn, [each.id for each in own]) if own else 0
        for each in own:
            await audit.append(conn, each.locality_id, now, person.id, "evidence_dropped", {"evidence": each.id})
        bare = [sha256 for sha256 in {each.sha256 for each in own} if await files.drop_file(conn, sha256)]
    await _wipe(desk, bare)
    return dropped


async def drop_unattached(desk: Desk, *, older_than: datetime) -> int:
    """How many files were wiped whose evidence came before ``older_than`` and that no report carries.

    For housekeeping. A dialogue left open for so long loses its files; its card says how many there are.
    """
    async with desk.db.write() as conn:
        hashes = await files.drop_unattached(conn, older_than)
        bare = [sha256 for sha256 in sorted(hashes) if await files.drop_file(conn, sha256)]
    await _wipe(desk, bare)
    return len(bare)


async def _wipe(desk: Desk, hashes: Collection[str]) -> None:
    """Take contents off the disk, unless somebody has sent the same again since: looked at where nobody else writes."""
    async with desk.db.write() as conn:
        for sha256 in hashes:
            if not await files.is_kept(conn, sha256):
                await desk.files.remove(sha256)


def too_large(most: int) -> EvidenceRefused:
    """The refusal of a file of more than ``most`` bytes."""
    return EvidenceRefused("file_too_large", megabytes=most // _MEGABYTE)


def _check_size(size: int | None, most: int) -> None:
    if size == 0:
        raise EvidenceRefused("file_empty")
    if size is not None and size > most:
        raise too_large(most)


async def _write(desk: Desk, given: Evidence, key: str) -> Evidence:
    async with desk.db.write() as conn:
        await files.add_file(conn, given.sha256, given.size, given.mime, given.at)
        stored = await files.add_evidence(conn, given, key)
        if stored.at == given.at:
            about = {"evidence": stored.id}
            await audit.append(conn, given.locality_id, given.at, given.person_id, "evidence", about)
    if not desk.files.path_of(given.sha256).exists():
        # Housekeeping wiped the same content meanwhile: the update is tried again, and fetches the file anew.
        raise DatabaseBusy
    return stored


def _short(name: str, extension: str) -> str:
    flat = tidy(name) or f"file.{extension}"
    if len(flat) <= MAX_NAME:
        return flat
    stem, dot, ending = flat.rpartition(".")
    kept = ending if dot and len(ending) <= 8 else extension
    return f"{(stem or flat)[: MAX_NAME - len(kept) - 2]}….{kept}"


async def _note_refusal(desk: Desk, person: Person, locality_id: int, now: datetime) -> None:
    async with desk.db.write() as conn:
        await audit.append(conn, locality_id, now, person.id, "secret_refused", {})


class _Uses:
    """Where contents were used before; a report that was withdrawn used nothing."""

    def __init__(self, conn: Connection, book: Book, own: frozenset[int]) -> None:
        self._conn = conn
        self._book = book
        self._own = own
        self._taken_back: dict[int, frozenset[int]] = {}

    async def of(self, evidence: Evidence) -> tuple[Use, ...]:
        """The uses of the same content by other reports, each once."""
        others = await files.uses_of(self._conn, evidence.locality_id, evidence.sha256)
        used = [
            await self._use(other)
            for other in others
            if other.id not in {evidence.id, *self._own} and other.event_id != evidence.event_id
        ]
        found = tuple(dict.fromkeys(use for use in used if use is not None))
        return () if found and await self._is_taken_back(evidence) else found

    async def _use(self, other: Evidence) -> Use | None:
        if other.event_id is None or other.assignment_id is None or await self._is_taken_back(other):
            return None
        assignment = await events.assignment(self._conn, other.assignment_id)
        if assignment is None:
            return None
        # It may have been used for another year's plan.
        row = self._book.rows.get(assignment.row_id) or await plans.row(self._conn, assignment.row_id)
        return Use(self._book.code_of(row), self._book.today(other.at)) if row is not None else None

    async def _is_taken_back(self, evidence: Evidence) -> bool:
        assignment_id = evidence.assignment_id
        if evidence.event_id is None or assignment_id is None:
            return False
        if assignment_id not in self._taken_back:
            happened = await events.events_of(self._conn, assignment_id)
            withdrawn = (event.body.report_id for event in happened if isinstance(event.body, Withdrawal))
            self._taken_back[assignment_id] = frozenset(withdrawn)
        return evidence.event_id in self._taken_back[assignment_id]
