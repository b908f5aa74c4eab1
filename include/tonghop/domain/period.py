"""Reporting periods: codes of the provincial data standard (`YYYYQ`, `YYYY`) and what people read.

The data window rule is NĐ 09/2019/NĐ-CP Điều 12; which periods are filed belongs to the regime, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tonghop.domain.errors import UsageError

_CODE = re.compile(r"(?P<year>20\d\d)(?:Q?(?P<quarter>[1-4]))?", re.IGNORECASE)
ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of the data a period covers, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter (`quarter` 1–4) or a year (`quarter` 0). The code is `20243` or `2024`."""

    year: int
    quarter: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `20243`, `2024Q3` or `2024`; anything else raises UsageError in Vietnamese."""
        match = _CODE.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                f"Không hiểu kỳ báo cáo “{text}”.",
                "Ghi 20243 hoặc 2024Q3 cho quý III năm 2024, ghi 2024 cho báo cáo năm.",
            )
        return cls(int(match["year"]), int(match["quarter"] or 0))

    @property
    def code(self) -> str:
        return f"{self.year}{self.quarter}" if self.quarter else str(self.year)

    @property
    def is_year(self) -> bool:
        return self.quarter == 0

    @property
    def label(self) -> str:
        """`Quý III/2024`, `Năm 2024`."""
        return f"Quý {ROMAN[self.quarter]}/{self.year}" if self.quarter else f"Năm {self.year}"

    @property
    def slot(self) -> str:
        """Name of the period inside any year, as regime data writes it: `Q1` … `Q4`, `Y`."""
        return f"Q{self.quarter}" if self.quarter else "Y"

    @property
    def last_month(self) -> int:
        return self.quarter * 3 if self.quarter else 12

    @property
    def quarters(self) -> tuple[Period, ...]:
        """Filed quarters of a year that come before its annual report; none for a quarter."""
        return () if self.quarter else tuple(Period(self.year, number) for number in (1, 2, 3))

    def day(self, number: int) -> date:
        """Day `number` of the period's last month, the way deadlines are written."""
        return date(self.year, self.last_month, number)

    def window(self, first_day: int, last_day: int) -> Window:
        """Data window from `first_day` of the month before the period to `last_day` of its last month."""
        first_month = self.last_month - 2 if self.quarter else 1
        if first_day == 1:
            return Window(date(self.year, first_month, 1), self.day(last_day))
        year, month = (self.year - 1, 12) if first_month == 1 else (self.year, first_month - 1)
        return Window(date(year, month, first_day), self.day(last_day))

    def __str__(self) -> str:
        return self.code
