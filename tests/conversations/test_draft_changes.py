"""A draft changes by `but` alone: an unknown field, or a value that does not fit, is refused at once."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from bot.app import CONVERSATIONS
from bot.conversations.core.dialogue import Draft
from bot.conversations.reporting.period_draft import WalkDraft, WalkItem
from bot.conversations.requests.extend import ExtendDraft
from bot.frozen import Frozen

ASKED = ExtendDraft(token="abcdefgh", locality_id=1, assignment_id=7, code="NV07")


def test_what_fits_is_taken_and_the_draft_before_stays() -> None:
    dated = ASKED.but(due_on=date(2026, 7, 31), reason="Chờ văn bản")
    assert (dated.due_on, dated.reason, dated.code) == (date(2026, 7, 31), "Chờ văn bản", "NV07")
    assert ASKED.due_on is None
    assert ExtendDraft.model_validate(dated.model_dump(mode="json")) == dated


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="ExtendDraft has no field due"):
        ASKED.but(due=date(2026, 7, 31))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "wrong", [{"due_on": "31/7"}, {"page": "2"}, {"page": None}, {"candidates": ("7",)}, {"reason": None}]
)
def test_a_value_that_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ASKED.but(**wrong)  # type: ignore[arg-type]


def test_what_a_draft_holds_is_checked_too() -> None:
    item = WalkItem(assignment_id=7, code="NV07", seen="1")
    walk = WalkDraft(token="abcdefgh", locality_id=1, period="2026-Q3", items=(item,))
    with pytest.raises(ValidationError):
        item.but(said="perhaps")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        walk.but(items=({"assignment_id": "seven"},))  # type: ignore[arg-type]
    assert walk.with_item(item.but(said="same")).item.said == "same"


def test_every_draft_changes_this_way() -> None:
    for conversation in CONVERSATIONS:
        draft = conversation.draft_type
        assert issubclass(draft, Draft)
        assert issubclass(draft, Frozen)
        assert draft.model_config.get("frozen") is True
        assert draft.but is Frozen.but
