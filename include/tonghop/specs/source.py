"""Reading YAML and CSV of the regulation data, collecting every mistake with file and key."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from tonghop.domain.errors import SpecError, SpecProblem
from tonghop.domain.units import Level
from tonghop.specs.wording import in_vietnamese

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value", int, str)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Problems:
    """Mistakes found so far; `stop` raises them all at once."""

    found: list[SpecProblem] = field(default_factory=list)

    def add(self, file: str, key: str, message: str) -> None:
        self.found.append(SpecProblem(file, key, message))

    def stop(self) -> None:
        if self.found:
            raise SpecError(self.found)


@dataclass(frozen=True)
class Row:
    """A data row of a CSV. Each reader returns None after adding what is wrong with the cell to `problems`."""

    file: str
    line: int
    cells: Mapping[str, str]
    problems: Problems

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def add(self, column: str, message: str) -> None:
        self.problems.add(self.file, f"dòng {self.line}, cột {column}", message)

    def text(self, column: str) -> str | None:
        """A text that must not be empty."""
        if not self.cells[column]:
            self.add(column, "không được để trống")
        return self.cells[column] or None

    def whole(self, column: str) -> int | None:
        try:
            return int(self.cells[column])
        except ValueError:
            self.add(column, f"phải là số nguyên, đang là “{self.cells[column]}”")
            return None

    def day(self, column: str) -> date | None:
        try:
            return date.fromisoformat(self.cells[column])
        except ValueError:
            self.add(column, f"phải là ngày dạng 2024-12-31, đang là “{self.cells[column]}”")
            return None

    def validity(self) -> tuple[date, date | None] | None:
        """The days of `valid_from` and `valid_to` (empty: no end), in that order."""
        first = self.day("valid_from")
        last = self.day("valid_to") if self.cells["valid_to"] else None
        if first is None or (last is None and self.cells["valid_to"]):
            return None
        if last is not None and last < first:
            self.add("valid_to", f"ngày cuối {last:%d/%m/%Y} trước ngày đầu {first:%d/%m/%Y}")
            return None
        return first, last

    def level(self, column: str) -> Level | None:
        try:
            return Level(self.cells[column])
        except ValueError:
            self.add(column, f"phải là một trong: {', '.join(Level)}, đang là “{self.cells[column]}”")
            return None


@dataclass(frozen=True)
class Source:
    """A file of the regulation data under `root` (the project's include folder)."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    def model(self, kind: type[Model], problems: Problems) -> Model | None:
        """The file's YAML as `kind`; None after adding what is wrong with it to `problems`."""
        before = len(problems.found)
        data = self._data(problems)
        try:
            model = kind.model_validate(data) if data is not None else None
        except ValidationError as error:
            for item in error.errors():
                problems.add(self.name, ".".join(str(part) for part in item["loc"]), in_vietnamese(item))
            return None
        return model if len(problems.found) == before else None

    def _data(self, problems: Problems) -> Any:
        try:
            loader = _LOADER(self.path.read_text(encoding="utf-8"))
            node = loader.get_single_node()
            if node is None:
                problems.add(self.name, "", "tệp không có nội dung")
                return None
            for key, line in _repeated(node, ()):
                problems.add(self.name, key, f"khóa này lặp lại ở dòng {line}")
            return loader.construct_document(node)
        except (OSError, UnicodeDecodeError) as error:
            problems.add(self.name, "", f"không đọc được tệp: {_reason(error)}")
        except (yaml.YAMLError, ValueError) as error:
            problems.add(self.name, "", _syntax(error))
        return None

    def rows(self, columns: tuple[str, ...], problems: Problems) -> list[Row]:
        """Rows of a UTF-8 CSV whose header holds `columns`; empty after adding a problem."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream)
                missing = [name for name in columns if name not in (reader.fieldnames or ())]
                if missing:
                    problems.add(self.name, "dòng 1", f"thiếu cột {', '.join(missing)}")
                    return []
                return [self._row(reader.line_num, row, columns, problems) for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.add(self.name, "", f"không đọc được tệp: {_reason(error)}")
            return []

    def _row(self, line: int, cells: Mapping[Any, Any], columns: tuple[str, ...], problems: Problems) -> Row:
        if None in cells:
            problems.add(self.name, f"dòng {line}", "nhiều ô hơn tiêu đề: tên có dấu phẩy phải đặt trong ngoặc kép")
        return Row(self.name, line, {name: (cells[name] or "").strip() for name in columns}, problems)


def overlapping(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two validities (first day, last day or None for no end) share a day."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)


def repeated(values: Iterable[Value]) -> list[Value]:
    """Values that stand more than once, each once, in order."""
    return [value for value, times in Counter(values).items() if times > 1]


def _repeated(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """(dotted path, line) of every mapping key written twice: YAML itself would silently keep the last."""
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _repeated(item, (*path, str(position)))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            if here[-1] in seen:
                yield ".".join(here), key.start_mark.line + 1
            seen.add(here[-1])
            yield from _repeated(value, here)


def _syntax(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" ở dòng {mark.line + 1}, cột {mark.column + 1}" if mark else ""
    return f"sai cú pháp YAML{where}: kiểm tra thụt lề, dấu hai chấm, ngoặc và ngày tháng"


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "không có tệp này"
    if isinstance(error, UnicodeDecodeError):
        return "tệp phải lưu dạng UTF-8"
    if isinstance(error, csv.Error):
        return "tệp CSV sai định dạng"
    return "không mở được"
