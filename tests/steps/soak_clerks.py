"""What the clerks of a soak drop: right, wrong, foreign, damaged and half-written files, each made once."""

from __future__ import annotations

import random

from steps.soak_model import AWAITING, INVALID, RETURNED, SIGNED, Content
from toy_office import COMPLAINTS, Q2, UNITS, Office, because

from tonghop.domain.period import Period

FIGURES = range(3)
_BEFORE = {COMPLAINTS: (0, 10, 8, 2)}


def before(office: Office, code: str) -> bytes:
    """The report of the quarter before: two complaints are carried over."""
    return office.workbook(code, Q2, _BEFORE)


def contents(office: Office, period: Period) -> dict[str, list[Content]]:
    """Everything each unit may drop for `period`."""
    return {code: _of(office, code, period) for code in UNITS}


def _of(office: Office, code: str, period: Period) -> list[Content]:
    found = []
    for number in FIGURES:
        new = 10 + number
        right = office.workbook(code, period, {COMPLAINTS: (2, new, 8, new - 6)})
        wrong = office.workbook(code, period, {COMPLAINTS: (2, new, 8, new - 7)})
        found += [Content(right, "accepted", new), Content(right, "accepted", new), Content(wrong, INVALID, new)]
    for reasons in ([], [because()]):
        unlike = office.workbook(code, period, {COMPLAINTS: (5, 12, 8, 9)}, explanations=reasons)
        found.append(Content(unlike, AWAITING, 12, opening=5, explained=bool(reasons)))
    other = UNITS[UNITS.index(code) - 1]
    found.append(Content(office.workbook(other, period, {COMPLAINTS: (2, 10, 8, 4)}), RETURNED))
    found.append(Content(b"khong phai Excel " + code.encode(), RETURNED))
    found.append(Content(right[: len(right) // 2], RETURNED, whole=False))
    return found + [Content(f"%PDF-1.7 {code} {at}".encode(), SIGNED) for at in "ab"]


class Names:
    """File names as clerks give them: often the same one again."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def one(self, *, signed: bool) -> str:
        if signed:
            return self._dice.choice(("bao-cao.pdf", "Bản ký.PDF"))
        return self._dice.choice(("bao-cao.xlsx", "Báo cáo quý III.xlsx", "bc (1).xlsx", "gui lai.xlsx"))
