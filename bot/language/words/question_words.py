"""The words of questions: what a phrase means to the grammar of `read`.

Written with all diacritics; typed ones may lack them. How a meaning is written stands in
`bot/language/asking/meanings.py`, which alone reads it.

Sources: [3C] docs/rules/chat.md · [1D] docs/rules/terms.md · [VN] docs/rules/vietnam.md#how-people-write ·
[G] closed classes of Vietnamese grammar (question words, particles, pronouns,
negation) · [S] southern, central and informal spellings of the same classes · [E] the English counterparts.
"""

from __future__ import annotations

from typing import Final

from bot.language.words import lexicon
from bot.language.words.listing import listed

NOUNS: Final[dict[str, tuple[str, ...]]] = {
    "n:task": listed("nhiệm vụ, nv, nvu, nvụ, nhvu, nhvụ, task, tasks"),  # [1D]
    "n:indicator": listed("chỉ tiêu, ct, ctiêu, indicator, indicators"),  # [1D]
    "n:row": listed(
        """vc, việc, công việc, đầu việc, phần việc, mục, hạng mục, đầu mục, nội dung, cv, item, items, work, job,
        jobs,
        things, thing, something, anything"""
    ),
    "n:those": listed(
        """mấy thứ, những thứ, các thứ, thứ nào,
        cái nào, mấy cái, những cái, các cái, cái, những cái nào, mấy cái nào, ones, those, which ones"""
    ),
    "n:evidence": listed("minh chứng, mc, hồ sơ minh chứng, evidence"),  # [1D]
    "n:report": listed("báo cáo, bc, bcáo, report, reports, báo cáo tiến độ, reported"),
    "n:unit": listed(
        """đơn vị, đv, cơ quan, phòng ban, ban ngành, phòng nào, ban nào, ai, ai ai, unit, units, who, bên nào, nơi
        nào, chỗ nào, which office, department, departments, tổ nào"""
    ),
}

LIGHTS: Final[dict[str, tuple[str, ...]]] = {
    "c:red": listed(
        """đỏ, màu đỏ, báo đỏ, cảnh báo đỏ, đèn đỏ, báo động đỏ, red, in red, đang báo đỏ, red alert, red alerts, bị
        đỏ, lên đỏ, đỏ lòm, đỏ đèn"""
    ),
    "c:amber": listed("yellow light, vàng, màu vàng, đèn vàng, cần chú ý, chú ý, amber, yellow"),
    "c:green": listed("xanh lè, xanh, xanh rì, màu xanh, đèn xanh, đúng tiến độ, green, on track, đảm bảo tiến độ"),
    "c:grey": listed("""trắng, màu trắng, đèn trắng, white, xám, màu xám, grey, gray, chưa có thời hạn"""),
    "r:overdue": listed(
        """chậm hoàn thành,
        quá hạn, trễ hạn, lố hạn, quá thời hạn, trễ, trễ rồi, hết hạn rồi, đã hết hạn, quá hạn rồi, qua hạn,
        overdue, past due, late, lỡ hạn, đã quá hạn, quá deadline, trễ deadline, quá hạn chót, chậm hạn, quá ngày,
        past their deadline, past deadline, past the deadline, past its deadline, past their limit, over deadline,
        over the deadline, missed the deadline, missed their deadline, trễ hẹn, chạy quá hạn, lố ngày, hết hạn mà
        chưa xong, đã trễ, bị trễ, trễ hạng, trể hạng, quá hạng, lố hạng"""
    ),
    "r:behind_roadmap": listed(
        """chậm so với lộ trình, chậm lộ trình, chậm tiến độ, chậm, trễ tiến độ, chậm trễ, ì ạch, behind roadmap,
        behind schedule, behind, không kịp tiến độ, không đúng tiến độ, chưa đúng tiến độ, không đạt tiến độ, chậm
        so với kế hoạch, tụt lại so với lộ trình, không theo kịp lộ trình, chậm hơn lộ trình, trễ lộ trình, trễ so
        với lộ trình, không kịp lộ trình, fallen behind schedule, falling behind schedule, falling behind, fallen
        behind, behind the roadmap, running late, chậm chân, chậm so lộ trình, chưa theo kịp lộ trình, hụt tiến độ,
        không theo kịp tiến độ, chưa kịp tiến độ, trễ nải, đuối, chậm tđ, trễ tđ, chậm tiến trình"""
    ),
    "r:milestone_missed": listed(
        """milestones missed, milestone missed, missed milestones, lỡ mốc, chưa đạt mốc, trễ mốc, không đạt mốc,
        quá mốc, missed milestone, missed milestones, missed a
        milestone, missed their milestone, lỡ mốc thời gian"""
    ),
    "r:due_soon": listed(
        """sắp hết thời hạn, sắp đến thời hạn, upcoming, upcoming deadlines, soon, sắp đến hạn, sắp tới hạn,
        sắp hết hạn, gần đến hạn, gần tới hạn, gần hết hạn, gần hạn, cận hạn, due soon,
        sát hạn, sắp quá hạn, sắp hạn, sắp trễ hạn, almost due, coming due, sắp tới deadline, sắp đến deadline, sắp
        đáo hạn, nearing their deadline, nearing deadline, close to deadline, close to their deadline, near
        deadline, near their deadline, approaching deadline, sắp tới kỳ hạn, kề hạn, cận kề hạn, sát ngày, sắp tới
        ngày"""
    ),
    "r:report_missing": listed(
        """chưa báo cáo kỳ này, nợ báo cáo kỳ này, thiếu báo cáo kỳ này, chưa báo cáo đợt này, missing a report,
        missing reports, missing their report, without a report, owe a report, owes a report, owing a report, still
        owe a report, nợ báo cáo đợt này"""
    ),
}

STATES: Final[dict[str, tuple[str, ...]]] = {
    "s:not_reported": listed(
        """chưa ai đụng tay, chưa đụng tay, chưa ai đụng tới, chưa ai làm, không ai làm, chưa ai bắt tay vào,
        chưa bắt tay vào, chưa khởi công, chưa mần, chưa làm chi, not been started, have not been started, has not
        been started, chưa báo cáo lần nào, chưa báo cáo, chưa làm, chưa thực hiện, chưa bắt đầu, chưa triển khai,
        chưa động, chưa khởi động, not started, not reported, chưa động đến, chưa động tới, chưa làm gì, chưa có
        báo cáo, chưa triển khai gì, chưa ai làm, không báo cáo, chưa gửi báo cáo, chưa nộp báo cáo, unreported,
        chưa báo, chưa rục rịch, chưa tiến hành"""
    ),
    "s:in_progress": listed(
        """đang mần, đang làm, đang thực hiện, đang triển khai, đang tiến hành, in progress, underway, làm dở, đang xử
        lý, đang làm dở, under way"""
    ),
    "s:awaiting": listed(
        """chờ được duyệt, đang chờ được duyệt, chờ được thẩm định, chờ thẩm định, đang chờ thẩm định,
        chờ duyệt, đang chờ duyệt, chờ chấp nhận, chưa thẩm định, chưa duyệt,
        chưa được duyệt, chưa được thẩm định, awaiting appraisal, waiting for appraisal, cần thẩm định, cần duyệt,
        phải thẩm định, đợi thẩm định, đợi duyệt, chờ tổ giúp việc, chờ xét duyệt, chờ xem xét, pending appraisal,
        to appraise, waiting for approval, awaiting approval, chờ thẩm tra, chờ phê duyệt, to be appraised, chờ
        kiểm tra"""
    ),
    "s:returned": listed(
        """bị trả lại, trả lại, bị trả về, trả về, chờ hoàn thiện, cần hoàn thiện, phải hoàn thiện, returned, sent
        back, thiếu chất lượng, không đạt chất lượng, bị trả, bị từ chối, phải làm lại, cần làm lại, phải bổ sung
        minh chứng, bị chê, không được chấp nhận, rejected, phải bổ sung, cần bổ sung, bị trả lại để bổ sung, trả
        lại để bổ sung, trả lại để hoàn thiện, bị trả lại để hoàn thiện, bị kêu làm lại"""
    ),
    "s:completed": listed(
        """been achieved, have been achieved, mần xong, làm xong rồi, hoàn thành, đã hoàn thành, xong, đã xong,
        xong rồi, xong hết, làm xong, hoàn tất,
        đã làm xong, completed, done, finished, htành, hthanh, ht, đã đạt, hoàn thành rồi, complete, đạt rồi, đã đạt
        rồi, đạt được rồi, đạt yêu cầu, đã đạt yêu cầu, đạt mục tiêu, đã đạt mục tiêu, được chấp nhận, đã được chấp
        nhận, đã hoàn tất"""
    ),
    "s:closed": listed("""đã đóng, đóng rồi, bị đóng, closed, đã khép lại, đã được đóng, already closed"""),
    "s:open": listed(
        """tồn chưa xong, chưa mần xong, chưa dứt, chưa giải quyết xong, chưa thông, chưa xong, chưa hoàn thành,
        chưa làm xong, chưa
        hoàn tất, còn lại, còn tồn, tồn đọng, còn dở, unfinished, not done, not finished, not completed,
        incomplete, outstanding, remaining, still open, open, left, chưa đạt, chưa thực hiện xong, đang nợ, còn nợ,
        chưa hthành, còn phải làm, chưa giải quyết, chưa dứt điểm, còn đang mở, to do, chưa xong xuôi"""
    ),
}

LIMITS: Final[dict[str, tuple[str, ...]]] = {
    "k:continuous": listed(
        """regular, ongoing, regular ongoing, làm quanh năm, quanh năm, thường xuyên, làm thường xuyên, continuous,
        không có hạn cụ thể, định kỳ thường xuyên, recurring"""
    ),
    "k:external": listed(
        """theo lộ trình của tỉnh, theo kế hoạch của tỉnh, theo kế hoạch tỉnh, theo lộ trình tỉnh, theo đề án của
        tỉnh, chờ tỉnh, phụ thuộc tỉnh, lộ trình của tỉnh, kế hoạch của tỉnh, theo tỉnh, the province's schedule,
        theo kế hoạch của ubnd tỉnh, theo kế hoạch ubnd tỉnh"""
    ),
    "k:none": listed(
        """không có hạn, chưa có hạn, không có thời hạn, không có deadline, chưa có deadline, no deadline, without
        deadline, without a deadline, không thời hạn, chưa định hạn, chưa rõ thời hạn, chưa rõ hạn, không hạn, no
        due date, chưa ấn định hạn, vô thời hạn"""
    ),
}

CUES: Final[dict[str, tuple[str, ...]]] = {
    "still": listed("còn treo, treo, còn, vẫn còn, hãy còn, đang còn, left, còn những, còn lại những"),
    "most": listed("nhất, most"),
    "submit": listed("nộp, gửi, submitted, submit, sent, nộp báo cáo, gửi báo cáo, reported"),
    "nine_months": listed("9 tháng, chín tháng, nine months"),
    # what is to be done, not told: nothing is done on a sentence's word
    "act": listed(
        """dời, dời hạn, lùi, lùi hạn, nhắc, giao,
        giao lại, thêm, xóa, xoá, sửa, đổi, đổi tên, gia hạn, hủy, tạo, cập nhật, chuyển, phân công, mở
        lại, thu hồi, duyệt giúp, duyệt luôn, chấp nhận, remind, delete, remove, add, assign, change, update,
        extend, approve, rename, close, gửi mail, gửi công văn, gọi, gọi điện, nhắn, đôn đốc, mời, báo cho, gửi
        cho, in, đăng, khóa, reset, xếp lịch, đặt lịch"""
    ),
    "half_year": listed("6 tháng, sáu tháng, six months"),
    # where a clause begins that asks, or one that only says what for [G]
    "clause": listed(
        """để, nên, vì, bởi vì, do vậy, cho nên, because, so that, cho hỏi, cho anh hỏi, cho chị hỏi, cho em hỏi, cho
        tôi hỏi, cho mình hỏi, cho tui hỏi, cần biết, muốn biết, muốn hỏi, xin hỏi, xin phép hỏi, coi giùm, coi
        giúp, xem giúp, xem giùm, đếm giùm, đếm giúp, trả lời giúp, trả lời gấp giúp, nói luôn, kiểm tra giúp, rà
        giúp, liệt kê giúp, thống kê giúp, tổng hợp giúp, hỏi là, hỏi chút, hỏi tí, nhờ em, nhờ em coi giúp, bởi,
        tại vì, so, to know, cho anh biết, cho chị biết, cho em biết, cho tôi biết, báo giúp"""
    ),
    "due": listed(
        """coming up, comes up, come due, tới kỳ hạn, đến hẹn, hạn nộp, đến hạn, tới hạn, hạn, thời hạn, hạn
        chót, deadline, due, phải xong, phải hoàn thành, cần xong, đáo hạn, hạn cuối, cần hoàn thành, deadlines,
        fall due, falls due, phải nộp, phải báo cáo xong, kết thúc, có hạn, is due, are due, hạn hoàn thành, thời
        hạn hoàn thành, rơi vào, phải làm xong, cần phải xong, cần làm xong, đến kỳ hạn, phải trình, phải ban hành"""
    ),
    "expires": listed("hết hạn, hết thời hạn, expire, expires, expiring"),
    "ask": listed(
        """nhiêu, được nhiêu, đạt nhiêu, bao lăm, mấy lăm, nào, gì, bao nhiêu, mấy, những gì, cái gì, what, which, how
        many, là gì, chi, răng, mô, bao nhiêu cái, bn, bnhiêu, bao nhieu, là bao nhiêu, mấy cái, hết bao nhiêu,
        được bao nhiêu, cái nào, cái mô, nhiu, được nhiu, đạt nhiu, bao nhiu"""
    ),
    "show": listed(
        """lịch sử, đưa, cung cấp, cung cấp danh sách, danh mục, thẻ, liệt ra, tra lại, trình, trình danh sách,
        liệt kê ra, xem hộ, coi hộ, tìm hộ,
        check,
         đọc, liệt kê, danh sách, cho xem, cho coi, xem, coi, hiện, hiển thị, thống kê, tổng hợp, kể, list,
        show, show me, give me, lọc, tìm, mở, tra, kiểm tra, đưa ra, ds, dsách, nêu, kể ra, in ra, list out, điểm
        danh, coi thử, đếm, count, tìm giúp, tổng số, find, search, tìm kiếm, điểm qua, điểm lại, rà, rà soát, tra
        cứu, mention, mentions, mentioning, containing, nói tên, đọc tên, nêu tên, kể tên, điểm
        tên, xuất ra, soi"""
    ),
    "every": listed(
        "tất cả, toàn bộ, hết, hết thảy, all, every, cả, cả năm, đầy đủ, tất tần tật, toàn thể, tất, everything"
    ),
    "why": listed(
        "vì sao, tại sao, sao, sao lại, lý do, vì lý do gì, why, do đâu, nguyên nhân, làm sao mà, răng mà, cớ sao"
    ),
    "how_far": listed(
        """được mấy phần trăm, bao nhiêu phần, được bao nhiêu, đang ở đâu, làm ăn sao, ra răng, răng rồi, thế nào rồi,
        tới mức nào, vướng gì, tới đâu, đến đâu, tới đâu rồi, đến đâu rồi, thế nào, ra sao, ra sao rồi, sao rồi,
        tiến độ, tđ, how far, how is, tình hình, status, progress, tới mô, đến mô, tới mô rồi, ntn, như thế nào, được
        bao nhiêu phần trăm, bao nhiêu phần trăm, mấy phần trăm, kết quả, chi tiết, thông tin, details, tình trạng,
        hiện trạng, chừng mô, chừng mô rồi, tới chừng mô, diễn biến, bao nhiêu %, where is, tới khúc nào, đạt, đạt
        được, reached, đã đạt được, đang đạt, how is it going, tiến triển, đi đến đâu, làm đến đâu, làm tới đâu,
        reach, achieved, how much, làm sao rồi, hạng mấy, hạng bao nhiêu, đứng hạng mấy rồi, nhiêu phần trăm, nhiu
        phần trăm, nhiêu %, nhiu %"""
    ),
    "when": listed(
        """mấy ngày nữa, bao nhiêu ngày nữa, bao lâu nữa, bao lâu, còn mấy ngày, còn mấy ngày nữa, còn bao lâu, còn
        bao nhiêu ngày, how long, how many days, khi nào, bao giờ, lúc nào, hạn khi nào, when, chừng nào, hạn bao
        giờ, ngày nào, hạn ngày nào, khi mô, hồi nào"""
    ),
    "lead": listed(
        """chủ trì, phụ trách, đảm nhiệm, chịu trách nhiệm, lead, leads, led by, led, phải làm, được giao, đảm nhận,
        in charge, do, làm đầu mối, làm chủ trì, responsible, responsible for, được giao chủ trì, lo, giữ, đang
        giữ, ôm, đang ôm, đảm đương, gánh, gánh vác, cầm, đứng ra, đứng ra làm, lo liệu, lãnh, lãnh phần, belong
        to, belongs to, owned by, own, owns, assigned to, handle, handles, handled by, run by"""
    ),
    "coordinate": listed(
        """phối hợp, tham gia phối hợp, coordinate, coordinates, coordinating, cùng phối hợp, supporting, được giao
        phối hợp, làm phối hợp, hỗ trợ"""
    ),
    "either": listed(
        """involve, that involve, as lead or helper, lead or helper, phối hợp hay chủ trì, phối hợp hoặc chủ trì,
        phối hợp và chủ trì, liên quan, liên quan đến, liên quan tới, dính tới, dính đến, có liên quan, tham gia,
        chủ trì hoặc phối hợp,
        chủ trì và phối hợp, involving, involves, chủ trì hay phối hợp, có mặt, related to, dính dáng, involved in,
        lead or coordinate, leads or coordinates, cả chủ trì lẫn phối hợp"""
    ),
    "about": listed(
        """về, liên quan đến, liên quan tới, thuộc lĩnh vực, about, on, regarding, lĩnh vực, mảng, nói về, dính tới,
        đụng tới, đụng đến, mention, mentions, mentioning, containing, có chữ, có từ, nhắc tới, nhắc đến"""
    ),
    "mine": listed(
        """văn phòng mình, văn phòng em, văn phòng tôi, ban mình, ban em, đơn vị chị,
        đơn vị anh, phòng chị, phòng anh, bên chị, bên anh, chị còn, anh còn, tổ tui, trường em, trường
        mình, trạm em, trạm mình, trung tâm em, trung tâm mình, tụi tui, của tụi tui, my unit, my unit's, my
        office, my team, our unit, our office, our team, của unit mình, của tôi, của tui, của em, của mình, của
        chúng tôi, của tụi em, của bọn em, của tớ, đơn vị tôi, đơn vị em, đơn vị mình, đơn vị tui, phòng tôi, phòng
        em, phòng mình, bên em, bên tôi, bên mình, bên tui, my, mine, our, ours, cơ quan tôi, cơ quan mình, cơ quan
        em, phần tôi, phần em, phần mình, của phòng mình, của phòng em, của đơn vị mình, của đơn vị tôi, của đơn vị
        em, của bên em, của bên mình, tôi phải, em phải, mình phải, tui phải, tôi còn, em còn, mình còn, tui còn,
        của phòng tôi, tôi đang, tôi cần, em cần, mình cần, tui cần, giao cho tôi, giao cho em, giao cho mình,
        phòng chúng tôi, đơn vị chúng tôi, phòng ta, đơn vị ta, chúng tôi còn, chúng tôi phải, do i have, i have,
        for me, for us, của chúng mình, tôi được giao, em được giao, tụi em phải, tụi em còn, tôi có, em có, mình
        có, tui có, am i, we are, are we, tổ em, tổ tôi, tổ mình, của cơ quan mình, của cơ quan tôi,
        tổ có, tổ còn, tổ phải, tổ cần, tổ được giao, tổ ta"""
    ),
    "urgent": listed(
        """gấp, gấp nhất, khẩn, khẩn cấp, cấp bách, cần làm ngay, cần làm trước, ưu tiên, urgent, most urgent, gấp
        gáp, phải làm ngay, phải làm trước, nóng nhất, cấp thiết nhất, khẩn nhất, ưu tiên nhất, cần xử lý ngay,
        nước rút, cấp bách nhất, cần gấp, gần hạn nhất, sát hạn nhất, sớm nhất, cần ưu tiên"""
    ),
    "o:worst": listed(
        """đứng bét bảng, bét bảng, cần phê bình, phải phê bình, đáng phê bình, nên phê bình, bị phê bình, phê bình,
        cuối sổ, áp chót, poorest, worst performing, lagging, trễ nải nhất, chậm nhất, trễ nhất, tệ nhất, kém nhất,
        yếu nhất, thấp nhất, bét, bét nhất, đội sổ, đứng cuối, cuối bảng, đứng chót, lẹt đẹt nhất, worst, slowest,
        lowest, ì ạch nhất, xếp cuối, cuối cùng, chót bảng, xếp chót, weakest, bottom, đứng bét, chậm chạp nhất, dở
        nhất, tụt hậu nhất, furthest behind"""
    ),
    "o:best": listed(
        """cần biểu dương, nên biểu dương, đáng biểu dương, biểu dương, đáng khen, nên khen, nên khen thưởng, khen
        thưởng, khen, được khen, best performing, top performing, doing best, gương mẫu nhất, hoàn thành tốt nhất,
        làm ngon nhất, tốt nhất, nhanh nhất, cao nhất, giỏi nhất, dẫn đầu, đứng đầu, xuất sắc nhất, đứng nhất, xếp
        nhất, best, fastest, highest, đầu bảng, top đầu, khá nhất, xếp đầu, đứng thứ nhất, hạng nhất, ngon nhất,
        leading, làm tốt nhất, số một, nổi bật nhất, ổn nhất, top"""
    ),
    "ranking": listed(
        """xếp hạng, bảng xếp hạng, bxh, thứ hạng, xếp loại, thi đua, ranking, rankings, league table, xếp thứ, rank,
        bảng điểm, điểm số, chấm điểm, xếp thứ mấy, điểm thi đua, so sánh các đơn vị, ranked, leaderboard, bảng
        vàng, thi đua các đơn vị, xếp hạng thi đua, đang xếp thứ mấy, đứng thứ mấy, xếp hạng mấy, đứng hạng mấy"""
    ),
    "missing": listed(
        """nobody has reported, nobody reported, no one has reported, chưa report, chưa gửi report, còn thiếu,
        còn nợ, chưa thấy nộp, chưa thấy gửi, hasn't submitted, has not
        submitted, haven't submitted, have not submitted, chưa có bc, chưa bc, not sent, not yet submitted, not
        turned in, chưa báo cáo, chưa nộp báo cáo, chưa gửi báo cáo, chưa có báo cáo, chưa nộp, chưa gửi, không báo
        cáo, not reported, hasn't reported, has not reported, haven't reported, have not reported, chưa nộp bc,
        chưa gửi bc, chưa báo, chậm báo cáo, chưa chịu báo cáo, not yet reported, chậm nộp báo cáo, trễ báo cáo,
        quên báo cáo, chưa làm báo cáo, chưa thấy báo cáo, chưa hoàn thành báo cáo, not submitted"""
    ),
    "owing": listed(
        """đang nợ báo cáo, đang thiếu báo cáo, đang nợ bc,
        nợ báo cáo, thiếu báo cáo, còn nợ báo cáo, còn thiếu báo cáo, nợ bc, still owes"""
    ),
    "period": listed(
        "kỳ này, kỳ báo cáo này, kỳ báo cáo, kỳ hiện tại, đợt này, this period, định kỳ, kỳ, đợt báo cáo này"
    ),
    "not": listed(
        """hong, khum, hasn, haven, hasn't, haven't, isn't, isn, aren, don, didn, doesn, không, ko, hông, hổng,
        chẳng, chả, không
        phải, không bị, chưa, chưa bị, not, hem, chớ, nỏ"""
    ),
    # what the plan says nothing about: another subject is asked for
    "foreign": listed(
        """so sánh, compare, bằng khen, giấy khen, huân chương, đúng hạn, trước hạn, nửa đầu tháng, nửa cuối tháng,
        ở đâu, nằm ở đâu, mấy giờ, giờ nào, lương, mấy tuổi,
        bao nhiêu tuổi, số điện thoại, sđt, đông người, giá bao nhiêu"""
    ),
    "except": listed("trừ, trừ ra, ngoại trừ, ngoài, không tính, except, excluding, apart from, bỏ qua"),
    "help": listed(
        """em có thể giúp, em có thể giúp được những việc gì, có thể giúp được những việc gì,
        giúp được những việc gì, giúp được việc gì, làm được việc gì,
        làm được những việc gì, bấm vô đâu, bấm vào
        đâu, bấm ở đâu, bấm chỗ nào, nhấn vào đâu, gửi vào đâu, nộp ở đâu, bấm nút nào, phải làm sao,
        thì phải làm sao, thì làm sao, cách,
        làm sao để, làm thế nào để, làm cách nào, how do i, how can i, how to, cách gửi, cách nộp, hỏi được
        những câu gì, hỏi được câu gì, hỏi những câu gì, hỏi câu gì, chưa biết xài, xài sao, xài thế nào, xài như
        thế nào, chưa biết dùng, không biết dùng, hướng dẫn dùng, hướng dẫn cách, trợ giúp, hướng dẫn, help, cách
        dùng, cách sử dụng, hỏi được gì, làm được gì, làm được những gì, dùng thế nào, hướng dẫn sử dụng, hỏi được
        những gì, hỏi những gì, giúp được gì, có thể hỏi gì, biết làm gì, có chức năng gì, sử dụng thế nào, sử dụng
        ra sao, dùng sao, dùng ra sao, what can you do, what can i ask, how do i use, how to use, có thể làm gì,
        hỏi như thế nào, hỏi thế nào, dùng như thế nào, giúp gì được, giúp được những gì, hdsd, cách báo cáo, cách
        hỏi, what do you do, có thể giúp gì, có những lệnh gì, có lệnh gì, làm thế nào, thì làm thế nào, làm sao,
        làm sao để tra cứu, làm cách gì, muốn báo cáo thì làm sao"""
    ),
    "to_year_end": listed("từ giờ đến cuối năm, từ nay đến cuối năm, từ giờ tới cuối năm, từ nay tới cuối năm"),
    "more": listed("trở lên, trở đi, or more, at least"),
    "less": listed("trở xuống, or less, at most"),
    "over": listed(
        "trên, hơn, quá, vượt, lớn hơn, cao hơn, nhiều hơn, vượt quá, over, above, more than, đã quá, đã vượt, đã hơn"
    ),
    "under": listed(
        """chưa nổi, không nổi, dưới, chưa tới, chưa đến, chưa được, thấp hơn, ít hơn, nhỏ hơn, kém hơn, chưa đầy,
        under, below, less than,
        chưa đạt, chưa quá, không tới, không đến, không được, còn dưới, mới dưới"""
    ),
    "from": listed("""ít nhất, tối thiểu, từ, at least, đạt từ, no less than, not less than"""),
    "to": listed(
        """tối đa, nhiều nhất, không quá, không vượt, không vượt quá, at most, up to, no more than, not more than,
        không hơn, chưa vượt, chưa vượt quá"""
    ),
    "and_to": (*lexicon.RANGE, "and", "và"),
}

# what people write for longer words of the plans [VN]
ABBREVIATIONS: Final[dict[str, str]] = {
    "dvctt": "dịch vụ công trực tuyến",
    "dvc": "dịch vụ công",
    "tthc": "thủ tục hành chính",
    "cđs": "chuyển đổi số",
    "attt": "an toàn thông tin",
    "cntt": "công nghệ thông tin",
    "khcn": "khoa học công nghệ",
    "đmst": "đổi mới sáng tạo",
    "cks": "chữ ký số",
    "csdl": "cơ sở dữ liệu",
    "tmđt": "thương mại điện tử",
    "bdhvs": "bình dân học vụ số",
    "cchc": "cải cách hành chính",
    "dlcn": "dữ liệu cá nhân",
    "ttdl": "trung tâm dữ liệu",
    "đvc": "dịch vụ công",
    "tncs": "thanh niên cộng sản",
}
