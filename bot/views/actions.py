"""The names of all buttons. A value is never renamed: buttons of last year still hang in chats."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What a press means. Arguments follow in the order given here."""

    DIALOGUE = "d"
    """token, subject, verb, value…: an answer inside the dialogue that carries this token."""
    REPORT = "r"
    """assignment: begin a report of it."""
    CARD = "c"
    """row, [page of files]: the card of a task or indicator."""
    LIST = "l"
    """list name, page, argument…: a page of a list (bot.views.lists)."""
    FILES = "f"
    """row: show its evidence."""
    WITHDRAW = "w"
    """assignment, event: take a report back."""
    APPRAISE = "a"
    """assignment, event, verb, value: judge a report."""
    REOPEN = "o"
    """assignment: reopen."""
    MENU = "m"
    """command word: what the command of that name does."""
    PEOPLE = "p"
    """verb, id…: memberships."""
    INVITE = "i"
    """verb, …: invitations."""
    UNITS = "u"
    """verb, id…: units, groups, teams."""
    SETUP = "s"
    """verb, …: opening of the plan."""
    SETTINGS = "g"
    """name, value: a personal setting."""
    MILESTONE = "k"
    """assignment, index: a milestone stands."""
    ATTACH = "t"
    """assignment: the file just sent belongs there."""
