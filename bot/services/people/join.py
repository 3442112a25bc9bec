"""Joining: from a code to a membership, once (docs/rules/rights.md#invitations; Law 91/2025)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import BadInput, NotAllowed, NotFound
from bot.domain.people.invitation import Invitation
from bot.domain.people.people import Membership, Person, Role, roles_in
from bot.domain.people.visitor import Visitor
from bot.domain.plan.plan import Locality, Unit
from bot.i18n import language_of
from bot.services.core.book import Book
from bot.services.core.desk import Desk
from bot.services.people.invite import ALPHABET, CODE_LENGTH, looks_like_a_code
from bot.storage.engine.database import Connection
from bot.storage.records import audit, people

WRONG_CODES = 5
WRONG_CODES_WITHIN = timedelta(hours=1)
_LONGEST_CODE = 64
_FEWEST_LETTERS, _MOST_LETTERS, _LONGEST_NAME = 2, 60, 80
_HALF = CODE_LENGTH // 2
_CODE = re.compile(f"([{ALPHABET}]{{{_HALF}}})[ -]?([{ALPHABET}]{{{_HALF}}})")
_MISREAD = re.compile(f"([A-Z0-9]{{{_HALF}}})[ -]?([A-Z0-9]{{{_HALF}}})")
_NAME_SIGNS = frozenset(" '’.-")
_FIRST_LETTER = re.compile(r"(^|['’])(\w)")


@dataclass(frozen=True, slots=True)
class InvitationOffer:
    """What an invitation offers. ``contact`` is the standing office, which answers for personal data.

    ``known_name`` is the name under which the person joined before; ``is_member`` whether a membership runs now.
    """

    code: str
    unit: Unit
    role: Role
    locality: Locality
    contact: str
    known_name: str | None
    is_member: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """A person who is in. ``repeated``: the same join came again; ``held_already``: no new membership was needed."""

    person: Person
    membership: Membership
    unit: Unit
    locality: Locality
    roles: frozenset[Role]
    plan_in_use: bool
    elsewhere: bool
    """Whether the person's current locality is another one."""
    held_already: bool = False
    repeated: bool = False


def read_invitation_code(text: str, *, misread: bool = False) -> str | None:
    """The code in a message that holds nothing else ("abcd-2345" gives "ABCD2345"); none where it is no code.

    ``misread`` takes signs too that no code holds: who is not in yet and writes 0 for O is trying a code.
    """
    found = (_MISREAD if misread else _CODE).fullmatch(text.strip().upper())
    code = "".join(found.groups()) if found else ""
    return code if looks_like_a_code(code) else None


def read_name(text: str) -> str:
    """Họ và tên as it will stand on cards: composed, single spaces, capitals where none or only capitals were typed.

    Raises BadInput for fewer than two words, fewer than 2 or more than 60 letters, or a digit.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(" " if sign.isspace() else sign for sign in composed)
    name = " ".join("".join(sign for sign in seen if unicodedata.category(sign)[0] != "C").split())
    letters = [sign for sign in name if sign.isalpha()]
    words = [word for word in name.split() if any(sign.isalpha() for sign in word)]
    if any(sign.isdigit() for sign in name):
        raise BadInput("name_digits", name=name[:_LONGEST_NAME])
    if len(letters) > _MOST_LETTERS or len(name) > _LONGEST_NAME:
        raise BadInput("name_too_long", most=_MOST_LETTERS)
    if len(letters) < _FEWEST_LETTERS or len(words) < 2:
        raise BadInput("name_too_short", name=name)
    bare = "".join(letters)
    return " ".join(_capital(word) for word in name.split()) if bare.islower() or bare.isupper() else name


def has_strange_signs(name: str) -> bool:
    """Whether a name holds signs that names do not have; it is kept as typed, but looked at twice."""
    return any(unicodedata.category(sign)[0] not in "LM" and sign not in _NAME_SIGNS for sign in name)


async def consider_invitation(desk: Desk, visitor: Visitor, *, words: str, now: datetime) -> InvitationOffer:
    """What the typed or linked code offers to this person.

    Raises BadInput for a code that does not exist (which counts against the person), too_many_attempts after five of
    these within an hour, NotAllowed for one that is expired, used up or revoked.
    """
    code = read_invitation_code(words) or words.strip().upper()
    async with desk.db.write() as conn:
        if await people.attempts_since(conn, visitor.telegram_id, now - WRONG_CODES_WITHIN) >= WRONG_CODES:
            raise NotAllowed("too_many_attempts")
        found = await people.invitation(conn, code) if len(code) <= _LONGEST_CODE else None
        if found is None:
            await people.add_attempt(conn, visitor.telegram_id, now)
        else:
            return await _offer(desk, conn, visitor, found, now)
    # Raised outside of the transaction, which would otherwise take back the attempt just counted.
    raise BadInput("invitation_unknown")


async def see_offer(desk: Desk, visitor: Visitor, *, code: str, now: datetime) -> InvitationOffer:
    """What a code that was accepted before offers now. Raises as ``consider_invitation``, without counting."""
    async with desk.db.read() as conn:
        found = await people.invitation(conn, code)
        if found is None:
            raise NotFound("invitation_unknown")
        return await _offer(desk, conn, visitor, found, now)


async def join(
    desk: Desk, visitor: Visitor, *, code: str, full_name: str | None, language: str, now: datetime
) -> Joined:
    """The membership the code gives; the use is counted in the same transaction, so of two people one wins.

    ``full_name`` none keeps the name of a member. The same person and code come in once: said again it gives the same
    answer, after the membership has ended it is refused. Raises NotAllowed (expired, used, revoked), BadInput.
    """
    name = None if full_name is None else read_name(full_name)
    async with desk.db.write() as conn:
        found = await people.invitation(conn, code)
        if found is None:
            raise NotFound("invitation_unknown")
        offer = await _offer(desk, conn, visitor, found, now)
        book = await desk.books.of(conn, found.locality_id)
        person = await people.person_by_telegram(conn, visitor.telegram_id)
        held = None if person is None else await _held(conn, person.id, found)
        if person is not None and held is not None:
            repeated = await people.has_used(conn, code, person.id)
            return _joined(visitor, book, person, held, offer, held_already=True, repeated=repeated)
        if name is not None:
            person = await people.add_person(conn, visitor.telegram_id, name, language_of(language), now)
        if person is None:
            raise BadInput("name_too_short", name="")
        if not await people.use_invitation(conn, code, person.id, now):
            raise NotAllowed("invitation_used")
        held = await people.add_membership(conn, person.id, found.locality_id, found.unit_id, found.role, now)
        if not offer.is_member:
            await people.set_current_locality(conn, person.id, found.locality_id)
        subject = {"person": person.id, "membership": held.id, "unit": held.unit_id, "role": held.role.value}
        await audit.append(conn, found.locality_id, now, person.id, "joined", subject)
    return _joined(visitor, book, person, held, offer)


def _joined(
    visitor: Visitor,
    book: Book,
    person: Person,
    held: Membership,
    offer: InvitationOffer,
    *,
    held_already: bool = False,
    repeated: bool = False,
) -> Joined:
    elsewhere = {m.locality_id for m in visitor.memberships} - {held.locality_id}
    current = person.current_locality_id if offer.is_member else held.locality_id
    return Joined(
        person=person,
        membership=held,
        unit=offer.unit,
        locality=offer.locality,
        roles=roles_in((*visitor.memberships, held), held.locality_id),
        plan_in_use=book.plan is not None and book.plan.in_use_on is not None,
        elsewhere=bool(elsewhere) and current != held.locality_id,
        held_already=held_already and not repeated,
        repeated=repeated,
    )


async def _held(conn: Connection, person_id: int, found: Invitation) -> Membership | None:
    running = await people.memberships_in(conn, found.locality_id)
    same = (m for m in running if (m.person_id, m.unit_id, m.role) == (person_id, found.unit_id, found.role))
    return next(same, None)


async def _offer(desk: Desk, conn: Connection, visitor: Visitor, found: Invitation, now: datetime) -> InvitationOffer:
    book = await desk.books.of(conn, found.locality_id)
    unit = book.units.get(found.unit_id)
    if unit is None:
        raise NotAllowed("invitation_revoked")
    person = visitor.person
    if person is None or await _held(conn, person.id, found) is None:
        _refuse(found, now)
        if person is not None and await people.has_used(conn, found.code, person.id):
            # Somebody whose membership was ended does not get it back by the link used before.
            raise NotAllowed("invitation_used")
    contact = book.locality.standing_office_id
    return InvitationOffer(
        code=found.code,
        unit=unit,
        role=found.role,
        locality=book.locality,
        contact=book.unit_name(contact) if contact else "",
        known_name=person.full_name or None if person else None,
        is_member=bool(visitor.memberships),
    )


def _refuse(found: Invitation, now: datetime) -> None:
    if found.revoked_at is not None:
        raise NotAllowed("invitation_revoked")
    if found.used >= found.uses:
        raise NotAllowed("invitation_used")
    if found.expires_at <= now:
        raise NotAllowed("invitation_expired")


def _capital(word: str) -> str:
    return _FIRST_LETTER.sub(lambda found: found[0].upper(), word.lower())
