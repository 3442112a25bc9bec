"""A Telegram in memory: people, chats, messages, files, updates, callback queries and command menus.

It knows nothing of HTTP. What the bot does comes in through `methods`, what people do through `people`;
both leave their trace here, and `listeners` hear of every change, so a page can show it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from bot.simulator.telegram.chats.files import Files
from bot.simulator.telegram.chats.refusals import Json, Refused, bad_request, forbidden
from bot.simulator.telegram.chats.updates import Updates

PRESENT = {"creator", "administrator", "member", "restricted"}


class TimeSource(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present as an aware datetime."""


@dataclass(frozen=True)
class BotUser:
    """The bot's own account."""

    id: int = 1234
    username: str = "tiendo_bot"
    token: str = "1234:simulator"  # noqa: S105 - a token that opens nothing
    first_name: str = "Tiến Độ"

    def described(self) -> Json:
        """The User object of the bot."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass(frozen=True)
class User:
    """A person's account."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "vi"
    phone: str = "84900000000"

    def described(self) -> Json:
        """The User object of the person."""
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        known = {key: value for key, value in optional.items() if value}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}


@dataclass
class Message:
    """One message: the object Telegram returns, and what only the simulator knows of it."""

    body: Json
    source: str | None = None
    """The text or caption as the bot sent it, markup and all."""
    options: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def id(self) -> int:
        """The message_id."""
        return int(self.body["message_id"])

    @property
    def text(self) -> str:
        """The text or the caption, without markup; empty where there is none."""
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons, row by row."""
        rows = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def sent_by(self, user_id: int) -> bool:
        """Whether this account wrote it."""
        return bool(self.body["from"]["id"] == user_id)


@dataclass
class Chat:
    """A private chat or a group, with its members' statuses by user id."""

    id: int
    type: str
    names: Json
    members: dict[int, str] = field(default_factory=dict)
    started: bool = False
    """Whether the bot may write here: a private chat opens when the person first writes."""
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Json | None = None
    """The reply keyboard under the input field, or None."""
    migrated_to: int | None = None
    actions: list[str] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether it is a chat with one person."""
        return self.type == "private"

    def described(self) -> Json:
        """The Chat object."""
        return {"id": self.id, "type": self.type, **self.names}

    def visible(self) -> list[Message]:
        """The messages not deleted, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass
class CallbackQuery:
    """A press of a button and the bot's answer to it."""

    id: str
    user_id: int
    data: str
    asked_at: datetime
    answer: Json | None = None


class Chats:
    """The whole simulated Telegram of one bot; `clock` has `.now()` or is a callable giving the present."""

    def __init__(
        self,
        clock: TimeSource | Callable[[], datetime],
        bot: BotUser | None = None,
        *,
        privacy: bool = True,
        callback_lifetime: timedelta = timedelta(minutes=15),
    ) -> None:
        self.now: Callable[[], datetime] = clock if callable(clock) else clock.now
        self.bot = bot or BotUser()
        self.privacy = privacy
        self.callback_lifetime = callback_lifetime
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.menus: dict[tuple[str, int, int, str], list[Json]] = {}
        self.settings: dict[str, Json] = {}
        self.listeners: list[Callable[[str, Json], None]] = []
        self.files = Files(self.now)
        self.updates = Updates(self.now, lambda: self.tell("update", {}))
        self._user_ids = count(5_000_000_001)
        self._group_ids = count(1_000_001)
        self._numbers = count(1)
        self._message_ids = count(101)

    def tell(self, what: str, details: Json) -> None:
        """Let the listeners know of a change.

        "message", "edit", "delete", "press", "answer", "action", "keyboard", "menu", "call" or "update".
        """
        for listener in list(self.listeners):
            listener(what, details)

    def number(self) -> int:
        """A number used nowhere else in this Telegram."""
        return next(self._numbers)

    def add_user(
        self,
        first_name: str,
        user_id: int | None = None,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "vi",
        phone: str | None = None,
    ) -> User:
        """A new person, whose private chat with the bot is not opened yet."""
        user_id = next(self._user_ids) if user_id is None else user_id
        phone = phone or f"849{user_id % 10**8:08d}"
        user = User(user_id, first_name, last_name, username, language_code, phone)
        self.users[user_id] = user
        names = {"first_name": first_name, "last_name": last_name, "username": username}
        self.chats[user_id] = Chat(user_id, "private", {key: value for key, value in names.items() if value})
        self.chats[user_id].members = {user_id: "member", self.bot.id: "member"}
        return user

    def show_keyboard(self, chat: Chat, keyboard: Json | None) -> None:
        """The reply keyboard under the input field of a chat from now on; none takes it away."""
        chat.keyboard = keyboard
        self.tell("keyboard", {"chat_id": chat.id})

    def add_group(self, title: str, *, kind: str = "group", chat_id: int | None = None) -> Chat:
        """A new group or "supergroup" without members."""
        number = next(self._group_ids)
        made_up = -(1_000_000_000_000 + number) if kind == "supergroup" else -number
        group = Chat(made_up if chat_id is None else chat_id, kind, {"title": title}, started=True)
        self.chats[group.id] = group
        return group

    def chat(self, chat_id: object) -> Chat:
        """The chat of this id or @username; a 400 where there is none."""
        try:
            return self.chats[int(str(chat_id))]
        except (KeyError, ValueError):
            pass
        for chat in self.chats.values():
            if chat_id and chat_id == f"@{chat.names.get('username')}" and not chat.private:
                return chat
        raise bad_request("chat not found" if chat_id not in (None, "") else "chat_id is empty")

    def writable(self, chat_id: object) -> Chat:
        """The chat, where the bot may write into it; else the 400 or 403 Telegram gives."""
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.private:
            self._check_private(chat)
        elif chat.members.get(self.bot.id) == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        elif chat.members.get(self.bot.id) not in PRESENT:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def _check_private(self, chat: Chat) -> None:
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.started:
            return
        acquainted = any(
            not other.private and {chat.id, self.bot.id} <= other.members.keys() for other in self.chats.values()
        )
        raise forbidden("bot can't initiate conversation with a user") if acquainted else bad_request("chat not found")

    def message(self, chat: Chat, message_id: object) -> Message | None:
        """The message of this id, or None where it never was or is deleted."""
        message = chat.messages.get(int(str(message_id or 0)))
        return None if message is None or message.deleted else message

    def post(
        self, chat: Chat, sender: Json, content: Json, *, source: str | None = None, options: Json | None = None
    ) -> Message:
        """The message now standing in the chat; `content` is what the Message object holds beyond its head."""
        own = chat.type == "supergroup"
        number = max(chat.messages, default=0) + 1 if own else next(self._message_ids)
        head = {"message_id": number, "from": sender, "chat": chat.described(), "date": self.stamp()}
        message = Message({**head, **deepcopy(content)}, source, dict(options or {}))
        chat.messages[number] = message
        self.tell("message", {"chat_id": chat.id, "message_id": number})
        return message

    def post_from_person(self, user: User, chat: Chat, content: Json) -> Message:
        """The message a person sent; the bot gets an update unless privacy mode or a block keeps it away."""
        if chat.private:
            chat.started = True
        message = self.post(chat, user.described(), content)
        if self._reaches_bot(chat, message):
            self.updates.push("message", message.body)
        return message

    def _reaches_bot(self, chat: Chat, message: Message) -> bool:
        if chat.private:
            return not chat.blocked
        status = chat.members.get(self.bot.id)
        if status not in PRESENT:
            return False
        if not self.privacy or status == "administrator":
            return True
        return self._is_for_bot(message)

    def _is_for_bot(self, message: Message) -> bool:
        text = message.text
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        if first.startswith("/") and ("@" not in first or first.lower().endswith(f"@{self.bot.username.lower()}")):
            return True
        answered = message.body.get("reply_to_message", {}).get("from", {}).get("id")
        return f"@{self.bot.username}".lower() in text.lower() or answered == self.bot.id

    def stamp(self) -> int:
        """The present as Telegram writes it: whole seconds since 1970."""
        return int(self.now().timestamp())

    def ask(self, user: User, data: str, message: Json) -> CallbackQuery:
        """The callback query of a press, queued for the bot."""
        query = CallbackQuery(f"{user.id}{self.number():06d}", user.id, data, self.now())
        self.callbacks[query.id] = query
        body = {"id": query.id, "from": user.described(), "message": message, "data": data}
        self.updates.push("callback_query", {**body, "chat_instance": str(message["chat"]["id"])})
        self.tell("press", {"user_id": user.id, "message_id": message["message_id"], "data": data})
        return query

    def answer(self, query_id: object, answer: Json) -> CallbackQuery:
        """The query, answered now; a 400 where it is unknown, too old or answered already."""
        query = self.callbacks.get(str(query_id))
        too_late = query is None or query.answer is not None
        if query is None or too_late or query.asked_at + self.callback_lifetime < self.now():
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        query.answer = answer
        self.tell("answer", {"user_id": query.user_id, "query": query.id, **answer})
        return query

    def change_bot_membership(self, chat: Chat, by: User | None, status: str) -> None:
        """The bot's status in the chat, changed by a person (None: by the bot); the bot hears of it."""
        before = "kicked" if chat.blocked else chat.members.get(self.bot.id, "left")
        if chat.private:
            chat.blocked = status == "kicked"
        chat.members[self.bot.id] = status
        change = {
            "chat": chat.described(),
            "from": by.described() if by else self.bot.described(),
            "date": self.stamp(),
            "old_chat_member": member(self.bot.described(), before),
            "new_chat_member": member(self.bot.described(), status),
        }
        self.updates.push("my_chat_member", change)

    def migrate(self, group_id: int, new_id: int) -> Chat:
        """The supergroup a group has become; both chats hold the service messages Telegram writes."""
        old = self.chat(group_id)
        new = self.add_group(str(old.names["title"]), kind="supergroup", chat_id=new_id)
        new.members = dict(old.members)
        sender = self.bot.described()
        for chat, content in ((old, {"migrate_to_chat_id": new_id}), (new, {"migrate_from_chat_id": group_id})):
            message = self.post(chat, sender, content)
            self.updates.push("message", message.body)
        old.migrated_to = new_id
        return new

    def check_token(self, token: str) -> None:
        """Nothing where the token is this bot's; a 401 otherwise."""
        if token != self.bot.token:
            raise Refused(401, "Unauthorized")


def member(user: Json, status: str) -> Json:
    """The ChatMember object of a user with this status."""
    body: Json = {"user": user, "status": status}
    if status in {"administrator", "creator"}:
        body["is_anonymous"] = False
    if status == "kicked":
        body["until_date"] = 0
    if status == "administrator":
        body |= dict.fromkeys(ADMINISTRATOR_RIGHTS, False) | {"can_manage_chat": True}
    return body


ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
