"""A message as a row of items: codes, figures by what they measure, and phrases of the lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache

from bot.domain.plan.codes import RowCode
from bot.language.reports.meanings import PHRASES, ReportWord
from bot.language.text.figures import Figure, Tokens, figure_at, percent_of_share, share_at
from bot.language.text.tokens import Phrase, Phrasebook, Token, TokenKind, spell, tokenise
from bot.language.text.typing import of_telex
from bot.language.words import lexicon

_MEANINGS = Phrasebook(PHRASES)
_NOUNS = Phrasebook({None: lexicon.NOUNS})
_WORK_NOUNS = Phrasebook({None: lexicon.WORK_NOUNS})
_NAMED = Phrasebook({"named": lexicon.NAMED})
_CODE_WORDS = Phrasebook(
    {
        "NV": ("nv", "nhiệm vụ", "nhiệmvụ", "nvụ", "n v", "task", "việc số"),
        "CT": ("ct", "chỉ tiêu", "chỉtiêu", "indicator"),
    }
)
_ZERO_SLIPS = {"nvo": "NV", "cto": "CT"}  # the letter O typed for the nought of "NV07"
_NUMBER_WORD = Phrasebook({"number": ("số", "no")})
_TIME = Phrasebook({"time": ("ngày", "tháng", "năm", "quý", "tuần", "lúc", "mùng", "thứ")})
_RANK = Phrasebook({"rank": lexicon.RANK_LEAD})
_JOINS = frozenset("-_.#–")


class ItemRole(StrEnum):
    """What an item is; words and phrases carry their meaning of the lexicon apart."""

    CODE = "code"
    PERCENT = "percent"
    BARE = "bare"
    SHARE = "share"
    DATE = "date"
    QUANTITY = "quantity"
    NOUN = "noun"
    WORK_NOUN = "work_noun"
    PHRASE = "phrase"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One item over ``tokens[start:end]``: what a phrase ``says``, or the ``sign`` itself, or a figure.

    ``value`` is the amount of the figure, of a share its percent (0-100); none or NaN where its signs can be
    read in two ways.
    """

    role: ItemRole
    start: int
    end: int
    says: ReportWord | None = None
    sign: str = ""
    value: Decimal | None = None
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as typed: NV or CT, the number, the year where one was given."""

    prefix: str
    number: int
    year: int | None
    start: int
    end: int

    @property
    def code(self) -> str:
        """The code in its usual form, with the year where it was typed."""
        return str(RowCode(self.prefix, self.number, self.year))

    def known(self, codes: Mapping[str, object], year: int) -> str | None:
        """The one of ``codes`` that is meant; codes without a year belong to ``year``."""
        wanted = self.year or year
        full = RowCode(self.prefix, self.number, wanted)
        bare = full.bare
        if str(full) in codes:
            return str(full)
        return bare if bare in codes and wanted == year else None


def code_at(tokens: Tokens, place: int) -> TypedCode | None:
    """The code that begins at ``place``: "NV07", "nv 7", "NV-007", "nhiệm vụ số 7", "NV07/2026"."""
    slip = _ZERO_SLIPS.get(tokens[place].folded)
    named = (slip, place + 1) if slip else _CODE_WORDS.at(tokens, place)
    if named is None:
        return None
    prefix, number = named[0], named[1]
    twice = _CODE_WORDS.at(tokens, number)
    if twice is not None and not slip:
        # "Nhiệm vụ NV12".
        prefix, number = twice
    if number < len(tokens) and tokens[number].text in _JOINS:
        number += 1
    counted = _NUMBER_WORD.at(tokens, number)
    number = counted[1] if counted else number
    if number >= len(tokens):
        return None
    if tokens[number].kind is TokenKind.WORD and not slip:
        return _spoken_code(tokens, place, prefix, number, is_counted=counted is not None)
    if tokens[number].kind is not TokenKind.NUMBER or (slip and not tokens[number].glued):
        return None
    end = number + 1
    if figure_at(tokens, number, spaced=False) and _is_percent(tokens, end):
        return None if not tokens[number].glued else TypedCode(prefix, int(tokens[number].folded[:9]), None, place, end)
    if end < len(tokens) and tokens[end].glued and tokens[end].folded == "o":
        # The letter typed for the last nought: "NV1O".
        return TypedCode(prefix, int(tokens[number].folded[:8] + "0"), None, place, end + 1)
    year = _year_behind(tokens, end)
    return TypedCode(prefix, int(tokens[number].folded[:9]), year, place, end + 2 if year else end)


def _spoken_code(tokens: Tokens, place: int, prefix: str, number: int, *, is_counted: bool) -> TypedCode | None:
    spoken = figure_at(tokens, number)
    if spoken is None or spoken.percent or spoken.value is None or not spoken.value.is_finite():
        return None
    if spoken.value != spoken.value.to_integral_value() or (
        spoken.lone and not tokens[number].marks and not is_counted
    ):
        return None
    return TypedCode(prefix, int(spoken.value), None, place, spoken.end)


def _is_percent(tokens: Tokens, place: int) -> bool:
    return place < len(tokens) and tokens[place].folded == "%"


def _year_behind(tokens: Tokens, place: int) -> int | None:
    if place + 1 >= len(tokens) or tokens[place].folded != "/" or tokens[place + 1].kind is not TokenKind.NUMBER:
        return None
    digits = tokens[place + 1].folded
    return int(digits) if len(digits) == 4 and digits.startswith("20") else None


def itemise(tokens: Tokens) -> tuple[ReportItem, ...]:
    """The items of a message in order; every token is in exactly one."""
    items: list[ReportItem] = []
    place = 0
    while place < len(tokens):
        item = _item_at(tokens, place)
        items.append(item)
        place = item.end
    return tuple(items)


def read_items(text: str) -> tuple[Tokens, tuple[ReportItem, ...]]:
    """The tokens and the items of a message."""
    tokens = tuple(_untyped(token) for token in tokenise(text))
    return tokens, itemise(tokens)


@cache
def _syllables() -> frozenset[tuple[str, frozenset[str]]]:
    said = (*PHRASES.values(), lexicon.NOUNS, lexicon.WORK_NOUNS, lexicon.PERCENT)
    return frozenset((each.folded, each.marks) for phrases in said for phrase in phrases for each in spell(phrase))


def _untyped(token: Token) -> Token:
    """The token with left-over keys of Telex read ("ddatj", "ddc"), where they make a word of the lexicon."""
    meant = of_telex(token.text) if token.kind is TokenKind.WORD else None
    if meant is None or (meant.folded, meant.marks) not in _syllables() or (token.folded, token.marks) in _syllables():
        return token
    return replace(token, folded=meant.folded, marks=meant.marks)


def _item_at(tokens: Tokens, place: int) -> ReportItem:
    named = code_at(tokens, place)
    if named is not None:
        return ReportItem(ItemRole.CODE, place, named.end)
    return (
        _date_at(tokens, place)
        or _named_at(tokens, place)
        or _figure_item(tokens, place)
        or _phrase_at(tokens, place)
        or _plain(tokens[place], place)
    )


def _date_at(tokens: Tokens, place: int) -> ReportItem | None:
    lead = _TIME.at(tokens, place)
    if lead is not None and lead[1] < len(tokens) and tokens[lead[1]].kind is TokenKind.NUMBER:
        inner = _slashed(tokens, lead[1])
        return ReportItem(ItemRole.DATE, place, inner or lead[1] + 1)
    end = _slashed(tokens, place)
    return ReportItem(ItemRole.DATE, place, end) if end else None


def _slashed(tokens: Tokens, place: int) -> int | None:
    """The end of d/m, d/m/y, m/y, d.m.y or d-m-y; "7650/9000" is none."""
    digits = _number_parts(tokens, place)
    if len(digits) < 2 or (tokens[place + 1].folded == "." and len(digits) < 3):
        return None
    if tokens[place + 1].folded in "-–" and len(digits) < 3:
        return None
    first, second = int(digits[0][:9]), int(digits[1][:9])
    day = 1 <= first <= 31 and 1 <= second <= 12 and len(digits[0]) <= 2
    month = 1 <= first <= 12 and 2000 <= second <= 2100
    end = place + (5 if len(digits) >= 3 and day else 3)
    return end if day or month else None


def _number_parts(tokens: Tokens, place: int) -> list[str]:
    parts: list[str] = []
    sign = tokens[place + 1].folded if place + 1 < len(tokens) else ""
    while (
        place < len(tokens)
        and len(parts) < 3
        and tokens[place].kind is TokenKind.NUMBER
        and sign in ("/", ".", "-", "–")
    ):
        parts.append(tokens[place].folded)
        if place + 1 >= len(tokens) or tokens[place + 1].folded != sign or not tokens[place + 1].glued:
            break
        place += 2
    return parts


def _named_at(tokens: Tokens, place: int) -> ReportItem | None:
    """A number that names a thing ("lần 2", "số 45/TTr-UBND", "204-QĐ")."""
    lead = _NAMED.at(tokens, place)
    behind = lead[1] if lead else place
    if lead is None or _RANK.at(tokens, place) or behind >= len(tokens) or tokens[behind].kind is not TokenKind.NUMBER:
        return None
    found = figure_at(tokens, behind)
    return None if found is None or found.percent else ReportItem(ItemRole.QUANTITY, place, found.end)


def _figure_item(tokens: Tokens, place: int) -> ReportItem | None:
    shared = share_at(tokens, place)
    if shared is not None:
        return ReportItem(ItemRole.SHARE, place, shared[1], value=percent_of_share(shared[0]))
    found = figure_at(tokens, place)
    if found is None or (found.lone and not found.percent):
        return None
    if found.percent:
        return ReportItem(ItemRole.PERCENT, place, found.end, value=found.value, figure=found)
    if _NOUNS.at(tokens, found.end) or _belongs_to_name(tokens, found):
        return ReportItem(ItemRole.QUANTITY, place, found.end, value=found.value, figure=found)
    return ReportItem(ItemRole.BARE, place, found.end, value=found.value, figure=found)


def _belongs_to_name(tokens: Tokens, found: Figure) -> bool:
    """Whether letters are glued on ("45/TTr", "204-QĐ", "8h30")."""
    before, end = tokens[found.start], found.end
    if before.glued and found.start and tokens[found.start - 1].folded in ("/", "-"):
        return True
    joined = end + 1 < len(tokens) and tokens[end].glued and tokens[end].folded in ("/", "-") and tokens[end + 1].glued
    return joined and tokens[end + 1].kind is TokenKind.WORD


def _phrase_at(tokens: Tokens, place: int) -> ReportItem | None:
    """The longest phrase, of equally long ones that whose diacritics are typed, else one that has a meaning."""
    if tokens[place].kind is TokenKind.SIGN:
        return None
    if tokens[place].text == "AI":
        return ReportItem(ItemRole.WORD, place, place + 1)
    best: tuple[tuple[int, int], ItemRole, Phrase[ReportWord | None]] | None = None
    for role, book in ((ItemRole.PHRASE, _MEANINGS), (ItemRole.WORK_NOUN, _WORK_NOUNS), (ItemRole.NOUN, _NOUNS)):
        found = book.phrase_at(tokens, place)
        if found is None:
            continue
        merit = (len(found.syllables), -found.missing(tokens, place))
        if tokens[place].marks == frozenset() and len(found.syllables) == 1:
            merit = (1, 0)  # nothing typed, nothing lacking
        if best is None or merit > best[0]:
            best = (merit, role, found)
    if best is None:
        return None
    return ReportItem(best[1], place, place + best[0][0], best[2].meaning)


def _plain(token: Token, place: int) -> ReportItem:
    if token.kind is TokenKind.WORD or token.kind is TokenKind.NUMBER:
        return ReportItem(ItemRole.WORD, place, place + 1)
    return ReportItem(ItemRole.SIGN, place, place + 1, sign="\n" if token.kind is TokenKind.BREAK else token.folded)
