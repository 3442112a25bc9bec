"""Every dialogue is known to the engine, and has a way out of every step it can be in."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import bot.conversations
from bot.app import CONVERSATIONS
from bot.conversations.core.dialogue import Conversation
from bot.domain.people.dialogue import DialogueKind


def test_every_dialogue_is_known_to_the_application_once() -> None:
    written = {
        value.kind
        for module in pkgutil.walk_packages(bot.conversations.__path__, "bot.conversations.")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, Conversation)
    }
    known = [conversation.kind for conversation in CONVERSATIONS]
    assert sorted(known) == sorted(written) == sorted(DialogueKind)


def test_a_draft_belongs_to_one_dialogue() -> None:
    drafts = [conversation.draft_type for conversation in CONVERSATIONS]
    assert len(set(drafts)) == len(drafts)
