"""How updates leave the simulated Telegram: long polls and the webhook."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import httpx

from bot.simulator.telegram.api.asked import ApiRequest
from bot.simulator.telegram.chats.limits import UPDATES_A_CALL, check_webhook
from bot.simulator.telegram.chats.refusals import Json, Refused, conflict
from bot.simulator.telegram.chats.state import Chats
from bot.simulator.telegram.chats.updates import WebhookTarget

LONGEST_POLL_SECONDS = 50
SHORTEST_RETRY_SECONDS = 0.02
LONGEST_RETRY_SECONDS = 1.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class _Poll:
    """One getUpdates call that may be waiting."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.refusal: Refused | None = None

    def refuse(self, refusal: Refused) -> None:
        self.refusal = refusal
        self.wake.set()


class Polling:
    """Answers getUpdates and the webhook methods; one poller at a time."""

    def __init__(self, chats: Chats) -> None:
        self.updates = chats.updates
        self._chats = chats
        self.webhook_wake = asyncio.Event()
        self._poll: _Poll | None = None
        self._closed = False
        chats.listeners.append(self._heard)

    def close(self) -> None:
        """Answer every waiting poll, without updates."""
        self._closed = True
        self._heard("update", {})
        if self._heard in self._chats.listeners:
            self._chats.listeners.remove(self._heard)

    @property
    def closed(self) -> bool:
        """Whether the server is going down."""
        return self._closed

    @property
    def waiting(self) -> bool:
        """Whether a getUpdates call is under way."""
        return self._poll is not None

    def _heard(self, what: str, _details: Json) -> None:
        if what == "update":
            self.webhook_wake.set()
            if self._poll:
                self._poll.wake.set()

    async def get_updates(self, asked: ApiRequest) -> list[Json]:
        """The pending updates, waiting for the first one up to `timeout` seconds."""
        if self.updates.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        if self._poll:
            self._poll.refuse(conflict(OTHER_POLLER))
        poll = self._poll = _Poll()
        try:
            self.updates.allow(asked.get("allowed_updates"))
            return await self._wait(poll, asked)
        finally:
            if self._poll is poll:
                self._poll = None

    async def _wait(self, poll: _Poll, asked: ApiRequest) -> list[Json]:
        limit = asked.integer("limit", UPDATES_A_CALL)
        ready = self.updates.take(asked.integer("offset"), limit)
        # The long poll is the client's real waiting time, so it is not measured by the moved clock.
        with suppress(TimeoutError):
            async with asyncio.timeout(min(asked.integer("timeout"), LONGEST_POLL_SECONDS)):
                while not ready and not self._closed:
                    await poll.wake.wait()
                    poll.wake.clear()
                    if poll.refusal:
                        raise poll.refusal
                    ready = self.updates.take(0, limit)
        if poll.refusal:
            raise poll.refusal
        return ready

    def set_webhook(self, asked: ApiRequest) -> bool:
        """True; updates are posted to the address from now on (an empty one removes the webhook)."""
        url = str(asked.get("url") or "")
        if not url:
            return self.delete_webhook(asked)
        secret = asked.get("secret_token")
        check_webhook(url, secret)
        self._drop_where_asked(asked)
        self.updates.allow(asked.get("allowed_updates"))
        self.updates.webhook = WebhookTarget(url, secret, asked.integer("max_connections", 40))
        if self._poll:
            self._poll.refuse(conflict("terminated by setWebhook request"))
        self.webhook_wake.set()
        return True

    def delete_webhook(self, asked: ApiRequest) -> bool:
        """True; updates wait for getUpdates again."""
        self._drop_where_asked(asked)
        self.updates.webhook = None
        return True

    def _drop_where_asked(self, asked: ApiRequest) -> None:
        if asked.get("drop_pending_updates"):
            self.updates.clear()

    def webhook_info(self, _asked: ApiRequest) -> Json:
        """The WebhookInfo object."""
        hook = self.updates.webhook
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.updates.pending())}
        if hook:
            info |= {"url": hook.url, "max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook and hook.last_error_at:
            info |= {"last_error_date": int(hook.last_error_at.timestamp()), "last_error_message": hook.last_error}
        if self.updates.allowed:
            info["allowed_updates"] = sorted(self.updates.allowed)
        return info


class Postman:
    """Posts updates to the webhook one after another, each again until it is taken with a 2xx."""

    def __init__(self, chats: Chats, polling: Polling) -> None:
        self._chats = chats
        self._polling = polling
        self._pause = SHORTEST_RETRY_SECONDS

    async def run(self) -> None:
        """Work until the server closes."""
        # Loopback speaks plain HTTP, so the client need not load the world's certificates.
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with httpx.AsyncClient(trust_env=False, timeout=60, verify=bare) as client:
            while not self._polling.closed:
                self._polling.webhook_wake.clear()
                hook = self._chats.updates.webhook
                pending = self._chats.updates.pending() if hook else []
                if hook is None or not pending:
                    await self._polling.webhook_wake.wait()
                elif not await self._delivered(client, hook, pending[0]):
                    await self._rest()

    async def _delivered(self, client: httpx.AsyncClient, hook: WebhookTarget, update: Json) -> bool:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            response = await client.post(hook.url, json=update, headers=headers)
            trouble = "" if response.is_success else f"Wrong response from the webhook: {response.status_code}"
        except httpx.HTTPError as error:
            trouble = f"Connection failed: {type(error).__name__}"
        if trouble:
            hook.last_error_at, hook.last_error = self._chats.now(), trouble
            return False
        self._pause = SHORTEST_RETRY_SECONDS
        self._chats.updates.delivered(update)
        return True

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                await self._polling.webhook_wake.wait()
        self._pause = min(self._pause * 2, LONGEST_RETRY_SECONDS)
