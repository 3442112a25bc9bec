"""What a dialogue is made of: a draft that is stored, and four functions."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from pydantic import ConfigDict

from bot.conversations.core.scene import Said, Scene
from bot.domain.errors import TienDoError
from bot.domain.people.dialogue import DialogueKind
from bot.frozen import Frozen
from bot.i18n import Translator
from bot.views.parts.subjects import NOTHING, DialogueSubject
from bot.views.parts.view import View
from bot.views.words.refused_files import Refusal

_OF_DIALOGUE = 4
"""How many signs of a token name the dialogue; as many behind them name what its card shows."""
_NOT_SHOWN = frozenset({"token", "card_message_id", "album", "album_files", "refused"})


def token_of(key: str) -> str:
    """The token of a dialogue that this update opens; the same when the update comes again."""
    return _digest(key)[: 2 * _OF_DIALOGUE]


def _digest(words: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(words.encode()).digest()).decode()


def _shown(value: Any) -> Any:
    """What of a stored draft can be seen on its card."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items() if name not in _NOT_SHOWN}
    return [_shown(inner) for inner in value] if isinstance(value, list) else value


class Draft(Frozen):
    """What has been said so far. Stored as JSON.

    ``token`` ties the buttons of a card to what the card shows. Its first signs name the dialogue, the others come of
    what was said: so the buttons of a card that has been overtaken are known as such and do nothing.
    """

    model_config = ConfigDict(extra="ignore")

    token: str
    card_message_id: int | None = None
    refused: tuple[Refusal, ...] = ()
    """Files that were not taken and of which the next card tells: an album is answered once it is quiet."""

    def marked(self, held: Mapping[str, Any] | None = None) -> Self:
        """The draft under the token of what it says now (and of the question about ``held``)."""
        says = json.dumps([_shown(self.model_dump(mode="json")), held], sort_keys=True)
        return self.but(token=self.token[:_OF_DIALOGUE] + _digest(says)[:_OF_DIALOGUE])

    def has_token_of(self, token: str) -> bool:
        """Whether a token belongs to this dialogue, be it that of an older card."""
        return self.token[:_OF_DIALOGUE] == token[:_OF_DIALOGUE]

    @property
    def worth_keeping(self) -> bool:
        """Whether something would be lost if it were dropped without a question."""
        return True

    @property
    def subject_code(self) -> str | None:
        """The code of the row it speaks of, where it speaks of one."""
        return None

    @property
    def short_name(self) -> str | None:
        """What it is called on a button that leads back to it, where its dialogue's name is too long for that."""
        return None

    @property
    def subject(self) -> DialogueSubject:
        """What the buttons of its cards name beside the token, so that they lead somewhere once it is over."""
        return NOTHING


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
    """What a service made of a command: the view, and the draft where the dialogue goes on, marked as it is shown."""

    view: View
    draft: D | None = None


@dataclass(frozen=True, slots=True)
class Conversation(Generic[D, F]):
    """One dialogue. ``gather`` reads what it needs to know, ``advance`` and ``show`` are pure."""

    kind: DialogueKind
    draft_type: type[D]
    gather: Callable[[Scene, D], Awaitable[F]]
    advance: Callable[[D, Said, F], Step[D]]
    show: Callable[[Translator, D, F], View]
    perform: Callable[[Scene, D, Any], Awaitable[Outcome[D]]]
    name_key: str
    """The key of what this dialogue is called ("báo cáo {code}") when it is offered to be gone on with."""
    takes_files: bool = False
    """Whether files are given in it; where they are not, words that come with one are asked about."""
    leave: Callable[[Scene, D], Awaitable[None]] | None = None
    """What is done where it is left for something else; none where what was said is dropped."""
