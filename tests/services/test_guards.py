"""What belongs to another locality and what is not there at all answer alike, whatever a button names."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import NotFound
from bot.domain.people.difficulties import Category, EntryKind
from bot.domain.people.people import Role
from bot.domain.people.requests import RequestKind, Wish
from bot.domain.people.visitor import Visitor
from bot.services.appraising import appraise, reopen
from bot.services.core.desk import Desk
from bot.services.difficulties import discuss_difficulty, raise_difficulty, see_difficulties
from bot.services.periods import chase_period, close_period
from bot.services.periods.close_period import PeriodName
from bot.services.plan import set_limit
from bot.services.reminding import mute, prepare_nudge
from bot.services.reporting import meet_milestone, prepare_report, prepare_unit_report, report_progress, withdraw_report
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.services.requests import ask_office, change_work, decide_request, see_request
from bot.services.rows import show_row
from bot.storage.engine.database import Database
from tests.services.wards import a_desk
from tests.services.works import NOW, Work, key, some_work

FORGED = 987_654_321
BOT = Path(__file__).parents[2] / "bot"
Look = Callable[[Desk, Visitor, int], Awaitable[Any]]
_PERIOD = {"ask": "progress", "period": "2026-05"}

OF_AN_ASSIGNMENT: dict[str, Look] = {
    "report": lambda d, v, n: report_progress.report(
        d, v, assignment_id=n, said=report_progress.SaidProgress(unchanged=True), now=NOW, key=key()
    ),
    "prospect": lambda d, v, n: prepare_report.look(d, v, assignment_id=n, now=NOW),
    "withdraw": lambda d, v, n: withdraw_report.withdraw(d, v, assignment_id=n, event_id=1, now=NOW, key=key()),
    "milestone": lambda d, v, n: meet_milestone.meet(d, v, assignment_id=n, milestone=0, now=NOW, key=key()),
    "case": lambda d, v, n: appraise.case(d, v, assignment_id=n, report_id=1, now=NOW),
    "reopen": lambda d, v, n: reopen.look(d, v, assignment_id=n, now=NOW),
    "difficulty": lambda d, v, n: raise_difficulty.look(d, v, assignment_id=n, now=NOW),
    "extension": lambda d, v, n: ask_office.look(d, v, assignment_id=n, now=NOW),
    "hand over": lambda d, v, n: change_work.hand_over(
        d, v, assignment_id=n, unit_id=1, reason="Đúng việc", now=NOW, key=key()
    ),
    "chase": lambda d, v, n: prepare_nudge.look_at_chase(d, v, assignment_id=n, now=NOW),
    "row": lambda d, v, n: show_row.row_of_assignment(d, v, n),
}
OF_A_ROW: dict[str, Look] = {
    "card": lambda d, v, n: show_row.show(d, v, row_id=n, now=NOW),
    "files": lambda d, v, n: show_row.show_files(d, v, row_id=n, now=NOW),
    "changes": lambda d, v, n: show_row.show_changes(d, v, row_id=n, now=NOW),
    "change": lambda d, v, n: change_work.look(d, v, row_id=n, now=NOW),
    "limit": lambda d, v, n: set_limit.look(d, v, row_id=n, now=NOW),
    "mute": lambda d, v, n: mute.see_mute(d, v, row_id=n),
    "difficulties": lambda d, v, n: see_difficulties.list_of_row(d, v, row_id=n),
}
OF_A_REQUEST: dict[str, Look] = {
    "see": lambda d, v, n: see_request.see(d, v, request_id=n, now=NOW),
    "refuse": lambda d, v, n: decide_request.refuse(d, v, request_id=n, answer="Không cần", now=NOW, key=key()),
    "withdraw": lambda d, v, n: ask_office.withdraw(d, v, request_id=n, now=NOW, key=key()),
}
OF_A_DIFFICULTY: dict[str, Look] = {
    "see": lambda d, v, n: see_difficulties.see(d, v, difficulty_id=n, now=NOW),
    "files": lambda d, v, n: see_difficulties.show_files(d, v, difficulty_id=n),
    "answer": lambda d, v, n: discuss_difficulty.look(d, v, difficulty_id=n, what=EntryKind.ANSWERED, now=NOW),
}
OF_A_LOCALITY: dict[str, Look] = {
    "close": lambda d, v, n: close_period.close(d, v, PeriodName(n, **_PERIOD), now=NOW, key=key()),
    "reopen": lambda d, v, n: close_period.look_at_reopening(d, v, PeriodName(n, **_PERIOD), now=NOW),
    "chase": lambda d, v, n: chase_period.chase_missing(d, v, locality_id=n, **_PERIOD, seen=0, now=NOW),
    "unit report": lambda d, v, n: prepare_unit_report.look(
        d, v, target=UnitReportTarget(n, 1, "summary", "2026-Q1"), now=NOW
    ),
}


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """A desk."""
    return a_desk(sqlite_database, tmp_path / "data")


@pytest_asyncio.fixture
async def work(desk: Desk) -> Work:
    """The ward that everything belongs to."""
    return await some_work(desk)


@pytest_asyncio.fixture
async def strangers(desk: Desk, work: Work) -> tuple[Visitor, ...]:
    """An officer, the office and the committee of another ward: whoever may do most elsewhere may do nothing here."""
    other = await some_work(desk, "phuoc-binh", "Phước Bình")
    office = await other.ward.member(Role.OFFICE, other.ward.office, "Đỗ Thị Hà")
    return other.officer, office, await other.ward.member(Role.COMMITTEE, other.ward.office, "Lê Văn Tư")


async def _told(look: Look, desk: Desk, visitor: Visitor, number: int) -> tuple[type[BaseException], str]:
    with pytest.raises(Exception) as refused:
        await look(desk, visitor, number)
    return type(refused.value), str(refused.value)


async def _alike(looks: dict[str, Look], desk: Desk, strangers: tuple[Visitor, ...], number: int) -> None:
    for name, look in looks.items():
        for visitor in strangers:
            forged = await _told(look, desk, visitor, FORGED)
            assert await _told(look, desk, visitor, number) == forged, name
        assert (await _told(look, desk, strangers[1], number))[0] is NotFound, name


async def test_an_assignment(desk: Desk, work: Work, strangers: tuple[Visitor, ...]) -> None:
    await _alike(OF_AN_ASSIGNMENT, desk, strangers, work.by_code["NV03"])


async def test_a_row(desk: Desk, work: Work, strangers: tuple[Visitor, ...]) -> None:
    row_id = await show_row.row_of_assignment(desk, work.officer, work.by_code["NV01"])
    await _alike(OF_A_ROW, desk, strangers, row_id)


async def test_a_request(desk: Desk, work: Work, strangers: tuple[Visitor, ...]) -> None:
    asked = await ask_office.ask(
        desk,
        work.officer,
        kind=RequestKind.EXTENSION,
        assignment_id=work.by_code["NV01"],
        reason="Chờ kinh phí",
        wish=Wish(due_on=date(2026, 9, 30)),
        now=NOW,
        key=key(),
    )
    await _alike(OF_A_REQUEST, desk, strangers, asked.case.request.id)


async def test_a_difficulty(desk: Desk, work: Work, strangers: tuple[Visitor, ...]) -> None:
    raised = await raise_difficulty.raise_difficulty(
        desk,
        work.officer,
        assignment_id=work.by_code["NV01"],
        trouble=raise_difficulty.Trouble(Category.OTHER, None, "Thiếu máy"),
        now=NOW,
        key=key(),
    )
    await _alike(OF_A_DIFFICULTY, desk, strangers, raised.difficulty.id)


async def test_a_locality(desk: Desk, work: Work, strangers: tuple[Visitor, ...]) -> None:
    await _alike(OF_A_LOCALITY, desk, strangers, work.ward.id)


def test_who_may_read_is_asked_by_the_guards_alone() -> None:
    rooms = [BOT / room for room in ("services", "views", "conversations", "handlers", "documents", "transport")]
    asked = re.compile(r"people import .*\bmay_read\b|people\.may_read\(|may_decide_for_office\(")
    found = {path.name for room in rooms for path in room.rglob("*.py") if asked.search(path.read_text("utf-8"))}
    assert found == {"guards.py"}
