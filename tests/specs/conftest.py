"""A copy of the toy regulation data that a test may spoil."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tonghop.domain.errors import SpecError
from tonghop.specs import load_province

TOY = Path(__file__).parents[1] / "data" / "toy"
REGIME = "regimes/thu/2024-01-01/regime.yaml"
FORM = "regimes/thu/2024-01-01/forms/T.01.yaml"
PROVINCE = "provinces/tinh-thu/province.yaml"
UNITS = "provinces/tinh-thu/units.csv"
FIELDS = "provinces/tinh-thu/fields.csv"
DAYS_OFF = "regimes/thu/2024-01-01/days_off.csv"

Mistake = tuple[str, str, str]  # file, key, message


@dataclass(frozen=True)
class Data:
    """Regulation data under `include`, with the ways a test spoils and reads it."""

    include: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands in `file`."""
        path = self.include / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        path = self.include / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def rule(self, text: str, file: str = FORM) -> None:
        """Add a rule to the form, last (rules.3 of T.01)."""
        self.append(file, f"  - {text}\n")

    def second_form(self, owed_by: tuple[str, ...] = ("so", "huyen", "xa")) -> str:
        """Add form T.02, the same as T.01; the levels `owed_by` owe both. Returns its file."""
        file = FORM.replace("T.01", "T.02")
        (self.include / file).write_text((self.include / FORM).read_text(encoding="utf-8"), encoding="utf-8")
        self.replace(file, "code: T.01", "code: T.02")
        for level in owed_by:
            self.replace(REGIME, f"{{level: {level}, forms: [T.01]", f"{{level: {level}, forms: [T.02, T.01]")
        return file

    def mistakes(self, day: date | None = None) -> list[Mistake]:
        """Every mistake found when the toy province is loaded; fails when there is none."""
        with pytest.raises(SpecError) as caught:
            load_province(self.include, "tinh-thu", day)
        return [(problem.file, problem.key, problem.message) for problem in caught.value.problems]

    def mistake(self) -> Mistake:
        """The only mistake found."""
        found = self.mistakes()
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def data(tmp_path: Path) -> Data:
    shutil.copytree(TOY, tmp_path / "include")
    return Data(tmp_path / "include")
