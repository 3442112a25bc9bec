"""What a person is shown: text, buttons, files. Knows no transport."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.plan.words import harmless, tidy
from bot.views.parts.html import Html


@dataclass(frozen=True, slots=True)
class Press:
    """What a button says when it is pressed: an action of `actions.py` and its arguments, short ASCII each."""

    action: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button; it either presses or opens an address."""

    label: str
    press: Press | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        """A name on a button must not turn or hide what stands beside it."""
        object.__setattr__(self, "label", harmless(self.label))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file to be shown, by the hash of its content; never forwarded (protect_content)."""

    sha256: str
    name: str
    mime: str
    kind: Literal["photo", "document"]
    transport_ref: str | None = None

    def __post_init__(self) -> None:
        """Its name is shown under it."""
        object.__setattr__(self, "name", tidy(self.name))


@dataclass(frozen=True, slots=True)
class Picture:
    """An image made by us (a QR code, a board), as PNG bytes."""

    png: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file made by us (a workbook to be filled in), sent under its name."""

    content: bytes
    name: str


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class View:
    """One message. ``contact``-like extras do not exist: everything is text, inline buttons and files."""

    text: Html
    buttons: Buttons = ()
    attachments: tuple[Attachment, ...] = field(default=())
    picture: Picture | None = None
    document: Document | None = None


def button(label: str, action: str, *args: object) -> Button:
    """A button that presses ``action`` with ``args``."""
    return Button(label, Press(action, tuple(str(arg) for arg in args)))


def grid(buttons: list[Button], width: int) -> Buttons:
    """The buttons in rows of ``width``."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
