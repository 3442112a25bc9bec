"""Invitations as they are handed on, and the words of joining."""

from __future__ import annotations

import io
from datetime import datetime

from bot.domain.people.invitation import Invitation
from bot.i18n import Translator
from bot.services.people.invite import Invited
from bot.services.people.join import InvitationOffer, Joined, has_strange_signs
from bot.views.core.menu import first_steps
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Picture, Press, View, button
from bot.views.people.people import LABEL
from bot.views.words.places import place_words
from bot.views.words.roles import role_label, role_words

_MODULE = 10
"""Pixels of one dot of a QR code."""
_QUIET_ZONE = 4
"""Dots of white around it that readers need (ISO/IEC 18004)."""


def qr_picture(link: str, code: str) -> Picture:
    """The link as a QR code."""
    import segno

    image = io.BytesIO()
    segno.make_qr(link, error="m").save(image, kind="png", scale=_MODULE, border=_QUIET_ZONE)
    return Picture(image.getvalue(), f"{code}.png")


def invited_view(t: Translator, invited: Invited, now: datetime) -> View:
    """An invitation to be handed on: code, link and QR while it is open, else what became of it."""
    made = invited.invitation
    unit, place = invited.unit.name, place_words(t, invited.locality)
    told: list[Html | str | None] = [
        say(t, "invite.head", unit=unit, place=place),
        say(t, "invite.role", role=role_label(t, made.role)),
        say(t, "invite.code", code=made.code),
    ]
    again = (button(t("invite.another"), Action.MENU, "moi"), button(t("invite.list"), Action.INVITE, "list", 0))
    over = state_key(made, now)
    if over is not None:
        return View(lines([*told, "", say(t, f"error.{over}")]), (again,))
    told += [
        say(t, "invite.link", link=invited.link) if invited.link else None,
        say_count(t, "invite.until", made.uses - made.used, at=t.instant(made.expires_at)),
        "",
        say(t, "invite.hand_on" if invited.link else "invite.hand_on_code"),
    ]
    picture = qr_picture(invited.link, made.code) if invited.link else None
    return View(
        lines(told), ((button(t("invite.revoke"), Action.INVITE, "revoke", made.code),), again), picture=picture
    )


def state_key(made: Invitation, now: datetime) -> str | None:
    """The key of why an invitation is over; none while it is open."""
    if made.revoked_at is not None:
        return "invitation_revoked"
    if made.used >= made.uses:
        return "invitation_used"
    return "invitation_expired" if made.expires_at <= now else None


def revoked_view(t: Translator, invited: Invited) -> View:
    """An invitation has been taken back."""
    made = invited.invitation
    used = say_count(t, "invite.revoked_used", made.used) if made.used else None
    text = lines([say(t, "invite.revoked", code=made.code, unit=invited.unit.name), used])
    return View(text, ((button(t("invite.list"), Action.INVITE, "list", 0),),))


def invitations_view(t: Translator, found: tuple[Invited, ...], number: int = 0) -> View:
    """The open invitations, a button for each."""
    page = page_of(found, number)
    told = [say_count(t, "invite.list_head", len(found)) if found else say(t, "invite.list_empty")]
    told += [_line(t, one) for one in page.rows]
    rows: list[tuple[Button, ...]] = [
        (
            button(
                f"{one.invitation.code} · {shorten(one.unit.name, LABEL)}", Action.INVITE, "show", one.invitation.code
            ),
        )
        for one in page.rows
    ]
    turns = turning(page, lambda to: Press(Action.INVITE, ("list", str(to))))
    return View(lines(told), (*rows, turns, (button(t("home.moi"), Action.MENU, "moi"),)))


def _line(t: Translator, one: Invited) -> Html:
    made = one.invitation
    return say(
        t,
        "invite.line",
        code=made.code,
        unit=one.unit.name,
        role=role_words(t, made.role),
        left=made.uses - made.used,
        uses=made.uses,
        at=t.instant(made.expires_at),
    )


def offer_words(t: Translator, offer: InvitationOffer) -> Html:
    """Who invites to what, and what is kept about a person (Law 91/2025)."""
    place = place_words(t, offer.locality)
    return lines(
        [
            say(t, "join.greeting", place=place),
            say(t, "join.unit", unit=offer.unit.name),
            say(t, "join.role", role=role_words(t, offer.role)),
            "",
            say(t, "join.privacy", contact=offer.contact or t("join.standing_office"), place=place),
        ]
    )


def confirm_words(t: Translator, name: str, *, known: bool) -> Html:
    """The name as it will stand, to be confirmed."""
    strange = say(t, "join.strange") if has_strange_signs(name) else None
    return lines([say(t, "join.confirm_known" if known else "join.confirm", name=name), strange])


def joined_view(t: Translator, joined: Joined) -> View:
    """Welcome, and the first useful step."""
    held = joined.membership
    place = place_words(t, joined.locality)
    told: list[Html | str | None] = [
        say(
            t,
            "join.welcome",
            name=joined.person.full_name,
            role=role_words(t, held.role),
            unit=joined.unit.name,
            place=place,
        ),
        say(t, f"welcome.{held.role.value}", unit=joined.unit.name, place=place),
        "",
        say(t, "join.help"),
    ]
    return View(lines(told), _steps(t, joined))


def added_view(t: Translator, joined: Joined) -> View:
    """A member has one more role."""
    held = joined.membership
    place = place_words(t, joined.locality)
    key = "join.held_already" if joined.held_already else "join.added"
    told = [say(t, key, role=role_words(t, held.role), unit=joined.unit.name, place=place)]
    if not joined.elsewhere:
        return View(lines(told), _steps(t, joined))
    told.append(say(t, "join.elsewhere"))
    switch = button(t("join.switch", place=place), Action.SETTINGS, "locality", joined.locality.id)
    return View(lines(told), ((switch,),))


def _steps(t: Translator, joined: Joined) -> tuple[tuple[Button, ...], ...]:
    steps = first_steps(t, joined.membership.role, joined.roles, plan_in_use=joined.plan_in_use)
    return tuple((step,) for step in steps)
