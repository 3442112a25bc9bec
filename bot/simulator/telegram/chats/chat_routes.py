"""What a person does and sees over HTTP, for the page and for a terminal. `user` is a Telegram id, `chat` a chat's
(the private chat unless named).

    curl :8081/simulator/chats                                                        who is there
    curl :8081/simulator/people --json '{"first_name": "Lan", "id": 7}'               a new person
    curl ':8081/simulator/chat?user=7'                                                what Lan sees
    curl :8081/simulator/text --json '{"user": 7, "text": "/start"}'                  Lan writes
    curl :8081/simulator/press --json '{"user": 7, "button": "Báo cáo"}'              Lan presses a button
    curl :8081/simulator/tap --json '{"user": 7, "label": "…"}'                       … one under the input field
    curl :8081/simulator/files -F user=7 -F file=@nhat-ky.jpg -F caption=…            Lan sends photos or documents

Trouble is answered with `{"error": …}` in the language of `?language=` or Accept-Language, and a 4xx.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import BadInput, EvidenceRefused, NotAllowed, NotFound, TienDoError, TransitionRefused
from bot.evidence.kinds import container_of
from bot.i18n import Translator, language_of, translator
from bot.simulator.telegram.chats.chat_view import history, holds_file, is_in
from bot.simulator.telegram.chats.limits import CALLBACK_DATA_BYTES, TEXT_UNITS
from bot.simulator.telegram.chats.markup import utf16_length
from bot.simulator.telegram.chats.people import ChatGroup, SimulatedPerson
from bot.simulator.telegram.chats.refusals import Json, Refused
from bot.simulator.telegram.chats.state import Chat, Chats, Message
from bot.simulator.telegram.chats.uploads import send_files

MOST_MESSAGES = 100
MOST_JSON = 100_000
"""Bytes of a request; the longest text takes a fifth."""
STATUS: dict[type[TienDoError], int] = {
    BadInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    TransitionRefused: 409,
    EvidenceRefused: 413,
}
SHOWN = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
"""What may stand in the page itself, by its first bytes; everything else is only handed out."""
Action = Callable[[Request], Awaitable[Response]]


def routes(chats: Chats) -> list[BaseRoute]:
    """The addresses of the chats of one simulated Telegram."""
    here = _Chatting(chats)
    return [
        Route("/simulator/chats", answered(here.list_chats)),
        Route("/simulator/people", answered(here.add_person), methods=["POST"]),
        Route("/simulator/chat", answered(here.see_chat)),
        Route("/simulator/file/{file_id}", answered(here.see_file)),
        Route("/simulator/text", answered(here.write), methods=["POST"]),
        Route("/simulator/press", answered(here.press), methods=["POST"]),
        Route("/simulator/tap", answered(here.tap), methods=["POST"]),
        Route("/simulator/files", answered(here.send), methods=["POST"]),
    ]


def answered(action: Action) -> Action:
    """The action, whose refusals are answered with a sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            return await action(request)
        except TienDoError as refused:
            return refusal(request, refused)

    return endpoint


def refusal(request: Request, refused: TienDoError) -> Response:
    """A refusal as a sentence in the language of whoever asks."""
    status = next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 400)
    sentence = words_for(request)(f"error.{refused.key}", **refused.figures)
    return JSONResponse({"error": sentence}, status)


def words_for(request: Request) -> Translator:
    """The words of `?language=`, else of the first language the browser asks for."""
    return translator(language_of(request.query_params.get("language") or request.headers.get("accept-language")))


async def asked_json(request: Request) -> Json:
    """The JSON object of a request. Raises BadInput for anything else, or for one that is too large."""
    words = b""
    async for piece in request.stream():
        words += piece
        if len(words) > MOST_JSON:
            raise BadInput("trial_not_json")
    try:
        body = json.loads(words)
    except (ValueError, RecursionError):
        raise BadInput("trial_not_json") from None
    if not isinstance(body, dict):
        raise BadInput("trial_not_json")
    return body


def number(asked: Json, name: str, default: int | None = None) -> int:
    """A whole number of a request. Raises BadInput where it is missing or none."""
    value = asked.get(name, default)
    try:
        if value is None or isinstance(value, bool | float):
            raise ValueError
        return int(value)
    except (TypeError, ValueError):
        raise BadInput("trial_field", field=name) from None


def text(asked: Json, name: str) -> str:
    """A text of a request. Raises BadInput where it is missing or none."""
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadInput("trial_field", field=name)
    return value


class _Chatting:
    """The actions on one simulated Telegram."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats

    async def list_chats(self, _request: Request) -> Response:
        seen = [
            {**chat.described(), "messages": len(chat.visible()), "blocked": chat.blocked}
            for chat in self.chats.chats.values()
        ]
        return JSONResponse(seen)

    async def add_person(self, request: Request) -> Response:
        asked = await asked_json(request)
        user_id = number(asked, "id") if "id" in asked else None
        if user_id in self.chats.chats:
            raise BadInput("trial_field", field="id")
        return JSONResponse(SimulatedPerson.named(self.chats, text(asked, "first_name"), user_id).user.described(), 201)

    async def see_chat(self, request: Request) -> Response:
        asked = dict(request.query_params)
        person, chat = self.place(asked)
        before = number(asked, "before") if "before" in asked else None
        limit = max(1, min(number(asked, "limit", MOST_MESSAGES), MOST_MESSAGES))
        return JSONResponse(history(self.chats, chat, person.user, before=before, limit=limit))

    async def see_file(self, request: Request) -> Response:
        person = self.person(dict(request.query_params))
        file_id = request.path_params["file_id"]
        if not holds_file(self.chats, person.id, file_id):
            raise NotFound("trial_no_such_file")
        stored = self.chats.files.known(file_id)
        shown = SHOWN.get(container_of(stored.content[:64]) or "")
        name = quote(stored.name or stored.path.rpartition("/")[2])
        headers = {
            "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        return Response(stored.content, media_type=shown or "application/octet-stream", headers=headers)

    async def write(self, request: Request) -> Response:
        asked = await asked_json(request)
        person, chat = self.place(asked)
        said = text(asked, "text")
        if utf16_length(said) > TEXT_UNITS:
            raise BadInput("trial_text_too_long", most=TEXT_UNITS)
        reply_to = number(asked, "reply_to") if asked.get("reply_to") is not None else None
        if reply_to is not None:
            self.message(chat, reply_to)
        if chat.private:
            sent = person.send_text(said, reply_to=reply_to)
        else:
            sent = person.say_in(ChatGroup(self.chats, chat), said, reply_to=reply_to)
        return JSONResponse({"message": sent.id})

    async def press(self, request: Request) -> Response:
        asked = await asked_json(request)
        person, chat = self.place(asked)
        if "button" in asked:
            return JSONResponse({"query": self._press_named(person, chat, text(asked, "button"))})
        message, data = self.message(chat, number(asked, "message")), text(asked, "data")
        if len(data.encode()) > CALLBACK_DATA_BYTES:
            raise BadInput("trial_field", field="data")
        return JSONResponse({"query": self.chats.ask(person.user, data, message.body).id})

    def _press_named(self, person: SimulatedPerson, chat: Chat, button: str) -> str:
        try:
            return person.press(button, group=None if chat.private else ChatGroup(self.chats, chat))
        except AssertionError:
            labels = [each["text"] for message in chat.visible() for each in message.buttons]
            raise BadInput("trial_no_such_button", button=button, known=", ".join(labels[-12:]) or "–") from None

    async def tap(self, request: Request) -> Response:
        asked = await asked_json(request)
        person, label = self.person(asked), text(asked, "label")
        if label not in person.keyboard():
            raise BadInput("trial_no_such_button", button=label, known=", ".join(person.keyboard()) or "–")
        return JSONResponse({"message": person.tap(label).id})

    async def send(self, request: Request) -> Response:
        return JSONResponse({"messages": await send_files(request, self.place)})

    def person(self, asked: Json) -> SimulatedPerson:
        """Who acts. Raises BadInput, NotFound."""
        user = self.chats.users.get(number(asked, "user"))
        if user is None:
            raise NotFound("trial_no_such_person")
        return SimulatedPerson(self.chats, user)

    def place(self, asked: Json) -> tuple[SimulatedPerson, Chat]:
        """Who acts, and in which chat. Raises BadInput, NotFound, NotAllowed where the person is not in it."""
        person = self.person(asked)
        try:
            chat = self.chats.chat(number(asked, "chat", person.id))
        except Refused:
            raise NotFound("trial_no_such_chat") from None
        if not is_in(chat, person.id):
            raise NotAllowed("trial_not_in_chat")
        return person, chat

    def message(self, chat: Chat, message_id: int) -> Message:
        """A message that stands in the chat. Raises NotFound."""
        found = self.chats.message(chat, message_id)
        if found is None:
            raise NotFound("trial_no_such_message")
        return found
