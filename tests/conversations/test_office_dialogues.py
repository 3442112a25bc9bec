"""The dialogues of the standing office as tables: what is said, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from bot.conversations.core.scene import Pressed, Said, Sent, Typed
from bot.conversations.plan import limit, opening_file, setup
from bot.conversations.units import units
from bot.domain.errors import BadInput
from bot.domain.plan.deadlines import DeadlineKind, TimeLimit
from bot.domain.plan.plan import Assignment, Locality, Plan, Row, RowKind, Unit, UnitKind, UnitRole
from bot.domain.work.alerts import Colour, Verdict
from bot.domain.work.lifecycle import Standing, State, Terms
from bot.domain.work.progress import Comparator, Share, Target
from bot.i18n import LANGUAGES, translator
from bot.services.core.board import Lead
from bot.services.plan.set_limit import Undated
from bot.services.plan.set_opening import OpeningRow, Stated
from bot.services.units.edit_units import Units
from bot.views.parts.view import View

TODAY = date(2026, 6, 15)
PLACE = Locality(1, "ba-ngoi", "Ba Ngòi", "phường", "Khánh Hòa", 1)
PLAN = Plan(1, 1, 2026, "1/KH", "Kế hoạch", "UBND", date(2026, 2, 1))
LIMIT = TimeLimit("Năm 2026", DeadlineKind.YEAR, date(2026, 2, 1), date(2026, 12, 31))
SHARE = Target("≥ 80%", "%", Comparator.AT_LEAST, (Decimal(80),))
LEVEL = Target("Mức Khá", "", Comparator.LEVEL, (Decimal(4),))
RANK = Target("hạng 10", "", Comparator.RANK, (Decimal(10),))


def lead(target: Target | None, number: int = 1, state: State = State.NOT_REPORTED) -> Lead:
    kind = RowKind.TASK if target is None else RowKind.INDICATOR
    row = Row(5, 1, 1, "NV01", kind, 0, "I · 1", "Ban hành <b>& kế hoạch", LIMIT, target=target)
    assignment = Assignment(number, 5, 1, number, UnitRole.LEAD, number)
    standing = Standing(unit_id=number, due_on=LIMIT.due_on, state=state)
    return Lead(assignment, row, Terms(kind, LIMIT, 2026, target), standing, Verdict(Colour.GREEN))


def a_row(target: Target | None = None, leads: int = 1) -> OpeningRow:
    found = tuple((lead(target, n), f"Đơn vị {n}") for n in range(1, leads + 1))
    return OpeningRow(PLACE, PLAN, found[0][0].row, found, TODAY)


def opening(**said: object) -> setup.OpeningDraft:
    return setup.OpeningDraft(token="t", row_id=5, code="NV01", locality_id=1, **said)


def has_a_way_out(view: View) -> bool:
    return any(b.press is not None and b.press.args[2:3] == ("cancel",) for row in view.buttons for b in row)


DAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("draft", "said", "target", "wanted"),
    [
        (opening(), Pressed("p", "25"), None, Stated(Decimal(25))),
        (opening(), Typed("62,5%"), None, Stated(Decimal("62.5"))),
        (opening(), Typed("45/90"), SHARE, Stated(share=Share(Decimal(45), Decimal(90)))),
        (opening(), Typed("khá lắm"), LEVEL, None),
        (opening(), Pressed("l", "2"), LEVEL, Stated(value=Decimal(2))),
        (opening(), Typed("hạng 20"), RANK, Stated(value=Decimal(20))),
        (
            opening(stage="source", completed_on=DAY),
            Typed("Số 12/QĐ"),
            None,
            Stated(completed_on=DAY, source="Số 12/QĐ"),
        ),
    ],
)
def test_a_figure_or_a_document_sets_the_opening(
    draft: setup.OpeningDraft, said: Said, target: Target | None, wanted: Stated | None
) -> None:
    step = setup.advance(draft, said, a_row(target))
    if wanted is None:
        assert isinstance(step.problem, BadInput)
    else:
        assert step.command == setup.Set(wanted)


@pytest.mark.parametrize(
    ("draft", "said", "target", "after"),
    [
        (opening(stage="who"), Pressed("who", "2"), None, {"stage": "amount", "assignment_id": 2}),
        (opening(stage="who"), Pressed("who", "0"), None, {"stage": "amount", "assignment_id": 0}),
        (opening(stage="who"), Pressed("who", "77"), None, {"stage": "who"}),
        (opening(stage="who"), Pressed("page", "1"), None, {"page": 1}),
        (opening(), Pressed("done"), None, {"stage": "day"}),
        (opening(), Typed("100"), None, {"stage": "day", "percent": None}),
        (opening(), Typed("85"), SHARE, {"stage": "day", "value": Decimal(85)}),
        (opening(), Pressed("l", "5"), LEVEL, {"stage": "day", "value": Decimal(5)}),
        (opening(stage="day"), Typed("15/3"), None, {"stage": "source", "completed_on": DAY}),
        (opening(stage="day"), Pressed("p", "25"), None, {"stage": "day"}),
        (opening(), Pressed("p", "100"), None, {"stage": "amount"}),
        (opening(), Pressed("p", "25"), SHARE, {"stage": "amount"}),
        (opening(), Pressed("nonsense", "x"), None, {"stage": "amount"}),
    ],
)
def test_a_step_of_an_opening_leads_on(
    draft: setup.OpeningDraft, said: Said, target: Target | None, after: Mapping[str, object]
) -> None:
    step = setup.advance(draft, said, a_row(target, leads=2))
    assert step.draft is not None and step.command is None and step.problem is None
    assert {name: getattr(step.draft, name) for name in after} == after


@pytest.mark.parametrize(
    ("draft", "said", "target", "key"),
    [
        (opening(stage="who"), Typed("40"), None, "choose_by_button"),
        (opening(), Typed("abc"), None, "percent_unreadable"),
        (opening(), Typed("150"), None, "percent_out_of_range"),
        (opening(), Typed("nhiều"), SHARE, "value_unreadable"),
        (opening(), Pressed("l", "9"), LEVEL, "level_out_of_range"),
        (opening(), Sent((1,)), None, "opening_words_only"),
        (opening(stage="day"), Typed("hôm kia"), None, "day_unreadable"),
        (opening(stage="day"), Typed("16/6/2026"), None, "day_in_future"),
        (opening(stage="day"), Typed("16/6/2006"), None, "day_too_early"),
        (opening(stage="source", completed_on=DAY), Typed("   "), None, "source_needed"),
        (opening(stage="source", completed_on=DAY, value=Decimal(3)), Typed("Số 1"), SHARE, "value_below_target"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(
    draft: setup.OpeningDraft, said: Said, target: Target | None, key: str
) -> None:
    step = setup.advance(draft, said, a_row(target))
    assert step.problem is not None and step.problem.key == key
    assert step.draft == draft


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", [None, SHARE, LEVEL, RANK])
@pytest.mark.parametrize("stage", ["who", "amount", "day", "source"])
def test_every_card_of_an_opening_has_a_way_out(language: str, target: Target | None, stage: str) -> None:
    draft = opening(stage=stage)
    view = setup.show(translator(language), draft, a_row(target, leads=20))
    assert has_a_way_out(view)
    assert "&lt;b&gt;&amp;" in view.text
    assert setup.advance(draft, Pressed("cancel"), a_row(target)).draft is None


# --- limits


def undated() -> Undated:
    one = lead(None)
    return Undated(PLACE, one.row, (one,), (one,), ("Đơn vị 1",), TODAY)


def limit_draft(**said: object) -> limit.LimitDraft:
    return limit.LimitDraft(token="t", row_id=5, code="NV01", locality_id=1, **said)


def test_a_limit_is_a_day_and_a_document() -> None:
    step = limit.advance(limit_draft(), Typed("30/9"), undated())
    assert step.draft is not None and step.draft.due_on == date(2026, 9, 30)
    assert step.draft.worth_keeping and not limit_draft().worth_keeping
    done = limit.advance(step.draft, Typed("Số 45"), undated())
    assert done.command == limit.SetLimit(date(2026, 9, 30), "Số 45")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (Typed("sớm"), "day_unreadable"),
        (Typed("1/1/2026"), "limit_in_past"),
        (Typed("1/1/2040"), "limit_too_far"),
        (Sent((1,)), "opening_words_only"),
    ],
)
def test_what_is_no_limit_is_said(said: Said, key: str) -> None:
    step = limit.advance(limit_draft(), said, undated())
    assert step.problem is not None and step.problem.key == key


def test_a_limit_can_be_left_at_every_step() -> None:
    for draft in (limit_draft(), limit_draft(due_on=DAY)):
        assert has_a_way_out(limit.show(translator("vi"), draft, undated()))
        assert limit.advance(draft, Pressed("cancel"), undated()).draft is None
        assert limit.advance(draft, Pressed("p", "1"), undated()).draft == draft


# --- workbook


def file_draft(**said: object) -> opening_file.FileDraft:
    return opening_file.FileDraft(token="t", locality_id=1, **said)


FILE_FACTS = opening_file.OpeningFileFacts(PLACE, 112)
READ = file_draft(stage="preview", evidence_id=7, set=3)


@pytest.mark.parametrize(
    ("draft", "said", "command"),
    [
        (file_draft(), Pressed("make"), opening_file.MakeWorkbook()),
        (file_draft(), Sent((4, 5)), opening_file.Read(5)),
        (READ, Sent((6,)), opening_file.Read(6)),
        (READ, Pressed("apply"), opening_file.Apply()),
        (file_draft(), Pressed("apply"), None),
        (file_draft(stage="preview", set=0), Pressed("apply"), None),
    ],
)
def test_a_workbook_goes_out_comes_back_and_is_applied(
    draft: opening_file.FileDraft, said: Said, command: object
) -> None:
    assert opening_file.advance(draft, said, FILE_FACTS).command == command


@pytest.mark.parametrize(("draft", "key"), [(file_draft(), "opening_send_file"), (READ, "choose_by_button")])
def test_words_are_no_workbook(draft: opening_file.FileDraft, key: str) -> None:
    step = opening_file.advance(draft, Typed("xong"), FILE_FACTS)
    assert step.problem is not None and step.problem.key == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_names_its_mistakes_and_can_be_left(language: str) -> None:
    problems = tuple(
        opening_file.KeptProblem(where=f"Mức ban đầu, dòng {n}", key="opening_code", figures={"given": "<NV>"})
        for n in range(20)
    )
    for draft in (file_draft(), READ, READ.model_copy(update={"problems": problems, "same": 2, "completed": 1})):
        view = opening_file.show(translator(language), draft, FILE_FACTS)
        assert has_a_way_out(view)
    assert view.text.count("&lt;NV&gt;") == 15
    assert opening_file.advance(READ, Pressed("cancel"), FILE_FACTS).draft is None


# --- units


UNIT = Unit(9, 1, "Công an phường", UnitKind.POLICE)
UNIT_FACTS = units.UnitsFacts(Units(PLACE, (UNIT,), (), ()), UNIT)


def units_draft(what: units.What, **said: object) -> units.UnitsDraft:
    return units.UnitsDraft(token="t", what=what, locality_id=1, unit_id=9, **said)


@pytest.mark.parametrize(
    ("what", "said", "command"),
    [
        ("rename", " Công  an xã ", units.Rename("Công an xã")),
        ("alias", "CAX", units.AddAlias("CAX")),
        ("new", "Trường Sao Mai", None),
        ("teams", "2 thôn", None),
    ],
)
def test_what_is_typed_about_a_unit(what: units.What, said: str, command: object) -> None:
    assert units.advance(units_draft(what), Typed(said), UNIT_FACTS).command == command


def test_a_new_unit_needs_a_kind_and_teams_a_word() -> None:
    named = units_draft("new", name="Trường Sao Mai")
    assert units.advance(named, Pressed("kind", "school"), UNIT_FACTS).command == units.AddUnit(
        "Trường Sao Mai", UnitKind.SCHOOL
    )
    assert units.advance(named, Pressed("kind", "community_team"), UNIT_FACTS).command is None
    assert units.advance(units_draft("new"), Pressed("kind", "school"), UNIT_FACTS).command is None
    listed = units_draft("teams", names=("Tổ A",))
    assert units.advance(listed, Pressed("yes"), UNIT_FACTS).command == units.AddTeams(("Tổ A",))
    assert units.advance(units_draft("teams"), Pressed("yes"), UNIT_FACTS).command is None


TEAM = "Tổ công nghệ số cộng đồng"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3", (f"{TEAM} khu phố 1", f"{TEAM} khu phố 2", f"{TEAM} khu phố 3")),
        ("2 tổ dân phố", (f"{TEAM} tổ dân phố 1", f"{TEAM} tổ dân phố 2")),
        ("xóm Đông\n\n Tổ CNSCĐ xóm Tây\nxóm Đông", (f"{TEAM} xóm Đông", "Tổ CNSCĐ xóm Tây")),
        ("tổ dân phố 4", (f"{TEAM} tổ dân phố 4",)),
    ],
)
def test_teams_are_typed_as_a_list_or_as_a_number(text: str, names: tuple[str, ...]) -> None:
    assert units.team_names(text) == names


@pytest.mark.parametrize("text", ["0", "500 khu phố", " ", "\n".join(f"thôn {n}" for n in range(101))])
def test_too_few_or_too_many_teams_are_refused(text: str) -> None:
    step = units.advance(units_draft("teams"), Typed(text), UNIT_FACTS)
    assert step.problem is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_about_units_has_a_way_out(language: str) -> None:
    drafts = [units_draft(what) for what in ("rename", "alias", "new", "teams")]
    drafts += [units_draft("new", name="<b>"), units_draft("teams", names=tuple(f"Tổ {n}" for n in range(30)))]
    for draft in drafts:
        assert has_a_way_out(units.show(translator(language), draft, UNIT_FACTS))
        assert units.advance(draft, Pressed("cancel"), UNIT_FACTS).draft is None
        assert units.advance(draft, Sent((1,)), UNIT_FACTS).problem is not None
