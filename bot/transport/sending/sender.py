"""Every call that reaches a chat: paced, patient with 429, following migrations, noting who cannot be reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    InputFile,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.clock import Clock
from bot.storage.records.files import FileStore
from bot.transport.screen.buttons import keyboard
from bot.transport.sending.attachments import Album, albums, media_of, upload_of
from bot.transport.sending.pacing import Pace
from bot.transport.sending.texts import fits_caption, split
from bot.views.parts.view import Attachment, Document, View

R = TypeVar("R")
PATIENCE = 30.0
"""Seconds a call waits in its slot; for longer the whole update is set aside until then."""
TOAST_SIGNS = 200
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "there is no text in the message", "no caption in the")
_BAD_FILE_ID = ("wrong file", "wrong remote file", "file reference", "wrong type", "can't use file", "type of file")
log = logging.getLogger(__name__)


class Sender:
    """The bot's mouth. Times are measured by the clock; nothing here knows the database but `unreachable`."""

    def __init__(self, bot: Bot, clock: Clock, *, per_second: int = 30) -> None:
        self._bot = bot
        self._clock = clock
        self._pace = Pace(clock, per_second=per_second)
        self._files: FileStore | None = None
        self._patience = PATIENCE
        self._moved: dict[int, int] = {}
        self.on_unreachable: Callable[[int], Awaitable[None]] | None = None
        """Told the chat that answered 403."""
        self.on_moved: Callable[[int, int], Awaitable[None]] | None = None
        """Told the old and the new number of a group that became a supergroup."""

    def open(self, files: FileStore) -> None:
        """Take attachments from this store."""
        self._files = files

    def impatient(self) -> Sender:
        """The same sender, which waits for no retry_after but raises RetryAfter at once (for what can be put off)."""
        other = copy(self)
        other._patience = 0.0
        return other

    async def send(self, chat_id: int, view: View) -> int | None:
        """The id of the message with the view's text; none where the chat cannot be reached any more.

        Files go first, as albums cannot carry buttons. Raises NetworkError (outage), BadRequest, and RetryAfter where
        Telegram wants a longer pause than `PATIENCE`.
        """
        try:
            for album in albums(view.attachments):
                await self._send_album(chat_id, album)
            return await self._send_text(chat_id, view)
        except Forbidden:
            await self._unreachable(chat_id)
            return None

    async def edit(self, chat_id: int, message_id: int, view: View) -> int | None:
        """The id of the message that now shows the view: the old one, or a new one where that cannot be changed."""
        made = view.picture is not None or view.document is not None
        if view.attachments or made or len(split(view.text)) > 1:
            return await self.send(chat_id, view)
        try:
            return await self._edit(chat_id, message_id, view)
        except Forbidden:
            await self._unreachable(chat_id)
            return None

    async def answer(self, query_id: str, text: str | None = None, *, alert: bool = False) -> bool:
        """Stop the clock on a pressed button; whether the notice was shown.

        It is not where the query is too old, or was answered in an earlier try.
        """
        shown = text if text is None or len(text) <= TOAST_SIGNS else text[: TOAST_SIGNS - 1] + "…"
        try:
            await self._bot.answer_callback_query(query_id, shown, show_alert=alert)
        except (BadRequest, Forbidden, RetryAfter) as late:
            log.debug("callback query not answered: %s", type(late).__name__)
            return False
        return True

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Take a message out of a chat where Telegram lets us; where it does not, nothing is lost."""
        try:
            await self._patiently(chat_id, lambda: self._bot.delete_message(chat_id, message_id))
        except (BadRequest, Forbidden) as refused:
            log.info("message not deleted: %s", type(refused).__name__)

    async def download(self, file_id: str, target: Path) -> None:
        """Write a file of Telegram's to ``target``."""
        file = await self._patiently(0, lambda: self._bot.get_file(file_id))
        await file.download_to_drive(target)

    async def set_menu(self, chat_id: int | None, commands: Sequence[tuple[str, str]]) -> None:
        """Show these commands (word, description) in a chat, or everywhere else. Failing to is no reason to stop."""
        scope = BotCommandScopeDefault() if chat_id is None else BotCommandScopeChat(chat_id)
        menu = [BotCommand(word, description) for word, description in commands]
        try:
            await self._bot.set_my_commands(menu, scope=scope)
        except TelegramError as refused:
            log.info("menu not set: %s", type(refused).__name__)

    async def _edit(self, chat_id: int, message_id: int, view: View) -> int | None:
        try:
            await self._patiently(
                chat_id,
                lambda: self._bot.edit_message_text(
                    view.text,
                    self._moved.get(chat_id, chat_id),
                    message_id,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=keyboard(view.buttons),
                ),
            )
        except BadRequest as refused:
            said = refused.message.lower()
            if "message is not modified" in said:
                return message_id
            if any(part in said for part in _GONE):
                return await self.send(chat_id, view)
            raise
        return message_id

    async def _send_text(self, chat_id: int, view: View) -> int | None:
        if view.document is not None:
            await self._send_document(chat_id, view.document)
        if view.picture is not None and fits_caption(view.text):
            return await self._send_picture(chat_id, view, caption=view.text)
        if view.picture is not None:
            await self._send_picture(chat_id, View(view.text, picture=view.picture), caption=None)
        message: Message | None = None
        pieces = split(view.text)
        for number, piece in enumerate(pieces, 1):
            markup = keyboard(view.buttons) if number == len(pieces) else None
            message = await self._paced(
                chat_id,
                1,
                lambda to, piece=piece, markup=markup: self._bot.send_message(  # type: ignore[misc]
                    to, piece, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW, reply_markup=markup
                ),
            )
        return message.message_id if message else None

    async def _send_picture(self, chat_id: int, view: View, *, caption: str | None) -> int | None:
        picture = view.picture
        assert picture is not None
        message = await self._paced(
            chat_id,
            1,
            lambda to: self._bot.send_photo(
                to,
                picture.png,
                caption=caption,
                parse_mode=ParseMode.HTML,
                filename=picture.name,
                reply_markup=keyboard(view.buttons),
            ),
        )
        return message.message_id

    async def _send_document(self, chat_id: int, made: Document) -> None:
        await self._paced(chat_id, 1, lambda to: self._bot.send_document(to, made.content, filename=made.name))

    async def _send_album(self, chat_id: int, album: Album) -> None:
        try:
            await self._send_files(chat_id, album, by_reference=True)
        except BadRequest as refused:
            if not any(part in refused.message.lower() for part in _BAD_FILE_ID):
                raise
            # Telegram forgets references, above all those of another bot's token.
            await self._send_files(chat_id, album, by_reference=False)

    async def _send_files(self, chat_id: int, album: Album, *, by_reference: bool) -> None:
        contents = [await self._content(item, by_reference=by_reference) for item in album]
        if len(album) > 1:
            media = [media_of(item, content) for item, content in zip(album, contents, strict=True)]
            await self._paced(
                chat_id, len(album), lambda to: self._bot.send_media_group(to, media, protect_content=True)
            )
            return
        only = contents[0]
        if album[0].kind == "photo":
            await self._paced(chat_id, 1, lambda to: self._bot.send_photo(to, only, protect_content=True))
        else:
            await self._paced(chat_id, 1, lambda to: self._bot.send_document(to, only, protect_content=True))

    async def _content(self, item: Attachment, *, by_reference: bool) -> str | InputFile:
        if by_reference and item.transport_ref:
            return item.transport_ref
        if self._files is None:
            raise RuntimeError("the folder of files is not open")
        path = self._files.path_of(item.sha256)
        return upload_of(item, await asyncio.to_thread(path.read_bytes))

    async def _paced(self, chat_id: int, messages: int, call: Callable[[int], Awaitable[R]]) -> R:
        self._check_held(chat_id)
        await self._pace.turn(chat_id, messages)
        return await self._patiently(chat_id, lambda: call(self._moved.get(chat_id, chat_id)))

    async def _patiently(self, chat_id: int, call: Callable[[], Awaitable[R]]) -> R:
        while True:
            self._check_held(chat_id)
            await self._pace.freed(chat_id)
            try:
                return await call()
            except RetryAfter as wait:
                self._pace.hold(chat_id, seconds_of(wait))
            except ChatMigrated as moved:
                if self._moved.get(chat_id) == moved.new_chat_id:
                    raise
                self._moved[chat_id] = moved.new_chat_id
                if self.on_moved is not None:
                    await self.on_moved(chat_id, moved.new_chat_id)

    def _check_held(self, chat_id: int) -> None:
        left = self._pace.held_for(chat_id)
        if left > self._patience:
            raise RetryAfter(timedelta(seconds=left))

    async def _unreachable(self, chat_id: int) -> None:
        if self.on_unreachable is not None:
            await self.on_unreachable(chat_id)


def seconds_of(wait: RetryAfter) -> float:
    """The seconds Telegram asked for."""
    asked = wait.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
