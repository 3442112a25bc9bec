"""The log: one line an entry, as text or JSON; the token never stands in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from bot.settings import Settings

HIDDEN = "***"
_TOKEN_IN_URL = re.compile(r"(?<=bot)\d+:[A-Za-z0-9_-]{8,}")


class Redact(logging.Filter):
    """Takes the token out of whatever a handler is about to write, also out of URLs and traces of libraries."""

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if secret)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is clean afterwards."""
        record.msg, record.args = self.clean(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
        return True

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _TOKEN_IN_URL.sub(HIDDEN, text)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_text:
            entry["trace"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(settings: Settings) -> None:
    """Write the log to stderr as the settings say; every handler of the root logger hides the token."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if settings.log_format == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    guard(settings)


def guard(settings: Settings) -> None:
    """Hide the token in every handler there is, and silence libraries that log addresses or people's words."""
    secrets = [s.get_secret_value() for s in (settings.token, settings.webhook_secret) if s is not None]
    for handler in logging.getLogger().handlers:
        if not any(isinstance(one, Redact) for one in handler.filters):
            handler.addFilter(Redact(*secrets))
    # Their lines hold addresses with the token, and statements with people's words.
    for library in ("httpx", "httpcore", "aiosqlite", "sqlalchemy", "alembic", "PIL", "pypdf"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # PTB's debug lines hold whole updates.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLevelName(settings.log_level)))
