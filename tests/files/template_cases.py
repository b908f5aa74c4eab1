"""Workbooks for the tests of the template: plans, right figures, and figures with every kind of fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from tonghop.domain.form import ColumnKind, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation, Paragraph, Signature
from tonghop.files.template import Filled, FormFill, TemplatePlan, plan
from tonghop.files.template.plan import CellValue
from tonghop.specs import load_province

INCLUDE = Path(__file__).parents[2] / "include"
PERIOD = Period(2024, 3)
COMMUNE, DISTRICT, DEPARTMENT = "25217", "688", "STNMT"
LEVELS = (COMMUNE, DISTRICT, DEPARTMENT)
OPENINGS = {
    "II.05a": {"hộ tịch": {4: 1}},
    "II.06a": {"hộ tịch": {6: 10}, "chứng thực": {6: 0}, "đất đai": {6: 1200}, "nước sạch nông thôn": {6: 3}},
}
SIGNATURE = Signature("Nguyễn Thị Minh Phương", "Trần Quốc Bảo", "05/BC-UBND", date(2024, 9, 16))
RIGHT: Mapping[str, Mapping[int, CellValue]] = {
    "II.01": {4: 1, 5: 2, 6: 0, 8: 1, 9: 1},
    "II.02": {3: 4, 5: 2, 6: 3, 7: 1, 9: 2, 10: 1},
    "II.03": {3: 20, 4: 12, 6: 2, 7: 1, 8: 1, 9: 0, 10: 3_000_000, 11: 2_000_000},
    "II.04": {2: "1.004237", 3: "Khai thác dữ liệu", 4: "Đo đạc", 5: "Bỏ một giấy tờ", 6: "Nghị định 73", 7: "Sở",
              8: date(2024, 12, 31), 9: Decimal("23.5")},
    "II.05a": {4: 1, 5: 4, 6: 2, 7: 3, 8: 0, 10: 3, 11: 1, 12: 1, 13: 2},
    "II.06a": {4: 40, 5: 60, 6: 10, 8: 50, 9: 30, 10: 10, 12: 15, 13: 5},
    "II.07b": {4: 100, 5: 30, 6: 20, 8: 100, 9: 20, 10: 20, 12: 90, 13: 20, 14: 20},
    "II.08": {3: 150, 4: 60, 5: 30, 6: 50, 8: 40, 9: 60, 10: 30, 11: 50, 12: 40},
}  # fmt: skip


@cache
def province() -> Province:
    return load_province(INCLUDE, "binh-phuoc")


def planned(
    code: str, filled: Filled | None = None, openings: Mapping[str, Mapping[str, Mapping[int, int]]] | None = None
) -> TemplatePlan:
    unit = province().tree(PERIOD)[code]
    return plan(province(), unit, PERIOD, openings, filled, {"nước sạch nông thôn": "Nước sạch nông thôn"})


def right(code: str, **changes: object) -> Filled:
    """Figures that break no rule: one row in every form, except what `changes` of Filled say."""
    forms = {}
    for form in planned(code).forms:
        row = {RowKind.FIELDS: form.rows[0].key, RowKind.UNITS: code, RowKind.LIST: "1"}[form.form.row_kind]
        forms[form.form.code] = FormFill(rows={row: RIGHT[form.form.code]})
    parts: dict[str, object] = {
        "forms": forms,
        "signature": SIGNATURE,
        "explanations": (Explanation("II.06a", planned(code)["II.06a"].rows[0].key, 6, "Do bàn giao hồ sơ."),),
        "paragraphs": (Paragraph("I.5", "Đã giải quyết đúng hạn."),),
    }
    return Filled(**{**parts, **changes})  # type: ignore[arg-type]


_ODD = ("chữ", -3, 1.5, 2 * 10**13, None, " ", 0, 7, "12", "31/12/2024", "5/6/24")


def faulty(code: str, seed: int) -> Filled:
    """Seeded figures with every kind of fault a cell can have (no truth values: LibreOffice adds them up)."""
    rng = Random(seed)
    forms, overrides = {}, {}
    for form in planned(code, openings=OPENINGS).forms:
        columns, names = form.form.inputs, [row.key for row in form.rows if not row.spare][:5]
        names += {RowKind.FIELDS: ["Lĩnh vực mới", "Khác"], RowKind.UNITS: [], RowKind.LIST: ["1", "2"]}[
            form.form.row_kind
        ]
        rows = {}
        for name in names:
            rows[name] = {c.number: _any(c.kind, rng) for c in columns if c.number not in form.carried}
            overrides |= {
                (form.form.code, name, c.number): rng.choice(_ODD)
                for c in form.form.data_columns
                if c.kind is not ColumnKind.NAME and rng.random() < 0.12
            }
        forms[form.form.code] = FormFill(rng.random() < 0.3, rows)
        if form.form.row_kind is RowKind.FIELDS:
            overrides[form.form.code, "khác", 2] = rng.choice([None, "HỘ  tịch", "Khác"])
            overrides[form.form.code, "", 5] = rng.choice([5, None, "x"])
    return Filled(forms, SIGNATURE, overrides=overrides)


def _any(kind: ColumnKind, rng: Random) -> CellValue:
    odd: dict[ColumnKind, CellValue] = {
        ColumnKind.DATE: date(2024, 9, 3),
        ColumnKind.TEXT: "Nội dung",
        ColumnKind.NAME: "1.004237",
        ColumnKind.PERCENT: Decimal("12.5"),
    }
    return rng.choice(_ODD) if rng.random() < 0.1 else odd.get(kind, rng.randint(0, 9))
