"""Drafts as version 0.1 stored them (drafts_of_0_1.json, one of each kind): read as they were, or ended clearly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import CONVERSATIONS
from bot.conversations.core.engine import Engine
from bot.conversations.core.scene import Pressed, Scene, Sent, Typed
from bot.domain.people.dialogue import Dialogue, DialogueKind
from bot.domain.people.people import Role
from bot.i18n import translator
from bot.storage.engine.database import Database
from tests.services.wards import a_desk as ward_desk
from tests.services.works import NOW, some_work

STORED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("drafts_of_0_1.json").read_text(encoding="utf-8"))
ENGINE = Engine(CONVERSATIONS)


def with_dialogue(scene: Scene, kind: str, draft: dict[str, Any]) -> Scene:
    """The scene of somebody whose dialogue is stored so."""
    who = scene.visitor
    stored = Dialogue(who.chat_id, who.telegram_id, kind, draft, scene.now)
    return replace(scene, visitor=replace(who, dialogue=stored))


@pytest_asyncio.fixture
async def scene(sqlite_database: Database, tmp_path: Path) -> Scene:
    """A member of the standing office of a ward with work."""
    work = await some_work(ward_desk(sqlite_database, tmp_path / "data"))
    office = await work.ward.member(Role.OFFICE, work.ward.office, "Đỗ Thị Hà")
    return Scene(work.desk, office, translator("vi"), NOW, "before:1")


def test_one_of_each_kind_is_there() -> None:
    assert sorted(each["kind"] for each in STORED) == sorted(DialogueKind)


@pytest.mark.parametrize("stored", STORED, ids=lambda each: each["kind"])
async def test_it_is_read_with_all_that_was_said(scene: Scene, stored: dict[str, Any]) -> None:
    read = ENGINE.draft(with_dialogue(scene, **stored))
    assert read is not None
    assert stored["draft"].items() <= read.model_dump(mode="json").items()
    assert read.has_token_of(stored["draft"]["token"])
    assert type(read).model_validate(read.but(token=read.token).model_dump(mode="json")) == read


@pytest.mark.parametrize("stored", STORED, ids=lambda each: each["kind"])
async def test_its_buttons_and_words_are_answered(scene: Scene, stored: dict[str, Any]) -> None:
    before, token = with_dialogue(scene, **stored), stored["draft"]["token"]
    for verb, value in (("cancel", ""), ("send", ""), ("again", "unit_id"), ("row", "7:same"), ("token", "x")):
        turn = await ENGINE.press(before, token, verb, value)
        assert not turn.stale
        assert not turn.outdated
        assert turn.view is not None and turn.view.text
    for said in (Typed("7"), Typed("ngày mai"), Pressed("day", "2026-07-31"), Sent((), "Ảnh")):
        turn = await ENGINE.hear(before, said) or pytest.fail("nothing was heard")
        assert turn.view is not None and turn.view.text


@pytest.mark.parametrize("stored", STORED, ids=lambda each: each["kind"])
async def test_what_cannot_be_read_ends_clearly(scene: Scene, stored: dict[str, Any]) -> None:
    broken = {**stored["draft"], "token": None}
    for kind, draft in ((stored["kind"], broken), ("kind_of_tomorrow", stored["draft"])):
        turn = await ENGINE.hear(with_dialogue(scene, kind, draft), Typed("30/6"))
        assert turn is not None and turn.dialogue is None and turn.view is not None
        assert "không" in turn.view.text.lower()
        assert turn.released == (Typed("30/6"),)
        pressed = await ENGINE.press(with_dialogue(scene, kind, draft), stored["draft"]["token"], "send", "")
        assert pressed.stale


@pytest.mark.parametrize(
    "held",
    [{"why": "dialogue.of_tomorrow", "said": []}, {"why": "dialogue.idle", "said": [{"type": "Voice"}]}, {}, "x"],
)
async def test_with_messages_that_cannot_be_read_it_ends_clearly(scene: Scene, held: object) -> None:
    for stored in STORED:
        before = with_dialogue(scene, stored["kind"], {**stored["draft"], "held": held})
        turn = await ENGINE.hear(before, Typed("30/6"))
        assert turn is not None and turn.dialogue is None and turn.released == (Typed("30/6"),)
        for verb in ("go_on", "leave", "resume", "send"):
            assert (await ENGINE.press(before, stored["draft"]["token"], verb, "")).stale


@pytest.mark.parametrize("following", [{"kind": "kind_of_tomorrow"}, {"kind": "limit"}])
async def test_what_was_to_be_opened_instead_and_cannot_be_read_is_said_so(
    scene: Scene, following: dict[str, str]
) -> None:
    said = [{"type": "Typed", "text": "30/6"}]
    why = {"why": "dialogue.open_already", "said": said, "next": {"draft": {"token": "x"}, "said": []} | following}
    for stored in STORED:
        if stored["kind"] == DialogueKind.PERIOD_WALK:
            continue  # it is kept where it is left, in a locality that has to be there
        before = with_dialogue(scene, stored["kind"], {**stored["draft"], "held": why})
        turn = await ENGINE.press(before, stored["draft"]["token"], "leave", "")
        assert turn.view is not None and "không mở lại được" in turn.view.text
        assert turn.released == (Typed("30/6"),)
