"""The workbooks that are dropped: marked, deterministic, holding exactly the planned figures and the planned flaws."""

from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from tonghop.demo.synthetic import plan_quarter
from tonghop.demo.workbook import write
from tonghop.domain.period import Period


def _write(quarter, code, folder):
    content = quarter.content(quarter.province.tree(quarter.period)[code])
    path = folder / content.name
    write(path, quarter.province, content, quarter.seed)
    return path


def _table(path, form):
    """(row name, figures by column number) of the data rows, and TỔNG CỘNG."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(form).to_python()
    top = next(i for i, row in enumerate(rows) if row[:3] == [1, 2, 3])
    table = [(row[1], dict(enumerate(row, start=1))) for row in rows[top + 1 :]]
    end = next(i for i, (name, _) in enumerate(table) if name == "TỔNG CỘNG")
    return table[:end], table[end][1]


def _identity(path):
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("_tonghop").to_python()
    return {row[0]: str(row[1]) for row in rows}


@pytest.mark.parametrize("code", ["25217", "691", "STNMT", "TTPVHCC"])
def test_same_seed_same_bytes(quarters, code, tmp_path):
    site = quarters[3]
    again = plan_quarter(_Site(site.province, tmp_path), Period(2024, 3), site.seed)
    (tmp_path / "2").mkdir()
    assert _write(site, code, tmp_path).read_bytes() == _write(again, code, tmp_path / "2").read_bytes()


class _Site:
    def __init__(self, province, drop):
        self.province, self.drop = province, drop


@pytest.mark.parametrize("code", ["25217", "691", "STNMT"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_workbook_holds_the_planned_figures(quarters, number, code, tmp_path):
    quarter = quarters[number]
    path = _write(quarter, code, tmp_path)
    for form, filed in quarter.forms[code].items():
        spec = quarter.province.regime.forms[form]
        columns = [column.number for column in spec.figures]
        typed = set(columns) - {rule.column for rule in spec.carry_overs}  # an opening stands in unused rows, too
        table, total = _table(path, form)
        found = {name: [f[n] for n in columns] for name, f in table if any(f[n] != "" for n in typed)}
        wanted = {filed.names[row]: [_cell(f[n]) for n in columns] for row, f in filed.rows.items()}
        if form != "II.04":  # rows of a list are named by what the unit typed, and may have no figure at all
            assert found == wanted, form
        for column in spec.figures:
            if column.kind.is_whole and filed.rows:
                assert total[column.number] == filed.total(column.number), (form, column.number)


def _cell(value):
    return "" if value is None else float(value)


def test_a_list_holds_the_planned_items(quarters, tmp_path):
    quarter = quarters[1]
    code = next(unit for unit, forms in quarter.figures.items() if forms.get("II.04"))
    table, _ = _table(_write(quarter, code, tmp_path), "II.04")
    planned = quarter.figures[code]["II.04"].values()
    assert [(name, f[3], f[8]) for name, f in table if name] == [(row[2], row[3], row[8]) for row in planned]


def test_every_workbook_says_that_it_is_invented(quarters, tmp_path):
    path = _write(quarters[3], "25217", tmp_path)
    assert path.name == "25217-phuong-long-thuy-20243-gia-dinh.xlsx"
    book = CalamineWorkbook.from_path(path)
    words = [str(cell) for row in book.get_sheet_by_name("Thuyết minh").to_python() for cell in row]
    assert any(word.startswith("SỐ LIỆU GIẢ ĐỊNH") for word in words)
    footer = [str(cell) for row in book.get_sheet_by_name("II.05a").to_python() for cell in row]
    assert sum(word.endswith("(số liệu giả định)") for word in footer) >= 2


@pytest.mark.parametrize("flaw", ["broken_sum", "negative", "text"])
def test_one_cell_is_wrong_on_purpose(quarters, flaw, tmp_path):
    quarter, code = quarters[3], quarters[3].flaws[flaw]
    [((form, row, column), value)] = quarter.content(quarter.province.tree(quarter.period)[code]).overrides.items()
    name = quarter.forms[code][form].names[row]
    found = dict(_table(_write(quarter, code, tmp_path), form)[0])[name][column]
    assert found == value
    right = quarter.figures[code][form][row][column]
    assert {"broken_sum": found == right + 3, "negative": found == -3, "text": isinstance(found, str)}[flaw]


def test_a_file_of_the_quarter_before(quarters, tmp_path):
    code = quarters[3].flaws["wrong_period"]
    slip = _write(quarters[3], code, tmp_path)
    identity = _identity(slip)
    assert (identity["unit_code"], identity["period"]) == (code, "20242")
    (tmp_path / "before").mkdir()
    filed = _write(quarters[2], code, tmp_path / "before")
    assert slip.read_bytes() != filed.read_bytes(), "the accepted file again would be a duplicate, not a slip"


def test_the_file_of_another_unit(quarters, tmp_path):
    path = _write(quarters[3], quarters[3].flaws["wrong_unit"], tmp_path)
    identity = _identity(path)
    assert identity["period"] == "20243"
    assert identity["unit_code"] != quarters[3].flaws["wrong_unit"]


def test_only_the_explained_carry_over_has_an_explanation(quarters, tmp_path):
    def reasons(flaw):
        path = _write(quarters[3], quarters[3].flaws[flaw], tmp_path)
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Giải trình").to_python()
        return [row for row in rows if any("phần mềm một cửa" in str(cell) for cell in row)]

    [explained] = reasons("carry_explained")
    assert "II.06a" in explained
    assert reasons("carry_unexplained") == []


def test_dropping_puts_files_into_the_units_folders(quarters, tmp_path):
    quarter = quarters[3]
    site = _Site(quarter.province, tmp_path / "drop")
    files = quarter.drop(site, "late")
    units = {unit.code: unit for unit in quarter.filing("late")}
    assert {path.parent for path in files} == {site.drop / unit.folder / "gui-len" for unit in units.values()}
    assert all(path.is_file() for path in files)
    assert len(files) == 5


def test_a_damaged_file_cannot_be_opened_but_does_not_look_half_written(quarters, tmp_path):
    quarter = quarters[3]
    only = _only(quarter, quarter.flaws["damaged"])
    [path] = only.drop(_Site(quarter.province, tmp_path), folder=tmp_path / "one")
    assert b"PK\x05\x06" in path.read_bytes()[-4096:]
    with pytest.raises(Exception, match=r"."):
        CalamineWorkbook.from_path(path).get_sheet_by_name("II.06a").to_python()


def _only(quarter, code):
    return replace(quarter, forms={code: quarter.forms[code]})


@pytest.mark.parametrize(("code", "number"), [("25217", 2), ("691", 2), ("STNMT", 1), ("25205", 1)])
def test_the_workbooks_own_checks_find_nothing(quarters, code, number, tmp_path):
    path = _write(quarters[number], code, tmp_path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Kiểm tra").to_python()
    assert "Không còn lỗi, có thể gửi báo cáo" in [cell for row in rows[:4] for cell in row]
