"""A small province with as many communes as there are cases: two forms, one workbook each to start from."""

from __future__ import annotations

import copy
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from files.intake_books import raw
from files.made_books import Made
from toy_office import Q3, TOY, settings

from tonghop.app import App
from tonghop.domain.units import Unit
from tonghop.files.template import plan, write_template
from tonghop.specs import load_regime
from tonghop.steps.collect import CollectReport
from tonghop.suite.compile import compile_all

FORM, OTHER = "T.01", "T.02"
FIRST, TOTAL = 10, 15  # sheet rows of the form's first field and of its total
HOUR = 3600.0


def build(home: Path, communes: int) -> App:
    """The application of a copy of the toy province with `communes` more communes, which owe two forms."""
    include = home / "include"
    shutil.copytree(TOY, include)
    units = include / "provinces" / "tinh-thu" / "units.csv"
    lines = [f"W{1000 + number},,Xã Thử {number:04d},xa,W01,2024-01-01,," for number in range(communes)]
    units.write_text(units.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    regime = include / "regimes" / "thu" / "2024-01-01"
    first = (regime / "forms" / f"{FORM}.yaml").read_text(encoding="utf-8")
    second = (
        first.replace(FORM, OTHER).replace("giải quyết đơn", "giải quyết kiến nghị").split("  - {kind: carry_over")[0]
    )
    (regime / "forms" / f"{OTHER}.yaml").write_text(second, encoding="utf-8")
    rules = (regime / "regime.yaml").read_text(encoding="utf-8")
    owing = "{level: xa, forms: [T.01]"
    assert owing in rules
    (regime / "regime.yaml").write_text(rules.replace(owing, "{level: xa, forms: [T.01, T.02]"), encoding="utf-8")
    compile_all(load_regime(include, "thu", "2024-01-01"), home / "expectations")
    given = settings(home / "var", home / "expectations")
    app = App(replace(given, include=include), "thử nghiệm")
    app.store.periods.open(Q3.code, app.now(), "thử nghiệm")
    for unit in communes_of(app):
        for part in ("gui-len", "nhan-ve"):
            app.context.folder(unit, part).mkdir(parents=True)
    return app


def communes_of(app: App) -> list[Unit]:
    """The communes added to the toy province."""
    return [unit for unit in app.province.tree(Q3).filing if unit.code.startswith("W1") and len(unit.code) == 5]


class Clerk:
    """Fills in the workbook of any commune, rightly, and puts files into its inbox."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app = app
        first = communes_of(app)[0]
        path = folder / "mau.xlsx"
        write_template(path, plan(app.province, first, Q3))
        self._blank = Made.like(raw(path))
        self._first = first

    def workbook(self, unit: Unit) -> Made:
        """A right and signed report: two fields on the first form, nothing arose on the second."""
        made = copy.deepcopy(self._blank)
        for page in made.pages:
            name = unit.name[:1].lower() + unit.name[1:]
            old = self._first.name[:1].lower() + self._first.name[1:]
            page.map_texts(lambda text, old=old, name=name: text.replace(old, name))
        page = made[FORM]
        rows = {FIRST: (10, 0, 10, 8, 2), FIRST + 1: (5, 0, 5, 5, 0), TOTAL: (15, 0, 15, 13, 2)}
        page.cells |= {(row, column): value for row, each in rows.items() for column, value in enumerate(each, 3)}
        for row, value in enumerate(("Nguyễn Thị Đào", "Trần Văn Ổn", "05/BC-UBND", "15/09/2024"), TOTAL + 2):
            page.cells[row, 3] = value
        made[OTHER].cells[5, 3] = "Không phát sinh"
        identity = made["_tonghop"]
        identity.cells[1, 2] = unit.code
        return made

    def inbox(self, unit: Unit) -> Path:
        return self.app.context.folder(unit, "gui-len")

    def put(self, unit: Unit, name: str | bytes, content: bytes, age: float = HOUR) -> Path:
        path = self.inbox(unit) / os.fsdecode(name)
        path.write_bytes(content)
        when = time.time() - age
        os.utime(path, (when, when))
        return path


def states(report: CollectReport, units: Sequence[Unit]) -> dict[str, str]:
    """Unit code → the state of its one file."""
    wanted = {unit.code for unit in units}
    return {answer.unit.code: answer.state.value for answer in report.answers if answer.unit.code in wanted}
