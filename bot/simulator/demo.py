"""The trial: the real bot on scratch data, the five plans in use, and people of every role who have joined.

Nothing leaves the machine: the Bot API is the simulator's on 127.0.0.1, the data folder is a new one that is removed
at the end, and no setting of the environment is looked at.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.app import build_application
from bot.app import run as run_bot
from bot.clock import ShiftedClock
from bot.domain.errors import TienDoError
from bot.domain.people import Role
from bot.domain.plan import Unit, UnitKind
from bot.i18n import Translator, translator
from bot.plans.reader import read_yaml
from bot.services.book import Book, Books
from bot.services.desk import Desk
from bot.services.load_plan import load
from bot.settings import Settings
from bot.simulator.people import Person
from bot.simulator.server import running
from bot.simulator.state import Chats
from bot.storage import people
from bot.storage.database import Database, migrate
from bot.storage.files import FileStore

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FIRST_NUMBER = 1001
NAMES = (
    "Nguyen Thi Lan",
    "Tran Van Minh",
    "Le Thu Ha",
    "Pham Quoc Bao",
    "Vo Thi Mai",
    "Dang Van Hung",
    "Bui Thanh Truc",
    "Ho Duc Thang",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Someone who can be spoken for in the trial."""

    person: Person
    name: str
    role: Role | None
    unit: str
    locality: str


async def run_demo(*, port: int, start: datetime, language: str = "vi") -> None:
    """Run until Ctrl+C. Raises TienDoError("port_taken") where another program has the port."""
    t = translator(language)
    with tempfile.TemporaryDirectory(prefix="tiendo-demo-") as folder:
        clock = ShiftedClock(start)
        chats = Chats(clock)
        try:
            async with running(chats, port) as server:
                settings = Settings(
                    _env_file=None,
                    token=chats.bot.token,
                    data_dir=Path(folder),
                    database_url="",
                    api_url=server.url,
                    proxy_url=None,
                    webhook_url=None,
                    log_level="WARNING",
                )
                samples = await settle_people(settings, chats, clock.now())
                _tell(t, server.url, samples, clock.now())
                await run_bot(build_application(settings, clock=clock))
        except OSError as error:
            raise TienDoError("port_taken", port=port, other=port + 1) from error


async def settle_people(settings: Settings, chats: Chats, now: datetime) -> list[Sample]:
    """The five plans in use, and in each locality people of every role; beside them someone uninvited."""
    await migrate(settings.database)
    db = await Database.open(settings.database)
    try:
        desk = Desk(db=db, files=FileStore(settings.data_dir), books=Books())
        numbers = count(FIRST_NUMBER)
        samples: list[Sample] = []
        for path in sorted(SEEDS.glob("*.yaml")):
            report = await load(desk, read_yaml(path), now=now, in_use=True)
            samples += await _locals(desk, report.locality_id, chats, numbers, now)
        stranger = Person.named(chats, NAMES[-1], next(numbers))
        return [*samples, Sample(stranger, NAMES[-1], None, "", "")]
    finally:
        await db.close()


async def _locals(desk: Desk, locality_id: int, chats: Chats, numbers: Iterator[int], now: datetime) -> list[Sample]:
    async with desk.db.read() as conn:
        book = await desk.books.of(conn, locality_id)
    samples = []
    for name, (unit, role) in zip(NAMES, _places(book), strict=False):
        person = Person.named(chats, name, next(numbers))
        person.open_chat()
        async with desk.db.write() as conn:
            joined = await people.add_person(conn, person.id, name, "vi", now)
            await people.add_membership(conn, joined.id, locality_id, unit.id, role, now)
        samples.append(Sample(person, name, role, unit.name, f"{book.locality.kind} {book.locality.name}"))
    return samples


def _places(book: Book) -> list[tuple[Unit, Role]]:
    """Officers of three lead units, a head, the office, an appraiser, a committee member, a team where there is one."""
    office = book.units[book.locality.standing_office_id or 0]
    working = (UnitKind.DIVISION, UnitKind.POLICE, UnitKind.CENTRE, UnitKind.OFFICE, UnitKind.FRONT)
    units = [unit for unit in book.units.values() if unit.kind in working and unit.id != office.id]
    other = next((u for u in book.units.values() if u.kind in (UnitKind.OTHER, UnitKind.LEADERSHIP)), office)
    teams = [unit for unit in book.units.values() if unit.kind is UnitKind.COMMUNITY_TEAM][:1]
    return [
        *((unit, Role.OFFICER) for unit in units[:2]),
        (office, Role.OFFICER),
        (units[0], Role.HEAD),
        (office, Role.OFFICE),
        (other, Role.APPRAISER),
        (other, Role.COMMITTEE),
        *((team, Role.TEAM) for team in teams),
    ]


def _tell(t: Translator, url: str, samples: list[Sample], now: datetime) -> None:
    print(t("cli.demo"))
    print(t("cli.demo_api", url=url))
    print(t("cli.demo_clock", at=t.instant(now)))
    print()
    for one in samples:
        role = t(f"role.{one.role.value}") if one.role else t("cli.demo_uninvited")
        parts = (str(one.person.id), one.name, role, one.unit, one.locality)
        print(" · ".join(part for part in parts if part))
    print()
    print(t("cli.demo_try"))
    me = f"{url}/simulator/people/{samples[0].person.id}"
    print(f'  curl {me}/text -d \'{{"text": "/viec"}}\'')
    print(f"  curl {me}/messages")
    print(f'  curl {me}/text -d \'{{"text": "NV08 60% da trinh du thao lan 2"}}\'')
    print(t("cli.demo_stop"), flush=True)
