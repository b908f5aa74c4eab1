"""The sheet "Kiểm tra": what it says for one fault at a time, and that LibreOffice computes the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from files.office import convert
from files.template_cases import COMMUNE, DEPARTMENT, LEVELS, OPENINGS, RIGHT, faulty, planned, right

from tonghop.domain.form import InSetRule, Severity
from tonghop.files.template import Filled, FormFill, TemplatePlan, write_template
from tonghop.files.template.plan import CellValue, PlannedForm

CLEAR = "Không còn lỗi, có thể gửi báo cáo"
ROW = "hộ tịch"


def checked(path: Path, plan: TemplatePlan) -> dict[tuple[str, str], tuple[int, str, str]]:
    """(form, row) → (count, what is wrong, what to explain) of every line that says something; ("", "") the head."""
    write_template(path / "k.xlsx", plan)
    book = openpyxl.load_workbook(path / "k.xlsx", data_only=True)
    sheet = book["Kiểm tra"]
    assert book["Hướng dẫn"]["A5"].value == sheet["A2"].value
    lines: dict[tuple[str, str], tuple[int, str, str]] = {("", ""): (0, sheet["A2"].value, sheet["A3"].value or "")}
    for form, row, count, wrong, explain in sheet.iter_rows(min_row=6, max_col=5, values_only=True):
        if count or explain:
            lines[str(form), str(row)] = (int(count), wrong or "", explain or "")  # type: ignore[call-overload]
    return lines


def wrong(path: Path, overrides: Mapping[tuple[str, str, int], CellValue], code: str = COMMUNE) -> list[str]:
    """What the sheet finds when right figures get `overrides`: `form row: text`."""
    lines = checked(path, planned(code, right(code, overrides=overrides)))
    return [f"{form} {row}: {text}" for (form, row), (_, text, _) in lines.items() if form and text]


@pytest.mark.parametrize("code", LEVELS)
def test_right_figures_leave_nothing_to_mend(tmp_path: Path, code: str) -> None:
    assert checked(tmp_path, planned(code, right(code))) == {("", ""): (0, CLEAR, "")}


def test_a_blank_workbook_asks_for_every_form(tmp_path: Path) -> None:
    text = "biểu chưa có số liệu, cũng chưa chọn “Không phát sinh”"
    assert checked(tmp_path, planned(COMMUNE)) == {
        ("", ""): (0, "Còn 3 lỗi", ""),
        **{(form, "Cả biểu"): (1, text, "") for form in ("II.05a", "II.06a", "II.08")},
    }


def test_a_blank_workbook_with_openings_asks_for_the_rest_of_these_rows(tmp_path: Path) -> None:
    lines = checked(tmp_path, planned(COMMUNE, openings=OPENINGS))
    assert lines["II.06a", "Đất đai"][0] == 7
    assert lines["II.06a", "Nước sạch nông thôn"][1].startswith("ô (4) còn trống; ô (5) còn trống; ô (8) còn trống")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (5, None, "ô (5) còn trống"),
        (5, "", "ô (5) còn trống"),
        (5, "  ", "ô (5) còn trống"),
        (5, "sáu mươi", "ô (5) phải là số"),
        (5, -60, "ô (5) là số âm"),
        (5, 60.5, "ô (5) phải là số nguyên"),
        (5, 10**14, "ô (5) quá lớn"),
        (9, 31, "(3) ≠ (7) + (11)"),
        (3, 111, "(3) ≠ (4) + (5) + (6)"),
        (3, "nhiều", "ô (3) phải là số"),
        (11, 21, "(11) ≠ (12) + (13)"),
    ],
)
def test_a_fault_in_one_cell(tmp_path: Path, column: int, value: CellValue, text: str) -> None:
    found = wrong(tmp_path, {("II.06a", ROW, column): value})
    assert found[0].split("; ")[0] == f"II.06a Hộ tịch: {text}"
    assert [line for line in found if "TỔNG CỘNG" not in line][1:] == []


def test_two_faults_in_a_row_are_counted_and_named(tmp_path: Path) -> None:
    filled = right(COMMUNE, overrides={("II.06a", ROW, 5): None, ("II.06a", ROW, 8): 20})
    assert checked(tmp_path, planned(COMMUNE, filled))["II.06a", "Hộ tịch"] == (
        2,
        "ô (5) còn trống; (3) ≠ (7) + (11)",
        "",
    )


def test_a_contradicted_total_hides_the_rules_that_read_it(tmp_path: Path) -> None:
    assert wrong(tmp_path, {("II.06a", ROW, 3): 111})[0] == "II.06a Hộ tịch: (3) ≠ (4) + (5) + (6)"


def test_the_total_row_must_add_up(tmp_path: Path) -> None:
    assert wrong(tmp_path, {("II.06a", "", 4): 41}) == ["II.06a Cả biểu: TỔNG CỘNG ô (4) khác tổng các dòng"]
    assert wrong(tmp_path, {("II.06a", "", 4): None}) == ["II.06a Cả biểu: TỔNG CỘNG ô (4) khác tổng các dòng"]


def test_nil_and_figures_contradict_each_other(tmp_path: Path) -> None:
    filled = right(COMMUNE)
    forms = {code: replace(fill, nil=code == "II.06a") for code, fill in filled.forms.items()}
    lines = checked(tmp_path, planned(COMMUNE, replace(filled, forms=forms)))
    assert lines["II.06a", "Cả biểu"][1] == "đã chọn “Không phát sinh” nhưng biểu có số liệu"


def test_nil_everywhere_is_a_complete_report(tmp_path: Path) -> None:
    forms = {form.form.code: FormFill(nil=True) for form in planned(DEPARTMENT).forms}
    assert checked(tmp_path, planned(DEPARTMENT, Filled(forms))) == {("", ""): (0, CLEAR, "")}


def test_spare_rows_need_a_name_of_their_own(tmp_path: Path) -> None:
    filled = right(COMMUNE)
    rows = {**filled.forms["II.06a"].rows, "Việc khác": RIGHT["II.06a"]}
    forms = {**filled.forms, "II.06a": FormFill(rows=rows), "II.08": FormFill(nil=True)}

    def spare(name: CellValue) -> list[str]:
        changed = replace(filled, forms=forms, overrides={("II.06a", "Việc khác", 2): name})
        lines = checked(tmp_path, planned(COMMUNE, changed))
        return [f"{row}: {text}" for (form, row), (_, text, _) in lines.items() if form and text]

    assert spare("Việc khác") == []
    assert spare(None) == ["Dòng bổ sung 1: chưa ghi tên ở cột (2)"]
    assert spare(" hộ  TỊCH ") == [" hộ  TỊCH : trùng tên với dòng khác"]


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        (date(2024, 12, 31), True),
        ("31/12/2024", True),
        ("1/2/2025", True),
        ("cuối năm", False),
        (date(1999, 1, 1), False),
        ("31-12-2024", False),
    ],
)
def test_a_day_may_be_a_date_or_text_day_month_year(tmp_path: Path, value: CellValue, fine: bool) -> None:
    text = "II.04 1.004237: ô (8) phải là ngày (ngày/tháng/năm)"
    assert wrong(tmp_path, {("II.04", "1", 8): value}, DEPARTMENT) == ([] if fine else [text])


def test_percentages_and_differences_follow_from_their_parts(tmp_path: Path) -> None:
    assert wrong(tmp_path, {("II.03", DEPARTMENT, 12): 5}, DEPARTMENT) == [
        "II.03 Sở Tài nguyên và Môi trường: (12) ≠ (10) − (11)"
    ]
    assert wrong(tmp_path, {("II.03", DEPARTMENT, 13): 34}, DEPARTMENT) == [
        "II.03 Sở Tài nguyên và Môi trường: (13) ≠ (12) / (10) × 100"
    ]
    assert wrong(tmp_path, {("II.03", DEPARTMENT, 13): 33.33}, DEPARTMENT) == []


def test_soft_rules_ask_for_an_explanation_and_are_no_errors(tmp_path: Path) -> None:
    overrides = {("II.08", COMMUNE, 8): 41, ("II.06a", ROW, 6): 9, ("II.06a", ROW, 5): 61}
    lines = checked(tmp_path, planned(COMMUNE, right(COMMUNE, overrides=overrides), OPENINGS))
    assert lines["II.06a", "Hộ tịch"] == (0, "", "(6) khác số cuối kỳ trước là 10")
    assert lines["II.08", "Cả biểu"][2] == ("TỔNG CỘNG (8) ≠ (4) của biểu II.06a; TỔNG CỘNG (9) ≠ (5) của biểu II.06a")
    lines = checked(tmp_path, planned(DEPARTMENT, right(DEPARTMENT, overrides={("II.03", DEPARTMENT, 3): 5})))
    assert lines["II.03", "Sở Tài nguyên và Môi trường"] == (0, "", "(4) > (3)")
    assert lines["", ""][1:] == (
        CLEAR,
        "Có 1 nội dung cần giải trình: sửa số liệu, hoặc ghi lý do vào trang “Giải trình”.",
    )


def test_a_value_outside_its_list_is_found(tmp_path: Path) -> None:
    plan = planned(DEPARTMENT, right(DEPARTMENT))
    rule = InSetRule("II.04:7:set", 7, ("Sở", "Thanh tra"), Severity.BLOCKING, "")
    form = replace(plan["II.04"].form, rules=(rule,))
    listed = tuple(PlannedForm(form, f.rows, f.openings) if f.form.code == "II.04" else f for f in plan.forms)
    assert ("II.04", "1.004237") not in checked(tmp_path, replace(plan, forms=listed))
    form = replace(form, rules=(replace(rule, values=("Thanh tra",)),))
    listed = tuple(PlannedForm(form, f.rows, f.openings) if f.form.code == "II.04" else f for f in plan.forms)
    assert checked(tmp_path, replace(plan, forms=listed))["II.04", "1.004237"][1] == "ô (7) không có trong danh mục"


@pytest.mark.office
def test_libreoffice_computes_what_the_workbook_says(tmp_path: Path) -> None:
    plans = [planned(code, filled, openings) for code in LEVELS for filled, openings in _cases(code)]
    files = [tmp_path / f"{number}.xlsx" for number in range(len(plans))]
    for file, plan in zip(files, plans, strict=True):
        write_template(file, plan)
    recalculated = convert(files, "xlsx", tmp_path / "recalculated")
    differing = [line for pair in zip(files, recalculated, strict=True) for line in _differences(*pair)]
    assert not differing, "\n".join(differing)
    heads = {openpyxl.load_workbook(file, data_only=True)["Kiểm tra"]["A2"].value for file in recalculated}
    assert {CLEAR, "Còn 3 lỗi", "Còn 8 lỗi"} <= heads


def _cases(code: str) -> list[tuple[Filled | None, dict[str, dict[str, dict[int, int]]] | None]]:
    wrong_ones = [(faulty(code, seed), OPENINGS if seed % 2 else None) for seed in range(3)]
    return [(None, None), (None, OPENINGS), (right(code), None), *wrong_ones]


def _differences(written: Path, recalculated: Path) -> Iterator[str]:
    formulas = openpyxl.load_workbook(written)
    stored, fresh = (openpyxl.load_workbook(path, data_only=True) for path in (written, recalculated))
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            values = [_plain(book[sheet.title][cell.coordinate].value) for book in (stored, fresh)]
            if values[0] != values[1]:
                yield f"{written.name} {sheet.title}!{cell.coordinate}: {values[0]!r}, LibreOffice {values[1]!r}"


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    return str(value)[:10] if isinstance(value, datetime) else value or (0 if value == 0 else "")
