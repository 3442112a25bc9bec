"""Events are taken once, and the stored fold is the fold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.plan.plan import UnitRole
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.events import (
    Appraisal,
    Body,
    Closing,
    Event,
    Extension,
    HandOver,
    MilestoneMet,
    Opening,
    Reopening,
    Report,
    Withdrawal,
)
from bot.domain.work.lifecycle import State, apply, begin, fold
from bot.domain.work.progress import Share
from bot.storage.engine.database import Database
from bot.storage.records import events
from bot.storage.records.events import StoredStanding
from bot.storage.records.standings import Light
from tests import at_rest

from .conftest import NOW, TERMS, World, row_of

BODIES: tuple[Body, ...] = (
    Opening(Decimal("12.50"), Decimal("10"), Share(Decimal(1), Decimal(10)), date(2026, 1, 2), "sổ"),
    Report(Decimal("33.30"), Decimal("0.10"), None, "Đã họp", (1, 2), "giảm", "2026-06", True, True),
    Withdrawal(3),
    Appraisal(4, False, "thiếu chữ ký"),
    Extension(date(2026, 7, 31), "chờ tỉnh"),
    HandOver(2, "đổi đơn vị"),
    Reopening("làm lại", date(2026, 8, 1)),
    Closing("cấp trên rút"),
    MilestoneMet(0, "xong", (9,)),
)


async def test_every_kind_of_event_comes_back_as_it_was(database: Database, world: World) -> None:
    async with database.write() as conn:
        saved = [
            await events.insert_event(conn, world.assignment, world.locality, NOW, world.person, body, body.kind)
            for body in BODIES
        ]
    async with database.read() as conn:
        assert await events.events_of(conn, world.assignment) == tuple(saved)
        assert await events.events_of_plan(conn, world.plan) == {world.assignment: tuple(saved)}
        assert await events.event_by_key(conn, "report") == (world.assignment, saved[1])
        assert await events.event(conn, saved[2].id) == (world.assignment, saved[2])
        assert await events.event(conn, 99) is None
        assert await events.event_by_key(conn, "none") is None


async def test_the_past_is_read_as_it_was_known_then(database: Database, world: World) -> None:
    async with database.write() as conn:
        for hours in range(3):
            at = NOW + timedelta(hours=hours)
            report = Report(Decimal(10 * hours))
            await events.insert_event(conn, world.assignment, world.locality, at, world.person, report, f"k{hours}")
    async with database.read() as conn:
        until = NOW + timedelta(hours=1)
        assert len(await events.events_of(conn, world.assignment, until=until)) == 2
        assert len((await events.events_of_plan(conn, world.plan, until=until))[world.assignment]) == 2


async def test_an_event_key_is_taken_once(database: Database, world: World) -> None:
    async def report(key: str) -> Event:
        async with database.write() as conn:
            body = Report(Decimal(10))
            return await events.insert_event(conn, world.assignment, world.locality, NOW, world.person, body, key)

    results = await asyncio.gather(*(report("u:1") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, Event) for result in results) == 1
    assert sum(isinstance(result, events.KeyTaken) for result in results) == 4
    async with database.read() as conn:
        assert len(await events.events_of(conn, world.assignment)) == 1


async def test_the_stored_standing_is_the_fold(database: Database, world: World) -> None:
    history: tuple[Body, ...] = (
        Report(Decimal("33.30"), note="họp", period="2026-05"),
        Report(Decimal(50), period="2026-06", late=True, share=Share(Decimal(1), Decimal(2)), value=Decimal(50)),
        MilestoneMet(0),
        Report(Decimal(100), files=(1,)),
        Extension(date(2026, 7, 31), "chờ"),
        Closing("rút"),
    )
    standing = begin(TERMS, world.units[0])
    taken: list[Event] = []
    for number, body in enumerate(history):
        async with database.write() as conn:
            at = NOW + timedelta(minutes=number)
            event = await events.insert_event(
                conn, world.assignment, world.locality, at, world.person, body, f"k{number}"
            )
            taken.append(event)
            standing = apply(TERMS, standing, event)
            kept = StoredStanding(world.assignment, standing, Colour.AMBER, (Reason.DUE_SOON,), date(2026, 7, 1))
            await events.save_standings(conn, [kept])
        async with database.read() as conn:
            found = await events.standing(conn, world.assignment)
            assert found is not None
            assert found[1] == standing == fold(TERMS, world.units[0], taken)
            ((assignment, without_undo),) = await events.standings(conn, world.plan)
            assert assignment.id == world.assignment
            assert (without_undo.state, without_undo.undo) == (standing.state, None)


async def test_a_hand_over_moves_the_assignment(database: Database, world: World) -> None:
    async with database.write() as conn:
        found = await events.standing(conn, world.assignment, for_update=True)
        assert found is not None
        handed = apply(TERMS, found[1], Event(1, NOW, None, HandOver(world.units[1], "đổi")))
        await events.save_standings(conn, [StoredStanding(world.assignment, handed, Colour.GREEN)])
    async with database.read() as conn:
        assert await events.standings(conn, world.plan, unit_ids=[world.units[0]]) == ()
        ((assignment, _),) = await events.standings(conn, world.plan, unit_ids={world.units[1]})
        assert assignment.unit_id == world.units[1]
        assert await events.standings(conn, world.plan, unit_ids=()) == ()


async def test_a_unit_has_a_row_in_one_role_once(database: Database, world: World) -> None:
    async def add(unit: int, role: UnitRole) -> int:
        async with database.write() as conn:
            row = replace(row_of(world.plan, world.locality), id=world.row)
            return await events.add_assignment(conn, row, role, begin(TERMS, unit), proposed=True)

    with pytest.raises(events.AssignmentTaken):
        await add(world.units[0], UnitRole.LEAD)
    second = await add(world.units[1], UnitRole.COORDINATE)
    async with database.write() as conn:
        await events.confirm_assignment(conn, second)
        assert [a.role for a in await events.assignments(conn, world.plan)] == [UnitRole.LEAD, UnitRole.COORDINATE]
        (found,) = await events.assignments(conn, world.plan, role=UnitRole.COORDINATE)
        assert (found.id, found.proposed) == (second, False)
        assert len(await events.assignments_of_row(conn, world.row)) == 2
        await events.end_assignment(conn, world.assignment, NOW)
        assert await events.standings(conn, world.plan) == ()
        assert await events.assignment(conn, world.assignment) is not None
    again = await add(world.units[0], UnitRole.LEAD)
    assert again not in (world.assignment, second)
    third = await add(world.units[1], UnitRole.LEAD)
    with pytest.raises(events.AssignmentTaken):
        await hand_over(database, third, world.units[0])


async def hand_over(database: Database, assignment: int, unit: int) -> None:
    async with database.write() as conn:
        await events.save_standings(conn, [StoredStanding(assignment, begin(TERMS, unit), None)])


async def test_what_time_changes_is_found_on_its_day(database: Database, world: World) -> None:
    async with database.write() as conn:
        standing = begin(TERMS, world.units[0])
        kept = StoredStanding(
            world.assignment, standing, Colour.RED, (Reason.OVERDUE, Reason.RETURNED), date(2026, 7, 1)
        )
        await events.save_standings(conn, [kept])
    async with database.read() as conn:
        light = await at_rest.light(conn, world.assignment)
        assert light == Light(Colour.RED, (Reason.OVERDUE, Reason.RETURNED), date(2026, 7, 1))


async def test_the_oldest_complete_report_is_judged_first(database: Database, world: World) -> None:
    async with database.write() as conn:
        row = replace(row_of(world.plan, world.locality), id=world.row)
        second = await events.add_assignment(conn, row, UnitRole.LEAD, begin(TERMS, world.units[1]))
        for minutes, assignment in ((5, world.assignment), (1, second)):
            at = NOW + timedelta(minutes=minutes)
            body = Report(Decimal(100), files=(1,))
            event = await events.insert_event(conn, assignment, world.locality, at, world.person, body, f"k{minutes}")
            found = await events.standing(conn, assignment)
            assert found is not None
            after = apply(TERMS, found[1], event)
            await events.save_standings(conn, [StoredStanding(assignment, after, None)])
    async with database.read() as conn:
        waiting = await events.awaiting(conn, world.plan)
    assert [assignment.id for assignment, _, _ in waiting] == [second, world.assignment]
    assert all(standing.state is State.AWAITING for _, standing, _ in waiting)
    assert [event.at for _, _, event in waiting] == [NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)]
