"""Something was said to a difficulty: who is asked, or who asked, hears of it (docs/decisions/0012)."""

from __future__ import annotations

from bot.domain.people.difficulties import Difficulty, DifficultyState
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import DifficultyWord
from bot.i18n import Translator
from bot.reminders.rules.family import DigestLines, Family, add_row
from bot.reminders.rules.situation import Situation, said
from bot.services.difficulties.difficulty_sides import is_news
from bot.services.difficulties.see_difficulties import card_of
from bot.storage.engine.database import Connection
from bot.storage.outbox.outbox import OutboxItem
from bot.views.difficulties.difficulties import notice
from bot.views.parts.view import View


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether it is still news to the recipient; to who is asked, only while something is left to do."""
    lead, asked = situation.lead(item, running=False), _difficulty(situation, item)
    if lead is None or asked is None:
        return False
    if asked.state is DifficultyState.OPEN and not (lead.is_open and situation.lead(item) is not None):
        return False
    return is_news(situation.audience, asked, said(item, DifficultyWord).entry_id, item.person_id)


def _difficulty(situation: Situation, item: OutboxItem) -> Difficulty | None:
    return situation.difficulties.get(said(item, DifficultyWord).difficulty_id)


def _line(situation: Situation, item: OutboxItem, lines: DigestLines) -> None:
    add_row(situation, item, lines, difficulty=_difficulty(situation, item))


async def _single(conn: Connection, situation: Situation, item: OutboxItem, t: Translator) -> View:
    found, word = _difficulty(situation, item), said(item, DifficultyWord)
    assert found is not None
    own = [m for m in situation.audience.members if m.person_id == item.person_id]
    entry = next(each for each in found.entries if each.id == word.entry_id)
    return notice(t, await card_of(conn, situation.audience, found, own, situation.now), entry)


FAMILY = Family((Rule.DIFFICULTY,), is_true, _line, _single)
