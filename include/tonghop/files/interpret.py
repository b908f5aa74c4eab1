"""From a workbook as read to a filing: whose it is, its forms, explanations, paragraphs and who answers for it.

Pure: what is wrong with the workbook comes back as findings. Whether its figures are right is checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.domain.submission import Filing
from tonghop.domain.units import Unit
from tonghop.files.interpret_cells import Layout
from tonghop.files.interpret_form import FormReading, read_form, too_long
from tonghop.files.interpret_identity import Context, Identified, identify
from tonghop.files.interpret_pages import read_explanations, read_paragraphs
from tonghop.files.interpret_sheets import FormSheets, form_sheets
from tonghop.files.interpret_signature import read_signature, signature_findings
from tonghop.files.raw_book import RawBook

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
    forms = context.province.regime.forms
    sheets = form_sheets(book, forms)
    if not sheets.grids and not sheets.unclear:
        return Interpreted(None, (_no_form(book, context),))
    who = identify(book, context, sheets.heads())
    if who.unit is None or who.period is None:
        return Interpreted(None, who.findings, who.unit, who.period)
    owed = context.province.owed_by(who.unit, who.period)
    broken = tuple(_broken(forms, sheets, owed))
    if broken:
        return Interpreted(None, broken, who.unit, who.period)
    known = {field.key: field.name for field in context.province.fields_of(who.unit, who.period)}
    readings = {
        code: read_form(forms[code], sheets.grids[code], layout, who.unit, known)
        for code, layout in sheets.layouts.items()
        if code in owed and isinstance(layout, Layout)
    }
    filing = _filing(book, context.province.regime, who, who.unit, readings)
    findings = (
        *(finding for code in owed for finding in _of_form(forms[code], sheets, readings.get(code))),
        *_not_owed(sheets, owed),
        *sheets.notes.get("", ()),
        *(_signature_findings(filing) if not sheets.unclear else ()),  # it may stand on the sheet in doubt
    )
    return Interpreted(filing, findings, who.unit, who.period)


def _broken(forms: dict[str, Form], sheets: FormSheets, owed: Iterable[str]) -> Iterator[Finding]:
    """Why owed forms cannot be read."""
    for code in owed:
        layout = sheets.layouts.get(code)
        found = too_long(forms[code], sheets.grids[code], layout) if isinstance(layout, Layout) else layout
        if found is not None:
            yield found


def _filing(book: RawBook, regime: Regime, who: Identified, unit: Unit, readings: dict[str, FormReading]) -> Filing:
    return Filing(
        identity=who.identity,
        forms={code: reading.filed for code, reading in readings.items()},
        explanations=read_explanations(book, regime, unit),
        paragraphs=read_paragraphs(book, regime.outline),
        signature=read_signature((reading.grid, reading.footer) for reading in readings.values()),
    )


def _signature_findings(filing: Filing) -> tuple[Finding, ...]:
    first = next(iter(filing.forms.values()), None)
    return signature_findings(filing.signature, first.sheet) if first else ()


def _no_form(book: RawBook, context: Context) -> Finding:
    names = ", ".join(f"“{grid.name}”" for grid in list(book.sheets.values())[:5] if grid.visible)
    found = f"có các trang: {names}" if names else "không có trang nào"
    expected = ", ".join(context.province.regime.forms)
    message = f"Tệp {found}; cần trang mang tên biểu: {expected}."
    return make("no-form", message, found=found, expected=expected)


def _of_form(form: Form, sheets: FormSheets, reading: FormReading | None) -> tuple[Finding, ...]:
    if reading is not None:
        return (*sheets.notes.get(form.code, ()), *reading.findings)
    if form.code in sheets.unclear:
        return (sheets.unclear[form.code],)
    message = f"Tệp không có trang “{form.code}” ({form.title}); đơn vị phải báo cáo biểu này."
    return (make("form-missing", message, form=form.code, found="không có", expected=f"trang “{form.code}”"),)


def _not_owed(sheets: FormSheets, owed: tuple[str, ...]) -> tuple[Finding, ...]:
    return tuple(
        make(
            "form-not-owed",
            f"Trang “{grid.name}”: đơn vị không phải báo cáo biểu này; số liệu của trang không được tổng hợp.",
            form=code,
            sheet=grid.name,
        )
        for code, grid in {**sheets.grids, **sheets.doubtful}.items()
        if code not in owed
    )
