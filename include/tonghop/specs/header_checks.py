"""The header of a form must tile: every place of its rectangle is covered exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tonghop.specs import models
from tonghop.specs.source import Problems


def check_header(file: str, model: models.FormModel, problems: Problems) -> None:
    """Add a problem for every hole, overlap and place outside the columns."""
    if not model.header:
        problems.add(file, "header", "chưa khai tiêu đề cột")
        return
    covered = Counter(place for cell in model.header for place in _places(cell))
    rows = max(cell.rows[1] for cell in model.header)
    numbers = {column.number for column in model.columns}
    wanted = {(row, column) for row in range(1, rows + 1) for column in numbers}
    for position, cell in enumerate(model.header):
        if cell.rows[0] > cell.rows[1] or cell.columns[0] > cell.columns[1]:
            problems.add(file, f"header.{position}", "số đầu lớn hơn số cuối trong rows hoặc columns")
    for row, column in sorted(wanted - set(covered)):
        problems.add(file, "header", f"tiêu đề hở ở hàng {row}, cột {column}")
    for row, column in sorted(set(covered) - wanted):
        problems.add(file, "header", f"tiêu đề vượt ra ngoài bảng ở hàng {row}, cột {column}")
    for (row, column), times in sorted(covered.items()):
        if times > 1:
            problems.add(file, "header", f"tiêu đề chồng lên nhau ở hàng {row}, cột {column}")


def _places(cell: models.HeaderModel) -> Iterator[tuple[int, int]]:
    for row in range(cell.rows[0], cell.rows[1] + 1):
        for column in range(cell.columns[0], cell.columns[1] + 1):
            yield row, column
