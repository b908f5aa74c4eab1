"""How the columns of a check frame are called; frames, suites and findings all read the names from here.

A name is a role and the official column number: `c4` is column 4 as filed in a data row, `p11` column 11 of the last
period, `x_II.06a_4` the total of column 4 of form II.06a. Beside the unit's own past of the same kind `h2_4` is column
4 two periods back, `g4` column 4 in the last period of a row that is not filed now, `e1` and `d1` count the figures
that equal the last period's (and are not 0) and those that differ. `m_8+9/7` is the median of the rate (8) + (9) of (7)
among the other units of the level, `n_8+9/7` how many these are. The committed suites are read by people, so the names
are short and the numbers are the ones printed on the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_RATE = r"(?P<peers>[mn])_(?P<rate>[1-9]\d*(\+[1-9]\d*)*/[1-9]\d*(\+[1-9]\d*)*)"
_NAME = re.compile(
    r"(?P<role>[cvtsfpqged])(?P<number>[1-9]\d*)|x_(?P<other>.+)_(?P<there>[1-9]\d*)"
    rf"|h(?P<back>[1-9])_(?P<then>[1-9]\d*)|{_RATE}"
)
_TERM = re.compile(r"(?P<sign>-?)(?P<name>.+)")


class Role(StrEnum):
    """What a column of the frame holds and, in brackets, on which lines."""

    FILED = "c"  # the figure as filed (data rows)
    OVER_TIME = "v"  # the figure beside other periods: a row left blank now counts as 0 (data rows)
    TOTAL = "t"  # the filed TỔNG CỘNG (total line)
    ROWS = "s"  # the sum of the filed rows (total line)
    FORM = "f"  # the form's figure beside other forms: the sum of its rows, 0 for “không phát sinh” (form line)
    PREVIOUS = "p"  # the last period's figure (data rows)
    QUARTERS = "q"  # the sum of the three filed quarters (data rows)
    OTHER = "x"  # another form's figure (form line)
    HISTORY = "h"  # the figure some periods of the same kind back (data rows; form line: of the whole form)
    GONE = "g"  # the last period's figure of a row that is not filed now (gone lines)
    EQUAL = "e"  # how many figures are as in the last period and not 0 (form line)
    DIFFERENT = "d"  # how many figures are not as in the last period (form line)
    MEDIAN = "m"  # the median rate of the other units of the level, in percent (form line)
    PEERS = "n"  # how many units that median is of (form line)


OWN = frozenset({Role.FILED, Role.OVER_TIME, Role.TOTAL, Role.ROWS, Role.FORM})
_WORDS = {
    Role.ROWS: "tổng các dòng của cột ({})",
    Role.PREVIOUS: "({}) của kỳ trước",
    Role.QUARTERS: "tổng ba quý của cột ({})",
}


@dataclass(frozen=True, slots=True)
class Name:
    """One column of a check frame; `other` is the code of the other form when the role is OTHER.

    `back` counts periods for HISTORY; `rate` names the rate (`8+9/7`) for MEDIAN and PEERS, whose number is 0.
    """

    role: Role
    number: int
    other: str = ""
    back: int = 0
    rate: str = ""

    @classmethod
    def parse(cls, text: str) -> Name:
        """Read `c4` or `x_II.06a_4`; ValueError for anything else."""
        match = _NAME.fullmatch(text)
        if match is None:
            raise ValueError(f"không có cột nào tên là “{text}”")
        if match["other"]:
            return cls(Role.OTHER, int(match["there"]), match["other"])
        if match["back"]:
            return cls(Role.HISTORY, int(match["then"]), back=int(match["back"]))
        if match["rate"]:
            return cls(Role(match["peers"]), 0, rate=match["rate"])
        return cls(Role(match["role"]), int(match["number"]))

    def __str__(self) -> str:
        if self.role is Role.OTHER:
            return f"x_{self.other}_{self.number}"
        if self.role is Role.HISTORY:
            return f"h{self.back}_{self.number}"
        return f"{self.role}_{self.rate}" if self.rate else f"{self.role}{self.number}"

    @property
    def words(self) -> str:
        """The column as a clerk knows it: `(4)`, `(11) của kỳ trước`, `(4) của biểu II.06a`."""
        if self.role is Role.OTHER:
            return f"({self.number}) của biểu {self.other}"
        return _WORDS.get(self.role, "({})").format(self.number)


@dataclass(frozen=True, slots=True)
class Term:
    """A column with its sign inside one side of a comparison: `c10`, `-c11`."""

    name: Name
    negative: bool = False

    @classmethod
    def parse(cls, text: str) -> Term:
        match = _TERM.fullmatch(text)
        if match is None:
            raise ValueError("tên cột để trống")
        return cls(Name.parse(match["name"]), bool(match["sign"]))


def side_words(terms: Iterable[Term]) -> str:
    """A side of a comparison as people write it: `(10) − (11)`."""
    text = ""
    for term in terms:
        joiner = " − " if term.negative else " + "
        text += (joiner if text else joiner.strip() * term.negative) + term.name.words
    return text
