"""Which files a report may carry: the sender's own that nothing carries yet, or those of the same assignment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.domain.errors import BadInput
from bot.domain.people.evidence import Evidence
from bot.domain.people.people import Person
from bot.storage.engine.database import Connection
from bot.storage.records import files


async def usable_files(
    conn: Connection, locality_id: int, person: Person, ids: Collection[int], *, assignment_id: int | None = None
) -> tuple[int, ...]:
    """The ids under which the files may be carried by a report of this locality, in the order given.

    Files of earlier reports may be chosen again for the same assignment. Raises BadInput where one is not the person's
    own, is carried by another report, or is gone.
    """
    found = {each.id: each for each in await files.evidence(conn, ids)}
    kept: list[int] = []
    for evidence_id in dict.fromkeys(ids):
        each = found.get(evidence_id)
        if each is None or not (_is_free(each, person) or _is_of(each, assignment_id)):
            raise BadInput("file_not_usable")
        kept.append(each.id if each.locality_id == locality_id else await _bring(conn, locality_id, each))
    return tuple(kept)


def _is_free(each: Evidence, person: Person) -> bool:
    return not each.is_carried and each.person_id == person.id


def _is_of(each: Evidence, assignment_id: int | None) -> bool:
    return each.event_id is not None and each.assignment_id is not None and each.assignment_id == assignment_id


async def _bring(conn: Connection, locality_id: int, each: Evidence) -> int:
    # A file sent before its task was named was kept under the current locality; the task may be of another one.
    there = replace(each, locality_id=locality_id, assignment_id=None, event_id=None)
    brought = await files.add_evidence(conn, there, f"evidence:{each.id}:{locality_id}")
    await files.drop_evidence(conn, [each.id])
    return brought.id
