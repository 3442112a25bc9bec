"""Whole messages that answer "how much?": a percent, a share, the value of an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.work.progress import Comparator, Level, Share, Target
from bot.language.reports.meanings import PHRASES, ReportWord
from bot.language.text.figures import Figure, Tokens, figure_at, percent_of_share, share_at
from bot.language.text.numerals import Names
from bot.language.text.tokens import Phrasebook, Token, TokenKind, fold, tokenise
from bot.language.words import lexicon

_PADDING = (ReportWord.POLITE, ReportWord.LEAD, ReportWord.ALREADY, ReportWord.APPROX, ReportWord.REPORT)
_FILLERS = Phrasebook(
    {word: PHRASES[word] for word in (*_PADDING, ReportWord.DONE)} | {ReportWord.WORK: lexicon.WORK_NOUNS}
)
_DONE = Phrasebook({ReportWord.DONE: PHRASES[ReportWord.DONE]})
_DENIED = Phrasebook({word: PHRASES[word] for word in (ReportWord.NEGATED, ReportWord.WRONG)})
_NOUNS = Phrasebook({"noun": lexicon.NOUNS})
_LEVELS = Phrasebook(lexicon.LEVELS)
_LEVEL_LEAD = Phrasebook({"lead": lexicon.LEVEL_LEAD})
_RANK_LEAD = Phrasebook({"lead": lexicon.RANK_LEAD})
_ORDINALS = Names(lexicon.ORDINALS)
_HARMLESS = frozenset(".,;:!()\"'=")


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """A value as an indicator takes it: the figure, both figures of a share, the level by its place 1-6."""

    value: Decimal
    share: Share | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a text is no value of this indicator.

    ``reason`` is one of nothing, negated, unit_wrong, separator_unclear, no_share, share_zero,
    share_out_of_range, several, level_word.
    """

    reason: str


def read_percent(text: str) -> Decimal | None:
    """The percent that is the whole message; its bounds are the domain's ("150" comes back as 150).

    "nửa" is 50, "xong" is 100; courtesies and "khoảng" may stand around it, anything else makes it none.
    """
    tokens = tokenise(text)
    start = skip_fillers(tokens, 0)
    if start == len(tokens):
        return Decimal(100) if any(_DONE.at(tokens, place) for place in range(len(tokens))) else None
    found = figure_at(tokens, start)
    if found is None or skip_fillers(tokens, found.end) != len(tokens):
        return None
    return _sure(found, tokens)


def read_value(text: str, target: Target) -> IndicatorValue | Unread:
    """The value that is the whole message, in the unit of ``target``, or why it is none."""
    tokens = tokenise(text)
    if any(_DENIED.at(tokens, place) for place in range(len(tokens))):
        return Unread("negated")
    found = value_at(tokens, skip_fillers(tokens, 0), target)
    if found is None or isinstance(found, Unread):
        return found or Unread("nothing")
    reading, end = found
    end = skip_fillers(tokens, end)
    if end != len(tokens):
        return Unread("several" if value_at(tokens, end, target) else "nothing")
    return reading


def skip_fillers(tokens: Tokens, place: int) -> int:
    """The place behind courtesies, "đạt", "được" and punctuation."""
    while place < len(tokens):
        token = tokens[place]
        filler = _FILLERS.at(tokens, place)
        if filler is not None:
            place = filler[1]
        elif token.kind is TokenKind.BREAK or token.text in _HARMLESS:
            place += 1
        else:
            break
    return place


def value_at(tokens: Tokens, place: int, target: Target) -> tuple[IndicatorValue, int] | Unread | None:
    """The value that begins at ``place`` and the place behind it, or why it is none; None without any figure."""
    if target.comparator is Comparator.LEVEL:
        return _level_at(tokens, place)
    if target.comparator is Comparator.RANK:
        return _rank_at(tokens, place)
    return _amount_at(tokens, place, target)


def _sure(figure: Figure, tokens: Tokens) -> Decimal | None:
    first = tokens[figure.start]
    if figure.lone and not first.marks and first.folded in ("sau", "tam", "bay", "nam"):
        return None  # rather sau (then), tạm, bay, năm (year) than 6, 8, 7, 5
    value = figure.value
    return None if value is None or value.is_nan() else value


def _level_at(tokens: Tokens, place: int) -> tuple[IndicatorValue, int] | Unread | None:
    while lead := _LEVEL_LEAD.at(tokens, place):
        place = lead[1]
    found = _LEVELS.at(tokens, place)
    if found is None:
        return Unread("level_word") if figure_at(tokens, place) else None
    if _LEVELS.at(tokens, found[1]):
        return Unread("several")  # "trung bình khá" is between two
    level = Level(found[0])
    return IndicatorValue(Decimal(level.place), level=level), found[1]


def _rank_at(tokens: Tokens, place: int) -> tuple[IndicatorValue, int] | Unread | None:
    start = place
    while led := _RANK_LEAD.at(tokens, place):
        place = led[1]
    lead = place > start
    ordinal = _ORDINALS.at(tokens, place) if lead else None
    if ordinal is not None and figure_at(tokens, place + 1) is None:
        return IndicatorValue(Decimal(ordinal)), place + 1
    found = figure_at(tokens, place)
    if found is None or (found.lone and not lead):
        return None
    value = found.value
    if found.percent or _NOUNS.at(tokens, found.end):
        return Unread("unit_wrong")
    if value is None or value.is_nan():
        return Unread("separator_unclear")
    of = share_at(tokens, place)  # "hạng 9/75"
    return IndicatorValue(value), of[1] if of else found.end


def _amount_at(tokens: Tokens, place: int, target: Target) -> tuple[IndicatorValue, int] | Unread | None:
    shared = share_at(tokens, place)
    if shared is not None:
        return _shared(tokens, *shared, target)
    spaced = not target.is_share
    found = figure_at(tokens, place, spaced=spaced)
    if found is None or found.lone:
        return None
    if found.end < len(tokens) and tokens[found.end].folded == "/" and tokens[found.end].glued:
        behind = figure_at(tokens, found.end + 1)
        if behind is not None:
            return Unread("share_zero" if behind.decimal == 0 else "separator_unclear")
    if found.percent and not target.is_share:
        return Unread("unit_wrong")
    behind_unit = found.end if found.percent else _behind_unit(tokens, found.end, target)
    if behind_unit is None:
        return Unread("unit_wrong")
    value = _in_unit(found, target)
    return Unread("separator_unclear") if value is None or value.is_nan() else (IndicatorValue(value), behind_unit)


def _shared(tokens: Tokens, share: Share, end: int, target: Target) -> tuple[IndicatorValue, int] | Unread:
    noun, value = _NOUNS.at(tokens, end), percent_of_share(share)
    if not target.is_share:
        return Unread("no_share")
    if value is None:
        return Unread("share_out_of_range")
    return IndicatorValue(value, share), noun[1] if noun else end


def _behind_unit(tokens: Tokens, place: int, target: Target) -> int | None:
    """The place behind a unit that is the target's; none where another unit stands there."""
    wanted = tokenise(target.unit) if target.unit != "%" else ()
    names: list[Token] = list(tokens[place : place + len(wanted)])
    if wanted and [name.folded for name in names] == [name.folded for name in wanted]:
        return place + len(wanted)
    noun = _NOUNS.at(tokens, place)
    if noun is None or (target.unit == "" and tokens[place].folded not in lexicon.MULTIPLES):
        return place
    met = fold(" ".join(token.text for token in tokens[place : noun[1]]))
    return noun[1] if wanted and met in fold(target.unit) else None


def _in_unit(figure: Figure, target: Target) -> Decimal | None:
    """The figure, where the target tells a decimal from a thousand: counts of hundreds have no decimals."""
    if figure.value is not None or figure.comma or target.is_share:
        return figure.value
    return figure.grouped if target.values[0] >= 100 else None
