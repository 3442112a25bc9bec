"""Figures inside a message: digits with their separators, numerals in words, shares; each with what is unsure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.errors import BadInput
from bot.domain.work.progress import Share
from bot.language.text.numerals import PERCENT_MARK, UNCLEAR, numeral_at
from bot.language.text.tokens import Phrasebook, Token, TokenKind

Tokens = tuple[Token, ...]

_OVER = Phrasebook({"over": ("trên", "trên tổng số", "trên tổng", "of", "out of", "trong tổng số")})
_MINUS, _PLUS = frozenset("-−–"), "+"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over ``tokens[start:end]``.

    "1.250" can be a decimal and a thousand: both readings are kept, and what is known of the matter decides.
    ``lone`` is a single numeral that is also another word; ``sign`` is a typed plus or minus.
    """

    start: int
    end: int
    decimal: Decimal | None = None
    grouped: Decimal | None = None
    percent: bool = False
    lone: bool = False
    comma: bool = False
    sign: str = ""

    @property
    def value(self) -> Decimal | None:
        """The one reading, or none where there are two."""
        if self.decimal is not None and self.grouped is not None:
            return None
        return self.grouped if self.decimal is None else self.decimal


def figure_at(tokens: Tokens, place: int, *, spaced: bool = False) -> Figure | None:
    """The figure that begins at ``place``, with a percent mark behind it; ``spaced`` reads "7 650" as one."""
    if place >= len(tokens):
        return None
    found = _signed(tokens, place, spaced) or _digits(tokens, place, spaced) or _words(tokens, place)
    if found is None:
        return None
    mark = PERCENT_MARK.at(tokens, found.end)
    if mark is None:
        return found
    return replace(found, end=mark[1], percent=True, lone=False)


def share_at(tokens: Tokens, place: int) -> tuple[Share, int] | None:
    """The share "7.650/9.000" or "7650 trên 9000" that begins at ``place``, and the place behind it."""
    part = figure_at(tokens, place, spaced=True)
    if part is None or part.percent or part.sign or part.lone or part.end >= len(tokens):
        return None
    behind = part.end + 1 if tokens[part.end].folded == "/" else (_OVER.at(tokens, part.end) or ("", 0))[1]
    whole = figure_at(tokens, behind, spaced=True) if behind else None
    if whole is None or whole.percent or whole.sign or whole.lone:
        return None
    counted, of = _count(part), _count(whole)
    if counted is None or of is None or not (counted.is_finite() and of.is_finite()) or of <= 0:
        return None
    return Share(counted, of), whole.end


def percent_of_share(share: Share) -> Decimal | None:
    """The share in percent, none where the part is more than the whole."""
    try:
        return share.value
    except BadInput:
        return None


def _count(figure: Figure) -> Decimal | None:
    return figure.decimal if figure.grouped is None else figure.grouped


def _signed(tokens: Tokens, place: int, spaced: bool) -> Figure | None:
    token = tokens[place]
    if token.text not in _MINUS and token.text != _PLUS:
        return None
    if token.glued or place + 1 >= len(tokens) or not tokens[place + 1].glued:
        return None
    found = _digits(tokens, place + 1, spaced)
    if found is None or token.text == _PLUS:
        return found and replace(found, start=place, sign="+")
    minus = [None if value is None else -value for value in (found.decimal, found.grouped)]
    return replace(found, start=place, decimal=minus[0], grouped=minus[1], sign="-")


def _digits(tokens: Tokens, place: int, spaced: bool) -> Figure | None:
    if tokens[place].kind is not TokenKind.NUMBER:
        return None
    groups, signs, end = [tokens[place].folded], "", place + 1
    while end + 1 < len(tokens) and _separates(tokens, end):
        signs += tokens[end].folded
        groups.append(tokens[end + 1].folded)
        end += 2
    if spaced and not signs:
        while end < len(tokens) and len(groups[0]) <= 3 and _spaced_group(tokens, end):
            groups.append(tokens[end].folded)
            end += 1
        if len(groups) > 1:
            return Figure(place, end, grouped=Decimal("".join(groups)))
    decimal, grouped = _readings(groups, signs)
    if decimal is None and grouped is None:
        return Figure(place, end, UNCLEAR)
    return Figure(place, end, decimal, grouped, comma="," in signs)


def _separates(tokens: Tokens, place: int) -> bool:
    sign, behind = tokens[place], tokens[place + 1]
    return sign.folded in (".", ",") and sign.glued and behind.kind is TokenKind.NUMBER and behind.glued


def _spaced_group(tokens: Tokens, place: int) -> bool:
    token, before = tokens[place], tokens[place - 1]
    if token.kind is not TokenKind.NUMBER or len(token.folded) != 3 or token.start != before.end + 1:
        return False
    follower = tokens[place + 1] if place + 1 < len(tokens) else None
    return not (follower and follower.glued and follower.folded in (".", ",") and place + 2 < len(tokens))


def _readings(groups: list[str], signs: str) -> tuple[Decimal | None, Decimal | None]:
    thousands = len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])
    if not signs:
        return Decimal(groups[0]), None
    if len(signs) == 1:
        return Decimal(".".join(groups)), Decimal("".join(groups)) if thousands else None
    if len(set(signs)) == 1:
        return None, Decimal("".join(groups)) if thousands else None
    if signs[-1] not in signs[:-1] and len(set(signs[:-1])) == 1 and all(len(g) == 3 for g in groups[1:-1]):
        return Decimal("".join(groups[:-1]) + "." + groups[-1]), None
    return None, None


def _words(tokens: Tokens, place: int) -> Figure | None:
    read = numeral_at(tokens, place)
    if read is None:
        return None
    single = read.end == place + 1
    return Figure(place, read.end, read.value, percent=read.percent, lone=single and not read.percent)
