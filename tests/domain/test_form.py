from __future__ import annotations

from dataclasses import replace

import pytest

from tonghop.domain.form import Form, Formula, FormulaKind


def test_a_column_is_called_by_its_path_through_the_header(forms: dict[str, Form]) -> None:
    assert forms["II.06a"][8].title == "Số hồ sơ đã giải quyết – Trong đó – Trước hạn"
    assert forms["II.06a"][1].title == "TT"


def test_which_columns_a_clerk_types(forms: dict[str, Form]) -> None:
    assert [column.number for column in forms["II.06a"].inputs] == [4, 5, 6, 8, 9, 10, 12, 13]
    assert [column.number for column in forms["II.06a"].computed] == [3, 7, 11]


def test_a_list_reports_its_name_column_too(forms: dict[str, Form]) -> None:
    assert [column.number for column in forms["II.04"].data_columns] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert forms["II.06a"].data_columns[0].number == 3


def test_a_sheet_is_named_by_the_number_of_its_form(forms: dict[str, Form]) -> None:
    assert forms["II.06a"].unit_view == "II.06a (đơn vị)"
    assert max(len(form.unit_view) for form in forms.values()) <= 31
    assert forms["II.06a"].header_rows == 3
    assert forms["II.06a"].width == 13
    assert 13 in forms["II.06a"]
    assert 14 not in forms["II.06a"]


def test_formulas_that_read_each_other_are_refused_instead_of_looping(forms: dict[str, Form]) -> None:
    form = forms["II.06a"]
    turned = replace(form[4], formula=Formula(FormulaKind.SUM, (3,)))
    columns = tuple(turned if column.number == 4 else column for column in form.columns)
    with pytest.raises(ValueError, match=r"\[3, 4\]"):
        replace(form, columns=columns)
