"""From findings to a verdict: what explains a finding, what a filing becomes, when it is on time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tonghop.domain.finding import CATALOGUE, make
from tonghop.domain.submission import Explanation, State
from tonghop.domain.verdict import Punctuality, carry, explain, is_correction, punctuality, verdict

SOFT = make("carry-over", form="II.06a", row_key="đất đai", column=6, found="(6) = 5", expected="2")
REASON = "Một hồ sơ chuyển từ kỳ trước"
DEADLINE = datetime(2024, 9, 16, 23, 59, 59, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def reason(form: str = "II.06a", row: str = "đất đai", column: int = 6, words: str = REASON) -> Explanation:
    return Explanation(form, row, column, words)


@pytest.mark.parametrize("given", [reason(), reason(row=""), reason(column=0), reason(row="", column=0)])
def test_an_explanation_of_the_cell_the_row_or_the_form_covers_it(given: Explanation) -> None:
    (explained,) = explain([SOFT], [given])
    assert explained == replace(SOFT, explained_by=REASON)


@pytest.mark.parametrize("given", [reason(form="II.05a"), reason(row="xây dựng"), reason(column=4)])
def test_an_explanation_of_something_else_covers_nothing_and_is_told(given: Explanation) -> None:
    finding, note = explain([SOFT], [given])
    assert finding.explained_by == ""
    assert (note.code, note.severity.value) == ("explanation-unmatched", "note")
    assert "không khớp" in note.message


def test_a_reason_too_short_covers_nothing_and_is_told() -> None:
    finding, note = explain([SOFT], [reason(words="đúng")])
    assert finding.explained_by == ""
    assert "quá ngắn" in note.message


def test_one_explanation_may_cover_several_findings() -> None:
    other = replace(SOFT, row_key="xây dựng")
    assert all(finding.explained_by for finding in explain([SOFT, other], [reason(row="", column=0)]))


def test_what_must_be_mended_cannot_be_explained() -> None:
    broken = make("balance", form="II.06a", row_key="đất đai", column=6)
    assert explain([broken], [reason()])[0].explained_by == ""


@pytest.mark.parametrize("words", ["Đính chính", "ĐÍNH CHÍNH số liệu", "  đính  chính"])
def test_a_row_that_announces_a_correction_is_not_an_explanation(words: str) -> None:
    given = reason(words=words, row="", column=0)
    assert is_correction(given)
    assert explain([], [given]) == ()


def test_an_explanation_carries_to_the_next_revision_while_nothing_changed() -> None:
    before = [SOFT.explained(REASON)]
    assert carry([SOFT], before) == (SOFT.explained(REASON),)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SOFT, found="(6) = 6"),
        replace(SOFT, expected="3"),
        replace(SOFT, row_key="xây dựng"),
        replace(SOFT, column=4),
    ],
)
def test_it_does_not_carry_over_to_another_finding(changed: object) -> None:
    assert carry([changed], [SOFT.explained(REASON)]) == (changed,)  # type: ignore[list-item]


def test_new_words_win_over_old_ones() -> None:
    assert (
        carry([SOFT.explained("Lý do mới của đơn vị")], [SOFT.explained(REASON)])[0].explained_by
        == "Lý do mới của đơn vị"
    )


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], State.ACCEPTED),
        (["row-added", "number-as-text"], State.ACCEPTED),
        (["carry-over"], State.AWAITING),
        (["carry-over", "negative"], State.INVALID),
        (["negative", "damaged"], State.RETURNED),
    ],
)
def test_the_gravest_finding_decides(codes: list[str], state: State) -> None:
    assert verdict(make(code) for code in codes) is state


def test_with_every_soft_finding_explained_it_is_accepted() -> None:
    assert verdict([SOFT.explained(REASON), make("row-added")]) is State.ACCEPTED
    assert verdict([SOFT.explained(REASON), make("cross-form")]) is State.AWAITING


def test_everything_that_returns_a_file_is_blocking() -> None:
    assert [kind.code for kind in CATALOGUE.values() if kind.returns and kind.severity.value != "blocking"] == []


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("received", "last_scan", "expected"),
    [
        (DEADLINE, None, Punctuality(on_time=True)),
        (DEADLINE + SECOND, None, Punctuality(on_time=True, unseen=True)),
        (DEADLINE + SECOND, DEADLINE - SECOND, Punctuality(on_time=True, unseen=True)),
        (DEADLINE + SECOND, DEADLINE, Punctuality(on_time=True, unseen=True)),
        (DEADLINE + 2 * SECOND, DEADLINE + SECOND, Punctuality(on_time=False)),
    ],
)
def test_on_time_is_judged_by_the_scans_that_ran(
    received: datetime, last_scan: datetime | None, expected: Punctuality
) -> None:
    assert punctuality(received, DEADLINE, last_scan) == expected
