"""Usual reasons: which are offered, which are complete, and what a ready row answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tonghop.domain.explaining import UsualReason, choices, parts, sign, stated
from tonghop.domain.finding import make
from tonghop.domain.submission import Explanation
from tonghop.domain.verdict import explain

ENOUGH = UsualReason("Số kỳ trước đã báo cáo chưa đúng", ("carry-over",), enough=True)
OTHER = UsualReason("Lý do khác")
REASONS = (OTHER, ENOUGH, UsualReason("Tăng theo mùa", ("jump",)))
ASKED = make("carry-over", form="II.06a", row_key="đất đai", column=6, found="(6) = 5", expected="2", rule="r")


def test_reasons_for_the_kind_come_first_and_those_of_other_kinds_not_at_all() -> None:
    assert choices(REASONS, "carry-over") == (ENOUGH.text, OTHER.text)
    assert choices(REASONS, "unchanged") == choices(REASONS) == (OTHER.text,)


@pytest.mark.parametrize(
    ("picked", "words", "expected"),
    [
        (ENOUGH.text, "", (ENOUGH.text, True)),
        (ENOUGH.text.upper() + " ", "", (ENOUGH.text.upper() + " ", True)),
        (OTHER.text, "", (OTHER.text, False)),
        (OTHER.text, "ngắn", (f"{OTHER.text}: ngắn", False)),
        (OTHER.text, "Mất điện hai ngày", (f"{OTHER.text}: Mất điện hai ngày", True)),
        ("", "Mất điện hai ngày", ("Mất điện hai ngày", True)),
        ("Mất điện: hai ngày", "", ("Mất điện: hai ngày", True)),
        ("", "", ("", True)),
    ],
)
def test_a_picked_reason_is_complete_when_the_data_say_so_or_words_follow(
    picked: str, words: str, expected: tuple[str, bool]
) -> None:
    assert stated(picked, words, REASONS) == expected
    if expected[0] and picked in {OTHER.text, ENOUGH.text}:
        assert parts(expected[0], REASONS) == (picked, words)


def test_words_of_the_units_own_stand_where_they_were_typed() -> None:
    assert parts("Mất điện: hai ngày", REASONS) == ("Mất điện: hai ngày", "")


def test_another_figure_or_rule_is_another_question() -> None:
    same = replace(ASKED, message="khác chữ", expected="3")
    assert sign(same) == sign(ASKED)
    assert len({sign(ASKED), sign(replace(ASKED, found="(6) = 6")), sign(replace(ASKED, rule="s"))}) == 3


def test_a_ready_row_of_the_whole_form_answers_its_own_question_only() -> None:
    whole = make("unchanged", form="II.06a", found="giống hệt quý trước")
    row = Explanation("II.06a", "", 0, "Đã kiểm tra, số liệu đúng.", about=sign(whole))
    assert [bool(finding.explained_by) for finding in explain([whole, ASKED], [row])] == [True, False]
    assert [bool(f.explained_by) for f in explain([whole, ASKED], [replace(row, about="")])] == [True, True]
