"""A second opinion on what the bot sends: aiogram's models of the Bot API methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.simulator.telegram.api.faults import Call
from tests.measuring import unmeasured

with unmeasured():
    # Hundreds of models that are built at once, none of them ours.
    import aiogram.methods


def assert_valid_call(call: Call) -> None:
    """Nothing where the Bot API documents the method with these parameters; an AssertionError says what is wrong."""
    model = getattr(aiogram.methods, call.method[0].upper() + call.method[1:], None)
    assert model is not None, f"the Bot API has no method {call.method}"
    try:
        validated = model.model_validate(call.params)
    except ValidationError as error:
        raise AssertionError(f"{call.method} was called wrongly: {error}") from error
    unknown = sorted(_unknown_fields(validated, call.method))
    assert not unknown, f"parameters the Bot API does not know: {unknown}"


def assert_valid_calls(calls: Iterable[Call]) -> None:
    """Nothing where every call is one the Bot API documents."""
    for call in calls:
        assert_valid_call(call)


def _unknown_fields(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield f"{path}.{name}"
        for name in value.model_fields_set:
            yield from _unknown_fields(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unknown_fields(item, f"{path}[{index}]")
