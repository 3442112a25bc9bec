"""One request of the bot, decoded, with the parts every method reads the same way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.telegram.chats.limits import check_markup
from bot.simulator.telegram.chats.markup import Formatted
from bot.simulator.telegram.chats.refusals import Json, bad_request
from bot.simulator.telegram.chats.state import Chat, Chats, Message

KEPT_OPTIONS = ("protect_content", "disable_notification", "parse_mode", "message_effect_id", "allow_paid_broadcast")


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class ApiRequest:
    """The parameters of a call, nested values decoded, and the files that came along."""

    chats: Chats
    params: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """The parameter, or None."""
        return self.params.get(name)

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number; a 400 where it is something else."""
        value = self.params.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError as error:
            raise bad_request(f'field "{name}" must be a Number') from error

    def target(self) -> Chat:
        """The chat to write into."""
        return self.chats.writable(self.get("chat_id"))

    def send(self, chat: Chat, content: Json, source: str | None = None) -> Message:
        """The bot's new message, with the options every send method takes."""
        markup = self.get("reply_markup")
        check_markup(markup)
        whole = {**content, **self._common(chat)}
        options = {name: self.params[name] for name in KEPT_OPTIONS if name in self.params}
        if markup and "inline_keyboard" in markup:
            whole["reply_markup"] = markup
        elif markup:
            options["reply_markup"] = markup
            self.chats.show_keyboard(chat, markup if "keyboard" in markup else None)
        return self.chats.post(chat, self.chats.bot.described(), whole, source=source, options=options)

    def _common(self, chat: Chat) -> Json:
        extra: Json = {}
        if self.get("protect_content"):
            extra["has_protected_content"] = True
        if self.get("message_thread_id") is not None:
            extra["message_thread_id"] = self.integer("message_thread_id")
        if self.get("link_preview_options"):
            extra["link_preview_options"] = self.get("link_preview_options")
        answered = self._answered(chat)
        if answered is not None:
            extra["reply_to_message"] = {k: v for k, v in answered.body.items() if k != "reply_to_message"}
        return extra

    def _answered(self, chat: Chat) -> Message | None:
        reply = self.get("reply_parameters") or {}
        if not reply:
            return None
        found = self.chats.message(self.chats.chat(reply.get("chat_id", chat.id)), reply.get("message_id"))
        if found is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return found


def text_content(formatted: Formatted, text: str, entities: str) -> Json:
    """The two fields of a Message a formatted text fills, named as given."""
    content: Json = {text: formatted.text}
    if formatted.entities:
        content[entities] = formatted.entities
    return content
