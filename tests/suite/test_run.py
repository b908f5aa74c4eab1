"""The run itself: Great Expectations really decides, our faults raise, other units are not touched."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tonghop.domain.errors import SpecError
from tonghop.domain.finding import Finding
from tonghop.domain.regime import Regime
from tonghop.domain.submission import FiledForm
from tonghop.suite.compile import compile_all, compile_suite
from tonghop.suite.frames import Entry, FormFrame, frame
from tonghop.suite.run import Checker, load_suite

ROW = {3: 110, 4: 40, 5: 60, 6: 10, 7: 98, 8: 50, 9: 40, 10: 8, 11: 12, 12: 10, 13: 2}
WRONG = ROW | {3: 111}
META = {"ma": "lạ", "quy_tac": "x", "muc_do": "bắt buộc", "dien_giai": "x", "can_cu": "x"}
UNKNOWN_CODE = {"type": "expect_sides_to_balance", "kwargs": {}, "meta": META}
FileForm = Callable[..., FiledForm]


@pytest.fixture
def wrong(regime: Regime, file_form: FileForm) -> FormFrame:
    """Two filings of II.06a: the second with a wrong sum that also unbalances its row."""
    form = regime.forms["II.06a"]
    filings = {"1": {"Đất đai": ROW}, "2": {"Đất đai": ROW, "Hộ tịch": WRONG}}
    entries = [Entry(token, token, "xa", file_form(form, rows), previous={}) for token, rows in filings.items()]
    return frame(form, entries)


def codes(found: dict[str, list[Finding]]) -> dict[str, list[tuple[str, str]]]:
    """(code, row) of each submission's findings, without those beside the last period."""
    kept = {token: [f for f in findings if not f.code.startswith("carry-over")] for token, findings in found.items()}
    return {token: [(f.code, f.row_key) for f in findings] for token, findings in kept.items()}


def test_the_committed_suite_is_what_runs(checker: Checker, regime: Regime, wrong: FormFrame) -> None:
    assert codes(checker.check(regime, wrong)) == {
        "1": [],
        "2": [("formula-mismatch", "hộ tịch"), ("balance", "hộ tịch")],
    }


def test_an_expectation_taken_out_finds_nothing(tmp_path: Path, regime: Regime, wrong: FormFrame) -> None:
    compile_all(regime, tmp_path)
    path = tmp_path / "kstthc-2020-12-15" / "II.06a.json"
    suite = json.loads(path.read_text(encoding="utf-8"))
    suite["expectations"] = [check for check in suite["expectations"] if check["meta"]["ma"] != "formula-mismatch"]
    path.write_text(json.dumps(suite), encoding="utf-8")
    assert codes(Checker(tmp_path).check(regime, wrong)) == {"1": [], "2": [("balance", "hộ tịch")]}


def test_a_changed_operator_changes_the_answer(checker: Checker, regime: Regime, wrong: FormFrame) -> None:
    suite = _changed(regime, "formula-mismatch", op=">=")
    assert codes(checker.run(suite, wrong))["2"] == [("balance", "hộ tịch")]


def test_hundreds_of_failing_rows_are_all_found(checker: Checker, regime: Regime, file_form: FileForm) -> None:
    form = regime.forms["II.06a"]
    rows = {f"Lĩnh vực {number}": WRONG for number in range(150)}
    entries = [Entry(token, token, "xa", file_form(form, rows)) for token in "123"]
    found = codes(checker.check(regime, frame(form, entries)))
    assert [sum(code == "formula-mismatch" for code, _ in findings) for findings in found.values()] == [150, 150, 150]


def test_a_batch_may_be_empty(checker: Checker, regime: Regime) -> None:
    assert checker.check(regime, frame(regime.forms["II.06a"], [])) == {}


def test_every_form_runs_with_its_committed_suite(checker: Checker, regime: Regime, file_form: FileForm) -> None:
    for form in regime.forms.values():
        rows = {"Đất đai": {column.number: 0 for column in form.figures}}
        found = checker.check(regime, frame(form, [Entry("1", "1", "so", file_form(form, rows), previous={})]))
        assert found == {"1": []}, form.code


@pytest.mark.parametrize(
    "change",
    [
        {"left": ["c33"], "column_list": ["c33", "c4", "c5", "c6"]},
        {"left": ["cot_3"], "column_list": ["cot_3", "c4", "c5", "c6"]},
        {"left": ["c9"]},
        {"op": "=="},
        {"op": 3},
        {"left": "c3"},
        {"left": None},
        {"column_list": ["c3"]},
        {"unheard": 1},
    ],
    ids=str,
)
def test_a_mistake_in_the_suite_raises_and_blames_nobody(
    checker: Checker, regime: Regime, wrong: FormFrame, change: dict[str, Any]
) -> None:
    with pytest.raises(SpecError, match="tonghop forms compile"):
        checker.run(_changed(regime, "formula-mismatch", **change), wrong)


def test_an_unknown_expectation_raises(checker: Checker, regime: Regime, wrong: FormFrame) -> None:
    suite = compile_suite(regime.forms["II.06a"])
    suite["expectations"][0]["type"] = "expect_something_unheard_of"
    with pytest.raises(SpecError, match=r"II\.06a\.json"):
        checker.run(suite, wrong)


def test_text_where_a_number_belongs_raises(checker: Checker, regime: Regime, wrong: FormFrame) -> None:
    with pytest.raises(SpecError, match=r"II\.06a\.json"):
        checker.run(_changed(regime, "negative", min_value="không"), wrong)


def _changed(regime: Regime, code: str, **kwargs: Any) -> dict[str, Any]:
    """The suite of II.06a with the first expectation of `code` changed."""
    suite = copy.deepcopy(compile_suite(regime.forms["II.06a"]))
    check = next(check for check in suite["expectations"] if check["meta"]["ma"] == code)
    check["kwargs"].update(kwargs)
    return suite


def test_a_missing_suite_says_how_to_make_it(tmp_path: Path, regime: Regime, wrong: FormFrame) -> None:
    with pytest.raises(SpecError, match="tonghop forms compile"):
        Checker(tmp_path).check(regime, wrong)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", ""),
        ("[]", "expectations"),
        ('{"name": "II.06a"}', "expectations"),
        ('{"name": "II.06a", "expectations": [3]}', "expectations.0"),
        ('{"name": "II.06a", "expectations": [{"type": "t", "kwargs": {}}]}', "expectations.0"),
        (json.dumps({"name": "II.06a", "expectations": [UNKNOWN_CODE]}), "expectations.0"),
    ],
)
def test_an_ill_formed_suite_is_refused(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "II.06a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_suite(path)
    assert [(problem.file, problem.key) for problem in caught.value.problems] == [("II.06a.json", key)]


def test_the_library_is_imported_only_when_something_is_checked() -> None:
    code = (
        "import sys, tonghop.suite.run, tonghop.suite.compile;"
        "print([name for name in ('great_expectations', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "include"}
    )
    assert done.stdout.strip() == "[]"


def test_a_run_prints_and_logs_nothing(
    expectations: Path,
    regime: Regime,
    wrong: FormFrame,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    Checker(expectations).check(regime, wrong)
    assert (*capfd.readouterr(), caplog.text) == ("", "", "")
