"""The marked copy of a workbook that must be mended or explained, beside the answer page in `nhan-ve/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.domain.province import Province
from tonghop.domain.submission import State
from tonghop.domain.units import Level, Unit
from tonghop.files.letters import moment_words
from tonghop.files.marked.order import FormPlace, Group, Heading, Order
from tonghop.files.marked.placing import place, withdraw
from tonghop.files.marked.pool import MarkingPool
from tonghop.files.package import may_be_workbook
from tonghop.steps.context import ANSWERS, Context
from tonghop.steps.words import HEADLINES, NEXT_STEPS
from tonghop.store.records import Submission

_WORKERS = 2


@dataclass(frozen=True)
class Checked:
    """A filing of `unit` with everything found in it."""

    unit: Unit
    province: Province
    submission: Submission
    findings: tuple[Finding, ...]


def marked_name(submission: Submission) -> str:
    """`Da-kiem-tra-20243-lan-1.xlsx`; a file whose period is not known: `Da-kiem-tra-lan-3.xlsx`."""
    period = f"-{submission.period}" if submission.period else ""
    return f"Da-kiem-tra{period}-lan-{submission.revision}.xlsx"


def marked_copies(context: Context, checked: Sequence[Checked]) -> Iterator[bytes | None]:
    """The marked copy of each filing, in their order; None where there is nothing to mark, or it cannot be marked."""
    orders = [_order(context, one) for one in checked]
    wanted = [order for order in orders if order is not None]
    if not wanted:
        yield from (None for _ in orders)
        return
    with MarkingPool(min(_WORKERS, len(wanted)), context.limits) as pool:
        made = pool.mark_many(wanted)
        for order in orders:
            with context.timed("marking"):
                copy = None if order is None else next(made)
            yield copy


def put_copy(context: Context, one: Checked, copy: bytes | None) -> str:
    """Put the copy into the unit's folder, or take an old one away; its name as far as one lies there."""
    path = context.folder(one.unit, ANSWERS) / marked_name(one.submission)
    if copy is not None:
        place(path, copy, one.submission.received_at)
    elif not _needed(one):
        withdraw(path, one.submission.received_at)
    return path.name if path.exists() else ""


def groups(findings: Iterable[Finding], *, returned: bool) -> tuple[Group, ...]:
    """Findings under their headings; what was explained needs nothing more and stands apart."""
    found = tuple(findings)
    known = [finding for finding in found if not finding.explained_by]

    def of(severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in known if finding.severity is severity)

    named = (
        Group("Lý do trả lại" if returned else "Nội dung phải sửa", of(Severity.BLOCKING), "blocking"),
        Group("Nội dung cần giải trình", of(Severity.EXPLAIN), "explain"),
        Group("Nội dung đã giải trình", tuple(one for one in found if one.explained_by), explained=True),
        Group("Lưu ý", of(Severity.NOTE)),
    )
    return tuple(group for group in named if group.findings)


def addressee(province: Province, unit: Unit, day: date) -> str:
    """`Ủy ban nhân dân phường Long Thủy, thị xã Phước Long`; a department by its name."""
    name = province.full_name(unit, day)
    if unit.level in {Level.COMMUNE, Level.DISTRICT}:
        return f"Ủy ban nhân dân {name[:1].lower()}{name[1:]}"
    return name


def office(province: Province) -> str:
    """Who answers: `Văn phòng Ủy ban nhân dân tỉnh Bình Phước`."""
    return f"Văn phòng {province.agency}"


def _needed(one: Checked) -> bool:
    """Whether there is something to mend or explain in a workbook whose sheets could be read."""
    if one.submission.state is State.RETURNED:
        return any(finding.sheet for finding in one.findings)
    return one.submission.state in {State.INVALID, State.AWAITING}


def _order(context: Context, one: Checked) -> Order | None:
    original = context.vault.find(one.submission.sha256) if _needed(one) else None
    if original is None or not may_be_workbook(original):
        return None
    returned = one.submission.state is State.RETURNED
    period = Period.parse(one.submission.period) if one.submission.period else None
    forms = one.province.regime.forms
    owed = one.province.owed_by(one.unit, period) if period else tuple(forms)
    return Order(
        original=original,
        heading=_heading(one, period),
        groups=groups(one.findings, returned=returned),
        forms={
            code: FormPlace(code, code, forms[code].title, tuple(column.number for column in forms[code].columns))
            for code in owed
        },
        reasons=one.province.regime.reasons,
        explanations=None if returned else context.store.filings.explanations(one.submission.id),
        row_names=_row_names(one, period),
    )


def _heading(one: Checked, period: Period | None) -> Heading:
    province, submission = one.province, one.submission
    received = submission.received_at.astimezone(province.regime.zone)
    contact = province.contact
    return Heading(
        office=office(province),
        subject=f"{province.regime.title} – {period.label}" if period else province.regime.title,
        unit=addressee(province, one.unit, received.date()),
        filed=f"lần thứ {submission.revision}, nhận lúc {moment_words(received)}",
        headline=HEADLINES[submission.state],
        next_step=NEXT_STEPS[submission.state],
        contact=f"{contact.name}; điện thoại: {contact.phone}; thư điện tử: {contact.email}",
    )


def _row_names(one: Checked, period: Period | None) -> dict[str, str]:
    fields = one.province.fields_of(one.unit, period) if period else ()
    return {
        **{field.key: field.name for field in fields},
        **{finding.row_key: finding.row_name for finding in one.findings if finding.row_name},
        one.unit.code: one.unit.name,
    }
