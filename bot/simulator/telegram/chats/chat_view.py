"""What a person sees of a chat, as plain values for the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.simulator.telegram.api.profile import menu_seen
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import PRESENT, Chat, Chats, Message, User

PREVIEW_SIDE = 800
"""Pixels of the longer side of the picture that stands in the chat; the file itself opens on demand."""
MEDIA = ("document", "video", "voice", "sticker")
SERVICE = {
    "new_chat_members": "joined",
    "migrate_to_chat_id": "migrated",
    "migrate_from_chat_id": "migrated",
    "contact": "contact",
    "location": "location",
    "poll": "poll",
}
"""What a message without text or file is, by the field that says so."""


def chats_of(chats: Chats, user: User) -> list[Json]:
    """The chats a person is in, the private one first; ``total`` counts what others wrote there."""
    own = [chat for chat in chats.chats.values() if is_in(chat, user.id) and chat.migrated_to is None]
    return [
        {
            "id": chat.id,
            "title": title(chats, chat),
            "kind": "private" if chat.private else "group",
            "total": sum(not message.sent_by(user.id) for message in chat.visible()),
        }
        for chat in own
    ]


def is_in(chat: Chat, user_id: int) -> bool:
    """Whether the account is in the chat now."""
    return chat.members.get(user_id) in PRESENT


def title(chats: Chats, chat: Chat) -> str:
    """The name of a group, or the bot's for a private chat."""
    return chats.bot.first_name if chat.private else str(chat.names["title"])


def history(chats: Chats, chat: Chat, user: User, *, before: int | None, limit: int) -> Json:
    """The newest messages (of those before one), oldest first, with what stands around them."""
    visible = [m for m in chat.visible() if before is None or m.id < before]
    shown = visible[-limit:]
    return {
        "messages": [message_seen(chats, message, user.id) for message in shown],
        "more": len(visible) > len(shown),
        "keyboard": chat.keyboard,
        "menu": menu_seen(chats, user, chat),
        "newest": max(chat.messages, default=0),
    }


def message_seen(chats: Chats, message: Message, user_id: int) -> Json:
    """One message as this account sees it."""
    body = message.body
    words = "text" if "text" in body else "caption"
    return {
        "id": message.id,
        "mine": message.sent_by(user_id),
        "from": _name(body["from"]),
        "from_id": body["from"]["id"],
        "at": datetime.fromtimestamp(body["date"], UTC).astimezone(DEFAULT_ZONE).isoformat(),
        "edited": "edit_date" in body,
        "text": message.text,
        "entities": body.get("entities" if words == "text" else "caption_entities", []),
        "inline": [[_button(one) for one in row] for row in body.get("reply_markup", {}).get("inline_keyboard", [])],
        "media": _media(chats, body),
        "album": body.get("media_group_id"),
        "service": _service(chats, body),
        "protected": bool(body.get("has_protected_content")),
        "reply_to": _answered(body.get("reply_to_message")),
    }


def _button(button: Json) -> Json:
    return {
        "text": button["text"],
        **({"url": button["url"]} if "url" in button else {"data": button["callback_data"]}),
    }


def _service(chats: Chats, body: Json) -> str | None:
    if any(member["id"] == chats.bot.id for member in body.get("new_chat_members", ())):
        return "bot_added"
    return next((name for field, name in SERVICE.items() if field in body), None)


def holds_file(chats: Chats, user_id: int, file_id: str) -> bool:
    """Whether a message with this file stands in a chat of the account."""
    own = [chat for chat in chats.chats.values() if is_in(chat, user_id)]
    return any(file_id in _file_ids(message.body) for chat in own for message in chat.visible())


def _file_ids(body: Json) -> Iterator[str]:
    for size in body.get("photo", ()):
        yield size["file_id"]
    for kind in MEDIA:
        if kind in body:
            yield body[kind]["file_id"]


def _media(chats: Chats, body: Json) -> Json | None:
    sizes = body.get("photo")
    if sizes:
        full = sizes[-1]
        preview = max((s for s in sizes if max(s["width"], s["height"]) <= PREVIEW_SIDE), key=_side, default=full)
        return {
            "kind": "photo",
            "file": full["file_id"],
            "preview": preview["file_id"],
            "name": None,
            "mime": "image/jpeg",
            "size": full["file_size"],
            "width": full["width"],
            "height": full["height"],
        }
    for kind in MEDIA:
        if kind in body:
            stored, named = chats.files.known(body[kind]["file_id"]), body[kind]
            return {
                "kind": kind,
                "file": stored.file_id,
                "preview": None,
                "name": stored.name,
                "mime": stored.mime,
                "size": stored.size,
                "width": named.get("width"),
                "height": named.get("height"),
            }
    return None


def _side(size: Json) -> int:
    return int(max(size["width"], size["height"]))


def _answered(body: Json | None) -> Json | None:
    return (
        None if body is None else {"id": body["message_id"], "text": str(body.get("text") or body.get("caption") or "")}
    )


def _name(sender: Json) -> str:
    return " ".join(filter(None, (sender["first_name"], sender.get("last_name"))))
