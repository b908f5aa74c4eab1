"""Loading a version of a regime; every mistake of all its files is reported together (SpecError)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from tonghop.domain.calendar import WorkCalendar
from tonghop.domain.errors import SettingError, UsageError
from tonghop.domain.explaining import UsualReason
from tonghop.domain.form import Form
from tonghop.domain.regime import Cumulative, Dated, Heading, Implied, LevelNames, Measure, Owing, Regime, Slot
from tonghop.specs import models
from tonghop.specs.days_off import work_calendar
from tonghop.specs.forms import load_forms
from tonghop.specs.measures import check_measures
from tonghop.specs.regime_checks import check_regime
from tonghop.specs.regime_form_checks import check_forms
from tonghop.specs.source import Problems, Source
from tonghop.specs.strict import Strict


def regime_versions(include: Path, name: str) -> tuple[str, ...]:
    """Versions of regime `name` under include/regimes, oldest first; SettingError when there is none."""
    versions = tuple(sorted(path.parent.name for path in (include / "regimes" / name).glob("*/regime.yaml")))
    if not versions:
        known = ", ".join(sorted({path.parent.parent.name for path in include.glob("regimes/*/*/regime.yaml")}))
        raise SettingError(f"Không có chế độ báo cáo “{name}”.", f"Các chế độ báo cáo hiện có: {known or 'chưa có'}.")
    return versions


def load_regime(include: Path, name: str, version: str) -> Regime:
    """Regime `name` in `version` with all its forms; SpecError lists every mistake."""
    problems = Problems()
    regime = read_regime(include, name, version, problems)
    problems.stop()
    if regime is None:
        raise AssertionError("a regime that could not be read left no problem")
    return regime


def version_on(include: Path, name: str, day: date | None) -> str:
    """Newest version valid on `day` (None: the newest of all), reading no form; UsageError when none is.

    A version whose dates cannot be read is taken too: reading it whole then says what is wrong with it.
    """
    versions = regime_versions(include, name)
    if day is None:
        return versions[-1]
    for version in reversed(versions):
        head = Source(include, include / "regimes" / name / version / "regime.yaml").model(_Head, Problems())
        if head is None or head.valid.holds(day):
            return version
    raise UsageError(f"Không có chế độ báo cáo {name} hiệu lực ngày {day:%d/%m/%Y}.", "Chọn kỳ báo cáo khác.")


class _Head(Strict):
    """The part of a regime.yaml that says from when to when it holds."""

    model_config = ConfigDict(extra="ignore")
    valid: models.Validity


def read_regime(include: Path, name: str, version: str, problems: Problems) -> Regime | None:
    """Regime `name` in `version`; None after adding every mistake to `problems`."""
    before = len(problems.found)
    folder = include / "regimes" / name / version
    source = Source(include, folder / "regime.yaml")
    model = source.model(models.RegimeModel, problems)
    forms = load_forms(include, folder / "forms", problems)
    if model is None:
        return None
    check_regime(source.name, model, (name, version), problems)
    written = {path.stem: forms.get(path.stem) for path in (folder / "forms").glob("*.yaml")}
    check_forms(source.name, model, written, problems)
    check_measures(source.name, model.measures, written, problems)
    calendar = work_calendar(include, folder, model.days_off, problems)
    return _regime(model, forms, calendar) if len(problems.found) == before else None


def _regime(model: models.RegimeModel, forms: dict[str, Form], calendar: WorkCalendar) -> Regime:
    return Regime(
        name=model.name,
        version=model.version,
        title=model.title,
        legal=model.legal,
        zone=ZoneInfo(model.timezone),
        first=model.valid.first,
        last=model.valid.last,
        window_days=(model.window.first_day, model.window.last_day),
        slots=tuple(Slot(s.slot, s.carry_from, s.years_back) for s in model.periods),
        cumulatives=tuple(Cumulative(c.name, c.title, c.after, c.parts) for c in model.cumulatives),
        implied=tuple(Implied(i.name, i.title, i.after, i.parts) for i in model.implied),
        deadlines=dict(model.deadlines),
        shift_deadlines=model.shift_deadlines,
        open_day=model.open_day,
        publish_working_days_before=model.publish_working_days_before,
        levels=tuple(LevelNames(n.level, n.field_group, n.unit_group) for n in model.levels),
        recipients=tuple(Dated(r.text, r.first, r.last) for r in model.recipients),
        owing=tuple(_owing(item, forms) for item in model.owing),
        headline_form=model.headline_form,
        outline=tuple(Heading(h.number, h.title, h.units_write) for h in model.outline),
        calendar=calendar,
        forms=forms,
        measures=tuple(Measure(m.name, m.title, m.form, m.part, m.whole, m.better, m.least) for m in model.measures),
        reasons=tuple(UsualReason(r.text, r.codes, r.enough) for r in model.reasons),
    )


def _owing(model: models.OwingModel, forms: dict[str, Form]) -> Owing:
    """Forms in official order, in whatever order they were listed."""
    return Owing(model.level, tuple(code for code in forms if code in model.forms), model.first, model.last)
