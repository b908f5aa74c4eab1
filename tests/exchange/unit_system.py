"""What the software of a commune of the toy province answers."""

from __future__ import annotations

import json
from typing import Any

SIGNATURE = {
    "compiler": "Nguyễn Thị Đào",
    "head": "Trần Văn Ổn",
    "report_number": "05/BC-UBND",
    "report_date": "2024-09-15",
}


def row(name: str, *values: object, **further: object) -> dict[str, Any]:
    """A row with columns 4 to 7 in order; `c3=…` for others."""
    given = {str(number): value for number, value in enumerate(values, 4)}
    return {"name": name, "values": given | {number.removeprefix("c"): value for number, value in further.items()}}


COMPLAINTS = row("Đơn khiếu nại", 0, 10, 8, 2)


def answer(code: str, /, *rows: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The figures of unit `code` for quarter III; `changed` replaces parts of the whole."""
    form: dict[str, Any] = {"rows": list(rows)}
    whole = {
        "schema": "tonghop-unit/1",
        "unit": {"code": code},
        "period": "20243",
        "signature": SIGNATURE,
        "forms": {"T.01": form},
    }
    return whole | changed


def text(whole: dict[str, Any]) -> str:
    return json.dumps(whole, ensure_ascii=False)
