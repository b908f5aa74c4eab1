"""Cell formats of the workbook: Times New Roman throughout, thin borders, tinted input cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Without "none" every font is tied to the theme, and Excel shows the theme's font instead.
FONT = {"font_name": "Times New Roman", "font_size": 11, "font_scheme": "none"}
INPUT, CARRIED, HEADING, QUIET = "#FFF8DC", "#E3F1E1", "#EEF2F7", "#7F7F7F"
FIGURE, PERCENT, DAY = "#,##0", "#,##0.00", "dd/mm/yyyy"

_TEXT = {"text_wrap": True, "valign": "vcenter"}
_BOX = {"border": 1, "valign": "vcenter"}
_FIGURE = {**_BOX, "align": "right", "indent": 1, "shrink": True}
_NAMED: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "indented": {**_TEXT, "indent": 1},
    "bold": {**_TEXT, "bold": True},
    "bold_centre": {**_TEXT, "bold": True, "align": "center"},
    "italic": {**_TEXT, "italic": True},
    "italic_centre": {**_TEXT, "italic": True, "align": "center"},
    "italic_right": {**_TEXT, "italic": True, "align": "right"},
    "italic_small": {**_TEXT, "italic": True, "font_size": 10},
    "right": {**_TEXT, "align": "right", "indent": 1},
    "title": {**_TEXT, "bold": True, "align": "center", "font_size": 13},
    "section": {"bold": True, "valign": "vcenter", "font_size": 12},
    "link": {"font_color": "#1F4E9E", "underline": 1, "valign": "vcenter"},
    "box_link": {**_BOX, "font_color": "#1F4E9E", "underline": 1, "align": "center"},
    "status": {**_TEXT, "bold": True, "font_size": 14},
    "heading": {**_BOX, "text_wrap": True, "bold": True, "align": "center", "bg_color": HEADING},
    "number_row": {**_BOX, "italic": True, "align": "center", "num_format": '"("0")"', "font_size": 10},
    "index": {**_BOX, "align": "center"},
    "count": {**_BOX, "align": "center", "num_format": "0;-0;"},
    "box": {**_BOX, "text_wrap": True},
    "box_shrunk": {**_BOX, "shrink": True},
    "box_top": {"border": 1, "valign": "top", "text_wrap": True},
    "box_centre": {**_BOX, "text_wrap": True, "align": "center"},
    "figure": {**_FIGURE, "num_format": FIGURE},
    "percent": {**_FIGURE, "num_format": PERCENT},
    "total_label": {**_BOX, "bold": True, "align": "center"},
    "total_figure": {**_FIGURE, "bold": True, "num_format": FIGURE},
    "total_percent": {**_FIGURE, "bold": True, "num_format": PERCENT},
    "total_text": {**_BOX, "bold": True},
    "in_figure": {**_FIGURE, "num_format": FIGURE, "bg_color": INPUT, "locked": False},
    "in_carried": {**_FIGURE, "num_format": FIGURE, "bg_color": CARRIED, "locked": False},
    "in_percent": {**_FIGURE, "num_format": PERCENT, "bg_color": INPUT, "locked": False},
    "in_day": {**_BOX, "num_format": DAY, "align": "center", "bg_color": INPUT, "locked": False},
    "in_day_left": {**_BOX, "num_format": DAY, "align": "left", "bg_color": INPUT, "locked": False},
    "in_text": {**_BOX, "text_wrap": True, "bg_color": INPUT, "locked": False},
    "in_centre": {**_BOX, "align": "center", "bg_color": INPUT, "locked": False},
    "in_choice": {**_BOX, "bold": True, "align": "center", "bg_color": INPUT, "locked": False},
    "in_paragraph": {"border": 1, "valign": "top", "text_wrap": True, "bg_color": INPUT, "locked": False},
    "shown": {"valign": "vcenter"},
    "shown_day": {"valign": "vcenter", "num_format": DAY, "align": "left"},
    "signature": {**_TEXT, "bold": True, "align": "center", "valign": "bottom"},
    "sample_input": {"border": 1, "bg_color": INPUT},
    "sample_carried": {"border": 1, "bg_color": CARRIED},
    "sample_formula": {"border": 1},
}
DIFFERENTIAL: dict[str, dict[str, Any]] = {
    "wrong": {"font_color": "#B00020", "bg_color": "#FDECEA"},
    "fine": {"font_color": "#1B6E2E"},
    "unused": {"font_color": QUIET},
}


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook by name, made when first asked for."""

    workbook: Any
    made: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            properties = DIFFERENTIAL[name] if name in DIFFERENTIAL else {**FONT, **_NAMED[name]}
            self.made[name] = self.workbook.add_format(properties)
        return self.made[name]
