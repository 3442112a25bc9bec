"""Red lights that have gone out: whoever was told of them is told of their end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import Rule
from bot.domain.work.occasions import LightOut, RedLight
from bot.reminders.news import News
from bot.services.core.board import Lead
from bot.services.core.recipients import Audience, Recipient
from bot.storage.outbox.deliveries import Alert
from bot.storage.outbox.deliveries import DeliveryAddress as To

TOLD = ("sent", "unknown")


def no_longer_red(lead: Lead, alerts: Sequence[Alert], audience: Audience) -> list[News]:
    """One notice for each recipient of an alert whose end was not told yet; none while the light is red."""
    if lead.verdict.colour is Colour.RED:
        return []
    found: list[News] = []
    for who in dict.fromkeys(alert.recipient for alert in alerts):
        own = [alert for alert in alerts if alert.recipient == who]
        told = max((alert.id for alert in own if not alert.is_end and alert.state in TOLD), default=None)
        if told is None:
            continue
        # An end told under a wrong clock is told again, under its own name.
        ends = [alert for alert in own if alert.is_end and alert.id > told and alert.state != "early"]
        if any(end.state != "withdrawn" for end in ends):
            continue
        recipient = _recipient(audience, who.person_id, who.chat_id)
        if recipient is not None:
            # An end that was withdrawn (the light was red again) does not count; the number makes the key new.
            occasion = LightOut(told, len(ends))
            about = f"a{lead.assignment.id}"
            found.append(News(Rule.NO_LONGER_RED, occasion, about, (recipient,), lead, unit_id=lead.standing.unit_id))
    return found


def in_doubt(alerts: Iterable[Alert]) -> bool:
    """Whether an alert is on its way just now, or may have arrived, so that one has to look again."""
    return any(
        not alert.is_end and (alert.state == "sending" or (alert.state == "queued" and alert.again)) for alert in alerts
    )


def heard(alerts: Iterable[Alert]) -> dict[RedLight, frozenset[To]]:
    """For each red light with notices: who has heard of it, or will by one that waits."""
    found: dict[RedLight, set[To]] = {}
    for alert in alerts:
        if not alert.is_end:
            known = found.setdefault(RedLight.read(alert.occasion, {}).at_first, set())
            known |= {alert.recipient} if alert.state in ("queued", "sending", "sent") else set()
    return {light: frozenset(who) for light, who in found.items()}


def _recipient(audience: Audience, person_id: int | None, chat_id: int | None) -> Recipient | None:
    if person_id is None:
        unit_id = next((unit for unit, chat in audience.chats.items() if chat == chat_id), None)
        return None if unit_id is None else Recipient(Role.TEAM, unit_id, chat_id=chat_id)
    held = next((m for m in audience.members if m.person_id == person_id), None)
    if held is None:
        return None
    return Recipient(held.role, held.unit_id, person_id, minute=audience.people[person_id].digest_minute)
