"""A second opinion on what the bot sends: aiogram's models of the Bot API methods."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

from pydantic import BaseModel, ValidationError

from bot.simulator.telegram.api.faults import Call
from bot.transport.screen.buttons import decode
from bot.transport.screen.routes import Routes
from bot.views.parts.actions import Action


@contextmanager
def _built_later() -> Iterator[None]:
    """Hundreds of models, of which a few are asked for: their checks are built when they are, which saves seconds."""
    with (
        mock.patch.dict(BaseModel.model_config, {"defer_build": True}),
        mock.patch.object(BaseModel, "model_rebuild", classmethod(lambda model, **how: None)),
    ):
        yield


with _built_later():
    import aiogram.methods
    import aiogram.types


@cache
def _model_of(method: str) -> type[BaseModel] | None:
    """The model of a method's parameters, ready to check them; none where the Bot API has no such method."""
    found: type[BaseModel] | None = getattr(aiogram.methods, method[0].upper() + method[1:], None)
    if found is not None:
        found.model_rebuild(_types_namespace={**vars(typing), **vars(aiogram.types)})
        assert found.__pydantic_complete__, method
    return found


def assert_valid_call(call: Call) -> None:
    """Nothing where the Bot API documents the method with these parameters; an AssertionError says what is wrong."""
    model = _model_of(call.method)
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


def assert_own_buttons(calls: Iterable[Call], routes: Routes[Any]) -> None:
    """Nothing where every button we have shown is one that we take; an AssertionError names those we do not."""
    keyboards = [markup.get("inline_keyboard", ()) for call in calls if (markup := call.params.get("reply_markup"))]
    shown = {key["callback_data"] for keys in keyboards for row in keys for key in row if "callback_data" in key}
    presses = {data: decode(data) for data in shown}
    astray = [
        data
        for data, press in presses.items()
        if press is None
        or ((route := routes.presses.get(Action(press.action))) is not None and not route.takes(press.args))
    ]
    assert astray == []


def _unknown_fields(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield f"{path}.{name}"
        for name in value.model_fields_set:
            yield from _unknown_fields(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unknown_fields(item, f"{path}[{index}]")
