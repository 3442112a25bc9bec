"""Every rule in its one family, and the one answer to whether a notice is true: digest, single and preview ask here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.work.ladder import ESCALATIONS, Rule
from bot.reminders.rules import changed, chased, difficulty, due, judged, late, period, red, unreachable, waiting, week
from bot.reminders.rules.family import Family
from bot.reminders.rules.situation import Situation, can_be_read
from bot.storage.outbox.outbox import OutboxItem

FAMILIES: tuple[Family, ...] = (
    due.FAMILY,
    red.TURNED,
    red.OVER,
    late.FAMILY,
    waiting.FAMILY,
    period.FAMILY,
    week.FAMILY,
    unreachable.FAMILY,
    judged.FAMILY,
    chased.ROW,
    chased.PERIOD,
    difficulty.FAMILY,
    changed.FAMILY,
)
FAMILY_OF: Mapping[Rule, Family] = {rule: family for family in FAMILIES for rule in family.rules}
RED_RULES = frozenset({Rule.TURNED_RED, Rule.RETURNED, *ESCALATIONS})
"""Missing one of these costs more than hearing it twice (docs/rules/reminders.md#delivery)."""


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether a notice is to be told to its recipient now, alone or in a digest."""
    if not can_be_read(item):
        return False
    family = FAMILY_OF[Rule(item.rule)]
    return (situation.is_watched or family.outlives_year) and family.is_true(situation, item)
