"""What Telegram refuses in a request, judged from the values alone (the limits the Bot API documents)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.telegram.chats.markup import Formatted, parse, utf16_length
from bot.simulator.telegram.chats.refusals import Json, bad_request

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER_UNITS = 200
BUTTONS = 100
BUTTONS_IN_A_ROW = 8
DOWNLOAD_BYTES = 20 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
DOCUMENT_BYTES = 50 * 1024 * 1024
ALBUM_ITEMS = (2, 10)
UPDATES_A_CALL = 100
COMMANDS = 100
UPDATES_KEPT = timedelta(hours=24)
FILE_LINK_VALID = timedelta(hours=1)
DELETABLE_FOR = timedelta(hours=48)

CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def checked_text(text: Any, parse_mode: str | None, entities: list[Json] | None) -> Formatted:
    """The parsed text of a message: 1–4096 UTF-16 units after entity parsing."""
    formatted = parse(str(text or ""), parse_mode, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return formatted


def checked_caption(caption: Any, parse_mode: str | None, entities: list[Json] | None) -> Formatted:
    """The parsed caption: at most 1024 UTF-16 units after entity parsing; may be empty."""
    formatted = parse(str(caption or ""), parse_mode, entities)
    if utf16_length(formatted.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return formatted


def check_markup(markup: Any) -> None:
    """Nothing where the reply markup would be taken; raises a 400 otherwise."""
    if markup is None:
        return
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_rows(markup["inline_keyboard"])
        for button in _flat(markup["inline_keyboard"]):
            _check_inline_button(button)
    elif "keyboard" in markup:
        _check_rows(markup["keyboard"])
        for button in _flat(markup["keyboard"]):
            if not _label(button):
                raise bad_request("can't parse keyboard button: text is empty")
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        raise bad_request("can't parse reply keyboard markup JSON object")


def _label(button: Json | str) -> str:
    return button if isinstance(button, str) else str(button.get("text") or "")


def _flat(rows: list[list[Json]]) -> list[Json]:
    return [button for row in rows for button in row]


def _check_rows(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: an array of arrays is expected")
    if len(_flat(rows)) > BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > BUTTONS_IN_A_ROW for row in rows):
        raise bad_request("reply markup has too many buttons in a row")


def _check_inline_button(button: Json) -> None:
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: field "text" must be non-empty')
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is expected")
    if actions == ["callback_data"]:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if actions == ["url"] and urlsplit(button["url"]).scheme not in {"http", "https", "tg"}:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: unsupported URL protocol")


def check_callback_answer(text: Any) -> None:
    """Nothing where the notice fits 200 UTF-16 units."""
    if utf16_length(str(text or "")) > CALLBACK_ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")


def check_upload(kind: str, size: int) -> None:
    """Nothing where a bot may upload a file of this kind ("photo" or another) and size in bytes."""
    if size == 0:
        raise bad_request("file must be non-empty")
    if size > (PHOTO_BYTES if kind == "photo" else DOCUMENT_BYTES):
        raise bad_request(f"file of size {size} bytes is too big for a {kind}")


def check_download(size: int) -> None:
    """Nothing where a bot may download a file of this size in bytes."""
    if size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")


def check_album(kinds: Sequence[str]) -> None:
    """Nothing where items of these kinds may travel as one album."""
    least, most = ALBUM_ITEMS
    if not least <= len(kinds) <= most:
        raise bad_request(f"an album must have {least}-{most} items, {len(kinds)} given")
    allowed = {"photo", "video", "document", "audio"}
    for kind in kinds:
        if kind not in allowed:
            raise bad_request(f'can\'t parse InputMedia: media type "{kind}" is unallowed in an album')
    for alone in ("document", "audio"):
        if alone in kinds and set(kinds) != {alone}:
            raise bad_request(f"{alone} can't be mixed with other media types")


def check_commands(commands: Any) -> None:
    """Nothing where the list may become a command menu."""
    if not isinstance(commands, list) or len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def check_chat_action(action: Any) -> None:
    """Nothing where Telegram knows the chat action."""
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")


def check_webhook(url: str, secret: str | None) -> None:
    """Nothing where updates may be posted to the address; only HTTP on loopback is allowed here."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise bad_request("bad webhook: the simulator posts to plain HTTP on loopback only")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
