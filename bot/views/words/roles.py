"""How roles are called."""

from __future__ import annotations

from bot.domain.people.people import Role
from bot.i18n import Translator


def role_words(t: Translator, role: Role) -> str:
    """What a role is called inside a sentence."""
    return t(f"role.{role.value}")


def role_label(t: Translator, role: Role) -> str:
    """What a role is called on a button."""
    words = role_words(t, role)
    return words[:1].upper() + words[1:]
