"""What a sentence denies, tells or points at and no filter can say: it is asked back, never answered with all rows."""

from __future__ import annotations

from itertools import pairwise

from bot.domain.work.alerts import Reason
from bot.language.asking.meanings import Cue, Kind, LimitWord, Noun
from bot.language.asking.sentence import Sentence

_UNDENIABLE = frozenset(
    {Noun.UNIT, Noun.EVIDENCE, Noun.REPORT, Kind.UNIT, Kind.TOPIC, Cue.SUBMIT, Cue.LEAD, Cue.COORDINATE}
    | {Cue.EITHER, Cue.MINE, Cue.URGENT, Cue.DUE, Cue.EXPIRES}
)
"""What no filter can deny: "việc không về VNeID", "chưa có minh chứng"."""
_REPORTED = ([Noun.REPORT], [Cue.SUBMIT])
_MOVED = frozenset({"dời hạn", "lùi hạn", "gia hạn"})
_JOINING = frozenset({"mà", "của", "thì", "là", "và", "trong", "thuộc", "theo", "để"})
_HEADING = frozenset({"phụ trách", "đứng đầu", "đảm nhiệm", "dẫn đầu", "lo"})
_POINTING = frozenset({"kia", "này", "đó", "ấy", "nọ", "nớ", "nầy", "ni", "tê"})


def leave_no_answer(sentence: Sentence) -> bool:
    """Whether a list would not be the answer."""
    most_of_a_subject = sentence.has(Noun.UNIT) and sentence.has(Cue.MOST) and bool(sentence.all(Kind.TOPIC))
    return (
        most_of_a_subject
        or misses_a_plan(sentence)
        or _point_at_something(sentence)
        or _deny_what_no_filter_says(sentence)
        or _tell_of_reports(sentence)
        or _tell_of_moved_limits(sentence)
    )


def nobody_reported(sentence: Sentence) -> bool:
    """As in "việc chưa ai báo cáo"."""
    said = [chunk.says for chunk in sentence.chunks if chunk.says not in (Kind.LIGHT, Cue.ASK)]
    return any(said[n : n + 2] == [Cue.NOT, Noun.UNIT] and said[n + 2 : n + 3] in _REPORTED for n in range(len(said)))


def ask_whether_anybody_did(sentence: Sentence) -> bool:
    """As in "hôm qua có ai gửi báo cáo không", which asks for no unit that has not."""
    if not sentence.has(Noun.UNIT) or sentence.has(Cue.MISSING, Cue.OWING):
        return False
    said = [x for x in sentence.chunks if x.says not in (Cue.ASK, Cue.CLAUSE)]
    exists = any(before.text.casefold() == "có" and x.says is Noun.UNIT for before, x in pairwise(said))
    return exists and [x.says for x in said if x.says is Cue.NOT or x is said[-1]] == [Cue.NOT]


def misses_a_plan(sentence: Sentence) -> bool:
    """Whether the units' own plans are missed: "ai chưa nộp kế hoạch"."""
    return any(
        before.says in (Cue.SUBMIT, Cue.MISSING, Cue.NOT) and x.says is Kind.LIGHT and x.text.casefold() == "kế hoạch"
        for before, x in pairwise(sentence.chunks)
    )


def ask_for_a_person(sentence: Sentence) -> bool:
    """Whether the head of a unit is asked for: "ai đứng đầu ban xây dựng đảng", "đồng chí nào phụ trách phòng …"."""
    headed = any(before.text.casefold() in _HEADING and x.says is Kind.UNIT for before, x in pairwise(sentence.chunks))
    return headed and not sentence.has(Noun.TASK, Noun.INDICATOR, Noun.ROW)


def _point_at_something(sentence: Sentence) -> bool:
    """Whether one row is pointed at that nobody has named: "việc kia tới đâu rồi"."""
    behind = [x for before, x in pairwise(sentence.chunks) if before.says in (Noun.TASK, Noun.INDICATOR, Noun.ROW)]
    return any(x.says is Kind.LIGHT and x.text.casefold() in _POINTING for x in behind)


def break_off(sentence: Sentence) -> bool:
    """Whether the sentence ends before it says anything of the rows: "nhiệm vụ nào mà"."""
    return bool(sentence.chunks) and sentence.chunks[-1].text.casefold() in _JOINING


def _deny_what_no_filter_says(sentence: Sentence) -> bool:
    """Whether a reason, a limit, a unit or a subject is denied."""
    if nobody_reported(sentence):
        return False
    denied = (x for x in sentence.chunks if x.says in _UNDENIABLE or isinstance(x.says, (Reason, LimitWord)))
    # "Không dùng tiền mặt" is a subject.
    begins = sentence.chunks[0].says is Cue.NOT
    return any(sentence.negated(chunk) for chunk in denied if not (begins and chunk.says is Kind.TOPIC))


def _tell_of_moved_limits(sentence: Sentence) -> bool:
    """Whether it is asked what was done with limits: "việc nào bị dời hạn nhiều lần"."""
    return any(chunk.text.casefold() in _MOVED for chunk in sentence.chunks[1:])


def _tell_of_reports(sentence: Sentence) -> bool:
    """Whether it is asked who has reported, or when: only who has not is answered."""
    return sentence.has(Noun.UNIT) and sentence.has(Noun.REPORT, Cue.SUBMIT) and not nobody_reported(sentence)
