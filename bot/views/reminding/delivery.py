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
from bot.views.reminding.clock import doubt_lines, misdated_lines, span_words
from bot.views.words.places import place_words

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
        say(t, "delivery.early", n=counts.early) if counts.early else None,
        say(t, "delivery.waiting", n=counts.waiting),
        _oldest(t, found.unsent_for),
        "",
        *_unreachable(t, found.unreachable),
        "",
        *_health(t, health, now),
    ]
    if found.misdated:
        told += ["", *misdated_lines(t, found.misdated)]
    anew = button(t("dated.button.ask"), Action.CLOCK, "ask", found.locality.id)
    people = button(t("home.nguoi"), Action.MENU, "nguoi")
    buttons = ((anew,),) if found.misdated else ()
    return View(lines(told), (*buttons, (people,)) if found.unreachable else buttons)


def snoozed_words(t: Translator, at: datetime) -> str:
    """When the reminder comes again."""
    local = at.astimezone(DEFAULT_ZONE)
    weekday = t(f"digest.weekday.{local.weekday()}")
    return t("snooze.done", time=t.clock_time(at), weekday=weekday, day=t.day(local.date()))


def _oldest(t: Translator, waited: timedelta | None) -> Html:
    if waited is None:
        return say(t, "delivery.none_overdue")
    return say(t, "delivery.oldest", span=span_words(t, waited))


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
    if health.doubt is not None:
        yield from doubt_lines(t, health.doubt, now)
    if health.ticked_at is None:
        yield say(t, "delivery.not_ticked")
    else:
        yield say(t, "delivery.ticked", span=span_words(t, now - health.ticked_at))
