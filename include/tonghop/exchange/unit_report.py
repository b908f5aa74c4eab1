"""From a unit's JSON response to a filing, as `tonghop.files.interpret` does it from a workbook.

Pure: what is wrong with the response comes back as findings. Whether its figures are right is checked elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tonghop.domain.errors import UsageError
from tonghop.domain.finding import Finding, make
from tonghop.domain.form import Form, RowKind
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import Explanation, FiledForm, Filing, Identity, Paragraph, Signature
from tonghop.domain.text import clean, key
from tonghop.domain.units import Unit
from tonghop.exchange.unit_rows import FormReader
from tonghop.exchange.unit_structure import UnitData, read_structure

_LABELS = {
    "compiler": "người lập biểu",
    "head": "thủ trưởng đơn vị",
    "report_number": "số, ký hiệu báo cáo",
    "report_date": "ngày báo cáo",
}


@dataclass(frozen=True)
class UnitReport:
    """A filing with findings of its structure; without `filing` the response is returned and the findings say why."""

    filing: Filing | None
    findings: tuple[Finding, ...]


def read_unit_report(content: bytes, province: Province, unit: Unit, period: Period) -> UnitReport:
    """Read the response of `unit` to the question for `period`."""
    data = read_structure(content)
    if isinstance(data, list):
        return UnitReport(None, tuple(_unreadable(problem) for problem in data))
    stranger = _not_for_here(data, province, unit, period)
    if stranger is not None:
        return UnitReport(None, (stranger,))
    owed = province.owed_by(unit, period)
    known = {field.key: field.name for field in province.fields_of(unit, period)}
    readers = {code: FormReader(form, unit, known) for code, form in province.regime.forms.items()}
    strange = list(_strange(data, readers))
    if strange:
        return UnitReport(None, tuple(_unreadable(problem) for problem in strange))
    forms, findings = _forms(data, readers, owed)
    if not forms:
        return UnitReport(None, (make("no-form", f"Dữ liệu không có biểu nào trong các biểu: {', '.join(owed)}."),))
    signature = _signature(data.signature)
    filing = Filing(
        identity=Identity(data.unit, data.unit_name, data.period, data.regime),
        forms=forms,
        explanations=tuple(_explanations(data, province.regime.forms, unit)),
        paragraphs=tuple(_paragraphs(data, province)),
        signature=signature,
    )
    return UnitReport(filing, (*findings, *_not_owed(data.forms, owed), *_unsigned(signature)))


def _forms(
    data: UnitData, readers: dict[str, FormReader], owed: tuple[str, ...]
) -> tuple[dict[str, FiledForm], list[Finding]]:
    """Every owed form that was given, and a finding for each that was not."""
    forms: dict[str, FiledForm] = {}
    findings: list[Finding] = []
    for code in owed:
        if code in data.forms:
            forms[code], found = readers[code].read(data.forms[code])
            findings += found
        else:
            message = f"Dữ liệu không có biểu {code} ({readers[code].form.title}); đơn vị phải báo cáo biểu này."
            findings.append(make("form-missing", message, form=code))
    return forms, findings


def _unreadable(problem: str) -> Finding:
    return make("data-unreadable", f"Dữ liệu do phần mềm của đơn vị cung cấp không đúng quy cách: {problem}.")


def _not_for_here(data: UnitData, province: Province, unit: Unit, period: Period) -> Finding | None:
    if data.regime and data.regime != province.regime.id:
        message = f"Dữ liệu thuộc chế độ báo cáo “{data.regime}”; cần “{province.regime.id}”."
        return make("other-regime", message, found=data.regime, expected=province.regime.id)
    if _period(data.period) != period:
        message = f"Dữ liệu là của kỳ “{data.period}”; hệ thống hỏi số liệu {period.label} ({period.code})."
        return make("wrong-period", message, found=data.period, expected=period.code)
    if data.unit != unit.code:
        message = (
            f"Dữ liệu là của đơn vị có mã “{data.unit}”, nhưng do phần mềm của {unit.name} ({unit.code}) cung cấp."
        )
        return make("wrong-unit", message, found=data.unit, expected=unit.code)
    return None


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except UsageError:
        return None


def _strange(data: UnitData, readers: dict[str, FormReader]) -> Iterator[str]:
    for code, form in data.forms.items():
        if code in readers:
            yield from readers[code].unknown_columns(form)
        else:
            yield f"/forms/{code}: chế độ báo cáo không có biểu này"


def _not_owed(given: Iterable[str], owed: tuple[str, ...]) -> Iterator[Finding]:
    for code in given:
        if code not in owed:
            message = f"Biểu {code}: đơn vị không phải báo cáo biểu này; số liệu của biểu không được tổng hợp."
            yield make("form-not-owed", message, form=code)


def _signature(given: dict[str, str]) -> Signature:
    try:
        day = date.fromisoformat(given["report_date"])
    except ValueError:
        day = None
    return Signature(clean(given["compiler"]), clean(given["head"]), clean(given["report_number"]), day)


def _unsigned(signature: Signature) -> Iterator[Finding]:
    missing = ", ".join(label for part, label in _LABELS.items() if not getattr(signature, part))
    if missing:
        yield make("signature-missing", f"Dữ liệu chưa ghi: {missing}; cần ghi đủ.", found="chưa ghi", expected=missing)


def _explanations(data: UnitData, forms: dict[str, Form], unit: Unit) -> Iterator[Explanation]:
    for one in data.explanations:
        form = forms.get(one["form"])
        row = unit.code if form and one["row"] and form.row_kind is RowKind.UNITS else key(one["row"])
        yield Explanation(one["form"], row, one["column"], clean(one["reason"]))


def _paragraphs(data: UnitData, province: Province) -> Iterator[Paragraph]:
    """Paragraphs under the headings units write; others have no place in the report."""
    numbers = {heading.number for heading in province.regime.outline if heading.units_write}
    for one in data.paragraphs:
        lines = unicodedata.normalize("NFC", one["text"]).splitlines()
        text = "\n".join(cleaned for line in lines if (cleaned := clean(line)))
        if one["heading"] in numbers and text:
            yield Paragraph(one["heading"], text)
