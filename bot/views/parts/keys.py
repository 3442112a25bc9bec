"""The buttons of dialogues: the one place where what they carry is written."""

from __future__ import annotations

from bot.i18n import Translator
from bot.views.parts.actions import Action
from bot.views.parts.subjects import DialogueSubject, WorkSubject
from bot.views.parts.view import Button, Press


def pressed(token: str, subject: DialogueSubject | int, verb: str, *value: object) -> Press:
    """What a button of a dialogue says; a number is that of the assignment it is about."""
    about = WorkSubject(subject) if isinstance(subject, int) else subject
    return Press(Action.DIALOGUE, (token, str(about), verb, *map(str, value)))


class Keys:
    """The buttons of one dialogue; once it is over they lead to its subject."""

    def __init__(self, t: Translator, token: str, subject: DialogueSubject | int = 0) -> None:
        self.t = t
        self._token, self._subject = token, subject

    def said(self, verb: str, *value: object) -> Press:
        """What a button of this dialogue says."""
        return pressed(self._token, self._subject, verb, *value)

    def key(self, label: str, verb: str, *value: object) -> Button:
        """A button of this dialogue."""
        return Button(label, self.said(verb, *value))

    @property
    def cancel(self) -> Button:
        """The way out."""
        return self.key(self.t("button.cancel"), "cancel")
