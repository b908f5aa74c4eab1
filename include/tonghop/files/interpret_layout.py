"""Where a form's table stands in its sheet: found by its row of column numbers, whatever was moved around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form
from tonghop.domain.text import clean, key
from tonghop.files.interpret_cells import Layout
from tonghop.files.limits import address
from tonghop.files.raw_book import Grid

_NUMBER = re.compile(r"\(?\s*(\d{1,2})\s*\)?(?:\s*=.*)?")
_LAST_HEADER_ROW = 80
_FEW = 2  # so many numbers of the form may stand in any row by chance


def find_layout(grid: Grid, form: Form) -> Layout | Finding:
    """The row of column numbers (1, 2, 3 …, in any order), or a `layout` finding that says what is wrong with it."""
    wanted = frozenset(column.number for column in form.columns)
    found = number_row(grid, wanted)
    if found is not None:
        layout = Layout(*found)
        return _mislabelled(grid, form, layout) or layout
    rows = (_numbers(grid, row) for row in _header_rows(grid))
    best = max(rows, key=lambda places: len(wanted.intersection(places)), default={})
    return _no_layout(grid, form, wanted, best if len(wanted.intersection(best)) > _FEW else {})


def number_row(grid: Grid, wanted: frozenset[int]) -> tuple[int, dict[int, int]] | None:
    """The row in which just the `wanted` column numbers stand, each once, and the sheet column of each."""
    for row in _header_rows(grid):
        places = _numbers(grid, row)
        if set(places) == wanted and all(len(columns) == 1 for columns in places.values()):
            return row, {number: columns[0] for number, columns in places.items()}
    return None


def _header_rows(grid: Grid) -> range:
    return range(1, min(grid.nrows, _LAST_HEADER_ROW) + 1)


def _numbers(grid: Grid, row: int) -> dict[int, list[int]]:
    """Official number → the sheet columns of a row in which it stands, text left aside."""
    found: dict[int, list[int]] = {}
    for column, value in grid.values(row):
        number = _column_number(value)
        if number is not None:
            found.setdefault(number, []).append(column)
    return found


def _column_number(value: object) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if float(value).is_integer() else None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else None


def _no_layout(grid: Grid, form: Form, wanted: frozenset[int], best: dict[int, list[int]]) -> Finding:
    expected = f"hàng ghi số thứ tự cột từ 1 đến {max(wanted)} ngay trên các dòng số liệu"
    if best:
        missing, extra = _listed(wanted - set(best)), _listed(set(best) - wanted)
        twice = _listed({number for number, columns in best.items() if len(columns) > 1})
        parts = (
            f"thiếu cột {missing}" if missing else "",
            f"thừa cột {extra}" if extra else "",
            f"ghi hai lần cột {twice}" if twice else "",
        )
        found = f"hàng số thứ tự cột {' và '.join(part for part in parts if part)}"
    else:
        found = "không thấy hàng số thứ tự cột"
    return _finding(grid, form, found, expected)


def _listed(numbers: Set[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))


def _finding(grid: Grid, form: Form, found: str, expected: str) -> Finding:
    message = f"Trang “{grid.name}”: {found}; cần {expected}."
    return make("layout", message, form=form.code, sheet=grid.name, found=found, expected=expected)


def _mislabelled(grid: Grid, form: Form, layout: Layout) -> Finding | None:
    """A column that was moved must stand under its own heading: a number over another column's figures is no match."""
    if not _moved(form, layout):
        return None
    headings = {column.number: key(column.label[-1]) for column in form.columns if column.label}
    for number, place in layout.columns.items():
        above = {key(text): clean(text) for row in _header(form, layout) if (text := grid.text(row, place))}
        others = [shown for heading, shown in above.items() if heading in headings.values()]
        if others and headings.get(number) not in above:
            shown = others[-1]
            found = f"số thứ tự cột {number} (ô {address(layout.number_row, place)}) đứng dưới tiêu đề “{shown}”"
            return _finding(grid, form, found, f"số thứ tự cột đúng với tiêu đề “{form[number].title}”")
    return None


def _header(form: Form, layout: Layout) -> range:
    return range(max(1, layout.number_row - form.header_rows), layout.number_row)


def _moved(form: Form, layout: Layout) -> bool:
    """Whether the columns stand otherwise than one beside the other in the official order."""
    places = [layout.columns[column.number] for column in form.columns]
    return places != list(range(places[0], places[0] + len(places)))


def layout_notes(grid: Grid, form: Form, layout: Layout) -> Iterator[Finding]:
    """Notes on columns that are not where the form has them, and on those nobody sees."""
    if _moved(form, layout):
        expected = [column.number for column in form.columns]
        actual = sorted(layout.columns, key=layout.columns.__getitem__)
        out_of_place = [number for number, here in zip(expected, actual, strict=True) if number != here]
        first, last = layout.columns[actual[0]], layout.columns[actual[-1]]
        between = sorted(set(range(first, last + 1)) - set(layout.columns.values()))
        found = "; ".join(
            (
                *(f"cột {number} ở cột {_letters(layout.columns[number])}" for number in out_of_place),
                *(f"cột {_letters(place)} chèn thêm, không được tổng hợp" for place in between),
            )
        )
        message = f"Trang “{grid.name}”: các cột không theo thứ tự của biểu mẫu ({found}); đã đọc theo số thứ tự cột."
        yield make("columns-moved", message, form=form.code, sheet=grid.name, found=found)
    unseen = [number for number, place in layout.columns.items() if place in grid.hidden]
    if unseen:
        found = ", ".join(f"cột {number} (cột {_letters(layout.columns[number])})" for number in sorted(unseen))
        message = f"Trang “{grid.name}”: {found} đang bị ẩn; số liệu trong đó vẫn được đọc."
        yield make("column-hidden", message, form=form.code, sheet=grid.name, found=found)
    if not grid.visible:
        message = f"Trang “{grid.name}” đang bị ẩn; số liệu của trang vẫn được đọc."
        yield make("sheet-hidden", message, form=form.code, sheet=grid.name)


def _letters(place: int) -> str:
    return address(0, place)[:-1]
