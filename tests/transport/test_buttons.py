"""What buttons carry, and what becomes of data nobody wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transport.screen.buttons import LIMIT_BYTES, UnfitButton, decode, encode
from bot.views.parts.actions import Action
from bot.views.parts.view import Press
from tests.town import Town
from tests.transport.village import member

_ARGS = st.lists(st.text(alphabet="abz09-_.,+", max_size=8), max_size=5)


@given(st.sampled_from(list(Action)), _ARGS)
def test_a_press_comes_back_as_it_was(action: Action, args: list[str]) -> None:
    press = Press(action.value, tuple(args))
    data = encode(press)
    assert len(data.encode()) <= LIMIT_BYTES
    assert data.isascii()
    assert decode(data) == press


@pytest.mark.parametrize("args", [("ă",), ("a:b",), ("50%",), ("a b",), ("x" * 61,)])
def test_what_does_not_fit_is_refused_where_it_is_made(args: tuple[str, ...]) -> None:
    with pytest.raises(UnfitButton):
        encode(Press(Action.CARD, args))


@pytest.mark.parametrize("data", [None, "", "v1", "v1:", "v2:c:1", "c:1", "v1:zz:1", "v1:c:đ", "v1:c:" + "1" * 80])
def test_foreign_data_means_nothing(data: str | None) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "data", ["", "v9:c:1", "abc", "v1:r:abc", "v1:r", "v1:d", "v1:d:x:0:go", "v1:m:khong", "v1:l:1"]
)
async def test_a_forged_or_old_button_is_answered_kindly(town: Town, data: str) -> None:
    an = await member(town)
    an.press_stale(data or "?", 77)
    await town.settle()
    assert not an.unanswered()
    assert an.texts() or an.toasts()
    assert "trục trặc" not in " ".join([*an.texts(), *an.toasts()])
