"""The message of the morning on the rows of a real plan: what stands where, which buttons, how long it gets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.plan.duties import Ask, Duty
from bot.domain.plan.periods import PeriodKind
from bot.domain.plan.plan import RowKind
from bot.domain.work.alerts import Colour, Reason, Verdict
from bot.domain.work.ladder import Rule
from bot.domain.work.lifecycle import State
from bot.i18n import LANGUAGES, translator
from bot.services.core.board import Lead, leads
from bot.services.reminding.digest import Board, Digest, OfficeLine, PeriodLine, RowLine
from bot.services.reminding.scope import Scope, Whose
from bot.storage.engine.database import Database
from bot.transport.screen.buttons import keyboard
from bot.views.parts.fitting import length
from bot.views.parts.view import View
from bot.views.reminding.digest import digest_view
from tests.services.communes import Commune, a_commune, a_desk

DAY = date(2026, 6, 29)
NOW = datetime.fromisoformat("2026-06-29T07:30:00+07:00")
POLICE, CULTURE = "Công an phường", "Phòng Văn hóa - Xã hội"
VI, EN = translator("vi"), translator("en")
DUTY = Duty(PeriodKind.MONTH, "2026-06", date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 10))


@pytest_asyncio.fixture
async def commune(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    yield await a_commune(a_desk(sqlite_database, tmp_path), "binh-loc", in_use=True)


@pytest_asyncio.fixture
async def found(commune: Commune) -> list[Lead]:
    book = await commune.book()
    async with commune.desk.db.read() as conn:
        return await leads(conn, book, DAY)


def red(found: list[Lead], n: int) -> list[Lead]:
    return [lead for lead in found if lead.verdict.colour is Colour.RED][:n]


def due(found: list[Lead], n: int) -> list[Lead]:
    ahead = [lead for lead in found if lead.standing.due_on is not None and lead.standing.due_on > DAY]
    return ahead[:n]


def line(lead: Lead, rule: Rule = Rule.TURNED_RED, unit: str = POLICE, **more: object) -> RowLine:
    return RowLine(rule, lead, unit, outbox_id=lead.assignment.id + 1000, **more)  # type: ignore[arg-type]


def digest(*rows: RowLine, **more: object) -> Digest:
    return Digest(DAY, NOW, rows, **more)  # type: ignore[arg-type]


def labels(view: View) -> list[str]:
    return [each.label for row in view.buttons for each in row]


def data(view: View) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {b.label: (str(b.press.action), b.press.args) for row in view.buttons for b in row if b.press}


def test_the_first_line_says_when_and_how_much_without_a_greeting(found: list[Lead]) -> None:
    view = digest_view(VI, digest(*map(line, red(found, 3)), *(line(d, Rule.DUE_IN_3) for d in due(found, 2))))
    assert view.text.split("\n")[0] == "<b>Sáng thứ Hai 29/06/2026</b> · 3 việc có cảnh báo đỏ mới, 2 việc sắp đến hạn"


def test_whoever_is_in_two_localities_reads_of_each_how_much_is_red(found: list[Lead]) -> None:
    own, other = Scope("phường Bình Lộc", Whose.UNITS, 3), Scope("phường Ba Ngòi", Whose.LOCALITY, 14)
    first = digest_view(VI, digest(line(red(found, 1)[0]), scopes=(own, other))).text.split("\n")[0]
    assert "đơn vị anh/chị ở phường Bình Lộc: 🔴 3 việc đỏ · phường Ba Ngòi: 🔴 14 việc đỏ · 1 việc" in first
    alone = digest_view(VI, digest(line(red(found, 1)[0]), scopes=(own, replace(other, red=0)))).text.split("\n")[0]
    assert "Ba Ngòi" not in alone and "phường Bình Lộc: 🔴 3 việc đỏ" in alone


def test_a_message_about_one_row_offers_to_report_the_details_and_tomorrow(found: list[Lead]) -> None:
    lead = red(found, 1)[0]
    view = digest_view(VI, digest(line(lead)))
    assert data(view) == {
        "Báo cáo": ("r", (str(lead.assignment.id),)),
        "Chi tiết": ("c", (str(lead.row.id),)),
        "Nhắc lại ngày mai": ("z", (str(lead.assignment.id + 1000),)),
    }


def test_a_message_about_several_rows_has_one_card_button_each_and_the_three_for_the_most_urgent(
    found: list[Lead],
) -> None:
    chosen = red(found, 5)
    view = digest_view(VI, digest(*map(line, chosen)))
    codes = re.findall(r"(?:NV|CT)\d+", view.text)
    assert len(codes) == 5
    assert labels(view)[:2] == [f"Báo cáo {codes[0]}", f"Chi tiết {codes[0]}"]
    assert [label.split()[-1] for label in labels(view)[2:6]] == codes[1:]
    assert labels(view)[-1] == "Nhắc lại ngày mai"
    keyboard(view.buttons)


def test_red_stands_first_and_every_row_tells_why_in_words(found: list[Lead]) -> None:
    near, overdue = due(found, 1)[0], red(found, 1)[0]
    overdue = replace(
        overdue,
        standing=replace(overdue.standing, due_on=DAY - timedelta(days=3)),
        verdict=Verdict(Colour.RED, (Reason.OVERDUE,)),
    )
    near = replace(near, standing=replace(near.standing, due_on=DAY + timedelta(days=3)))
    text = digest_view(VI, digest(line(near, Rule.DUE_IN_3), line(overdue))).text
    assert text.index("Cảnh báo đỏ mới") < text.index("Quá hạn 3 ngày") < text.index("Sắp đến hạn")
    assert "Còn 3 ngày là đến hạn (02/07)" in text


def test_behind_the_roadmap_says_the_threshold(found: list[Lead]) -> None:
    behind = next(
        lead for lead in found if Reason.BEHIND_ROADMAP in lead.verdict.reasons and lead.row.kind is RowKind.TASK
    )
    assert re.search(r"Mới đạt \d+%, dưới \d+% — một nửa lộ trình — là đỏ", digest_view(VI, digest(line(behind))).text)


def test_a_red_row_that_is_near_its_limit_says_both_and_stands_before_those_that_are_not_red(found: list[Lead]) -> None:
    near, late = due(found, 1)[0], next(lead for lead in found if Reason.BEHIND_ROADMAP in lead.verdict.reasons)
    fine = replace(
        near,
        row=replace(near.row, code="NV98"),
        standing=replace(near.standing, due_on=DAY),
        verdict=Verdict(Colour.AMBER, (Reason.DUE_SOON,)),
    )
    behind = replace(late, standing=replace(late.standing, due_on=DAY + timedelta(days=14)))
    text = digest_view(VI, digest(line(fine, Rule.DUE_TODAY), line(behind, Rule.DUE_IN_14))).text
    assert text.index(f"<b>{behind.row.code}</b>") < text.index("<b>NV98</b>")
    assert re.search(
        r"Còn 14 ngày là đến hạn \(13/07\)\. (?:Mới đạt .*|Chưa có số liệu), dưới [\d,]+% — một nửa lộ trình", text
    )


def test_a_milestone_is_named_with_its_days(found: list[Lead]) -> None:
    lead = next(lead for lead in found if lead.terms.milestones)
    stage = lead.terms.milestones[0]
    day = stage.due_on - timedelta(days=7)
    view = digest_view(VI, Digest(day, NOW, (line(lead, Rule.DUE_IN_7, milestone=0),)))
    assert "Mốc “" in view.text and "còn 7 ngày là đến hạn" in view.text


def test_twelve_rows_are_shown_and_the_rest_counted_with_a_button_to_the_list(found: list[Lead]) -> None:
    rows = {lead.row.id: lead for lead in found if lead.verdict.colour is Colour.RED}
    chosen = list(rows.values())[:21]
    assert len(chosen) == 21
    view = digest_view(VI, digest(*map(line, chosen)))
    assert len(re.findall(r"^🔴\S* <b>", view.text, re.MULTILINE)) == 12
    assert "và 9 việc khác" in view.text and "21 việc có cảnh báo đỏ mới" in view.text
    assert data(view)["Xem cả 9 việc còn lại"][:1] == ("x",)
    assert data(view)["Xem cả 9 việc còn lại"][1][0] == "viec"


def test_who_does_not_report_gets_units_and_the_red_list_but_no_button_to_report(found: list[Lead]) -> None:
    chosen = red(found, 14)
    rows = [line(lead, Rule.OVERDUE_3, CULTURE, may_report=False) for lead in chosen]
    view = digest_view(VI, digest(*rows))
    assert "Vẫn quá hạn" in view.text and CULTURE in view.text
    assert not [label for label in labels(view) if label.startswith("Báo cáo")]
    assert next(args for label, (_, args) in data(view).items() if label.startswith("Xem cả"))[0] == "do"


def test_what_a_team_is_told_of_and_finds_no_room_is_found_among_its_own_work(found: list[Lead]) -> None:
    rows = [line(lead, Rule.DUE_IN_14, CULTURE, may_report=False) for lead in due(found, 14)]
    args = next(args for label, (_, args) in data(digest_view(VI, digest(*rows))).items() if label.startswith("Xem cả"))
    assert args[0] == "viec"


def test_the_rest_of_two_localities_has_a_button_for_each(found: list[Lead]) -> None:
    chosen = [replace(lead, row=replace(lead.row, locality_id=1 + n % 2)) for n, lead in enumerate(red(found, 18))]
    view = digest_view(VI, digest(*map(line, chosen), localities={1: "phường Bình Lộc", 2: "xã Bình Thành"}))
    found_in = {label: args[2] for label, (_, args) in data(view).items() if label.startswith("Xem cả")}
    assert sorted(found_in.values()) == ["1", "2"]
    assert sum(int(label.split()[2]) for label in found_in) == 6
    assert any(label.endswith("xã Bình Thành") for label in found_in)


def test_units_of_one_row_with_one_reason_share_a_line(found: list[Lead]) -> None:
    lead = replace(red(found, 1)[0], verdict=Verdict(Colour.RED, (Reason.RETURNED,)))
    same = [
        line(replace(lead, assignment=replace(lead.assignment, id=900 + n)), Rule.OVERDUE_7, f"Phòng {n}")
        for n in range(5)
    ]
    view = digest_view(VI, digest(*same))
    assert view.text.count(lead.row.code) == 1
    assert "Phòng 0, Phòng 1 và 3 đơn vị khác" in view.text
    assert "1 việc vẫn quá hạn" in view.text


def test_what_turned_red_is_not_told_twice_as_overdue(found: list[Lead]) -> None:
    lead = red(found, 1)[0]
    view = digest_view(VI, digest(line(lead), line(lead, Rule.OVERDUE_3)))
    assert view.text.count(lead.row.code) == 1


def test_what_is_no_longer_red_says_how_it_stands(found: list[Lead]) -> None:
    lead = red(found, 1)[0]
    eased = replace(lead, standing=replace(lead.standing, state=State.COMPLETED), verdict=Verdict(Colour.DONE))
    view = digest_view(VI, digest(line(eased, Rule.NO_LONGER_RED)))
    assert "Không còn đỏ" in view.text and "Hoàn thành" in view.text and "1 việc hết đỏ" in view.text
    # Nothing is left to do that could be put off.
    assert not [label for label in labels(view) if label.startswith(("Báo cáo", "Nhắc lại"))]


def test_a_period_says_how_many_are_owed_and_until_when() -> None:
    owed = PeriodLine(Rule.PERIOD_IN_2, POLICE, DUTY, ("NV01", "NV02", "CT05", "NV09"), outbox_id=7)
    view = digest_view(VI, digest(periods=(owed,)))
    assert "Kỳ báo cáo tháng 6/2026</b>: còn 4 việc chưa báo cáo, hạn 30/06" in view.text
    assert "NV01, NV02, CT05, NV09" in view.text
    assert {"Báo cáo", "Chi tiết", "Nhắc lại ngày mai"} <= set(labels(view))


@pytest.mark.parametrize(
    ("rule", "words"), [(Rule.PERIOD_OPEN, "Mở kỳ báo cáo"), (Rule.PERIOD_LATE, "đã quá hạn 30/06")]
)
def test_a_period_that_opens_or_is_late_says_so(rule: Rule, words: str) -> None:
    assert words in digest_view(VI, digest(periods=(PeriodLine(rule, POLICE, DUTY, ("NV01",)),))).text


QUARTER = replace(DUTY, kind=PeriodKind.QUARTER, period="2026-Q2", ask=Ask.SUMMARY)
YEAR = replace(DUTY, kind=PeriodKind.YEAR, period="2026", ask=Ask.SUMMARY)
UPWARD = replace(QUARTER, ask=Ask.UPWARD)
ONCE = Duty(None, "2026-06-30", date(2026, 3, 1), date(2026, 6, 30), date(2026, 7, 10), Ask.ONCE, "Kế hoạch <b>&")


def owes(duty: Duty, rule: Rule = Rule.PERIOD_IN_2, unit: str = POLICE, codes: tuple[str, ...] = ()) -> PeriodLine:
    return PeriodLine(rule, unit, duty, codes, outbox_id=7, locality_id=1, unit_id=len(unit))


def about_periods(view: View) -> list[str]:
    return [line for line in view.text.split("\n") if "30/06" in line]


def test_kinds_that_end_on_one_day_are_one_line_and_one_off_duties_another() -> None:
    lines = (owes(YEAR), owes(QUARTER), owes(DUTY, codes=("NV01", "NV02")), owes(ONCE))
    view = digest_view(VI, digest(periods=lines))
    assert view.text.split("\n")[0].endswith("2 việc chưa có báo cáo kỳ, 3 báo cáo của đơn vị chưa gửi")
    assert about_periods(view) == [
        "<b>Kỳ báo cáo tháng 6/2026, quý II/2026, năm 2026</b>: còn 2 việc chưa báo cáo, "
        "chưa gửi báo cáo tổng hợp quý II/2026, năm 2026, hạn 30/06",
        "<b>Kế hoạch &lt;b&gt;&amp;</b>: chưa gửi, hạn 30/06",
    ]
    assert "NV01, NV02" in view.text


def test_summaries_alone_are_called_by_their_name() -> None:
    view = digest_view(VI, digest(periods=(owes(QUARTER), owes(YEAR))))
    assert about_periods(view) == ["<b>Báo cáo tổng hợp quý II/2026, năm 2026</b>: chưa gửi, hạn 30/06"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule.PERIOD_OPEN, "Mở kỳ báo cáo tháng 6/2026, quý II/2026</b>: 1 việc cần báo cáo, cần gửi báo cáo"),
        (
            Rule.PERIOD_LATE,
            "Kỳ báo cáo tháng 6/2026, quý II/2026 đã quá hạn 30/06</b>: còn 1 việc chưa báo cáo, chưa gửi",
        ),
    ],
)
def test_together_they_open_and_are_late(rule: Rule, words: str) -> None:
    for second, ends in ((QUARTER, "báo cáo tổng hợp quý II/2026"), (UPWARD, "báo cáo quý II/2026 lên cấp trên")):
        text = digest_view(VI, digest(periods=(owes(DUTY, rule, codes=("NV01",)), owes(second, rule)))).text
        assert words in text and ends in text
        assert ("nhận đến 10/07" in text) is (rule is Rule.PERIOD_LATE)


def test_units_and_rules_have_lines_of_their_own() -> None:
    lines = (owes(QUARTER), owes(QUARTER, unit=CULTURE), owes(YEAR, Rule.PERIOD_LATE))
    told = about_periods(digest_view(VI, digest(periods=lines)))
    assert len(told) == 3 and sum(POLICE in line for line in told) == 2


def test_each_report_of_a_unit_has_a_button_and_the_rows_their_own() -> None:
    view = digest_view(VI, digest(periods=(owes(DUTY, codes=("NV01",)), owes(QUARTER), owes(ONCE))))
    found = data(view)
    unit = str(len(POLICE))
    assert found["Báo cáo quý II/2026"] == ("h", ("open", "1", unit, "summary", "2026-Q2"))
    assert found["Báo cáo: Kế hoạch <b>&"] == ("h", ("open", "1", unit, "once", "2026-06-30"))
    assert {"Báo cáo", "Chi tiết", "Nhắc lại ngày mai"} <= found.keys()
    alone = digest_view(VI, digest(periods=(owes(QUARTER),)))
    assert labels(alone) == ["Báo cáo quý II/2026", "Chi tiết", "Nhắc lại ngày mai"]


def test_of_several_units_each_button_names_its_own(found: list[Lead]) -> None:
    lines = (owes(UPWARD, unit=CULTURE), owes(QUARTER))
    view = digest_view(VI, digest(line(red(found, 1)[0]), periods=lines))
    assert {f"Báo cáo quý II/2026 · {CULTURE}", f"Báo cáo quý II/2026 · {POLICE}"} <= set(labels(view))
    keyboard(view.buttons)
    # Two communes have a police each.
    places = {1: "phường Bình Lộc", 2: "xã Đồng Phú"}
    view = digest_view(VI, digest(periods=(lines[1], replace(lines[1], locality_id=2)), localities=places))
    assert [label for label in labels(view) if "quý" in label] == [
        f"Báo cáo quý II/2026 · {place} · {POLICE}" for place in places.values()
    ]


def test_a_late_message_says_that_it_is_late_and_why(found: list[Lead]) -> None:
    late = replace(digest(line(red(found, 1)[0])), late_since=NOW, now=NOW + timedelta(hours=7))
    view = digest_view(VI, late)
    assert view.text.startswith("<b>Chiều thứ Hai")
    assert "đến muộn vì hệ thống bị gián đoạn; lẽ ra gửi lúc 07:30" in view.text
    before = digest_view(VI, replace(late, late_since=NOW - timedelta(days=3)))
    assert "Một phần bản tin này đến muộn" in before.text and "lẽ ra gửi lúc 07:30 26/06/2026" in before.text


def test_what_may_have_been_sent_before_is_marked(found: list[Lead]) -> None:
    assert "(nhắc lại)" in digest_view(VI, digest(line(red(found, 1)[0], again=True))).text


def test_a_group_hears_no_names_of_people_and_gets_no_buttons(found: list[Lead]) -> None:
    news = OfficeLine(Rule.UNREACHABLE, ("Nguyễn Văn An",))
    view = digest_view(VI, digest(line(red(found, 1)[0]), office=(news,), for_group=True))
    assert "Nguyễn Văn An" not in view.text and view.buttons == () and view.attachments == ()


def test_news_for_the_office_name_members_and_units() -> None:
    news = (OfficeLine(Rule.UNREACHABLE, ("Nguyễn Văn An",)), OfficeLine(Rule.UNIT_EMPTY, ("Trạm Y tế", POLICE)))
    view = digest_view(VI, digest(office=news))
    assert "Nguyễn Văn An" in view.text and "Trạm Y tế, Công an phường" in view.text
    assert "✉️ Mời người tham gia" in labels(view)


def test_several_localities_stand_under_their_names(found: list[Lead]) -> None:
    one, other = red(found, 2)
    other = replace(other, row=replace(other.row, locality_id=99))
    names = {one.row.locality_id: "phường Bình Lộc", 99: "xã Bình Thành"}
    view = digest_view(VI, digest(line(one), line(other), localities=names))
    assert view.text.index("phường Bình Lộc") < view.text.index(one.row.code)
    assert view.text.index("xã Bình Thành") < view.text.index(other.row.code)


def a_board(found: list[Lead]) -> Board:
    by_unit = ((CULTURE, {Colour.GREEN: 4}), (POLICE, {Colour.RED: 2, Colour.AMBER: 1, Colour.GREEN: 5}))
    total = {Colour.RED: 2, Colour.AMBER: 1, Colour.GREEN: 8}
    return Board("phường Bình Lộc", DAY, by_unit, tuple(red(found, 7)), tuple(due(found, 2)), 5, total=total)


def test_the_monday_board_tells_colours_by_unit_new_red_and_the_limits_of_the_week(found: list[Lead]) -> None:
    view = digest_view(VI, digest(boards=(a_board(found),)))
    assert "Tuần 27 (29/06–05/07/2026)" in view.text
    assert f"• {POLICE}: 🔴 2 · 🟡 1 · 🟢 5" in view.text
    assert "1 đơn vị còn lại không có việc nào đỏ" in view.text and CULTURE not in view.text
    # A row led by both units is one row.
    assert "Việc chưa hoàn thành: 🔴 2 · 🟡 1 · 🟢 8" in view.text
    assert "Đỏ thêm trong tuần qua" in view.text and "Đến hạn trong tuần" in view.text
    assert data(view)["Đến hạn trong tuần"][1][-1] == "2026-06-29.2026-07-05"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("signs", [60, 700])
def test_a_message_is_never_longer_than_telegram_allows(found: list[Lead], language: str, signs: int) -> None:
    word = "𝐀<&" * (signs // 3)
    wide = [
        replace(
            lead,
            row=replace(lead.row, name=word, locality_id=n % 5),
            verdict=Verdict(Colour.RED, (Reason.OVERDUE, Reason.RETURNED)),
        )
        for n, lead in enumerate(found)
    ]
    rows = [line(lead, Rule.OVERDUE_7, f"{n} {word}", milestone=None, again=True) for n, lead in enumerate(wide)]
    boards = tuple(
        Board(word, DAY, tuple((f"{n} {word}", dict.fromkeys(Colour, 9)) for n in range(60)), tuple(wide), tuple(wide))
        for _ in range(5)
    )
    periods = tuple(PeriodLine(Rule.PERIOD_LATE, word, DUTY, tuple(f"NV{n}" for n in range(99))) for _ in range(30))
    periods += tuple(owes(replace(ONCE, name=word, period=f"2026-06-30.{n}"), unit=word) for n in range(30))
    office = (OfficeLine(Rule.UNREACHABLE, tuple(word for _ in range(50))),)
    full = digest(
        *rows, periods=periods, office=office, boards=boards, late_since=NOW, localities=dict.fromkeys(range(5), word)
    )
    view = digest_view(translator(language), full)
    assert length(view.text) <= 4096
    assert view.text.count("<b>") == view.text.count("</b>")
    assert len(labels(view)) <= 100
    keyboard(view.buttons)


def test_english_is_complete_and_holds_no_vietnamese_of_ours(found: list[Lead]) -> None:
    rows = [line(lead, rule) for lead, rule in zip(red(found, 4), (Rule.TURNED_RED, Rule.OVERDUE_7), strict=False)]
    view = digest_view(EN, digest(*rows, boards=(a_board(found),)))
    assert view.text.startswith("<b>Monday morning 29/06/2026</b> · 1 new red warning, 1 still overdue")
    assert {"Report", "Details"} & {label.split()[0] for label in labels(view)}
    assert "Remind me tomorrow" in labels(view)


def test_a_row_told_of_twice_has_one_button(found: list[Lead]) -> None:
    first, second = red(found, 2)
    rows = (line(first), line(second), line(second, Rule.DUE_IN_3), line(first, Rule.DUE_IN_3))
    codes = [label.split()[-1] for label in labels(digest_view(VI, digest(*rows)))]
    assert codes.count(second.row.code) == 1 and codes.count(first.row.code) == 2


@pytest.mark.parametrize(
    ("rule", "heading"),
    [
        (Rule.NUDGE, "Cơ quan thường trực đôn đốc"),
        (Rule.RETURNED, "Bị trả lại, chờ hoàn thiện"),
        (Rule.ACCEPTED, "Được chấp nhận hoàn thành"),
    ],
)
def test_what_was_too_much_for_single_messages_stands_under_its_own_heading(
    found: list[Lead], rule: Rule, heading: str
) -> None:
    assert heading in digest_view(VI, digest(line(red(found, 1)[0], rule))).text


def test_whatever_comes_again_after_a_wrong_clock_is_marked(found: list[Lead]) -> None:
    owed = PeriodLine(Rule.PERIOD_IN_2, POLICE, DUTY, ("NV01",), outbox_id=7)
    news = OfficeLine(Rule.UNREACHABLE, ("Nguyễn Văn An",))
    shown = digest(line(red(found, 1)[0]), periods=(owed,), office=(news,), boards=(a_board(found),))
    assert "(nhắc lại)" not in digest_view(VI, shown).text
    again = Digest(
        DAY,
        NOW,
        tuple(replace(each, again=True) for each in shown.rows),
        tuple(replace(each, again=True) for each in shown.periods),
        tuple(replace(each, again=True) for each in shown.office),
        tuple(replace(each, again=True) for each in shown.boards),
    )
    assert digest_view(VI, again).text.count("(nhắc lại)") == 4
    assert digest_view(EN, again).text.count("(repeated)") == 4
