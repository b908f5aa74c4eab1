"""Loading a regime version and a province; every mistake of all files is reported together (SpecError)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tonghop.domain.errors import SettingError, UsageError
from tonghop.domain.form import CrossFormRule, Form
from tonghop.domain.province import ApprovalStep, Contact, FieldRow, Province, Target
from tonghop.domain.regime import Cumulative, Dated, Heading, Implied, LevelNames, Owing, Regime, Slot
from tonghop.domain.units import Level, Unit, is_identifier
from tonghop.specs import models
from tonghop.specs.days_off import work_calendar
from tonghop.specs.forms import build_form
from tonghop.specs.source import Problems, Source


def regime_versions(include: Path, name: str) -> tuple[str, ...]:
    """Versions of regime `name` under include/regimes, oldest first."""
    folder = include / "regimes" / name
    return tuple(sorted(path.name for path in folder.iterdir() if (path / "regime.yaml").is_file()))


def load_regime(include: Path, name: str, version: str) -> Regime:
    """Regime `name` in `version` with all its forms; SpecError lists every mistake."""
    folder = include / "regimes" / name / version
    problems = Problems()
    source = Source(include, folder / "regime.yaml")
    model = source.model(models.RegimeModel, problems)
    forms = _forms(include, folder / "forms", problems)
    if model is None:
        problems.stop()
        raise AssertionError("unreachable: a missing model is a problem")
    _check_regime(source.name, model, forms, (name, version), problems)
    calendar = work_calendar(include, folder, model.days_off, problems)
    problems.stop()
    slots = tuple(Slot(s.slot, s.carry_from, s.years_back) for s in model.periods)
    return Regime(
        name=model.name,
        version=model.version,
        title=model.title,
        legal=model.legal,
        zone=ZoneInfo(model.timezone),
        first=model.valid.first,
        last=model.valid.last,
        window_days=(model.window.first_day, model.window.last_day),
        slots=slots,
        cumulatives=tuple(Cumulative(c.name, c.title, c.after, c.parts) for c in model.cumulatives),
        implied=tuple(Implied(i.name, i.title, i.after, i.parts) for i in model.implied),
        deadlines=dict(model.deadlines),
        shift_deadlines=model.shift_deadlines,
        open_day=model.open_day,
        publish_day=model.publish_day,
        levels=tuple(LevelNames(n.level, n.field_group, n.unit_group) for n in model.levels),
        recipients=tuple(Dated(r.text, r.first, r.last) for r in model.recipients),
        owing=tuple(Owing(o.level, o.forms, o.first, o.last) for o in model.owing),
        headline_form=model.headline_form,
        outline=tuple(Heading(h.number, h.title, h.units_write) for h in model.outline),
        calendar=calendar,
        forms=forms,
    )


def _forms(include: Path, folder: Path, problems: Problems) -> dict[str, Form]:
    built: dict[str, Form] = {}
    for path in sorted(folder.glob("*.yaml"), key=lambda path: _official(path.stem)):
        source = Source(include, path)
        model = source.model(models.FormModel, problems)
        form = build_form(source, model, problems) if model else None
        if model and model.code != path.stem:
            problems.add(source.name, "code", f"mã biểu “{model.code}” khác tên tệp")
        if form:
            built[form.code] = form
    for form in built.values():
        _check_cross(f"{folder.relative_to(include).as_posix()}/{form.code}.yaml", form, built, problems)
    return built


def _official(code: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", code)]


def _check_cross(file: str, form: Form, forms: dict[str, Form], problems: Problems) -> None:
    for position, rule in enumerate(form.rules):
        if not isinstance(rule, CrossFormRule):
            continue
        other = forms.get(rule.other)
        if other is None:
            problems.add(file, f"rules.{position}.other", f"không có biểu {rule.other}")
        elif rule.other_column not in other or not other[rule.other_column].is_figure:
            problems.add(
                file, f"rules.{position}.other_column", f"biểu {rule.other} không có cột số {rule.other_column}"
            )


def _check_regime(
    file: str, model: models.RegimeModel, forms: dict[str, Form], wanted: tuple[str, str], problems: Problems
) -> None:
    if (model.name, model.version) != wanted:
        problems.add(file, "name", f"chế độ {model.name}/{model.version} nằm trong thư mục {'/'.join(wanted)}")
    try:
        ZoneInfo(model.timezone)
    except (KeyError, ValueError):
        problems.add(file, "timezone", f"không có múi giờ {model.timezone}")
    slots = {slot.slot for slot in model.periods}
    for position, slot in enumerate(model.periods):
        if slot.carry_from not in slots:
            problems.add(file, f"periods.{position}.carry_from", f"không có kỳ {slot.carry_from}")
    for name, derived in (("cumulatives", model.cumulatives), ("implied", model.implied)):
        for position, item in enumerate(derived):
            for slot_name in (item.after, *item.parts):
                if slot_name not in slots:
                    problems.add(file, f"{name}.{position}", f"không có kỳ {slot_name}")
    for position, owing in enumerate(model.owing):
        for code in owing.forms:
            if code not in forms:
                problems.add(file, f"owing.{position}.forms", f"không có biểu {code}")
        if owing.level not in model.deadlines:
            problems.add(file, "deadlines", f"cấp {owing.level} phải báo cáo nhưng không có hạn")
        if owing.level not in {names.level for names in model.levels}:
            problems.add(file, "levels", f"cấp {owing.level} phải báo cáo nhưng không có tên gọi")
    if model.headline_form not in forms:
        problems.add(file, "headline_form", f"không có biểu {model.headline_form}")
    if Level.PROVINCE not in model.deadlines:
        problems.add(file, "deadlines", "chưa có hạn của tỉnh (tinh)")


def load_province(include: Path, slug: str, day: date | None = None) -> Province:
    """Province `slug` under the version of its regime valid on `day` (default: the newest version)."""
    folder = include / "provinces" / slug
    if not (folder / "province.yaml").is_file():
        known = ", ".join(sorted(p.parent.name for p in include.glob("provinces/*/province.yaml")))
        raise SettingError(f"Không có tỉnh “{slug}”.", f"Đặt TONGHOP_PROVINCE là một trong: {known}.")
    problems = Problems()
    source = Source(include, folder / "province.yaml")
    model = source.model(models.ProvinceModel, problems)
    units = _units(Source(include, folder / "units.csv"), problems)
    fields = _fields(Source(include, folder / "fields.csv"), units, problems)
    if model is None:
        problems.stop()
        raise AssertionError("unreachable: a missing model is a problem")
    if model.files != "own":
        raise SettingError(
            "Chế độ huyện tự gửi báo cáo đã tổng hợp (files: consolidated) chưa dùng được.",
            f"Đặt files: own trong {source.name}.",
        )
    regime = _regime_on(include, model.regime, day)
    _check_province(source.name, model, units, regime, problems)
    problems.stop()
    return Province(
        slug=model.slug,
        name=model.name,
        agency=model.agency,
        place=model.place,
        regime=_overridden(regime, model),
        units=units,
        fields=fields,
        contact=Contact(model.contact.name, model.contact.phone, model.contact.email),
        approvals=tuple(ApprovalStep(a.name, a.title, a.logins) for a in model.approvals),
        targets=tuple(Target(t.title, t.measure, t.operator, t.value, t.scope, t.source) for t in model.targets),
        owes=dict(model.owes),
    )


def _regime_on(include: Path, name: str, day: date | None) -> Regime:
    regimes = [load_regime(include, name, version) for version in regime_versions(include, name)]
    fitting = [r for r in regimes if day is None or (r.first <= day and (r.last is None or day <= r.last))]
    if not fitting:
        raise UsageError(f"Không có chế độ báo cáo {name} hiệu lực ngày {day:%d/%m/%Y}.", "Chọn kỳ báo cáo khác.")
    return fitting[-1]


def _overridden(regime: Regime, model: models.ProvinceModel) -> Regime:
    shift = regime.shift_deadlines if model.shift_deadlines is None else model.shift_deadlines
    return replace(regime, deadlines={**regime.deadlines, **model.deadlines}, shift_deadlines=shift)


def _units(source: Source, problems: Problems) -> tuple[Unit, ...]:
    columns = ("code", "identifier", "name", "level", "parent", "valid_from", "valid_to", "email")
    built: dict[tuple[str, date], Unit] = {}
    for line, row in enumerate(source.rows(columns, problems), start=2):
        try:
            first, last = date.fromisoformat(row["valid_from"]), _last_day(row["valid_to"])
            unit = Unit(
                row["code"],
                row["name"],
                Level(row["level"]),
                row["parent"],
                first,
                last,
                row["identifier"],
                row["email"],
            )
        except ValueError as error:
            problems.add(source.name, str(line), str(error))
            continue
        if unit.identifier and not is_identifier(unit.identifier):
            problems.add(
                source.name, str(line), f"mã định danh “{unit.identifier}” không đúng dạng H49.22 hoặc 000.00.22.H49"
            )
        if any(other.code == unit.code and _overlap(other, unit) for other in built.values()):
            problems.add(source.name, str(line), f"mã đơn vị {unit.code} lặp lại trong cùng thời gian")
        built[unit.key] = unit
    for unit in built.values():
        if unit.parent_code and not any(o.code == unit.parent_code and _overlap(o, unit) for o in built.values()):
            problems.add(source.name, unit.code, f"không có đơn vị cấp trên {unit.parent_code}")
    return tuple(built.values())


def _last_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _overlap(one: Unit, other: Unit) -> bool:
    far = date.max
    return one.valid_from <= (other.valid_to or far) and other.valid_from <= (one.valid_to or far)


def _fields(source: Source, units: tuple[Unit, ...], problems: Problems) -> tuple[FieldRow, ...]:
    columns = ("level", "unit_code", "position", "field", "valid_from", "valid_to")
    codes = {unit.code for unit in units}
    built = []
    for line, row in enumerate(source.rows(columns, problems), start=2):
        if row["unit_code"] and row["unit_code"] not in codes:
            problems.add(source.name, str(line), f"không có đơn vị {row['unit_code']}")
        try:
            first, last = date.fromisoformat(row["valid_from"]), _last_day(row["valid_to"])
            built.append(
                FieldRow(Level(row["level"]), row["unit_code"], int(row["position"]), row["field"], first, last)
            )
        except ValueError as error:
            problems.add(source.name, str(line), str(error))
    return tuple(built)


def _check_province(
    file: str, model: models.ProvinceModel, units: tuple[Unit, ...], regime: Regime, problems: Problems
) -> None:
    codes = {unit.code for unit in units}
    if not any(unit.level is Level.PROVINCE for unit in units):
        problems.add(file, "units", "units.csv chưa có dòng của tỉnh (level tinh)")
    for code, forms in model.owes.items():
        if code not in codes:
            problems.add(file, f"owes.{code}", "không có đơn vị này trong units.csv")
        for form in forms:
            if form not in regime.forms:
                problems.add(file, f"owes.{code}", f"không có biểu {form}")
