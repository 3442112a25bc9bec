"""The words of time: Vietnamese with all its diacritics, and English.

Sources: docs/rules/chat.md (questions, `/han`), the printed limits of seeds/, spans as people type them, and the closed
class of Vietnamese deictic words ("này", "sau", "tới", "trước", "qua").
"""

from __future__ import annotations

from typing import Final

from bot.language.words import lexicon

DAYS: Final[dict[int, tuple[str, ...]]] = {
    0: ("hôm nay", "hnay", "bữa nay", "bữa ni", "hôm ni", "today"),
    1: ("ngày mai", "mai", "tomorrow"),
    2: ("ngày kia", "ngày mốt", "mốt", "the day after tomorrow", "day after tomorrow"),
    -1: ("hôm qua", "yesterday"),
}
YEAR_SO_FAR: Final = ("từ đầu năm đến nay", "từ đầu năm tới nay", "đầu năm đến nay", "từ đầu năm", "year to date")
# "thương mại", "khuyến mãi", "hoa mai"; "mươi mốt"
NOT_BEHIND: Final[dict[str, tuple[str, ...]]] = {
    "mai": ("thuong", "khuyen", "hoa", "mia", "tuong", "ban"),
    "mot": ("muoi", "phan", "nam", "tang", "dich", "cua", "so", "thu", "la", "co", "theo", "trong"),
}
WEEKDAYS: Final[dict[int, tuple[str, ...]]] = {
    0: ("thứ hai", "thứ 2", "t2", "monday"),
    1: ("thứ ba", "thứ 3", "t3", "tuesday"),
    2: ("thứ tư", "thứ 4", "t4", "wednesday"),
    3: ("thứ năm", "thứ 5", "t5", "thursday"),
    4: ("thứ sáu", "thứ 6", "t6", "friday"),
    5: ("thứ bảy", "thứ 7", "t7", "saturday"),
    6: ("chủ nhật", "cn", "sunday"),
}
MONTH: Final = ("tháng", "month")
YEAR: Final = ("năm", "year")
UNITS: Final[dict[str, tuple[str, ...]]] = {
    "week": ("tuần", "week"),
    "month": MONTH,
    "quarter": ("quý", "quarter"),
    "year": YEAR,
}
WHICH: Final[dict[int, tuple[str, ...]]] = {
    0: ("này", "nay", "ni", "nầy", "hiện tại", "this", "current"),
    1: ("sau", "tới", "kế", "kế tiếp", "tiếp theo", "next"),
    -1: ("trước", "qua", "rồi", "vừa rồi", "vừa qua", "ngoái", "last", "previous"),
}
BOUNDS: Final[dict[str, tuple[str, ...]]] = {
    "before": ("trước", "before"),
    "until": (
        *("đến", "tới", "đến hết", "tới hết", "hết", "cho đến", "cho tới", "chậm nhất"),
        *("đến trước", "muộn nhất", "by", "by the", "until", "till", "up to"),
    ),
    "from_now": (
        *("từ đây tới", "từ đây đến", "từ đây tới hết", "từ đây đến hết"),
        *("từ nay đến", "từ nay tới", "từ giờ đến", "từ giờ tới", "từ nay đến hết", "từ nay tới hết", "từ giờ đến hết"),
        *(
            "từ giờ tới hết",
            "từ giờ cho tới hết",
            "từ giờ cho đến hết",
            "từ giờ cho tới",
            "từ giờ cho đến",
            "từ bây giờ đến",
        ),
        *(
            "từ nay cho đến",
            "từ nay cho tới",
            "từ nay cho đến hết",
            "từ nay cho tới hết",
            "from now to",
            "from now until",
        ),
    ),
    "after": ("sau", "after"),
    "from": ("từ", "kể từ", "from", "since", "between"),
}
TO: Final = (*lexicon.RANGE, "đến hết", "until", "and", "và")
QUARTER: Final = ("quý", "q")
DAY: Final = ("ngày", "mùng", "mồng", "hôm", "on")
EDGES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("first", "month"): ("đầu tháng",),
    ("mid", "month"): ("giữa tháng",),
    ("last", "month"): ("cuối tháng", "hết tháng", "end of month", "end of the month"),
    ("first", "quarter"): ("đầu quý",),
    ("mid", "quarter"): ("giữa quý",),
    ("last", "quarter"): ("cuối quý", "hết quý", "end of quarter", "end of the quarter"),
    ("first", "year"): ("đầu năm",),
    ("mid", "year"): ("giữa năm",),
    ("last", "year"): ("cuối năm", "hết năm", "end of year", "end of the year"),
    ("last", "week"): ("cuối tuần", "hết tuần"),
}
HALVES: Final[dict[str, tuple[str, ...]]] = {
    "first": ("nửa đầu năm", "nửa năm đầu", "6 tháng đầu", "6 tháng đầu năm", "first half", "first half of the year"),
    "last": (
        "nửa cuối năm",
        "nửa năm cuối",
        "6 tháng cuối",
        "6 tháng cuối năm",
        "second half",
        "second half of the year",
    ),
}
COUNTED: Final[dict[int, tuple[str, ...]]] = {
    1: ("ngày", "day", "days", "hôm"),
    7: ("tuần", "week", "weeks"),
    30: ("tháng", "month", "months"),
}
BEFORE_COUNT: Final = ("trong", "trong vòng", "next", "in the next", "within", "in")
PAST_COUNT: Final = ("last", "past", "in the last", "the last")
AHEAD: Final = ("tới", "nữa", "sau", "tiếp theo", "kế tiếp", "sắp tới", "from now")
AGO: Final = ("qua", "trước", "vừa qua", "gần đây", "rồi", "ago")
MONTHS: Final[dict[int, tuple[str, ...]]] = {
    1: ("january", "jan"),
    2: ("february", "feb"),
    3: ("march", "mar"),
    4: ("april", "apr"),
    5: ("may",),
    6: ("june", "jun"),
    7: ("july", "jul"),
    8: ("august", "aug"),
    9: ("september", "sep", "sept"),
    10: ("october", "oct"),
    11: ("november", "nov"),
    12: ("december", "dec"),
}
# "tháng sáu"; without its mark "sau" is "next", "tháng nam" no year
MONTH_NUMERALS: Final[dict[str, int]] = lexicon.UNITS | {"giêng": 1, "tư": 4, "chạp": 12}
PADDING: Final = (
    "trong",
    "vào",
    "hạn",
    "đến hạn",
    "của",
    "in",
    "on",
    "the",
    "for",
    "ạ",
    "nhé",
    "thì sao",
    "due",
    "for the",
)
