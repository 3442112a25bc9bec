"""The Bot API over HTTP: reads requests, lets faults strike, answers as api.telegram.org does.

`/bot{token}/{method}` takes GET and POST with a query, a JSON object, a form or multipart; nested values
may be JSON text, as python-telegram-bot sends them. `/file/bot{token}/{path}` gives out files.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from copy import deepcopy
from time import perf_counter
from typing import Any, cast

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.simulator.telegram.api.asked import ApiRequest, Upload
from bot.simulator.telegram.api.faults import Call, Dropped, Faults
from bot.simulator.telegram.api.methods import METHODS
from bot.simulator.telegram.api.polling import Polling
from bot.simulator.telegram.chats.refusals import Json, Refused, bad_request
from bot.simulator.telegram.chats.state import Chats

WORDS = frozenset(
    {
        "action",
        "animation",
        "audio",
        "business_connection_id",
        "callback_query_id",
        "caption",
        "description",
        "document",
        "file_id",
        "inline_message_id",
        "language_code",
        "message_effect_id",
        "name",
        "parse_mode",
        "photo",
        "secret_token",
        "short_description",
        "sticker",
        "text",
        "thumbnail",
        "url",
        "video",
        "voice",
    }
)
"""Parameters that are text even where they look like JSON."""
LARGEST_PART = 60 * 1024 * 1024


class BotApi:
    """The methods of one simulated Telegram, callable over HTTP through `app`."""

    def __init__(self, chats: Chats, faults: Faults | None = None, routes: Iterable[BaseRoute] = ()) -> None:
        self.chats = chats
        self.faults = faults or Faults(chats)
        self.polling = Polling(chats)
        self._methods = {name.lower(): (name, method) for name, method in METHODS.items()}
        own: dict[str, Callable[[ApiRequest], object]] = {
            "getUpdates": self.polling.get_updates,
            "setWebhook": self.polling.set_webhook,
            "deleteWebhook": self.polling.delete_webhook,
            "getWebhookInfo": self.polling.webhook_info,
        }
        self._methods |= {name.lower(): (name, method) for name, method in own.items()}
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._dated, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
                *routes,
            ]
        )

    def close(self) -> None:
        """Send home everyone who waits for an answer."""
        self.polling.close()
        self.faults.clear()

    async def act(self, call: Call, uploads: dict[str, Upload]) -> Any:
        """The result of the call, before and after which faults may strike."""
        await self.faults.before(call)
        try:
            result = self._methods[call.method.lower()][1](ApiRequest(self.chats, call.params, uploads))
            if isinstance(result, Awaitable):
                result = await result
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # Telegram knows every parameter's type; here a value of the wrong type shows when it is used.
            raise bad_request(f"can't parse parameters of {call.method}: {error!r}") from error
        call.result = deepcopy(result)
        await self.faults.after(call)
        call.status = 200
        return call.result

    async def _dated(self, request: Request) -> Response:
        response = await self._answer(request)
        date = self.faults.date()
        if date is not None:
            response.headers["date"] = date
        return response

    async def _answer(self, request: Request) -> Response:
        try:
            self.chats.check_token(request.path_params["token"])
            asked_for = request.path_params["method"].lower()
            if asked_for not in self._methods:
                raise Refused(404, "Not Found: method not found")
            params, uploads = await decoded(request)
        except Refused as refusal:
            return JSONResponse(refusal.body(), refusal.status)
        contents = {name: upload.content for name, upload in uploads.items()}
        call = Call(self._methods[asked_for][0], params, self.chats.now(), contents)
        self.faults.calls.append(call)
        begun, polled = perf_counter(), call.method == "getUpdates"
        try:
            result = await (self._polled(request, call) if polled else self.act(call, uploads))
            return JSONResponse({"ok": True, "result": result})
        except Refused as refusal:
            call.status, call.result = refusal.status, refusal.description
            return JSONResponse(refusal.body(), refusal.status)
        except Dropped:
            return await _hung_up(request)
        finally:
            call.seconds = perf_counter() - begun
            if not polled:
                self.chats.tell("call", {"call": call})

    async def _polled(self, request: Request, call: Call) -> Json:
        """The updates, unless the caller goes away first: a poll nobody hears must take nothing with it."""
        loop = asyncio.get_running_loop()
        acting = loop.create_task(self.act(call, {}))
        gone = loop.create_task(_gone(request))
        try:
            await asyncio.wait({acting, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not acting.done():
                raise Dropped
            return cast(Json, acting.result())
        finally:
            acting.cancel()
            gone.cancel()
            await asyncio.gather(acting, gone, return_exceptions=True)

    async def _download(self, request: Request) -> Response:
        try:
            self.chats.check_token(request.path_params["token"])
            content = self.chats.files.download(request.path_params["path"])
        except Refused as refusal:
            return JSONResponse(refusal.body(), refusal.status)
        return Response(content, media_type="application/octet-stream")


async def decoded(request: Request) -> tuple[Json, dict[str, Upload]]:
    """The parameters with nested JSON decoded, and the uploaded files by field name."""
    params: Json = {name: _value(name, text) for name, text in request.query_params.items()}
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        params |= await _json_object(request)
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form(max_part_size=LARGEST_PART) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    uploads[name] = Upload(value.filename or name, mime, await value.read())
                else:
                    params[name] = _value(name, value)
    # A file in a field of its own counts as a reference to itself, so that methods read one form only.
    referred = json.dumps(params)
    for name in uploads:
        if f"attach://{name}" not in referred:
            params.setdefault(name, f"attach://{name}")
    return params, uploads


async def _json_object(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return {name: _value(name, value) if isinstance(value, str) else value for name, value in body.items()}


def _value(name: str, text: str) -> Any:
    if name in WORDS:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _hung_up(request: Request) -> Response:
    abort: Callable[[], None] | None = request.scope.get("state", {}).get("abort")
    if abort is None:
        return Response(status_code=500)
    abort()
    await _gone(request)
    return Response()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
