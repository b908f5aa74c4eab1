"""Rules on what is usual at work: beside the unit's own accepted past, beside its peers; and the record they leave."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from toy_office import COMPLAINTS, HUYEN, PHUONG, Q1, Q2, Q3, REQUESTS, SO, TOY, XA, YEAR, Office, because, settings

from tonghop.app import App
from tonghop.cli.main import main
from tonghop.domain.finding import USUAL_CODES
from tonghop.domain.form import Severity
from tonghop.domain.period import Period
from tonghop.specs import load_regime
from tonghop.steps.collect import Answer
from tonghop.steps.rule_report import RuleRecord, over_periods, rule_report
from tonghop.suite.compile import compile_all

FORM = "regimes/thu/2024-01-01/forms/T.01.yaml"
JUMP = "{kind: jump, per: row, columns: [5], factor: 5, least: 10}"
MEAN = "{kind: jump, per: form, columns: [5], periods: 3, factor: 3, least: 10}"
ZERO = "{kind: zero, per: form, columns: [6], periods: 2, least: 5}"
VANISHED = "{kind: vanished, columns: [3], least: 5}"
UNCHANGED = "{kind: unchanged, least: 2}"
SHARE = "{kind: share, title: Tỷ lệ đơn đã giải quyết, part: [6], whole: [3], distance: 30, least: 10, peers: 3}"
SMALL, LARGE = {COMPLAINTS: (0, 20, 20, 0)}, {COMPLAINTS: (0, 200, 200, 0)}
NewOffice = Callable[..., Office]


@pytest.fixture
def ruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewOffice]:
    """Toy offices whose form has further rules; the quarters given are open, the clock stands in quarter III."""
    built: list[App] = []

    def build(*rules: str, opened: tuple[Period, ...] = (Q1, Q2, Q3)) -> Office:
        include, expectations = tmp_path / "include", tmp_path / "expectations"
        shutil.copytree(TOY, include)
        text = (include / FORM).read_text(encoding="utf-8")
        (include / FORM).write_text(text + "".join(f"  - {rule}\n" for rule in rules), encoding="utf-8")
        compile_all(load_regime(include, "thu", "2024-01-01"), expectations)
        chosen = replace(settings(tmp_path / "home", expectations), include=include)
        monkeypatch.setattr("tonghop.settings.Settings.from_env", lambda *_arguments, **_more: chosen)
        app = App(chosen, "thử nghiệm")
        built.append(app)
        for period in opened:
            app.open(period)
        return Office(app)

    yield build
    for app in built:
        app.close()


def usual(answer: Answer) -> list[str]:
    return [finding.message for finding in answer.findings if finding.code in USUAL_CODES]


def test_a_jump_beside_the_last_quarter_awaits_an_explanation(ruled: NewOffice) -> None:
    office = ruled(JUMP)
    office.judged(XA, Q2, SMALL)
    answer = office.judged(XA, Q3, LARGE)
    assert answer.state.value == "awaiting_explanation"
    assert usual(answer) == ["Cột (5) quý trước 20, quý này 200: gấp 10 lần."]
    explained = office.judged(XA, Q3, LARGE, explanations=[because(COMPLAINTS, 5)])
    assert explained.state.value == "accepted"
    again = office.judged(XA, Q3, LARGE | {REQUESTS: (0, 1, 1, 0)})
    assert again.state.value == "accepted", "the giải trình carries over while the figure is unchanged"


def test_without_an_accepted_past_nothing_is_said(ruled: NewOffice) -> None:
    office = ruled(JUMP, MEAN, ZERO, VANISHED, UNCHANGED, SHARE)
    assert office.judged(XA, Q2, {COMPLAINTS: (0, 20, 20, 1)}).state.value == "invalid"  # not accepted: no past
    answer = office.judged(XA, Q3, LARGE)
    assert (answer.state.value, usual(answer)) == ("accepted", [])
    assert {finding.code for finding in answer.findings} <= {"carry-over-unchecked"}


def test_the_mean_is_of_the_quarters_that_stand(ruled: NewOffice) -> None:
    office = ruled(MEAN)
    office.judged(XA, Q1, {COMPLAINTS: (0, 40, 40, 0)})
    assert usual(office.judged(XA, Q3, LARGE)) == ["Tổng cột (5) quý I/2024 40, quý này 200: gấp 5 lần."]
    office.judged(XA, Q2, {COMPLAINTS: (0, 80, 80, 0)}, explanations=[because(reason="Đính chính báo cáo quý II")])
    again = office.judged(XA, Q3, {COMPLAINTS: (0, 180, 180, 0)})
    assert usual(again) == ["Tổng cột (5) bình quân 2 quý trước 60, quý này 180: gấp 3 lần."]


def test_a_year_is_never_set_beside_a_quarter(ruled: NewOffice) -> None:
    office = ruled(JUMP, MEAN, UNCHANGED, opened=(Q1, Q2, Q3, YEAR))
    office.at("2025-01-02T08:00:00")
    for period in (Q1, Q2, Q3):
        office.judged(XA, period, {COMPLAINTS: (0, 20 + period.quarter, 20 + period.quarter, 0)})
    assert usual(office.judged(XA, YEAR, {COMPLAINTS: (0, 900, 900, 0)})) == []


def test_a_year_is_set_beside_the_year_before(ruled: NewOffice) -> None:
    after = Period(2025)
    office = ruled(JUMP, opened=(YEAR, after))
    office.at("2026-01-02T08:00:00")
    office.judged(XA, YEAR, SMALL)
    assert usual(office.judged(XA, after, LARGE)) == ["Cột (5) năm trước 20, năm nay 200: gấp 10 lần."]


def test_zero_vanished_and_unchanged(ruled: NewOffice) -> None:
    office = ruled(ZERO, VANISHED, UNCHANGED)
    both = {COMPLAINTS: (0, 20, 20, 0), REQUESTS: (0, 7, 7, 0)}
    office.judged(XA, Q1, both)
    same = office.judged(XA, Q2, both, explanations=[because()])
    assert usual(same) == ["Toàn bộ số liệu của biểu giống hệt quý trước (4 số khác 0 không thay đổi)."]
    answer = office.judged(XA, Q3, {COMPLAINTS: (0, 20, 0, 20)})
    assert usual(answer) == [
        "Tổng cột (6) quý này bằng 0, trong khi quý I/2024 27, quý trước 27.",
        "Dòng để trống, trong khi quý trước (3) = 7.",
    ]


def test_a_vanished_row_with_open_dossiers_is_told_once(ruled: NewOffice) -> None:
    office = ruled(VANISHED)
    office.judged(XA, Q2, {COMPLAINTS: (0, 20, 20, 0), REQUESTS: (0, 9, 2, 7)})
    answer = office.judged(XA, Q3, SMALL)
    assert [f.code for f in answer.findings if f.severity.value == "explain"] == ["carry-over"]


def test_units_of_other_levels_are_no_peers(ruled: NewOffice) -> None:
    office = ruled(SHARE, opened=(Q3,))
    for code in (XA, PHUONG, HUYEN, SO):
        office.send(code, Q3, {COMPLAINTS: (0, 20, 4 if code == XA else 19, 16 if code == XA else 1)})
    assert [usual(answer) for answer in office.pass_over().answers] == [[]] * 4


def test_a_rate_is_set_beside_those_judged_now_and_those_that_stand(ruled: NewOffice) -> None:
    """The toy province has two communes only: further ones are added as data."""
    office = ruled(SHARE, opened=())
    units = office.app.settings.include / "provinces/tinh-thu/units.csv"
    lines = units.read_text(encoding="utf-8").rstrip("\n").split("\n")
    commune = next(line for line in lines if line.startswith(f"{XA},"))
    more = [commune.replace(XA, f"W019{n}").replace("Xã", f"Xã số {n}") for n in range(3)]
    units.write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    office.app.open(Q3)
    for code in (PHUONG, "W0190", "W0191"):
        office.send(code, Q3, {COMPLAINTS: (0, 20, 19, 1)})
    assert [usual(answer) for answer in office.pass_over().answers] == [[], [], []]
    office.send("W0192", Q3, {COMPLAINTS: (0, 20, 18, 2)})
    office.send(XA, Q3, {COMPLAINTS: (0, 20, 4, 16)})
    said = {answer.unit.code: usual(answer) for answer in office.pass_over().answers}
    assert said["W0192"] == []
    median = "trung vị của 4 đơn vị cùng cấp là 95,00%"
    assert said[XA] == [f"Tỷ lệ đơn đã giải quyết là 20,00% (4 trên 20), {median}: thấp hơn 75,00 điểm phần trăm."]


def test_a_unit_made_by_a_merger_has_no_past_of_its_own(ruled: NewOffice) -> None:
    office = ruled(JUMP, opened=(Q2,))
    office.judged(XA, Q2, SMALL)
    units = office.app.settings.include / "provinces/tinh-thu/units.csv"
    text = units.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith(f"{XA},"))
    first_day = office.unit(XA).valid_from.isoformat()
    units.write_text(text.replace(old, old.replace(first_day, "2024-07-01")), encoding="utf-8")
    with App(office.app.settings, "thử nghiệm") as app:
        app.open(Q3)
        merged = Office(app)
        assert merged.unit(XA).valid_from == date(2024, 7, 1)
        assert usual(merged.judged(XA, Q3, LARGE)) == []


def test_a_retired_rule_is_not_asked_any_more(ruled: NewOffice) -> None:
    office = ruled(JUMP.replace("}", ", retired: 2024-06-14}"))
    office.judged(XA, Q1, SMALL)
    assert usual(office.judged(XA, Q2, LARGE)) == ["Cột (5) quý trước 20, quý này 200: gấp 10 lần."]
    office.judged(XA, Q2, LARGE, explanations=[because(COMPLAINTS, 5)])
    assert usual(office.judged(XA, Q3, SMALL)) == []
    by_period = {record.period: record for record in rule_report(office.app.context, [Q2, Q3]) if "jump" in record.rule}
    assert (by_period["20242"].asked, by_period["20243"].asked) == (1, 0)
    assert by_period["20243"].retired == "2024-06-14"


def test_a_note_never_holds_a_filing_up(ruled: NewOffice) -> None:
    office = ruled(JUMP.replace("}", ", severity: note}"))
    office.judged(XA, Q2, SMALL)
    answer = office.judged(XA, Q3, LARGE)
    assert (answer.state.value, len(usual(answer))) == ("accepted", 1)


def test_a_correction_of_the_past_makes_no_such_note_later(ruled: NewOffice) -> None:
    office = ruled(JUMP)
    office.judged(XA, Q2, LARGE)
    office.judged(XA, Q3, LARGE)
    office.judged(XA, Q2, SMALL, explanations=[because(reason="Đính chính theo biên bản kiểm tra")])
    assert "jump" not in office.codes(office.submissions(XA)[-1].id)


def record(office: Office, rule: str, *periods: Period) -> RuleRecord:
    return next(one for one in over_periods(rule_report(office.app.context, periods)) if rule in one.rule)


def test_the_record_tells_explained_from_mended(ruled: NewOffice) -> None:
    office = ruled(JUMP)
    for code in (XA, PHUONG, HUYEN):
        office.judged(code, Q2, SMALL)
    office.judged(SO, Q3, LARGE)  # no past
    for code in (XA, PHUONG, HUYEN):
        office.judged(code, Q3, LARGE)
    assert record(office, ":jump:", Q1, Q2, Q3).pending == 3
    office.judged(XA, Q3, LARGE, explanations=[because(COMPLAINTS, 5)])
    office.judged(PHUONG, Q3, SMALL)
    found = record(office, ":jump:", Q1, Q2, Q3)
    assert (found.asked, found.units, found.cases) == (3, 3, 3)
    assert (found.explained, found.changed, found.pending) == (1, 1, 1)
    assert not found.annoys


def test_the_record_holds_the_rules_between_periods_too(ruled: NewOffice) -> None:
    office = ruled()
    office.judged(XA, Q2, {COMPLAINTS: (0, 10, 8, 2)})
    office.judged(XA, Q3, {COMPLAINTS: (5, 10, 8, 7)})
    office.judged(PHUONG, Q3, SMALL)
    carry = record(office, "4<-7", Q2, Q3)
    assert (carry.asked, carry.cases, carry.pending) == (1, 1, 1)
    assert record(office, "year", Q2, Q3).asked == 0


def test_a_rule_that_is_no_longer_declared_keeps_its_record(ruled: NewOffice) -> None:
    office = ruled(JUMP)
    office.judged(XA, Q2, SMALL)
    office.judged(XA, Q3, LARGE)
    path = office.app.settings.include / FORM
    path.write_text(path.read_text(encoding="utf-8").replace(f"  - {JUMP}\n", ""), encoding="utf-8")
    with App(office.app.settings, "thử nghiệm") as app:
        found = next(one for one in rule_report(app.context, [Q3]) if "jump" in one.rule)
    assert (found.text, found.cases) == ("Số liệu tăng, giảm đột biến so với kỳ trước", 1)


def test_a_rule_that_only_annoys_is_named() -> None:
    blank = RuleRecord("", "T.01", "T.01:x", "x", Severity.EXPLAIN, "", asked=40, units=12, cases=12, explained=12)
    assert blank.annoys
    assert not replace(blank, changed=2).annoys
    assert not replace(blank, cases=9).annoys
    assert not replace(blank, pending=1).annoys
    assert not replace(blank, retired="2024-12-31").annoys


def test_the_command_prints_a_table_and_csv(ruled: NewOffice, capsys: pytest.CaptureFixture[str]) -> None:
    office = ruled(JUMP)
    office.judged(XA, Q2, SMALL)
    office.judged(XA, Q3, LARGE, explanations=[because(COMPLAINTS, 5)])
    assert main(["rules", "2024"]) == 0
    table = capsys.readouterr().out
    assert "Quý I/2024, Quý II/2024, Quý III/2024" in table
    assert "Cột (5) của từng dòng không tăng hoặc giảm" in table
    assert main(["rules", "20243", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    [jump] = [row for row in rows if row["rule"] == "T.01:jump:5:row"]
    assert {row["period"] for row in rows} == {"20243"}
    assert [jump[name] for name in ("asked", "units", "cases", "explained", "changed", "pending")] == list("111100")
    assert main(["rules"]) == 0
    assert main(["rules", "2019"]) == 2
    assert "Chưa có kỳ báo cáo nào được mở trong “2019”" in capsys.readouterr().err
