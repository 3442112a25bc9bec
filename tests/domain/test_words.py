"""Folded words: what people type and what is printed meet in the same bare words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan.words import fold

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
