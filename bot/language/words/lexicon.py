"""The words of reports: what a syllable or phrase means to the grammar.

Written with all diacritics; typed ones may lack them.

Sources: [VN] docs/rules/vietnam.md#how-people-write · [3C] docs/rules/chat.md · [P] the plans in
seeds/ · [G] closed classes of Vietnamese grammar (numerals, particles, negation, question words) · [S] southern and
informal spellings of the same classes · [E] the English counterparts.
"""

from __future__ import annotations

from typing import Final

from bot.language.words.listing import listed

# [G] numerals; those that stand only behind "mươi" are apart
UNITS: Final[dict[str, int]] = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}
UNITS_BEHIND_TENS: Final[dict[str, int]] = UNITS | {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
ORDINALS: Final[dict[str, int]] = UNITS | {"nhất": 1, "nhì": 2, "tư": 4}
# [E] numerals
_ENGLISH = listed(
    """zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen,
    sixteen, seventeen, eighteen, nineteen"""
)
ENGLISH_UNITS: Final[dict[str, int]] = {word: value for value, word in enumerate(_ENGLISH)}
_ENGLISH_TENS = listed("twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety")
ENGLISH_TENS: Final[dict[str, int]] = {word: 10 * value for value, word in enumerate(_ENGLISH_TENS, start=2)}

# what stands between the ends of a range
RANGE: Final = listed("đến, tới, -, –, to")

PERCENT: Final = listed("%, phần trăm, percent, per cent, pct")
HALF: Final = listed("một nửa, nửa, 1 nửa, half")

LEVELS: Final[dict[str, tuple[str, ...]]] = {  # docs/rules/life-cycle.md#progress
    "kem": listed("kém, poor"),
    "yeu": listed("yếu, weak"),
    "trung_binh": listed("trung bình, tb, average"),
    "kha": listed("khá, fair"),
    "tot": listed("tốt, good"),
    "xuat_sac": listed("xuất sắc, xs, excellent"),
}

# what a level or a rank is announced with [P]
LEVEL_LEAD: Final = listed(
    """
    mức, mức độ, loại, hạng, xếp loại, đạt loại, đạt mức, level
    """
)
# the same for a rank
RANK_LEAD: Final = listed(
    """
    hạng, thứ, thứ hạng, xếp thứ, xếp hạng, đứng thứ, đứng, vị trí, vị trí thứ, vị thứ, rank, xếp
    """
)
# things that are counted: a figure before one is a quantity, a percent before one is a share of things [P]
NOUNS: Final = listed(
    """
    người, người dân, dân, dân số, hộ, hộ dân, hộ gia đình, công dân, nhân dân, cán bộ, công chức, viên chức, đảng
    viên, đoàn viên, hội viên, học sinh, giáo viên, nhân viên, doanh nghiệp, hợp tác xã, tổ chức, hồ sơ, hs, văn
    bản, bản, giấy tờ, thủ tục, tthc, dịch vụ, dvc, giao dịch, tài khoản, chữ ký, tệp, file, cuộc, lớp, buổi, hội
    nghị, đợt, lượt, ca, trường, trạm, cơ sở, khu phố, kp, thôn, xóm, tổ, đơn vị, cơ quan, phòng, ban, mô hình, dự
    án, hệ thống, máy, máy tính, thiết bị, camera, bộ, cái, chiếc, đồng, nghìn, ngàn, triệu, tỷ, tỉ, trđ, vnd,
    usd, km, m, m2, ha, kg, gb, g, kinh phí, vốn, ngân sách, ngày, tuần, tháng, quý, năm, giờ, phút, h, điểm,
    việc, mục, chỉ tiêu, nhiệm vụ, nội dung, hạng mục, people, households, files, officials, staff, days, weeks,
    months, hours, classes, billion, million
    """
)
MULTIPLES: Final = frozenset({"nghin", "ngan", "trieu", "ty", "ti", "trd", "billion", "million"})
# measures of the work itself: "60% khối lượng" is progress
WORK_NOUNS: Final = listed(
    """
    khối lượng, khối lượng công việc, công việc, kế hoạch, tiến độ, nhiệm vụ, nội dung, of the work, phần việc
    """
)
# a number behind one of these names a thing, it measures nothing [P]
NAMED: Final = listed(
    """
    số, lần, lần thứ, điều, khoản, phần, bước, giai đoạn, đợt, phiên bản, bản, phụ lục, mục, nq, nghị quyết, quyết
    định, qđ, kế hoạch, kh, công văn, cv, tờ trình, ttr, version, part, phase, step, v, kp, khu phố, tổ, covid,
    mức, cấp, cấp độ, đề án, chương trình, bcđ, ban chỉ đạo
    """
)

# the grammar of a report; a phrase has one meaning, its place decides what it does
MEANINGS: Final[dict[str, tuple[str, ...]]] = {
    # [G] tense; first, for an unmarked "da" is rather "đã" than "dạ"
    "already": listed(
        """
        đã, mới, vừa, đang, hiện, has, have, just
        """
    ),
    # [G] [S] particles and address
    "polite": listed(
        """
        hôm ni, bữa ni, chừ, nghe, kỳ này, tháng này, quý này, mấy đứa, mấy em, mấy anh, rồi đó, rồi đó anh,
        rồi đó chị, đó anh, đó chị, đó em, bà con, bà con ơi, cả nhà, mọi người, dạ, vâng, ạ,
        nhé, nhe, nha, nhá, nghen, rồi, thôi, luôn, em, anh, chị, cô, chú, sếp, ơi, thưa, kính, đó,
        đấy, nè, này, vậy, thế, ok, oke, nhỉ, mình, tôi, please, hi, hello, xin, ah, nay, hôm nay, cảm ơn, thanks,
        cho em, cho mình, cho tôi, cho biết là, now, currently, hiện tại, hiện nay, tới nay, đến nay, tính đến
        nay, bot, giúp em, giùm em, giúp mình, tới giờ, đến giờ, tính đến giờ, tính tới nay, hết, toàn bộ, đều, r
        """
    ),
    # [VN] [3C] what joins a task and its percent
    "lead": listed(
        """
        làm tới, làm đến, lên tới, đạt tới, đạt đến, mần được, mần tới, mần, chạm, chạm mốc, giờ được, giờ đạt,
        giờ là, nhích lên, mới nhích lên, nhích, tính ra, leo lên, đạt, đạt được,
        được, đc, dc, đươc, là, có, tiến độ,
        tiến độ là, lên, tăng lên, nâng lên, ở, mức, ở mức,
        thực hiện, triển khai, làm, cho, của, kết quả, tỷ lệ, tỉ lệ, chỉ, at, is, is at, reached, to, for,
        percent, progress, số liệu, giá trị, thực hiện được, làm được, toàn trình, cũng, vẫn, bằng
        """
    ),
    # [VN] complete
    "done": listed(
        """
        xong, hoàn thành, hoàn tất, hthanh, hthành, ht, done, completed, complete, finished, xong xuôi, hoàn thiện
        xong
        """
    ),
    # [G] about: read as said
    "approx": listed(
        """
        khoảng, tầm, cỡ, chừng, ước, ước đạt, ước khoảng, about, around, xấp xỉ
        """
    ),
    # [VN] announces a report
    "report": listed(
        """
        chốt, báo, báo cáo, bc, b/c, bcao, cập nhật, ghi, ghi nhận, report, update, nhập, gửi báo cáo, xin báo cáo
        """
    ),
    # [G] [S] negation
    "negated": listed(
        """
        chưa, không, ko, kg, hông, hổng, chẳng, chả, not, chưa được, chưa đạt, isn't, never, k, hok, khong, no
        """
    ),
    # [G] more or less than: no percent can be booked
    "inexact": listed(
        """
        gần, hơn, trên, dưới, quá, ít nhất, tối thiểu, tối đa, không quá, không dưới, suýt, ngót, sắp, sắp sửa,
        chưa tới, chưa đến, từ, over, under, above, below, almost, nearly, at least, less than, more than, cách
        """
    ),
    # [G] [P] wished, not reached
    "planned": listed(
        """
        dự kiến, sẽ, phấn đấu, mục tiêu, kế hoạch, theo kế hoạch, cần, phải, yêu cầu, đề nghị, xin, muốn, định,
        hứa, cam kết, quyết tâm, will, should, must, target, expected, plan, chỉ tiêu giao, được giao, giao, mốc,
        nên
        """
    ),
    # [G] what is left, not what is done
    "remaining": listed(
        """
        còn, còn thiếu, thiếu, vướng, left, nợ
        """
    ),
    # [G] the same; behind a figure too
    "rest": listed("còn lại, remaining"),
    # [G] by how much, not how much
    "change": listed(
        """
        thêm, tăng, tăng thêm, giảm, giảm còn, bớt, cộng, trừ, hạ, hụt, up by, down, mỗi, từng
        """
    ),
    # [G] conditions
    "condition": listed(
        """
        nếu, giả sử, khi, lúc, trường hợp, if, when, giá mà, ví dụ, vd, for example
        """
    ),
    # [G] takes something back
    "wrong": listed(
        """
        nhầm, sai, không phải, không đúng, gõ nhầm, à nhầm, wrong, sorry, chưa đúng, chưa chính xác, not
        """
    ),
    # [G] this or that
    "choice": listed(
        """
        hay, hoặc, hay là, hoặc là, or, và, and, với
        """
    ),
    # [G] from … to
    "range": tuple(word for word in RANGE if word.isalpha()),
    # [G] the same behind a figure
    "after_inexact": listed(
        """
        trở lên, trở xuống, nữa, đổ lại, or more, more, gì đó, hay sao đó
        """
    ),
    # [3C] Giữ nguyên
    "unchanged": listed(
        """
        không thay đổi gì, không đổi gì, không có gì thay đổi, chưa có gì thay đổi, giữ nguyên, giữ nguyên như cũ,
        không thay đổi, ko thay đổi, không đổi, như cũ, như kỳ trước, như tháng
        trước, như trước, như lần trước, unchanged, no change, same as before, vẫn thế, vẫn vậy
        """
    ),
    # [3C] Không phát sinh
    "nothing_new": listed(
        """
        không phát sinh gì mới, không phát sinh gì, chưa phát sinh gì, không phát sinh, ko phát sinh,
        không có phát sinh, chưa phát sinh, không có gì mới, chưa có gì mới, chưa
        có gì thêm, không có gì thêm, nothing new
        """
    ),
    # [3C] [G] asks wherever it stands before the figure
    "ask": listed(
        """
        chừng mô, chừng nào, khi mô, bữa mô, bao nhiêu, bn, mấy, bao giờ, bao lâu, thế nào, ra sao, làm sao, vì sao,
        tại sao, sao lại, khi nào, lúc
        nào, ngày nào, tháng nào, nào, gì, tới đâu, đến đâu, ở đâu, đi đâu, có phải, phải không, đúng không, được
        không, do ai, của ai, là ai, nhờ ai, cho ai, ntn, cho hỏi, hỏi, cho biết, how, what, when is, when will,
        why, which, who, where, sao rồi
        """
    ),
    # [G] [E] asks where it opens the sentence
    "ask_first": listed(
        """
        ai, sao, is, are, does, did, do, has, can, will, when, xem, chi tiết, có phải, tìm, liệt kê, kiểm tra,
        ktra, show, list, find, đâu
        """
    ),
    # [G] [S] asks where it ends the sentence
    "ask_last": listed(
        """
        hả, à, sao, ha, hử, hén, phải ko, đúng ko, đúng k, đâu, ai, right, yet
        """
    ),
    # [3C] wants something done where it opens the sentence: no report
    "act_first": listed(
        """
        đổi hạn, sửa hạn, đổi tên, khóa, đóng, mở lại, gia hạn, xin gia hạn, lùi hạn, dời hạn, xóa, xoá, xóa báo cáo,
        xoá báo cáo, hủy, hủy báo cáo, huỷ, thu hồi,
        trả lại, nhắc, đôn đốc, giao, giao lại, chuyển, extend, delete, cancel, remind, assign, withdraw
        """
    ),
    # things whose name ends like a question
    "thing": listed("bản sao, ngôi sao, bộ não, máy chủ, máy in, công an, công chức, hỏng, bị hỏng, hư hỏng"),
    # [3C] talks about limits
    "topic": listed(
        """
        hạn, thời hạn, hạn chót, đến hạn, gia hạn, deadline, due, quá hạn, lộ trình
        """
    ),
    # [P] verbs of the plans' own rows
    "work": listed(
        """
        thẩm định, thẩm định giá, trình, soạn, soạn thảo, dự thảo, xây dựng, lấy ý kiến, tham mưu, ban hành, họp,
        rà soát, tổ chức, phối
        hợp, gửi, ký, mua sắm, đấu thầu, tập huấn, khảo sát, phê duyệt, hoàn thiện, chuẩn bị, nghiệm thu, chạy
        thử, vận hành, lắp đặt, tuyên truyền, đăng ký, thẩm tra, submitted, drafted, preparing, chỉnh sửa, bổ
        sung, thu thập, số hóa
        """
    ),
    # [P] how a completed row stands to its limit
    "in_time": listed("đúng hạn, trước hạn, trễ hạn, đúng tiến độ, đúng kế hoạch, on time, late"),
    # [G] a note begins here
    "opener": listed(
        """
        vì, do, theo, chờ, gồm, trong, nhưng, để, bao gồm, kèm, lý do, ghi chú, tại, because, waiting, since, nên,
        hôm qua, các, những, bên, đợi, so với, toàn tỉnh, toàn huyện, toàn xã, toàn phường, đúng hạn, và đã
        """
    ),
}
