"""Reading YAML and CSV of the regulation data, collecting every mistake with file and key."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from tonghop.domain.errors import SpecError, SpecProblem

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Loader):  # type: ignore[misc]
    """A mapping that names one key twice is a mistake, not a silent overwrite."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        name = loader.construct_object(key_node, deep=True)
        if name in seen:
            raise yaml.constructor.ConstructorError(None, None, f"khóa “{name}” lặp lại", key_node.start_mark)
        seen[name] = loader.construct_object(value_node, deep=True)
    return seen


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


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
class Source:
    """A file of the regulation data under `root` (the project's include folder)."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    def model(self, kind: type[Model], problems: Problems) -> Model | None:
        """The file's YAML as `kind`; None after adding what is wrong with it to `problems`."""
        try:
            data = yaml.load(self.path.read_text(encoding="utf-8"), _UniqueKeyLoader)  # noqa: S506 - a safe loader
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problems.add(self.name, "", f"không đọc được: {error}")
            return None
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            for item in error.errors():
                problems.add(self.name, ".".join(str(part) for part in item["loc"]), item["msg"])
            return None

    def rows(self, columns: tuple[str, ...], problems: Problems) -> list[dict[str, str]]:
        """Rows of a UTF-8 CSV whose header holds `columns`; empty after adding a problem."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream)
                missing = [name for name in columns if name not in (reader.fieldnames or ())]
                if missing:
                    problems.add(self.name, "1", f"thiếu cột {', '.join(missing)}")
                    return []
                return [{name: (row[name] or "").strip() for name in columns} for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.add(self.name, "", f"không đọc được: {error}")
            return []
