"""What commands ask Telegram: who the bot is, and what time it is there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORT_WHILE = 4.0
"""Seconds a command waits for Telegram where it can do without."""


@dataclass(frozen=True, slots=True)
class GetMeAnswer:
    """Telegram's answer to getMe: ``name`` is none where it refuses; ``date`` is its header of that name."""

    status: int
    name: str | None
    date: str | None


class Unreachable(Exception):
    """Nobody answered, or what answered was no Bot API. It says why with the name of a class."""


async def get_me(settings: Settings, token: str, seconds: float) -> GetMeAnswer:
    """What the Bot API says to getMe. Raises Unreachable where nothing came within ``seconds``."""
    import httpx

    own = urlsplit(settings.api_url).hostname in LOOPBACK
    try:
        # A proxy of the environment is meant for the world, not for a server on this machine.
        async with httpx.AsyncClient(proxy=settings.proxy_url, timeout=seconds, trust_env=not own) as client:
            answer = await client.get(f"{settings.api_url}/bot{token}/getMe")
        name = answer.json()["result"].get("username") if answer.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError, LookupError, TypeError, AttributeError) as error:
        raise Unreachable(type(error).__name__) from error
    return GetMeAnswer(answer.status_code, name, answer.headers.get("date"))


async def bot_name(settings: Settings) -> str | None:
    """The bot's name: asked where there is a token and somebody answers, else as last told; none where never told."""
    from bot.storage.outbox.bot_name import keep, kept

    if settings.token is None:
        return kept(settings.data_dir)
    token = settings.token.get_secret_value()
    bot_id = int(token.partition(":")[0])
    try:
        told = (await get_me(settings, token, SHORT_WHILE)).name
    except Unreachable:
        told = None
    if told is None:
        return kept(settings.data_dir, bot_id)
    keep(settings.data_dir, bot_id, told)
    return told
