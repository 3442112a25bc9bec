"""Words, dates and numbers in the language of the person; catalogues are locales/<language>/LC_MESSAGES/*.po.

Keys stand in the code, sentences only in the catalogues. The language is always an argument.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.domain.work.lifecycle import DEFAULT_ZONE

LANGUAGES = ("vi", "en")
LOCALES = Path(__file__).resolve().parent.parent / "locales"


class Translator:
    """Turns keys into sentences of one language, and values into its way of writing them."""

    def __init__(self, language: str, catalogue: GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, key: str, **figures: object) -> str:
        """The sentence of ``key`` with its gaps filled. Raises KeyError where no catalogue has it."""
        return self._sentence(self._catalogue.gettext(key), key).format(**figures)

    def count(self, key: str, n: int, **figures: object) -> str:
        """The sentence of ``key`` in the form that ``n`` asks for; ``n`` itself fills the gap {n}."""
        return self._sentence(self._catalogue.ngettext(key, key, n), key).format(n=n, **figures)

    def has(self, key: str) -> bool:
        """Whether the catalogue has a sentence for ``key``."""
        return self._catalogue.gettext(key) != key

    @staticmethod
    def _sentence(sentence: str, key: str) -> str:
        if sentence == key:
            raise KeyError(key)
        return sentence

    def day(self, day: date) -> str:
        """30/06/2026."""
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"

    def short_day(self, day: date) -> str:
        """30/06."""
        return f"{day.day:02d}/{day.month:02d}"

    def instant(self, instant: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
        """08:05 30/06/2026, in the locality's zone."""
        local = instant.astimezone(zone)
        return f"{local:%H:%M} {self.day(local.date())}"

    def clock_time(self, instant: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
        """08:05."""
        return f"{instant.astimezone(zone):%H:%M}"

    def number(self, value: Decimal | int) -> str:
        """83,5 in Vietnamese, 83.5 in English."""
        return format_decimal(value, locale=self.language)

    def megabytes(self, size: int) -> str:
        """A size in bytes as megabytes with one decimal; small ones in kilobytes, large ones in gigabytes.

        Counted as Telegram and phones do, 1,024 to the next: a file of 20 MB is within a limit of 20 MB.
        """
        if size < 100 << 10:
            return f"{max(1, size >> 10)} KB"
        if size >= 10 << 30:
            return f"{self.number(size >> 30)} GB"
        return f"{self.number((Decimal(size) / (1 << 20)).quantize(Decimal('0.1')))} MB"


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """The translator of a language; one we do not have reads as Vietnamese."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    catalogue = Catalog(locale=known)
    for path in sorted((LOCALES / known / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=known):
                if message.id:
                    catalogue[message.id] = message
    # Compiled at start, in memory: a stale .mo file can never speak for a changed .po.
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(known, GNUTranslations(compiled))


def language_of(code: str | None) -> str:
    """The language of ours for a phone's language code ("en-GB" reads as English, all else as Vietnamese)."""
    return "en" if code is not None and code.lower().startswith("en") else "vi"
