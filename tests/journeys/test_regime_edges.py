"""Where the reporting regime meets its edges: a year that is over, people whose names are gone, work that moves on."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people.people import Role
from bot.domain.people.requests import RequestState
from bot.domain.work.events import Appraisal
from bot.services.core import ledger
from bot.services.people.erase_person import erase_person
from tests.evidence.made_files import pdf
from tests.journeys.test_requests import OFFICE, POLICE, SLUG, ask_until, asked, bodies, book_of, dated, leads_of
from tests.town import Town, press, say

FROZEN = "Năm 2026 đã kết thúc"


async def test_once_the_year_is_over_its_plan_is_changed_no_more(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "30/11", "Chờ máy chủ")
    lead, number = (await leads_of(town, code))[0], (await asked(town))[0].id
    place = (await book_of(town)).locality.id
    await say(town, ha, f"/dexuat {code}")
    await press(town, ha, "Đóng nhiệm vụ")
    await say(town, ha, "Tỉnh rút nhiệm vụ")

    town.clock.move_to(datetime.fromisoformat("2027-01-01T00:00:00+07:00"))
    assert FROZEN in await press(town, ha, "Đóng"), "also where it was begun in time"
    for person, words in (
        (ha, f"/dexuat {code}"),
        (an, f"/dexuat {code}"),
        (an, f"/giahan {code}"),
        (ha, f"/giahan {code}"),
    ):
        assert FROZEN in await say(town, person, words), words
    part, row = lead.assignment.id, lead.row.id
    forged = [(ha, f"ch:{verb}:{part}") for verb in ("hand", "end")] + [
        (ha, f"ch:{verb}:{row}") for verb in ("limit", "close")
    ]
    forged += [(an, f"ch:{verb}:{part}") for verb in ("extend", "hand", "end", "other")]
    forged += [(person, f"ch:task:{place}") for person in (an, ha)]
    for person, data in forged:
        before = len(person.texts())
        person.press_stale(f"v1:{data}", person.last().id)
        await town.settle()
        heard = [*person.toasts()[-1:], *person.texts()[before:]]
        assert any(FROZEN in text for text in heard), (data, heard)
    ha.press_stale(f"v1:rq:yes:{number}", ha.last().id)
    await town.settle()
    assert "không còn hiệu lực" in ha.toasts()[-1]
    for person in (an, ha):
        assert "Đang chờ quyết định" not in await say(town, person, f"/nhiemvu {code}")
        assert "Gia hạn, thay đổi" not in person.buttons()
    assert "Không có đề nghị nào" in await say(town, ha, "/dexuat") and ha.buttons() == []
    assert await bodies(town, code) == []
    assert [each.state for each in await asked(town)] == [RequestState.ASKED]


async def test_what_was_asked_of_completed_work_waits_for_nobody(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    await ask_until(town, an, code, "30/11", "Chờ máy chủ")
    an.send_document(pdf("xong"), "xong.pdf", "application/pdf", f"{code} 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    assert "Đang chờ quyết định gia hạn" in await say(town, an, f"/nhiemvu {code}"), "it may be returned"
    lead, book = (await leads_of(town, code))[0], await book_of(town)
    assert lead.standing.report_id is not None
    async with town.db.write() as conn:
        accepted = Appraisal(lead.standing.report_id, accepted=True)
        await ledger.record(
            conn, book, lead.assignment.id, accepted, person_id=None, now=town.clock.now(), key="test:accepted"
        )
    card = await say(town, an, f"/nhiemvu {code}")
    assert "Hoàn thành" in card and "Đang chờ quyết định" not in card


async def test_what_an_erased_person_decided_is_not_said_to_be_the_program_s(town: Town) -> None:
    code = await dated(town, POLICE)
    an = await town.join(SLUG, POLICE, Role.OFFICER, name="Nguyễn Văn An")
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await ask_until(town, an, code, "30/11", "Chờ máy chủ")
    await press(town, ha, "Đồng ý đến 30/11/2026")
    await erase_person(town.app.desk, telegram_id=ha.id, now=town.clock.now())
    card = await say(town, an, f"/nhiemvu {code}")
    assert "Thời hạn: " in card and "→ 30/11/2026" in card and "Hệ thống" not in card and "Hà" not in card
    an.press_stale(f"v1:rq:see:{(await asked(town))[0].id}", an.last().id)
    await town.settle()
    assert "đã đồng ý gia hạn" in an.last().text and "Hệ thống" not in an.last().text


async def test_a_code_of_two_localities_is_asked_about_before_it_is_changed(town: Town) -> None:
    ha = await town.join(SLUG, OFFICE, Role.OFFICE, name="Đỗ Thị Hà")
    await town.join_also(ha, "binh-loc", "Văn phòng Đảng ủy", Role.OFFICE, name="Đỗ Thị Hà")
    which = await say(town, ha, "/dexuat NV01")
    assert "phường Ba Ngòi" in which + " ".join(ha.buttons()) and "phường Bình Lộc" in which + " ".join(ha.buttons())
    assert "Đóng nhiệm vụ" not in ha.buttons()
