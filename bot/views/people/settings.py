"""`/caidat`: the language, the locality one works in, the hour of the morning's message, and what is muted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.i18n import LANGUAGES, Translator
from bot.services.people.change_settings import PersonalSettings
from bot.services.reminding.mute import Muted
from bot.views.parts.actions import Action
from bot.views.parts.html import BLANK, Html, lines, say, say_count, shorten
from bot.views.parts.view import Button, View, button, grid
from bot.views.words.places import place_words
from bot.views.words.rows import unmute

HOURS = (390, 420, 450, 480, 540, 600)
"""The minutes of the day at which the message may come: 06:30 … 10:00."""
MUTES_SHOWN = 8
NAME_SIGNS = 48


def settings_view(t: Translator, settings: PersonalSettings, muted: Sequence[Muted] = ()) -> View:
    """What is chosen, and the other choices as buttons."""
    told = [say(t, "settings.head"), say(t, "settings.language", language=t(f"language.{settings.language}"))]
    languages = tuple(_choice(t(f"language.{code}"), code == settings.language, "language", code) for code in LANGUAGES)
    rows: list[tuple[Button, ...]] = [languages]
    if len(settings.localities) > 1:
        current = next(place for place in settings.localities if place.id == settings.current_locality_id)
        told.append(say(t, "settings.locality", place=place_words(t, current)))
        rows += [
            (_choice(place_words(t, place), place is current, "locality", place.id),) for place in settings.localities
        ]
    chosen = settings.person.digest_minute
    told += [say(t, "settings.hour", time=_clock(chosen)), *_muted(t, muted)]
    rows += grid([_choice(_clock(minute), minute == chosen, "hour", minute) for minute in HOURS], 3)
    rows += grid([unmute(t, each.row) for each in muted[:MUTES_SHOWN]], 2)
    return View(lines(told), tuple(rows))


def _muted(t: Translator, muted: Sequence[Muted]) -> Iterable[Html]:
    yield BLANK
    if not muted:
        yield say(t, "settings.mute_how")
        return
    yield say(t, "settings.muted")
    for each in muted[:MUTES_SHOWN]:
        name = shorten(each.row.name, NAME_SIGNS)
        yield say(t, "settings.muted_row", code=each.row.code, name=name, day=each.until)
    if len(muted) > MUTES_SHOWN:
        yield say_count(t, "settings.muted_more", len(muted) - MUTES_SHOWN)
    yield say(t, "mute.never")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _choice(label: str, chosen: bool, name: str, value: object) -> Button:
    return button(f"✓ {label}" if chosen else label, Action.SETTINGS, name, value)
