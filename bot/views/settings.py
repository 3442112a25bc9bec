"""`/caidat`: the language, and the locality one works in."""

from __future__ import annotations

from bot.i18n import LANGUAGES, Translator
from bot.services.change_settings import PersonalSettings
from bot.views.actions import Action
from bot.views.html import lines, say
from bot.views.people import place_words
from bot.views.view import Button, View, button


def settings_view(t: Translator, settings: PersonalSettings) -> View:
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
    return View(lines(told), tuple(rows))


def _choice(label: str, chosen: bool, name: str, value: object) -> Button:
    return button(f"✓ {label}" if chosen else label, Action.SETTINGS, name, value)
