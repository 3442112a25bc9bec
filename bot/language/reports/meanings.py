"""What a phrase means in a report, as a value; `lexicon.MEANINGS` writes it as text, which is read here alone."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from bot.language.words import lexicon


class ReportWord(Enum):
    """What a phrase does in a report; the lists of `lexicon.MEANINGS` tell by examples what each is."""

    ALREADY = auto()
    POLITE = auto()
    LEAD = auto()
    DONE = auto()
    APPROX = auto()
    REPORT = auto()
    NEGATED = auto()
    INEXACT = auto()
    PLANNED = auto()
    REMAINING = auto()
    REST = auto()
    CHANGE = auto()
    CONDITION = auto()
    WRONG = auto()
    CHOICE = auto()
    RANGE = auto()
    AFTER_INEXACT = auto()
    UNCHANGED = auto()
    NOTHING_NEW = auto()
    ASK = auto()
    ASK_FIRST = auto()
    ASK_LAST = auto()
    ACT_FIRST = auto()
    THING = auto()
    TOPIC = auto()
    WORK = auto()
    IN_TIME = auto()
    OPENER = auto()


PHRASES: Final = {ReportWord[written.upper()]: phrases for written, phrases in lexicon.MEANINGS.items()}
"""The phrases of reports by what they mean, in the order of the lexicon."""
