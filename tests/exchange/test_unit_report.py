"""A unit's JSON is read strictly: what it says becomes a filing, what is wrong with it findings, nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from exchange.unit_system import COMPLAINTS, answer, row, text
from hypothesis import given
from hypothesis import strategies as st
from toy_office import Q3, TOY, XA

from tonghop.exchange.unit_report import UnitReport, read_unit_report
from tonghop.specs import load_province

PROVINCE = load_province(TOY, "tinh-thu")
UNIT = PROVINCE.tree(Q3)[XA]


def read(whole: dict[str, Any] | bytes) -> UnitReport:
    content = whole if isinstance(whole, bytes) else text(whole).encode()
    return read_unit_report(content, PROVINCE, UNIT, Q3)


def codes(whole: dict[str, Any] | bytes) -> list[str]:
    return [finding.code for finding in read(whole).findings]


def values(whole: dict[str, Any]) -> dict[str, dict[int, object]]:
    filing = read(whole).filing
    assert filing is not None
    return {
        line.name: {number: cell.value for number, cell in line.cells.items()} for line in filing.forms["T.01"].rows
    }


def test_figures_come_over_as_given() -> None:
    whole = answer(XA, row("Đơn khiếu nại", 0, 10, 8, 2), row("  đơn ĐỀ NGHỊ ", 1, 2, 3, 0, c3=3))
    assert values(whole) == {
        "Đơn khiếu nại": {3: 10, 4: 0, 5: 10, 6: 8, 7: 2},
        "Đơn đề nghị": {3: 3, 4: 1, 5: 2, 6: 3, 7: 0},
    }
    assert codes(whole) == []


def test_blank_zero_and_nil_are_three_things() -> None:
    assert values(answer(XA, row("Đơn khiếu nại", None, None, None, None), row("Đơn đề nghị", 0, 0, 0, 0))) == {
        "Đơn khiếu nại": dict.fromkeys(range(3, 8)),
        "Đơn đề nghị": dict.fromkeys(range(3, 8), 0),
    }
    assert codes(answer(XA)) == ["form-empty"]
    nil = read(answer(XA, forms={"T.01": {"nil": True}}))
    assert nil.filing is not None
    assert (nil.filing.forms["T.01"].nil, nil.findings) == (True, ())


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8)), "blank-cell"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, "2,5")), "decimal-in-count"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, 2.5)), "decimal-in-count"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, True)), "not-a-number"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, "hai")), "not-a-number"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, 10**30)), "too-large"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, "2")), "number-as-text"),
        (answer(XA, row("Đơn khiếu nại", 0, 10, 8, "không")), "none-word"),
        (answer(XA, COMPLAINTS, row("", 0, 10, 8, 2)), "row-unnamed"),
        (answer(XA, COMPLAINTS, COMPLAINTS), "row-duplicate"),
        (answer(XA, row("Đơn lạ", 0, 10, 8, 2)), "row-added"),
        (answer(XA, forms={"T.01": {"nil": True, "rows": [COMPLAINTS]}}), "nil-with-figures"),
        (answer(XA, COMPLAINTS, signature={}), "signature-missing"),
    ],
)
def test_what_a_clerk_is_told_software_is_told(whole: dict[str, Any], code: str) -> None:
    report = read(whole)
    assert report.filing is not None
    assert [finding.code for finding in report.findings] == [code]
    assert all(finding.address.startswith("/forms/T.01/") for finding in report.findings if finding.column)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"unit": {"code": "W0102"}}, "wrong-unit"),
        ({"period": "20242"}, "wrong-period"),
        ({"period": "quý ba"}, "wrong-period"),
        ({"regime": "kstthc/2020-12-15"}, "other-regime"),
        ({"forms": {}}, "no-form"),
        ({"schema": "tonghop-unit/2"}, "data-unreadable"),
        ({"forms": {"T.99": {"rows": []}}}, "data-unreadable"),
        ({"forms": {"T.01": {"rows": [row("Đơn khiếu nại", 0, 10, 8, 2, c8=1)]}}}, "data-unreadable"),
        ({"forms": {"T.01": {"rows": [{"name": "Đơn khiếu nại", "value": {"4": 1}}]}}}, "data-unreadable"),
        ({"forms": {"T.01": {"rows": [{"name": "Đơn khiếu nại", "values": {"04": 1}}]}}}, "data-unreadable"),
        ({"forms": {"T.01": {"rows": [{"name": 5, "values": {"4": [1]}}]}}}, "data-unreadable"),
        ({"form": {}}, "data-unreadable"),
        ({"unit": "W0101"}, "data-unreadable"),
    ],
)
def test_what_is_not_for_here_or_not_as_agreed_is_returned(changed: dict[str, Any], code: str) -> None:
    report = read(answer(XA, COMPLAINTS, **changed))
    assert report.filing is None
    assert {finding.code for finding in report.findings} == {code}


def test_every_departure_is_told_at_once_with_its_place() -> None:
    whole = answer(XA, {"values": {"x": 1}}, {"name": "Đơn khiếu nại"}, unit={"code": 5})
    messages = " ".join(finding.message for finding in read(whole).findings)
    for place in ("/unit/code", "/forms/T.01/rows/0/values/x", "/forms/T.01/rows/1/values"):
        assert place in messages


def test_a_key_given_twice_is_not_decided_by_us() -> None:
    twice = text(answer(XA, COMPLAINTS)).replace('"5": 10', '"5": 10, "5": 11').encode()
    assert codes(twice) == ["data-unreadable"]
    assert "“5”" in read(twice).findings[0].message


def test_words_and_reasons_come_along() -> None:
    whole = answer(
        XA,
        COMPLAINTS,
        explanations=[{"form": "T.01", "row": "Đơn khiếu nại", "column": 4, "reason": "Sổ theo dõi  ghi như vậy."}],
        paragraphs=[{"heading": "1", "text": "Đã tiếp dân.\n\n Không có vụ việc lớn."}, {"heading": "9", "text": "x"}],
    )
    filing = read(whole).filing
    assert filing is not None
    assert [(one.row_key, one.column, one.reason) for one in filing.explanations] == [
        ("đơn khiếu nại", 4, "Sổ theo dõi ghi như vậy.")
    ]
    assert [(one.heading, one.text) for one in filing.paragraphs] == [("1", "Đã tiếp dân.\nKhông có vụ việc lớn.")]
    assert filing.signature.report_date == date(2024, 9, 15)


def test_a_total_is_compared_where_it_is_given() -> None:
    filing = read(answer(XA, forms={"T.01": {"rows": [COMPLAINTS], "total": {"3": 11}}})).filing
    assert filing is not None
    total = filing.forms["T.01"].total
    assert total is not None
    assert (total.cells[3].value, total.cells[3].address, total.cells[5].value) == (11, "/forms/T.01/total/3", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(place=st.sampled_from(["unit", "period", "forms", "signature", "explanations", "paragraphs", "x"]), value=JSON)
def test_nothing_a_system_answers_is_an_exception(place: str, value: Any) -> None:
    found = read(answer(XA, COMPLAINTS, **{place: value}))
    assert found.filing is not None or found.findings, "neither taken nor told why not"


@given(value=JSON)
def test_nothing_in_a_cell_is_an_exception(value: Any) -> None:
    found = read(answer(XA, row("Đơn khiếu nại", 0, value, 8, 2)))
    assert found.filing is not None or found.findings, "neither taken nor told why not"


@given(content=st.binary(max_size=60))
def test_no_bytes_are_an_exception(content: bytes) -> None:
    assert codes(content) == ["data-unreadable"]


REAL = load_province(Path(__file__).parents[2] / "include", "binh-phuoc", date(2024, 9, 14))


def test_every_kind_of_form_of_a_department() -> None:
    unit = REAL.tree(Q3)["STNMT"]
    procedure = {
        "2": "1.004193",
        "3": "Đăng ký đất đai",
        "4": "Đất đai",
        "5": "Giảm thời hạn",
        "6": "Nghị định 43/2014/NĐ-CP",
        "7": "Sở Tài nguyên và Môi trường",
        "8": "2024-10-31",
        "9": 12.5,
    }
    forms: dict[str, Any] = {code: {"nil": True} for code in REAL.owed_by(unit, Q3)}
    forms["II.03"] = {"rows": [{"values": {"3": 5, "4": 5, "6": 1, "7": 0, "8": 0, "9": 0, "10": 200, "11": 150}}]}
    forms["II.04"] = {
        "rows": [
            {"values": procedure},
            {"name": "1.004194", "values": {n: v for n, v in procedure.items() if n != "2"}},
        ]
    }
    whole = answer("STNMT", forms=forms)
    report = read_unit_report(text(whole).encode(), REAL, unit, Q3)
    assert report.findings == ()
    assert report.filing is not None
    (reviewed,) = report.filing.forms["II.03"].rows
    assert (reviewed.key, reviewed.cells[5].value, reviewed.cells[12].value, str(reviewed.cells[13].value)) == (
        "STNMT",
        1,
        50,
        "25.00",
    )
    first, second = report.filing.forms["II.04"].rows
    assert (first.key, first.name, first.cells[8].value, str(first.cells[9].value)) == (
        "1",
        "1.004193",
        date(2024, 10, 31),
        "12.50",
    )
    assert (second.key, second.name, second.cells[2].value) == ("2", "1.004194", "1.004194")
