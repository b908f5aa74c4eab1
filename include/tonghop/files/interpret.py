"""From a workbook as read to a filing: whose it is, its forms, explanations, paragraphs and who answers for it.

Pure: what is wrong with the workbook comes back as findings. Whether its figures are right is checked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.submission import Filing, Identity
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.files.interpret_cells import Layout
from tonghop.files.interpret_form import FormReading, find_layout, read_form
from tonghop.files.interpret_identity import Context, identify
from tonghop.files.interpret_pages import read_explanations, read_paragraphs
from tonghop.files.interpret_signature import read_signature, signature_findings
from tonghop.files.raw_book import Grid, RawBook

__all__ = ["Context", "Interpreted", "interpret"]


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
    sheets = _form_sheets(book, context.province.regime.forms)
    if not sheets:
        return Interpreted(None, (_no_form(book, context),))
    who = identify(book, context, sheets.values())
    if who.unit is None or who.period is None:
        return Interpreted(None, who.findings, who.unit, who.period)
    return _filing(book, context, sheets, who.identity, (who.unit, who.period))


def _filing(
    book: RawBook, context: Context, sheets: dict[str, Grid], identity: Identity, here: tuple[Unit, Period]
) -> Interpreted:
    unit, period = here
    forms = context.province.regime.forms
    owed = context.province.owed_by(unit, period)
    present = {code: sheets[code] for code in owed if code in sheets}
    layouts = {code: find_layout(grid, forms[code]) for code, grid in present.items()}
    broken = tuple(layout for layout in layouts.values() if isinstance(layout, Finding))
    if broken:
        return Interpreted(None, broken, unit, period)
    known = {field.key: field.name for field in context.province.fields_of(unit, period)}
    readings = {
        code: read_form(forms[code], present[code], layout, unit, known)
        for code, layout in layouts.items()
        if isinstance(layout, Layout)
    }
    signature = read_signature((present[code], reading.footer) for code, reading in readings.items())
    filing = Filing(
        identity=identity,
        forms={code: reading.filed for code, reading in readings.items()},
        explanations=read_explanations(book, forms, unit),
        paragraphs=read_paragraphs(book, context.province.regime.outline),
        signature=signature,
    )
    first = next(iter(present.values()), None)
    findings = (
        *(finding for code in owed for finding in _of_form(forms[code], readings.get(code))),
        *_not_owed(sheets, owed),
        *(signature_findings(signature, first.name) if first else ()),
    )
    return Interpreted(filing, findings, unit, period)


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
