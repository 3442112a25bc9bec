"""What a sentence denies, tells or points at and no filter can say: it is asked back, never answered with all rows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bot.language.asking import chunks as c

if TYPE_CHECKING:
    from bot.language.asking.facts import Facts

_UNDENIABLE = frozenset(
    {"n:unit", "n:evidence", "n:report", "submit", "lead", "coordinate", "either", "mine", "urgent", "due", "expires"}
    | {c.UNIT, c.TOPIC}
)
"""What no filter can deny: "việc không về VNeID", "chưa có minh chứng"."""
_REPORTED = (["n:report"], ["submit"])
_MOVED = frozenset({"dời hạn", "lùi hạn", "gia hạn"})
_JOINING = frozenset({"mà", "của", "thì", "là", "và", "trong", "thuộc", "theo", "để"})
_HEADING = frozenset({"phụ trách", "đứng đầu", "đảm nhiệm", "dẫn đầu", "lo"})
_POINTING = frozenset({"kia", "này", "đó", "ấy", "nọ", "nớ", "nầy", "ni", "tê"})


def leave_no_answer(facts: Facts) -> bool:
    """Whether a list would not be the answer."""
    most_of_a_subject = facts.has("n:unit") and facts.has("most") and bool(facts.all(c.TOPIC))
    return (
        most_of_a_subject
        or _point_at_something(facts)
        or _deny_what_no_filter_says(facts)
        or _tell_of_reports(facts)
        or _tell_of_moved_limits(facts)
    )


def nobody_reported(facts: Facts) -> bool:
    """As in "việc chưa ai báo cáo"."""
    said = [chunk.says for chunk in facts.chunks if chunk.says not in (c.LIGHT, "ask")]
    return any(said[n : n + 2] == ["not", "n:unit"] and said[n + 2 : n + 3] in _REPORTED for n in range(len(said)))


def ask_for_a_person(facts: Facts) -> bool:
    """Whether the head of a unit is asked for: "ai đứng đầu ban xây dựng đảng", "đồng chí nào phụ trách phòng …"."""
    headed = any(before.text.casefold() in _HEADING and x.says == c.UNIT for before, x in pairwise(facts.chunks))
    return headed and not facts.has("n:task", "n:indicator", "n:row")


def _point_at_something(facts: Facts) -> bool:
    """Whether one row is pointed at that nobody has named: "việc kia tới đâu rồi"."""
    behind = [x for before, x in pairwise(facts.chunks) if before.says in ("n:task", "n:indicator", "n:row")]
    return any(x.says == c.LIGHT and x.text.casefold() in _POINTING for x in behind)


def break_off(facts: Facts) -> bool:
    """Whether the sentence ends before it says anything of the rows: "nhiệm vụ nào mà"."""
    return bool(facts.chunks) and facts.chunks[-1].text.casefold() in _JOINING


def _deny_what_no_filter_says(facts: Facts) -> bool:
    """Whether a reason, a limit, a unit or a subject is denied."""
    if nobody_reported(facts):
        return False
    denied = (chunk for chunk in facts.chunks if chunk.says in _UNDENIABLE or chunk.says[:2] in ("r:", "k:"))
    # "Không dùng tiền mặt" is a subject.
    begins = facts.chunks[0].says == "not"
    return any(facts.negated(chunk) for chunk in denied if not (begins and chunk.says == c.TOPIC))


def _tell_of_moved_limits(facts: Facts) -> bool:
    """Whether it is asked what was done with limits: "việc nào bị dời hạn nhiều lần"."""
    return any(chunk.text.casefold() in _MOVED for chunk in facts.chunks[1:])


def _tell_of_reports(facts: Facts) -> bool:
    """Whether it is asked who has reported, or when: only who has not is answered."""
    return facts.has("n:unit") and facts.has("n:report", "submit") and not nobody_reported(facts)
