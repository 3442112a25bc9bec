"""What is told of files that were not taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.i18n import Translator
from bot.views.parts.html import Html, lines, say, shorten

NAME = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken: its name ("" where its sender gave it none), and the error that says why."""

    name: str
    key: str
    figures: dict[str, Any]


def refused_lines(t: Translator, refused: Iterable[Refusal]) -> Html:
    """A line a file with its name and why it was not taken; those alike and without a name share one."""
    return lines(dict.fromkeys(_line(t, each) for each in refused))


def _line(t: Translator, one: Refusal) -> Html:
    why = say(t, f"error.{one.key}", **one.figures)
    return say(t, "dialogue.file_refused", name=shorten(one.name, NAME), why=why) if one.name else why
