"""The toy province at work: an application with a clock to turn, and clerks who fill in and send workbooks."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from tonghop.app import App
from tonghop.domain.period import Period
from tonghop.domain.submission import Explanation, Signature
from tonghop.domain.text import key
from tonghop.domain.units import Unit
from tonghop.files.template import Filled, FormFill, plan
from tonghop.files.template.workbook import template_bytes
from tonghop.settings import Settings
from tonghop.steps.collect import Answer, CollectReport
from tonghop.steps.opening import template_name
from tonghop.store.records import Submission

TOY = Path(__file__).parent / "data" / "toy"
FORM = "T.01"
SO, HUYEN, XA, PHUONG = "WSD", "W01", "W0101", "W0102"
UNITS = (SO, HUYEN, XA, PHUONG)
COMPLAINTS, REQUESTS, LAND = "Đơn khiếu nại", "Đơn đề nghị", "Đơn về đất đai, nhà ở"
Q1, Q2, Q3, YEAR = Period(2024, 1), Period(2024, 2), Period(2024, 3), Period(2024)
IN_TIME, LATE = "2024-09-16T10:00:00", "2024-09-25T10:00:00"  # deadlines of Q3: communes 18, others 20 and 23 Sept.
SIGNED = Signature("Nguyễn Thị Đào", "Trần Văn Ổn", "05/BC-UBND", datetime(2024, 9, 15).date())  # noqa: DTZ001
Row = tuple[object, object, object, object]  # columns 4 to 7: carried over, new, resolved, left
_FIRST_MTIME = 1_700_000_000


def settings(home: Path, expectations: Path, *, database: str = "", now: str = IN_TIME) -> Settings:
    return Settings(
        home=home,
        database=database or f"sqlite:///{home / 'tonghop.db'}",
        province="tinh-thu",
        include=TOY,
        expectations=expectations,
        now=datetime.fromisoformat(now),
        settle_s=0,
    )


class Office:
    """One application on the toy province; files are sent in the order of the calls."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._sent = 0

    def at(self, moment: str) -> None:
        """Turn the clock to a moment in Vietnam."""
        now = datetime.fromisoformat(moment).replace(tzinfo=self.app.regime.zone)
        self.app.context.clock = lambda: now

    def unit(self, code: str) -> Unit:
        return self.app.province.tree(Q3)[code]

    def folder(self, code: str, part: str) -> Path:
        return self.app.drop / self.unit(code).folder / part

    def names(self, code: str, part: str) -> list[str]:
        return sorted(path.name for path in self.folder(code, part).iterdir())

    def workbook(self, code: str, period: Period = Q3, rows: Mapping[str, Row] | None = None, **typed: Any) -> bytes:
        """The filled workbook of a unit, every input typed; `rows` None: one field with modest figures."""
        figures = {COMPLAINTS: (0, 10, 8, 2)} if rows is None else rows
        fill = FormFill(
            nil=typed.get("nil", False),
            rows={name: dict(zip((4, 5, 6, 7), row, strict=True)) for name, row in figures.items()},
        )
        filled = Filled(
            forms={FORM: fill},
            signature=typed.get("signature", SIGNED),
            explanations=tuple(typed.get("explanations", ())),
            overrides=typed.get("overrides", {}),
        )
        return template_bytes(plan(self.app.province, self.unit(code), period, None, filled))

    def put(self, code: str, name: str, content: bytes, mtime: float | None = None) -> Path:
        """Any bytes into a unit's inbox; `mtime` None: a second after the file before."""
        self._sent += 1
        path = self.folder(code, "gui-len") / name
        path.write_bytes(content)
        when = _FIRST_MTIME + self._sent if mtime is None else mtime
        os.utime(path, (when, when))
        return path

    def send(self, code: str, period: Period = Q3, rows: Mapping[str, Row] | None = None, **typed: Any) -> Path:
        """Fill in and send; `name` in `typed` is the file's name."""
        name = typed.pop("name", f"bao-cao-{period.code}.xlsx")
        return self.put(code, name, self.workbook(code, period, rows, **typed))

    def type_in(self, code: str, period: Period, cells: Mapping[tuple[str, str], object]) -> bytes:
        """The unit's blank workbook with `(sheet, address) → value` typed by a tool that forgets formula results."""
        path = self.folder(code, "nhan-ve") / template_name(period, self.unit(code))
        book = openpyxl.load_workbook(path)
        for (sheet, address), value in cells.items():
            book[sheet][address] = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def collect(self, **options: Any) -> list[str]:
        """One pass: `unit state` per file, in the order answered."""
        return [f"{answer.unit.code} {answer.state.value}" for answer in self.pass_over(**options).answers]

    def pass_over(self, **options: Any) -> CollectReport:
        return self.app.collect(**options)

    def judged(self, code: str, period: Period = Q3, rows: Mapping[str, Row] | None = None, **typed: Any) -> Answer:
        """Send one workbook, collect, and give back what became of it."""
        self.send(code, period, rows, **typed)
        (answer,) = self.pass_over().answers
        return answer

    def revisions(self, code: str, period: Period = Q3) -> list[tuple[int, str, bool]]:
        """(revision, state, on time) of every submission of a unit."""
        return [(one.revision, one.state.value, one.on_time) for one in self.submissions(code, period)]

    def submissions(self, code: str, period: Period = Q3) -> list[Submission]:
        return [one for one in self.app.store.submissions.of(period.code) if one.unit.code == code]

    def standing(self, code: str, period: Period = Q3) -> Submission | None:
        return self.app.store.submissions.standing(period.code, self.unit(code).key)

    def codes(self, submission_id: int) -> list[str]:
        return [finding.code for finding in self.app.store.filings.findings(submission_id)]

    def answer(self, code: str, revision: int = 1, period: Period = Q3) -> str:
        """The page a unit finds after its `revision`-th filing."""
        return (self.folder(code, "nhan-ve") / f"Ket-qua-{period.code}-lan-{revision}.html").read_text(encoding="utf-8")

    def event_kinds(self, period: Period = Q3) -> list[str]:
        return [event.kind.value for event in self.app.events(period)]

    def state(self, code: str, period: Period = Q3) -> str:
        return next(one.state for one in self.app.status(period).units if one.unit.code == code)

    def send_all(self, period: Period = Q3, units: Sequence[str] = UNITS) -> None:
        for code in units:
            self.send(code, period)

    def publish(self, period: Period = Q3) -> Any:
        """Approve by both approvers of the toy province, and publish."""
        for login in ("truongphong", "lanhdao"):
            self.app.approve(period, login, via="cli")
        return self.app.publish(period)


def because(
    row: str = "", column: int = 0, reason: str = "Số liệu đã được đối chiếu với sổ theo dõi đơn."
) -> Explanation:
    """A giải trình on the toy form."""
    return Explanation(FORM, key(row), column, reason)
