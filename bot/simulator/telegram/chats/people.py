"""What people do in the simulated Telegram, and what they see there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.simulator.telegram.chats.files import StoredFile
from bot.simulator.telegram.chats.limits import START_PAYLOAD
from bot.simulator.telegram.chats.markup import typed
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import PRESENT, Chat, Chats, Message, User


@dataclass(frozen=True)
class Doc:
    """A document a person sends: its content, file name and MIME type; `size` claims another length in bytes."""

    content: bytes
    name: str
    mime: str
    size: int | None = None


class ChatGroup:
    """A group of people into which the bot may be added."""

    def __init__(self, chats: Chats, chat: Chat) -> None:
        self.chats = chats
        self.chat = chat

    @classmethod
    def created(cls, chats: Chats, title: str, *people: SimulatedPerson, kind: str = "group") -> Self:
        """A new group or "supergroup" of these people; the first is its owner. The bot is not in it yet."""
        chat = chats.add_group(title, kind=kind)
        for person in people:
            chat.members[person.user.id] = "member" if chat.members else "creator"
        return cls(chats, chat)

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.chat.id

    def add_bot(self, by: SimulatedPerson) -> None:
        """A member brings the bot in: `my_chat_member` and the service message."""
        self.chats.change_bot_membership(self.chat, by.user, "member")
        self._service(by, {"new_chat_members": [self.chats.bot.described()]})

    def remove_bot(self, by: SimulatedPerson) -> None:
        """A member throws the bot out."""
        self.chats.change_bot_membership(self.chat, by.user, "kicked")

    def promote_bot(self, by: SimulatedPerson) -> None:
        """The bot becomes an administrator and hears everything said."""
        self.chats.change_bot_membership(self.chat, by.user, "administrator")

    def add(self, person: SimulatedPerson, status: str = "member") -> None:
        """A person comes in."""
        self.chat.members[person.user.id] = status
        self._service(person, {"new_chat_members": [person.user.described()]})

    def migrate(self, new_id: int) -> ChatGroup:
        """The supergroup this group becomes."""
        return ChatGroup(self.chats, self.chats.migrate(self.chat.id, new_id))

    def messages(self) -> list[Message]:
        """What stands in the group, oldest first."""
        return self.chat.visible()

    def texts(self) -> list[str]:
        """The texts and captions the bot wrote here, as they read now."""
        return [message.text for message in self.messages() if message.sent_by(self.chats.bot.id)]

    def last(self) -> Message:
        """The bot's newest message."""
        return _newest(self.chat, self.chats.bot.id)

    def _service(self, by: SimulatedPerson, content: Json) -> None:
        message = self.chats.post(self.chat, by.user.described(), content)
        if self.chat.members.get(self.chats.bot.id) in PRESENT:
            self.chats.updates.push("message", message.body)


class SimulatedPerson:
    """One person at the keyboard; everything goes to their private chat with the bot unless a group is named."""

    def __init__(self, chats: Chats, user: User) -> None:
        self.chats = chats
        self.user = user
        self.chat = chats.chat(user.id)

    @classmethod
    def named(
        cls,
        chats: Chats,
        first_name: str,
        user_id: int | None = None,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "vi",
        phone: str | None = None,
    ) -> Self:
        """A new person of this name."""
        return cls(
            chats,
            chats.add_user(
                first_name, user_id, last_name=last_name, username=username, language_code=language_code, phone=phone
            ),
        )

    @property
    def id(self) -> int:
        """The user's id, which is the private chat's too."""
        return self.user.id

    def send_text(self, text: str, *, reply_to: int | None = None) -> Message:
        """The message typed; commands, links and mentions in it are marked as Telegram marks them."""
        return self._send(_text(text), reply_to=reply_to)

    def say_in(self, group: ChatGroup, text: str, *, reply_to: int | None = None) -> Message:
        """The message typed in the group; privacy mode decides whether the bot hears it."""
        return self._send(_text(text), group.chat, reply_to=reply_to)

    def start(self, payload: str | None = None) -> Message:
        """The /start of a first tap, with a deep link's payload."""
        if payload is not None and not START_PAYLOAD.fullmatch(payload):
            raise AssertionError(f"Telegram opens no deep link with the payload {payload!r}")
        return self.send_text("/start" if payload is None else f"/start {payload}")

    def send_photo(self, content: bytes | Sequence[bytes], caption: str | None = None) -> list[Message]:
        """The message with the photo, or the messages of an album captioned on the first."""
        if isinstance(content, bytes):
            return [self._send({**self._photo(content), **_caption(caption)})]
        return self.send_album(content, caption)

    def send_document(
        self, content: bytes, name: str, mime: str, caption: str | None = None, *, size: int | None = None
    ) -> Message:
        """The message with the document; `size` claims another length in bytes."""
        return self._send({**self._document(Doc(content, name, mime, size)), **_caption(caption)})

    def send_album(
        self,
        items: Sequence[bytes | Doc],
        caption: str | None = None,
        *,
        caption_on: int = 0,
        group: ChatGroup | None = None,
        alone: bool = False,
    ) -> list[Message]:
        """One message per item (bytes: a photo) under one media_group_id, the caption on the chosen item.

        ``alone``: without a media_group_id, as a single file is sent.
        """
        album = {} if alone else {"media_group_id": f"8{self.chats.number():012d}"}
        sent = []
        for index, item in enumerate(items):
            shown = self._document(item) if isinstance(item, Doc) else self._photo(item)
            words = _caption(caption) if index == caption_on else {}
            sent.append(self._send({**album, **shown, **words}, group.chat if group else None))
        return sent

    def send_video(self, content: bytes = b"video", caption: str | None = None) -> Message:
        """The message with a short video."""
        stored = self.chats.files.add("video", content, mime="video/mp4")
        video = {**stored.described(), "width": 640, "height": 480, "duration": 3}
        return self._send({"video": video, **_caption(caption)})

    def send_sticker(self) -> Message:
        """The message with a sticker."""
        sticker = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send({"sticker": {**self._kept("sticker").reference(), **sticker, "emoji": "👍"}})

    def send_voice(self) -> Message:
        """The message with three seconds of voice."""
        return self._send({"voice": {**self._kept("voice").reference(), "duration": 3, "mime_type": "audio/ogg"}})

    def send_location(self, latitude: float = 11.56, longitude: float = 108.99) -> Message:
        """The message with a place, in degrees."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    def send_poll(self, question: str = "?", options: Sequence[str] = ("1", "2")) -> Message:
        """The message with a poll."""
        choices = [{"persistent_id": str(i), "text": o, "voter_count": 0} for i, o in enumerate(options)]
        flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": False}
        more = {"id": str(self.chats.number()), "question": question, "total_voter_count": 0, "type": "regular"}
        return self._send({"poll": {**more, **flags, "options": choices, "members_only": False}})

    def send_contact(self, *, own: bool = True, phone: str | None = None) -> Message:
        """The message with the person's own card, or with one that carries no user_id of theirs."""
        card: Json = {"phone_number": phone or self.user.phone, "first_name": self.user.first_name}
        return self._send({"contact": {**card, "user_id": self.user.id} if own else card})

    def edit(self, message_id: int, text: str, *, group: ChatGroup | None = None) -> Message:
        """The person's message with its new text; the bot gets `edited_message`."""
        chat = group.chat if group else self.chat
        message = chat.messages[message_id]
        field = "text" if "text" in message.body else "caption"
        message.body.pop("entities", None)
        changed = _text(text) if field == "text" else _caption(text)
        message.body |= {**changed, "edit_date": self.chats.stamp()}
        self.chats.updates.push("edited_message", message.body)
        self.chats.tell("edit", {"chat_id": chat.id, "message_id": message_id})
        return message

    def press(self, button: str, message: Message | int | None = None, *, group: ChatGroup | None = None) -> str:
        """The id of the callback query of the newest button with this text, part of a text, or callback data."""
        chat = group.chat if group else self.chat
        candidates = [m for m in reversed(chat.visible()) if message is None or m.id == _id(message)]
        for fits in (_same_text, _part_of_text, _same_data):
            for shown in candidates:
                for candidate in shown.buttons:
                    if fits(candidate, button) and "callback_data" in candidate:
                        return self.chats.ask(self.user, candidate["callback_data"], shown.body).id
        seen = [candidate["text"] for shown in candidates for candidate in shown.buttons]
        raise AssertionError(f"no button {button!r}; visible are {seen}")

    def press_stale(self, data: str, message_id: int, *, group: ChatGroup | None = None) -> str:
        """The id of a callback query with any data, on a message changed, gone, or never sent."""
        chat = group.chat if group else self.chat
        message = self.chats.message(chat, message_id)
        gone = {"chat": chat.described(), "message_id": message_id, "date": 0}
        return self.chats.ask(self.user, data, message.body if message else gone).id

    def tap(self, label: str) -> Message:
        """What a button of the reply keyboard sends: its text, or the person's own contact where it asks for that."""
        for button in self._keyboard_buttons():
            if label in button["text"]:
                if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
                    self.chats.show_keyboard(self.chat, None)
                return self.send_contact() if button.get("request_contact") else self.send_text(button["text"])
        raise AssertionError(f"no key {label!r}; visible are {self.keyboard()}")

    def keyboard(self) -> list[str]:
        """The labels of the reply keyboard, empty where there is none."""
        return [button["text"] for button in self._keyboard_buttons()]

    def block(self) -> None:
        """The person blocks the bot: 403 to all it sends, and `my_chat_member`."""
        self.chats.change_bot_membership(self.chat, self.user, "kicked")

    def unblock(self) -> None:
        """The person lets the bot in again."""
        self.chats.change_bot_membership(self.chat, self.user, "member")

    def open_chat(self) -> None:
        """The chat is open for the bot although nothing was said."""
        self.chat.started = True

    def messages(self) -> list[Message]:
        """What stands in the private chat, oldest first, as it reads now."""
        return self.chat.visible()

    def last(self) -> Message:
        """The bot's newest message."""
        return _newest(self.chat, self.chats.bot.id)

    def texts(self) -> list[str]:
        """The texts and captions of the bot's messages, oldest first, as they read now."""
        return [message.text for message in self.messages() if message.sent_by(self.chats.bot.id)]

    def buttons(self, message: Message | int | None = None) -> list[str]:
        """The labels of the inline buttons of a message, of the bot's newest where none is named."""
        shown = self.last() if message is None else self.chat.messages[_id(message)]
        return [button["text"] for button in shown.buttons]

    def toasts(self) -> list[str]:
        """The notices shown after presses, oldest first."""
        mine = [query for query in self.chats.callbacks.values() if query.user_id == self.user.id]
        return [query.answer["text"] for query in mine if query.answer and "text" in query.answer]

    def unanswered(self) -> list[str]:
        """The ids of presses whose clock still turns on the button."""
        return [q.id for q in self.chats.callbacks.values() if q.user_id == self.user.id and q.answer is None]

    def _send(self, content: Json, chat: Chat | None = None, *, reply_to: int | None = None) -> Message:
        chat = chat or self.chat
        if chat.blocked:
            self.unblock()  # Telegram offers "Restart bot" in place of the input field.
        if reply_to is not None:
            content = {**content, "reply_to_message": chat.messages[reply_to].body}
        return self.chats.post_from_person(self.user, chat, content)

    def _photo(self, content: bytes) -> Json:
        return {"photo": self.chats.files.photo_sizes(self.chats.files.add_photo(content))}

    def _document(self, doc: Doc) -> Json:
        stored = self.chats.files.add("document", doc.content, name=doc.name, mime=doc.mime, size=doc.size)
        return {"document": stored.described()}

    def _kept(self, kind: str) -> StoredFile:
        return self.chats.files.add(kind, kind.encode())

    def _keyboard_buttons(self) -> list[Json]:
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [{"text": button} if isinstance(button, str) else button for row in rows for button in row]


def _text(text: str) -> Json:
    formatted = typed(text)
    return {"text": formatted.text, **({"entities": formatted.entities} if formatted.entities else {})}


def _caption(caption: str | None) -> Json:
    if not caption:
        return {}
    formatted = typed(caption)
    marked = {"caption_entities": formatted.entities} if formatted.entities else {}
    return {"caption": formatted.text, **marked}


def _id(message: Message | int) -> int:
    return message if isinstance(message, int) else message.id


def _newest(chat: Chat, bot_id: int) -> Message:
    for message in reversed(chat.visible()):
        if message.sent_by(bot_id):
            return message
    raise AssertionError("the bot has written nothing here")


def _same_text(button: Json, wanted: str) -> bool:
    return bool(button["text"] == wanted)


def _part_of_text(button: Json, wanted: str) -> bool:
    return wanted in button["text"]


def _same_data(button: Json, wanted: str) -> bool:
    return bool(button.get("callback_data") == wanted)
