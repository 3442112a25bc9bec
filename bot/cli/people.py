"""`invite` and `person`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from bot.cli.house import WrongUse, locality_id, note, now, open_desk, run, say, settings
from bot.cli.telegram import bot_name
from bot.domain.errors import NotFound
from bot.domain.people.people import Role

person = typer.Typer(help="What is kept about a person: hand it out, or erase it.", no_args_is_help=True)


def invite(
    slug: Annotated[str, typer.Argument()],
    unit: Annotated[str, typer.Option(help="Name or alias of the unit.")],
    role: Annotated[Role, typer.Option(help="What the invited person will be.")],
    uses: Annotated[int, typer.Option(min=1, help="How many people may join with it.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="Days until it expires.")] = 7,
) -> None:
    """Print an invitation: CODE and, where the bot's name is known, the link."""
    run(_invite(slug, unit, role, uses, days))


async def _invite(slug: str, unit_name: str, role: Role, uses: int, days: int) -> None:
    from bot.services.people.invite import Seat, unit_named
    from bot.services.people.invite import invite as make

    async with open_desk(makes=True, bot_name=await bot_name(settings())) as desk:
        async with desk.db.read() as conn:
            place = await locality_id(conn, slug)
            book = await desk.books.of(conn, place)
        try:
            unit = unit_named(book, unit_name)
        except NotFound:
            known = "; ".join(one.name for one in book.units.values())
            raise WrongUse("no_such_unit_here", unit=unit_name, known=known) from None
        made = await make(desk, None, seat=Seat(place, unit.id, role), now=now(), uses=uses, days=days)
    print(made.invitation.code)
    if made.link is not None:
        print(made.link)


@person.command()
def export(telegram_id: Annotated[int, typer.Argument()]) -> None:
    """Print everything kept about a person, as JSON."""
    run(_export(telegram_id))


async def _export(telegram_id: int) -> None:
    from bot.services.people.export_person import export_person

    async with open_desk() as desk:
        kept = await export_person(desk, telegram_id=telegram_id, now=now())
    json.dump(kept, sys.stdout, ensure_ascii=False, indent=1, default=str)
    print()


@person.command()
def erase(telegram_id: Annotated[int, typer.Argument()]) -> None:
    """Erase name and link of a person; the reports stay under the unit."""
    run(_erase(telegram_id))


async def _erase(telegram_id: int) -> None:
    from bot.services.people.erase_person import erase_person

    async with open_desk() as desk:
        erased = await erase_person(desk, telegram_id=telegram_id, now=now())
    say("cli.person_erased")
    for place in erased.left_without_office:
        note("cli.no_office_left", locality=f"{place.kind} {place.name}")
