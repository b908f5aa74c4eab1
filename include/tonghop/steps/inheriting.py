"""A correction of single forms: what its workbook lacks stays as it stands, and the whole is judged as one filing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tonghop.domain.finding import USUAL_CODES, Finding, make
from tonghop.domain.province import Province
from tonghop.domain.submission import Filing, Paragraph
from tonghop.domain.units import Unit
from tonghop.steps.context import Context
from tonghop.steps.intake import Readable
from tonghop.steps.stored import stored_filing
from tonghop.store.records import FormPlace, Inherited

MISSING_FORM = "form-missing"


def completed(context: Context, unit: Unit, read: Readable) -> Readable:
    """`read` with every owed form it lacks taken over from the unit's standing filing, as far as that one holds it.

    A form is missing only while none stands. What such a filing leaves unsaid in words stays, too. Whoever signs is not
    taken over: nobody signed the corrected figures before.
    """
    lacking = {finding.form for finding in read.findings if finding.code == MISSING_FORM}
    base = context.store.submissions.standing(read.period.code, unit.key) if lacking else None
    if base is None:
        return read
    places = context.store.filings.places(base.id)
    inherited = Inherited(base.id, base.revision, {form: places[form].origin for form in sorted(lacking & {*places})})
    if not inherited.forms:
        return read
    province = context.province_for(read.period)
    before = stored_filing(context.store, base.id)
    filing = _merged(province, read.filing, before, inherited.forms)
    findings = (
        *(f for f in read.findings if f.code != MISSING_FORM or f.form not in inherited.forms),
        *_as_found(context.store.filings.findings(base.id), inherited.forms),
        *_forms_kept(_revisions(context, places, inherited)),
        *_words_kept(read.filing, filing, base.revision),
    )
    return replace(read, filing=filing, findings=findings, inherited=inherited)


def _merged(province: Province, filing: Filing, before: Filing, kept: Iterable[str]) -> Filing:
    """Forms and paragraphs of both in official order; of one heading the new words."""
    forms = {**filing.forms, **{code: before.forms[code] for code in kept}}
    words = {paragraph.heading: paragraph for paragraph in (*before.paragraphs, *filing.paragraphs)}
    outline = [heading.number for heading in province.regime.outline]
    return replace(
        filing,
        forms={code: forms[code] for code in province.regime.forms if code in forms},
        paragraphs=tuple(words[number] for number in outline if number in words),
    )


def _as_found(findings: Iterable[Finding], kept: Iterable[str]) -> Iterator[Finding]:
    """What was unusual in the forms taken over stays as it was found and explained; it is not asked again."""
    return (finding for finding in findings if finding.code in USUAL_CODES and finding.form in {*kept})


def _revisions(context: Context, places: Mapping[str, FormPlace], inherited: Inherited) -> dict[int, list[str]]:
    """Revision → the forms whose figures its workbook holds."""
    found: dict[int, list[str]] = {}
    for form in inherited.forms:
        origin = context.store.submissions.get(places[form].origin)
        found.setdefault(origin.revision if origin else inherited.revision, []).append(form)
    return dict(sorted(found.items()))


def _forms_kept(revisions: Mapping[int, list[str]]) -> Iterator[Finding]:
    for revision, forms in revisions.items():
        codes = ", ".join(forms)
        message = f"Tệp không có biểu {codes}: số liệu giữ nguyên theo lần gửi thứ {revision}."
        yield make("form-kept", message, found="không có", expected=codes)


def _words_kept(filing: Filing, whole: Filing, revision: int) -> Iterator[Finding]:
    mine = {paragraph.heading for paragraph in filing.paragraphs}
    kept: list[Paragraph] = [paragraph for paragraph in whole.paragraphs if paragraph.heading not in mine]
    if kept:
        headings = ", ".join(paragraph.heading for paragraph in kept)
        message = f"Tệp không ghi thuyết minh ở mục {headings}: giữ nguyên nội dung của lần gửi thứ {revision}."
        yield make("words-kept", message, found="để trống", expected=headings)
