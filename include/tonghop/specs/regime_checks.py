"""Checks of a regime.yaml by itself: periods, derived figures, deadlines, levels, recipients, outline."""

from __future__ import annotations

from itertools import combinations
from zoneinfo import ZoneInfo

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.units import Level
from tonghop.specs import models
from tonghop.specs.source import Problems, overlapping, repeated

_QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def check_regime(file: str, model: models.RegimeModel, wanted: tuple[str, str], problems: Problems) -> None:
    """Add a problem for every mistake of `model`, which lies in the folder `wanted` (name, version)."""
    check = _Regime(file, model, problems)
    check.folder(wanted)
    check.timezone()
    check.periods()
    check.cumulatives()
    check.implied()
    check.levels()
    check.dated()
    check.outline()
    check.reasons()
    check_deadlines(file, dict(model.deadlines), problems)


def check_deadlines(file: str, deadlines: dict[Level, int], problems: Problems) -> None:
    """The province reports last: no level below may have a later day."""
    last = deadlines.get(Level.PROVINCE)
    if last is None:
        problems.add(file, "deadlines", "chưa có hạn của tỉnh (tinh)")
        return
    for level, day in deadlines.items():
        if day > last:
            problems.add(file, f"deadlines.{level}", f"hạn của cấp dưới (ngày {day}) sau hạn của tỉnh (ngày {last})")


class _Regime:
    """The checks of one regime.yaml; each adds to `problems` and goes on."""

    def __init__(self, file: str, model: models.RegimeModel, problems: Problems) -> None:
        self.file = file
        self.model = model
        self.problems = problems
        self.slots = [slot.slot for slot in model.periods]

    def _add(self, key: str, message: str) -> None:
        self.problems.add(self.file, key, message)

    def folder(self, wanted: tuple[str, str]) -> None:
        for key, declared, folder in zip(
            ("name", "version"), (self.model.name, self.model.version), wanted, strict=True
        ):
            if declared != folder:
                self._add(key, f"“{declared}” khác tên thư mục “{folder}”")

    def timezone(self) -> None:
        try:
            ZoneInfo(self.model.timezone)
        except (KeyError, ValueError, OSError):
            self._add("timezone", f"không có múi giờ “{self.model.timezone}”")

    def periods(self) -> None:
        """Each period once; its openings come from a filed period that ends before it begins."""
        if not self.slots:
            self._add("periods", "chưa khai kỳ báo cáo nào")
        for slot in repeated(self.slots):
            self._add("periods", f"kỳ {slot} lặp lại")
        for position, item in enumerate(self.model.periods):
            where = f"periods.{position}.carry_from"
            if item.carry_from not in self.slots:
                self._add(where, f"không có kỳ {item.carry_from}")
            elif not item.years_back and _end(item.carry_from) >= _begin(item.slot):
                message = f"kỳ {item.carry_from} cùng năm không kết thúc trước kỳ {item.slot}"
                self._add(where, f"{message}: số kỳ trước không bao giờ đối chiếu được")

    def cumulatives(self) -> None:
        """Consecutive quarters from the first part to `after`: flows add up only without a gap."""
        for position, item in enumerate(self.model.cumulatives):
            where = f"cumulatives.{position}"
            if self._filed(where, item) and not _consecutive(item.parts):
                self._add(f"{where}.parts", "phải là các quý liền nhau, từ trước đến sau")
            if item.parts and item.after != item.parts[-1]:
                self._add(f"{where}.after", f"phải là kỳ cuối của parts ({item.parts[-1]})")
        names = [item.name for item in (*self.model.cumulatives, *self.model.implied)]
        for name in repeated([*names, *(slot for slot in self.slots if slot in names)]):
            self._add("cumulatives", f"tên kỳ suy ra “{name}” đã có")

    def implied(self) -> None:
        """The year less quarters that follow each other."""
        for position, item in enumerate(self.model.implied):
            where = f"implied.{position}"
            if self._filed(where, item) and not _consecutive(item.parts):
                self._add(f"{where}.parts", "phải là các quý liền nhau, từ trước đến sau")
            if item.after != "Y":
                self._add(f"{where}.after", "phải là Y: quý suy ra bằng số cả năm trừ các quý")

    def _filed(self, where: str, item: models.DerivedModel) -> bool:
        unknown = [slot for slot in (item.after, *item.parts) if slot not in self.slots]
        for slot in dict.fromkeys(unknown):
            self._add(where, f"không có kỳ {slot}")
        return not unknown

    def levels(self) -> None:
        """Levels that file have a deadline and a name; the province itself files nothing."""
        named = [item.level for item in self.model.levels]
        for level in repeated(named):
            self._add("levels", f"cấp {level} lặp lại")
        if Level.PROVINCE in named:
            self._add("levels", "tỉnh (tinh) không tự nộp biểu nên không khai ở đây")
        for position, item in enumerate(self.model.owing):
            if item.level is Level.PROVINCE:
                self._add(f"owing.{position}.level", "tỉnh (tinh) không tự nộp biểu: dòng này không bao giờ áp dụng")
                continue
            if item.level not in named:
                self._add("levels", f"cấp {item.level} phải báo cáo nhưng không có tên gọi")
            if item.level not in self.model.deadlines:
                self._add("deadlines", f"cấp {item.level} phải báo cáo nhưng không có hạn")

    def dated(self) -> None:
        """On one day there is one recipient, and one list of forms for a level."""
        for (_, one), (second, other) in combinations(enumerate(self.model.recipients), 2):
            if overlapping(one.days, other.days):
                self._add(f"recipients.{second}", f"trùng thời gian với “{one.text}”")
        for (_, earlier), (second, later) in combinations(enumerate(self.model.owing), 2):
            if earlier.level is later.level and overlapping(earlier.days, later.days):
                self._add(f"owing.{second}", f"cấp {later.level} đã có dòng khác trong cùng thời gian")

    def outline(self) -> None:
        for number in repeated(heading.number for heading in self.model.outline):
            self._add("outline", f"mục {number} lặp lại")

    def reasons(self) -> None:
        """Each usual reason once, for kinds of findings that exist; a colon parts it from the unit's own words."""
        for position, reason in enumerate(self.model.reasons):
            where = f"reasons.{position}"
            if ":" in reason.text:
                self._add(f"{where}.text", "không được có dấu hai chấm: sau dấu này là lời của đơn vị")
            for code in reason.codes:
                if code not in CATALOGUE:
                    self._add(f"{where}.for", f"không có loại nội dung “{code}”")
        for text in repeated([reason.text for reason in self.model.reasons]):
            self._add("reasons", f"lý do “{text}” lặp lại")


def _begin(slot: str) -> int:
    """First quarter a period covers."""
    return 1 if slot == "Y" else int(slot[1])


def _end(slot: str) -> int:
    """Last quarter a period covers."""
    return 4 if slot == "Y" else int(slot[1])


def _consecutive(parts: tuple[str, ...]) -> bool:
    return bool(parts) and parts in {_QUARTERS[first:last] for first in range(4) for last in range(first + 1, 5)}
