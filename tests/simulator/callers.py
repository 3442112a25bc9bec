"""A moved clock, plain calls of the Bot API, and pictures to send."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from PIL import Image


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Api:
    """Calls of the Bot API by plain JSON."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token

    async def __call__(self, method: str, **params: object) -> dict[str, Any]:
        response = await self.client.post(f"/bot{self.token}/{method}", json=params)
        body: dict[str, Any] = response.json()
        assert response.status_code == body.get("error_code", 200)
        return body

    async def refusal(self, method: str, **params: object) -> str:
        body = await self(method, **params)
        assert body["ok"] is False
        return str(body["description"])


def picture(width: int = 1600, height: int = 1200, colour: str = "green") -> bytes:
    """A JPEG of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, "JPEG")
    return target.getvalue()
