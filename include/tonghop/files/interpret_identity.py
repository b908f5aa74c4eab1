"""Whose workbook it is and of which period: the hidden sheet, the printed header and the folder must not disagree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import Finding, make
from tonghop.domain.period import ROMAN, Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Identity
from tonghop.domain.text import clean, key
from tonghop.domain.units import Unit
from tonghop.domain.value import RawValue
from tonghop.files.raw_book import Grid, RawBook

HIDDEN_SHEET = "_tonghop"
_PERIOD_LABEL, _UNIT_LABEL = key("Kỳ báo cáo"), key("Đơn vị báo cáo")
_QUARTER = re.compile(r"quý\s*(iv|i{1,3}|[1-4])\b\D{0,8}(20\d\d)")
_YEAR = re.compile(r"năm\s*(20\d\d)")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Context:
    """Where a workbook was found: the `unit` of the folder, and the periods that are open for filing."""

    province: Province
    unit: Unit
    opened: frozenset[Period]


@dataclass(frozen=True)
class Identified:
    """What a workbook says about itself; `unit` and `period` only when every source agrees, else `findings`."""

    identity: Identity
    period: Period | None = None
    unit: Unit | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Printed:
    """The header lines of one sheet: its period (None: not printed so that it can be read) and its unit's name."""

    sheet: str
    period: Period | None
    unit: str


def identify(book: RawBook, context: Context, heads: Iterable[tuple[Grid, int]]) -> Identified:
    """Unit and period of `book`; findings when it is not for here. `heads`: sheets and the last row of their heads."""
    hidden = _hidden(book)
    printed = [_printed(grid, last) for grid, last in heads]
    identity = Identity(
        unit_code=hidden.get("unit_code", ""),
        unit_name=next((page.unit for page in printed if page.unit), ""),
        period=hidden.get("period", ""),
        regime=hidden.get("regime", ""),
        fingerprint=hidden.get("fingerprint", ""),
    )
    regime = context.province.regime
    if identity.regime and identity.regime != regime.id:
        message = f"Biểu mẫu thuộc chế độ báo cáo “{identity.regime}”; cần biểu mẫu của “{regime.title}”."
        return Identified(identity, findings=(make("other-regime", message),))
    period = _period(identity.period, printed, context)
    if isinstance(period, Finding):
        return Identified(identity, findings=(period,))
    unit = _unit(hidden, printed, context, period)
    if isinstance(unit, Finding):
        return Identified(identity, period, findings=(unit,))
    return Identified(identity, period, unit)


def _hidden(book: RawBook) -> dict[str, str]:
    grid = book.sheet(HIDDEN_SHEET)
    if grid is None:
        return {}
    rows = range(1, grid.nrows + 1)
    return {key(_text(grid.value(row, 1))): _text(grid.value(row, 2)) for row in rows}


def _text(value: RawValue) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else clean(str(value))


def _printed(grid: Grid, last: int) -> _Printed:
    lines = dict(reversed(list(_header_lines(grid, last))))
    return _Printed(grid.name, _printed_period(lines.get(_PERIOD_LABEL, "")), lines.get(_UNIT_LABEL, ""))


def _header_lines(grid: Grid, last: int) -> Iterator[tuple[str, str]]:
    """(label, what follows it: after the colon or in the next cell not empty) of the header of a sheet."""
    for row in range(1, min(grid.nrows, last) + 1):
        lines = [line for _, value in grid.values(row) for line in _lines(value)]
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            folded = line.casefold()
            for label in (_PERIOD_LABEL, _UNIT_LABEL):
                if folded.startswith(label):
                    yield label, line[len(label) :].lstrip(" :") or following


def _lines(value: RawValue) -> list[str]:
    text = value if isinstance(value, str) else _text(value)
    return [cleaned for line in text.splitlines() if (cleaned := clean(line))]


def _printed_period(text: str) -> Period | None:
    wanted = key(text)
    if match := _QUARTER.search(wanted):
        roman = match[1].upper()
        return Period(int(match[2]), ROMAN.index(roman) if roman in ROMAN else int(roman))
    if match := _YEAR.search(wanted):
        return Period(int(match[1]))
    return None


def _period(code: str, printed: list[_Printed], context: Context) -> Period | Finding:
    """The period every source names; a workbook that names two is not guessed at."""
    named: dict[Period, str] = {}
    if code:
        try:
            named[Period.parse(code)] = "mã của biểu mẫu"
        except UsageError:
            return make("unknown-identity", f"Mã kỳ báo cáo “{code}” trong biểu mẫu không đúng; cần mã như 20243.")
    for page in printed:
        if page.period is not None:
            named.setdefault(page.period, f"trang “{page.sheet}”")
    if len(named) > 1:
        told = "; ".join(f"{source} ghi {period.label}" for period, source in named.items())
        return make("wrong-period", f"Tệp ghi nhiều kỳ báo cáo khác nhau: {told}; cần cùng một kỳ.", found=told)
    if not named:
        return make("unknown-identity", "Không thấy kỳ báo cáo trong tệp; cần dòng “Kỳ báo cáo: …” ở đầu biểu.")
    period = next(iter(named))
    if period not in context.opened:
        opened = ", ".join(each.label for each in sorted(context.opened)) or "chưa có kỳ nào"
        message = f"Tệp là báo cáo {period.label}; các kỳ đang nhận báo cáo: {opened}."
        return make("wrong-period", message, found=period.label, expected=opened)
    return period


def _unit(hidden: dict[str, str], printed: list[_Printed], context: Context, period: Period) -> Unit | Finding:
    """The folder's unit as it stands in the period, unless the workbook names another one."""
    folder = context.unit
    unit = context.province.tree(period).get(folder.code)
    if unit is None or unit.folder != folder.folder:
        message = f"{folder.name} không thuộc danh sách đơn vị phải báo cáo {period.label}."
        return make("wrong-unit", message, found=folder.name)
    code = hidden.get("unit_code", "")
    since = hidden.get("unit_valid_from", "")
    if code:
        if code == unit.code and since in {"", unit.valid_from.isoformat()}:
            return unit
        other = context.province.tree(period).get(code) if code != unit.code else None
        return _wrong_unit(unit, other.name if other else f"đơn vị có mã {code}")
    for page in printed:
        if page.unit and not _names(page.unit, unit.name):
            return _wrong_unit(unit, page.unit)
    return unit


def _wrong_unit(unit: Unit, found: str) -> Finding:
    message = f"Tệp là báo cáo của {found}, nhưng đặt trong thư mục của {unit.name}."
    return make("wrong-unit", message, found=found, expected=unit.name)


def _names(printed: str, name: str) -> bool:
    """Whether `printed` contains `name` as whole words, wherever the tone marks are put (hòa = hoà)."""
    return f" {_spelling(name)} " in f" {_spelling(printed)} "


def _spelling(text: str) -> str:
    return " ".join(_word(word) for word in _WORD.findall(key(text)))


def _word(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(sorted(letter for letter in letters if letter in _TONES))
    return "".join(letter for letter in letters if letter not in _TONES) + tones
