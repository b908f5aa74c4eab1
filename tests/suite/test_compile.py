"""The committed suites: in step with the specs, readable, complete."""

from __future__ import annotations

import json
from pathlib import Path

from tonghop.domain.finding import CATALOGUE
from tonghop.domain.regime import Regime
from tonghop.suite.columns import Term
from tonghop.suite.compile import META, compile_all, compile_suite, drift, suite_folder
from tonghop.suite.frames import names


def test_committed_suites_follow_the_specs(regime: Regime, expectations: Path) -> None:
    differing = drift(regime, expectations)
    assert not differing, f"khác với quy định của biểu: {', '.join(differing)}; chạy `tonghop forms compile`"


def test_drift_names_changed_missing_and_left_over_files(regime: Regime, tmp_path: Path) -> None:
    compile_all(regime, tmp_path)
    assert drift(regime, tmp_path) == []
    folder = suite_folder(regime, tmp_path)
    changed = (folder / "II.06a.json").read_text(encoding="utf-8").replace("min_value", "max_value", 1)
    (folder / "II.06a.json").write_text(changed, encoding="utf-8")
    (folder / "II.01.json").unlink()
    (folder / "II.99.json").write_text("{}", encoding="utf-8")
    assert drift(regime, tmp_path) == ["II.01.json", "II.06a.json", "II.99.json"]
    compile_all(regime, tmp_path)
    assert drift(regime, tmp_path) == []


def test_files_are_readable_and_stable(regime: Regime, expectations: Path) -> None:
    for path in sorted(suite_folder(regime, expectations).glob("*.json")):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True) + "\n", path.name
        assert "\\u" not in text, path.name


def test_every_expectation_says_in_vietnamese_what_it_checks(regime: Regime) -> None:
    for form in regime.forms.values():
        for check in compile_suite(form)["expectations"]:
            assert tuple(check["meta"]) == META
            assert all(check["meta"].values()), check
            assert check["meta"]["ma"] in CATALOGUE


def test_every_column_named_is_in_the_frame(regime: Regime) -> None:
    for form in regime.forms.values():
        known = {str(name) for name in names(form)}
        for check in compile_suite(form)["expectations"]:
            kwargs = check["kwargs"]
            columns = kwargs.get("column_list", [kwargs.get("column")])
            assert set(columns) <= known, check
            sides = [str(Term.parse(term).name) for term in (*kwargs.get("left", ()), *kwargs.get("right", ()))]
            assert not sides or sides == columns, check


def test_every_rule_of_every_form_is_checked(regime: Regime) -> None:
    for form in regime.forms.values():
        codes = {check["meta"]["quy_tac"] for check in compile_suite(form)["expectations"]}
        assert {rule.code for rule in form.rules} <= codes, form.code


def test_rules_of_the_confirmed_form(regime: Regime) -> None:
    texts = [check["meta"]["dien_giai"] for check in compile_suite(regime.forms["II.06a"])["expectations"]]
    assert {"(3) = (4) + (5) + (6)", "(7) = (8) + (9) + (10)", "(11) = (12) + (13)", "(3) = (7) + (11)"} <= set(texts)
    assert "(6) của kỳ này = (11) của kỳ trước" in texts
    assert [text for text in texts if text.endswith("≥ tổng ba quý đã báo cáo")] == [
        f"({number}) cả năm ≥ tổng ba quý đã báo cáo" for number in (4, 5, 7, 8, 9, 10)
    ]
