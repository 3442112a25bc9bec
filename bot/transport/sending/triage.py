"""What an error means for the update that met it (docs/rules/keeping.md#nothing-lost-nothing-twice)."""

from __future__ import annotations

import traceback
from enum import Enum
from pathlib import Path

import httpx
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import DatabaseBusy, DatabaseFull


class Meaning(Enum):
    """What is to be done about an error."""

    OUTAGE = "outage"
    """Telegram cannot be reached: wait and go on, it is nobody's attempt."""
    CROWDED = "crowded"
    """The database is busy or full: tell the person, wait and go on."""
    REFUSED = "refused"
    """Telegram will never take the answer: the update is done."""
    FAULT = "fault"
    """A mistake of ours."""


_FOREVER = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "have no rights to send",
    "not enough rights",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
    "chat was deactivated",
)


def meaning_of(error: BaseException) -> Meaning:
    """What the error asks for. BadRequest and TimedOut are NetworkErrors of PTB's, hence the order."""
    if isinstance(error, DatabaseBusy | DatabaseFull):
        return Meaning.CROWDED
    if isinstance(error, Forbidden):
        return Meaning.REFUSED
    if isinstance(error, BadRequest):
        return Meaning.REFUSED if refused_forever(error) else Meaning.FAULT
    if isinstance(error, NetworkError | RetryAfter):
        return Meaning.OUTAGE
    return Meaning.FAULT


def refused_forever(error: TelegramError) -> bool:
    """Whether a chat is gone for good."""
    said = error.message.lower()
    return any(part in said for part in _FOREVER)


def maybe_delivered(error: TelegramError) -> bool:
    """Whether Telegram may have acted although no answer came: the request had gone out before the line broke."""
    cause = error.__cause__
    return isinstance(cause, httpx.ReadTimeout | httpx.ReadError | httpx.RemoteProtocolError | httpx.WriteError)


def described(error: BaseException) -> str:
    """The error's class and where it arose. Its message is left out: it may hold people's words."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    # The innermost line of ours says more than the line of a library.
    ours = [frame for frame in frames if f"{Path(__file__).parents[2]}" in frame.filename] or frames
    last = ours[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} ({last.name})"


def trace_of(error: BaseException) -> str:
    """The way of an error through the program, without any message."""
    lines = (f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__))
    return " > ".join(lines)
