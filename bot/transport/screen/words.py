"""The few messages the transport itself has to say."""

from __future__ import annotations

from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.html import say
from bot.views.parts.view import View, button


def with_menu(t: Translator, key: str, **figures: object) -> View:
    """A sentence, and the button that opens the main menu."""
    return View(say(t, key, **figures), ((button(t("button.menu"), Action.MENU, "start"),),))


def bare(t: Translator, key: str, **figures: object) -> View:
    """A sentence alone."""
    return View(say(t, key, **figures))
