"""The made-up past: its data, its pictures, and days on which a trial may begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.evidence.pdfs import read_pdf
from bot.evidence.pictures import read_picture
from bot.plans.reader import read_plan, read_yaml
from bot.simulator.trial.cast import TROUPES, Troupe
from bot.simulator.trial.evidence_drawn import SCENES, page, photo
from bot.simulator.trial.past import SEEDS
from bot.simulator.trial.past_file import Counted, Reached, Reported, read_past
from bot.simulator.trial.past_kept import bring_past, eve_of
from bot.storage.engine.database import Database
from bot.storage.records import events, plans
from tests import notices
from tests.simulator.trial_page import MONDAY, page_of, trial_at

AT = datetime.fromisoformat("2026-05-26T09:14:00+07:00")
pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("scene", SCENES)
def test_a_photo_tells_when_it_was_taken(tmp_path: Path, scene: str) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo(scene, AT, 7))
    found = read_picture(file, "jpg")
    assert found is not None
    assert (found.width, found.height, found.whole) == (960, 720, True)
    assert found.taken_at == "2026-05-26T09:14:00"
    assert file.stat().st_size < 120_000
    assert photo(scene, AT, 7) == file.read_bytes() != photo(scene, AT, 8)


def test_a_scan_is_a_page_that_can_be_read_and_is_not_marked(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(page(AT, 7))
    assert read_pdf(file, None) == {"extension": "pdf", "pages": 1, "marked": False, "unreadable": False}


@pytest.mark.parametrize("troupe", TROUPES, ids=lambda troupe: troupe.slug)
def test_people_report_what_their_unit_leads_in_the_order_of_time(troupe: Troupe) -> None:
    plan, past = read_plan(read_yaml(SEEDS / f"{troupe.slug}.yaml")), read_past(SEEDS / "trial" / f"{troupe.slug}.yaml")
    leads, units = {row.code: row.leads for row in plan.rows}, {part.name: part.unit for part in troupe.parts}
    assert len(units) == len(troupe.parts)
    instants = [deed.at for deed in past.deeds]
    assert instants == sorted(instants) and past.in_use < instants[0] and instants[-1] < MONDAY
    for deed in past.deeds:
        codes = (
            [deed.report]
            if isinstance(deed, Reported)
            else list(deed.values)
            if isinstance(deed, Counted)
            else [deed.milestone]
            if isinstance(deed, Reached)
            else []
        )
        assert all(units[deed.by] in leads[code] for code in codes), deed
        # Nobody reports at night or on a Sunday.
        assert 7 <= deed.at.hour < 18 and deed.at.weekday() < 6, deed


def test_a_past_of_another_shape_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "past.yaml"
    file.write_text("in_use: 2026-03-16 08:00\ndeeds:\n- {at: 2026-03-17 08:00, by: Lan, report: NV1, percent: 5}\n")
    with pytest.raises(ValidationError):
        read_past(file)


async def test_a_trial_may_begin_before_anything_was_done(tmp_path: Path) -> None:
    start = datetime.fromisoformat("2026-02-02T10:00:00+07:00")
    async with trial_at(start, tmp_path) as (_, url), page_of(url) as page_seen:
        seen = await page_seen.get("trial")
        assert seen["now"].startswith("2026-02-02T10:0")
        await page_seen.say(1001, "/viec")
        await page_seen.answer(1001, "NV")


async def test_what_was_due_before_the_first_morning_is_told_and_a_copy_is_the_same(tmp_path: Path) -> None:
    from bot.simulator.telegram.chats.state import Chats
    from bot.simulator.trial.cast import stage

    cache, until = tmp_path / "cache", eve_of(MONDAY - timedelta(weeks=4))
    counted = []
    for name in ("lived", "copied"):
        folder = tmp_path / name
        folder.mkdir()
        url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
        await bring_past(url, folder, stage(Chats(lambda: until)), until, cache)
        db = await Database.open(url)
        try:
            async with db.read() as conn:
                assert [one.key for one in await notices.waiting(conn) if one.not_before <= until] == []
                places = await plans.localities(conn)
                states = [await notices.states(conn, place.id) for place in places]
                found = [await plans.plan_of(conn, place.id) for place in places]
                done = [await events.events_of_plan(conn, plan.id) for plan in found if plan]
        finally:
            await db.close()
        counted.append((states, done))
    assert counted[0] == counted[1]
    assert all(state["sent"] > 0 for state in counted[0][0])
    assert max(event.at for plan in counted[0][1] for one in plan.values() for event in one) <= until
