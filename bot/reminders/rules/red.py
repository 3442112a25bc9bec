"""A light turns red: the unit's officers and head hear of it, and the teams; its end, whoever was told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.people.people import Role
from bot.domain.work.alerts import Colour
from bot.domain.work.ladder import Rule, red_from
from bot.domain.work.lights_told import LightsTold, read_light
from bot.domain.work.occasions import LightOut, LightReason, RedLight
from bot.reminders.news import Day, News, about_lead
from bot.reminders.rules.family import Family, row_line
from bot.reminders.rules.situation import Situation, is_among, is_there, said
from bot.services.core.board import Lead
from bot.services.core.recipients import Audience, Recipient, once
from bot.storage.outbox.deliveries import Alert
from bot.storage.outbox.deliveries import DeliveryAddress as To
from bot.storage.outbox.outbox import OutboxItem

Heard = Mapping[RedLight, frozenset[To]]
"""For each red light with notices: who has heard of it, or will by one that waits."""
TOLD = ("sent", "unknown")


def told(audience: Audience, lead: Lead) -> list[Recipient]:
    """Who hears of a red light: officers and head of the unit, and the teams of the row."""
    return once([*audience.of_unit(lead.standing.unit_id, with_head=True), *audience.of_teams(lead.row.id)])


def occasions(
    lead: Lead, day: Day, audience: Audience, before: LightsTold, heard: Heard
) -> tuple[list[News], LightsTold]:
    """Red lights not told yet, and when each was told first, with this look.

    ``heard`` says who knows of which. A light that went out before somebody's digest and is red again is told to those
    who have not heard of it. One that stayed red is not told anew to people who could not be reached, and one that only
    begins on another day because of a report is not a new light.
    """
    found: list[News] = []
    kept, burning = dict(before.first), dict[LightReason, date]()
    last_day = day.told_on if day.is_new else day.calendar.working_on_or_after(day.today + timedelta(days=1))
    for red in _reds(lead, audience, day.today):
        at = kept.get(red, before.burning.get(red.light))
        news: News | None = None
        if red in kept and red.light not in before.burning and (again := _again(lead, red, day, audience, heard)).to:
            at, news = None, again
        elif at is None:
            news = _news(lead, red, audience)
        elif red in kept and at >= day.today:
            news = replace(_news(lead, red, audience), until=at)
        kept[red] = burning[red.light] = at or last_day
        found += [] if news is None else [news]
    return found, LightsTold(kept, burning)


def _reds(lead: Lead, audience: Audience, today: date) -> list[RedLight]:
    """The red lights time has lit."""
    if lead.verdict.colour is not Colour.RED:
        return []
    return [
        RedLight(LightReason(lead.standing.due_on, reason), since)
        for reason, since in red_from(lead.terms, lead.standing, audience.book.rules[lead.row.id])
        if since <= today and reason in lead.verdict.reasons
    ]


def _news(lead: Lead, red: RedLight, audience: Audience) -> News:
    return about_lead(lead, Rule.TURNED_RED, red, told(audience, lead))


def _again(lead: Lead, red: RedLight, day: Day, audience: Audience, heard: Heard) -> News:
    """A light that was out and is red again, for those who have not heard of it."""
    known = heard.get(red)
    if known is None:
        # A report may have moved its first day since it was told; or it was told to nobody, as nobody was there.
        known = frozenset(who for each, several in heard.items() if each.light == red.light for who in several)
    news = _news(lead, replace(red, again_on=day.today), audience)
    return replace(news, to=tuple(each for each in news.to if To(each.person_id, each.chat_id) not in known))


def is_true(situation: Situation, item: OutboxItem) -> bool:
    """Whether the row is red for this reason and by this limit."""
    lead, light = situation.lead(item), said(item, RedLight).light
    if lead is None or light.due_on != lead.standing.due_on or light.reason not in lead.verdict.reasons:
        return False
    return is_among(item, told(situation.audience, lead))


def ends(lead: Lead, alerts: Sequence[Alert], audience: Audience) -> list[News]:
    """One notice for each recipient of an alert whose end was not told yet; none while the light is red."""
    if lead.verdict.colour is Colour.RED:
        return []
    found: list[News] = []
    for who in dict.fromkeys(alert.recipient for alert in alerts):
        own = [alert for alert in alerts if alert.recipient == who]
        last = max((alert.id for alert in own if not alert.is_end and alert.state in TOLD), default=None)
        if last is None:
            continue
        # An end told under a wrong clock is told again, under its own name.
        known = [alert for alert in own if alert.is_end and alert.id > last and alert.state != "early"]
        if any(end.state != "withdrawn" for end in known):
            continue
        recipient = _recipient(audience, who)
        if recipient is not None:
            # An end that was withdrawn (the light was red again) does not count; the number makes the key new.
            found.append(about_lead(lead, Rule.NO_LONGER_RED, LightOut(last, len(known)), [recipient]))
    return found


def in_doubt(alerts: Iterable[Alert]) -> bool:
    """Whether an alert is on its way just now, or may have arrived, so that one has to look again."""
    return any(
        not alert.is_end and (alert.state == "sending" or (alert.state == "queued" and alert.again)) for alert in alerts
    )


def heard(alerts: Iterable[Alert]) -> Heard:
    """For each red light with notices: who has heard of it, or will by one that waits."""
    found: dict[RedLight, set[To]] = {}
    for alert in alerts:
        light = None if alert.is_end else read_light(alert.occasion)
        if light is not None:
            known = found.setdefault(light.at_first, set())
            known |= {alert.recipient} if alert.state in ("queued", "sending", "sent") else set()
    return {light: frozenset(who) for light, who in found.items()}


def _recipient(audience: Audience, who: To) -> Recipient | None:
    if who.person_id is None:
        unit_id = next((unit for unit, chat in audience.chats.items() if chat == who.chat_id), None)
        return None if unit_id is None else Recipient(Role.TEAM, unit_id, chat_id=who.chat_id)
    held = next((m for m in audience.members if m.person_id == who.person_id), None)
    if held is None:
        return None
    minute = audience.people[held.person_id].digest_minute
    return Recipient(held.role, held.unit_id, held.person_id, minute=minute)


def _is_over(situation: Situation, item: OutboxItem) -> bool:
    lead = situation.lead(item)
    return lead is not None and lead.verdict.colour is not Colour.RED and is_there(situation, item)


def _nobody(news: News, audience: Audience) -> Iterable[Recipient]:
    return () if news.to else [Recipient(role, news.unit_id) for role in (Role.OFFICER, Role.HEAD)]


TURNED = Family((Rule.TURNED_RED,), is_true, row_line, nobody=_nobody)
OVER = Family((Rule.NO_LONGER_RED,), _is_over, row_line)
