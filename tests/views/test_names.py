"""Names of files and people's texts on every surface: nothing of them turns or hides what stands beside it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.export_xlsx import cell_text
from bot.documents.texts import clean, cut, in_line
from bot.domain.people.evidence import Evidence
from bot.i18n import LANGUAGES, translator
from bot.services.reporting.attach_evidence import GivenFile
from bot.views.parts.html import escape, say, shorten
from bot.views.parts.view import Button
from bot.views.words.findings import attachment, file_lines

HIDING = "\u202e\u202d\u2066\u2067\u2069\u200e\u200f\u200b\u2060\ufeff\u061c\x00\x1b\x07"
NAMES = st.lists(st.sampled_from([*HIDING, *"aệ1 .<&=+-", "\n", "\t"]), min_size=1, max_size=40).map("".join)


def evidence_named(name: str) -> Evidence:
    """A file kept before names were made harmless as they came."""
    findings = {"mime": "application/pdf", "kind": "pdf", "extension": "pdf", "size": 9}
    at = datetime(2026, 6, 15, tzinfo=UTC)
    return Evidence(1, 1, 1, "ab" * 32, name, "application/pdf", 9, at, findings)


def hides(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cf", "Cc") and sign != "\n" for sign in text)


@given(NAMES)
def test_no_surface_shows_a_name_with_signs_that_hide_or_turn(name: str) -> None:
    t = translator("vi")
    given_one = GivenFile(evidence_named(name))
    shown = [
        escape(name),
        say(t, "report.file", name=name),
        Button(t("report.drop_file", name=shorten(name, 30))).label,
        file_lines(t, 1, given_one),
        attachment(given_one.evidence).name,
        clean(name),
        in_line(name),
        cut(name, 20),
        cell_text(name),
    ]
    assert not any(hides(text) for text in shown)
    assert "\n" not in attachment(given_one.evidence).name


@given(NAMES)
def test_no_hidden_sign_lets_a_text_pass_for_a_formula(name: str) -> None:
    assert not cell_text(name).lstrip(" ").startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_size_is_told_as_telegram_counts(language: str) -> None:
    told = [translator(language).megabytes(size) for size in (1, 100 << 10, 20 << 20, 30 << 30)]
    assert told == ["1 KB", "0,1 MB" if language == "vi" else "0.1 MB", "20 MB", "30 GB"]
