"""The stored fold holds every field of a standing."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.work.lifecycle import Standing
from bot.storage.engine.database import Database
from bot.storage.engine.tables import assignments
from bot.storage.records import events
from bot.storage.records.standings import STANDING_COLUMNS
from tests.storage.conftest import NOW, World


def test_every_field_of_a_standing_has_a_column() -> None:
    held = {column.name for column in assignments.c}
    # ``undo`` holds the standing before the newest report and that report together.
    assert {field.name for field in fields(Standing)} - {"undo_until"} <= held


def test_every_field_that_colours_depend_on_is_read_with_a_standing() -> None:
    read = {column.name for column in STANDING_COLUMNS}
    assert {field.name for field in fields(Standing)} - {"undo", "undo_until"} <= read


async def test_an_assignment_that_has_ended_is_not_given_out_to_be_changed(database: Database, world: World) -> None:
    async with database.write() as conn:
        await events.end_assignment(conn, world.assignment, NOW)
    async with database.write() as conn:
        assert await events.standing(conn, world.assignment) is not None
        assert await events.standing(conn, world.assignment, for_update=True) is None
