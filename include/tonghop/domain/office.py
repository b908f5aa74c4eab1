"""What officials of the province's office decide beside the rules.

A later deadline, a giải trình taken or not, a filing withdrawn that was sent by mistake, a form that need not be filed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tonghop.domain.finding import Finding
from tonghop.domain.form import Severity
from tonghop.domain.units import UnitKey

OFFICE_ACCEPTED = "Văn phòng ghi nhận: "


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline granted to one unit for one period; the last one granted holds."""

    period: str
    unit: UnitKey
    deadline: datetime
    reason: str
    login: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an official decided on one finding that asks for a giải trình.

    `position` numbers the finding in its submission; `explanation` is the giải trình that was judged ("" when the
    official accepted the figure without one). A refused giải trình is not taken again for the same figures.
    """

    submission_id: int
    position: int
    accepted: bool
    explanation: str
    reason: str
    login: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A filing that its unit sent by mistake, taken back on its word by an official; nothing of it is deleted."""

    submission_id: int
    reason: str
    login: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class Exemption:
    """A unit need not file `form` ("" everything it owes) for one period; with `lifted` it need again."""

    period: str
    unit: UnitKey
    form: str
    lifted: bool
    reason: str
    login: str
    decided_at: datetime


def in_force(extensions: Iterable[Extension]) -> dict[UnitKey, Extension]:
    """The extension that holds for each unit: the last of those granted, given in their order."""
    return {extension.unit: extension for extension in extensions}


def reopen(findings: Iterable[Finding], refused: Iterable[tuple[Finding, str]]) -> tuple[Finding, ...]:
    """`findings` without the giải trình an official refused: same finding, same figures, same words."""
    known = {(_figures(finding), explanation) for finding, explanation in refused}
    return tuple(
        finding.explained("")
        if finding.severity is Severity.EXPLAIN and (_figures(finding), finding.explained_by) in known
        else finding
        for finding in findings
    )


def _figures(finding: Finding) -> tuple[str, str, str, int, str, str, str]:
    return (
        finding.code, finding.form, finding.row_key, finding.column, finding.rule, finding.found, finding.expected
    )  # fmt: skip
