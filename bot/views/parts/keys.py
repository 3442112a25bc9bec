"""The buttons of one dialogue."""

from __future__ import annotations

from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import Button, Press


class Keys:
    """The buttons of one dialogue, about an assignment where there is one: once it is over, they lead to its card."""

    def __init__(self, t: Translator, token: str, assignment_id: int = 0) -> None:
        self.t = t
        self._token = token
        self._subject: DialogueSubject = WorkSubject(assignment_id)

    def said(self, verb: str, value: object = "") -> Press:
        """What a button of this dialogue says."""
        return Press(Action.DIALOGUE, (self._token, str(self._subject), verb, str(value)))

    def key(self, label: str, verb: str, value: object = "") -> Button:
        """A button of this dialogue."""
        return Button(label, self.said(verb, value))

    @property
    def cancel(self) -> Button:
        """The way out."""
        return self.key(self.t("button.cancel"), "cancel")
