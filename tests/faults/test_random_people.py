"""People who press anything and send anything: always an answer, never a fault of ours, nobody else's data."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.domain.people.people import Role
from bot.simulator.telegram.chats.people import Doc, SimulatedPerson
from bot.storage.engine import tables
from bot.storage.records import plans
from bot.views.parts.actions import Action
from tests.faults.deeds import OFFICE, POLICE, TROUBLE, all_done, draft, photo
from tests.town import Town, press, say

VERBS = tuple(
    re.findall(
        r"\w+",
        "accept return open go on end unit role show units roles ask_end ask_role ask_unit list revoke rename alias "
        "new newteams teams groups aliases unalias group confirm add join leave left work workadd off workok row date "
        "file use red all dates nobody doubts doubt ask_use language locality digest cancel send page task p l same "
        "edit amount note files drop back go_on yes kind viec han do tim baocao khoitao donvi moi nguoi caidat huy "
        "start lich dondoc mine due found queue x 1 0 "
        "vuongmac card answer follow settle to category readdress recategory v",
    )
)
NUMBERS = (
    "0",
    "1",
    "2",
    "7",
    "40",
    "9" * 9,
    "9" * 15,
    "9" * 19,
    "9" * 40,
    "-1",
    "1.5",
    "NaN",
    "+",
    "",
    "abc",
    "20260630",
)

# A busy machine takes several times as long.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROLES = (Role.OFFICE, Role.OFFICER, Role.APPRAISER, Role.COMMITTEE, Role.TEAM, Role.HEAD)
SECRETS = 40
"""So many signs of a name are enough to know it by."""


async def counts(town: Town) -> dict[str, int]:
    """How many rows of what the office keeps."""
    kept = (tables.events, tables.memberships, tables.units, tables.rows)
    async with town.db.read() as conn:
        return {each.name: int(await conn.scalar(select(func.count()).select_from(each)) or 0) for each in kept}


async def foreign_words(town: Town, slug: str) -> list[str]:
    """Names of rows that stand in another locality's plan only."""
    async with town.db.read() as conn:
        own: set[str] = set()
        others: set[str] = set()
        for place in await plans.localities(conn):
            names = {row.name for row in (await town.app.desk.books.of(conn, place.id)).rows.values()}
            (own if place.slug == slug else others).update(names)
    return [name[:SECRETS] for name in others if not any(name[:SECRETS] in mine for mine in own)]


def answered(person: SimulatedPerson) -> None:
    assert person.unanswered() == []
    told = [*person.texts(), *person.toasts()]
    assert not [text for text in told if TROUBLE in text]


@pytest.mark.parametrize("role", ROLES[:3])
async def test_forged_buttons_of_every_action_are_answered(town: Town, role: Role) -> None:
    unit = OFFICE if role is Role.OFFICE else POLICE
    an = await town.join("binh-loc", unit, role, name="Nguyễn Văn An")
    foreign = await foreign_words(town, "binh-loc")
    dice = random.Random(role.value)
    await say(town, an, "/start")
    shown = an.last().id
    for action in Action:
        given_args = [()] + [(verb,) for verb in dice.sample(VERBS, 6)]
        given_args += [tuple(dice.choice((*VERBS, *NUMBERS)) for _ in range(dice.randint(1, 5))) for _ in range(9)]
        given_args += [(dice.choice(NUMBERS), *rest) for rest in product(dice.sample(NUMBERS, 2), repeat=2)]
        for args in given_args:
            data = ":".join(("v1", action.value, *args))[:64]
            an.press_stale(data, shown)
        await town.settle()
        answered(an)
    read = "\n".join(an.texts())
    assert not [words for words in foreign if words in read]
    await all_done(town)


async def test_another_localitys_ids_open_nothing(town: Town) -> None:
    an = await town.join("binh-loc", OFFICE, Role.OFFICE, name="Nguyễn Văn An")
    other = await town.join("ba-ngoi", "Công an phường", Role.OFFICER, name="Trần Thị Người Ngoài")
    await say(town, other, "/baocao")
    await press(town, other, other.buttons()[0])
    await press(town, other, "25%")
    await press(town, other, "Gửi báo cáo")
    foreign = [*await foreign_words(town, "binh-loc"), "Trần Thị Người Ngoài"]
    before = await counts(town)
    async with town.db.read() as conn:
        ba_ngoi = await plans.locality_by_slug(conn, "ba-ngoi")
        assert ba_ngoi is not None
        book = await town.app.desk.books.of(conn, ba_ngoi.id)
        ids = {
            "locality": [ba_ngoi.id],
            "row": list(book.rows)[:1],
            "unit": list(book.units)[:1],
            "group": list(book.groups)[:1],
            "assignment": list((await conn.scalars(select(tables.events.c.assignment_id).distinct())).all()),
            "event": list((await conn.scalars(select(tables.events.c.id))).all()),
            "membership": list(
                (
                    await conn.scalars(
                        select(tables.memberships.c.id).where(tables.memberships.c.locality_id == ba_ngoi.id)
                    )
                ).all()
            ),
            "plan": [book.plan.id] if book.plan else [],
        }
    numbers = [number for some in ids.values() for number in some]
    await say(town, an, "/start")
    shown = an.last().id
    verbs = [verb for verb in VERBS if verb.isidentifier()]
    for action in Action:
        for number in numbers:
            an.press_stale(f"v1:{action.value}:{number}", shown)
            an.press_stale(f"v1:{action.value}:{number}:{ids['event'][0]}:accept", shown)
            an.press_stale(f"v1:{action.value}:viec:0:{number}", shown)
        await town.settle()
        if action in (
            Action.PEOPLE,
            Action.UNITS,
            Action.SETUP,
            Action.INVITE,
            Action.SETTINGS,
            Action.LIST,
            Action.OPEN_LIST,
        ):
            for verb in verbs:
                an.press_stale(f"v1:{action.value}:{verb}:{ids['membership'][0]}:{ids['unit'][0]}", shown)
                an.press_stale(f"v1:{action.value}:{verb}:{ids['membership'][0]}", shown)
                an.press_stale(f"v1:{action.value}:{verb}:{ids['unit'][0]}", shown)
            await town.settle()
        answered(an)
    read = "\n".join(an.texts())
    assert not [words for words in foreign if words in read]
    assert await counts(town) == before
    await all_done(town)


WITH_VERBS = {Action.PEOPLE, Action.UNITS, Action.SETUP, Action.INVITE, Action.SETTINGS, Action.LIST, Action.OPEN_LIST}
TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="NVCT0123456789%/-+.,: xong hủy<b>&_*`[]()", max_size=60),
    st.sampled_from(
        [
            "/baocao",
            "/viec",
            "/han",
            "/do",
            "/nhiemvu",
            "/tim",
            "/thamdinh",
            "/moi",
            "/nguoi",
            "/donvi",
            "/khoitao",
            "/huy",
        ]
    ).flatmap(lambda word: st.text(max_size=40).map(lambda more: f"{word} {more}")),
    st.builds("NV{:02d} {}%".format, st.integers(0, 40), st.integers(-5, 300)),
)
DEEDS = st.one_of(
    st.tuples(st.just("text"), TEXTS),
    st.tuples(st.just("press"), st.integers(0, 30)),
    st.tuples(st.just("photo"), st.one_of(st.none(), TEXTS)),
    st.tuples(st.just("file"), st.tuples(st.binary(max_size=300), st.text(max_size=30))),
    st.tuples(st.just("other"), st.sampled_from(["sticker", "voice", "location", "poll", "contact", "video"])),
    st.tuples(st.just("edit"), TEXTS),
    st.tuples(st.just("wait"), st.integers(1, 3000)),
)


def do(town: Town, an: SimulatedPerson, kind: str, what: object) -> bool:
    """Whether something was sent that has to be answered."""
    if kind == "wait":
        town.clock.move_by(minutes=int(str(what)))
        return False
    if kind == "press":
        shown = [(m.id, b["callback_data"]) for m in an.messages() for b in m.buttons if "callback_data" in b]
        if not shown:
            return False
        message, data = shown[-1 - int(str(what)) % len(shown)]
        an.press_stale(data, message)
        return True
    if kind == "text":
        text = "".join(sign for sign in str(what) if sign.isprintable() or sign == "\n").strip()
        if not text:
            return False
        an.send_text(text)
    elif kind == "photo":
        caption = "".join(sign for sign in str(what or "") if sign.isprintable()).strip()
        an.send_photo(photo(), caption or None)
    elif kind == "file":
        content, name = what  # type: ignore[misc]
        an.send_album([Doc(content, name or "x", "application/pdf")])
    elif kind == "other":
        getattr(an, f"send_{what}")()
    else:
        mine = [m for m in an.messages() if not m.sent_by(town.chats.bot.id) and "text" in m.body]
        if not mine:
            return False
        an.edit(mine[-1].id, str(what).strip() or "x")
    return True


async def test_whatever_people_do_they_are_answered_and_nothing_breaks(town: Town) -> None:
    """Hypothesis draws the stories; the town goes on from one to the next, as towns do."""
    stories: list[list[tuple[str, object]]] = []

    @settings(
        max_examples=25,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(DEEDS, min_size=6, max_size=14))
    def draw(story: list[tuple[str, object]]) -> None:
        stories.append(story)

    draw()
    foreign = await foreign_words(town, "binh-loc")
    for number, story in enumerate(stories):
        role = ROLES[number % len(ROLES)]
        an = await town.join("binh-loc", OFFICE if role is Role.OFFICE else POLICE, role, name="Nguyễn Văn An")
        for kind, what in story:
            before = len(town.server.calls)
            if do(town, an, kind, what):
                await town.settle()
                calls = [c.method for c in town.server.calls[before:] if c.chat_id == an.id or "callback" in c.method]
                assert calls, f"silence after {kind} {what!r} in {story}"
            answered(an)
        await say(town, an, "/huy")
        assert await draft(town, an) is None
        assert not [words for words in foreign if words in "\n".join(an.texts())]
    await all_done(town)
