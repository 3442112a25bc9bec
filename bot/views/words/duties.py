"""What duties of reporting are called, and the button that begins one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.plan.duties import Ask, Duty
from bot.i18n import Translator
from bot.services.reporting.prepare_unit_report import UnitReportTarget
from bot.views.parts.actions import Action
from bot.views.parts.html import shorten
from bot.views.parts.view import Button, button
from bot.views.words.periods import period_words

NAME_ON_BUTTON = 30


def what(t: Translator, duties: Sequence[Duty]) -> str:
    """What duties of one kind ask for: "báo cáo tổng hợp quý II/2026"; of a one-off duty what the plan calls it."""
    periods = ", ".join(period_words(t, duty) for duty in duties)
    return periods if duties[0].ask is Ask.ONCE else t(f"unit_report.what_{duties[0].ask.value}", period=periods)


def asked_words(t: Translator, duty: Duty) -> str:
    """What a duty of units asks for: "báo cáo tiến độ quý II/2026", or as `what` says it."""
    return t("period.progress_of", period=period_words(t, duty)) if duty.ask is Ask.PROGRESS else what(t, [duty])


def begin_button(t: Translator, target: UnitReportTarget, duty: Duty, whose: str = "") -> Button:
    """The button that begins a report; ``whose`` it is stands on it where there are several."""
    period = period_words(t, duty)
    if duty.ask is Ask.ONCE:
        label = t("unit_report.button_once", name=shorten(period, NAME_ON_BUTTON))
    else:
        label = t("unit_report.button", period=period)
    named = " · ".join(filter(None, (label, whose)))
    return button(named, Action.UNIT_REPORT, "open", *_target(target))


def _target(target: UnitReportTarget) -> tuple[str, ...]:
    return (str(target.locality_id), str(target.unit_id), target.ask, target.period)
