"""The commands on every kind of database there can be: none, an empty one, another step, another program's, broken."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.plans.reader import read_yaml
from bot.services.core.book import Books
from bot.services.core.desk import Desk
from bot.services.plan.load_plan import load
from bot.simulator.telegram.api.server import running
from bot.simulator.telegram.chats.people import SimulatedPerson
from bot.simulator.telegram.chats.state import Chats
from bot.storage.archive import backup
from bot.storage.archive.archive import verify
from bot.storage.engine.database import Database
from bot.storage.engine.migrate import migrate
from bot.storage.engine.steps import SchemaPlace, head_revision, look, steps
from bot.storage.records.files import FileStore
from tests.cli.conftest import Command
from tests.cli.running import Ended, process
from tests.cli.test_commands import bot_running, heard

HOME = Path(__file__).parents[2]
NOW = SystemClock().now()
TWO_STEPS = pytest.mark.skipif(len(steps()) < 2, reason="there is one step only")
OLD = steps()[-2] if len(steps()) > 1 else ""

READING = {
    "export": ("export", "binh-loc"),
    "ask": ("ask", "binh-loc", "nhiệm vụ nào đang đỏ?"),
    "report": ("report", "binh-loc", "--period", "2026-06", "--format", "docx", "--out", "{out}"),
    "reminders": ("reminders", "--on", "2026-06-29"),
    "person export": ("person", "export", "7"),
    "person erase": ("person", "erase", "7"),
    "backup": ("backup", "{out}"),
}
MAKING = {
    "seed": ("seed", "binh-loc"),
    "invite": ("invite", "binh-loc", "--unit", "Công an phường", "--role", "officer"),
    "restore": ("restore", "{archive}"),
    "migrate": ("migrate",),
}
NOT_ON_ANOTHER_STEP = {name: words for name, words in (READING | MAKING).items() if name not in ("backup", "migrate")}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with Bình Lộc's plan, and an archive of it beside."""
    folder = tmp_path_factory.mktemp("databases") / "data"
    folder.mkdir()

    async def fill() -> None:
        url = f"sqlite+aiosqlite:///{folder / 'tiendo.db'}"
        await migrate(url)
        database = await Database.open(url)
        plan = read_yaml(HOME / "seeds" / "binh-loc.yaml")
        await load(Desk(database, FileStore(folder), Books()), plan, now=NOW, in_use=True)
        await database.close()
        await backup.backup(url, folder, folder.parent / "b.tar", NOW)

    asyncio.run(fill())
    return folder


@pytest.fixture
def archive(seeded: Path) -> Path:
    return seeded.parent / "b.tar"


@pytest.fixture
def call(command: Command, archive: Path, tmp_path: Path) -> Callable[..., Ended]:
    """A command of the lists above, its files named."""

    def called(words: tuple[str, ...], **settings: object) -> Ended:
        return command(*(word.format(out=tmp_path / "out.bin", archive=archive) for word in words), **settings)

    return called


@pytest.fixture
def filled(seeded: Path, tmp_path: Path) -> Path:
    """A database file of one's own with Bình Lộc's plan."""
    return Path(shutil.copytree(seeded, tmp_path / "data")) / "tiendo.db"


def sql(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as conn:
        for statement in statements:
            conn.execute(statement)
    conn.close()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with what it holds, but for what SQLite keeps beside a database that was read."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if not path.name.endswith(("-wal", "-shm"))
    }


def one_sentence(done: Ended, code: int, *parts: str) -> None:
    assert (done.code, done.out) == (code, ""), done
    assert len(done.err.splitlines()) == 1, done
    assert all(part in done.err for part in parts), done


def no_folder(_: Path) -> None:
    """Not even the data folder is there."""


def empty_folder(data_dir: Path) -> None:
    data_dir.mkdir()


def empty_file(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "tiendo.db").touch()


def no_tables(data_dir: Path) -> None:
    data_dir.mkdir()
    sql(data_dir / "tiendo.db", "PRAGMA journal_mode = WAL", "CREATE TABLE x (y)", "DROP TABLE x")


NOTHING = [no_folder, empty_folder, empty_file, no_tables]


@pytest.mark.parametrize("prepare", NOTHING)
def test_reading_commands_say_that_there_is_none_and_make_no_file(
    tmp_path: Path, call: Callable[..., Ended], prepare: Callable[[Path], None]
) -> None:
    prepare(tmp_path / "data")
    before = tree(tmp_path)
    for words in READING.values():
        one_sentence(call(words), 2, "tiendo seed", "TIENDO_DATA_DIR")
    looked = call(("check",))
    assert (looked.code, looked.err) == (1, "") and "\nfail database " in looked.out
    assert tree(tmp_path) == before


@pytest.mark.parametrize("prepare", NOTHING)
@pytest.mark.parametrize("name", MAKING)
def test_commands_that_begin_something_make_it_at_the_newest_step(
    tmp_path: Path, call: Callable[..., Ended], prepare: Callable[[Path], None], name: str
) -> None:
    prepare(tmp_path / "data")
    done = call(MAKING[name])
    # Of a locality that is not there nobody is invited; the database is there all the same.
    assert done.code == (2 if name == "invite" else 0), done
    found = asyncio.run(look(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tiendo.db'}"))
    assert (found.place, found.step) == (SchemaPlace.NEWEST, head_revision())
    assert not (tmp_path / "data" / "backups").exists()


def test_on_postgresql_it_is_the_same(
    request: pytest.FixtureRequest, tmp_path: Path, call: Callable[..., Ended], archive: Path
) -> None:
    server = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE cli_empty")
    url = server.url("cli_empty")
    try:
        for words in READING.values():
            one_sentence(call(words, DATABASE_URL=url), 2, "tiendo seed")
        assert call(("check",), DATABASE_URL=url).code == 1
        assert not (tmp_path / "data").exists() and asyncio.run(look(url)).place is SchemaPlace.NOWHERE
        assert call(("restore", "{archive}"), DATABASE_URL=url).code == 0
        assert call(("export", "binh-loc"), DATABASE_URL=url).code == 0
        if OLD:
            back = call(("migrate", "--to", OLD), DATABASE_URL=url)
            assert back.code == 0 and len(list((tmp_path / "data" / "backups").iterdir())) == 1
            one_sentence(call(("export", "binh-loc"), DATABASE_URL=url), 1, "tiendo migrate")
            assert call(("migrate",), DATABASE_URL=url).code == 0
        assert call(("export", "binh-loc"), DATABASE_URL=url).code == 0
    finally:
        server.execute("DROP DATABASE cli_empty WITH (FORCE)")
    one_sentence(call(("export", "binh-loc"), DATABASE_URL=url), 2, "tiendo seed")
    one_sentence(call(("seed",), DATABASE_URL=url), 1, "createdb")
    one_sentence(call(("seed",), DATABASE_URL="postgresql+asyncpg://a@127.0.0.1:9/b"), 1, "TIENDO_DATABASE_URL")
    looked = call(("check",), DATABASE_URL="postgresql+asyncpg://a@127.0.0.1:9/b")
    assert looked.code == 1 and "\nfail database " in looked.out


@TWO_STEPS
def test_on_an_older_step_everything_names_migrate(filled: Path, call: Callable[..., Ended], tmp_path: Path) -> None:
    done = call(("migrate", "--to", OLD))
    assert done.code == 0 and OLD in done.out and "backups" in done.out
    before = tree(tmp_path)
    for words in NOT_ON_ANOTHER_STEP.values():
        one_sentence(call(words), 1, "tiendo migrate", OLD, head_revision())
    looked = call(("check",))
    assert looked.code == 1 and "tiendo migrate" in looked.out
    assert "\nok database " in looked.out and "\nfail step " in looked.out
    assert tree(tmp_path) == before

    out = tmp_path / "old.tar"
    assert call(("backup", str(out))).code == 0
    assert verify(out).revision == OLD
    assert call(("restore", str(out)), DATA_DIR=tmp_path / "other").code == 0
    assert call(("export", "binh-loc"), DATA_DIR=tmp_path / "other").code == 0

    up = call(("migrate",))
    assert up.code == 0 and head_revision() in up.out and len(up.out.splitlines()) == 2
    assert len(list((tmp_path / "data" / "backups").iterdir())) == 2
    again = call(("migrate",))
    assert again.code == 0 and len(again.out.splitlines()) == 1
    assert call(("export", "binh-loc")).code == 0


@pytest.mark.parametrize(("step", "version", "named"), [("9001", "'7.3.1'", "7.3.1"), ("0011", "NULL", "0.1.0")])
def test_on_a_step_of_another_version_everything_but_backup_names_the_version(
    filled: Path, call: Callable[..., Ended], tmp_path: Path, step: str, version: str, named: str
) -> None:
    sql(filled, f"UPDATE alembic_version SET version_num = '{step}', program = {version}")
    before = tree(tmp_path)
    for words in (*NOT_ON_ANOTHER_STEP.values(), ("migrate",), ("migrate", "--to", steps()[0])):
        one_sentence(call(words), 1, step, named)
    looked = call(("check",))
    assert looked.code == 1 and "\nfail step " in looked.out and named in looked.out
    assert tree(tmp_path) == before
    out = tmp_path / "other.tar"
    assert call(("backup", str(out))).code == 0
    assert verify(out).revision == step
    one_sentence(call(("restore", str(out)), DATA_DIR=tmp_path / "other"), 1, named)
    assert not (tmp_path / "other" / "tiendo.db").exists()


def of_another_program(path: Path) -> None:
    sql(path, "CREATE TABLE customers (id INTEGER)", "INSERT INTO customers VALUES (1)")


def no_database_at_all(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"mot bang tinh" * 1000)


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("prepare", [of_another_program, no_database_at_all, a_folder])
def test_what_is_no_database_of_ours_is_refused_and_left_alone(
    tmp_path: Path, call: Callable[..., Ended], prepare: Callable[[Path], None]
) -> None:
    (tmp_path / "data").mkdir()
    prepare(tmp_path / "data" / "tiendo.db")
    before = tree(tmp_path)
    for words in (READING | MAKING).values():
        one_sentence(call(words), 1, "TIENDO_DATA_DIR")
    looked = call(("check",))
    assert looked.code == 1 and looked.out.count("fail database ") == 1
    assert tree(tmp_path) == before


def test_a_step_nobody_knows_is_wrong_use(filled: Path, call: Callable[..., Ended]) -> None:
    one_sentence(call(("migrate", "--to", "9999")), 2, "9999", head_revision())


@TWO_STEPS
def test_without_room_for_the_backup_nothing_is_migrated(
    filled: Path, call: Callable[..., Ended], tmp_path: Path
) -> None:
    assert call(("migrate", "--to", OLD)).code == 0
    shutil.rmtree(tmp_path / "data" / "backups")
    (tmp_path / "data" / "backups").touch()
    one_sentence(call(("migrate",)), 1, str(tmp_path / "data" / "backups"))
    assert asyncio.run(look(f"sqlite+aiosqlite:///{filled}")).step == OLD


@asynccontextmanager
async def talking(data_dir: Path) -> AsyncIterator[tuple[Chats, dict[str, str]]]:
    """`run` on a data folder, until somebody was answered."""
    chats = Chats(SystemClock())
    async with running(chats) as server, bot_running(data_dir, server):
        an = SimulatedPerson.named(chats, "An")
        an.start("KHONGCO1")
        await heard(chats, an, lambda: len(an.texts()) == 1)
        yield chats, {"TIENDO_TOKEN": chats.bot.token, "TIENDO_API_URL": server.url}


async def test_run_makes_the_database_where_there_is_none(tmp_path: Path) -> None:
    async with talking(tmp_path / "data"):
        pass
    url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'tiendo.db'}"
    assert (await look(url)).place is SchemaPlace.NEWEST and not (tmp_path / "data" / "backups").exists()


@TWO_STEPS
async def test_run_takes_an_older_database_to_the_newest_step_after_a_backup(filled: Path, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{filled}"
    await migrate(url, OLD)
    async with talking(filled.parent):
        assert (await look(url)).place is SchemaPlace.NEWEST
    (saved,) = (filled.parent / "backups").iterdir()
    assert verify(saved).revision == OLD


async def test_run_on_a_step_of_a_later_version_ends_with_one_sentence(filled: Path) -> None:
    sql(filled, "UPDATE alembic_version SET version_num = '9001', program = '7.3.1'")
    async with running(Chats(SystemClock())) as server:
        known = {"TIENDO_TOKEN": server.chats.bot.token, "TIENDO_API_URL": server.url}
        done = await asyncio.to_thread(process, filled.parent, "run", **known)
    one_sentence(done, 1, "9001", "7.3.1")


async def test_a_start_with_nothing_to_migrate_reads_no_alembic(filled: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from bot.storage.archive.upgrade import upgrade\n"
        f"folder = Path({str(filled.parent)!r})\n"
        "url = f\"sqlite+aiosqlite:///{folder / 'tiendo.db'}\"\n"
        "asyncio.run(upgrade(url, folder, datetime.now(UTC)))\n"
        "print('alembic' in sys.modules)\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=HOME, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out == b"False\n"
