"""How units, recipients and days are written in administrative Vietnamese."""

from __future__ import annotations

from datetime import date

from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Level, Unit

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def reporter(unit: Unit) -> str:
    """The body that reports: `UBND phường Long Thủy`, `UBND thị xã Phước Long`, `Sở Tài chính`."""
    if unit.level in {Level.COMMUNE, Level.DISTRICT}:
        return f"UBND {unit.name[:1].lower()}{unit.name[1:]}"
    return unit.name


def recipient(province: Province, unit: Unit, period: Period) -> str:
    """Whom the unit's report is addressed to: a commune's district, else the office of the provincial committee."""
    parent = province.tree(period).get(unit.parent_code)
    if parent is not None and parent.level is Level.DISTRICT:
        return reporter(parent)
    office = f"Văn phòng UBND {province.name[:1].lower()}{province.name[1:]}"
    return province.agency if office.startswith(unit.name) else office


def in_words(day: date) -> str:
    """`thứ Hai, ngày 16/9/2024` (NĐ 30/2020/NĐ-CP: a leading 0 only for days below 10 and months 1 and 2)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{_WEEKDAYS[day.weekday()]}, ngày {day.day:02d}/{month}/{day.year}"
