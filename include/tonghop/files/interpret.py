"""From a workbook as read to a filing: whose it is, its forms, explanations, paragraphs and who answers for it.

Pure: what is wrong with the workbook comes back as findings. Whether its figures are right is checked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.domain.submission import Filing
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.files.interpret_cells import Layout
from tonghop.files.interpret_form import FormReading, find_layout, read_form
from tonghop.files.interpret_identity import Context, Identified, identify
from tonghop.files.interpret_pages import read_explanations, read_paragraphs
from tonghop.files.interpret_signature import read_signature, signature_findings
from tonghop.files.raw_book import Grid, RawBook

__all__ = ["Context", "Interpreted", "interpret"]

_HEAD_ROWS = 20  # of a sheet whose table cannot be found


@dataclass(frozen=True)
class Interpreted:
    """A filing with findings of its structure; without `filing` the workbook is returned and the findings say why.

    `unit` and `period` are None only as far as the workbook did not tell them.
    """

    filing: Filing | None
    findings: tuple[Finding, ...]
    unit: Unit | None = None
    period: Period | None = None


def interpret(book: RawBook, context: Context) -> Interpreted:
    """Read `book`, found in the folder of `context.unit`, as a filing for one of the periods that are open."""
    forms = context.province.regime.forms
    sheets = _form_sheets(book, forms)
    if not sheets:
        return Interpreted(None, (_no_form(book, context),))
    layouts = {code: find_layout(grid, forms[code]) for code, grid in sheets.items()}
    who = identify(book, context, [(sheets[code], _head(layout)) for code, layout in layouts.items()])
    if who.unit is None or who.period is None:
        return Interpreted(None, who.findings, who.unit, who.period)
    owed = context.province.owed_by(who.unit, who.period)
    broken = tuple(layout for code, layout in layouts.items() if code in owed and isinstance(layout, Finding))
    if broken:
        return Interpreted(None, broken, who.unit, who.period)
    known = {field.key: field.name for field in context.province.fields_of(who.unit, who.period)}
    readings = {
        code: read_form(forms[code], sheets[code], layout, who.unit, known)
        for code, layout in layouts.items()
        if code in owed and isinstance(layout, Layout)
    }
    filing = _filing(book, context.province.regime, who, who.unit, readings)
    findings = (
        *(finding for code in owed for finding in _of_form(forms[code], readings.get(code))),
        *_not_owed(sheets, owed),
        *(signature_findings(filing.signature, next(iter(filing.forms.values())).sheet) if filing.forms else ()),
    )
    return Interpreted(filing, findings, who.unit, who.period)


def _head(layout: Layout | Finding) -> int:
    """Last sheet row above the table."""
    return layout.number_row - 1 if isinstance(layout, Layout) else _HEAD_ROWS


def _filing(book: RawBook, regime: Regime, who: Identified, unit: Unit, readings: dict[str, FormReading]) -> Filing:
    return Filing(
        identity=who.identity,
        forms={code: reading.filed for code, reading in readings.items()},
        explanations=read_explanations(book, regime.forms, unit),
        paragraphs=read_paragraphs(book, regime.outline),
        signature=read_signature((reading.grid, reading.footer) for reading in readings.values()),
    )


def _form_sheets(book: RawBook, forms: dict[str, Form]) -> dict[str, Grid]:
    """Form code → its sheet, for every form of the regime that has one, in official order."""
    by_key = {key(name): grid for name, grid in reversed(book.sheets.items())}
    return {code: by_key[key(code)] for code in forms if key(code) in by_key}


def _no_form(book: RawBook, context: Context) -> Finding:
    found = ", ".join(f"“{grid.name}”" for grid in list(book.sheets.values())[:5] if grid.visible) or "không có trang"
    expected = ", ".join(context.province.regime.forms)
    message = f"Tệp có các trang: {found}; cần trang mang tên biểu: {expected}."
    return make("no-form", message, found=found, expected=expected)


def _of_form(form: Form, reading: FormReading | None) -> tuple[Finding, ...]:
    if reading is not None:
        return reading.findings
    message = f"Tệp không có trang “{form.code}” ({form.title}); đơn vị phải báo cáo biểu này."
    return (make("form-missing", message, form=form.code, found="không có", expected=f"trang “{form.code}”"),)


def _not_owed(sheets: dict[str, Grid], owed: tuple[str, ...]) -> tuple[Finding, ...]:
    return tuple(
        make(
            "form-not-owed",
            f"Trang “{grid.name}”: đơn vị không phải báo cáo biểu này; số liệu của trang không được tổng hợp.",
            form=code,
            sheet=grid.name,
        )
        for code, grid in sheets.items()
        if code not in owed
    )
