"""The check run: a committed suite on a form's frame by Great Expectations, failing lines back as findings.

A line that fails is the unit's finding. A suite that cannot be read or run is our fault and raises SpecError: it never
becomes a finding of all units at once.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tonghop.domain.errors import SpecError, SpecProblem
from tonghop.domain.finding import CATALOGUE, Finding
from tonghop.domain.regime import Regime
from tonghop.suite.columns import Term
from tonghop.suite.compile import META, REMEDY, RETIRED, Json, suite_folder
from tonghop.suite.expectations import register
from tonghop.suite.frames import PLACE, FormFrame
from tonghop.suite.report import SEVERITY_WORDS, carry_over_unchecked, findings
from tonghop.suite.usual_expectation import USUAL, Group, judged

_NUMBER = "so_thu_tu"  # set in meta for a run only: results come back in any order
_PLACES = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [PLACE],
    "exclude_unexpected_values": True,  # the places say it all; the list of values would be cut at 200
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


def load_suite(path: Path) -> Json:
    """The committed suite at `path`; SpecError naming every mistake when it is missing or is not one of ours."""
    try:
        suite = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(path.name, "", f"không đọc được bộ kiểm tra: {error}") from error
    if not isinstance(suite, dict) or not isinstance(suite.get("expectations"), list) or not suite.get("name"):
        raise _broken(path.name, "expectations", "không phải bộ kiểm tra của Great Expectations")
    problems = [
        SpecProblem(path.name, f"expectations.{at}", f"{message}. {REMEDY}")
        for at, check in enumerate(suite["expectations"])
        for message in _mistakes(check)
    ]
    if problems:
        raise SpecError(problems)
    return suite


def _mistakes(check: object) -> Iterator[str]:
    if not isinstance(check, dict) or not isinstance(check.get("kwargs"), dict) or not check.get("type"):
        yield "thiếu type hoặc kwargs"
        return
    meta = check.get("meta") or {}
    missing = [name for name in META if not meta.get(name)]
    if missing:
        yield f"thiếu {', '.join(missing)} trong meta"
    elif meta["ma"] not in CATALOGUE or meta["muc_do"] not in SEVERITY_WORDS.values():
        yield f"ma hoặc muc_do không có trong danh mục: {meta['ma']}, {meta['muc_do']}"


def _broken(file: str, key: str, message: str) -> SpecError:
    return SpecError([SpecProblem(file, key, f"{message}. {REMEDY}")])


@cache
def great_expectations() -> Any:
    """The library, ready with our expectations: imported on first use, which takes seconds."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own imports, not ours to mend
        import great_expectations
    register()
    return great_expectations


class Checker:
    """Runs suites of `folder` (the project's expectations/); keeps Great Expectations ready between forms and batches.

    Not for several threads at once: give each its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._suites: dict[Path, Json] = {}
        self._source: Any = None

    def check(self, regime: Regime, frame: FormFrame) -> dict[str, list[Finding]]:
        """Findings of every submission in `frame` against the committed suite of its form."""
        path = suite_folder(regime, self._folder) / f"{frame.form.code}.json"
        if path not in self._suites:
            self._suites[path] = load_suite(path)
        return self.run(self._suites[path], frame)

    def run(self, suite: Json, frame: FormFrame) -> dict[str, list[Finding]]:
        """Findings by submission (each has an entry, also without findings) for a suite already loaded.

        SpecError when the suite names a column that the frame does not have, or fails inside Great Expectations.
        """
        found: dict[str, list[Finding]] = {entry.submission: [] for entry in frame.entries}
        for submission, note in carry_over_unchecked(frame):
            found[submission].append(note)
        checks = [check for check in suite["expectations"] if _applies(frame, suite, check)]
        for check, places in self._failing(suite["name"], checks, frame):
            for place in places:
                line = frame.lines[place]
                found[line.entry.submission] += findings(frame, line, check["kwargs"], check["meta"])
        return found

    def _failing(self, name: str, checks: list[Json], frame: FormFrame) -> Iterator[tuple[Json, list[int]]]:
        """Each check that fails with the places of its failing lines.

        First only yes or no is asked, then the places where it was no: half the time of asking all at once.
        """
        answers = self._validate(name, checks, frame, {"result_format": "BOOLEAN_ONLY"})
        failed = [check for check, answer in zip(checks, answers, strict=True) if not answer.success]
        for check, answer in zip(failed, self._validate(name, failed, frame, _PLACES), strict=True):
            yield check, [place for group in answer.result["unexpected_index_list"] for place in group[PLACE]]

    def _validate(self, name: str, checks: list[Json], frame: FormFrame, result_format: Json) -> list[Any]:
        """Results of `checks` in their order; SpecError when one could not be run."""
        if not checks:
            return []
        file = f"{name}.json"
        used = sorted({column for check in checks for column in _columns(check)})
        try:
            suite = great_expectations().ExpectationSuite(name, [_numbered(*item) for item in enumerate(checks)])
            run = self._frames().read_dataframe(frame.data[used]).validate(suite, result_format=result_format)
        except Exception as error:
            raise _broken(file, "expectations", f"không chạy được bộ kiểm tra: {error}") from error
        results: dict[int, Any] = {}
        for result in run.results:
            meta, raised = result.expectation_config.meta, _raised(result.exception_info)
            if raised:
                raise _broken(file, meta["quy_tac"], f"không chạy được điều kiện kiểm tra: {raised}")
            results[meta[_NUMBER]] = result
        if len(results) != len(checks):  # an expectation it cannot read is left out with a log line only
            raise _broken(file, "expectations", "có điều kiện kiểm tra không hợp lệ")
        return [results[number] for number in range(len(checks))]

    def _frames(self) -> Any:
        """The source of frames in a context that lives in memory: no files, no data docs, no progress bars."""
        if self._source is None:
            gx = great_expectations()
            stores = gx.data_context.types.base.InMemoryStoreBackendDefaults()
            settings = gx.data_context.types.base.DataContextConfig(
                store_backend_defaults=stores, progress_bars={"globally": False}, analytics_enabled=False
            )
            context = gx.get_context(mode="ephemeral", project_config=settings)
            self._source = context.data_sources.pandas_default
        return self._source


def _columns(check: Json) -> list[str]:
    kwargs = check["kwargs"]
    return list(kwargs.get("column_list") or [kwargs.get("column")])


def _applies(frame: FormFrame, suite: Json, check: Json) -> bool:
    """Whether the rule is not retired and some line has the figures it reads; the past often has none."""
    columns = _columns(check)
    if not _known(frame, check):
        raise _broken(f"{suite['name']}.json", check["meta"]["quy_tac"], f"có cột không thuộc biểu: {check['kwargs']}")
    retired = check["meta"].get(RETIRED)
    if retired and frame.last_day and frame.last_day > date.fromisoformat(retired):
        return False
    present = frame.data[columns].notna()
    if check["type"] == USUAL:
        return any(judged(frame.data, Group.parse(text)).any() for text in check["kwargs"]["figures"])
    return bool(present.all(axis=1).any())


def _known(frame: FormFrame, check: Json) -> bool:
    """Whether every column the check names is in the frame, and its figures are groups of just these columns."""
    kwargs, columns = check["kwargs"], set(_columns(check))
    usual = check["type"] == USUAL
    try:
        groups = [Group.parse(text) for text in kwargs["figures"]] if usual else []
        sides = [kwargs.get("left") or (), kwargs.get("right") or (), *(group.names for group in groups)]
        named = {str(Term.parse(text).name) for side in sides for text in side}
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return columns | named <= set(frame.data.columns) and (not usual or named == columns)


def _numbered(number: int, check: Json) -> Json:
    return {**check, "meta": {**check["meta"], _NUMBER: number}}


def _raised(info: Json) -> str:
    """What went wrong inside Great Expectations; "" when nothing did. It reports per expectation or per metric."""
    parts = [info] if "raised_exception" in info else list(info.values())
    messages = [str(part["exception_message"]) for part in parts if part["raised_exception"]]
    return "; ".join(dict.fromkeys(messages))
