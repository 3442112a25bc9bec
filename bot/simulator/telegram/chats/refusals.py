"""How the simulated Bot API says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
"""An object as it travels over HTTP."""

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
}


class Refused(Exception):
    """An answer with `ok: false`; carries the HTTP status, the description and the response parameters."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = dict(parameters or {})

    def body(self) -> Json:
        """The JSON object Telegram answers with."""
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str, **parameters: int) -> Refused:
    """A 400 with Telegram's usual prefix."""
    return Refused(400, f"{PREFIXES[400]}: {reason}", parameters)


def forbidden(reason: str) -> Refused:
    """A 403 with Telegram's usual prefix."""
    return Refused(403, f"{PREFIXES[403]}: {reason}")


def conflict(reason: str) -> Refused:
    """A 409: somebody else takes the updates."""
    return Refused(409, f"{PREFIXES[409]}: {reason}")


def too_many_requests(retry_after: int) -> Refused:
    """A 429 that says how many whole seconds to wait."""
    return Refused(429, f"{PREFIXES[429]}: retry after {retry_after}", {"retry_after": retry_after})


def described(status: int, description: str | None = None) -> str:
    """The description for a status, made up from its phrase where none is given."""
    phrases = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
    return description or phrases.get(status) or PREFIXES.get(status, "Error")
