"""What a dialogue is made of: a draft that is stored, and four functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.conversations.core.scene import Said, Scene
from bot.domain.errors import TienDoError
from bot.i18n import Translator
from bot.views.parts.view import View


class Draft(BaseModel):
    """What has been said so far. Stored as JSON; ``token`` ties the buttons of its card to it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: str
    card_message_id: int | None = None

    @property
    def worth_keeping(self) -> bool:
        """Whether something would be lost if it were dropped without a question."""
        return True

    @property
    def subject_code(self) -> str | None:
        """The code of the row it speaks of, where it speaks of one."""
        return None


D = TypeVar("D", bound=Draft)
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Step(Generic[D]):
    """Where the dialogue goes. ``command`` is work for a service, ``problem`` is told above the card.

    ``draft`` None without a command ends the dialogue; ``farewell`` is then what is shown.
    """

    draft: D | None
    command: Any = None
    problem: TienDoError | None = None
    farewell: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome(Generic[D]):
    """What a service made of a command: the view, and the draft where the dialogue goes on."""

    view: View
    draft: D | None = None


@dataclass(frozen=True, slots=True)
class Conversation(Generic[D, F]):
    """One dialogue. ``gather`` reads what it needs to know, ``advance`` and ``show`` are pure."""

    kind: str
    draft_type: type[D]
    gather: Callable[[Scene, D], Awaitable[F]]
    advance: Callable[[D, Said, F], Step[D]]
    show: Callable[[Translator, D, F], View]
    perform: Callable[[Scene, D, Any], Awaitable[Outcome[D]]]
    name_key: str
    """The key of what this dialogue is called ("báo cáo {code}") when it is offered to be gone on with."""
    leave: Callable[[Scene, D], Awaitable[None]] | None = None
    """What is done where it is left for something else; none where what was said is dropped."""
