"""A whole quarter of synthetic filings for a province: seeded, consistent, clearly marked as invented.

`plan_quarter` decides what every unit files; the third quarter has units that are late, missing or wrong, one for
each kind of flaw. `Quarter.drop` puts the workbooks where the units would. Same seed, same figures, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from tonghop.demo.figures import Figures, Filer, UnitForms, unit_forms
from tonghop.demo.flaws import Flaw, Roles, cast, content_of, damage, shift_of
from tonghop.demo.workbook import Content, write
from tonghop.domain.errors import UsageError
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.units import Unit
from tonghop.files.storage import Place

SEED = 2024
_FLAWED_QUARTER = 3
Which = Literal["on_time", "late", "all"]


class Site(Protocol):
    """What a quarter needs of the application: whose filings, and where units put them."""

    @property
    def province(self) -> Province: ...
    @property
    def drop(self) -> Place: ...


@dataclass(frozen=True)
class Quarter:
    """What every owing unit files for `period`.

    `figures`: unit code → form → row key → column → figure as filed, computed columns included; a form without rows
    is "không phát sinh". `expected`: unit code → accepted | invalid | awaiting_explanation | returned | missing.
    `flaws`: kind of flaw (`demo.flaws.Flaw`) → unit code.
    """

    province: Province = field(repr=False)
    period: Period
    seed: int
    forms: dict[str, UnitForms] = field(repr=False)
    before: dict[str, UnitForms] = field(repr=False)
    roles: Roles

    @property
    def figures(self) -> dict[str, dict[str, dict[str, Figures]]]:
        return {unit: {code: form.rows for code, form in forms.items()} for unit, forms in self.forms.items()}

    @property
    def late(self) -> tuple[str, ...]:
        return self.roles.late

    @property
    def missing(self) -> tuple[str, ...]:
        return self.roles.missing

    @property
    def flaws(self) -> dict[str, str]:
        return {flaw.value: unit for flaw, unit in self.roles.flaws.items()}

    @property
    def expected(self) -> dict[str, str]:
        states = dict.fromkeys(self.forms, "accepted")
        states |= {unit: flaw.state for flaw, unit in self.roles.flaws.items()}
        return states | dict.fromkeys(self.roles.missing, "missing")

    def filing(self, which: Which = "all") -> tuple[Unit, ...]:
        """Units that send a workbook on time, late, or at all, in official order."""
        late, missing = set(self.late), set(self.missing)
        return tuple(
            unit
            for unit in self.province.tree(self.period).filing
            if unit.code in self.forms
            and unit.code not in missing
            and (which == "all" or (unit.code in late) == (which == "late"))
        )

    def drop(self, app: Site, which: Which = "all", folder: Path | None = None) -> tuple[Path, ...]:
        """Write the workbooks of `which` units into their `gui-len` (or all into `folder`); the files written."""
        return tuple(self._drop(app, which, folder))

    def _drop(self, app: Site, which: Which, folder: Path | None) -> Iterator[Path]:
        for unit in self.filing(which):
            inbox = folder or _here(app.drop) / unit.folder / "gui-len"
            inbox.mkdir(parents=True, exist_ok=True)
            content = self.content(unit)
            path = inbox / content.name
            write(path, self.province, content, self.seed)
            if self.roles.flaw_of(unit.code) is Flaw.DAMAGED:
                damage(path)
            yield path

    def content(self, unit: Unit) -> Content:
        """What stands in the workbook of `unit`, flaws included."""
        content = Content(unit, self.period, self.forms[unit.code], self.before.get(unit.code))
        flaw = self.roles.flaw_of(unit.code)
        if flaw is None:
            return content
        if flaw is Flaw.WRONG_PERIOD:
            return self._in_the_old_workbook(unit)
        if flaw is Flaw.WRONG_UNIT:
            other = self._neighbour(unit)
            return Content(other, self.period, self.forms[other.code], self.before.get(other.code))
        return content_of(flaw, content, self.province)

    def _in_the_old_workbook(self, unit: Unit) -> Content:
        """This quarter's figures typed into the workbook of the quarter before: the usual slip."""
        former = _clean(self.province, self.province.regime.previous(self.period), self.seed)
        return Content(unit, former.period, self.forms[unit.code], former.before.get(unit.code))

    def _neighbour(self, unit: Unit) -> Unit:
        same = [other for other in self.filing() if other.level is unit.level and other.code != unit.code]
        return same[0]


def plan_quarter(app: Site, period: Period, seed: int = SEED, *, flawed: bool | None = None) -> Quarter:
    """The filings of every owing unit for `period`; UsageError for a year.

    `flawed` None: only the third quarter has late, missing and wrong filings. Earlier quarters of the same year are
    planned clean with the same seed, so that openings are what those quarters closed with.
    """
    if period.is_year:
        raise UsageError("Số liệu giả định chỉ có cho báo cáo quý.", "Chọn quý I, II hoặc III.")
    province = app.province
    clean = _clean(province, period, seed)
    if not (period.quarter == _FLAWED_QUARTER if flawed is None else flawed):
        return clean
    roles = cast(province, period, seed, clean.forms)
    forms = dict(clean.forms)
    tree = province.tree(period)
    for flaw, code in roles.flaws.items():
        shift = shift_of(flaw)
        if shift is not None:
            forms[code] = unit_forms(Filer(province, tree[code], period, seed), clean.before.get(code), shift)
    return Quarter(province, period, seed, forms, clean.before, roles)


def _clean(province: Province, period: Period, seed: int) -> Quarter:
    """The quarter without a flaw, after the quarters of its year that come before it."""
    earlier = province.regime.previous(period)
    before = {} if earlier.year < period.year else _clean(province, earlier, seed).forms
    units = [unit for unit in province.tree(period).filing if province.owed_by(unit, period)]
    forms = {unit.code: unit_forms(Filer(province, unit, period, seed), before.get(unit.code)) for unit in units}
    return Quarter(province, period, seed, forms, before, Roles())


def _here(place: Place) -> Path:
    if isinstance(place, Path):
        return place
    raise UsageError("Số liệu giả định chỉ được ghi vào thư mục trên máy này.", "Bỏ TONGHOP_DROP rồi chạy lại.")
