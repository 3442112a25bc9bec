"""How far something is: percents, values, targets."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.work.progress import FULL, Comparator, Level, Share, Target, whole_percent
from bot.i18n import Translator


def percent_words(percent: Decimal) -> str:
    """40%."""
    return f"{whole_percent(percent)}%"


def target_words(t: Translator, target: Target) -> str:
    """What is to be reached as the plan prints it, with the unit that stands in a column of its own: 95%, hạng 10."""
    printed = target.as_printed
    if target.comparator is Comparator.RANK and printed.isdecimal():
        return t("value.rank", rank=int(printed))
    return f"{printed}%" if target.unit == "%" and "%" not in printed and printed[-1:].isdecimal() else printed


def value_words(t: Translator, target: Target, value: Decimal, share: Share | None = None) -> str:
    """A value of an indicator in its own terms: 83,5%, hạng 8, mức Khá, 7.650/9.000 (85%)."""
    if target.comparator is Comparator.LEVEL:
        return t(f"level.{list(Level)[int(value) - 1].value}")
    if target.comparator is Comparator.RANK:
        return t("value.rank", rank=int(value))
    figure = t.number(value) + ("%" if target.unit == "%" else f" {target.unit}" if target.unit else "")
    if share is None:
        return figure
    return f"{t.number(share.part)}/{t.number(share.whole)} ({figure})"


def goal_words(t: Translator, target: Target) -> str:
    """What is to be reached in few words: 95%, 15–17%, hạng 10, Khá."""
    last = value_words(t, target, target.values[-1])
    return last if len(target.values) == 1 else f"{t.number(target.values[0])}–{last}"


def amount_words(
    t: Translator, target: Target | None, percent: Decimal, value: Decimal | None, share: Share | None
) -> str:
    """A percent of a task, exactly as given; of an indicator its value and its target, not the share of it."""
    return _exact(t, percent) if target is None else of_target_words(t, target, percent, value, share)


def of_target_words(
    t: Translator, target: Target, percent: Decimal, value: Decimal | None, share: Share | None = None
) -> str:
    """Where an indicator stands: "9% / chỉ tiêu 70%", and whether that reaches it."""
    words = given_words(t, target, percent, value, share)
    key = "report.value_reached" if value is not None and percent >= FULL else "report.value_of_target"
    return t(key, value=words, target=goal_words(t, target))


def given_words(
    t: Translator, target: Target | None, percent: Decimal, value: Decimal | None, share: Share | None
) -> str:
    """What was reported, without the target: 40%, hạng 8, or that there is no figure yet."""
    if target is None:
        return _exact(t, percent)
    return t("report.no_value") if value is None else value_words(t, target, value, share)


def _exact(t: Translator, percent: Decimal) -> str:
    return f"{t.number(percent.normalize())}%"
