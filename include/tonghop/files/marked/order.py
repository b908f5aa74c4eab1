"""What a marked copy is made from: the unit's file, what was found in it, and the words around it.

Standard library only, with `tonghop.domain`: the marking children import this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tonghop.domain.explaining import UsualReason
from tonghop.domain.finding import Finding
from tonghop.domain.submission import Explanation

RESULT, EXPLANATIONS, KEPT = "Kết quả kiểm tra", "Giải trình", "_tonghop_goc"


@dataclass(frozen=True, slots=True)
class FormPlace:
    """A form in the workbook: its sheet, its printed title, the official numbers of its columns."""

    code: str
    sheet: str
    title: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the list: who writes to whom about what, how it stands and what comes next."""

    office: str
    subject: str  # "Báo cáo công tác kiểm soát thủ tục hành chính – Quý III/2024"
    unit: str
    filed: str  # "lần thứ 2, nhận lúc 10 giờ 00 phút, ngày 16/09/2024"
    headline: str
    next_step: str
    contact: str


@dataclass(frozen=True)
class Group:
    """Findings under one heading; `tint` names the colour of their cells ("" for none)."""

    title: str
    findings: tuple[Finding, ...]
    tint: str = ""
    explained: bool = False


@dataclass(frozen=True)
class Order:
    """One copy to make. `explanations` None leaves the sheet “Giải trình” as it is (the file could not be read).

    `row_names` gives row keys as people write them.
    """

    original: Path
    heading: Heading
    groups: tuple[Group, ...]
    forms: Mapping[str, FormPlace]
    reasons: tuple[UsualReason, ...] = ()
    explanations: tuple[Explanation, ...] | None = None
    row_names: Mapping[str, str] | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for group in self.groups for finding in group.findings)
