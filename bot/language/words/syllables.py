"""Words and syllables that ask nothing: other spellings, common words, what a syllable can be made of.

Sources: [G] closed classes of Vietnamese grammar and phonology · [S] regional spellings.
"""

from __future__ import annotations

from typing import Final


def _list(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(","))


# heads of names that name no subject by themselves
NO_SUBJECT: Final = frozenset(
    _list("trung tâm, văn phòng, ủy ban, hội đồng, khu phố, cơ quan, đơn vị, kế hoạch, nhiệm vụ, chỉ tiêu")
)
# common words that mean nothing here, known so that no slip of typing is seen in them
COMMON: Final = _list(
    """vâng, ừ, ờ, ảnh, phạt, đâu, đầu, đời, đường, đi, đứng, ngồi, nằm, ăn, uống, ngủ, chơi, chạy, chảy, cháy, chờ,
    chợ, chữ,
    chứa, chưng, cơm, cá, cà, cả, cha, mẹ, bố, má, nhà, cửa, xe, máy, mây, mưa, nắng, gió, trời, đất, nước, lửa,
    cây, hoa, quả, lá, sông, núi, biển, mèo, chó, gà, vịt, lợn, bò, trâu, tiền, lương, thưởng, vé, giá, mua, bán,
    hàng, quán, phở, bún, bia, rượu, trà, cà phê, bóng, đá, phim, nhạc, hát, múa, vui, buồn, giận, yêu, ghét,
    thương, nhớ, quên, đẹp, xấu, tốt, khỏe, ốm, đau, thuốc, bệnh, viện, trường, lớp, thầy, bạn, học, thi, điểm,
    sách, vở, bút, viết, đọc, nghe, thấy, nhìn, cười, khóc, sống, chết, cưới, đẻ, ngày, đêm, sáng, trưa, chiều,
    tối, khuya, giờ, phút, giây, xuân, hạ, thu, đông, trên, dưới, trái, phải, trước, sau, giữa, bên, gần, xa, cao,
    thấp, to, nhỏ, dài, ngắn, nặng, nhẹ, nóng, lạnh, mới, cũ, đen, nâu, hồng, tím, cam, số, tên, tuổi, quê, tỉnh,
    huyện, thôn, xóm, ấp, đèn, quạt, bàn, ghế, giường, tủ, áo, quần, giày, mũ, kính, túi, điện, thoại, mạng, zalo,
    facebook, mật, khẩu, khóa, mở, đóng, bật, tắt, gọi, nhắn, gửi, nhận, mất, tìm, hỏi, đáp, trả, lời, nói, kể,
    dạy, bảo, khen, chê, chửi, mắng, ngu, dốt, khùng, điên, giỏi, hay, dở, lười, siêng, chăm, bận, rảnh, rỗi, nghỉ,
    phép, lễ, tết, hè, họ, hội, hợp, họp, hẹn, hỏng, hư, vỡ, gãy, rách, bẩn, sạch, quét, dọn, rửa, nấu, nướng,
    luộc, xào, chiên, kho, mặn, ngọt, chua, cay, đắng, no, đói, khát, say, mơ, ước, muốn, thích, cần, nên, được,
    bị, cho, lấy, đưa, cầm, nắm, bắt, thả, ném, đẩy, kéo, nâng, đặt, để, treo, dán, cắt, xé, gấp, đậy, che, phủ,
    trải, cuộn, buộc, tháo"""
)

# regional spellings and sounds of words that have a meaning here [S]
REGIONAL: Final[dict[str, str]] = {
    "nhứt": "nhất",
    "vô": "vào",
    "dìa": "về",
    "hổm": "hôm",
    "bịnh": "bệnh",
    "nhựt": "nhật",
}

# what a Vietnamese syllable is made of, without diacritics: beginnings, middles, ends [G]
ONSETS: Final = (
    "",
    *_list("b, c, d, g, h, k, l, m, n, p, q, r, s, t, v, x, ch, gh, gi, kh, ng, nh, ph, qu, th, tr, ngh"),
)
NUCLEI: Final = frozenset(
    _list(
        """a, e, i, o, u, y, ai, ao, au, ay, eo, eu, ia, ie, ieu, iu, oa, oai, oao, oay, oe, oeo, oi, oo, ua, uao,
        uay, ue, ui, uie, uo, uoi, uou, uu, uy, uya, uye, uyu, ye, yeu"""
    )
)
CODAS: Final = ("", *_list("c, ch, m, n, ng, nh, p, t"))
