"""The quick report of an indicator: its value, in its unit, or "giữ nguyên"."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.errors import BadInput
from bot.domain.work.progress import Comparator, Share, Target, check_value
from bot.language.reports.items import ItemRole, ReportItem
from bot.language.reports.meanings import ReportWord
from bot.language.reports.numbers import IndicatorValue, Unread, value_at
from bot.language.reports.outcomes import AmbiguousReport, QuickReport, ReportOutcome
from bot.language.reports.report_message import ReportMessage
from bot.language.reports.task_reports import announced, linked, unchanged
from bot.language.text.figures import share_at
from bot.language.text.tokens import Phrasebook
from bot.language.words import lexicon

_FIGURES = (ItemRole.PERCENT, ItemRole.BARE, ItemRole.SHARE, ItemRole.QUANTITY, ItemRole.DATE)
_LEADS = {
    Comparator.LEVEL: Phrasebook({"lead": lexicon.LEVEL_LEAD} | lexicon.LEVELS),
    Comparator.RANK: Phrasebook({"lead": lexicon.RANK_LEAD}),
}


def indicator_outcome(scene: ReportMessage, target: Target) -> ReportOutcome:
    """What the message reports of its indicator, in the unit of ``target``; none where it reports nothing.

    A share is given in percent with both its figures, a level by its place 1-6. The rules:
    docs/rules/chat.md#quick-report.
    """
    index = _value_place(scene, target)
    if index is None:
        if any(item.says is ReportWord.DONE for item in scene.items):
            return AmbiguousReport(scene.code, (), "value_missing")
        return unchanged(scene) or announced(scene, "value_missing")
    item = scene.items[index]
    reason = _doubt(scene, index)
    if reason is not None:
        return AmbiguousReport(scene.code, _candidates(scene), reason)
    found = value_at(scene.tokens, item.start, target)
    if found is None or isinstance(found, Unread):
        return AmbiguousReport(scene.code, _candidates(scene), found.reason if found else "number_unclear")
    return _booked(scene, target, index, found)


def _value_place(scene: ReportMessage, target: Target) -> int | None:
    leads = _LEADS.get(target.comparator)
    for index, item in enumerate(scene.items):
        if item.role in _FIGURES:
            return index
        announces = leads is not None and item.role is not ItemRole.CODE and leads.at(scene.tokens, item.start)
        if announces and value_at(scene.tokens, item.start, target) is not None:
            return index
    return None


def _doubt(scene: ReportMessage, index: int) -> str | None:
    item = scene.items[index]
    if item.role is ItemRole.DATE:
        return "date_or_share"
    if item.figure is not None and item.figure.sign:
        return "change"
    if item.role in (ItemRole.PERCENT, ItemRole.BARE) and linked(scene, index):
        return "several"
    behind = scene.items[index + 1 : index + 2]
    if behind and behind[0].says in (ReportWord.AFTER_INEXACT, ReportWord.REST):
        return "inexact"
    hedge = scene.hedge(index)
    if hedge is not None:
        return hedge
    close = scene.is_close(index) and (index > scene.code_place or item.role is not ItemRole.BARE)
    return None if close or scene.own_clause(index) else "number_unclear"


def _booked(scene: ReportMessage, target: Target, index: int, found: tuple[IndicatorValue, int]) -> ReportOutcome:
    reading, end = found
    used = [place for place, item in enumerate(scene.items) if index <= place and item.start < end]
    others = [place for place, item in enumerate(scene.items) if item.start >= end and item.role in _MEASURES]
    last = used[-1]
    reason = _disagreement(scene, reading, others) or _behind(scene, last, target)
    if reason is None and target.comparator is not Comparator.LEVEL and scene.items[index].role is ItemRole.BARE:
        reason = None if scene.ends_at(last) or target.comparator is Comparator.RANK else "number_unclear"
    if reason is not None:
        return AmbiguousReport(scene.code, _candidates(scene), reason)
    share = reading.share or _share_of(scene, target, others)
    value = share.value if share else reading.value
    try:
        check_value(target, value, share)
    except BadInput as error:
        return AmbiguousReport(scene.code, _candidates(scene), error.key)
    return QuickReport(scene.code, None, value, share, reading.level, scene.note(*used, *others))


_MEASURES = (ItemRole.PERCENT, ItemRole.SHARE)


def _disagreement(scene: ReportMessage, reading: IndicatorValue, others: list[int]) -> str | None:
    """The doubt about a second figure: "7650/9000 = 85%" is one said twice, all else is asked about."""
    for place in others:
        value = scene.items[place].value
        if value is None or value.is_nan() or abs(value - reading.value) >= 1:
            return "several"
    return None


def _behind(scene: ReportMessage, last: int, target: Target) -> str | None:
    behind = scene.items[last + 1 : last + 2]
    linked_on = bool(behind) and behind[0].says in (ReportWord.CHOICE, ReportWord.RANGE)
    nearby: tuple[ReportItem, ...] = scene.items[last + 2 : last + 3]
    if not linked_on or not nearby:
        return None
    another = value_at(scene.tokens, nearby[0].start, target) if nearby[0].role is not ItemRole.CODE else None
    return "several" if another is not None or nearby[0].role in _FIGURES else None


def _share_of(scene: ReportMessage, target: Target, others: list[int]) -> Share | None:
    """Both figures of a share that is given beside its percent."""
    shares = [share_at(scene.tokens, scene.items[place].start) for place in others]
    return next((share[0] for share in shares if share is not None and target.is_share), None)


def _candidates(scene: ReportMessage) -> tuple[Decimal | str, ...]:
    values = [item.value for item in scene.items[:50] if item.role in _FIGURES]
    return tuple(value for value in values if value is not None and value.is_finite())
