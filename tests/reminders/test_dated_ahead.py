"""What people did under a wrong clock, 29 hours ahead: it hides nothing that comes after it, and is set right."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from bot.domain.errors import NotAllowed, TransitionRefused
from bot.domain.people.difficulties import DifficultyState, EntryKind
from bot.domain.people.requests import NewTask, RequestKind, Wish
from bot.domain.plan.duties import Ask
from bot.domain.work.events import Opening, Report
from bot.domain.work.lifecycle import fold
from bot.reminders.put_right import put_right
from bot.services.core import ledger
from bot.services.core.board import leads_known
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.periods.close_period import PeriodName, close
from bot.services.periods.period_state import DutyOutcome, duty_named, period_state
from bot.services.reminding.date_anew import SetRight, date_anew, misdated
from bot.services.reporting.withdraw_report import withdraw
from bot.services.requests.add_task import Printed, WantedTask, add_task
from bot.services.requests.ask_office import ask
from bot.services.requests.decide_request import grant
from bot.storage.engine import tables as t
from bot.storage.engine.database import Database
from bot.storage.records import audit, difficulties, events, period_marks, unit_reports
from tests import at_rest
from tests.reminders.hamlet import DIVISION, POLICE, Hamlet, a_hamlet, local
from tests.reminders.test_difficulties import raised, said
from tests.reminders.test_unit_duties import RULES
from tests.transport.abort import AbortAt
from tests.wrong_clock import WRONG

TRUE, AHEAD = "2026-06-30 10:00", WRONG["29 hours ahead"]
PRINTED = Printed("Bổ sung", "Giao thêm")
RIGHT_AGAIN = "2026-06-30 10:30"


@dataclass
class Lived:
    """A hamlet in which some did something under the wrong clock, and others after it was right again."""

    hamlet: Hamlet
    difficulty: int = 0
    first: int = 0

    async def set_right(self, who: str = "Văn phòng", desk: Desk | None = None) -> SetRight:
        hamlet = self.hamlet
        visitor, now = await hamlet.visitor(who), hamlet.clock.now()
        return await date_anew(desk or hamlet.desk, visitor, locality_id=hamlet.place, now=now)


@pytest_asyncio.fixture
async def lived(database_url: str, tmp_path: Path) -> AsyncIterator[Lived]:
    async with a_hamlet(database_url, tmp_path, "2026-05-29 16:00", reporting=RULES) as hamlet:
        yield await _lived(hamlet)


async def _lived(hamlet: Hamlet) -> Lived:
    for code, limit, unit in (
        ("NV01", "Năm 2026", POLICE),
        ("NV02", "Năm 2026", DIVISION),
        ("NV03", "30/9/2026", POLICE),
    ):
        await hamlet.row(code, limit, unit, teams=[DIVISION] if unit != DIVISION else [])
    await hamlet.use()
    lived = Lived(hamlet)
    hamlet.clock.move_to(local(TRUE) + AHEAD)
    lived.first = await hamlet.report("NV01", 50)
    await hamlet.send("Bình", DIVISION, "summary", "2026-Q2")
    lived.difficulty = await raised(hamlet)
    await _granted(hamlet)
    await _added(hamlet)
    hamlet.clock.move_to(local(RIGHT_AGAIN))
    await put_right(hamlet.desk, hamlet.clock.now())
    hamlet.clock.move_by(minutes=10)
    await hamlet.report("NV01", 60)
    await hamlet.send("Bình", DIVISION, "summary", "2026-Q2")
    await said(hamlet, lived.difficulty, EntryKind.ANSWERED, "Bình")
    return lived


async def _granted(hamlet: Hamlet) -> None:
    an, office, now = await hamlet.visitor("An"), await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    wish = Wish(due_on=date(2026, 10, 30))
    about = {"kind": RequestKind.EXTENSION, "assignment_id": hamlet.ids["NV03"], "reason": "Chờ vốn", "wish": wish}
    asked = await ask(hamlet.desk, an, **about, now=now, key="ask")  # type: ignore[arg-type]
    await grant(hamlet.desk, office, request_id=asked.case.request.id, printed=PRINTED, now=now, key="grant")  # type: ignore[arg-type]


async def _added(hamlet: Hamlet) -> None:
    office, now = await hamlet.visitor("Văn phòng"), hamlet.clock.now()
    wanted = WantedTask(NewTask("Việc thêm", hamlet.units[POLICE], "30/9/2026"), "Theo công văn")
    await add_task(hamlet.desk, office, locality_id=hamlet.place, wanted=wanted, printed=PRINTED, now=now, key="add")


async def test_what_bears_a_later_date_is_listed_with_the_date_it_gets(lived: Lived) -> None:
    hamlet = lived.hamlet
    async with hamlet.db.read() as conn:
        found = await misdated(conn, await hamlet.desk.books.of(conn, hamlet.place), hamlet.clock.now())
    assert [(each.kind, each.about, each.who) for each in found] == [
        ("added", "NV04", "–"),
        ("decision", "NV03", "Văn phòng"),
        ("decision", "NV04", "Văn phòng"),
        ("difficulty", "NV01", "An"),
        ("extension", "NV03", "Văn phòng"),
        ("report", "NV01", "An"),
        ("request", "NV03", "An"),
        ("request", "NV04", "Văn phòng"),
        ("unit_report", DIVISION, "Bình"),
    ]
    # Nothing says by how much the clock was wrong; it was right again by then.
    assert {each.new for each in found} == {local(RIGHT_AGAIN)}


async def test_nothing_true_is_hidden_behind_what_bears_a_later_date(lived: Lived) -> None:
    hamlet, now = lived.hamlet, lived.hamlet.clock.now()
    async with hamlet.db.read() as conn:
        book = await hamlet.desk.books.of(conn, hamlet.place)
        known = {lead.row.code: lead.standing for lead in await leads_known(conn, book, now)}
        (asked,) = await difficulties.of_plan(conn, hamlet.plan, until=now)
        duty = duty_named(book, "summary", "2026-Q2")
        assert duty is not None
        state = await period_state(conn, book, duty, now)
    assert known["NV01"].percent == 60
    assert asked.state is DifficultyState.ANSWERED and len(asked.entries) == 2
    (unit,) = (each for each in state.units if each.unit == DIVISION)
    assert unit.given is not DutyOutcome.MISSING


async def test_a_question_followed_up_waits_since_the_true_date(lived: Lived) -> None:
    hamlet = lived.hamlet
    await said(hamlet, lived.difficulty, EntryKind.FOLLOWED, "An", "Chưa đủ")
    async with hamlet.db.read() as conn:
        found = await difficulties.difficulty(conn, lived.difficulty)
    assert found is not None and found.waits_since == hamlet.clock.now()
    first = replace(found, entries=found.entries[:1])
    assert first.waits_since == local(TRUE) + AHEAD
    twice = replace(found, entries=(found.entries[0], replace(found.entries[2], id=99)))
    assert twice.waits_since == hamlet.clock.now()


async def test_the_office_sets_all_of_it_right_and_what_follows_from_the_dates(lived: Lived) -> None:
    hamlet = lived.hamlet
    made = await lived.set_right()
    assert len(made.done) == 9 and not made.left
    right = local(RIGHT_AGAIN)
    async with hamlet.db.read() as conn:
        book = await hamlet.desk.books.of(conn, hamlet.place)
        assert await misdated(conn, book, hamlet.clock.now()) == ()
        _, first = await events.event(conn, lived.first) or (0, None)
        # 29 hours later its period would have been over: it was not late.
        assert first is not None and first.at == right
        assert isinstance(first.body, Report) and (first.body.period, first.body.late) == ("2026-06", False)
        (summary, _) = await unit_reports.of_duty(conn, hamlet.plan, hamlet.units[DIVISION], Ask.SUMMARY, "2026-Q2")
        assert (summary.at, summary.late) == (right, False)
        (asked,) = await difficulties.of_plan(conn, hamlet.plan)
        assert asked.at == asked.entries[0].at == right
        (limit, added) = await at_rest.requests_of(conn, hamlet.plan)
        extended = (await events.events_of(conn, hamlet.ids["NV03"]))[-1]
        assert limit.decided_at == extended.at == added.at == right
        assert book.by_code["NV04"].added_at == right
        for code, assignment_id in hamlet.ids.items():
            _, terms, happened, folded = await ledger.history(conn, book, assignment_id)
            stored = await events.standing(conn, assignment_id)
            assert stored is not None and stored[1] == folded == fold(terms, stored[0].first_unit_id, happened), code
        standing = (await events.standing(conn, hamlet.ids["NV01"]) or (None, None))[1]
        assert standing is not None and standing.served_late == frozenset()
        assert await audit.verify(conn, hamlet.place) is None
        a = t.audit.c
        links = list(await conn.scalars(select(a.subject).where(a.action == "dated_anew")))
    assert len(links) == 9
    wrong = local(TRUE) + AHEAD
    assert {"kind": "report", "id": lived.first, "was": f"{wrong}", "at": f"{right}"} in links
    assert not (await lived.set_right()).done


async def test_a_message_of_that_time_tells_by_how_much_the_clock_was_wrong(lived: Lived) -> None:
    hamlet = lived.hamlet
    true = local(TRUE) - timedelta(minutes=2)
    sent = json.dumps({"update_id": 1, "message": {"date": int(true.timestamp()), "text": "NV01 50%"}})
    values = {"bot_id": 1, "update_id": 1, "owner": 1000, "payload": sent, "state": "done", "attempts": 1}
    async with hamlet.db.write() as conn:
        await conn.execute(insert(t.inbox).values(**values, received_at=true + AHEAD, done_at=true + AHEAD))
    made = await lived.set_right()
    assert {each.new for each in made.done} == {local(TRUE)}


async def test_only_the_office_sets_dates_right(lived: Lived) -> None:
    with pytest.raises(NotAllowed):
        await lived.set_right("An")
    with pytest.raises(NotAllowed):
        await lived.set_right("Chỉ đạo")


async def test_what_would_not_hold_together_is_left_and_named(lived: Lived) -> None:
    hamlet = lived.hamlet
    await hamlet.row("NV09", "Quý III/2026")
    right = hamlet.clock.now()
    hamlet.clock.move_to(right + AHEAD)
    await hamlet.record("NV09", Opening(Decimal(100), completed_on=date(2026, 7, 1), source="Biên bản"), "Văn phòng")
    hamlet.clock.move_to(right)
    made = await lived.set_right()
    assert [(each.kind, each.about) for each in made.left] == [("opening", "NV09")]
    assert len(made.done) == 9
    assert [each.kind for each in (await lived.set_right()).left] == ["opening"]


async def test_what_is_dated_by_a_wrong_clock_cannot_be_taken_back_for_a_month(lived: Lived) -> None:
    hamlet = lived.hamlet
    hamlet.clock.move_to(local(RIGHT_AGAIN) + timedelta(hours=1))
    hamlet.clock.move_by(days=30)
    wrong = await hamlet.report("NV02", 20, "Bình")
    hamlet.clock.move_by(days=-30)
    said = {"assignment_id": hamlet.ids["NV02"], "event_id": wrong, "now": hamlet.clock.now(), "key": "w"}
    with pytest.raises(TransitionRefused, match="too_late_to_withdraw"):
        await withdraw(hamlet.desk, await hamlet.visitor("Bình"), **said)  # type: ignore[arg-type]


async def test_a_period_closed_under_the_wrong_clock_is_not_hidden_by_its_date(lived: Lived) -> None:
    hamlet = lived.hamlet
    true = hamlet.clock.now()
    name = PeriodName(hamlet.place, "progress", "2026-06")
    office = await hamlet.visitor("Văn phòng")
    hamlet.clock.move_to(local("2026-07-02 09:00"))
    await close(hamlet.desk, office, name, now=true + AHEAD, key="c")
    async with hamlet.db.read() as conn:
        (mark,) = await period_marks.of_plan(conn, hamlet.plan)
        book = await hamlet.desk.books.of(conn, hamlet.place)
    later = replace(mark, at=hamlet.clock.now(), is_closing=False)
    both = replace(book, marks=(replace(mark, at=hamlet.clock.now() + AHEAD), later))
    assert both.known(hamlet.clock.now()).marks == both.marks


async def test_cut_off_at_any_point_all_dates_are_right_or_none(sqlite_url: str, tmp_path: Path) -> None:
    async with a_hamlet(sqlite_url, tmp_path, "2026-05-29 16:00", reporting=RULES) as hamlet:
        lived = await _lived(hamlet)
        file, copy = hamlet.db.url.partition(":///")[2], tmp_path / "copy.db"
        wrong = await _dates(hamlet.db)
        right: dict[str, list[object]] | None = None
        for n in count(1):
            with closing(sqlite3.connect(file)) as whole, closing(sqlite3.connect(copy)) as to:
                whole.backup(to)
            db = await Database.open(f"sqlite+aiosqlite:///{copy}")
            desk = replace(hamlet.desk, db=db, books=Books())
            work = AbortAt(lived.set_right(desk=desk), n)
            with suppress(asyncio.CancelledError):
                await asyncio.get_running_loop().create_task(_awaited(work))
            left = await _dates(db)
            await lived.set_right(desk=desk)
            done = await _dates(db)
            assert left in (wrong, done) and right in (None, done)
            right = done
            await db.close()
            copy.unlink()
            if not work.reached:
                break
        assert n > 10


async def _awaited(work: AbortAt) -> None:
    await work


async def _dates(db: Database) -> dict[str, list[object]]:
    tables = (t.events, t.unit_reports, t.difficulties, t.difficulty_entries, t.requests, t.rows, t.assignments)
    async with db.read() as conn:
        return {
            each.name: [tuple(row) for row in await conn.execute(select(each).order_by(*each.primary_key.columns))]
            for each in tables
        }
