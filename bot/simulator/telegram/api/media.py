"""The Bot API methods that send, copy and hand out files."""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.telegram.api.asked import ApiRequest, text_content
from bot.simulator.telegram.chats.files import StoredFile
from bot.simulator.telegram.chats.limits import check_album, check_upload, checked_caption
from bot.simulator.telegram.chats.markup import Formatted
from bot.simulator.telegram.chats.refusals import Json, bad_request

COPIED = ("text", "entities", "caption", "caption_entities", "photo", "document", "video", "voice", "sticker")


def send_photo(asked: ApiRequest) -> Json:
    """The message with the photo in its sizes."""
    return _send_one(asked, "photo")


def send_document(asked: ApiRequest) -> Json:
    """The message with the document under its name and MIME type."""
    return _send_one(asked, "document")


def send_video(asked: ApiRequest) -> Json:
    """The message with the video."""
    return _send_one(asked, "video")


def _send_one(asked: ApiRequest, kind: str) -> Json:
    caption = checked_caption(asked.get("caption"), asked.get("parse_mode"), asked.get("caption_entities"))
    chat = asked.target()
    stored = _received(asked, kind, asked.get(kind))
    return asked.send(chat, {**attachment(asked, stored), **_caption(caption)}, caption.source).body


def _received(asked: ApiRequest, kind: str, reference: object) -> StoredFile:
    if not isinstance(reference, str) or not reference:
        raise bad_request(f"there is no {kind} in the request")
    if not reference.startswith("attach://"):
        stored = asked.chats.files.known(reference)
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored
    upload = asked.uploads.get(reference.removeprefix("attach://"))
    if upload is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    check_upload(kind, len(upload.content))
    if kind == "photo":
        return asked.chats.files.add_photo(upload.content, strict=True)
    return asked.chats.files.add(kind, upload.content, name=upload.name, mime=upload.mime)


def attachment(asked: ApiRequest, stored: StoredFile) -> Json:
    """The field of a Message that shows the file."""
    if stored.kind == "photo":
        return {"photo": asked.chats.files.photo_sizes(stored)}
    more = {"width": 640, "height": 480, "duration": 1} if stored.kind == "video" else {}
    return {stored.kind: {**stored.described(), **more}}


def _caption(caption: Formatted) -> Json:
    return text_content(caption, "caption", "caption_entities") if caption.text else {}


def send_media_group(asked: ApiRequest) -> list[Json]:
    """The messages of an album of 2–10 items, under one media_group_id."""
    items = asked.get("media")
    if not isinstance(items, list):
        raise bad_request("can't parse media JSON object")
    check_album([str(item.get("type")) for item in items])
    captions = [checked_caption(i.get("caption"), i.get("parse_mode"), i.get("caption_entities")) for i in items]
    chat = asked.target()
    stored = [_received(asked, str(item["type"]), item.get("media")) for item in items]
    album = f"9{asked.chats.number():012d}"
    bare = ApiRequest(asked.chats, {k: v for k, v in asked.params.items() if k not in {"reply_markup", "media"}})
    sent = []
    for file, caption in zip(stored, captions, strict=True):
        content = {"media_group_id": album, **attachment(asked, file), **_caption(caption)}
        sent.append(bare.send(chat, content, caption.source).body)
    return sent


def copy_message(asked: ApiRequest) -> Json:
    """The message_id of the copy; a 400 where the original is protected or gone."""
    origin = asked.chats.message(asked.chats.chat(asked.get("from_chat_id")), asked.integer("message_id"))
    if origin is None:
        raise bad_request("message to copy not found")
    if origin.body.get("has_protected_content"):
        raise bad_request("message can't be copied")
    content = {name: origin.body[name] for name in COPIED if name in origin.body}
    return {"message_id": asked.send(asked.target(), content, origin.source).id}


def get_file(asked: ApiRequest) -> Json:
    """The file with a path to download it from, valid an hour; a 400 past 20 MB."""
    return asked.chats.files.link(str(asked.get("file_id") or ""))


METHODS: dict[str, Callable[[ApiRequest], object]] = {
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVideo": send_video,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "getFile": get_file,
}
