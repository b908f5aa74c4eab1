"""A form spec with a mistake is refused when it is loaded, with file and key."""

from __future__ import annotations

import pytest

from tonghop.domain.period import Period
from tonghop.specs import load_province

from .conftest import FORM, PROVINCE, REGIME, Data

COLUMN_3 = "formula: {sum: [4, 5]}"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        (COLUMN_3, "formula: {sum: [4, 99]}", "columns.2.formula", "không có cột 99"),
        (COLUMN_3, "formula: {sum: [2, 4]}", "columns.2.formula", "cột 2 không phải cột số"),
        (COLUMN_3, "formula: {sum: [4, 4]}", "columns.2.formula", "cột 4 đứng hai lần"),
        (COLUMN_3, "formula: {sum: [4, 3]}", "columns.2.formula", "công thức của cột 3 quay vòng về chính nó"),
        (COLUMN_3, "formula: {difference: [4, 5, 6]}", "columns.2.formula", "công thức difference cần đúng hai cột"),
        (COLUMN_3, "formula: {sum: []}", "columns.2.formula", "công thức không có cột nào"),
        (COLUMN_3, "formula: {}", "columns.2.formula", "mỗi cột có đúng một công thức"),
        (f", {COLUMN_3}", "", "columns.2.formula", "cột 3 tính lại (recomputed) nhưng không có công thức"),
        ("key: moi,", "key: ky_truoc,", "columns", "khóa cột “ky_truoc” lặp lại"),
        ("{number: 7, key: con_lai, kind: count", "{number: 7, key: con_lai, kind: name", "columns.6.kind", None),
        ("kind: index", "kind: text", "columns", "cột 1 phải là index (TT), cột 2 phải là name (tên dòng)"),
        (
            "key: moi, kind: count, over_time: flow, over_units: sum",
            "key: moi, kind: count, over_time: flow",
            "columns.4.over_units",
            "cột 5 chưa khai cách cộng theo đơn vị",
        ),
        ("- {text: Còn lại, rows: [2, 2], columns: [7, 7]}", "", "header", "tiêu đề hở ở hàng 2, cột 7"),
        ("columns: [6, 7]", "columns: [5, 7]", "header", "tiêu đề chồng lên nhau ở hàng 1, cột 5"),
        ("rows: [2, 2], columns: [7, 7]", "rows: [2, 2], columns: [7, 8]", "header", None),
        ("rows: [2, 2], columns: [7, 7]", "rows: [2, 1], columns: [7, 7]", "header.8", None),
    ],
)
def test_a_mistake_in_columns_or_header(data: Data, old: str, new: str, key: str, message: str | None) -> None:
    data.replace(FORM, old, new)
    found = data.mistakes()
    assert {file for file, _, _ in found} <= {FORM}
    assert key in {where for _, where, _ in found}
    assert message is None or message in {text for _, where, text in found if where == key}


def test_places_outside_the_columns_are_named(data: Data) -> None:
    data.replace(FORM, "rows: [2, 2], columns: [7, 7]", "rows: [2, 2], columns: [7, 8]")
    assert (
        data.mistakes()
        == [
            (FORM, "header", "tiêu đề hở ở hàng 1, cột 8"),
            (FORM, "header", "tiêu đề vượt ra ngoài bảng ở hàng 2, cột 8"),
        ][1:]
    )


def test_a_circle_of_two_formulas_is_reported_at_both(data: Data) -> None:
    data.replace(
        FORM,
        "key: ky_truoc, kind: count, over_time: opening, over_units: sum",
        "key: ky_truoc, kind: count, over_time: not_derivable, over_units: recomputed, formula: {sum: [3]}",
    )
    found = data.mistakes()
    assert (FORM, "columns.2.formula", "công thức của cột 3 quay vòng về chính nó") in found
    assert (FORM, "columns.3.formula", "công thức của cột 4 quay vòng về chính nó") in found


@pytest.mark.parametrize(
    ("declared", "key", "message"),
    [
        (
            "kind: percent, over_time: recomputed, over_units: sum, formula: {percent: [6, 5]}",
            "columns.7.over_units",
            "cột 8 là tỷ lệ: không cộng, chỉ tính lại (recomputed) hoặc liệt kê (concatenate)",
        ),
        (
            "kind: percent, over_time: stock, over_units: departments_only",
            "columns.7.over_units",
            "cột 8 là tỷ lệ: không cộng, chỉ tính lại (recomputed) hoặc liệt kê (concatenate)",
        ),
        (
            "kind: percent, over_time: flow, over_units: concatenate",
            "columns.7.over_time",
            "cột 8 là tỷ lệ: không cộng qua các kỳ",
        ),
        (
            "kind: count, over_time: recomputed, over_units: departments_only, formula: {sum: [5, 6]}",
            "columns.7.over_units",
            "cột 8 và các cột thành phần phải cùng departments_only",
        ),
        (
            "kind: count, over_time: flow, over_units: recomputed, formula: {sum: [5, 7]}",
            "columns.7.over_time",
            "cột 8 khai flow nhưng có cột thành phần khai khác",
        ),
        ("kind: text, formula: {sum: [5, 7]}", "columns.7.formula", "cột 8 không phải cột số nhưng có công thức"),
    ],
)
def test_a_column_that_could_not_be_added_up_as_declared(data: Data, declared: str, key: str, message: str) -> None:
    data.replace(FORM, "\nrules:", f"  - {{number: 8, key: them, {declared}}}\n\nrules:")
    data.replace(FORM, "\ncolumns:", "  - {text: Thêm, rows: [1, 2], columns: [8, 8]}\n\ncolumns:")
    assert data.mistake() == (FORM, key, message)


@pytest.mark.parametrize(
    ("rule", "key", "message"),
    [
        ("{kind: balance, left: [99], op: '=', right: [4]}", "rules.3", "không có cột 99"),
        ("{kind: balance, left: [2], op: '=', right: [4]}", "rules.3", "cột 2 không phải cột số"),
        ("{kind: balance, left: [4, 4], op: '<=', right: [5]}", "rules.3", "cột 4 đứng hai lần"),
        ("{kind: balance, left: [4], op: '<=', right: [4, 5]}", "rules.3", "cột 4 đứng hai lần"),
        ("{kind: carry_over, column: 4, source: 99}", "rules.3", "không có cột 99"),
        (
            "{kind: carry_over, column: 5, source: 7}",
            "rules.3.column",
            "cột 5 phải khai over_time: opening, đang là flow",
        ),
        (
            "{kind: carry_over, column: 4, source: 6}",
            "rules.3.source",
            "cột 6 phải khai over_time: closing, đang là flow",
        ),
        ("{kind: year, columns: [99]}", "rules.3", "không có cột 99"),
        ("{kind: year, columns: [7]}", "rules.3.columns", "cột 7 phải khai over_time: flow, đang là closing"),
        ("{kind: in_set, column: 99, values: [a]}", "rules.3.column", "không có cột 99"),
        ("{kind: in_set, column: 5, values: [a]}", "rules.3.column", "cột 5 không phải cột chữ do đơn vị nhập"),
        ("{kind: in_set, column: 2, values: [a]}", "rules.3.column", "cột 2 không phải cột chữ do đơn vị nhập"),
        ("{kind: cross_form, column: 99, other: T.02, other_column: 3}", "rules.3.column", "không có cột 99"),
        (
            "{kind: cross_form, column: 3, other: T.01, other_column: 3}",
            "rules.3.other",
            "so biểu với chính nó: quy tắc không bao giờ áp dụng",
        ),
    ],
)
def test_a_rule_over_columns_that_do_not_fit(data: Data, rule: str, key: str, message: str) -> None:
    data.rule(rule)
    assert (FORM, key, message) in data.mistakes()


ALWAYS = "luôn đúng theo công thức các cột: quy tắc không bao giờ báo lỗi"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{kind: balance, left: [3], op: '=', right: [4, 5]}", ALWAYS),
        ("{kind: balance, left: [4, 5], op: '=', right: [3]}", ALWAYS),
        ("{kind: balance, left: [4], op: '<=', right: [3]}", ALWAYS),
        ("{kind: balance, left: [3], op: '>=', right: [5]}", ALWAYS),
        (
            "{kind: balance, left: [3], op: '=', right: [4]}",
            "trái với công thức các cột: chỉ đúng khi các cột (5) đều bằng 0",
        ),
        (
            "{kind: balance, left: [3], op: '<=', right: [5]}",
            "trái với công thức các cột: chỉ đúng khi các cột (4) đều bằng 0",
        ),
        (
            "{kind: balance, left: [4], op: '>=', right: [3]}",
            "trái với công thức các cột: chỉ đúng khi các cột (5) đều bằng 0",
        ),
    ],
)
def test_a_balance_the_formulas_already_decide(data: Data, rule: str, message: str) -> None:
    data.rule(rule)
    assert data.mistake() == (FORM, "rules.3", message)


@pytest.mark.parametrize(
    "rule",
    [
        "{kind: balance, left: [6], op: '<=', right: [3]}",
        "{kind: balance, left: [3], op: '>=', right: [7]}",
        "{kind: balance, left: [6, 7], op: '<=', right: [5]}",
    ],
)
def test_a_balance_that_can_be_kept_and_broken_is_allowed(data: Data, rule: str) -> None:
    data.rule(rule)
    assert len(load_province(data.include, "tinh-thu").regime.forms["T.01"].rules) == 4


@pytest.mark.parametrize(
    ("rule", "twin"),
    [
        ("{kind: balance, left: [3], op: '=', right: [6, 7]}", 0),
        ("{kind: balance, left: [7, 6], op: '=', right: [3]}", 0),
        ("{kind: balance, left: [4, 5], op: '=', right: [6, 7]}", 0),
        ("{kind: carry_over, column: 4, source: 7}", 1),
        ("{kind: year, columns: [5]}", 2),
    ],
)
def test_two_rules_that_say_the_same(data: Data, rule: str, twin: int) -> None:
    data.rule(rule)
    assert data.mistake() == (FORM, "rules.3", f"trùng với quy tắc rules.{twin}")


def test_a_list_has_no_rows_to_carry_over_or_to_sum_up_over_the_year(data: Data) -> None:
    data.replace(FORM, "row_kind: fields", "row_kind: list")
    never = "biểu danh sách không có dòng nối tiếp giữa các kỳ: quy tắc không bao giờ áp dụng"
    assert data.mistakes() == [(FORM, "rules.1", never), (FORM, "rules.2", never)]


def test_a_file_must_be_named_by_its_form(data: Data) -> None:
    data.replace(FORM, "code: T.01", "code: T.09")
    assert (FORM, "code", "mã biểu “T.09” khác tên tệp") in data.mistakes()


@pytest.mark.parametrize("code", ["'T/01'", "'T:01'", "'T[01]'", "''", "' T.01'", f"'{'T' * 23}'"])
def test_a_forms_code_must_do_as_a_sheet_name(data: Data, code: str) -> None:
    data.replace(FORM, "code: T.01", f"code: {code}")
    [(file, key, message)] = data.mistakes()
    assert (file, key) == (FORM, "code")
    assert message.startswith("không đúng dạng cho phép")


def test_a_cross_form_rule_needs_the_other_form_and_its_column(data: Data) -> None:
    data.second_form()
    data.rule("{kind: cross_form, column: 3, other: T.09, other_column: 3}")
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 99}")
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 2}")
    assert data.mistakes() == [
        (FORM, "rules.3.other", "không có biểu T.09"),
        (FORM, "rules.4.other_column", "biểu T.02 không có cột số 99"),
        (FORM, "rules.5.other_column", "biểu T.02 không có cột số 2"),
    ]


def test_a_cross_form_rule_whose_levels_never_owe_both_forms_can_never_fire(data: Data) -> None:
    data.second_form(owed_by=("so",))
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 3, levels: [xa, huyen]}")
    message = "không cấp nào phải nộp cả hai biểu T.01 và T.02: không bao giờ áp dụng"
    assert data.mistake() == (FORM, "rules.3", message)


def test_a_cross_form_rule_of_forms_owed_at_different_times_can_never_fire(data: Data) -> None:
    data.second_form(owed_by=())
    data.replace(
        REGIME,
        "{level: xa, forms: [T.01], from: 2024-01-01, to: null}",
        "{level: xa, forms: [T.02], from: 2024-01-01, to: 2024-12-31}",
    )
    data.replace(REGIME, "headline_form:", "  - {level: xa, forms: [T.01], from: 2025-01-01, to: null}\nheadline_form:")
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 3}")
    assert data.mistake()[1] == "rules.3"
    data.replace(REGIME, "to: 2024-12-31", "to: 2024-12-30")  # still never together
    assert data.mistake()[1] == "rules.3"


def test_a_form_only_provinces_name_may_be_compared(data: Data) -> None:
    """No level owes T.02, but a province may give it to single units: the rule can fire there."""
    data.second_form(owed_by=())
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 3}")
    data.append(PROVINCE, "owes: {WSD: [T.01, T.02]}\n")
    province = load_province(data.include, "tinh-thu")
    assert province.owed_by(province.tree(Period(2024, 3))["WSD"], Period(2024, 3)) == ("T.01", "T.02")


def test_a_cross_form_rule_said_twice_from_both_sides(data: Data) -> None:
    other = data.second_form()
    data.rule("{kind: cross_form, column: 3, other: T.02, other_column: 4}")
    data.rule("{kind: cross_form, column: 4, other: T.01, other_column: 3}", other)
    assert data.mistake() == (FORM, "rules.3", "biểu T.02 đã có quy tắc này theo chiều ngược lại")


def test_a_year_rule_needs_the_quarters_and_the_year(data: Data) -> None:
    data.replace(REGIME, "  - {slot: Q2, carry_from: Q1, years_back: 0}\n", "")
    data.replace(REGIME, "{slot: Q3, carry_from: Q2, years_back: 0}", "{slot: Q3, carry_from: Q1, years_back: 0}")
    assert (
        FORM,
        "rules.2",
        "chế độ báo cáo không có đủ ba quý và năm: quy tắc không bao giờ áp dụng",
    ) in data.mistakes()


def test_all_mistakes_of_all_files_come_at_once(data: Data) -> None:
    data.replace(FORM, COLUMN_3, "formula: {sum: [4, 99]}")
    data.replace(FORM, "columns: [6, 7]", "columns: [6, 6]")
    data.rule("{kind: year, columns: [7]}")
    data.replace(REGIME, "headline_form: T.01", "headline_form: T.07")
    data.replace(PROVINCE, "slug: tinh-thu", "slug: tinh-khac")
    found = data.mistakes()
    assert {file for file, _, _ in found} == {FORM, REGIME, PROVINCE}
    assert {key for _, key, _ in found} >= {
        "columns.2.formula",
        "header",
        "rules.3.columns",
        "headline_form",
        "slug",
    }
