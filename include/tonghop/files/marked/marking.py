"""Cells to look at: tinted by what is asked of them, with a comment that says what was found and how to mend it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from tonghop.domain.finding import Finding
from tonghop.files.marked.kept_sheet import Kept
from tonghop.files.marked.order import Group
from tonghop.files.marked.places import Places, Spot
from tonghop.files.marked.tints import TINTS

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WIDTH, _LINE, _PER_LINE = 330, 17, 50  # pixels, pixels, characters
_TALLEST = 460
_MOST = 3000  # characters of one comment
_FORMER = "Ghi chú của đơn vị:"


def mark(book: Workbook, groups: Iterable[Group], places: Places, kept: Kept, office: str) -> None:
    """Tint and comment on the cell of every finding that is still to be mended, explained or noted.

    A cell with several findings has one comment and the tint of the gravest; `groups` come in that order.
    """
    told: dict[Spot, list[Finding]] = {}
    tints: dict[Spot, str] = {}
    for group in groups:
        for finding in () if group.explained else group.findings:
            spot = places.of(finding)
            if spot is not None:
                told.setdefault(spot, []).append(finding)
                tints[spot] = tints.get(spot) or group.tint
    for spot, findings in told.items():
        cell = book[spot.sheet][spot.address]
        former = kept.keep(cell)
        if tints[spot]:
            cell.fill = PatternFill("solid", fgColor=TINTS[tints[spot]])
        cell.comment = _comment(_words(findings, former), office)


def _words(findings: Sequence[Finding], former: str) -> str:
    several = len(findings) > 1
    texts = [f"{number}. {_said(one)}" if several else _said(one) for number, one in enumerate(findings, start=1)]
    if former:
        texts.append(f"{_FORMER} {former}")
    return _CONTROL.sub(" ", "\n\n".join(texts))[:_MOST]


def _said(finding: Finding) -> str:
    lines = [finding.title]
    if finding.found and finding.expected:
        lines += [f"Tìm thấy: {finding.found}", f"Yêu cầu: {finding.expected}"]
    elif finding.message != finding.title:
        lines.append(finding.message)
    return "\n".join([*lines, f"Cách xử lý: {finding.advice}"])


def _comment(words: str, office: str) -> Comment:
    lines = sum(max(1, math.ceil(len(line) / _PER_LINE)) for line in words.split("\n"))
    return Comment(words, office, width=_WIDTH, height=min(lines * _LINE + 14, _TALLEST))
