"""The town of the journeys, with the five plans in use."""

from __future__ import annotations

from tests.journeys.conftest import _seeded, data_dir, town

__all__ = ["_seeded", "data_dir", "town"]
