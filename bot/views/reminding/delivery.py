"""`/tinhtrang`: what became of the notices, and how the bot is; and what is said when a reminder is put off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import Translator
from bot.services.reminding.delivery_status import DeliveryStatus
from bot.services.reminding.see_health import Health
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.view import View, button
from bot.views.words.people import place_words

NAMES_SHOWN = 20
NAME_SIGNS = 40


def status_view(t: Translator, found: DeliveryStatus, health: Health, now: datetime) -> View:
    """The figures of a locality and the health of the bot."""
    counts = found.deliveries
    told = [
        say(t, "delivery.head", place=place_words(t, found.locality)),
        "",
        say(t, "delivery.sent", sent=counts.sent, late=counts.late),
        say(t, "delivery.withdrawn", n=counts.withdrawn),
        say(t, "delivery.unknown", n=counts.unknown, again=counts.again),
        say(t, "delivery.failed", n=counts.failed) if counts.failed else None,
        say(t, "delivery.waiting", n=counts.waiting),
        _oldest(t, found.unsent_for),
        "",
        *_unreachable(t, found.unreachable),
        "",
        *_health(t, health, now),
    ]
    people = ((button(t("home.nguoi"), Action.MENU, "nguoi"),),) if found.unreachable else ()
    return View(lines(told), people)


def snoozed_words(t: Translator, at: datetime) -> str:
    """When the reminder comes again."""
    local = at.astimezone(DEFAULT_ZONE)
    weekday = t(f"digest.weekday.{local.weekday()}")
    return t("snooze.done", time=t.clock_time(at), weekday=weekday, day=t.day(local.date()))


def _oldest(t: Translator, waited: timedelta | None) -> Html:
    if waited is None:
        return say(t, "delivery.none_overdue")
    return say(t, "delivery.oldest", span=_span(t, waited))


def _span(t: Translator, span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return t("delivery.a_moment")
    if minutes < 60:
        return t.count("delivery.minutes", minutes)
    hours = minutes // 60
    return t.count("delivery.hours", hours) if hours < 48 else t.count("delivery.days", hours // 24)


def _unreachable(t: Translator, names: tuple[str, ...]) -> Iterable[Html]:
    if not names:
        yield say(t, "delivery.all_reachable")
        return
    shown = ", ".join(shorten(name, NAME_SIGNS) for name in names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown = t.count("digest.names_more", len(names) - NAMES_SHOWN, names=shown)
    yield say_count(t, "digest.unreachable", len(names), names=shown)
    yield say(t, "delivery.how_reachable")


def _health(t: Translator, health: Health, now: datetime) -> Iterable[Html]:
    yield say(t, "delivery.inbox", n=health.pending, failed=health.failed)
    if health.ticked_at is None:
        yield say(t, "delivery.not_ticked")
    else:
        yield say(t, "delivery.ticked", span=_span(t, now - health.ticked_at))
