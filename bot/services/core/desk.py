"""What every service works with, and who stands before it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import NotAllowed
from bot.domain.people.people import Person
from bot.domain.people.visitor import Visitor
from bot.services.core.book import Books
from bot.storage.engine.database import Database
from bot.storage.records.files import FileStore


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the evidence folder and the books of the localities."""

    db: Database
    files: FileStore
    books: Books
    max_file_bytes: int = 20 << 20
    trust_roots: Path | None = None
    bot_name: str | None = None
    probes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """How many files are opened at once by child processes, each of which may take hundreds of megabytes."""
    documents: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """How many documents are made at once by child processes; nobody's evidence waits for them."""


def require_person(visitor: Visitor) -> Person:
    """The member who asks. Raises NotAllowed for one who has not been invited."""
    if visitor.person is None or not visitor.memberships:
        raise NotAllowed("not_invited")
    return visitor.person


def current_locality_id(visitor: Visitor) -> int:
    """The locality the person works in now: the chosen one, else the first of the memberships.

    Raises NotAllowed for one who has no membership.
    """
    person = require_person(visitor)
    held = {m.locality_id for m in visitor.memberships}
    if person.current_locality_id in held:
        return int(person.current_locality_id or 0)
    return visitor.memberships[0].locality_id
