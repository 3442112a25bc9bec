"""Who may talk to the trial: pages of its own address, and programs on this machine.

A page of another site that a browser happens to show must neither read the trial (by a name of its own that resolves
to this machine) nor act in it (by a form or script that posts across sites).
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.i18n import language_of, translator

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what it is compared with, not bound to


class Guard:
    """The application behind it, for requests that come from where they should. ``host`` is what it is bound to."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with a 403."""
        headers = Headers(scope=scope)
        if self._may(scope["method"], scope["path"], headers):
            await self._app(scope, receive, send)
            return
        sentence = translator(language_of(headers.get("accept-language")))("error.trial_other_site")
        await JSONResponse({"error": sentence}, 403)(scope, receive, send)

    def _may(self, method: str, path: str, headers: Headers) -> bool:
        named = headers.get("host", "").lower()
        if not self._is_own(_name_in(named)):
            return False
        if method in ("GET", "HEAD"):
            return True
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != named:
            return False
        # What a form of another site can post at all without asking first; the Bot API takes it, the page does not.
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in ("application/json", "multipart/form-data") or not path.startswith("/simulator/")

    def _is_own(self, name: str) -> bool:
        if name in ("localhost", self._host):
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._host in ANYWHERE


def _name_in(host: str) -> str:
    """The name without its port; empty for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to this host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
