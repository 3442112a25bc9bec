"""The clock in `/tinhtrang`: whether it can be believed, and what a wrong one has dated (docs/decisions/0014)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.clock import ClockDoubt
from bot.i18n import Translator
from bot.services.reminding.date_anew import Misdated, SetRight
from bot.views.parts.actions import Action
from bot.views.parts.html import BLANK, Html, lines, say, say_count, shorten
from bot.views.parts.view import View, button

LISTED, SHOWN = 5, 20
NAME_SIGNS = 40


def doubt_lines(t: Translator, doubt: ClockDoubt, now: datetime) -> Iterable[Html]:
    """By how much the clock is wrong, and what is held back meanwhile. ``now`` is Telegram's time."""
    if doubt.ahead is None:
        yield say(t, "clock.unknown")
    else:
        ahead = doubt.ahead > timedelta()
        span = span_words(t, abs(doubt.ahead))
        yield say(t, "clock.ahead" if ahead else "clock.behind", span=span, now=t.instant(now))
    yield say(t, "clock.held")


def span_words(t: Translator, span: timedelta) -> str:
    """A span of time in the largest unit that fits."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return t("delivery.a_moment")
    if minutes < 60:
        return t.count("delivery.minutes", minutes)
    hours = minutes // 60
    return t.count("delivery.hours", hours) if hours < 48 else t.count("delivery.days", hours // 24)


def misdated_lines(t: Translator, found: Sequence[Misdated]) -> Iterable[Html]:
    """What bears a date still to come, the first of it."""
    yield say_count(t, "dated.head", len(found))
    for each in found[:LISTED]:
        yield say(t, "dated.line", what=what_words(t, each), old=t.instant(each.old))
    if len(found) > LISTED:
        yield say_count(t, "dated.more", len(found) - LISTED)


def ask_date_anew(t: Translator, found: Sequence[Misdated], locality_id: int) -> View:
    """Each with the date it bears and the one it gets, before anything is changed."""
    if not found:
        return View(say(t, "dated.none"))
    told = [say_count(t, "dated.ask", len(found)), BLANK, *_changes(t, found), BLANK, say(t, "dated.how")]
    return View(lines(told), ((button(t("dated.button.do"), Action.CLOCK, "do", locality_id),),))


def dated_anew_view(t: Translator, made: SetRight) -> View:
    """What was set right, and what could not be."""
    if not made.done and not made.left:
        return View(say(t, "dated.none"))
    told = [say_count(t, "dated.done", len(made.done)), *_changes(t, made.done)] if made.done else []
    told += [say_count(t, "dated.left", len(made.left)), *_changes(t, made.left)] if made.left else []
    return View(lines(told))


def _changes(t: Translator, found: Sequence[Misdated]) -> Iterable[Html]:
    for each in found[:SHOWN]:
        yield say(t, "dated.change", what=what_words(t, each), old=t.instant(each.old), new=t.instant(each.new))
    if len(found) > SHOWN:
        yield say_count(t, "dated.more", len(found) - SHOWN)


def what_words(t: Translator, each: Misdated) -> str:
    """What was done, about what, by whom."""
    return " · ".join((each.about, t(f"dated.kind.{each.kind}"), shorten(each.who, NAME_SIGNS)))
