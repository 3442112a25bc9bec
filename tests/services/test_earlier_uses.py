"""Of which reports a file is said to have been used before: never the same one, never one that was withdrawn."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest_asyncio

from bot.domain.people.evidence import Evidence
from bot.services.reporting.attach_evidence import given_files
from bot.services.reporting.report_progress import Receipt, SaidProgress, report
from bot.services.reporting.withdraw_report import withdraw
from bot.storage.engine.database import Database
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, a_photo, key, some_work


@pytest_asyncio.fixture
async def work(database: Database, tmp_path: Path) -> Work:
    """The work of a ward, once on each engine."""
    return await some_work(a_desk(database, tmp_path / "data"))


async def sent(work: Work, code: str, *files: Evidence) -> Receipt:
    ids, at = [each.id for each in files], work.by_code[code]
    return await report(
        work.desk, work.officer, assignment_id=at, said=SaidProgress(Decimal(40), files=ids), now=NOW, key=key()
    )


async def used(work: Work, *files: Evidence, together: bool = True) -> list[list[str]]:
    """The codes told of each file."""
    async with work.desk.db.read() as conn:
        book = await work.desk.books.of(conn, work.ward.id)
        found = await given_files(conn, book, [each.id for each in files], together=together)
    return [[use.code for use in given.used] for given in found]


async def test_a_report_uses_a_content_once_however_often_it_carries_it(work: Work) -> None:
    content = a_photo()
    first, copy = await work.give(content, "a.png"), await work.give(content, "b.png")
    assert await used(work, first, copy) == [[], []]
    await sent(work, "NV01", first, copy)
    assert await used(work, first, copy) == [[], []]
    assert await used(work, first, copy, together=False) == [[], []]
    other = await work.give(content, "c.png")
    assert await used(work, other) == [["NV01"]]


async def test_a_file_of_another_report_is_told_in_a_list_and_not_within_one_report(work: Work) -> None:
    content = a_photo()
    first, second = await work.give(content, "a.png"), await work.give(content, "b.png")
    await sent(work, "NV01", first)
    await sent(work, "NV07", second)
    assert await used(work, first, second, together=False) == [["NV07"], ["NV01"]]
    # Chosen again beside its copy: both belong to the report that is being written.
    assert await used(work, first, second) == [[], []]


async def test_a_withdrawn_report_used_nothing_and_is_told_nothing(work: Work) -> None:
    content = a_photo()
    first, second = await work.give(content, "a.png"), await work.give(content, "b.png")
    receipt = await sent(work, "NV01", first)
    assert await used(work, second) == [["NV01"]]
    await withdraw(
        work.desk,
        work.officer,
        assignment_id=work.by_code["NV01"],
        event_id=receipt.number,
        now=NOW + timedelta(minutes=2),
        key=key(),
    )
    assert await used(work, second) == [[]]
    await sent(work, "NV07", second)
    assert await used(work, first, second, together=False) == [[], []]
