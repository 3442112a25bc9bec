"""Buttons of yesterday, of another person, of a closed report, with forged data."""

from __future__ import annotations

import pytest

from bot.domain.people.people import Role
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, POLICE, TROUBLE, all_done, draft, happened, reports
from tests.town import Town, officer, press, say


async def test_the_buttons_of_yesterdays_card_still_lead_to_what_is_true_now(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    card = an.last()
    data = [each["callback_data"] for each in card.buttons]
    await press(town, an, "Gửi báo cáo")
    town.clock.move_by(days=1)
    for each in data:
        before = len(an.texts())
        an.press_stale(each, card.id)
        await town.settle()
        assert an.unanswered() == []
        assert len(an.texts()) > before or an.toasts(), "an old button is never dead"
    assert "60%" in an.last().text or "NV07" in " ".join(an.texts()[-2:])
    assert len(await reports(town)) == 1
    await all_done(town)


async def test_a_card_left_open_over_night_can_be_sent_the_next_day(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    town.clock.move_by(days=1)
    assert "Đã ghi nhận" in await press(town, an, "Gửi báo cáo")
    assert [r.percent for r in await reports(town)] == [60]


async def test_the_buttons_of_another_person_do_nothing(town: Town) -> None:
    an, binh = await officer(town), await officer(town, CULTURE, "Trần Thị Bình")
    await say(town, an, "NV07 60%")
    theirs = [each["callback_data"] for each in an.last().buttons]
    await say(town, binh, "/start")
    for data in theirs:
        binh.press_stale(data, binh.last().id)
        await town.settle()
    assert binh.unanswered() == [] and await draft(town, an) is not None
    assert await happened(town) == [] and await draft(town, binh) is None
    await press(town, an, "Gửi báo cáo")
    for data in [each["callback_data"] for each in an.last().buttons]:
        binh.press_stale(data, binh.last().id)
        await town.settle()
    assert len(await happened(town)) == 1, "only who sent a report may take it back"
    assert binh.unanswered() == [] and TROUBLE not in " ".join(binh.texts() + binh.toasts())


async def test_the_buttons_of_a_withdrawn_and_of_an_accepted_report_say_so(town: Town) -> None:
    an = await officer(town)
    tho = await officer(town, CULTURE, "Lê Thị Thơ", Role.APPRAISER)
    await say(town, an, "NV07 30%")
    await press(town, an, "Gửi báo cáo")
    receipt = [each["callback_data"] for each in an.last().buttons]
    taken = an.last().id
    await press(town, an, "Thu hồi")
    for data in receipt:
        an.press_stale(data, taken)
        await town.settle()
    assert len(await happened(town)) == 2
    an.send_document(pdf("Quy chế"), "quy che.pdf", "application/pdf", "NV07 100%")
    await town.settle()
    await press(town, an, "Gửi báo cáo")
    receipt, taken = [each["callback_data"] for each in an.last().buttons], an.last().id
    await say(town, tho, "/thamdinh")
    await press(town, tho, "NV07")
    case, shown = [each["callback_data"] for each in tho.last().buttons], tho.last().id
    await press(town, tho, "Chấp nhận")
    closed = len(await happened(town))
    for person, old, at in ((an, receipt, taken), (tho, case, shown)):
        for data in old:
            said = len(person.texts()) + len(person.toasts())
            person.press_stale(data, at)
            await town.settle()
            assert person.unanswered() == []
            assert len(person.texts()) + len(person.toasts()) > said or "NV07" in person.last().text
    assert len(await happened(town)) == closed
    assert TROUBLE not in " ".join([*an.texts(), *an.toasts(), *tho.texts(), *tho.toasts()])
    await all_done(town)


VERBS = ("p", "l", "same", "task", "page", "earlier", "drop", "edit", "files", "amount", "go_on", "leave", "zz", "")
VALUES = ("NaN", "sNaN", "1E-500000", "1E+500000", "-1", "9" * 30, "0.000000000001", "")


@pytest.mark.parametrize(("code", "unit"), [("NV07", POLICE), ("CT15", OFFICE)])
async def test_forged_data_with_the_token_of_the_open_report(town: Town, code: str, unit: str) -> None:
    an = await officer(town, unit)
    for verb in VERBS:
        for value in VALUES:
            if await draft(town, an) is None:
                await say(town, an, f"/baocao {code}")
            token = (await draft(town, an) or {})["token"]
            an.press_stale(f"v1:d:{token}:{'9' * 12}:{verb}:{value}", an.last().id)
            await town.settle()
            assert an.unanswered() == []
            assert len(an.last().text) < 1500, (verb, value)
    an.press_stale(f"v1:d:no:{'9' * 40}:go", an.last().id)
    await town.settle()
    assert an.unanswered() == []
    assert TROUBLE not in " ".join([*an.texts(), *an.toasts()])
    assert await happened(town, code) == []
    await all_done(town)
