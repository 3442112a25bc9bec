"""Changing a row: what can be done with it, to whom it goes, why, the last look, and that it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.plan.plan import Unit
from bot.i18n import Translator
from bot.services.requests.change_work import Changeable, WorkChanged, WorkPart
from bot.views.parts.actions import Action
from bot.views.parts.html import Html, lines, say, say_count, shorten
from bot.views.parts.keys import Keys
from bot.views.parts.pages import page_of, turning
from bot.views.parts.view import Button, Buttons, Press, View, button
from bot.views.requests.asking_office import REASON_SIGNS, UNIT_SIGNS, row_head, units_keys
from bot.views.words.rows import due_words, light, progress_words, state_words

PARTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class WantedChange:
    """Which change a dialogue is about, and of whose part (0: all of the row)."""

    token: str
    what: str
    asks: bool
    assignment_id: int

    def keys(self, t: Translator) -> Keys:
        """Its buttons."""
        return Keys(t, self.token, self.assignment_id)


def menu_view(t: Translator, found: Changeable, number: int = 0) -> View:
    """What the person may change of a row, or ask to have changed; where several units lead it, first of whose part."""
    own = [part for part in found.parts if part.lead.is_open and (part.decides or part.reports)]
    details = button(t("card.button.details"), Action.CARD, found.row.id)
    if not own:
        text = lines([row_head(t, found.row), *_stand(t, found.parts), "", say(t, "changing.nothing")])
        return View(text, ((details,),))
    if len(own) == 1:
        told, rows = _stand(t, own), [*_of_part(t, own[0])]
    else:
        shown = page_of(own, number)
        told = _stand(t, shown.rows)
        rows = [(_choice(t, part),) for part in shown.rows]
        rows.append(turning(shown, lambda page: Press(Action.CHANGE, ("row", str(found.row.id), str(page)))))
    if any(part.decides for part in own):
        rows.append((button(t("changing.button.limit"), Action.CHANGE, "limit", found.row.id),))
        rows.append((button(t("changing.button.close"), Action.CHANGE, "close", found.row.id),))
    text = lines([row_head(t, found.row), *told, "", say(t, "changing.what")])
    return View(text, (*(row for row in rows if row), (details,)))


def part_view(t: Translator, found: Changeable, part: WorkPart) -> View:
    """What the person may change of one unit's part."""
    rows = _of_part(t, part)
    details = button(t("card.button.details"), Action.CARD, found.row.id)
    asked = say(t, "changing.what" if rows else "changing.nothing")
    return View(lines([row_head(t, found.row), *_stand(t, [part]), "", asked]), (*rows, (details,)))


def _choice(t: Translator, part: WorkPart) -> Button:
    sign = light(part.lead.verdict.colour, part.lead.standing.state)
    return button(f"{sign} {shorten(part.unit, UNIT_SIGNS)}", Action.CHANGE, "part", part.lead.assignment.id)


def _of_part(t: Translator, part: WorkPart) -> Buttons:
    if not part.lead.is_open:
        return ()
    if part.decides:
        verbs = [("extend", "extend")] if part.reports else []
        verbs += [("hand", "hand")]
    else:
        verbs = [("extend", "extend"), ("ask_hand", "hand"), ("ask_close", "end")] if part.reports else []
    verbs += [("other", "other")] if part.reports else []
    number = part.lead.assignment.id
    return tuple((button(t(f"changing.button.{name}"), Action.CHANGE, verb, number),) for name, verb in verbs)


def _stand(t: Translator, parts: Sequence[WorkPart]) -> list[Html]:
    told = []
    for part in parts[:PARTS_SHOWN]:
        standing = part.lead.standing
        told.append(
            say(
                t,
                "request.stands",
                light=light(part.lead.verdict.colour, standing.state),
                percent=progress_words(t, part.lead),
                state=state_words(t, standing),
                due=due_words(t, part.lead.row.limit, standing.due_on),
                unit=shorten(part.unit, UNIT_SIGNS),
            )
        )
    if len(parts) > PARTS_SHOWN:
        told.append(say_count(t, "card.leads_more", len(parts) - PARTS_SHOWN))
    return told


def unit_view(t: Translator, wanted: WantedChange, found: Changeable, units: Sequence[Unit], number: int) -> View:
    """To which unit the work is to go."""
    keys = wanted.keys(t)
    parts = [part for part in found.parts if wanted.assignment_id in (0, part.lead.assignment.id)]
    text = lines([row_head(t, found.row), *_stand(t, parts), "", say(t, "changing.ask_unit")])
    return View(text, (*units_keys(keys, units, number), (keys.cancel,)))


def reason_view(t: Translator, wanted: WantedChange, found: Changeable, unit: str, reason: str) -> View:
    """Why; once it is said, all of it to be done or sent."""
    keys = wanted.keys(t)
    parts = [part for part in found.parts if wanted.assignment_id in (0, part.lead.assignment.id)]
    told: list[Html | str] = [row_head(t, found.row), *_stand(t, parts)]
    if unit:
        old = "; ".join(shorten(part.unit, UNIT_SIGNS) for part in parts)
        told.append(say(t, "request.unit", old=old, new=shorten(unit, UNIT_SIGNS)))
    back = (keys.key(t("request.button.other_unit"), "reunit"),) if wanted.what == "hand_over" else ()
    if not reason:
        told += ["", say(t, f"changing.ask_reason_{wanted.what}")]
        return View(lines(told), ((*back, keys.cancel),))
    told += [say(t, "request.why", reason=shorten(reason, REASON_SIGNS)), ""]
    told.append(say(t, "request.ready" if wanted.asks else f"changing.ready_{wanted.what}"))
    send = keys.key(t("request.button.send" if wanted.asks else f"changing.button.do_{wanted.what}"), "send")
    rewrite = keys.key(t("request.button.other_reason"), "rewrite")
    return View(lines(told), ((send,), (*back, rewrite), (keys.cancel,)))


def changed_view(t: Translator, what: str, done: WorkChanged) -> View:
    """The change stands: old and new, and how many were told."""
    old = "; ".join(shorten(unit, UNIT_SIGNS) for unit in done.before)
    new = "; ".join(shorten(unit, UNIT_SIGNS) for unit in done.units)
    told = [
        say(t, f"changing.done_{what}", code=done.row.code, old=old, new=new),
        row_head(t, done.row),
        say(t, "request.why", reason=shorten(done.reason, REASON_SIGNS)),
        say_count(t, "changing.told", done.told) if done.told else None,
    ]
    return View(lines(told), ((button(t("card.button.details"), Action.CARD, done.row.id),),))
