"""`python -m tests.questions.asking_table`: writes docs/asking.md from the lexicon, so that it cannot be older."""

from __future__ import annotations

from pathlib import Path

from bot.language.words import filler_words as fillers
from bot.language.words import question_words as words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "asking.md"
HEAD = """# What can be asked

Made by `python -m tests.questions.asking_table` from `bot/language/words/question_words.py`; a test compares the two.
Words are typed with or without diacritics, in any order a person would say them; units go by any of their names,
abbreviations or initials, rows by code or by words of their text, days as in `bot/language/words/calendar_words.py`.
Whatever else a sentence holds must be among the words that change nothing, or it is asked back.

"""
TITLES = {
    "n:task": "tasks",
    "n:indicator": "indicators",
    "n:row": "rows of any kind",
    "n:those": "the rows just shown",
    "n:evidence": "evidence",
    "n:report": "reports",
    "n:unit": "units",
    "c:red": "red",
    "c:amber": "amber",
    "c:green": "green",
    "c:grey": "grey",
    "r:overdue": "overdue",
    "r:behind_roadmap": "behind the roadmap (of units: the ranking)",
    "r:milestone_missed": "a milestone missed",
    "r:due_soon": "due soon",
    "r:report_missing": "a report missing",
    "s:not_reported": "not reported",
    "s:in_progress": "in progress",
    "s:awaiting": "awaiting appraisal",
    "s:returned": "returned",
    "s:completed": "completed",
    "s:closed": "closed",
    "s:open": "not finished",
    "k:continuous": "continuous",
    "k:external": "by the province's schedule",
    "k:none": "without a limit",
}


def table() -> str:
    """The page."""
    said = [HEAD, "## Rows, lights, states, limits\n\n", "| Asked for | Said as |\n|---|---|\n"]
    for book in (words.NOUNS, words.LIGHTS, words.STATES, words.LIMITS):
        said += [f"| {TITLES[key]} | {', '.join(phrases)} |\n" for key, phrases in book.items()]
    said += ["\n## What is done with them\n\n", "| Meaning | Said as |\n|---|---|\n"]
    said += [
        f"| {key.removeprefix('o:').replace('_', ' ')} | {', '.join(phrases)} |\n"
        for key, phrases in words.CUES.items()
    ]
    said += ["\n## Going on from the last question (ten minutes)\n\n", "| | Said as |\n|---|---|\n"]
    said += [f"| {key.replace('_', ' ')} | {', '.join(phrases)} |\n" for key, phrases in fillers.FOLLOWING.items()]
    said += ["\n## Abbreviations\n\n", "| Typed | Read as |\n|---|---|\n"]
    said += [f"| {short} | {long} |\n" for short, long in words.ABBREVIATIONS.items()]
    said += ["\n## Words that change nothing\n\n", ", ".join(fillers.LIGHT), "\n"]
    return "".join(said)


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
