"""From view data to HTML: templates, the language of the reader, figures and times as offices write them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from report_desk.english import ENGLISH
from report_desk.words import EVENTS, LETTERS_EN, NOTICES, SEVERITIES, SIGNS
from tonghop.domain.rates import Rate
from tonghop.domain.text import figure
from tonghop.steps.actions import mark
from tonghop.steps.desk.lines import Line

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")
_SIGNS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True)
class Reader:
    """The language and the clock of whoever reads; every figure, time and word of a page goes through here."""

    language: str
    zone: ZoneInfo
    now: datetime

    def words(self, vietnamese: str, **facts: object) -> str:
        """`vietnamese`, or its English where the reader wants that, with {facts} filled in."""
        text = ENGLISH[vietnamese] if self.language == "en" and vietnamese else vietnamese
        return text.format(**facts) if facts else text

    def known(self, vietnamese: str) -> str:
        """Words that may have no English, such as official names: these stay as they are."""
        return ENGLISH.get(vietnamese, vietnamese) if self.language == "en" else vietnamese

    def number(self, value: object) -> str:
        """`1.234.567`, in English `1,234,567`; nothing is “–”, a day is a day, text stays text."""
        if value is None:
            return "–"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return self.day(value) if isinstance(value, date) else str(value)
        return f"{value:,}" if self.language == "en" else figure(value)

    def rate(self, found: Rate | None) -> str:
        return "–" if found is None or found.value is None else f"{self.number(found.value)}%"

    def time(self, moment: datetime | None) -> str:
        """`10:05 16/09/2024`."""
        return "–" if moment is None else f"{moment.astimezone(self.zone):%H:%M %d/%m/%Y}"

    @staticmethod
    def moment(text: str) -> datetime:
        """A time as a manifest writes it."""
        return datetime.fromisoformat(text)

    def day(self, day: date) -> str:
        return f"{day:%d/%m/%Y}"

    def iso(self, moment: datetime) -> str:
        """As a form field for a day and a time wants it."""
        return f"{moment.astimezone(self.zone):%Y-%m-%dT%H:%M}"

    def days_left(self, deadline: datetime) -> str:
        """How far a deadline is, in calendar days of the regime's zone."""
        days = (deadline.astimezone(self.zone).date() - self.now.astimezone(self.zone).date()).days
        if self.now > deadline:
            return self.words("hết hạn từ hôm nay") if not days else self.words("quá hạn {days} ngày", days=-days)
        return self.words("hết hạn hôm nay") if not days else self.words("còn {days} ngày", days=days)

    def letter(self, state: str) -> str:
        letter = SIGNS[state].letter
        return LETTERS_EN[letter] if self.language == "en" else letter

    def size(self, count: int) -> str:
        """Bytes as people read them."""
        return f"{self.number(-(-count // 1024))} KB"


@cache
def environment() -> Environment:
    """The templates; everything put into HTML is escaped, and a name a template lacks is our error."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        SIGNS=SIGNS, SEVERITIES=SEVERITIES, EVENTS=EVENTS, NOTICES=NOTICES, spark=spark, sign=_sign, mark=mark
    )
    found.globals["group_columns"] = group_columns
    found.filters["path"] = lambda text: quote(str(text), safe="")
    return found


def template(name: str) -> Template:
    """The template called `name`, compiled once."""
    return environment().get_template(name)


@cache
def static(name: str) -> tuple[bytes, str]:
    """Bytes of one of our own files and a mark that changes with them."""
    content = (HERE / "static" / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def address(path: str, query: Mapping[str, object]) -> str:
    """`path` with the parts of `query` that say something."""
    said = urlencode({name: value for name, value in query.items() if value not in {"", None}})
    return f"{path}?{said}" if said else path


def spark(values: Sequence[Decimal], width: int = 120, height: int = 28) -> str:
    """Points of a line through `values`, scaled to their own range, inside a box of `width` by `height`."""
    low, high = min(values), max(values)
    span = (high - low) or Decimal(1)
    step = Decimal(width - 8) / max(len(values) - 1, 1)
    return " ".join(
        f"{4 + step * at:.1f},{4 + (height - 8) * (1 - (value - low) / span):.1f}" for at, value in enumerate(values)
    )


def group_columns(lines: Sequence[Line]) -> list[int]:
    """Places of the forms that any of `lines` owes: a table shows no column nobody has."""
    return [at for at in range(len(lines[0].cells)) if any(one.cells[at] for one in lines)]


def _sign(operator: str) -> str:
    return _SIGNS.get(operator, operator)


def context(reader: Reader, **facts: Any) -> dict[str, Any]:
    """What every template is given beside its own facts."""
    return {"t": reader.words, "k": reader.known, "n": reader.number, "r": reader, **facts}
