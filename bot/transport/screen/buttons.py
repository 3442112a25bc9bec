"""What a button carries: "v1:action:arg:arg", at most 64 bytes of plain ASCII (Telegram takes no more).

Nothing else may be trusted: whoever presses can send any data, and buttons of last year still hang in chats.
"""

from __future__ import annotations

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.views.parts.actions import Action
from bot.views.parts.view import Buttons, Press

VERSION = "v1"
LIMIT_BYTES = 64
_ARG = re.compile(r"[!-$&-9;-~]*")  # visible ASCII without ":" (it divides) and "%" (nothing is ever decoded)
_KNOWN = {action.value for action in Action}


class UnfitButton(ValueError):
    """A button of ours that Telegram would refuse; a mistake in a view."""


def encode(press: Press) -> str:
    """The callback data of a press. Raises UnfitButton for arguments that do not fit."""
    if press.action not in _KNOWN or not all(_ARG.fullmatch(arg) for arg in press.args):
        raise UnfitButton(press.action)
    data = ":".join((VERSION, press.action, *press.args))
    if len(data.encode()) > LIMIT_BYTES:
        raise UnfitButton(press.action)
    return data


def decode(data: str | None) -> Press | None:
    """What callback data of ours means; none for anything forged, foreign or of an unknown version."""
    if data is None or not data.isascii() or len(data) > LIMIT_BYTES:
        return None
    version, *rest = data.split(":")
    if version != VERSION or not rest or rest[0] not in _KNOWN:
        return None
    if not all(_ARG.fullmatch(arg) for arg in rest[1:]):
        return None
    return Press(rest[0], tuple(rest[1:]))


def keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    """The inline keyboard of a view; none where it has no buttons."""
    rows = [
        [
            InlineKeyboardButton(one.label, url=one.url)
            if one.press is None
            else InlineKeyboardButton(one.label, callback_data=encode(one.press))
            for one in row
        ]
        for row in buttons
        if row
    ]
    return InlineKeyboardMarkup(rows) if rows else None
