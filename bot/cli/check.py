"""`check`: whether this installation can do its work; one line a finding, exit code 1 where something cannot be."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from bot.cli.clock import dated_ahead, is_in_doubt, seconds_apart
from bot.cli.house import now, run, sentence, sentence_of, settings, words
from bot.domain.errors import TienDoError
from bot.domain.people.people import may_appraise
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database
    from bot.storage.records.files import FileStore

LEAST_FREE_BYTES = 500 * 1000 * 1000
MOST_CLOCK_SECONDS = 60
TELEGRAM_SECONDS = 10
MOST_FILES_NAMED = 20
"""Of evidence that is not as it should be; the others are counted."""


class Mark(StrEnum):
    """How a matter stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a mark, a short name that never changes, and the sentence."""

    mark: Mark
    name: str
    sentence: str


def _ok(name: str, key: str, /, **figures: object) -> Finding:
    return Finding(Mark.OK, name, sentence(f"check.{key}", **figures))


def _warn(name: str, key: str, /, **figures: object) -> Finding:
    return Finding(Mark.WARN, name, sentence(f"check.{key}", **figures))


def _fail(name: str, key: str, /, **figures: object) -> Finding:
    return Finding(Mark.FAIL, name, sentence(f"check.{key}", **figures))


def check() -> None:
    """Say whether settings, database, evidence, disk, Bot API, clock and calendar are as they must be."""
    if run(_tell()):
        raise typer.Exit(1)


async def _tell() -> bool:
    """Print every finding as soon as there is one; whether any of them is a failure."""
    failed = False
    async for finding in _all():
        print(finding.mark.value, finding.name, " ".join(finding.sentence.split()), flush=True)
        failed |= finding.mark is Mark.FAIL
    return failed


async def _all() -> AsyncIterator[Finding]:
    try:
        chosen = settings()
    except TienDoError as error:
        yield Finding(Mark.FAIL, "settings", sentence_of(error))
        return
    yield _ok("settings", "settings")
    for finding in (*_data_dir(chosen), *_webhook(chosen)):
        yield finding
    try:
        async for finding in _database(chosen):
            yield finding
    except Exception as error:
        # A damaged database raises whatever its driver does; the other matters are told all the same.
        yield Finding(Mark.FAIL, "database", sentence_of(error))
    async for finding in _bot_api(chosen):
        yield finding
    for finding in _calendar(now()):
        yield finding


def _data_dir(chosen: Settings) -> Iterator[Finding]:
    folder = chosen.data_dir.absolute()
    if not folder.parent.is_dir():
        yield _fail("data-dir", "data_dir_nowhere", path=folder, parent=folder.parent)
        return
    if folder.exists() and not folder.is_dir():
        yield _fail("data-dir", "data_dir_no_folder", path=folder)
        return
    there = folder if folder.exists() else folder.parent
    if not os.access(there, os.W_OK | os.X_OK):
        yield _fail("data-dir", "data_dir_closed", path=there)
    elif folder.exists():
        yield _ok("data-dir", "data_dir", path=folder)
    else:
        yield _ok("data-dir", "data_dir_new", path=folder)
    free = shutil.disk_usage(there).free
    mark = Mark.OK if free >= LEAST_FREE_BYTES else Mark.FAIL
    yield Finding(mark, "disk", sentence("check.disk", free=words().megabytes(free)))


def _webhook(chosen: Settings) -> Iterator[Finding]:
    if chosen.webhook_url is None:
        return
    try:
        chosen.require_webhook_secret()
    except TienDoError as error:
        yield Finding(Mark.FAIL, "webhook", sentence_of(error))
    else:
        yield _ok("webhook", "webhook", listen=chosen.webhook_listen)


async def _database(chosen: Settings) -> AsyncIterator[Finding]:
    from bot.storage.engine.database import Database
    from bot.storage.engine.steps import SchemaPlace, look, require_newest
    from bot.storage.records.files import FileStore

    found = await look(chosen.database)
    if found.place in (SchemaPlace.NOWHERE, SchemaPlace.FOREIGN):
        require_newest(found)
    database = await Database.open(chosen.database)
    try:
        yield _ok("database", "database", dialect=database.dialect)
        try:
            require_newest(found)
        except TienDoError as error:
            yield Finding(Mark.FAIL, "step", sentence_of(error))
            return
        yield _ok("step", "step", step=found.step)
        async for finding in _localities(database):
            yield finding
        async for finding in _evidence(database, FileStore(chosen.data_dir)):
            yield finding
    finally:
        await database.close()


async def _localities(database: Database) -> AsyncIterator[Finding]:
    from bot.storage.records import audit, plans

    async with database.read() as conn:
        places = await plans.localities(conn)
        if not places:
            yield _warn("plan", "no_plan")
        for place in places:
            broken = await audit.verify(conn, place.id)
            if broken is None:
                yield _ok("audit", "audit", locality=place.slug)
            else:
                yield _fail("audit", "audit_broken", locality=place.slug, seq=broken)
            ahead, what = await dated_ahead(conn, place.id, now(), words())
            if ahead:
                yield _fail("clock", "dated_ahead", locality=place.slug, n=ahead, what=what)
            async for finding in _appraisers(conn, place.id, place.slug):
                yield finding


async def _appraisers(conn: Connection, locality_id: int, slug: str) -> AsyncIterator[Finding]:
    """Units whose reports nobody could judge (docs/rules/life-cycle.md#who-appraises)."""
    from bot.storage.records import people, plans

    everyone = await people.memberships_in(conn, locality_id)
    if not everyone:
        yield _warn("people", "nobody_joined", locality=slug)
        return
    persons = {membership.person_id for membership in everyone}
    reporting = {m.unit_id for m in everyone}
    for unit in await plans.units(conn, locality_id):
        if unit.id in reporting and not any(
            may_appraise(person, everyone, locality_id, reporter_id=None, unit_id=unit.id) for person in persons
        ):
            yield _warn("appraisers", "no_appraiser", locality=slug, unit=unit.name)


async def _evidence(database: Database, files: FileStore) -> AsyncIterator[Finding]:
    from bot.storage.archive.evidence_check import FileState, look_at_evidence

    whole = wrong = 0
    async for looked in look_at_evidence(database, files):
        if looked.state is FileState.WHOLE:
            whole += 1
            continue
        wrong += 1
        if wrong <= MOST_FILES_NAMED:
            key = f"evidence_{looked.state.name.lower()}"
            yield _fail("evidence", key, sha256=looked.sha256, name=looked.name or "–")
    if wrong > MOST_FILES_NAMED:
        yield _fail("evidence", "evidence_more", count=wrong - MOST_FILES_NAMED)
    if not wrong:
        yield _ok("evidence", "evidence", count=whole)


async def _bot_api(chosen: Settings) -> AsyncIterator[Finding]:
    from bot.cli.telegram import Unreachable, get_me

    try:
        token = chosen.require_token()
    except TienDoError:
        yield _fail("token", "token_missing")
        return
    try:
        answer = await get_me(chosen, token, TELEGRAM_SECONDS)
    except Unreachable as why:
        yield _fail("api", "api_unreachable", why=why)
        return
    if answer.name is None:
        yield _fail("api", "api_refuses", status=answer.status)
        return
    yield _ok("api", "api", name=answer.name)
    apart = seconds_apart(answer.date, now())
    if apart is not None:
        mark = Mark.OK if apart <= MOST_CLOCK_SECONDS else Mark.FAIL
        key = "clock_in_doubt" if is_in_doubt(apart) else "clock"
        yield Finding(mark, "clock", sentence(f"check.{key}", seconds=apart))


def _calendar(instant: datetime) -> Iterator[Finding]:
    from bot.plans.days_off import confirmed_years, national_days

    year = instant.year
    if national_days(year) and year in confirmed_years:
        yield _ok("holidays", "holidays", year=year)
    else:
        yield _warn("holidays", "holidays_unknown", year=year)
    if instant.month >= 11 and year + 1 not in confirmed_years:
        yield _warn("holidays", "holidays_next", year=year + 1)
