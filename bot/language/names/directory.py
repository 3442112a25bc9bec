"""What a question can speak of in one locality: its units, its rows, its reporting periods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.domain.plan.duties import Duty, spoken_of
from bot.domain.plan.periods import span_at, span_of
from bot.domain.plan.plan import RowKind
from bot.language.names.unit_names import UnitName, UnitNames
from bot.language.text.tokens import MAX_LENGTH, Token, TokenKind, tokenise
from bot.language.text.typing import Mender, pairs_of, spellings_of, without_vni
from bot.language.words import calendar_words as time
from bot.language.words import filler_words as fillers
from bot.language.words import lexicon, syllables
from bot.language.words import question_words as words

_BOOKS = (words.NOUNS, words.LIGHTS, words.STATES, words.LIMITS, words.CUES)
_TIME = (
    *(
        phrase
        for book in (time.DAYS, time.WEEKDAYS, time.UNITS, time.WHICH, time.BOUNDS)
        for said in book.values()
        for phrase in said
    ),
    *(phrase for book in (time.EDGES, time.HALVES, time.COUNTED) for said in book.values() for phrase in said),
    *(phrase for said in time.MONTHS.values() for phrase in said),
    *(*time.TO, *time.MONTH, *time.QUARTER, *time.YEAR, *time.DAY, *time.BEFORE_COUNT, *time.PAST_COUNT, *time.AHEAD),
    *time.YEAR_SO_FAR,
    *(*time.AGO, *time.MONTH_NUMERALS, *lexicon.UNITS_BEHIND_TENS, *lexicon.ENGLISH_UNITS, *lexicon.ENGLISH_TENS),
    "mười mươi trăm phần i ii iii iv v q of the",
)
_SPOKEN = tuple(phrase for book in _BOOKS for phrases in book.values() for phrase in phrases)


@cache
def _lexicon() -> tuple[tuple[tuple[Token, ...], ...], tuple[tuple[Token, ...], ...]]:
    """What is spoken of tasks, and all else that every locality's people say; read once."""
    rest = (*fillers.LIGHT, *syllables.COMMON, *_TIME)
    return tuple(map(tokenise, _SPOKEN)), tuple(map(tokenise, rest))


@dataclass(frozen=True, slots=True)
class RowName:
    """A row as people may name it: its code, and all that is printed of it."""

    code: str
    kind: RowKind
    text: str


class LocalityVocabulary:
    """One locality as the reader of questions needs it; built once for each version of the plan.

    ``duties`` are the progress duties of the plan year, without those that opened before the plan was in use; ``once``
    those that are met once.
    """

    def __init__(
        self,
        locality: str,
        year: int,
        units: Iterable[UnitName],
        rows: Iterable[RowName],
        duties: Collection[Duty] = (),
        once: Collection[Duty] = (),
    ) -> None:
        self.year = year
        self.units = tuple(units)
        self.rows = {row.code: row for row in rows}
        self.duties = tuple(duties)
        self.once = tuple(once)
        self.names = UnitNames(self.units, locality)
        spoken, besides = _lexicon()
        named = [tokenise(name) for unit in self.units for name in (unit.name, *unit.aliases)]
        printed = [tokenise(row.text) for row in self.rows.values()]
        texts = (*spoken, *besides, tokenise(locality), *named, *printed)
        self._known = spellings_of(texts)
        self._mender = Mender(self._known, spellings_of((*spoken, *named)), pairs_of(texts))
        self.topics = Topics(printed)

    def tokens_of(self, sentence: str) -> tuple[Token, ...]:
        """The tokens of a sentence as they were meant: slips of typing mended where the word is known here."""
        return self._mender.mended(tokenise(without_vni(sentence[:MAX_LENGTH], self._known)))

    def forget(self) -> None:
        """Mend every word anew, as if it were read for the first time."""
        self._mender.forget()

    def knows(self, token: Token) -> bool:
        """Whether a word is known with just these diacritics."""
        return token.marks in self._known.get(token.folded, ())

    def unit_name(self, unit_id: int | None) -> str | None:
        """The name of a unit of this directory."""
        return next((unit.name for unit in self.units if unit.id == unit_id), None)

    def period_at(self, today: date) -> str | None:
        """The period people mean without naming one: the one that `/kybaocao` shows."""
        found = spoken_of(self.duties, today)
        return found.period if found else None

    def once_at(self, today: date) -> str | None:
        """The short name of the duty met once that is spoken of on a day; none where there is none."""
        found = spoken_of(self.once, today)
        return found.period if found else None

    def period_answering(self, key: str) -> str:
        """The period that answers for one named: of a shorter kind than is asked for here, the one it lies in."""
        kind = next((duty.kind for duty in self.duties if duty.kind is not None), None)
        named = span_of(key)
        if kind is None or named is None or named.months >= kind.months:
            return key
        return span_at(kind, named.first).key


@dataclass(frozen=True, slots=True)
class _Place:
    row: int
    position: int


class Topics:
    """The subjects rows speak of: runs of words that stand so in a row."""

    def __init__(self, rows: Iterable[tuple[Token, ...]]) -> None:
        self._tokens = tuple(
            tuple(token for token in row if token.kind in (TokenKind.WORD, TokenKind.NUMBER)) for row in rows
        )
        self._places: dict[str, list[_Place]] = {}
        for row, tokens in enumerate(self._tokens):
            for position, token in enumerate(tokens):
                self._places.setdefault(token.folded, []).append(_Place(row, position))

    def run(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        """How a row writes this run of words; nothing where no row has it.

        In longer runs one word may have other diacritics than the row's.
        """
        loose: tuple[Token, ...] = ()
        for place in self._places.get(tokens[0].folded, ()):
            found = self._tokens[place.row][place.position : place.position + len(tokens)]
            if len(found) != len(tokens) or any(a.folded != b.folded for a, b in zip(tokens, found, strict=True)):
                continue
            odd = sum(not a.marks <= b.marks for a, b in zip(tokens, found, strict=True))
            if not odd and (
                len(tokens) > 2 or all(not a.marks or a.marks == b.marks for a, b in zip(tokens, found, strict=True))
            ):
                return found
            if odd == 1 and len(tokens) > 2:
                loose = loose or found
        return loose

    def longest_at(self, tokens: tuple[Token, ...], place: int) -> tuple[Token, ...]:
        """The longest run that begins here, as a row writes it; nothing where not even two words stand together so."""
        best: tuple[Token, ...] = ()
        for start in self._places.get(tokens[place].folded, ()):
            row = self._tokens[start.row]
            length = 0
            while (
                place + length < len(tokens)
                and start.position + length < len(row)
                and _may_be(tokens[place + length], row[start.position + length])
            ):
                length += 1
            if length > max(1, len(best)):
                best = row[start.position : start.position + length]
        return best

    def is_term(self, token: Token) -> bool:
        """Whether one word alone names a subject: an abbreviation or a name that is no common syllable."""
        letters = token.folded
        if (
            token.kind is TokenKind.NUMBER
            or len(letters) < 2
            or not (token.text.isupper() or not _is_syllable(letters))
        ):
            return False
        return letters in self._places


def _may_be(typed: Token, printed: Token) -> bool:
    return typed.folded == printed.folded and typed.marks <= printed.marks


def _is_syllable(letters: str) -> bool:
    """Whether the letters can be a Vietnamese syllable: "vneid" and "wifi" cannot."""
    return any(
        letters.startswith(onset)
        and letters.endswith(coda)
        and letters[len(onset) : len(letters) - len(coda)] in syllables.NUCLEI
        for onset in syllables.ONSETS
        for coda in syllables.CODAS
        if len(onset) + len(coda) < len(letters)
    )
