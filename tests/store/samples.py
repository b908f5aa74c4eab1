"""Filings for the store's tests: small, and as large as a real quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tonghop.domain.submission import (
    Cell,
    Explanation,
    FiledForm,
    FiledRow,
    Filing,
    Identity,
    Paragraph,
    Signature,
    State,
)
from tonghop.domain.units import UnitKey
from tonghop.domain.value import CellState, RawCell, Value
from tonghop.store.records import ArrivalKey, NewSubmission

PERIOD = "20243"
NOON = datetime(2024, 9, 16, 5, 0, tzinfo=UTC)
UNIT = UnitKey("25217", date(2019, 1, 1))


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def cell(column: int, value: Value | None, problem: str = "", address: str = "") -> Cell:
    raw = RawCell(CellState.BLANK) if value is None else RawCell(CellState.VALUE, str(value))
    return Cell(column, address or f"{'ABCDEFGHIJKLMNOP'[column]}12", raw, value, problem)


def row(name: str, values: dict[int, Value | None], sheet_row: int = 12, *, added: bool = False) -> FiledRow:
    return FiledRow(name.casefold(), name, sheet_row, {n: cell(n, v) for n, v in values.items()}, added)


def form(code: str, *rows: FiledRow, nil: bool = False) -> FiledForm:
    total = row("TỔNG CỘNG", {3: 999})
    return FiledForm(code, code, nil, rows, total)


def filing(*forms: FiledForm) -> Filing:
    kept = forms or (form("II.06a", row("Đất đai", {3: 100, 4: 40})),)
    return Filing(
        Identity(UNIT.code, "Phường Long Thủy", PERIOD, "kstthc/2020-12-15", "f1"),
        {one.form: one for one in kept},
        (Explanation("II.06a", "đất đai", 6, "Kỳ trước báo cáo thiếu."),),
        (Paragraph("I.5", "Đã giải quyết đúng hạn."),),
        Signature("Nguyễn Văn A", "Trần Thị B", "05/BC-UBND", date(2024, 9, 16)),
    )


def arrival(sha256: str = "aa", name: str = "bao cao quý III.xlsx", unit: UnitKey = UNIT) -> ArrivalKey:
    return ArrivalKey(unit, name, 44_000, 1_726_462_800_123_456_789, sha256)


def submission(sha256: str = "aa", state: State = State.ACCEPTED, **more: object) -> NewSubmission:
    values: dict[str, object] = {
        "arrival": arrival(sha256),
        "received_at": NOON,
        "period": PERIOD,
        "state": state,
        "on_time": True,
        "filing": filing(),
        "regime": "kstthc/2020-12-15",
    }
    return NewSubmission(**(values | more))  # type: ignore[arg-type]


def big_filing(rows: int = 62, columns: int = 8) -> Filing:
    lines = [row(f"Lĩnh vực {n}", {3 + c: n * c for c in range(columns)}, 11 + n) for n in range(1, rows + 1)]
    return filing(form("II.06a", *lines))
