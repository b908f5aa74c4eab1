"""Words in synthetic filings: people, paragraphs, items of lists. Every one of them says that it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tonghop.domain.form import Column, ColumnKind, Form, InSetRule
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Paragraph, Signature
from tonghop.domain.units import Unit
from tonghop.domain.value import Value

MARK = "SỐ LIỆU GIẢ ĐỊNH"
INVENTED = "(số liệu giả định)"
EXTRA_ROWS = (
    "Tiếp cận thông tin",
    "Hòa giải ở cơ sở",
    "Cấp thẻ, giấy phép khác",
    "Tiếp nhận và trả kết quả",
    "Dịch vụ công khác",
)
EXPLANATION = f"Đã rà soát lại hồ sơ tồn trên phần mềm một cửa, số kỳ trước thống kê thiếu {INVENTED}."
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi")
_MIDDLE = ("Văn", "Thị", "Đức", "Thanh", "Minh")
_GIVEN = ("A", "B", "C", "D", "Đ", "E", "G", "H")
_PARAGRAPHS = (
    "Đơn vị thực hiện đầy đủ nhiệm vụ theo kế hoạch kiểm soát thủ tục hành chính năm {year} của tỉnh.",
    "Hồ sơ được tiếp nhận, giải quyết đúng quy trình; hồ sơ quá hạn đều có văn bản xin lỗi.",
    "Một số hồ sơ phải xác minh tại thực địa nên thời gian giải quyết còn kéo dài.",
    "Tiếp tục tuyên truyền, hướng dẫn tổ chức, cá nhân nộp hồ sơ trực tuyến trên Cổng dịch vụ công.",
    "Đã niêm yết công khai thủ tục hành chính tại Bộ phận Một cửa và trên trang thông tin điện tử.",
)
_TEXTS = {
    "ten_tthc": "Thủ tục giả định số {place}",
    "linh_vuc": "{field}",
    "noi_dung": "Cắt giảm thành phần hồ sơ, rút ngắn thời hạn giải quyết {invented}",
    "van_ban": "Quyết định của UBND tỉnh {invented}",
    "co_quan_chu_tri": "{unit}",
}


def person(rng: Random) -> str:
    """A made-up name, marked as such: `Trần Thị B (số liệu giả định)`."""
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)} {INVENTED}"


def signature(province: Province, unit: Unit, period: Period, rng: Random) -> Signature:
    """Who answers for a synthetic report; dated two days after the data end."""
    day = province.regime.window(period).last + timedelta(days=2)
    number = f"{rng.randint(11, 289)}/BC-{unit.level.value.upper()}-GĐ"
    return Signature(person(rng), person(rng), number, day)


def paragraphs(province: Province, period: Period, rng: Random) -> tuple[Paragraph, ...]:
    """One to three paragraphs under headings of the outline, each opening with the mark."""
    headings = [heading.number for heading in province.regime.outline if heading.units_write]
    chosen = sorted(rng.sample(range(len(headings)), k=min(rng.randint(1, 3), len(headings))))
    texts = rng.sample(_PARAGRAPHS, k=len(chosen))
    return tuple(
        Paragraph(headings[place], f"{MARK}. {text.format(year=period.year)}")
        for place, text in zip(chosen, texts, strict=True)
    )


def item_name(unit: Unit, place: int) -> str:
    """What names item `place` of a list: a code that no real procedure has."""
    return f"GĐ.{unit.code}.{place:03}"


@dataclass(frozen=True)
class Setting:
    """What words may refer to: the unit, its fields, the last day of the period's data."""

    unit: Unit
    fields: tuple[str, ...]
    last: date


def input_value(form: Form, column: Column, setting: Setting, place: int, rng: Random) -> Value | None:
    """Value of an input that is not a whole number: text, date, percent, or one of the values a rule allows."""
    for rule in form.rules:
        if isinstance(rule, InSetRule) and rule.column == column.number:
            return rng.choice(rule.values)
    if column.optional and rng.random() < 0.3:
        return None
    if column.kind is ColumnKind.DATE:
        return setting.last + timedelta(days=rng.randint(30, 200))
    if column.kind is ColumnKind.PERCENT:
        return Decimal(rng.randint(500, 4500)) / 100
    template = _TEXTS.get(column.key, "Nội dung giả định {place}")
    field = rng.choice(setting.fields) if setting.fields else setting.unit.name
    return template.format(place=place, unit=setting.unit.name, field=field, invented=INVENTED)
