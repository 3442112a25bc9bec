"""`check`: whether this installation can do its work, one line a matter; exit code 1 where something cannot be."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from bot.cli.clock import dated_ahead, is_in_doubt, seconds_apart
from bot.cli.house import now, run, settings, words
from bot.domain.errors import TienDoError
from bot.domain.people.people import may_appraise
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database

LEAST_FREE_BYTES = 500 * 1000 * 1000
MOST_CLOCK_SECONDS = 60


class Mark(StrEnum):
    """How a matter stands."""

    GOOD = "✓"
    DOUBTFUL = "!"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter looked at: a mark, the key of its sentence, the figures."""

    mark: Mark
    key: str
    figures: dict[str, object]


def _finding(mark: Mark, key: str, **figures: object) -> Finding:
    return Finding(mark, key, figures)


def check() -> None:
    """Say whether settings, database, disk, Bot API, clock and calendar are as they must be."""
    t = words()
    findings = run(_collect())
    for finding in findings:
        print(finding.mark.value, t(f"check.{finding.key}", **finding.figures))
    if any(finding.mark is Mark.BAD for finding in findings):
        raise typer.Exit(1)


async def _collect() -> list[Finding]:
    try:
        chosen = settings()
    except TienDoError as error:
        return [_finding(Mark.BAD, "settings_wrong", why=words()(f"error.{error.key}", **error.figures))]
    found = [_finding(Mark.GOOD, "settings")]
    try:
        async for finding in _database(chosen):
            found.append(finding)  # noqa: PERF401 - what was found before an error is kept
    except Exception:
        # A damaged database raises whatever its driver does; the other matters are told all the same.
        found.append(_finding(Mark.BAD, "database_closed"))
    found.append(_disk(chosen))
    found += [finding async for finding in _bot_api(chosen)]
    found += list(_calendar(now()))
    return found


async def _database(chosen: Settings) -> AsyncIterator[Finding]:
    from bot.storage.engine.database import Database, current_revision, head_revision

    if (
        chosen.database.startswith("sqlite")
        and not (chosen.data_dir / "tiendo.db").exists()
        and not chosen.database_url
    ):
        yield _finding(Mark.DOUBTFUL, "database_new")
        return
    database = await Database.open(chosen.database)
    try:
        async with database.read() as conn:
            revision = await current_revision(conn)
        if revision != head_revision():
            yield _finding(Mark.DOUBTFUL, "migrations_behind", revision=revision or "–")
            return
        yield _finding(Mark.GOOD, "database", dialect=database.dialect)
        async for finding in _localities(database):
            yield finding
    finally:
        await database.close()


async def _localities(database: Database) -> AsyncIterator[Finding]:
    from bot.storage.records import audit, plans

    async with database.read() as conn:
        places = await plans.localities(conn)
        if not places:
            yield _finding(Mark.DOUBTFUL, "no_plan")
        for place in places:
            broken = await audit.verify(conn, place.id)
            if broken is None:
                yield _finding(Mark.GOOD, "audit", locality=place.slug)
            else:
                yield _finding(Mark.BAD, "audit_broken", locality=place.slug, seq=broken)
            ahead, what = await dated_ahead(conn, place.id, now(), words())
            if ahead:
                yield _finding(Mark.BAD, "dated_ahead", locality=place.slug, n=ahead, what=what)
            async for finding in _appraisers(conn, place.id, place.slug):
                yield finding


async def _appraisers(conn: Connection, locality_id: int, slug: str) -> AsyncIterator[Finding]:
    """Units whose reports nobody could judge (docs/rules/life-cycle.md#who-appraises)."""
    from bot.storage.records import people, plans

    everyone = await people.memberships_in(conn, locality_id)
    if not everyone:
        yield _finding(Mark.DOUBTFUL, "nobody_joined", locality=slug)
        return
    persons = {membership.person_id for membership in everyone}
    reporting = {m.unit_id for m in everyone}
    for unit in await plans.units(conn, locality_id):
        if unit.id in reporting and not any(
            may_appraise(person, everyone, locality_id, reporter_id=None, unit_id=unit.id) for person in persons
        ):
            yield _finding(Mark.DOUBTFUL, "no_appraiser", locality=slug, unit=unit.name)


def _disk(chosen: Settings) -> Finding:
    folder = chosen.data_dir if chosen.data_dir.exists() else chosen.data_dir.absolute().parent
    free = shutil.disk_usage(folder).free
    mark = Mark.GOOD if free >= LEAST_FREE_BYTES else Mark.BAD
    return _finding(mark, "disk", free=words().megabytes(free))


async def _bot_api(chosen: Settings) -> AsyncIterator[Finding]:
    import httpx

    try:
        token = chosen.require_token()
    except TienDoError:
        yield _finding(Mark.BAD, "token_missing")
        return
    try:
        async with httpx.AsyncClient(proxy=chosen.proxy_url, timeout=10) as client:
            answer = await client.get(f"{chosen.api_url}/bot{token}/getMe")
    except (httpx.HTTPError, ValueError, OSError) as error:
        yield _finding(Mark.BAD, "api_unreachable", why=type(error).__name__)
        return
    if answer.status_code != httpx.codes.OK:
        yield _finding(Mark.BAD, "api_refuses", status=answer.status_code)
        return
    yield _finding(Mark.GOOD, "api", name=answer.json()["result"].get("username", "–"))
    apart = seconds_apart(answer.headers.get("date"), now())
    if apart is not None:
        mark = Mark.GOOD if apart <= MOST_CLOCK_SECONDS else Mark.BAD
        yield _finding(mark, "clock_in_doubt" if is_in_doubt(apart) else "clock", seconds=apart)


def _calendar(instant: datetime) -> list[Finding]:
    from bot.plans.days_off import confirmed_years, national_days

    year = instant.year
    known = bool(national_days(year))
    found = [_finding(Mark.GOOD if known and year in confirmed_years else Mark.DOUBTFUL, "holidays", year=year)]
    if instant.month >= 11 and year + 1 not in confirmed_years:
        found.append(_finding(Mark.DOUBTFUL, "holidays_next", year=year + 1))
    return found
