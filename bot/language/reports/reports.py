"""Quick reports: one message that names a row and says how far it is (docs/rules/chat.md#quick-report)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.domain.work.progress import Comparator, Target
from bot.language.reports.cues import asks, has_question_mark, wants_done
from bot.language.reports.indicator_reports import indicator_outcome
from bot.language.reports.items import ItemRole, ReportItem, code_at, read_items
from bot.language.reports.meanings import ReportWord
from bot.language.reports.outcomes import INDICATOR, TASK, AmbiguousReport, QuickReport, ReportOutcome, RowHint
from bot.language.reports.report_message import ReportMessage
from bot.language.reports.task_reports import task_outcome

__all__ = ["AmbiguousReport", "QuickReport", "ReportOutcome", "RowHint", "read_report"]

_ANY_SHARE = RowHint(INDICATOR, Target("", "%", Comparator.AT_LEAST, (Decimal(100),)))
_REPORTING = (ItemRole.PERCENT, ItemRole.BARE, ItemRole.SHARE)


def read_report(text: str, codes: Mapping[str, RowHint], year: int) -> ReportOutcome:
    """What a message reports of one row (docs/rules/chat.md#quick-report). Never raises.

    A QuickReport with a percent of 0-100 (of a task) or a value in the unit of the target (of an indicator); an
    AmbiguousReport with what must be asked first; None where the message reports nothing, as one that names no row,
    asks, or wants something done. ``codes`` are the rows a person may report on; codes without a year belong to
    ``year``.
    """
    tokens, items = read_items(text)
    named = [code_at(tokens, item.start) for item in items if item.role is ItemRole.CODE]
    typed = [name for name in named if name is not None]
    if not typed or asks(tokens, items) or wants_done(tokens, items):
        return None
    if len({name.known(codes, year) or name.code for name in typed}) > 1:
        return _several(items, tuple(dict.fromkeys(name.known(codes, year) or name.code for name in typed)))
    code = typed[0].known(codes, year)
    hint = codes[code] if code else (_ANY_SHARE if typed[0].prefix == "CT" else RowHint(TASK))
    scene = ReportMessage(text, tokens, items, code or typed[0].code)
    if hint.kind == INDICATOR and hint.target is not None:
        outcome = indicator_outcome(scene, hint.target)
    else:
        outcome = task_outcome(scene)
    if code is None:
        return AmbiguousReport(None, (), "code_unknown", typed[0].code) if outcome else None
    if has_question_mark(items):
        return _questioned(outcome)
    return outcome


def _questioned(outcome: ReportOutcome) -> ReportOutcome:
    if not isinstance(outcome, QuickReport):
        return None
    figure = outcome.value if outcome.percent is None else outcome.percent
    return AmbiguousReport(outcome.code, () if figure is None else (figure,), "question_mark")


def _several(items: tuple[ReportItem, ...], codes: tuple[str, ...]) -> AmbiguousReport | None:
    reports = any(
        item.role in _REPORTING or item.says in (ReportWord.DONE, ReportWord.UNCHANGED, ReportWord.NOTHING_NEW)
        for item in items
    )
    return AmbiguousReport(None, codes, "several_tasks") if reports else None
