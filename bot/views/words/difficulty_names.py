"""What difficulties are called, and the lines about them on the card of a task."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people.difficulties import Category, Difficulty, DifficultyState, EscalationLevel
from bot.i18n import Translator
from bot.views.parts.html import Html, say, say_count, shorten

SIGNS = {DifficultyState.OPEN: "❗", DifficultyState.ANSWERED: "💬", DifficultyState.SETTLED: "✔️"}
EXCERPT = 90


def category_words(t: Translator, category: Category) -> str:
    """What a category is called."""
    return t(f"difficulty.category.{category.value}")


def asked_words(t: Translator, level: EscalationLevel, unit: str, office: str) -> str:
    """Who is asked: a unit by its name, the standing office, the committee."""
    if level is EscalationLevel.UNIT:
        return unit
    if level is EscalationLevel.COMMITTEE:
        return t("difficulty.committee")
    return t("difficulty.office", office=office) if office else t("difficulty.office_plain")


def on_row_card(t: Translator, running: Iterable[Difficulty], total: int, room: int) -> Iterable[Html]:
    """The lines of a task's card: the difficulties that are not settled, and how many there have been."""
    if total:
        yield say_count(t, "difficulty.of_row", total)
    for found in running:
        yield say(
            t,
            "difficulty.of_row_line",
            sign=SIGNS[found.state],
            number=found.id,
            category=category_words(t, found.category),
            state=t(f"difficulty.state.{found.state.value}"),
            text=shorten(found.text, min(room, EXCERPT)),
        )
