"""Folded words: what people type and what is printed meet in the same bare words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.words import fold, harmless, tidy

from .builders import many


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Phòng VH-XH", "phong vh xh"),
        ("  Văn phòng  HĐND &UBND.", "van phong hdnd ubnd"),
        ("Đoàn Thanh niên", "doan thanh nien"),
        ("đường_dây", "duong day"),
        ("Quý II/2026", "quy ii 2026"),
        ("ẢNH ƯỚT – Ứng", "anh uot ung"),
        ("", ""),
        (" ;,–… ", ""),
    ],
)
def test_case_accents_and_signs_fall_away(text: str, bare: str) -> None:
    assert fold(text) == bare


@given(st.text())
@many
def test_folding_twice_changes_nothing_and_unicode_form_does_not_matter(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


UNSEEN = (
    "\u200b\u200c\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060"
    "\ufeff\u00ad\u180e\x00\x07\x1b\x7f\x85"
)
LETTERS = st.sampled_from([*UNSEEN, *"\u200d\u2028\n\r\t\ud83d", *"aĐệ1 .", "👩", "💻", "\ufe0f", "\u0301"])


@given(st.one_of(st.text(), st.lists(LETTERS, max_size=30).map("".join)))
@many
def test_no_sign_that_nobody_sees_is_left_in_a_harmless_text(text: str) -> None:
    shown = harmless(text)
    left = {sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert left <= {"\n", "\u200d"} and not set(UNSEEN) & set(shown)
    assert harmless(shown) == shown
    assert [sign for sign in text if sign.isalnum()] == [sign for sign in shown if sign.isalnum()]
    assert "\n" not in tidy(text) and tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bao cao\u202egpj.exe", "bao caogpj.exe"),
        ("\u2067KH\u2069 12\u200b.pdf", "KH 12.pdf"),
        ("a\u200db", "ab"),
        ("nhóm 👩\u200d💻 số", "nhóm 👩\u200d💻 số"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("một\r\nhai\rba\tbốn\u2028năm", "một\nhai\nba bốn năm"),
        ("Phòng Văn hóa – Xã hội", "Phòng Văn hóa – Xã hội"),
        (unicodedata.normalize("NFD", "Kế hoạch"), unicodedata.normalize("NFD", "Kế hoạch")),
    ],
)
def test_what_people_wrote_stays_and_what_hides_or_turns_it_goes(text: str, shown: str) -> None:
    assert harmless(text) == shown
