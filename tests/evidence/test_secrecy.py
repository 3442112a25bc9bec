"""Which words on a paper are a mark of a state secret, and which are not."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.secrecy import marking_in, marking_in_name

Form = Literal["NFC", "NFD"]

MARKS = [
    ("MẬT", "MẬT"),
    ("TỐI MẬT", "TỐI MẬT"),
    ("TUYỆT MẬT", "TUYỆT MẬT"),
    ("  MẬT  \n", "MẬT"),
    ("ỦY BAN NHÂN DÂN XÃ BÌNH LỘC\nMẬT\nSố: 12/KH-UBND", "MẬT"),
    ("KẾ HOẠCH (MẬT)", "MẬT"),
    ("[TỐI MẬT] Phương án phòng thủ", "TỐI MẬT"),
    ("«TUYỆT MẬT»", "TUYỆT MẬT"),
    ("| MẬT |", "MẬT"),
    ("*** MẬT ***", "MẬT"),
    ("- MẬT -", "MẬT"),
    ("1. MẬT", "MẬT"),
    ("Độ mật: MẬT", "MẬT"),
    ("ĐỘ MẬT: TỐI MẬT", "TỐI MẬT"),
    ("TUYỆT MẬT: phương án A2", "TUYỆT MẬT"),
    ("MẬT NV07 60%", "MẬT"),
    ("TUYỆT MẬT NV07 60% đã trình", "TUYỆT MẬT"),
    ("TỐI MẬT CT12 80", "TỐI MẬT"),
    ("Kế hoạch số 12 - MẬT", "MẬT"),
    ("MẬT.", "MẬT"),
    ("“MẬT”", "MẬT"),
    ("M Ậ T", "MẬT"),
    ("T Ố I  M Ậ T", "TỐI MẬT"),
    ("T\u00a0U\u00a0Y\u00a0Ệ\u00a0T   M\u00a0Ậ\u00a0T", "TUYỆT MẬT"),
    ("TỐI\nMẬT", "TỐI MẬT"),
    ("TỐIMẬT", "TỐI MẬT"),
    ("UBND XÃ\tMẬT\tCỘNG HÒA", "MẬT"),
    ("MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "MẬT"),
    ("HỎA TỐC MẬT", "MẬT"),
    ("MẬT Số: 12/BC-UBND", "MẬT"),
    ("MẬT\nĐỘ KHẨN: HỎA TỐC", "MẬT"),
    ("\ufeffMẬT\u200b", "MẬT"),
    ("TOI MAT", "TỐI MẬT"),
    ("TUYET MAT", "TUYỆT MẬT"),
    ("(TOI MAT)", "TỐI MẬT"),
    ("TOI_MAT.pdf", "TỐI MẬT"),
    ("TOI-MAT.pdf", "TỐI MẬT"),
    ("TOI MẬT", "TỐI MẬT"),
    ("KH_12_TỐI MẬT.pdf", "TỐI MẬT"),
    ("KH_12_TỐI_MẬT.pdf", "TỐI MẬT"),
    ("12-KH (MẬT).pdf", "MẬT"),
    ("12-KH-MẬT.pdf", "MẬT"),
    ("KH 12 TUYỆT MẬT.docx", "TUYỆT MẬT"),
    ("Ke_hoach_TUYET_MAT_2026.pdf", "TUYỆT MẬT"),
    ("Kế hoạch phòng thủ TỐI MẬT.pdf", "TỐI MẬT"),
    ("📄 MẬT", "MẬT"),
    ("MẬT, TỐI MẬT, TUYỆT MẬT", "TUYỆT MẬT"),
]

NO_MARKS = [
    "",
    "mật",
    "Mật",
    "Tối mật",
    "tuyệt mật",
    "bảo mật",
    "bí mật",
    "văn bản mật",
    "Văn bản MẬT của xã",
    "mật khẩu",
    "mật độ",
    "MẬT KHẨU",
    "MẬT ĐỘ DÂN SỐ",
    "MẬT\nĐỘ\nDÂN SỐ",
    "MẬT\nKHẨU",
    "Mặt trận",
    "MẶT TRẬN TỔ QUỐC",
    "MAT TRAN TO QUOC",
    "BẢO MẬT",
    "BẢO  MẬT",
    "BẢO\nMẬT",
    "BẢO \n MẬT",
    "B Ả O M Ậ T",
    "B Ả O  M Ậ T",
    "BÍ MẬT",
    "BÍ MẬT NHÀ NƯỚC",
    "QUY CHẾ BẢO VỆ BÍ\nMẬT NHÀ NƯỚC",
    "AN TOÀN, BẢO MẬT THÔNG TIN",
    "AN TOÀN - BẢO MẬT",
    "BẢO MẬT NV07 60%",
    "VĂN BẢN MẬT NVL",
    "AN_TOÀN_BẢO_MẬT.pdf",
    "QUY-CHẾ-BÍ-MẬT-NHÀ-NƯỚC.pdf",
    "MẬT_KHẨU.xlsx",
    "ĐỘ MẬT",
    "ĐỘ\nMẬT",
    "CƠ MẬT",
    "SẢN PHẨM MẬT ONG RỪNG",
    "MAT",
    "(MAT)",
    "TOI",
    "TOIMAT",
    "TOI\nMAT",
    "TOI MAT XE",
    "HOM QUA TOI MAT DIEN THOAI",
    "TÔI MẤT",
    "TO\u0302I MA\u0302\u0301T",
    "TỐI MẮT",
    "BUỔI TỐI MẬT ĐỘ XE CAO",
    "toi mat",
    "tối mật",
    "MẬTX",
    "XMẬT",
    "MẬ T RẬN",
    "X\u200bMẬT",
    "văn bản MẬT",
    "các độ TUYỆT MẬT và tối mật",
    "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC SỐ 117/2025/QH15",
]


@pytest.mark.parametrize(("text", "mark"), MARKS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_mark_standing_alone_is_seen_however_its_letters_are_composed(form: Form, text: str, mark: str) -> None:
    assert marking_in(unicodedata.normalize(form, text)) == mark


@pytest.mark.parametrize("text", NO_MARKS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_that_merely_contain_the_syllable_are_no_mark(form: Form, text: str) -> None:
    assert marking_in(unicodedata.normalize(form, text)) is None


@pytest.mark.parametrize("letters", ["MA\u0302\u0323T", "MA\u0323\u0302T", "M\u00c2\u0323T", "M\u1ea0\u0302T"])
def test_every_order_of_the_two_diacritics_is_the_same_letter(letters: str) -> None:
    assert marking_in(letters) == "MẬT"


@pytest.mark.parametrize("text", [text for text, _ in MARKS])
def test_a_mark_is_seen_among_the_lines_of_a_page(text: str) -> None:
    page = f"ỦY BAN NHÂN DÂN\n\n{text}\n\nCăn cứ Luật Tổ chức chính quyền địa phương;"
    assert marking_in(page) is not None


@pytest.mark.parametrize(
    "name",
    ["Báo cáo MẬT.pdf", "MẬT báo cáo.docx", "Báo_cáo_MẬT.pdf", "MẬT_BÁO_CÁO.pdf", "Biên bản MẬT.pdf", "KH 12 MẬT.pdf"],
)
def test_a_name_that_begins_or_ends_with_the_mark_is_marked(name: str) -> None:
    assert marking_in_name(name) == "MẬT"


@pytest.mark.parametrize(
    "name", ["Quản lý văn bản MẬT.pdf", "Sổ văn bản MẬT của xã.pdf", "BẢO MẬT.pdf", "mat khau.txt", "Bao cao MAT.pdf"]
)
def test_a_name_about_secrecy_is_not_marked(name: str) -> None:
    assert marking_in_name(name) is None


@given(st.text(alphabet=st.sampled_from(list("TỐOIMẬAUYỆE ÂẠ\u0302\u0323\u0301\n_-(.aB1\u200b\t")), max_size=80))
def test_no_mixture_of_the_letters_of_a_mark_breaks_the_search(text: str) -> None:
    assert marking_in(text) in {None, "MẬT", "TỐI MẬT", "TUYỆT MẬT"}


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_search(text: str) -> None:
    assert marking_in(text) in {None, "MẬT", "TỐI MẬT", "TUYỆT MẬT"}
    assert marking_in_name(text) in {None, "MẬT", "TỐI MẬT", "TUYỆT MẬT"}


@given(st.text(alphabet=st.characters(categories=("Ll", "Zs", "Nd", "Po")), max_size=200))
def test_small_letters_are_never_a_mark(text: str) -> None:
    assert marking_in(text) is None
