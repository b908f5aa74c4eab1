"""The committed rules on what is usual, run by Great Expectations; each finding says its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tonghop.domain.errors import SpecError
from tonghop.domain.finding import USUAL_CODES, Finding
from tonghop.domain.form import Form
from tonghop.domain.period import Period
from tonghop.domain.regime import Regime
from tonghop.domain.submission import FiledForm
from tonghop.suite.compile import compile_suite
from tonghop.suite.frames import Entry, frame
from tonghop.suite.run import Checker
from tonghop.suite.usual_frames import PastPeriod, Peers

Rows = Mapping[str, Mapping[int, int]]
Q1, Q2, Q3 = Period(2024, 1), Period(2024, 2), Period(2024, 3)


def land(new: int, *, online: int = 60, overdue: int = 2) -> dict[int, int]:
    """A balanced row of II.06a: nothing carried over, `new` received of which `online`, all but ten resolved."""
    done = new - 10
    row = {3: new, 4: online, 5: new - online, 6: 0, 7: done, 8: done - 20, 9: 20, 10: 0, 11: 10}
    return row | {12: 10 - overdue, 13: overdue}


@dataclass(frozen=True)
class Usual:
    """Checks one commune's filing of quarter III/2024 beside its past, newest first."""

    regime: Regime
    checker: Checker
    file_form: Callable[..., FiledForm]

    def findings(
        self,
        form: str | Form,
        now: Rows,
        *past: Rows | None,
        period: Period = Q3,
        suite: dict[str, Any] | None = None,
        peers: Mapping[str, Peers] | None = None,
        nil: bool = False,
    ) -> list[Finding]:
        spec = self.regime.forms[form] if isinstance(form, str) else form
        before = self.regime.earlier(period, len(past))
        entry = Entry(
            "1",
            "25195",
            "xa",
            self.file_form(spec, now, nil=nil),
            past=tuple(
                _past(then, rows) if rows is not None else None for then, rows in zip(before, past, strict=True)
            ),
            peers=peers or {},
        )
        framed = frame(spec, [entry], period, self.regime.window(period).last)
        found = self.checker.run(suite or compile_suite(spec), framed)["1"]
        return [finding for finding in found if finding.code in USUAL_CODES]

    def said(self, *given: Any, **more: Any) -> list[tuple[str, str, int, str]]:
        return [(one.code, one.row_key, one.column, one.message) for one in self.findings(*given, **more)]


def _past(period: Period, rows: Rows) -> PastPeriod:
    keyed = {name.casefold(): dict(row) for name, row in rows.items()}
    numbers = {number for row in keyed.values() for number in row}
    return PastPeriod(period, {n: sum(row.get(n, 0) for row in keyed.values()) for n in numbers}, keyed)


@pytest.fixture
def usual(regime: Regime, checker: Checker, file_form: Callable[..., FiledForm]) -> Usual:
    return Usual(regime, checker, file_form)


def test_without_a_past_and_without_peers_nothing_is_said(usual: Usual) -> None:
    assert usual.said("II.06a", {"Đất đai": land(12_040)}) == []
    assert usual.said("II.06a", {"Đất đai": land(12_040)}, None, None, None) == []


def test_a_figure_ten_times_the_last_quarters(usual: Usual) -> None:
    now, before = {"Đất đai": land(12_140, online=12_040)}, {"Đất đai": land(1_304, online=1_204)}
    [row, total, *_] = [one for one in usual.findings("II.06a", now, before) if one.column == 4]
    assert row.message == "Cột (4) quý trước 1.204, quý này 12.040: gấp 10 lần."
    assert (row.code, row.row_key, row.address, row.found) == ("jump", "đất đai", "D12", "(4) = 12.040")
    assert row.expected == "không tăng hoặc giảm từ 8 lần trở lên so với quý trước 1.204"
    assert row.rule == "II.06a:jump:4+5+7:row"
    assert total.message == "Tổng cột (4) quý trước 1.204, quý này 12.040: gấp 10 lần."
    assert (total.code, total.row_key) == ("jump-total", "tổng cộng")


def test_a_figure_a_tenth_of_the_last_quarters(usual: Usual) -> None:
    now, before = {"Đất đai": land(221, online=121)}, {"Đất đai": land(1_304, online=1_204)}
    assert usual.said("II.06a", now, before)[0] == (
        "jump", "đất đai", 4, "Cột (4) quý trước 1.204, quý này 121: giảm 10 lần."
    )  # fmt: skip


def test_the_whole_form_is_set_beside_the_mean_of_what_stands(usual: Usual) -> None:
    now = {"Đất đai": land(900, online=300), "Hộ tịch": land(900, online=300)}
    before = [
        {"Đất đai": land(230, online=90), "Hộ tịch": land(230, online=90)},
        None,
        {"Đất đai": land(460, online=180)},
    ]
    assert usual.said("II.06a", now, *before) == [
        ("jump-total", "tổng cộng", 4, "Tổng cột (4) bình quân 2 quý trước 180, quý này 600: gấp 3,3 lần."),
        ("jump-total", "tổng cộng", 5, "Tổng cột (5) bình quân 2 quý trước 280, quý này 1.200: gấp 4,3 lần."),
        ("jump-total", "tổng cộng", 7, "Tổng cột (7) bình quân 2 quý trước 445, quý này 1.780: gấp 4 lần."),
    ]


def test_a_year_is_set_beside_years(usual: Usual) -> None:
    now, before = {"Đất đai": land(12_140, online=12_040)}, {"Đất đai": land(1_304, online=1_204)}
    assert usual.said("II.06a", now, before, period=Period(2024))[0][3] == (
        "Cột (4) năm trước 1.204, năm nay 12.040: gấp 10 lần."
    )


def test_a_quarter_that_is_not_the_one_before_is_named(usual: Usual) -> None:
    now, before = {"Đất đai": land(12_140, online=12_040)}, {"Đất đai": land(1_304, online=1_204)}
    said = usual.said("II.06a", now, before, period=Period(2025, 1))
    assert said[0][3] == "Cột (4) quý III/2024 1.204, quý này 12.040: gấp 10 lần."


def test_zero_where_it_never_was_zero(usual: Usual) -> None:
    now, before = (
        {"Đất đai": land(200, online=0)},
        [{"Đất đai": land(200, online=45)}, {"Đất đai": land(200, online=38)}],
    )
    assert usual.said("II.06a", now, *before) == [
        ("zero-total", "tổng cộng", 4, "Tổng cột (4) quý này bằng 0, trong khi quý I/2024 38, quý trước 45.")
    ]
    assert usual.said("II.06a", now, before[0], None) == []
    assert usual.said("II.06a", now, before[0], {"Đất đai": land(200, online=19)}) == []


def test_nothing_arose_where_much_always_did(usual: Usual) -> None:
    before = {"Đất đai": land(200)}
    said = usual.said("II.06a", {"Đất đai": {}}, before, before, nil=True)
    totals = [one for one in said if one[0] == "zero-total"]
    assert [one[2] for one in totals] == [4, 5, 7]
    assert totals[0] == (
        "zero-total", "", 4, "Tổng cột (4) quý này không phát sinh, trong khi quý I/2024 60, quý trước 60."
    )  # fmt: skip
    assert "vanished" not in {one[0] for one in said}


@pytest.mark.parametrize(("rows", "words"), [({"Hộ tịch": {}}, "để trống"), ({}, "không còn trong biểu")])
def test_a_field_that_vanished(usual: Usual, rows: Rows, words: str) -> None:
    now, before = {"Đất đai": land(200), **rows}, {"Đất đai": land(200), "Hộ tịch": land(140), "Y tế": {3: 19}}
    [finding] = [one for one in usual.findings("II.06a", now, before) if one.code == "vanished"]
    assert (finding.row_key, finding.column, finding.found) == ("hộ tịch", 3, words)
    assert finding.message == f"Dòng {words}, trong khi quý trước (3) = 140."
    assert finding.expected == "có số liệu như quý trước: (3) = 140"


def test_a_row_filed_with_zeros_has_not_vanished(usual: Usual) -> None:
    now = {"Đất đai": land(200), "Hộ tịch": dict.fromkeys(range(3, 14), 0)}
    before = {"Đất đai": land(200), "Hộ tịch": {3: 30}}
    assert "vanished" not in {one[0] for one in usual.said("II.06a", now, before)}


def test_an_overdue_backlog_that_grows(usual: Usual) -> None:
    now, last = {"Đất đai": land(200, overdue=10) | {13: 30}}, {"Đất đai": land(200) | {13: 20}}
    before = {"Đất đai": land(200) | {13: 12}}
    steady = (
        "growth-total",
        "tổng cộng",
        13,
        "Tổng cột (13) quý I/2024 12, quý trước 20, quý này 30: tăng 2 quý liên tiếp.",
    )
    assert steady in usual.said("II.06a", now, last, before)
    sharp = ("growth-total", "tổng cộng", 13, "Tổng cột (13) quý trước 10, quý này 30: gấp 3 lần.")
    assert sharp in usual.said("II.06a", now, {"Đất đai": land(200) | {13: 10}}, None)


def test_all_figures_as_in_the_last_quarter(usual: Usual) -> None:
    rows = {"Đất đai": land(200), "Hộ tịch": land(140)}
    [finding] = usual.findings("II.06a", rows, rows)
    assert (finding.code, finding.row_key, finding.column, finding.columns) == ("unchanged", "tổng cộng", 0, ())
    assert finding.message == "Toàn bộ số liệu của biểu giống hệt quý trước (12 số khác 0 không thay đổi)."
    assert usual.findings("II.06a", rows, {"Đất đai": land(200), "Hộ tịch": land(141)}) == []
    assert usual.findings("II.06a", {"Đất đai": land(200)}, rows) != []  # a row less: only the row is told


def test_stocks_that_stay_are_usual(usual: Usual) -> None:
    stock = {3: 120, 4: 60, 5: 40, 6: 30}
    now, before = {"25195": stock | {7: 3, 8: 1, 9: 2, 10: 0, 11: 0, 12: 0}}, {"25195": stock | {8: 1, 9: 2}}
    assert usual.findings("II.08", now, before) == []


def test_a_rate_far_from_its_peers(usual: Usual) -> None:
    rows = {"Đất đai": land(1_010) | {8: 592, 9: 20, 10: 388, 7: 1_000}}
    peers = {"8+9/7": Peers(Decimal("97.95"), 108), "4/4+5": Peers(Decimal("8.00"), 108)}
    [finding] = usual.findings("II.06a", rows, peers=peers)
    assert finding.message == (
        "Tỷ lệ hồ sơ giải quyết đúng hạn là 61,20% (612 trên 1.000), "
        "trung vị của 108 đơn vị cùng cấp là 97,95%: thấp hơn 36,75 điểm phần trăm."
    )
    assert (finding.code, finding.column, finding.columns) == ("share", 8, (8, 9, 7))
    assert "97,95" not in finding.found + finding.expected, "a giải trình must outlive a median that moves"


def test_a_rate_with_few_peers_is_not_judged(usual: Usual) -> None:
    rows = {"Đất đai": land(1_010) | {8: 592, 9: 20, 10: 388, 7: 1_000}}
    assert usual.findings("II.06a", rows, peers={"8+9/7": Peers(Decimal("97.95"), 7)}) == []


def test_a_rule_that_was_retired_runs_for_the_periods_before(usual: Usual, regime: Regime) -> None:
    form = regime.forms["II.06a"]
    window_end = regime.window(Q2).last
    rules = tuple(replace(one, retired=window_end) if one in tuple(form.usual_rules) else one for one in form.rules)
    retired = replace(form, rules=rules)
    rows = {"Đất đai": land(200), "Hộ tịch": land(140)}
    assert usual.findings(retired, rows, rows, period=Q3) == []
    assert [one.code for one in usual.findings(retired, rows, rows, period=Q2)] == ["unchanged"]
    metas = [check["meta"].get("thoi_dung") for check in compile_suite(retired)["expectations"]]
    assert metas.count("2024-06-14") == len(list(form.usual_rules))
    assert date.fromisoformat("2024-06-14") == window_end


@pytest.mark.parametrize(
    "change",
    [
        {"condition": "hop"},
        {"figures": ["c4 h1_4"]},
        {"figures": ["c4 beside h1_5"]},
        {"figures": None},
        {"limits": {"least": 50}},
    ],
    ids=str,
)
def test_a_mistake_in_the_suite_raises_and_blames_nobody(usual: Usual, regime: Regime, change: dict[str, Any]) -> None:
    suite = compile_suite(regime.forms["II.06a"])
    check = next(check for check in suite["expectations"] if check["meta"]["ma"] == "jump")
    check["kwargs"].update(change)
    rows = {"Đất đai": land(200)}
    with pytest.raises(SpecError, match="tonghop forms compile"):
        usual.findings("II.06a", rows, rows, suite=suite)


def test_the_committed_suites_carry_thresholds_a_person_can_read(expectations: Path) -> None:
    text = (expectations / "kstthc-2020-12-15" / "II.06a.json").read_text(encoding="utf-8")
    assert '"f8 f9 of f7 beside m_8+9/7 n_8+9/7"' in text
    assert '"distance": "20"' in text
