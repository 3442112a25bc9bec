"""Opening a plan before it is used, on the real plan of Ba Ngòi."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.errors import BadInput, NotAllowed, NotFound, TransitionRefused
from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.events import Opening
from bot.domain.work.lifecycle import State
from bot.domain.work.progress import Share
from bot.services.plan.load_plan import load
from bot.services.plan.open_plan import plan_status, put_in_use
from bot.services.plan.set_limit import set_limit
from bot.services.plan.set_opening import Stated, look, set_opening
from bot.services.reporting.report_progress import SaidProgress, report
from bot.storage.engine.database import Database
from bot.storage.records import events, plans
from tests import at_rest
from tests.services.communes import NOW, Commune, a_commune, a_desk, key, plan_file

OFFICE, POLICE = "Phòng Văn hóa - Xã hội", "Công an phường"


@pytest_asyncio.fixture
async def commune(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Commune]:
    """Ba Ngòi, loaded and not in use."""
    yield await a_commune(a_desk(sqlite_database, tmp_path), "ba-ngoi")


async def opened(commune: Commune, code: str, **stated: object) -> None:
    await set_opening(
        commune.desk, commune.office, row_id=await commune.row_id(code), stated=Stated(**stated), now=NOW, key=key()
    )


async def put(commune: Commune):
    status = await plan_status(commune.desk, commune.office, now=NOW)
    return await put_in_use(commune.desk, commune.office, plan_id=status.plan.id, now=NOW)


async def test_the_status_counts_rows_doubts_and_what_would_be_red(commune: Commune) -> None:
    status = await plan_status(commune.desk, commune.office, now=NOW)
    assert (status.tasks, status.indicators) == (40, 12)
    assert status.breaks_off is not None
    assert len(status.red) == 40
    assert all(row.verdict.colour is Colour.RED for row in status.red)
    doubts = {kind: [row.code for row in rows] for kind, rows in status.doubts}
    assert "NV03" in doubts["lead_proposed"]
    assert doubts["lead_by_default"] == ["CT09"]
    assert {row.row.code for row in status.undated} == {"NV05", "NV07", "NV33", "NV34", "NV40"}
    assert status.undated_elsewhere == 4
    assert OFFICE not in {unit.name for unit in status.nobody}
    assert POLICE in {unit.name for unit in status.nobody}


async def test_a_unit_that_somebody_has_joined_is_no_longer_missing(commune: Commune) -> None:
    await commune.member(Role.OFFICER, POLICE)
    status = await plan_status(commune.desk, commune.office, now=NOW)
    assert POLICE not in {unit.name for unit in status.nobody}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.APPRAISER])
async def test_only_the_office_opens_a_plan(commune: Commune, role: Role) -> None:
    visitor = await commune.member(role, POLICE)
    row_id = await commune.row_id("NV03")
    with pytest.raises(NotAllowed):
        await plan_status(commune.desk, visitor, now=NOW)
    with pytest.raises(NotAllowed):
        await look(commune.desk, visitor, row_id=row_id, now=NOW)
    with pytest.raises(NotAllowed):
        await set_opening(commune.desk, visitor, row_id=row_id, stated=Stated(Decimal(1)), now=NOW, key=key())
    with pytest.raises(NotAllowed):
        await put_in_use(commune.desk, visitor, plan_id=1, now=NOW)


async def test_a_percent_is_set_for_all_units_at_once_and_may_be_corrected(commune: Commune) -> None:
    await opened(commune, "NV03", percent=Decimal(40))
    found = await commune.leads("NV03")
    assert len(found) == 7
    assert {(lead.standing.state, lead.standing.percent) for lead in found} == {(State.IN_PROGRESS, Decimal(40))}
    assert await commune.audited("opening") == 7
    await opened(commune, "NV03", percent=Decimal(0))
    assert {lead.standing.state for lead in await commune.leads("NV03")} == {State.NOT_REPORTED}


async def test_one_unit_of_several_is_opened_alone(commune: Commune) -> None:
    first, second, *_ = await commune.leads("NV03")
    await set_opening(
        commune.desk,
        commune.office,
        row_id=first.row.id,
        stated=Stated(Decimal(75)),
        assignment_ids=[first.assignment.id],
        now=NOW,
        key=key(),
    )
    percents = {lead.assignment.id: lead.standing.percent for lead in await commune.leads("NV03")}
    assert percents[first.assignment.id] == 75
    assert percents[second.assignment.id] == 0


async def test_an_assignment_of_another_row_is_not_opened(commune: Commune) -> None:
    foreign = (await commune.leads("NV05"))[0].assignment.id
    row_id = await commune.row_id("NV03")
    with pytest.raises(NotFound):
        await set_opening(
            commune.desk,
            commune.office,
            row_id=row_id,
            stated=Stated(Decimal(5)),
            assignment_ids=[foreign],
            now=NOW,
            key=key(),
        )


async def test_completed_before_use_keeps_day_and_source(commune: Commune) -> None:
    await opened(commune, "NV01", completed_on=date(2026, 3, 15), source="  Quyết định số 12/QĐ-UBND ")
    lead = (await commune.leads("NV01"))[0]
    assert (lead.standing.state, lead.verdict.colour) == (State.COMPLETED, Colour.DONE)
    assert lead.standing.sent_on == date(2026, 3, 15)
    async with commune.desk.db.read() as conn:
        (event,) = await events.events_of(conn, lead.assignment.id)
    assert isinstance(event.body, Opening)
    assert event.body.source == "Quyết định số 12/QĐ-UBND"
    assert event.person_id == commune.office.person.id


@pytest.mark.parametrize(
    ("code", "stated", "refusal"),
    [
        ("NV01", {"percent": Decimal(100)}, "opening_needs_day"),
        ("NV01", {"percent": Decimal(150)}, "percent_out_of_range"),
        ("NV01", {}, "percent_unreadable"),
        ("NV01", {"completed_on": date(2026, 3, 1)}, "source_needed"),
        ("NV01", {"completed_on": date(2026, 3, 1), "source": "x" * 301}, "source_too_long"),
        ("NV01", {"completed_on": date(2026, 6, 16), "source": "Số 1"}, "day_in_future"),
        ("NV01", {"completed_on": date(2019, 1, 1), "source": "Số 1"}, "day_too_early"),
        ("CT02", {"percent": Decimal(10)}, "value_unreadable"),
        ("CT02", {"value": Decimal(100)}, "opening_needs_day"),
        ("CT02", {"value": Decimal(90), "completed_on": date(2026, 3, 1), "source": "Số 1"}, "value_below_target"),
    ],
)
async def test_what_cannot_be_an_opening_is_refused(
    commune: Commune, code: str, stated: dict[str, object], refusal: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await opened(commune, code, **stated)
    assert refused.value.key == refusal
    assert await commune.audited("opening") == 0


async def test_an_indicator_takes_a_value_or_a_share(commune: Commune) -> None:
    await opened(commune, "CT02", share=Share(Decimal(45), Decimal(90)))
    standing = (await commune.leads("CT02"))[0].standing
    assert (standing.value, standing.percent, standing.share) == (50, 50, Share(Decimal(45), Decimal(90)))


async def test_the_same_update_sets_an_opening_once(commune: Commune) -> None:
    row_id, again = await commune.row_id("NV01"), key()
    for _ in range(2):
        await set_opening(commune.desk, commune.office, row_id=row_id, stated=Stated(Decimal(25)), now=NOW, key=again)
    assert await commune.audited("opening") == 1


async def test_loading_again_leaves_openings_alone(commune: Commune) -> None:
    await opened(commune, "NV01", percent=Decimal(25))
    report = await load(commune.desk, plan_file("ba-ngoi"), now=NOW)
    assert not report.changed and not report.added
    assert (await commune.leads("NV01"))[0].standing.percent == 25


async def test_in_use_says_what_is_red_and_ends_the_openings(commune: Commune) -> None:
    await opened(commune, "NV01", completed_on=date(2026, 3, 15), source="Số 12")
    used = await put(commune)
    assert used.plan.in_use_on == date(2026, 6, 15)
    assert "NV01" not in {row.row.code for row in used.red}
    assert len(used.red) == 39
    with pytest.raises(TransitionRefused) as refused:
        await opened(commune, "NV02", percent=Decimal(10))
    assert refused.value.key == "already_in_use"
    assert (await put(commune)).plan.in_use_on == date(2026, 6, 15)
    assert await commune.audited("plan_in_use") == 1


async def test_duties_begin_with_the_use(commune: Commune) -> None:
    book = await commune.book()
    assert not any(rules.duties for rules in book.rules.values())
    await put(commune)
    book = await commune.book()
    duties = [duty for rules in book.rules.values() for duty in rules.duties]
    assert duties and all(duty.opens >= date(2026, 6, 15) for duty in duties)
    async with commune.desk.db.read() as conn:
        stored = {lead.assignment.id: await at_rest.light(conn, lead.assignment.id) for lead in await commune.leads()}
    for lead in await commune.leads():
        light = stored[lead.assignment.id]
        assert light is not None
        assert (light.colour, light.reasons) == (lead.verdict.colour, lead.verdict.reasons)
        assert light.next_change_on is None or light.next_change_on > date(2026, 6, 15)


async def test_reports_go_on_from_the_opening(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, OFFICE)
    lead = next(one for one in await commune.leads("NV01"))
    await opened(commune, "NV01", percent=Decimal(60))
    await put(commune)
    receipt = await report(
        commune.desk, officer, assignment_id=lead.assignment.id, said=SaidProgress(Decimal(70)), now=NOW, key=key()
    )
    assert receipt.recorded.before.percent == 60
    assert receipt.recorded.after.percent == 70


async def test_what_was_reported_already_takes_no_opening(commune: Commune) -> None:
    officer = await commune.member(Role.OFFICER, OFFICE)
    lead = (await commune.leads("NV01"))[0]
    await report(
        commune.desk, officer, assignment_id=lead.assignment.id, said=SaidProgress(Decimal(5)), now=NOW, key=key()
    )
    with pytest.raises(TransitionRefused) as refused:
        await opened(commune, "NV01", percent=Decimal(60))
    assert refused.value.key == "already_reported"


async def test_a_plan_whose_year_is_over_is_not_put_in_use(commune: Commune) -> None:
    status = await plan_status(commune.desk, commune.office, now=NOW)
    with pytest.raises(TransitionRefused) as refused:
        await put_in_use(commune.desk, commune.office, plan_id=status.plan.id, now=NOW + timedelta(days=200))
    assert refused.value.key == "plan_year_over"


async def test_the_office_of_another_locality_opens_nothing_here(commune: Commune) -> None:
    other = await a_commune(commune.desk, "dong-phu")
    status = await plan_status(commune.desk, commune.office, now=NOW)
    with pytest.raises(NotFound):
        await put_in_use(commune.desk, other.office, plan_id=status.plan.id, now=NOW)
    with pytest.raises(NotFound):
        await look(commune.desk, other.office, row_id=await commune.row_id("NV01"), now=NOW)


# --- limits


async def undated(commune: Commune, *, by_office: bool) -> int:
    """A row without a limit that the standing office leads (or does not lead) alone."""
    office = (await commune.unit(OFFICE)).id
    who = await commune.member(Role.COMMITTEE, OFFICE) if by_office else commune.office
    status = await plan_status(commune.desk, who, now=NOW)
    for row in status.undated:
        units = {lead.standing.unit_id for lead in row.leads}
        if (units == {office}) is by_office:
            return row.row.id
    raise AssertionError("the plan has no such row")


async def test_the_office_sets_the_limit_of_a_row_of_others(commune: Commune) -> None:
    row_id = await undated(commune, by_office=False)
    before = await plan_status(commune.desk, commune.office, now=NOW)
    found = await set_limit(
        commune.desk, commune.office, row_id=row_id, due_on=date(2026, 9, 30), reason="Số 45/SKHCN", now=NOW, key=key()
    )
    assert {lead.standing.due_on for lead in found.leads} == {date(2026, 9, 30)}
    # The row is led by a group to which the office itself belongs: that part is the committee's.
    assert OFFICE not in found.units and POLICE in found.units
    after = await plan_status(commune.desk, commune.office, now=NOW)
    assert row_id not in {row.row.id for row in after.undated}
    assert after.undated_elsewhere == before.undated_elsewhere + 1


async def test_for_the_office_s_own_row_a_committee_member_decides(commune: Commune) -> None:
    row_id = await undated(commune, by_office=True)
    wanted = {"row_id": row_id, "due_on": date(2026, 9, 30), "reason": "Số 45", "now": NOW}
    with pytest.raises(NotAllowed) as refused:
        await set_limit(commune.desk, commune.office, **wanted, key=key())
    assert refused.value.key == "limit_by_committee"
    committee = await commune.member(Role.COMMITTEE, OFFICE)
    seen = await plan_status(commune.desk, committee, now=NOW)
    assert row_id in {row.row.id for row in seen.undated}
    assert not seen.is_office
    found = await set_limit(commune.desk, committee, **wanted, key=key())
    assert {lead.standing.due_on for lead in found.leads} == {date(2026, 9, 30)}


@pytest.mark.parametrize(
    ("due_on", "reason", "refusal"),
    [
        (date(2026, 6, 14), "Số 1", "limit_in_past"),
        (date(2036, 1, 1), "Số 1", "limit_too_far"),
        (date(2026, 9, 1), "  ", "source_needed"),
        (date(2026, 9, 1), "x" * 400, "source_too_long"),
    ],
)
async def test_what_cannot_be_a_limit_is_refused(commune: Commune, due_on: date, reason: str, refusal: str) -> None:
    row_id = await undated(commune, by_office=False)
    with pytest.raises(BadInput) as refused:
        await set_limit(commune.desk, commune.office, row_id=row_id, due_on=due_on, reason=reason, now=NOW, key=key())
    assert refused.value.key == refusal


async def test_without_a_plan_there_is_nothing_to_open(commune: Commune) -> None:
    async with commune.desk.db.write() as conn:
        place = await plans.save_locality(conn, slug="moi", name="Mới", kind="xã", province="X")
        unit = await plans.save_unit(conn, place, "Văn phòng", "office", [], 0)
    from tests.services.communes import member

    office = await member(commune.desk, place, Role.OFFICE, unit, "Trần Thị Hoa")
    with pytest.raises(NotFound) as refused:
        await plan_status(commune.desk, office, now=NOW)
    assert refused.value.key == "no_plan"
