"""What each Bot API method does to the simulated Telegram; files are in `media`, the bot's profile in `profile`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.simulator.telegram.api import media, profile
from bot.simulator.telegram.api.asked import ApiRequest, text_content
from bot.simulator.telegram.chats.limits import (
    DELETABLE_FOR,
    check_callback_answer,
    check_chat_action,
    check_markup,
    checked_caption,
    checked_text,
)
from bot.simulator.telegram.chats.refusals import Json, bad_request
from bot.simulator.telegram.chats.state import Message

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def send_message(asked: ApiRequest) -> Json:
    """The message sent."""
    formatted = checked_text(asked.get("text"), asked.get("parse_mode"), asked.get("entities"))
    chat = asked.target()
    return asked.send(chat, text_content(formatted, "text", "entities"), formatted.source).body


def edit_message_text(asked: ApiRequest) -> Json:
    """The message with its new text; a keyboard not given again is taken away."""
    formatted = checked_text(asked.get("text"), asked.get("parse_mode"), asked.get("entities"))
    message = _editable(asked)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    new = {"entities": None, "link_preview_options": asked.get("link_preview_options")}
    return _edit(asked, message, {**new, **text_content(formatted, "text", "entities")}, formatted.source)


def edit_message_caption(asked: ApiRequest) -> Json:
    """The message with its new caption."""
    formatted = checked_caption(asked.get("caption"), asked.get("parse_mode"), asked.get("caption_entities"))
    message = _editable(asked)
    if "text" in message.body:
        raise bad_request("there is no caption in the message to edit")
    new = {"caption_entities": None, **text_content(formatted, "caption", "caption_entities")}
    return _edit(asked, message, {**new, "caption": formatted.text or None}, formatted.source)


def edit_message_reply_markup(asked: ApiRequest) -> Json:
    """The message with its new inline keyboard, or without one."""
    message = _editable(asked)
    return _edit(asked, message, {}, message.source)


def _editable(asked: ApiRequest) -> Message:
    chat = asked.target()
    if not asked.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = asked.chats.message(chat, asked.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.sent_by(asked.chats.bot.id):
        raise bad_request("message can't be edited")
    return message


def _edit(asked: ApiRequest, message: Message, new: Json, source: str | None) -> Json:
    markup = asked.get("reply_markup")
    check_markup(markup)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    wanted = {**new, "reply_markup": markup if markup and markup["inline_keyboard"] else None}
    if all(message.body.get(name) == value for name, value in wanted.items()):
        raise bad_request(NOT_MODIFIED)
    for name, value in wanted.items():
        if value is None:
            message.body.pop(name, None)
        else:
            message.body[name] = value
    message.body["edit_date"] = asked.chats.stamp()
    message.source = source
    asked.chats.tell("edit", {"chat_id": message.body["chat"]["id"], "message_id": message.id})
    return message.body


def delete_message(asked: ApiRequest) -> bool:
    """True once the message is gone; 400 past 48 hours, or where the bot may not."""
    chat = asked.target()
    message = asked.chats.message(chat, asked.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    sent = datetime.fromtimestamp(message.body["date"], UTC)
    own = message.sent_by(asked.chats.bot.id)
    may = own or chat.private or chat.members.get(asked.chats.bot.id) == "administrator"
    if not may or sent + DELETABLE_FOR < asked.chats.now():
        raise bad_request("message can't be deleted")
    message.deleted = True
    asked.chats.tell("delete", {"chat_id": chat.id, "message_id": message.id})
    return True


def send_chat_action(asked: ApiRequest) -> bool:
    """True; the chat remembers the action."""
    check_chat_action(asked.get("action"))
    chat = asked.target()
    chat.actions.append(str(asked.get("action")))
    asked.chats.tell("action", {"chat_id": chat.id, "action": asked.get("action")})
    return True


def answer_callback_query(asked: ApiRequest) -> bool:
    """True for the first answer in time."""
    check_callback_answer(asked.get("text"))
    answer = {name: asked.get(name) for name in ("text", "show_alert", "url") if asked.get(name)}
    asked.chats.answer(asked.get("callback_query_id"), answer)
    return True


METHODS: dict[str, Callable[[ApiRequest], object]] = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    **media.METHODS,
    **profile.METHODS,
}
"""Every method but those that give out updates, by its name in the documentation."""
