"""Buttons of yesterday, of another person, of a closed report, with forged data."""

from __future__ import annotations

import random

import pytest

from bot.domain.people.people import Role
from bot.transport.screen.shapes import Argument
from tests.evidence.made_files import pdf
from tests.faults.deeds import CULTURE, OFFICE, POLICE, TROUBLE, all_done, draft, happened, reports
from tests.town import Town, office, officer, press, say


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


OVER = "Nút này đã cũ"
OF_A_DRAFT = ("name", "unit_id", "limit", "output", "token", "locality_id", "asking", "step", "__class__", "")


async def test_a_button_names_a_step_and_never_a_field(town: Town) -> None:
    ha = await office(town)
    await say(town, ha, "/dexuat")
    await press(town, ha, "➕ Thêm nhiệm vụ")
    for words in ("Mở lớp tập huấn", "cong an phuong", "30/9", "Kế hoạch", "Công văn 12"):
        await say(town, ha, words)
    card = ha.last()
    keys = [each["callback_data"].split(":")[5:] for each in card.buttons if ":again:" in each["callback_data"]]
    assert keys == [["name"], ["unit"], ["limit"], ["output"]]
    token = (await draft(town, ha) or {})["token"]
    whole = await draft(town, ha)
    for forged in OF_A_DRAFT[4:]:
        ha.press_stale(f"v1:d:{token}:0:again:{forged}", card.id)
        await town.settle()
        said = await draft(town, ha) or {}
        assert {**said, "card_message_id": 0} == {**(whole or {}), "card_message_id": 0}, forged
    # A card of the version before names the field of the unit; it still asks for it again.
    ha.press_stale(f"v1:d:{token}:0:again:unit_id", card.id)
    await town.settle()
    assert "Đơn vị nào chủ trì" in ha.last().text
    assert ha.unanswered() == [] and TROUBLE not in " ".join([*ha.texts(), *ha.toasts()])


SUBJECTS = ("h.1.2", "h.x.2.summary.2026-Q2", "h.1.2.never.2026-Q9", "v.x", "v.999999", "kb", "kb.1", "999999", "x", "")


async def test_a_button_of_no_dialogue_leads_to_what_it_was_about_or_is_out_of_date(town: Town) -> None:
    an = await officer(town)
    await say(town, an, "NV07 60%")
    await press(town, an, "Gửi báo cáo")
    for subject in SUBJECTS:
        heard = len(an.texts()) + len(an.toasts())
        an.press_stale(f"v1:d:nosuch00:{subject}:send", an.last().id)
        await town.settle()
        assert an.unanswered() == [] and len(an.texts()) + len(an.toasts()) > heard, subject
        assert OVER in an.toasts()[-1], subject
    assert TROUBLE not in " ".join([*an.texts(), *an.toasts()])
    await all_done(town)


SAMPLES = (
    "0",
    "1",
    "7",
    "9" * 15,
    "2026-09-02",
    "d",
    "2026-06-01.",
    "x",
    "2026-Q2",
    "c7",
    "ABCD2345",
    "p2026-Q2",
    "p2026-99",
)


def _fitting(part: str | Argument, chance: random.Random) -> str:
    if isinstance(part, str):
        return part
    known = getattr(part.fits, "__self__", None)
    if isinstance(known, set | frozenset):
        return chance.choice(sorted(known))
    return chance.choice([each for each in SAMPLES if part.fits(each)])


@pytest.mark.parametrize("role", [Role.OFFICE, Role.OFFICER])
async def test_whatever_fits_is_answered_and_whatever_does_not_is_out_of_date(town: Town, role: Role) -> None:
    an = await officer(town, OFFICE if role is Role.OFFICE else POLICE, role=role)
    await say(town, an, "/start")
    shown, chance = an.last().id, random.Random(role.value)
    for action, route in town.app.routes.presses.items():
        for shape in route.shapes:
            fits = [tuple(_fitting(part, chance) for part in shape) for _ in range(4)]
            wrong = [each for args in fits for each in ((*args, "1", "1", "1", "1"), (f"{args[0]}!", *args[1:]))]
            for args in fits:
                assert route.takes(args), (action, args)
                an.press_stale(":".join(("v1", action.value, *args)), shown)
            await town.settle()
            assert an.unanswered() == []
            for args in [*wrong, ()]:
                assert not route.takes(args), (action, args)
                an.press_stale(":".join(("v1", action.value, *args)), shown)
                await town.settle()
                assert OVER in an.toasts()[-1], (action, args)
    assert TROUBLE not in " ".join([*an.texts(), *an.toasts()])
    await all_done(town)


@pytest.mark.parametrize("error", [ValueError("seven"), IndexError(7)])
async def test_what_fails_inside_a_handler_is_a_fault_and_no_old_button(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def failing(*_: object, **__: object) -> None:
        raise error

    an = await officer(town)
    await say(town, an, "/start")
    monkeypatch.setattr("bot.handlers.rows.show_row_card", failing)
    an.press_stale("v1:c:7", an.last().id)
    await town.settle()
    told = " ".join([*an.texts(), *an.toasts()])
    assert TROUBLE in told and OVER not in told
