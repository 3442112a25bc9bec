"""Whether a message that names a row asks about it."""

from __future__ import annotations

from bot.language.reports.items import ItemRole, ReportItem
from bot.language.reports.meanings import PHRASES, ReportWord
from bot.language.text.figures import Tokens
from bot.language.text.tokens import Phrasebook

_FIRST = Phrasebook({ReportWord.ASK_FIRST: PHRASES[ReportWord.ASK_FIRST]})
_ACT = Phrasebook({ReportWord.ACT_FIRST: PHRASES[ReportWord.ACT_FIRST]})
_LAST = Phrasebook({ReportWord.ASK_LAST: PHRASES[ReportWord.ASK_LAST]})
_LIKE_PARTICLES = frozenset({"a", "dau", "ha"})  # without diacritics rather ạ, đầu, hạ
_FIGURES = (ItemRole.PERCENT, ItemRole.BARE, ItemRole.SHARE)


def asks(tokens: Tokens, items: tuple[ReportItem, ...]) -> bool:
    """Whether the words ask: a question phrase before the figure or at the end, or one that opens the sentence."""
    content = [item for item in items if item.role is not ItemRole.SIGN and item.says is not ReportWord.POLITE]
    if not content:
        return False
    pivot = next((item.start for item in content if item.role in _FIGURES), len(tokens))
    if any(item.says is ReportWord.ASK and item.start < pivot for item in content):
        return True
    return _opens(tokens, content) or _ends(tokens, content)


def wants_done(tokens: Tokens, items: tuple[ReportItem, ...]) -> bool:
    """Whether something is to be done with the row, as in "gia hạn NV07 đến 30/9": no report says that."""
    first = next(
        (item for item in items if item.role is not ItemRole.SIGN and item.says is not ReportWord.POLITE), None
    )
    return first is not None and first.role is not ItemRole.CODE and _ACT.at(tokens, first.start) is not None


def has_question_mark(items: tuple[ReportItem, ...]) -> bool:
    """Whether the message ends in a question mark, courtesies aside."""
    for item in reversed(items):
        if item.sign == "?":
            return True
        if item.role is not ItemRole.SIGN and item.says is not ReportWord.POLITE:
            return False
    return False


def _contrasts(content: list[ReportItem]) -> bool:
    """As in "NV05 xong, NV06 chưa": two rows are told of, none is asked about."""
    roles = [item.role for item in content]
    two_rows = roles[:1] == [ItemRole.CODE] and roles[-2:-1] == [ItemRole.CODE] and len(content) > 3
    return (
        two_rows
        and content[-1].says is ReportWord.NEGATED
        and any(item.says is ReportWord.DONE for item in content[1:-2])
    )


def _opens(tokens: Tokens, content: list[ReportItem]) -> bool:
    first = content[0]
    if first.role is ItemRole.CODE:
        return len(content) > 1 and content[1].says is ReportWord.ASK_FIRST
    return tokens[first.start].text != "AI" and _FIRST.at(tokens, first.start) is not None


def _ends(tokens: Tokens, content: list[ReportItem]) -> bool:
    last = content[-1]
    if _contrasts(content):
        return False
    if last.says is ReportWord.ASK or (last.says is ReportWord.NEGATED and last.end - last.start == 1):
        return True
    found = _LAST.at(tokens, last.start)
    token = tokens[last.end - 1]
    if found is None or found[1] != last.end or token.text == "AI":
        return False
    return bool(token.marks) or token.folded not in _LIKE_PARTICLES
