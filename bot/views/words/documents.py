"""The buttons that ask for the documents of a period."""

from __future__ import annotations

from bot.i18n import Translator
from bot.services.results.make_document import DocumentFormat
from bot.views.parts.actions import Action
from bot.views.parts.view import Button, button
from bot.views.words.periods import period_words


def document_buttons(t: Translator, locality_id: int, period: str) -> tuple[tuple[Button, ...], ...]:
    """The buttons that ask for the report of a period, one below the other."""
    words = period_words(t, period)
    return tuple(
        (button(t(f"document.{each.value}", period=words), Action.DOCUMENT, each.value, locality_id, period),)
        for each in (DocumentFormat.DOCX, DocumentFormat.XLSX)
    )
