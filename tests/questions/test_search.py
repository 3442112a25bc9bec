"""Search of rows by any of their words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.text.search import rank

ROWS = [
    ("NV01", "Xây dựng Quy chế bảo vệ dữ liệu cá nhân, thông tin quan trọng"),
    ("NV02", "Triển khai Phong trào “Bình dân học vụ số”"),
    ("NV03", "Tỷ lệ sử dụng dịch vụ công trực tuyến của người dân và doanh nghiệp"),
    ("NV04", "Kế hoạch Chuyển đổi số của phường"),
    ("NV05", "Số hóa hồ sơ, kết quả giải quyết TTHC"),
    ("NV06", "Tỷ lệ phủ sóng 5G trên địa bàn"),
    ("NV07", "Cung cấp dữ liệu mở"),
    ("NV08", "Lập đội công nghệ tại thôn"),
    ("NV09", "Lắp đặt camera tại thôn"),
]


def _codes(query: str) -> list[str]:
    return [code for code, _ in rank(query, ROWS)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("quy che bao ve du lieu", "NV01"),
        ("Quy chế bảo vệ", "NV01"),
        ("binh dan hoc vu so", "NV02"),
        ("dich vu cong", "NV03"),
        ("cds", "NV04"),
        ("thủ tục hành chính", "NV05"),
        ("tthc", "NV05"),
        ("5g", "NV06"),
        ("phu song", "NV06"),
        ("came", "NV09"),
        ("camera", "NV09"),
        ("carmera", "NV09"),
        ("dulieu ca nhan", "NV01"),
    ],
)
def test_a_row_is_found_by_words_beginnings_slips_and_initials(query: str, first: str) -> None:
    for form in ("NFC", "NFD"):
        assert _codes(unicodedata.normalize(form, query))[0] == first


def test_every_word_is_needed() -> None:
    assert _codes("dữ liệu cá nhân") == ["NV01"]
    assert _codes("dữ liệu camera") == []


def test_the_row_of_which_more_is_said_stands_first() -> None:
    assert _codes("du lieu") == ["NV07", "NV01"]


def test_typed_diacritics_lift_a_row_and_exclude_none() -> None:
    assert _codes("lắp đặt") == ["NV09"]
    assert _codes("lắp")[0] == "NV09"
    assert set(_codes("lắp")) == {"NV08", "NV09"}
    assert _codes("lập")[0] == "NV08"


def test_equal_scores_keep_the_order_given() -> None:
    rows = [(number, "như nhau") for number in range(20)]
    assert [number for number, _ in rank("nhau", rows)] == list(range(20))


@pytest.mark.parametrize("query", ["", "  ", "?!", "🙂", "xyzxyz"])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert _codes(query) == []


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=5))
def test_no_text_makes_the_search_fail(query: str, texts: list[str]) -> None:
    assert all(0 < score <= 1 for _, score in rank(query, list(enumerate(texts))))
