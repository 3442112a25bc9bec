"""The only composition root: the command line, the tests and the simulator all build the bot here."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.clock import CheckedClock, Clock, SystemClock
from bot.conversations.appraising.appraise import REOPEN, RETURN
from bot.conversations.core.dialogue import Conversation
from bot.conversations.core.engine import Engine
from bot.conversations.difficulties.difficulty import DIFFICULTY
from bot.conversations.difficulties.difficulty_words import DIFFICULTY_WORDS
from bot.conversations.people.invite import INVITE
from bot.conversations.people.join import JOIN
from bot.conversations.periods.period_reopen import PERIOD_REOPEN
from bot.conversations.plan.days_off import DAY_OFF
from bot.conversations.plan.limit import LIMIT
from bot.conversations.plan.opening_file import OPENING_FILE
from bot.conversations.plan.setup import OPENING
from bot.conversations.reporting.milestone import MILESTONE
from bot.conversations.reporting.period_walk import PERIOD_WALK
from bot.conversations.reporting.report import REPORT
from bot.conversations.reporting.unit_report import UNIT_REPORT
from bot.conversations.requests.change import CHANGE
from bot.conversations.requests.decide import DECIDE
from bot.conversations.requests.extend import EXTEND
from bot.conversations.requests.new_task import NEW_TASK
from bot.conversations.units.units import UNITS
from bot.domain.errors import TienDoError
from bot.handlers import (
    appraising,
    asking,
    difficulties,
    people,
    periods,
    plan,
    reminding,
    reporting,
    requests,
    results,
    rows,
    units,
)
from bot.handlers.entry import commands, files, free_text, gate, others
from bot.reminders.dispatcher import Dispatcher
from bot.reminders.jobs import tickers
from bot.settings import Settings
from bot.transport.application import TiendoApplication
from bot.transport.logs import guard
from bot.transport.receiving.bot import TiendoBot
from bot.transport.receiving.inbox import Inbox
from bot.transport.receiving.processor import Processor, note_fault
from bot.transport.receiving.queue import OrderedQueue
from bot.transport.receiving.ticket import AlbumAnswer
from bot.transport.screen.routes import collect
from bot.transport.screen.visit import Context
from bot.transport.sending.request import DatedRequest
from bot.transport.sending.sender import Sender
from bot.transport.sending.triage import described

__all__ = ["TiendoApplication", "build_application", "run", "run_until"]

SPARE_CONNECTIONS = 4
"""Beside the slots: for the dispatcher and for answers to presses."""
LONGEST_PAUSE = 30.0
log = logging.getLogger(__name__)


class WrongToken(TienDoError):
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__("token_refused")


def build_application(
    settings: Settings, clock: Clock | None = None, request: Callable[[], BaseRequest] | None = None
) -> TiendoApplication:
    """The bot, ready to be initialized; nothing is opened before that.

    ``request`` makes the objects that speak HTTP, one for getUpdates and one for the rest. Raises SettingsError
    where there is no token.
    """
    # Without it PTB warns at every 429 that a type will change.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    guard(settings)
    checked = CheckedClock(clock or SystemClock())
    token = settings.require_token()
    telegram = TiendoBot(
        token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=_heard(request() if request else _request(settings, settings.slots + SPARE_CONNECTIONS), checked),
        get_updates_request=_heard(request() if request else _request(settings, 1), checked),
        local_mode=settings.local_api,
    )
    inbox = Inbox(telegram, int(token.partition(":")[0]), OrderedQueue(), checked)
    telegram.store_into(inbox)
    application = _assembled(settings, checked, telegram, inbox)
    _add_handlers(application)
    dispatcher = Dispatcher(application)
    application.companions += [dispatcher, *tickers(application, dispatcher)]
    return application


def _heard(request: BaseRequest, clock: CheckedClock) -> BaseRequest:
    """The request, whose answers tell this clock Telegram's time."""
    if isinstance(request, DatedRequest):
        request.clock = clock
    return request


def _assembled(settings: Settings, clock: CheckedClock, telegram: TiendoBot, inbox: Inbox) -> TiendoApplication:
    processor = Processor(settings.slots)
    parts = {
        "settings": settings,
        "clock": clock,
        "engine": Engine(CONVERSATIONS),
        "inbox": inbox,
        "sender": Sender(telegram, clock, per_second=settings.sends_per_second),
        "processor": processor,
        "routes": ROUTES,
        "reread": free_text.read,
    }
    builder: Any = Application.builder().application_class(TiendoApplication, parts).bot(telegram)
    builder.update_queue(inbox.queue).concurrent_updates(processor).context_types(ContextTypes(context=Context))
    # PTB's job queue goes by the machine's clock; ours are the tickers (docs/decisions/0014).
    builder.job_queue(None)
    application: TiendoApplication = builder.build()
    return application


_MENU = (
    *("start", "baocao", "kybaocao", "xephang", "viec", "han", "do", "nhiemvu", "tim", "hoi", "thamdinh", "tongquan"),
    *("vuongmac", "giahan", "dexuat", "moi", "nguoi", "donvi", "khoitao", "dondoc", "tinhtrang", "lich", "ketnoi"),
    *("caidat", "trogiup", "huy"),
)
"""The commands in the order in which Telegram's menu shows them."""
ROUTES = collect(
    (people, units, reporting, plan, results, rows, asking, difficulties, requests, appraising, periods, reminding),
    _MENU,
)
"""Where every command and every button leads."""
CONVERSATIONS: tuple[Conversation[Any, Any], ...] = (
    JOIN,
    INVITE,
    REPORT,
    MILESTONE,
    UNIT_REPORT,
    DIFFICULTY,
    DIFFICULTY_WORDS,
    PERIOD_WALK,
    PERIOD_REOPEN,
    RETURN,
    REOPEN,
    OPENING,
    OPENING_FILE,
    LIMIT,
    UNITS,
    DAY_OFF,
    EXTEND,
    DECIDE,
    CHANGE,
    NEW_TASK,
)
"""Every dialogue there is, one of each kind."""


def _request(settings: Settings, connections: int) -> DatedRequest:
    more: dict[str, Any] = {}
    address = urlsplit(settings.api_url)
    if address.scheme == "http":
        # Plain HTTP needs no certificates; loading them would take longer than everything else here.
        more["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if address.hostname in ("127.0.0.1", "localhost", "::1"):
        more["trust_env"] = False
    return DatedRequest(
        connection_pool_size=connections,
        proxy=settings.proxy_url,
        connect_timeout=10,
        read_timeout=20,
        write_timeout=20,
        pool_timeout=30,
        media_write_timeout=120,
        httpx_kwargs=more,
    )


def _add_handlers(application: TiendoApplication) -> None:
    application.add_handler(TypeHandler(Update, gate.gate), group=-1)
    application.add_handler(TypeHandler(AlbumAnswer, others.album_is_quiet))
    application.add_handler(CallbackQueryHandler(commands.pressed))
    application.add_handler(ChatMemberHandler(others.standing_changed, ChatMemberHandler.MY_CHAT_MEMBER))
    # Before all other messages: an edited one must never be read as a new one.
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, others.edited))
    application.add_handler(MessageHandler(filters.TEXT & _SLASH, commands.typed))
    application.add_handler(MessageHandler(filters.TEXT, free_text.heard))
    application.add_handler(MessageHandler(filters.PHOTO | filters.Document.ALL, files.received))
    application.add_handler(MessageHandler(filters.ALL, others.unreadable))
    application.add_error_handler(note_fault)


class _Slash(filters.MessageFilter):
    """A message that begins with a slash; Telegram itself marks no command with diacritics."""

    def filter(self, message: Any) -> bool:
        return commands.command_of(message.text) is not None


_SLASH = _Slash()


async def run(application: TiendoApplication, *, stop: asyncio.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT (or ``stop``), then finish what is in hand.

    Raises WrongToken, also where Telegram stops knowing the token later; while Telegram cannot be reached at the
    start it is tried again.
    """
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await run_until(stop, application)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def run_until(
    stop: asyncio.Event, application: TiendoApplication, *, told: Callable[[bool], None] = lambda _is_up: None
) -> None:
    """What ``run`` does, without a word to the process's signals.

    ``told`` hears True once updates are taken, and False before what was opened is closed again.
    """
    refused = asyncio.Event()

    def give_up() -> None:
        refused.set()
        stop.set()

    application.bot.call_when_refused(give_up)
    try:
        if not await _initialized(application, stop):
            return
        await application.start()
        try:
            taking = asyncio.get_running_loop().create_task(application.take_updates())
            await _first(stop, taking)
            if not stop.is_set():
                told(True)
            await stop.wait()
        finally:
            told(False)
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            await application.stop()
    finally:
        await application.shutdown()
    if refused.is_set():
        raise WrongToken


async def _first(stop: asyncio.Event, taking: asyncio.Task[None]) -> None:
    stopped = asyncio.get_running_loop().create_task(stop.wait())
    try:
        await asyncio.wait({stopped, taking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if taking.done():
        taking.result()


async def _initialized(application: TiendoApplication, stop: asyncio.Event) -> bool:
    """Whether the application is initialized; not where it was stopped before Telegram could be reached."""
    pause = 1.0
    while not stop.is_set():
        try:
            await application.initialize()
        except InvalidToken as refused:
            raise WrongToken from refused
        except NetworkError as outage:
            log.warning("Telegram cannot be reached yet: %s", described(outage))
            try:
                async with asyncio.timeout(pause):
                    await stop.wait()
            except TimeoutError:
                pause = min(LONGEST_PAUSE, pause * 2)
        else:
            return True
    return False
