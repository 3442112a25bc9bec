"""Words of questions that change nothing, address somebody, or join one thing to another.

Sources as in `question_words`.
"""

from __future__ import annotations

from typing import Final

from bot.language.words.listing import listed

# said without changing what is asked [G] [S] [E]
LIGHT: Final = listed(
    """mệ, mệ ơi, mự, ôn, nờ, lát nữa, chốc nữa, lát, nhóm đó, nhóm này, trong nhóm đó, con số, đúng,
    phiền, trạng thái, ở trạng thái, flagged, cà, nội, nhà, cộng, cộng với, chấm, xếp, được xếp, đag, chịu, running,
    mong, ý, ý tôi,
    ý em, ý là, ủa, trời, quý vị, ghi, ghi rõ, người ta, perform, performs, dợ, zợ, hộ mình, hộ tôi, hộ tui, thẳng,
    gộp, gộp lại, cộng lại, báo, báo tôi, đề nghị, đề xuất, yêu cầu,
    đề ra, dính, was, were,
    will, trở đi, trở về sau, trở về trước, hiện trạng, bà, ông, cậu, dì, thím, mợ, bây, mày, ta, cưng,
    ni, nầy, gồm, bao gồm, lượt, một lượt, lần, moment, at the moment, s, t, xài, mần, dùng, phép, xin phép, nhờ,
    thời điểm, thời điểm này, tới thời điểm này, đến thời điểm này, khoảng, in total, total, lịch, vụ, cái vụ,
    chuyện, đồng thời, luôn cả, câu, bảng, bữa ni, bữa, sáng nay, chiều nay, tính, liên, coi như, hỏi thử, hỏi
    thăm, thăm, cụ, between, sự, theo dõi, thời gian, hồi này, dạo này, lúc, tới lúc này, khâu, check, doing,
    performing, unit's, ones, and, or, also, just, only, lấy, mức, giai đoạn, most, tổng thể, ơi, ạ, à, ah, nha,
    nhé, nhá, nghe, với, vậy, vầy, hả, nhỉ, dạ, thưa, kính, chào, alo, alô, ê, xin, vui lòng, làm ơn, giùm, dùm,
    giúp, cho, mình, tôi, tui, em, anh, chị, cô, chú, bác, sếp, bot, hỏi, hỏi chút, hỏi tí, hỏi cái, chút, tí, xíu,
    biết, muốn, cần, cần biết, muốn biết, được, đc, dc, không, ko, hông, hong, hổng, khum, k, chưa, rồi, r, chớ,
    chứ, đi, nào, thì, là, mà, và, cùng, hay, hoặc, của, thuộc, trong, ở, tại, trên, có, còn, đang, đã, vẫn, vẫn
    còn, bị, các, những, mọi, cái, con, này, kia, đó, nớ, nì, nè, ấy, hiện, hiện nay, hiện tại, hiện giờ, bây giờ,
    bi giờ, lúc này, giờ, tới giờ, đến giờ, đến nay, tới nay, nay, hôm nay, tính đến, cho đến, đến, tới, vào, từ,
    để, nữa, ra, lên, lại, luôn, ngay, liền, thôi, chỉ, cũng, đều, như, vậy ạ, với ạ, nhanh, gọn, đi ạ, số, số
    lượng, tổng, tổng cộng, cơ, theo, kế hoạch, trong kế hoạch, nghị quyết 57, nq57, nq 57, nghị quyết, địa bàn,
    phường, xã, phường ta, xã ta, phường mình, xã mình, toàn phường, toàn xã, toàn địa bàn, trên địa bàn, năm nay,
    nhà mình, ban chỉ đạo, please, pls, plz, hi, hello, hey, the, a, is, are, of, in, at, we, i, me, us, you, do,
    does, did, can, could, would, tell, want, know, there, any, that, this, it, its, have, has, been, so, far, now,
    right, currently, still, yet, to, for, by, with, be, thanks, thank, cảm ơn, cám ơn, xin cảm ơn, xin cám ơn,
    được giao, đảm bảo, phía, bên, phần, mới, sao, hiểu, bảo, ok, thử, sơ, qua, cụ thể, rõ, ai, nhiều, những cái,
    mấy cái, nói, trả lời, sẽ, phải, thầy, cháu, lãnh đạo, chủ tịch, đồng chí, đ/c, ổng, bả, họ, đấy, thế, how,
    what, whats, when, where, who, which, lắm, quá, mau, zậy, dzậy, zị, dậy, z, v, ha, hen, hén, hỉ, hè, nhể, then,
    our ward, ward, commune, list, tụi, bọn, mấy, từng, mỗi, trước, trước mắt, tiếp, tiếp theo, kịp, hồi, vừa, đâu,
    mô, rứa, tê, làm, thực hiện, triển khai, all, out, up, get, got, let, lets, should, must, need, needs, needed,
    á, vô, trúng, dặn, tên, từng cái, chung, tính chung, lâu, lâu quá, mn, mọi người, đứa, mấy đứa, đủ, chuyện này,
    cả thảy, thảy, hết trơn, hết ráo, trơn, already, fallen, their, two, within, nằm, còn nằm, mở máy, máy lên,
    cuộc họp, họp, chuẩn bị họp, để họp, một, một cái, dữ, dữ vậy, nhiêu đó, ra vậy, coi bộ, hình như, nghe nói,
    dùm cái, giùm cái, phát, cái coi, coi nào, thử coi, nghen, nghe em, nghe con, đó em, đó chị, nè em, thiệt,
    thật, thiệt tình, đàng hoàng, chính xác, cho chính xác, rõ ràng, ngắn gọn, lẹ, nhanh lên, mau mau, hiện thời,
    thời buổi, đợt, đợt này, one, hộ với, hộ anh, hộ chị, hộ em, hộ cái, đây, này đây, chạy, rồi đây, đang chạy,
    qua đây"""
)

# a sentence that goes on from the one before [3C]
FOLLOWING: Final[dict[str, tuple[str, ...]]] = {
    "opens": listed(
        """còn, thế còn, vậy còn, rồi còn, thế, vậy, thế thì, vậy thì, what about, how about, and, and for, còn về,
        còn phần, còn lại thì, vậy còn về, thế còn về, ủa còn, à còn, rồi, rứa còn, tiếp, tương tự với, tương tự,
        cũng hỏi vậy với"""
    ),
    "closes": listed(
        "thì sao, thì thế nào, thì răng, sao, thì ra sao, nữa, thì sao rồi, thì như nào, thì sao đây, thế nào"
    ),
    "ends_narrower": listed("thôi, only, thôi nhé, mà thôi"),
    "narrows": listed(
        """chỉ, chỉ những, chỉ các, chỉ lấy, chỉ xem, chỉ cần, only, just, only the, lọc, lọc lấy, lọc ra, trong đó,
        trong số đó, trong số này, riêng, cho xem riêng, of those, among them, of these, trong đây, trong danh sách
        này, chỉ tính"""
    ),
}

# particles that end a sentence: whoever is spoken to may stand behind [G] [S]
PARTICLES: Final = frozenset(
    listed(
        """hả, ha, hén, hử, vậy, dậy, zậy, z, v, thế, nhỉ, ạ, a, nha, nhé, nhá, à, ah, không, ko, hông, chưa, rồi,
        với,
        rứa, nghe, nghen, hè, hỉ, cưng, em, con, cháu"""
    )
)

# who is spoken to, and what is wished, behind a first word that says nothing else: "phiền em …" [G] [S]
ADDRESSED: Final = frozenset(
    listed(
        """em, anh, chị, cô, chú, bác, cháu, con, mình, tôi, tui, tụi, giúp, giùm, dùm, hỏi, hỏi thử, xin, nhờ,
        bạn, sếp"""
    )
)

# words that join a subject to the rest of a sentence, and are no part of it [G]
JOINING: Final = frozenset(
    listed(
        """của, và, cho, trên, trong, các, những, ở, tại, là, có, được, đến, tới, về, từ, thì, do, để, theo, cùng,
        với, khi, này, bằng, như, đối với, phải, đã, đang, sẽ, không"""
    )
)
