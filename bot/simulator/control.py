"""A small JSON interface under /simulator, so that a person can talk to the bot with curl.

    curl :8081/simulator/chats                                            who is there
    curl :8081/simulator/people -d '{"first_name": "Lan", "id": 7}'       a new person
    curl :8081/simulator/people/7/messages                                what Lan sees
    curl :8081/simulator/people/7/text -d '{"text": "/start"}'            Lan writes
    curl :8081/simulator/people/7/press -d '{"button": "Báo cáo"}'        Lan presses a button
    curl :8081/simulator/people/7/file -F file=@nhat-ky.jpg -F caption=…  Lan sends a photo or a document

Trouble is answered with `{"error": …}` and 400 or 404.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.simulator.people import Person
from bot.simulator.refusals import Json
from bot.simulator.state import Chat, Chats, Message

Action = Callable[[Person, Request], Awaitable[Json]]


def routes(chats: Chats) -> list[BaseRoute]:
    """The addresses of the interface for one simulated Telegram."""

    async def list_chats(_request: Request) -> JSONResponse:
        return JSONResponse([_seen_chat(chat) for chat in chats.chats.values()])

    async def add_person(request: Request) -> JSONResponse:
        asked = await request.json()
        person = Person.named(chats, str(asked["first_name"]), asked.get("id"), last_name=asked.get("last_name"))
        return JSONResponse(person.user.described(), 201)

    def acting(action: Action) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def endpoint(request: Request) -> JSONResponse:
            user = chats.users.get(request.path_params["user_id"])
            if user is None:
                return JSONResponse({"error": "nobody has this id"}, 404)
            try:
                return JSONResponse(await action(Person(chats, user), request))
            except (AssertionError, KeyError, ValueError) as error:
                return JSONResponse({"error": str(error)}, 400)

        return endpoint

    person = "/simulator/people/{user_id:int}"
    return [
        Route("/simulator/chats", list_chats),
        Route("/simulator/people", add_person, methods=["POST"]),
        Route(f"{person}/messages", acting(_messages)),
        Route(f"{person}/text", acting(_text), methods=["POST"]),
        Route(f"{person}/press", acting(_press), methods=["POST"]),
        Route(f"{person}/file", acting(_file), methods=["POST"]),
    ]


async def _messages(person: Person, _request: Request) -> Json:
    shown = [_seen(message) for message in person.messages()]
    return {"messages": shown, "toasts": person.toasts(), "keyboard": person.keyboard()}


async def _text(person: Person, request: Request) -> Json:
    return _seen(person.send_text(str((await request.json())["text"])))


async def _press(person: Person, request: Request) -> Json:
    asked = await request.json()
    return {"callback_query_id": person.press(str(asked["button"]), asked.get("message_id"))}


async def _file(person: Person, request: Request) -> Json:
    async with request.form() as form:
        file, caption = form["file"], form.get("caption")
        if not isinstance(file, UploadFile):
            raise ValueError("the field file holds no file")
        words = caption if isinstance(caption, str) else None
        content, mime = await file.read(), file.content_type or "application/octet-stream"
        if mime in {"image/jpeg", "image/png"}:
            return _seen(person.send_photo(content, words)[0])
        return _seen(person.send_document(content, file.filename or "file", mime, words))


def _seen(message: Message) -> Json:
    body = message.body
    author = body["from"]["first_name"]
    buttons = [button["text"] for button in message.buttons]
    return {"message_id": message.id, "from": author, "text": message.text, "html": message.source, "buttons": buttons}


def _seen_chat(chat: Chat) -> Json:
    return {**chat.described(), "messages": len(chat.visible()), "blocked": chat.blocked}
