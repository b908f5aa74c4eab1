"""From findings to a verdict: what a submission becomes, and when it counts as filed on time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.explaining import MIN_REASON, sign
from tonghop.domain.finding import CATALOGUE, Finding, make
from tonghop.domain.form import Severity
from tonghop.domain.submission import Explanation, State
from tonghop.domain.text import key

_CORRECTION = key("Đính chính")


def explain(findings: Iterable[Finding], explanations: Sequence[Explanation]) -> tuple[Finding, ...]:
    """`findings` with each soft one marked by the unit's giải trình that covers it.

    A giải trình covers a finding of its form, row and column; an empty row or column 0 stands for all of them. One
    that covers nothing adds an `explanation-unmatched` note.
    """
    answered: list[Finding] = []
    used: set[int] = set()
    for finding in findings:
        answer = next((i for i, e in enumerate(explanations) if _covers(e, finding)), None)
        if answer is None:
            answered.append(finding)
        else:
            used.add(answer)
            answered.append(finding.explained(explanations[answer].reason))
    unused = [
        note
        for i, explanation in enumerate(explanations)
        if i not in used and explanation.form and not is_correction(explanation)
        for note in _unmatched(explanation, answered)
    ]
    return (*answered, *unused)


def carry(findings: Iterable[Finding], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` with the giải trình given in the revision `before`, as far as neither side of the finding changed."""
    given = {_figures(finding): finding.explained_by for finding in before if finding.explained_by}
    return tuple(
        finding.explained(given[_figures(finding)])
        if finding.severity is Severity.EXPLAIN and not finding.explained_by and _figures(finding) in given
        else finding
        for finding in findings
    )


def is_correction(explanation: Explanation) -> bool:
    """Whether the row says that the workbook corrects an earlier report (“Đính chính …”)."""
    return key(explanation.reason).startswith(_CORRECTION)


def _figures(finding: Finding) -> tuple[str, str, str, int, str, str, str]:
    return (
        finding.code, finding.form, finding.row_key, finding.column, finding.rule, finding.found, finding.expected
    )  # fmt: skip


def _same_place(explanation: Explanation, finding: Finding) -> bool:
    return (
        finding.severity is Severity.EXPLAIN
        and explanation.form == finding.form
        and explanation.row_key in {"", finding.row_key}
        and explanation.column in {0, finding.column}
    )


def _concerns(explanation: Explanation, finding: Finding) -> bool:
    return _same_place(explanation, finding) and explanation.about in {"", sign(finding)}


def _is_enough(explanation: Explanation) -> bool:
    return explanation.complete and len(explanation.reason) >= MIN_REASON


def _covers(explanation: Explanation, finding: Finding) -> bool:
    return _concerns(explanation, finding) and _is_enough(explanation)


def _unmatched(explanation: Explanation, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A note on a giải trình that covers nothing; none when the figure it was asked for has been mended since."""
    near = [finding for finding in findings if _same_place(explanation, finding)]
    said = f"Giải trình “{explanation.reason}”"
    if any(_concerns(explanation, finding) for finding in near) and not _is_enough(explanation):
        lacks = "quá ngắn, chưa nêu được lý do" if explanation.complete else "cần nói rõ thêm"
        message = f"{said} {lacks}; đề nghị ghi rõ hơn (từ {MIN_REASON} ký tự)."
    elif explanation.about and not near:
        return
    elif explanation.about:
        message = f"{said} nêu cho số liệu trước khi sửa; đề nghị giải trình số liệu hiện nay."
    else:
        message = f"{said} không khớp với nội dung cần giải trình nào của biểu {explanation.form}."
    yield make("explanation-unmatched", message, form=explanation.form, row_key=explanation.row_key)


def verdict(findings: Iterable[Finding]) -> State:
    """Returned when the file cannot be used, invalid when something must be mended, awaiting when only words lack."""
    known = list(findings)
    if any(CATALOGUE[finding.code].returns for finding in known):
        return State.RETURNED
    if any(finding.severity is Severity.BLOCKING for finding in known):
        return State.INVALID
    if any(finding.severity is Severity.EXPLAIN and not finding.explained_by for finding in known):
        return State.AWAITING
    return State.ACCEPTED


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Whether a filing counts as on time; `unseen` when only because no scan ran across the deadline."""

    on_time: bool
    unseen: bool = False


def punctuality(received_at: datetime, deadline: datetime, last_scan: datetime | None) -> Punctuality:
    """Judge a filing first seen at `received_at`; `last_scan` is the scan before that one (None: there was none).

    A file found by the first scan after the deadline may have lain there before it: it counts as on time.
    """
    if received_at <= deadline:
        return Punctuality(on_time=True)
    unseen = last_scan is None or last_scan <= deadline
    return Punctuality(on_time=unseen, unseen=unseen)
