"""The stored fold holds every field of a standing."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.lifecycle import Standing
from bot.storage.standings import STANDING_COLUMNS
from bot.storage.tables import assignments


def test_every_field_of_a_standing_has_a_column() -> None:
    held = {column.name for column in assignments.c}
    # ``undo`` holds the standing before the newest report and that report together.
    assert {field.name for field in fields(Standing)} - {"undo_until"} <= held


def test_every_field_that_colours_depend_on_is_read_with_a_standing() -> None:
    read = {column.name for column in STANDING_COLUMNS}
    assert {field.name for field in fields(Standing)} - {"undo", "undo_until"} <= read
