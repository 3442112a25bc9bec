"""The Bot API methods about the bot itself, its command menus, and who is in a chat."""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.telegram.api.asked import ApiRequest
from bot.simulator.telegram.chats.limits import check_commands
from bot.simulator.telegram.chats.refusals import Json, bad_request
from bot.simulator.telegram.chats.state import Chat, Chats, User, member

SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
MenuKey = tuple[str, int, int, str]


def get_me(asked: ApiRequest) -> Json:
    """The bot's account."""
    return {
        **asked.chats.bot.described(),
        "can_join_groups": True,
        "can_read_all_group_messages": not asked.chats.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _menu_key(asked: ApiRequest) -> MenuKey:
    scope = asked.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    language = str(asked.get("language_code") or "")
    if language and not (len(language) == 2 and language.isalpha() and language.islower()):
        raise bad_request("LANG_CODE_INVALID")
    chat_id = asked.chats.chat(scope.get("chat_id")).id if kind.startswith("chat") else 0
    return kind, chat_id, int(scope.get("user_id") or 0), language


def set_my_commands(asked: ApiRequest) -> bool:
    """True; the menu of the scope and language is replaced."""
    check_commands(asked.get("commands"))
    key = _menu_key(asked)
    asked.chats.menus[key] = [
        {"command": c["command"].removeprefix("/"), "description": c["description"]} for c in asked.get("commands")
    ]
    asked.chats.tell("menu", {"chat_id": key[1]})
    return True


def get_my_commands(asked: ApiRequest) -> list[Json]:
    """The menu set for exactly this scope and language."""
    return asked.chats.menus.get(_menu_key(asked), [])


def delete_my_commands(asked: ApiRequest) -> bool:
    """True; the next wider menu shows again."""
    asked.chats.menus.pop(_menu_key(asked), None)
    return True


def menu_seen(chats: Chats, user: User, chat: Chat) -> list[Json]:
    """The commands this person is offered in this chat: the narrowest scope wins, then the language."""
    status = chat.members.get(user.id)
    administers = status in {"administrator", "creator"}
    scopes: list[tuple[str, int, int]] = [] if chat.private else [("chat_member", chat.id, user.id)]
    if administers and not chat.private:
        scopes.append(("chat_administrators", chat.id, 0))
    scopes.append(("chat", chat.id, 0))
    if administers and not chat.private:
        scopes.append(("all_chat_administrators", 0, 0))
    scopes += [("all_private_chats" if chat.private else "all_group_chats", 0, 0), ("default", 0, 0)]
    for scope in scopes:
        for language in (user.language_code or "", ""):
            if (*scope, language) in chats.menus:
                return chats.menus[(*scope, language)]
    return []


def get_chat(asked: ApiRequest) -> Json:
    """The ChatFullInfo of a chat the bot knows."""
    chat = asked.chats.chat(asked.get("chat_id"))
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11}
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {**chat.described(), **full, "accepted_gift_types": dict.fromkeys(gifts, True)}


def get_chat_member(asked: ApiRequest) -> Json:
    """The ChatMember of a person or the bot; status "left" where they were never in."""
    chat = asked.target()
    user_id = asked.integer("user_id")
    if user_id == asked.chats.bot.id:
        user = asked.chats.bot.described()
    elif user_id in asked.chats.users:
        user = asked.chats.users[user_id].described()
    else:
        raise bad_request("member not found")
    return member(user, chat.members.get(user_id, "left"))


def get_chat_member_count(asked: ApiRequest) -> int:
    """How many accounts are in the chat, the bot included."""
    return sum(status not in {"left", "kicked"} for status in asked.target().members.values())


def leave_chat(asked: ApiRequest) -> bool:
    """True; the bot is no longer a member of the group."""
    chat = asked.target()
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    asked.chats.change_bot_membership(chat, None, "left")
    return True


def _setter(name: str) -> Callable[[ApiRequest], object]:
    def store(asked: ApiRequest) -> bool:
        asked.chats.settings[f"{name}:{asked.get('language_code') or ''}"] = dict(asked.params)
        return True

    return store


def _getter(setter: str, field: str) -> Callable[[ApiRequest], object]:
    def read(asked: ApiRequest) -> Json:
        stored = asked.chats.settings.get(f"{setter}:{asked.get('language_code') or ''}", {})
        return {field: stored.get(field, "")}

    return read


METHODS: dict[str, Callable[[ApiRequest], object]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "setMyName": _setter("setMyName"),
    "setMyDescription": _setter("setMyDescription"),
    "setMyShortDescription": _setter("setMyShortDescription"),
    "setChatMenuButton": _setter("setChatMenuButton"),
    "getMyName": _getter("setMyName", "name"),
    "getMyDescription": _getter("setMyDescription", "description"),
    "getMyShortDescription": _getter("setMyShortDescription", "short_description"),
}
