"""The colours of the documents, told apart by the colour-blind and on a grey print too; text always stands beside."""

from __future__ import annotations

from bot.domain.work.alerts import Colour
from bot.domain.work.scores import IndicatorClass

BARS = {
    Colour.RED: "#D55E00",
    Colour.AMBER: "#F0E442",
    Colour.GREEN: "#009E73",
    Colour.GREY: "#BDBDBD",
    Colour.DONE: "#0072B2",
}
"""Okabe and Ito's: vermilion, yellow, bluish green, grey, blue."""
PATTERNS = {Colour.RED: "////", Colour.AMBER: "....", Colour.GREEN: "", Colour.GREY: "\\\\", Colour.DONE: ""}
ON_BARS = {
    Colour.RED: "#FFFFFF",
    Colour.AMBER: "#000000",
    Colour.GREEN: "#FFFFFF",
    Colour.GREY: "#000000",
    Colour.DONE: "#FFFFFF",
}
"""The colour of figures written into a bar."""
FILLS = {
    Colour.RED: "F6C6AD",
    Colour.AMBER: "FBF6B8",
    Colour.GREEN: "B8E2D3",
    Colour.GREY: "E0E0E0",
    Colour.DONE: "B5D5EC",
}
"""The same, light enough for black text on them."""
CLASS_COLOURS = {
    IndicatorClass.MET: Colour.DONE,
    IndicatorClass.IN_PROGRESS: Colour.GREEN,
    IndicatorClass.NOT_MET: Colour.AMBER,
    IndicatorClass.AWAITING: Colour.GREEN,
    IndicatorClass.RETURNED: Colour.RED,
    IndicatorClass.NOT_REPORTED: Colour.GREY,
}
"""Which of them an indicator's class is shown in."""
