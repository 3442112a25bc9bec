"""Every knob, with its default and unit; read from the environment (prefix TIENDO_) or a `.env` file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import TienDoError

TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(TienDoError):
    """A setting is missing or makes no sense. ``figures["name"]`` is the variable; its value is never repeated."""


class Settings(BaseSettings):
    """What the operator may choose. Raises pydantic's error when built directly; `load_settings` gives sentences."""

    model_config = SettingsConfigDict(
        env_prefix="TIENDO_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    token: SecretStr | None = None
    """The bot's token; ``TIENDO_TOKEN_FILE`` names a file that holds it instead."""
    token_file: Path | None = None
    data_dir: Path = Path("data")
    database_url: str = ""
    """sqlite+aiosqlite:///path or postgresql+asyncpg://…; default: ``tiendo.db`` in the data folder."""
    api_url: str = TELEGRAM
    """Used as ``{url}/bot{token}/{method}`` and ``{url}/file/bot{token}/{path}``."""
    local_api: bool = False
    """Whether the address is a Bot API server of our own, which keeps files on this disk."""
    proxy_url: str | None = None
    max_file_mb: Annotated[int, Field(ge=1, le=2000)] = 20
    """Megabytes (2²⁰ bytes, as Telegram counts) of one file; more than 20 needs a Bot API server of our own."""
    trust_roots: Path | None = None
    """A folder of certificates (.pem, .crt, .cer) whose signatures count as known."""
    webhook_url: str | None = None
    """The https address Telegram posts to; without it the bot polls."""
    webhook_secret: SecretStr | None = None
    """1–256 of A–Z a–z 0–9 _ and -."""
    webhook_listen: str = "127.0.0.1:8443"
    """host:port behind the proxy that ends TLS."""
    timezone: str = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    slots: Annotated[int, Field(ge=1, le=256)] = 16
    """Updates handled at the same time; the connection pool follows."""
    sends_per_second: Annotated[int, Field(ge=1, le=10_000)] = 30
    """Messages a second over all chats (Telegram's limit is about 30)."""
    poll_seconds: Annotated[int, Field(ge=0, le=50)] = 20
    """Seconds one getUpdates call may wait."""
    keep_updates_days: Annotated[int, Field(ge=1, le=365)] = 7
    """Days after which the text of a finished update is erased."""

    @field_validator("token")
    @classmethod
    def _token_looks_like_one(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        bare = token.get_secret_value().strip()
        if not _TOKEN.fullmatch(bare):
            raise ValueError("token")
        return SecretStr(bare)

    @field_validator("api_url")
    @classmethod
    def _address_without_end(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("address")
        return url.rstrip("/")

    @field_validator("webhook_url", "proxy_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname:
            raise ValueError("address")
        return url

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        if url and not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("engine")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _secret_telegram_takes(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is None or not secret.get_secret_value():
            return None
        if not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("secret")
        return secret

    @field_validator("webhook_listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
            raise ValueError("listen")
        return listen

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("zone") from unknown
        return name

    @model_validator(mode="before")
    @classmethod
    def _token_from_file(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("token_file") and not values.get("token"):
            try:
                return {**values, "token": Path(values["token_file"]).read_text("utf-8").strip()}
            except (OSError, UnicodeDecodeError) as unreadable:
                raise SettingsError("setting_token_file", name="TIENDO_TOKEN_FILE") from unreadable
        return values

    @property
    def database(self) -> str:
        """The URL of the database, also where none was set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'tiendo.db'}"

    @property
    def max_file_bytes(self) -> int:
        """Bytes of one file; Telegram's own server hands out at most 20 MB whatever is set."""
        most = self.max_file_mb if self.local_api else min(self.max_file_mb, 20)
        return most << 20

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the webhook's server."""
        host, _, port = self.webhook_listen.rpartition(":")
        return host.strip("[]"), int(port)

    def require_token(self) -> str:
        """The token. Raises SettingsError where there is none."""
        if self.token is None:
            raise SettingsError("setting_token_missing", name="TIENDO_TOKEN")
        return self.token.get_secret_value()

    def require_webhook_secret(self) -> str:
        """The webhook's secret. Raises SettingsError where there is none: without it anyone could post updates."""
        if self.webhook_secret is None:
            raise SettingsError("setting_webhook_secret_missing", name="TIENDO_WEBHOOK_SECRET")
        return self.webhook_secret.get_secret_value()


_SENTENCES = {
    "token",
    "api_url",
    "proxy_url",
    "webhook_url",
    "webhook_secret",
    "webhook_listen",
    "database_url",
    "timezone",
}


def load_settings(**given: Any) -> Settings:
    """The settings of this environment, ``given`` before all else.

    Raises SettingsError, whose sentence names the variable that is wrong.
    """
    try:
        return Settings(**given)
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][0]) if wrong.errors()[0]["loc"] else "settings"
        key = f"setting_{field}" if field in _SENTENCES else "setting_wrong"
        raise SettingsError(key, name=f"TIENDO_{field.upper()}") from wrong
