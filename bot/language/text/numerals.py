"""Numerals in words, as spoken: Vietnamese below a thousand, fractions and "phẩy" too; English to a hundred."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.language.text.tokens import Phrasebook, Spelling, Token, TokenKind, fold, spell
from bot.language.words import lexicon

Tokens = tuple[Token, ...]

PERCENT_MARK = Phrasebook({"percent": lexicon.PERCENT})
_HALF = Phrasebook({"half": lexicon.HALF})
_FIRST = _HALF.first_syllables.union(
    *(fold(word).split()[:1] for word in (*lexicon.UNITS, "mười", "trăm", "không")),
    lexicon.ENGLISH_UNITS,
    lexicon.ENGLISH_TENS,
)
UNCLEAR = Decimal("NaN")


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a numeral says up to ``end``; ``percent`` where it names a part of the whole ("một nửa", "ba phần tư")."""

    value: Decimal
    end: int
    percent: bool = False


class Names:
    """Syllables with a value, found by their letters."""

    def __init__(self, names: dict[str, int]) -> None:
        self._by_letters: dict[str, list[tuple[Spelling, int]]] = {}
        for name, value in names.items():
            spelled = spell(name)[0]
            self._by_letters.setdefault(spelled.folded, []).append((spelled, value))

    def at(self, tokens: Tokens, place: int) -> int | None:
        """The value of the syllable at ``place``, none where it is no such name."""
        if place >= len(tokens):
            return None
        token = tokens[place]
        return next((value for name, value in self._by_letters.get(token.folded, ()) if token.says(name)), None)


_UNITS = Names(lexicon.UNITS)
_BEHIND_TENS = Names(lexicon.UNITS_BEHIND_TENS)
_SHORT = Names({name: value for name, value in lexicon.UNITS_BEHIND_TENS.items() if name not in lexicon.UNITS})
_TEN, _TENS, _HUNDRED = Names({"mười": 10}), Names({"mươi": 10, "chục": 10}), Names({"trăm": 100})
_ODD, _AND_HALF = Names({"lẻ": 0, "linh": 0}), Names({"rưỡi": 0, "rưởi": 0})
_POINT, _PART, _YEAR, _NOUGHT = (
    Names({"phẩy": 0, "phảy": 0}),
    Names({"phần": 0}),
    Names({"năm": 0}),
    Names({"không": 0}),
)


def numeral_at(tokens: Tokens, place: int) -> Numeral | None:
    """The numeral in words that begins at ``place``; ``UNCLEAR`` as its value where it has no exact one."""
    if place >= len(tokens) or (tokens[place].folded not in _FIRST):
        return None
    half = _HALF.at(tokens, place)
    if half is not None and _is_half(tokens, place, half[1]):
        return Numeral(Decimal(50), half[1], True)
    return _vietnamese(tokens, place) or _english(tokens, place)


def _is_half(tokens: Tokens, place: int, end: int) -> bool:
    """Whether it is "nửa", not an unmarked "nua" that stands alone and may be "nữa"."""
    return bool(tokens[end - 1].marks) or end > place + 1 or tokens[place].folded == "half"


def _vietnamese(tokens: Tokens, place: int) -> Numeral | None:
    if tokens[place].kind is not TokenKind.WORD:
        return None
    if _NOUGHT.at(tokens, place) is not None:
        return Numeral(Decimal(0), place + 1) if PERCENT_MARK.at(tokens, place + 1) else None
    read = _hundreds(tokens, place) or _below_hundred(tokens, place)
    if read is None:
        return None
    value, end = read
    return _fraction(tokens, value, end) or _behind_point(tokens, value, end) or Numeral(Decimal(value), end)


def _hundreds(tokens: Tokens, place: int) -> tuple[int, int] | None:
    if _HUNDRED.at(tokens, place) and PERCENT_MARK.at(tokens, place + 1):
        return 100, place + 1
    unit = _UNITS.at(tokens, place)
    if unit is None or not _HUNDRED.at(tokens, place + 1):
        return None
    end = place + 2
    odd = _BEHIND_TENS.at(tokens, end + 1) if _ODD.at(tokens, end) is not None else None
    if odd is not None:
        return 100 * unit + odd, end + 2
    rest = _below_hundred(tokens, end)
    return (100 * unit + rest[0], rest[1]) if rest is not None and rest[0] >= 10 else (100 * unit, end)


def _below_hundred(tokens: Tokens, place: int) -> tuple[int, int] | None:
    unit = _UNITS.at(tokens, place)
    if unit is None:
        return _with_unit(tokens, 10, place + 1) if _TEN.at(tokens, place) else None
    if _TENS.at(tokens, place + 1):
        return _with_unit(tokens, 10 * unit, place + 2)
    short = _SHORT.at(tokens, place + 1)
    if short is not None and tokens[place + 1].marks:  # without marks "lam" is "làm", "tu" is "từ"
        return 10 * unit + short, place + 2
    return unit, place + 1


def _with_unit(tokens: Tokens, tens: int, place: int) -> tuple[int, int]:
    unit = _BEHIND_TENS.at(tokens, place)
    marked = PERCENT_MARK.at(tokens, place + 1) is not None
    if unit is None or (_YEAR.at(tokens, place) is not None and not marked):
        return tens, place  # "sáu mươi năm" is sixty years; 65 is "lăm"
    return tens + unit, place + 1


def _fraction(tokens: Tokens, value: int, end: int) -> Numeral | None:
    if _PART.at(tokens, end) is None or PERCENT_MARK.at(tokens, end):
        return None
    below = _BEHIND_TENS.at(tokens, end + 1)
    if below is None or value >= below:
        return None
    percent = Decimal(100 * value) / below
    exact = percent == percent.quantize(Decimal("0.01"))
    return Numeral(percent if exact else UNCLEAR, end + 2, True)


def _behind_point(tokens: Tokens, value: int, end: int) -> Numeral | None:
    if 10 <= value < 100 and value % 10 == 0 and _AND_HALF.at(tokens, end) is not None:
        return Numeral(value + Decimal("0.5"), end + 1)
    if _POINT.at(tokens, end) is None:
        return None
    digits, place = "", end + 1
    while len(digits) < 2 and (unit := _BEHIND_TENS.at(tokens, place)) is not None:
        digits += str(unit)
        place += 1
    return Numeral(Decimal(f"{value}.{digits}"), place) if digits else None


def _english(tokens: Tokens, place: int) -> Numeral | None:
    word = tokens[place].folded
    if word in lexicon.ENGLISH_TENS:
        behind = place + 2 if place + 1 < len(tokens) and tokens[place + 1].text == "-" else place + 1
        unit = lexicon.ENGLISH_UNITS.get(tokens[behind].folded) if behind < len(tokens) else None
        tens = lexicon.ENGLISH_TENS[word]
        return Numeral(Decimal(tens + unit), behind + 1) if unit and unit < 10 else Numeral(Decimal(tens), place + 1)
    if word not in lexicon.ENGLISH_UNITS:
        return None
    hundred = place + 1 < len(tokens) and tokens[place + 1].folded == "hundred"
    units = lexicon.ENGLISH_UNITS[word]
    return Numeral(Decimal(100 * units), place + 2) if hundred else Numeral(Decimal(units), place + 1)
