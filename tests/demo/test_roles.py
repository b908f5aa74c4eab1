"""Who is late, missing or wrong: the third quarter as issue and demonstration expect it."""

from collections import Counter


def test_first_and_second_quarter_are_clean(quarters):
    for number in (1, 2):
        quarter = quarters[number]
        assert set(quarter.expected.values()) == {"accepted"}
        assert (quarter.late, quarter.missing, quarter.flaws) == ((), (), {})
        assert len(quarter.filing("on_time")) == 142


def test_the_third_quarter_has_six_missing_five_late_and_one_of_each_flaw(quarters):
    quarter = quarters[3]
    assert len(quarter.missing) == 6
    assert len(quarter.late) == 5
    assert {flaw: quarter.expected[unit] for flaw, unit in quarter.flaws.items()} == {
        "broken_sum": "invalid",
        "negative": "invalid",
        "text": "invalid",
        "carry_explained": "accepted",
        "carry_unexplained": "awaiting_explanation",
        "cross_form": "awaiting_explanation",
        "wrong_period": "returned",
        "wrong_unit": "returned",
        "damaged": "returned",
    }
    assert Counter(quarter.expected.values()) == {
        "accepted": 128,
        "invalid": 3,
        "awaiting_explanation": 2,
        "returned": 3,
        "missing": 6,
    }


def test_no_unit_has_two_roles(quarters):
    quarter = quarters[3]
    roles = [*quarter.missing, *quarter.late, *quarter.flaws.values()]
    assert len(roles) == len(set(roles)) == 20


def test_on_time_and_late_filings_are_all_but_the_missing(quarters):
    quarter = quarters[3]
    on_time, late = ({unit.code for unit in quarter.filing(which)} for which in ("on_time", "late"))
    assert late == set(quarter.late)
    assert not on_time & late
    assert on_time | late == quarter.forms.keys() - set(quarter.missing)


def test_both_carry_over_flaws_open_with_three_more_than_was_closed(quarters, clean_third):
    for flaw in ("carry_explained", "carry_unexplained"):
        unit = quarters[3].flaws[flaw]
        opened, closed = (q.forms[unit]["II.06a"].total(6) for q in (quarters[3], clean_third))
        assert opened - closed == 3


def test_the_cross_form_flaw_states_three_more_online_dossiers(quarters):
    forms = quarters[3].forms[quarters[3].flaws["cross_form"]]
    assert forms["II.08"].total(8) - forms["II.06a"].total(4) == 3
