"""One world of the trial: a Telegram with its people, a clock, a folder of scratch data, and the bot at work in it."""

from __future__ import annotations

import secrets
import shutil
import ssl
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import build_application
from bot.clock import ShiftedClock
from bot.domain.people.people import Role
from bot.domain.people.visitor import Visitor
from bot.domain.work.lifecycle import DEFAULT_ZONE
from bot.i18n import LANGUAGES, translator
from bot.settings import Settings
from bot.simulator.telegram.api.api import BotApi
from bot.simulator.telegram.chats import chat_routes
from bot.simulator.telegram.chats.chat_view import chats_of, message_seen
from bot.simulator.telegram.chats.refusals import Json
from bot.simulator.telegram.chats.state import BotUser, Chats
from bot.simulator.trial.cast import Actor, TrialLocality, stage
from bot.simulator.trial.keeper import Keeper
from bot.simulator.trial.page_events import Events
from bot.simulator.trial.past_kept import bring_past, eve_of
from bot.simulator.trial.soon import Soon
from bot.simulator.trial.tour import Tour
from bot.simulator.trial.travel import Traveller
from bot.simulator.trial.underneath import Underneath
from bot.storage.outbox import watching
from bot.storage.outbox.watching import SeenMember
from bot.storage.records import people, plans
from bot.transport.application import TiendoApplication
from bot.transport.screen.menu import menu_of
from bot.transport.sending.request import DatedRequest

CONNECTIONS = 32
WATCH_SECONDS = 0.3
MESSAGES_A_SECOND = 10_000
"""A simulated Telegram has no limits to respect; a clock that jumps from morning to morning would wait for them."""


class ScratchSettings(Settings):
    """Settings that look neither at the environment nor at a file: nothing of a real bot can come in."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given in so many words."""
        return (init_settings,)


class World:
    """``url`` is the address under which its Telegram is answered; ``events`` hears of changes while it is shown.

    ``cache`` is a folder in which its past may be kept for the next one.
    """

    def __init__(self, url: str, start: datetime, cache: Path | None = None) -> None:
        self.run = secrets.token_hex(4)
        self.events: Events | None = None
        self.clock = ShiftedClock(eve_of(start))
        self.chats = Chats(self.clock, BotUser(token=f"1234:{self.run}"))
        self.api = BotApi(self.chats, None, chat_routes.routes(self.chats))
        self.places: list[TrialLocality] = []
        self.keeper = Keeper(self._build, self._tell_bot)
        self.traveller = Traveller(self.clock, self.chats, self.keeper.bot)
        self.underneath = Underneath(self.api.faults)
        self.tour = Tour(self.chats, self._roles_of, lambda step: self.tell("tour", key=step))
        self._watch = Soon(self._look, WATCH_SECONDS)
        self._names: dict[str, str] = {}
        self._members: dict[int, tuple[SeenMember, ...]] = {}
        """What everybody is now, whatever they were given at the start."""
        self._start = start
        self._cache = cache
        self._folder = Path(tempfile.mkdtemp(prefix="tiendo-demo-"))
        self._settings = ScratchSettings(
            token=self.chats.bot.token,
            data_dir=self._folder,
            api_url=url,
            log_level="WARNING",
            sends_per_second=MESSAGES_A_SECOND,
        )
        self.chats.listeners.append(self._heard)

    async def begin(self) -> None:
        """Live through the past, start the bot, and let the first morning come."""
        self.places = stage(self.chats)
        await bring_past(self._settings.database, self._folder, self.places, eve_of(self._start), self._cache)
        await self.keeper.start()
        async with self.keeper.bot() as bot, bot.desk.db.read() as conn:
            self._names = {each.slug: f"{each.kind} {each.name}" for each in await plans.localities(conn)}
            for actor in (actor for place in self.places for actor in place.actors):
                self._publish_menu(await people.visitor(conn, actor.id, actor.id), bot)
            self._members = by_person(await watching.members(conn))
        await self.traveller.go(self._start)
        async with self.keeper.bot() as bot:
            await self.tour.begin(bot.desk, self.places, self.clock.now())

    async def end(self) -> None:
        """Stop the bot and remove the scratch data."""
        await self._watch.end()
        await self.keeper.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def described(self) -> Json:
        """The people and chats, the clock, and whether the bot runs."""
        return {
            "run": self.run,
            "now": self._now(),
            "bot": {"name": self.chats.bot.first_name, "alive": self.keeper.application is not None},
            "localities": [self._place(place) for place in self.places],
            "strangers": [{**self._actor(place.stranger, place.slug), "locality": place.slug} for place in self.places],
            "tour": self.tour.described(),
        }

    async def seen_underneath(self, since: int) -> Json:
        """What happened underneath; while the bot is down only its calls."""
        if self.keeper.application is None:
            return await self.underneath.seen(None, since)
        async with self.keeper.bot() as bot:
            return await self.underneath.seen(bot.desk, since)

    def tell(self, event: str, **data: Any) -> None:
        """Let the pages know, while this world is the one they show."""
        if self.events is not None:
            self.events.tell(event, **data)

    def tell_clock(self, *, moving: bool) -> None:
        """What the clock shows."""
        self.tell("clock", now=self._now(), moving=moving)

    def _now(self) -> str:
        return self.clock.now().astimezone(DEFAULT_ZONE).isoformat(timespec="milliseconds")

    def _place(self, place: TrialLocality) -> Json:
        members = [user_id for user_id in place.group.chat.members if user_id in self.chats.users]
        group = {"id": place.group.id, "title": place.group.chat.names["title"], "members": members}
        people = [self._actor(actor, place.slug) for actor in place.actors]
        return {"slug": place.slug, "name": self._names[place.slug], "people": people, "groups": [group]}

    def _actor(self, actor: Actor, home: str) -> Json:
        held = sorted(self._members.get(actor.id, ()), key=lambda member: member.slug != home)
        first = held[0] if held else None
        key = "trial.uninvited" if first is None else f"role.{first.role.value}"
        return {
            "id": actor.id,
            "name": actor.part.name,
            "role": first and first.role.value,
            "role_words": {language: translator(language)(key) for language in LANGUAGES},
            "unit": "" if first is None else first.unit if first.slug == home else f"{first.unit}, {first.place}",
            "chats": chats_of(self.chats, actor.person.user),
        }

    def _roles_of(self, user_id: int) -> frozenset[Role]:
        return frozenset(member.role for member in self._members.get(user_id, ()))

    async def _look_who_is_who(self, bot: TiendoApplication) -> None:
        """Tell the pages of everybody who has joined, left, or become something else."""
        async with bot.desk.db.read() as conn:
            now = by_person(await watching.members(conn))
        before, self._members = self._members, now
        changed = {who for who in {*before, *now} if before.get(who) != now.get(who)}
        if changed:
            everyone = [(actor, place) for place in self.places for actor in (*place.actors, place.stranger)]
            told = [self._actor(actor, place.slug) for actor, place in everyone if actor.id in changed]
            self.tell("people", people=told)

    def _build(self) -> TiendoApplication:
        return build_application(self._settings, self.clock, _request)

    def _tell_bot(self, alive: bool) -> None:
        self.tell("bot", alive=alive)
        if alive and self.events is not None:
            self._watch.ask()

    def _publish_menu(self, who: Visitor, bot: TiendoApplication) -> None:
        """What the bot did when the person joined."""
        words = translator(who.person.language if who.person else "vi")
        menu = [{"command": word, "description": text} for word, text in menu_of(who, bot.routes.commands, words)]
        self.chats.menus["chat", who.telegram_id, 0, ""] = menu

    async def _look(self) -> None:
        """Tell the pages that something happened underneath, and see how far the tour is."""
        if self.keeper.application is not None:
            async with self.keeper.bot() as bot:
                await self._look_who_is_who(bot)
                await self.tour.look(bot.desk)
                if not bot.at_rest:
                    # What is being done now may be in the database only after this look.
                    self._watch.ask()
        self.tell("underneath")

    def _heard(self, what: str, details: Json) -> None:
        if what == "call":
            self.underneath.heard(details["call"])
        if self.events is None:
            return
        self.tour.heard(what, details)
        if what != "update":
            self._watch.ask()
        if what in ("message", "edit"):
            message = self.chats.chats[details["chat_id"]].messages[details["message_id"]]
            seen = message_seen(self.chats, message, details["chat_id"])
            self.tell(what, chat=details["chat_id"], **{"from": seen["from_id"]}, message=seen)
        elif what == "delete":
            self.tell(what, chat=details["chat_id"], message=details["message_id"])
        elif what == "answer":
            alert = bool(details.get("show_alert"))
            text, query = details.get("text", ""), details["query"]
            self.tell("toast", user=details["user_id"], text=text, alert=alert, query=query)
        elif what == "action":
            self.tell("typing", chat=details["chat_id"])
        elif what == "keyboard":
            self.tell("keyboard", chat=details["chat_id"])
        elif what == "menu":
            self.tell("menu", user=details["chat_id"])


def by_person(members: Iterable[SeenMember]) -> dict[int, tuple[SeenMember, ...]]:
    """Memberships by whose they are."""
    found: dict[int, tuple[SeenMember, ...]] = {}
    for member in members:
        found[member.telegram_id] = (*found.get(member.telegram_id, ()), member)
    return found


def _request() -> DatedRequest:
    """HTTP that goes nowhere but to the address given, whatever proxies the environment names."""
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    more = {"trust_env": False, "verify": bare}
    return DatedRequest(connection_pool_size=CONNECTIONS, read_timeout=20, media_write_timeout=60, httpx_kwargs=more)
