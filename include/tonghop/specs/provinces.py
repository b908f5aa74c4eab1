"""Loading a province under the version of its regime that holds on a day; every mistake is reported together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from pydantic import ConfigDict

from tonghop.domain.errors import SettingError
from tonghop.domain.province import ApprovalStep, Contact, FieldRow, Paper, Province, Target
from tonghop.domain.regime import Regime
from tonghop.domain.units import Level, Unit
from tonghop.specs import models
from tonghop.specs.fields import read_fields
from tonghop.specs.measures import check_targets
from tonghop.specs.regime_checks import check_deadlines
from tonghop.specs.regimes import read_regime, version_on
from tonghop.specs.source import Problems, Source, repeated
from tonghop.specs.strict import Strict
from tonghop.specs.units import read_units


def load_province(include: Path, slug: str, day: date | None = None) -> Province:
    """Province `slug` under the version of its regime valid on `day` (default: the newest version).

    Only that version is read. SettingError for an unknown province or regime, UsageError when no version holds on
    `day`, SpecError with every mistake of the province's files and of the regime's.
    """
    folder = include / "provinces" / slug
    if not (folder / "province.yaml").is_file():
        known = ", ".join(sorted(path.parent.name for path in include.glob("provinces/*/province.yaml")))
        raise SettingError(f"Không có tỉnh “{slug}”.", f"Đặt TONGHOP_PROVINCE là một trong: {known or 'chưa có'}.")
    problems = Problems()
    source = Source(include, folder / "province.yaml")
    model = source.model(models.ProvinceModel, problems)
    units = read_units(Source(include, folder / "units.csv"), problems)
    fields = read_fields(Source(include, folder / "fields.csv"), units, problems)
    name = _regime_name(source) if model is None else model.regime
    regime = read_regime(include, name, version_on(include, name, day), problems) if name else None
    if model:
        _check_province(source.name, model, slug, units, problems)
    if model and regime:
        _check_with_regime(source.name, model, regime, problems)
    problems.stop()
    if model is None or regime is None:
        raise AssertionError("a province that could not be read left no problem")
    return _province(model, regime, units, fields)


class _Named(Strict):
    """The part of a province.yaml that says whose rules it follows."""

    model_config = ConfigDict(extra="ignore")
    regime: str


def _regime_name(source: Source) -> str:
    """Name of the regime even if the rest of province.yaml is wrong: the regime's own mistakes are shown too."""
    named = source.model(_Named, Problems())
    return named.regime if named else ""


def _province(
    model: models.ProvinceModel, regime: Regime, units: tuple[Unit, ...], fields: tuple[FieldRow, ...]
) -> Province:
    shift = regime.shift_deadlines if model.shift_deadlines is None else model.shift_deadlines
    return Province(
        slug=model.slug,
        name=model.name,
        agency=model.agency,
        place=model.place,
        regime=replace(regime, deadlines={**regime.deadlines, **model.deadlines}, shift_deadlines=shift),
        units=units,
        fields=fields,
        contact=Contact(model.contact.name, model.contact.phone, model.contact.email),
        approvals=tuple(ApprovalStep(a.name, a.title, a.logins, a.emails) for a in model.approvals),
        targets=tuple(Target(t.title, t.measure, t.operator, t.value, t.scope, t.source) for t in model.targets),
        owes=dict(model.owes),
        paper=_paper(model.paper),
    )


def _paper(model: models.PaperModel | None) -> Paper | None:
    if model is None:
        return None
    return Paper(model.issuer, model.number, model.signature, model.copies, model.superior, model.signer)


def _check_province(
    file: str, model: models.ProvinceModel, slug: str, units: tuple[Unit, ...], problems: Problems
) -> None:
    if model.slug != slug:
        problems.add(file, "slug", f"“{model.slug}” khác tên thư mục “{slug}”")
    if model.files != "own":
        problems.add(file, "files", "huyện tự gửi báo cáo đã tổng hợp (consolidated) chưa dùng được; đặt files: own")
    for name in repeated(step.name for step in model.approvals):
        problems.add(file, "approvals", f"bước phê duyệt “{name}” lặp lại")
    if not any(unit.level is Level.PROVINCE for unit in units):
        problems.add(file, "units", "units.csv chưa có dòng của tỉnh (level tinh)")
    codes = {unit.code for unit in units}
    for code in model.owes:
        if code not in codes:
            problems.add(file, f"owes.{code}", "không có đơn vị này trong units.csv")


def _check_with_regime(file: str, model: models.ProvinceModel, regime: Regime, problems: Problems) -> None:
    check_targets(file, model.targets, regime, problems)
    if model.deadlines:
        check_deadlines(file, {**regime.deadlines, **model.deadlines}, problems)
    for code, forms in model.owes.items():
        for form in dict.fromkeys(forms):
            if form not in regime.forms:
                problems.add(file, f"owes.{code}", f"không có biểu {form}")
        for form in repeated(forms):
            problems.add(file, f"owes.{code}", f"biểu {form} lặp lại")
