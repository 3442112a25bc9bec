"""What a chunk of a question means, as a value, and the notation in which `question_words` writes it.

A word list writes a meaning as text: a family's letter and a name ("c:red"), or a name alone for what only has a part
in the sentence ("not"). It is read here, once, when the lists become phrase books; nobody else takes it apart.

| Letter | Family | Speaks of |
|---|---|---|
| n: | `Noun` | what is asked for: tasks, units, reports |
| c: | `Colour` | a light |
| r: | `Reason` | why a light is lit |
| s: | `StateWord` | the states a row may be in |
| k: | `LimitWord` | the kinds of limits |
| o: | `Order` | an end of a ranking |
| none | `Cue` | what is asked, denied, compared or joined |
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from bot.domain.plan.deadlines import DeadlineKind
from bot.domain.work.alerts import Colour, Reason
from bot.domain.work.lifecycle import State
from bot.language.asking.query import Order

OPEN: Final = (State.NOT_REPORTED, State.IN_PROGRESS, State.AWAITING, State.RETURNED)


class Kind(Enum):
    """A chunk that no word list gives its meaning: it names or counts something, or says nothing by itself.

    ``LIGHT`` changes nothing, ``TOPIC`` is a subject that rows speak of, ``REST`` a word that is not understood.
    """

    CODE = auto()
    UNIT = auto()
    SPAN = auto()
    PERCENT = auto()
    COUNT = auto()
    LIGHT = auto()
    TOPIC = auto()
    REST = auto()


class Noun(Enum):
    """What is asked for. ``ROW`` is a row of either kind, ``THOSE`` the rows that were just shown."""

    TASK = auto()
    INDICATOR = auto()
    ROW = auto()
    THOSE = auto()
    EVIDENCE = auto()
    REPORT = auto()
    UNIT = auto()


class StateWord(Enum):
    """A word for states; its value are the states it may mean."""

    NOT_REPORTED = (State.NOT_REPORTED,)
    IN_PROGRESS = (State.IN_PROGRESS,)
    AWAITING = (State.AWAITING,)
    RETURNED = (State.RETURNED,)
    COMPLETED = (State.COMPLETED,)
    CLOSED = (State.CLOSED,)
    OPEN = OPEN


class LimitWord(Enum):
    """A word for limits without a day of their own; its value are the kinds it may mean."""

    CONTINUOUS = (DeadlineKind.CONTINUOUS,)
    EXTERNAL = (DeadlineKind.EXTERNAL_BOUNDED, DeadlineKind.EXTERNAL_OPEN)
    NONE = (DeadlineKind.EXTERNAL_OPEN, DeadlineKind.UNREAD)


class Cue(Enum):
    """What a phrase does in the sentence; the lists of `question_words.CUES` tell by examples what each is."""

    STILL = auto()
    MOST = auto()
    SUBMIT = auto()
    NINE_MONTHS = auto()
    ACT = auto()
    HALF_YEAR = auto()
    CLAUSE = auto()
    DUE = auto()
    EXPIRES = auto()
    ASK = auto()
    SHOW = auto()
    EVERY = auto()
    WHY = auto()
    HOW_FAR = auto()
    WHEN = auto()
    LEAD = auto()
    COORDINATE = auto()
    EITHER = auto()
    ABOUT = auto()
    MINE = auto()
    URGENT = auto()
    RANKING = auto()
    MISSING = auto()
    OWING = auto()
    PERIOD = auto()
    NOT = auto()
    FOREIGN = auto()
    EXCEPT = auto()
    HELP = auto()
    TO_YEAR_END = auto()
    MORE = auto()
    LESS = auto()
    OVER = auto()
    UNDER = auto()
    FROM = auto()
    TO = auto()
    AND_TO = auto()


_Written = Noun | Colour | Reason | StateWord | LimitWord | Order | Cue
ChunkMeaning = Kind | _Written
STATUS: Final = (Colour, Reason, StateWord)
"""The families that tell how a row stands."""
LIMITING: Final = (*STATUS, LimitWord, Order)
"""The families each of whose words narrows an answer."""
_FAMILIES: Final[dict[str, type[_Written]]] = {
    "n": Noun,
    "c": Colour,
    "r": Reason,
    "s": StateWord,
    "k": LimitWord,
    "o": Order,
    "": Cue,
}


def meaning_of(written: str) -> ChunkMeaning:
    """The meaning that a word list writes as ``written``. Raises KeyError for what is none."""
    family, _, name = written.rpartition(":")
    return _FAMILIES[family][name.upper()]


def by_meaning(*lists: Mapping[str, tuple[str, ...]]) -> dict[ChunkMeaning, tuple[str, ...]]:
    """The phrases of word lists by what they mean. Raises KeyError where a list names a meaning there is not."""
    return {meaning_of(written): said for each in lists for written, said in each.items()}
